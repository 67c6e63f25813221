/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_NAME_H
#define TUI_LAYER_NAME_H

#include "tui/layer/layer.h"

/* Asks for a name: one line of text. Enter gives the command with {"name": text}, Esc nothing. */

extern const struct layer_class name_layer;

struct name;
/* New. TITLE and HINT are marked N_; PRESET stands in the field, the caret behind it. */
struct name *name_new(const char *title, const char *hint, struct str preset, const char *command);

#endif
