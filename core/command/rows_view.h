/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_ROWS_VIEW_H
#define CORE_COMMAND_ROWS_VIEW_H

#include "core/command/command.h"
#include "core/engine/rows.h"
#include "core/loop/loop.h"

/*
 * A run over rows as the headless faces show it: the results as JSON lines, one a sample, in the
 * order of the data, each as soon as all before it are there; how far it is on standard error, at
 * most four times a second on a terminal and once a second elsewhere; at the end a summary.
 *
 * The results are read back from the store, so that nothing waits in memory for its turn, and a run
 * that is resumed gives the results of all its rows.
 */

struct output;

struct rows_view {
	struct command_context *context;
	uint64_t run;
	struct sample_at next; /* the next one to be written */
	int fd; /* of --output; -1: standard output */
	const char *path;
	bool is_job; /* says nothing */
	struct err error; /* what could not be written */
	int64_t written_ns; /* when results were written last ... */
	struct loop_timer timer; /* ... and when they are next */
	int64_t shown_ns; /* when the progress was shown last */
	int64_t begun_ns;
};

/* PATH is where the results go, or NULL; it is replaced when the run is followed. */
bool rows_view_begin(struct rows_view *view, struct command_context *context, const char *path,
	struct err *e) WARN_UNUSED;
/* Instead of following. */
void rows_view_drop(struct rows_view *view);
/* Follows the run to its end, and writes and shows all there is. */
bool rows_view_follow(struct rows_view *view, uint64_t run, struct err *e);

/* A sample as a line for people. */
void rows_view_sample(struct output *o, const struct sample_row *row);
/* A sample as an object of the results. */
struct value rows_view_result(
	struct engine *engine, uint64_t run, const struct sample_row *row, struct arena *a);

enum { ROWS_COST_TEXT = 72 };
/* "$0.0012", "$0"; "cost not known", "$0.02 and 3 not known" when some of it is not. */
char *rows_cost_text(int64_t nano, int64_t unknown, char out[ROWS_COST_TEXT]);

#endif
