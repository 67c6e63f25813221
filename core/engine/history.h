/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_HISTORY_H
#define CORE_ENGINE_HISTORY_H

#include "core/engine/engine.h"
#include "core/store/run_rows.h"
#include "core/store/span_rows.h"

/*
 * Looking back: which runs there were, and all that is known of one. Rows are the store's; texts
 * lie in the caller's arena. Contents (inputs, outputs, requests) may be large and are read one at
 * a time, when somebody looks at them. What a request said is read back by core/engine/sent.h.
 */

/* Runs, newest first. None when nothing was recorded here yet. */
bool history_list(struct engine *engine, const struct run_filter *filter, struct arena *a,
	struct run_rows *out, struct err *e) WARN_UNUSED;

/* A span's place in the tree. */
struct history_row {
	size_t span; /* index into spans */
	int depth; /* 0: no parent */
};

struct history {
	struct run_row run;
	struct span_rows spans; /* in the order they began */
	struct attempt_rows attempts;
	struct log_rows log;
	bool is_part; /* of a run over rows: the first of its many spans, or one trial's */
	struct history_row *steps; /* all spans, each right after its parent and elder sisters */
};

/* ID: up to 16 hex digits that begin only one run's id, or "last". Of a run over many rows only the
 * first spans. */
bool history_read(struct engine *engine, struct str id, struct arena *a, struct history *out,
	struct err *e) WARN_UNUSED;

/* The same with all spans, also of a run over a great many rows. */
bool history_read_whole(struct engine *engine, struct str id, struct arena *a, struct history *out,
	struct err *e) WARN_UNUSED;
/* The run with the spans and requests of one of its trials alone, whose root span is ROOT. */
bool history_read_trial(struct engine *engine, struct str id, uint64_t root, struct arena *a,
	struct history *out, struct err *e) WARN_UNUSED;

/* The content BLOB; "" for 0. A damaged or missing one is an error that names it,
 * and "". */
bool history_content(struct engine *engine, int64_t blob, struct arena *a, struct str *out,
	struct err *e) WARN_UNUSED;

/* What had come of the answer of a span whose end is not recorded: it still runs, or its process
 * died. "" when there is none. */
struct str history_partial(struct engine *engine, const struct span_row *span, struct arena *a);

/* A span that was running when its process died ended with it. */
struct str history_status(const struct history *h, const struct span_row *span);

/* The model as people write it: what was chosen for the run, else what its first request named. */
struct str history_model(const struct run_row *run, struct arena *a);

/* A content as it reads best: the text of a JSON string, other JSON indented, else as it is. */
struct str history_readable(struct str content, struct arena *a);

/* The answer in a run's outputs (JSON): the first output that is a string, else the first. */
struct str history_answer(struct str outputs, struct arena *a);

#endif
