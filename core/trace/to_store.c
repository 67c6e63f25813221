/* SPDX-License-Identifier: MIT */
#include "core/trace/to_store.h"

#include "core/base/alloc.h"
#include "core/base/failpoint.h"
#include "core/data/json.h"
#include "core/loop/loop.h"
#include "core/store/store.h"

#include <stdlib.h>

enum { FLUSH_NS = 1000000000, KINDS = TRACE_DELTA_TOOL + 1, PENDING_MAX = 4 << 20 };
/* A word longer than this is written in pieces: no secret reference gives a longer value. */
enum { WORD_MAX = 16 << 10 };

/* A request that went out, which is not written yet: most are answered soon, and the end then says
 * it, too. To who finds what a dead process left, planned and sent are the same. */
struct sent {
	uint64_t attempt;
	int64_t at_ns;
};

/* A span that is under way. */
struct stream {
	uint64_t span;
	int64_t first_ns;
	int64_t streamed;
	int64_t seq;
	struct buf pending[KINDS];
};

struct to_store {
	struct loop *loop;
	struct store *store;
	struct loop_timer timer;
	struct stream *streams;
	size_t len;
	size_t cap;
	struct sent *sent;
	size_t sent_len;
	size_t sent_cap;
};

static struct stream *find(struct to_store *t, uint64_t span)
{
	for (size_t i = t->len; i > 0; i--)
		if (t->streams[i - 1].span == span)
			return &t->streams[i - 1];
	return NULL;
}

static struct stream *open_stream(struct to_store *t, uint64_t span)
{
	struct stream *s = find(t, span);
	if (s != NULL)
		return s;
	t->streams = array_reserve(t->streams, &t->cap, t->len + 1, sizeof *t->streams);
	s = &t->streams[t->len++];
	*s = (struct stream){.span = span};
	for (int kind = 0; kind < KINDS; kind++)
		s->pending[kind].max = PENDING_MAX;
	return s;
}

static void close_stream(struct to_store *t, struct stream *s)
{
	for (int kind = 0; kind < KINDS; kind++)
		buf_free(&s->pending[kind]);
	*s = t->streams[--t->len];
}

/* How much can be written: up to the end of the last whole ASCII word. */
static size_t whole_words(struct str text)
{
	size_t len = text.len;
	while (len > 0 && text.at[len - 1] > ' ' && text.at[len - 1] <= '~')
		len--;
	return text.len - len > WORD_MAX ? text.len : len;
}

static void flush_stream(struct to_store *t, struct stream *s, bool all)
{
	for (int kind = 0; kind < KINDS; kind++) {
		struct buf *pending = &s->pending[kind];
		size_t len = all ? pending->len : whole_words(buf_str(pending));
		if (len == 0)
			continue;
		struct store_partial partial = {
			.span = s->span,
			.seq = s->seq,
			.kind = str_from(trace_delta_word((enum trace_delta_kind)kind)),
			.bytes = {pending->at, len},
		};
		if (!store_add_partial(t->store, &partial))
			continue;
		s->seq++;
		buf_remove_start(pending, len);
	}
}

static void flush_sent(struct to_store *t)
{
	for (size_t i = 0; i < t->sent_len; i++)
		store_sent_attempt(t->store, t->sent[i].attempt, t->sent[i].at_ns);
	t->sent_len = 0;
}

static void on_timer(void *ctx)
{
	struct to_store *t = ctx;
	flush_sent(t);
	for (size_t i = 0; i < t->len; i++)
		flush_stream(t, &t->streams[i], false);
	if (t->len > 0)
		loop_timer_start(t->loop, &t->timer, FLUSH_NS, on_timer, t);
}

static void start_timer(struct to_store *t)
{
	if (t->timer.place == 0)
		loop_timer_start(t->loop, &t->timer, FLUSH_NS, on_timer, t);
}

void to_store_flush(struct to_store *t)
{
	flush_sent(t);
	for (size_t i = 0; i < t->len; i++)
		flush_stream(t, &t->streams[i], true);
}

struct to_store *to_store_new(struct loop *loop, struct store *store)
{
	struct to_store *t = xcalloc(1, sizeof *t);
	t->loop = loop;
	t->store = store;
	t->timer.background = true;
	return t;
}

void to_store_free(struct to_store *t)
{
	if (t == NULL)
		return;
	loop_timer_stop(t->loop, &t->timer);
	while (t->len > 0)
		close_stream(t, &t->streams[t->len - 1]);
	free(t->streams);
	free(t->sent);
	free(t);
}

static struct str as_json(struct arena *a, struct value v)
{
	return v.kind == VALUE_NONE ? STR("") : json_text(a, v, JSON_COMPACT);
}

static struct str as_sentence(struct arena *a, const struct err *e)
{
	if (e == NULL || e->code == ERR_NONE)
		return STR("");
	enum { SENTENCE = sizeof e->where + sizeof e->text + sizeof e->hint + 8 };
	char *text = arena_alloc(a, SENTENCE, 1);
	return str_from(err_format(e, text, SENTENCE));
}

static void begin_run(struct to_store *t, struct arena *a, const struct trace_event *event)
{
	const struct trace_run_begin *b = &event->u.run_begin;
	struct store_run run = {
		.id = event->run,
		.at_ns = event->at_ns,
		.kind = b->kind,
		.name = b->name,
		.hash = b->hash,
		.source = b->source,
		.git = b->git,
		.settings = as_json(a, b->settings),
		.inputs = as_json(a, b->inputs),
	};
	store_begin_run(t->store, &run);
}

static void begin_span(struct to_store *t, struct arena *a, const struct trace_event *event)
{
	const struct trace_span_begin *b = &event->u.span_begin;
	struct store_span span = {
		.id = event->span,
		.run = event->run,
		.parent = b->parent,
		.at_ns = event->at_ns,
		.name = b->name,
		.kind = b->kind,
		.attributes = as_json(a, b->attributes),
		.input = as_json(a, b->input),
	};
	store_begin_span(t->store, &span);
}

static void begin_attempt(struct to_store *t, const struct trace_event *event)
{
	const struct trace_attempt_begin *b = &event->u.attempt_begin;
	struct store_attempt attempt = {
		.id = b->attempt,
		.run = event->run,
		.span = event->span,
		.number = b->number,
		.at_ns = event->at_ns,
		.provider = b->provider,
		.connection = b->connection,
		.model = b->model,
		.request = b->request,
		.sample = b->sample,
		.reserved_nano = b->reserved_nano > 0 ? b->reserved_nano : -1,
	};
	store_begin_attempt(t->store, &attempt);
}

static void on_sent(struct to_store *t, const struct trace_event *event)
{
	t->sent = array_reserve(t->sent, &t->sent_cap, t->sent_len + 1, sizeof *t->sent);
	t->sent[t->sent_len++] = (struct sent){event->u.attempt_begin.attempt, event->at_ns};
	start_timer(t);
	FAILPOINT("attempt-sent");
}

/* When the request went out, if that is not written yet; or 0. */
static int64_t take_sent(struct to_store *t, uint64_t attempt)
{
	for (size_t i = 0; i < t->sent_len; i++)
		if (t->sent[i].attempt == attempt) {
			int64_t at_ns = t->sent[i].at_ns;
			t->sent[i] = t->sent[--t->sent_len];
			return at_ns;
		}
	return 0;
}

static void end_attempt(struct to_store *t, struct arena *a, const struct trace_event *event)
{
	const struct trace_attempt_end *b = &event->u.attempt_end;
	/* As core/model/usage.h has them, which stands above. */
	static const char *const rates[] = {"", "batch", "other"};
	/* The ledger's word for a whole answer is "done", for one that nobody knows of
	 * "unknown"; the others are the trace's. */
	const char *state = b->status == TRACE_OK ? "done" : trace_status_word(b->status);
	if (b->status == TRACE_ERROR && b->possible_spend)
		state = "unknown";
	struct store_attempt_end end = {
		.id = b->attempt,
		.at_ns = event->at_ns,
		.state = str_from(state),
		.input_tokens = b->usage.input,
		.output_tokens = b->usage.output,
		.cache_read_tokens = b->usage.cache_read,
		.cache_write_tokens = b->usage.cache_write,
		.reasoning_tokens = b->usage.reasoning,
		.estimated = b->usage.estimated,
		.finish_reason = b->finish_reason,
		.response_id = b->response_id,
		.response_model = b->response_model,
		.http_status = b->http_status,
		.first_ns = b->first_ns,
		.raw = b->raw,
		.error = as_sentence(a, b->error),
		.cache_write_long_tokens = b->usage.cache_write_long,
		.other_units = b->usage.other_units,
		.rate = str_from(rates[b->usage.rate]),
		.cost_nano = b->cost_nano,
		.price = b->price,
		.cached = b->cached,
		.possible_spend = b->possible_spend,
		.sent_ns = take_sent(t, b->attempt),
	};
	store_end_attempt(t->store, &end);
}

static void on_delta(struct to_store *t, const struct trace_event *event)
{
	const struct trace_delta *d = &event->u.delta;
	struct stream *s = open_stream(t, event->span);
	if (s->first_ns == 0)
		s->first_ns = event->at_ns;
	s->streamed += (int64_t)d->text.len;
	if (!buf_add_str(&s->pending[d->kind], d->text)) {
		/* More than PENDING_MAX within a second. A single piece larger than that is left
		 * out here: the span's end has it. */
		flush_stream(t, s, true);
		(void)buf_add_str(&s->pending[d->kind], d->text);
	}
	start_timer(t);
}

static void end_span(struct to_store *t, struct arena *a, const struct trace_event *event)
{
	const struct trace_end *b = &event->u.end;
	struct stream *s = find(t, event->span);
	struct store_span_end end = {
		.id = event->span,
		.at_ns = event->at_ns,
		.first_ns = s != NULL ? s->first_ns : 0,
		.streamed = s != NULL ? s->streamed : 0,
		.no_partials = s == NULL || s->seq == 0,
		.status = str_from(trace_status_word(b->status)),
		.output = as_json(a, b->output),
		.attributes = as_json(a, b->attributes),
		.error = as_sentence(a, b->error),
	};
	store_end_span(t->store, &end);
	if (s != NULL)
		close_stream(t, s);
	if (t->len == 0 && t->sent_len == 0)
		loop_timer_stop(t->loop, &t->timer);
}

static void end_run(struct to_store *t, struct arena *a, const struct trace_event *event)
{
	const struct trace_end *b = &event->u.end;
	struct store_run_end end = {
		.id = event->run,
		.at_ns = event->at_ns,
		.status = str_from(trace_status_word(b->status)),
		.output = as_json(a, b->output),
		.error = as_sentence(a, b->error),
	};
	store_end_run(t->store, &end);
}

static void add_log(struct to_store *t, const struct trace_event *event)
{
	struct store_log log = {
		.run = event->run,
		.span = event->span,
		.at_ns = event->at_ns,
		.level = event->u.log.level == TRACE_WARNING ? STR("warning") : STR("info"),
		.text = event->u.log.text,
	};
	store_add_log(t->store, &log);
}

void to_store_listen(void *ctx, const struct trace_event *event)
{
	struct to_store *t = ctx;
	struct arena a = ARENA_INIT;
	switch (event->kind) {
	case TRACE_RUN_BEGIN: begin_run(t, &a, event); break;
	case TRACE_SPAN_BEGIN: begin_span(t, &a, event); break;
	case TRACE_ATTEMPT_BEGIN: begin_attempt(t, event); break;
	case TRACE_ATTEMPT_SENT: on_sent(t, event); break;
	case TRACE_DELTA: on_delta(t, event); break;
	case TRACE_ATTEMPT_END: end_attempt(t, &a, event); break;
	case TRACE_SPAN_END: end_span(t, &a, event); break;
	case TRACE_RUN_END: end_run(t, &a, event); break;
	case TRACE_LOG: add_log(t, event); break;
	}
	arena_release(&a);
}
