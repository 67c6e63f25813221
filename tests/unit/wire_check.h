/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_WIRE_CHECK_H
#define TESTS_UNIT_WIRE_CHECK_H

/* What every wire format promises, on one recorded stream: the answer does not depend on where the
 * bytes were cut, and without its end it is not complete. */

#include "core/data/json.h"
#include "core/model/wire.h"
#include "core/net/sse.h"

#include "tests/unit/check.h"

#include <stdlib.h>

struct wire_run {
	const struct wire *wire;
	struct wire_answer *answer;
	struct buf told; /* "kind:piece" without borders between pieces of a kind */
	enum trace_delta_kind last;
	struct buf line;
	struct sse sse;
	bool failed;
	struct err error;
};

static inline void wire_run_told(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct wire_run *r = ctx;
	if (r->told.len == 0 || r->last != kind)
		buf_add_format(&r->told, "[%s]", trace_delta_word(kind));
	r->last = kind;
	buf_add_str(&r->told, text);
}

static inline bool wire_run_take(struct wire_run *r, struct str name, struct str data)
{
	if (r->failed || r->answer->done)
		return false;
	if (!r->wire->event(r->answer, name, data, &r->error) && !r->wire->is_complete(r->answer))
		r->failed = true;
	return !r->failed && !r->answer->done;
}

static inline bool wire_run_event(void *ctx, const struct sse_event *event)
{
	return wire_run_take(ctx, event->name, event->data);
}

static inline void wire_run_begin(
	struct wire_run *r, const struct wire *wire, const struct model_request *request)
{
	static const struct connection none = {.allow_http = false};
	*r = (struct wire_run){.wire = wire, .answer = calloc(1, wire->answer_size)};
	r->answer->delta = wire_run_told;
	r->answer->ctx = r;
	if (wire->init != NULL)
		wire->init(r->answer, &none, request);
	sse_init(&r->sse, wire_run_event, r);
}

static inline void wire_run_feed(struct wire_run *r, struct str bytes)
{
	if (r->wire->framing == WIRE_SSE)
		assert_true(sse_feed(&r->sse, bytes.at, bytes.len, &r->error));
	if (r->wire->framing == WIRE_OWN && !r->failed && !r->answer->done)
		r->failed = !r->wire->feed(r->answer, bytes, &r->error) &&
			    !r->wire->is_complete(r->answer);
	for (size_t i = 0; r->wire->framing == WIRE_LINES && i < bytes.len; i++) {
		if (bytes.at[i] != '\n') {
			buf_add_char(&r->line, bytes.at[i]);
			continue;
		}
		if (str_trim(buf_str(&r->line)).len > 0)
			(void)wire_run_take(r, STR_NONE, buf_str(&r->line));
		buf_clear(&r->line);
	}
}

/* All that came, as one text. */
static inline struct str wire_run_text(struct wire_run *r, struct arena *a)
{
	struct model_result m = {.status = TRACE_OK,
		.tool_calls = value_none(),
		.response = value_none(),
		.usage = usage_unknown()};
	r->wire->result(r->answer, &m);
	return str_format(a,
		"%s\ntext: %.*s\nreasoning: %.*s\nrefusal: %.*s\ntools: %.*s\nfinish: %.*s\n"
		"usage: %d %d %d %d %d\nid: %.*s %.*s\nresponse: %.*s\ntold: %.*s\n",
		r->failed			  ? "failed"
		: r->wire->is_complete(r->answer) ? "complete"
						  : "cut",
		STR_ARG(m.text), STR_ARG(m.reasoning), STR_ARG(m.refusal),
		STR_ARG(json_text(a, m.tool_calls, JSON_COMPACT)), STR_ARG(m.finish_reason),
		(int)m.usage.input, (int)m.usage.output, (int)m.usage.cache_read,
		(int)m.usage.cache_write, (int)m.usage.reasoning, STR_ARG(m.response_id),
		STR_ARG(m.response_model), STR_ARG(json_text(a, m.response, JSON_COMPACT)),
		STR_ARG(buf_str(&r->told)));
}

static inline void wire_run_end(struct wire_run *r)
{
	if (r->wire->free != NULL)
		r->wire->free(r->answer);
	arena_release(&r->answer->arena);
	arena_release(&r->answer->scratch);
	free(r->answer);
	sse_free(&r->sse);
	buf_free(&r->line);
	buf_free(&r->told);
}

/* The answer to REQUEST of STREAM, cut at A and B. */
static inline struct str wire_run_cut(const struct wire *wire, const struct model_request *request,
	struct str stream, size_t a, size_t b, struct arena *arena)
{
	struct wire_run r;
	wire_run_begin(&r, wire, request);
	wire_run_feed(&r, str_slice(stream, 0, a));
	wire_run_feed(&r, str_slice(stream, a, b));
	wire_run_feed(&r, str_slice(stream, b, stream.len));
	const struct str text = wire_run_text(&r, arena);
	wire_run_end(&r);
	return text;
}

/* STREAM is split at every byte, and at a second, and ends at every byte; TERMINAL is the text
 * whose event ends the answer (its last place counts). */
static inline void wire_check_stream(const struct wire *wire, const struct model_request *request,
	struct str stream, struct str terminal)
{
	struct arena arena = ARENA_INIT;
	struct arena kept = ARENA_INIT;
	const struct str whole = wire_run_cut(wire, request, stream, 0, 0, &kept);
	const size_t end = str_find_last(stream, terminal);
	assert_true(str_starts(whole, STR("complete\n")));
	assert_int_not_equal(end, SIZE_MAX);
	for (size_t i = 0; i <= stream.len; i++) {
		const size_t second = i + (i * 7 + 3) % 41;
		arena_reset(&arena);
		const struct str split = wire_run_cut(wire, request, stream, i,
			second < stream.len ? second : stream.len, &arena);
		assert_int_equal(split.len, whole.len);
		assert_memory_equal(split.at, whole.at, whole.len);
		struct wire_run r;
		wire_run_begin(&r, wire, request);
		wire_run_feed(&r, str_slice(stream, 0, i));
		assert_false(r.failed);
		if (i <= end)
			assert_false(wire->is_complete(r.answer));
		if (i == stream.len)
			assert_true(wire->is_complete(r.answer));
		const struct str part = wire_run_text(&r, &arena);
		assert_true(part.len > 0);
		wire_run_end(&r);
	}
	arena_release(&arena);
	arena_release(&kept);
}

#endif
