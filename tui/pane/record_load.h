/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_RECORD_LOAD_H
#define TUI_PANE_RECORD_LOAD_H

#include "core/engine/engine.h"
#include "tui/pane/record.h"

/* A run of the past as the panes keep it, new; NULL with E set when it cannot be read. What its
 * process left when it died is there too, as it is. */
struct record *record_load(struct engine *engine, uint64_t run, struct err *e) WARN_UNUSED;

#endif
