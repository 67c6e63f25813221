/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_KEYNAMES_H
#define TUI_TERM_KEYNAMES_H

#include "tui/term/decode.h"

/* Teaches the decoder what this terminal's own description says its keys send. After
 * screen_open. */
void keynames_seed(struct decode *decode);

#endif
