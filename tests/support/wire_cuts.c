/* SPDX-License-Identifier: MIT */
/*
 * Reads recorded answers cut in every way and says whether it made a difference.
 *
 *	wire_cuts PROVIDER VENDOR TYPE N FILE...
 *
 * TYPE is the content type; an answer of application/json is one that was not asked for as a
 * stream. N answers were asked for. For each file a JSON line: {"file", "answer": what the
 * answer is when it comes in one piece, "tries", "differ": the cuts that gave another answer,
 * "complete": the number of bytes from which on the answer is OK when the connection breaks,
 * "ended": the same when the connection ends in peace, "wrong": what is wrong with truncated ones}.
 *
 * Cut once: at every byte. Cut twice: every pair of a short answer, else so many drawn with a fixed
 * seed. Cut often: every 1 to 16 bytes, and at random.
 */
#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/model/anthropic.h"
#include "core/model/bedrock.h"
#include "core/model/gemini.h"
#include "core/model/ollama.h"
#include "core/model/openai_chat.h"
#include "core/model/openai_responses.h"
#include "core/model/wire_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = 1500, DRAWN = 300, LISTED = 3 };

struct named_wire {
	const char *name;
	const struct wire *wire;
};

static const struct named_wire wires[] = {
	{"anthropic", &anthropic_wire},
	{"gemini", &gemini_wire},
	{"ollama", &ollama_wire},
	{"openai", &openai_wire},
	{"azure", &azure_wire},
	{"bedrock", &bedrock_wire},
	{"openai_responses", &openai_responses_wire},
};

struct trial {
	const struct wire *wire;
	struct connection connection;
	struct model_request request;
	struct str type;
	struct buf told[4]; /* by trace_delta_kind */
	uint64_t seed;
};

static void on_delta(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct trial *t = ctx;

	buf_add_str(&t->told[kind], text);
}

static void set(struct value v, const char *key, struct value item)
{
	value_set(v, str_from(key), item);
}

static void set_count(struct value v, const char *key, int64_t n)
{
	set(v, key, n < 0 ? value_none() : value_int(n));
}

static struct value usage_value(struct arena *a, const struct trace_usage *u)
{
	struct value v = value_dict(a);

	if (u->input < 0 && u->output < 0)
		return value_none();
	set_count(v, "input", u->input);
	set_count(v, "output", u->output);
	set_count(v, "cached", u->cache_read);
	set_count(v, "cache_write", u->cache_write);
	set_count(v, "reasoning", u->reasoning);
	return v;
}

/* All that a reader of the answer can see, in A. */
static struct value essence(struct arena *a, struct trial *t, const struct model_result *r)
{
	struct value v = value_dict(a), told = value_list(a);

	set(v, "status", value_cstr(trace_status_word(r->status)));
	set(v, "text", value_str(str_copy(a, r->text)));
	set(v, "reasoning", value_str(str_copy(a, r->reasoning)));
	set(v, "refusal", value_str(str_copy(a, r->refusal)));
	set(v, "tools", value_str(json_text(a, r->tool_calls, JSON_COMPACT)));
	set(v, "finish", value_str(str_copy(a, r->finish_reason)));
	set(v, "id", value_str(str_copy(a, r->response_id)));
	set(v, "model", value_str(str_copy(a, r->response_model)));
	set(v, "usage", usage_value(a, &r->usage));
	set(v, "error", value_str(str_copy(a, str_from(r->error.text))));
	set(v, "response", value_str(json_text(a, r->response, JSON_COMPACT)));
	for (int kind = 0; kind < 4; kind++)
		value_push(told, value_str(str_copy(a, buf_str(&t->told[kind]))));
	set(v, "told", told);
	return v;
}

/* Reads BYTES in pieces that end at CUTS (rising), and FAILED at the end. Into the arena. */
static struct value read_cut(struct arena *a, struct trial *t, struct str bytes, const size_t *cuts,
	size_t count, const struct err *failed)
{
	struct wire_read r;
	struct model_result result;
	size_t at = 0;

	for (int kind = 0; kind < 4; kind++)
		buf_clear(&t->told[kind]);
	wire_read_init(&r, t->wire, &t->connection, &t->request);
	r.stream = t->request.stream;
	r.answer->delta = on_delta;
	r.answer->ctx = t;
	wire_read_head(&r, 200, t->type);
	for (size_t i = 0; i <= count && !r.answer->done; i++) {
		const size_t end = i < count ? cuts[i] : bytes.len;
		if (end > at && !wire_read_feed(&r, str_slice(bytes, at, end)))
			break;
		at = end;
	}
	wire_read_end(&r, failed, &result);
	const struct value out = essence(a, t, &result);
	wire_read_free(&r);
	return out;
}

/* xorshift64*: the same cuts on every machine. */
static size_t draw(struct trial *t, size_t below)
{
	t->seed ^= t->seed >> 12;
	t->seed ^= t->seed << 25;
	t->seed ^= t->seed >> 27;
	return (size_t)((t->seed * 2685821657736338717u) >> 33) % below;
}

struct report {
	struct arena *arena;
	struct str whole; /* the answer in one piece, as text */
	struct value differ;
	int64_t tries;
};

static void try_cuts(
	struct report *p, struct trial *t, struct str bytes, const size_t *cuts, size_t count)
{
	const struct err none = ERR_INIT;
	struct arena own = ARENA_INIT;
	const struct value got = read_cut(&own, t, bytes, cuts, count, &none);

	p->tries++;
	if (!str_eq(json_text(&own, got, JSON_COMPACT), p->whole) &&
		p->differ.u.list->len < LISTED) {
		struct value item = value_dict(p->arena), list = value_list(p->arena);
		for (size_t i = 0; i < count && i < 8; i++)
			value_push(list, value_int((int64_t)cuts[i]));
		set(item, "cuts", list);
		set(item, "got", value_str(str_copy(p->arena, json_text(&own, got, JSON_COMPACT))));
		value_push(p->differ, item);
	}
	arena_release(&own);
}

static void cut_everywhere(struct report *p, struct trial *t, struct str bytes)
{
	size_t *cuts = xcalloc(bytes.len + 1, sizeof *cuts);
	const bool every_pair = bytes.len * bytes.len / 2 <= PAIRS;

	for (size_t k = 1; k < bytes.len; k++)
		try_cuts(p, t, bytes, &k, 1);
	for (size_t i = 1; every_pair && i < bytes.len; i++)
		for (size_t k = i + 1; k < bytes.len; k++)
			try_cuts(p, t, bytes, (const size_t[]){i, k}, 2);
	for (int i = 0; !every_pair && i < PAIRS; i++) {
		const size_t one = draw(t, bytes.len), two = draw(t, bytes.len);
		const size_t pair[] = {one < two ? one : two, one < two ? two : one};
		try_cuts(p, t, bytes, pair, 2);
	}
	for (size_t step = 1; step <= 16; step++) {
		size_t count = 0;
		for (size_t k = step; k < bytes.len; k += step)
			cuts[count++] = k;
		try_cuts(p, t, bytes, cuts, count);
	}
	for (int i = 0; i < DRAWN; i++) {
		size_t count = 0;
		const size_t step = 2 + draw(t, 200);
		for (size_t k = 1 + draw(t, step); k < bytes.len; k += 1 + draw(t, step))
			cuts[count++] = k;
		try_cuts(p, t, bytes, cuts, count);
	}
	free(cuts);
}

/* Every start of BYTES, which then FAILED: from which length on it is OK; what is wrong before. */
static int64_t truncate_everywhere(struct report *p, struct trial *t, struct str bytes,
	const struct err *failed, struct value wrong)
{
	int64_t complete = -1;

	for (size_t k = 0; k <= bytes.len; k++) {
		struct arena own = ARENA_INIT;
		const struct value got = read_cut(&own, t, str_slice(bytes, 0, k), NULL, 0, failed);
		const struct str status = value_get_str(got, "status", STR_NONE);
		const bool good = str_is(status, "ok") || str_is(status, "filtered");
		const char *fault = NULL;
		if (good && complete < 0)
			complete = (int64_t)k;
		if (!good && complete >= 0)
			fault = "complete before, and not any more";
		else if (!good && t->request.stream && !str_is(status, "truncated"))
			fault = "neither truncated nor complete";
		else if (!good && value_get_str(got, "error", STR_NONE).len == 0)
			fault = "does not say why";
		p->tries++;
		if (fault != NULL && wrong.u.list->len < LISTED) {
			struct value item = value_dict(p->arena);
			set(item, "at", value_int((int64_t)k));
			set(item, "fault", value_cstr(fault));
			set(item, "got",
				value_str(str_copy(p->arena, json_text(&own, got, JSON_COMPACT))));
			value_push(wrong, item);
		}
		arena_release(&own);
	}
	return complete;
}

static void run(struct trial *t, const char *name, struct str bytes)
{
	struct arena a = ARENA_INIT;
	const struct err none = ERR_INIT;
	struct err broken = ERR_INIT;
	struct buf out = BUF_INIT(0);
	struct value line = value_dict(&a), wrong = value_list(&a);
	struct report p = {.arena = &a, .differ = value_list(&a)};
	const struct value whole = read_cut(&a, t, bytes, NULL, 0, &none);

	err_set(&broken, ERR_NET, "The connection broke.");
	t->seed = 20260822;
	p.whole = json_text(&a, whole, JSON_COMPACT);
	cut_everywhere(&p, t, bytes);
	set(line, "file", value_cstr(name));
	set(line, "answer", whole);
	set_count(line, "complete", truncate_everywhere(&p, t, bytes, &broken, wrong));
	set_count(line, "ended", truncate_everywhere(&p, t, bytes, &none, wrong));
	set(line, "differ", p.differ);
	set(line, "wrong", wrong);
	set_count(line, "tries", p.tries);
	json_write(&out, line, JSON_COMPACT);
	buf_add_char(&out, '\n');
	fwrite(out.at, 1, out.len, stdout);
	buf_free(&out);
	arena_release(&a);
}

static void read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char piece[4096];
	size_t len;

	if (f == NULL)
		BUG("%s cannot be opened.", path);
	while ((len = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, len);
	fclose(f);
}

int main(int argc, char **argv)
{
	struct trial t = {.connection = {.name = STR("test"),
				  .headers = value_none(),
				  .options = value_none()},
		.request = {.model = STR("recorded")}};
	struct arena a = ARENA_INIT;

	if (argc < 6)
		return 2;
	for (size_t i = 0; i < sizeof wires / sizeof *wires; i++)
		if (strcmp(wires[i].name, argv[1]) == 0)
			t.wire = wires[i].wire;
	if (t.wire == NULL)
		return 2;
	t.connection.provider = str_from(argv[1]);
	t.connection.vendor = str_from(argv[2]);
	t.type = str_from(argv[3]);
	t.request.stream = !str_is(t.type, "application/json");
	t.request.parameters = value_dict(&a);
	value_set(t.request.parameters, STR("n"), value_int(strtol(argv[4], NULL, 10)));
	for (int i = 5; i < argc; i++) {
		struct buf bytes = BUF_INIT(0);
		read_file(argv[i], &bytes);
		run(&t, argv[i], buf_str(&bytes));
		buf_free(&bytes);
	}
	for (int kind = 0; kind < 4; kind++)
		buf_free(&t.told[kind]);
	arena_release(&a);
	return 0;
}
