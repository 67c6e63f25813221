/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_RUNS_H
#define TUI_PANE_RUNS_H

#include "core/engine/history.h"
#include "tui/pane/pane.h"
#include "tui/pane/record.h"
#include "tui/part/list_view.h"

/*
 * The runs of the open file, newest first: what the store knows, a page at a time, and above it
 * what has only just begun. A run whose record is there is drawn from it, live.
 */

enum { RUNS_PAGE = 200, RUNS_LIVE = 16, RUNS_MODEL = 64 };

struct runs_row {
	int64_t seq; /* of the store; 0: not there yet */
	uint64_t id;
	int64_t started_ns, ended_ns;
	int64_t version; /* 0: not known */
	int64_t input_tokens, output_tokens; /* -1: not known */
	bool estimated;
	int64_t cost_nano, unpriced; /* as core/engine/cost.h has them */
	int64_t requests, cached; /* of them those answered from our own cache */
	enum trace_status status;
	char model[RUNS_MODEL]; /* sanitized */
};

struct runs {
	struct runs_row *rows; /* of the store, newest first */
	size_t count, cap;
	bool more; /* older ones may be there */
	char path[256]; /* the open file, as runs name it */
	bool applies; /* it can be run */
	bool read; /* the rows are those of the open file */
	const struct record *live[RUNS_LIVE]; /* of this file, newest first; borrowed */
	size_t live_count;
	size_t fresh; /* of those, how many are not among the rows: they stand above them */
	struct list_view list; /* over the fresh ones and the rows */
	uint64_t shown; /* the run whose answer Output shows; 0 none */
	char error[512]; /* why they cannot be read, "" fine */
};

extern const struct pane_class runs_class;

void runs_free(struct runs *r);
/* The file PATH is open; when it was not before, nothing is known of its runs yet. */
void runs_open(struct runs *r, const char *path, bool applies);
/* The newest page, or with OLDER the page after what is there. Keeps the selected run; the newest
 * one stays selected as the newest. */
void runs_take(struct runs *r, const struct run_rows *page, bool older);
/* The records of this file, newest first. */
void runs_listen(struct runs *r, const struct record *const *live, size_t count);
/* The selection is near the end of what is there, and there may be more. */
bool runs_want_more(const struct runs *r);
/* The id of the selected run; 0 none. */
uint64_t runs_selected(const struct runs *r);
void runs_select(struct runs *r, uint64_t id);

#endif
