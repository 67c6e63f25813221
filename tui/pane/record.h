/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_RECORD_H
#define TUI_PANE_RECORD_H

#include "core/trace/event.h"
#include "tui/part/document.h"

/* What the panes keep of one run: its answer as it streams, its spans, its numbers. Filled from
 * trace events; all text in it is sanitized, on one line where it is a name. */

enum { RECORD_NAME = 96, RECORD_SPANS = 256 };

/* What is said of what came out of a span. */
enum record_came { CAME_UNSAID, CAME_PASSAGES, CAME_TOKENS };

struct record_span {
	uint64_t id;
	char name[RECORD_NAME];
	char kind[16];
	enum record_came came;
	size_t count; /* of what came */
	int64_t begin_ns, end_ns; /* end 0: still running */
	int64_t first_ns; /* first piece of an answer, 0: none */
	enum trace_status status;
	int depth; /* 0: the whole run */
	size_t requests, cached; /* that ended; of them those answered from our own cache */
};

struct record {
	uint64_t run;
	bool open_end; /* nobody knows when it ended: its process died */
	bool past; /* looked up in the history, not heard as it went on */
	char path[256]; /* of the file that ran, as given to the engine */
	char model[RECORD_NAME];
	struct document answer;
	uint64_t speaker; /* the span whose pieces are being shown */
	struct record_span *spans; /* at most RECORD_SPANS */
	size_t span_count, span_cap;
	int64_t started_ns, ended_ns, first_ns, last_ns; /* last: of the newest event */
	enum trace_status status;
	struct trace_usage usage; /* summed; -1 unknown */
	int64_t cost_nano; /* what is known of the requests' cost (core/engine/cost.h) */
	int64_t unpriced; /* requests whose cost is not known */
	size_t requests, cached; /* that ended; of them those answered from our own cache */
	size_t estimated_units; /* of the answer so far (core/data/tokens/estimate.h) */
	char error[600]; /* the sentence, and what to do */
	char where[128];
};

struct record *record_new(uint64_t run, const char *path, int64_t now_ns);
void record_free(struct record *r);
void record_hear(struct record *r, const struct trace_event *event);
/* It could not be started: E says why. */
void record_fail(struct record *r, const struct err *e);
/* What the engine says the answer is, once the run is over: replaces what streamed when it
 * differs. */
void record_settle(struct record *r, struct str answer);

/* Tokens of the answer: the provider's, else ours with *ESTIMATED set. */
int64_t record_output_tokens(const struct record *r, bool *estimated);
/* "cached", "partly cached", to be translated; "" when all was asked. */
const char *record_cached_word(size_t requests, size_t cached);
/* Tokens a second since the first piece, 0: not known. What is cached says nothing about speed. */
double record_rate(const struct record *r);

/* Copies TEXT sanitized onto one line, cut to fit. */
void record_text(char *out, size_t size, struct str text);

#endif
