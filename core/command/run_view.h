/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_RUN_VIEW_H
#define CORE_COMMAND_RUN_VIEW_H

#include "core/command/command.h"
#include "core/engine/engine.h"

/*
 * A run as the headless faces show it while it goes on: in text form the answer on standard output
 * and one line of figures on standard error; in plain form labelled lines; in JSON form the events
 * of the trace (core/trace/to_ndjson.h). The answer that streams is the first one that begins;
 * other outputs of a flow are shown when it ends.
 */

struct to_ndjson;

struct run_view {
	struct command_context *context;
	uint64_t run; /* 0: whichever comes */
	uint64_t streaming; /* the span whose pieces are shown */
	uint64_t data[16]; /* spans whose answers are data: not streamed */
	size_t data_count;
	bool was_cut; /* an answer ended at the token limit */
	bool line_is_open; /* the last piece did not end its line */
	char model[200]; /* what was chosen, and why */
	struct to_ndjson *json;
};

void run_view_start(struct run_view *view, struct command_context *context);
void run_view_wait(struct run_view *view, uint64_t run); /* until the run has ended */
void run_view_end(struct run_view *view, const struct run_state *state);
void run_view_stop(struct run_view *view);

/* "12 ms", "1.4 s", "2 min 5 s". */
enum { DURATION_TEXT = 32 };
char *duration_text(int64_t ns, char out[DURATION_TEXT]);
/* "≈412" or "412"; "?" when unknown. */
char *tokens_text(int64_t tokens, bool estimated, char out[DURATION_TEXT]);

#endif
