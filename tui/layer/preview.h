/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_PREVIEW_H
#define TUI_LAYER_PREVIEW_H

#include "core/engine/preview.h"
#include "core/engine/token_gauge.h"
#include "core/text/words.h"
#include "tui/layer/layer.h"

/*
 * What a run would send, before it is sent: the messages as they are rendered, the exact request
 * with its address and headers (a key's reference in the key's place), and the same as a command
 * line for curl. It is opened empty and filled when the engine has worked it out.
 *
 * "y" gives the command "text.copy" with {"text": the messages, the request's body or the
 * command line}.
 */

struct preview_layer;

extern const struct layer_class preview_layer_class;

struct preview_layer *preview_layer_new(const struct words *words); /* new; WORDS is borrowed */
/* How the tokens of what goes to MODEL are counted; before preview_layer_take. */
void preview_layer_count_by(
	struct preview_layer *p, const struct token_gauge *gauge, struct str model);
/* WHAT is copied. */
void preview_layer_take(struct preview_layer *p, const struct preview *what);

#endif
