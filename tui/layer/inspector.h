/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_INSPECTOR_H
#define TUI_LAYER_INSPECTOR_H

#include "core/engine/engine.h"
#include "core/text/words.h"
#include "tui/layer/layer.h"

/*
 * One run, all that is known of it, on the whole screen: its steps as a tree with bars to scale,
 * and of the chosen step the messages sent, the parameters, what went in and came out, the raw
 * request and response, and what went wrong. Also of a run that still goes on or whose process
 * died: then what there is.
 *
 * "y" gives the command "text.copy" with {"text": the shown text as it is stored}.
 */

struct inspector;

extern const struct layer_class inspector_layer;

/* New; NULL with E set when the run cannot be read. Everything else is borrowed. */
struct inspector *inspector_new(
	struct engine *engine, const struct words *words, uint64_t run, struct err *e) WARN_UNUSED;

/* The run it shows. */
uint64_t inspector_run(const struct inspector *i);
/* More of the run is on disk: reads it anew and stays where it is. Does nothing when the run was
 * over, or has so many steps that only its end is worth reading it again for. */
void inspector_refresh(struct inspector *i, bool ended);

#endif
