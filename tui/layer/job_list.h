/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_JOB_LIST_H
#define TUI_LAYER_JOB_LIST_H

#include "core/text/words.h"
#include "tui/layer/layer.h"

/*
 * The runs over rows of data, the newest first, with how far each is: they go on in processes of
 * their own, so the list is what the store says. Keys give the commands rows.pause, rows.resume,
 * rows.stop and rows.tune with {"run"}, the last with {"max_in_flight"}, and rows.pick.
 */

struct engine;
struct job_list;

extern const struct layer_class job_list_layer;

/* New; ENGINE and WORDS are borrowed. */
struct job_list *job_list_new(struct engine *engine, const struct words *words, int64_t now_ns);
/* Looks again, as it is to be done four times a second: true when the picture may have changed. */
bool job_list_refresh(struct job_list *l, int64_t now_ns);
/* Selects RUN, now or as soon as it is seen. */
void job_list_select(struct job_list *l, uint64_t run);

#endif
