/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_COSTS_H
#define TUI_LAYER_COSTS_H

#include "core/engine/cost.h"
#include "core/text/words.h"
#include "tui/layer/layer.h"

/*
 * What requests cost, summed over the ledger by model, connection, prompt, day or run, with the
 * ceilings of today beside it. What is not known is said and never counted as nothing.
 *
 * "y" gives the command "text.copy" with the table, its columns parted by tabs.
 */

struct costs;

extern const struct layer_class costs_layer;

/* New. ENGINE and WORDS are borrowed; NOW_NS is the loop's time. RUN is the run on the screen, 0:
 * none. */
struct costs *costs_new(
	struct engine *engine, const struct words *words, int64_t now_ns, uint64_t run);

#endif
