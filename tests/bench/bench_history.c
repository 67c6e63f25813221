/* SPDX-License-Identifier: MIT */
/* Adds many runs of one file to a workspace and times looking back at them, and at the run ID,
 * through the engine: bench_history FOLDER RUNS ID. Prints milliseconds. */
#include "core/base/ids.h"
#include "core/engine/history.h"
#include "core/loop/loop.h"
#include "core/store/store.h"

#include <stdio.h>

enum { PER_BATCH = 500, PER_VERSION = 20, PAGE = 200, ROUNDS = 9 };

#define NAME STR("prompts/many.prompty")

static void add_run(struct store *store, struct ids *ids, int number, int64_t at_ns)
{
	struct arena a = ARENA_INIT;
	struct store_run run = {.id = ids_next(ids),
		.at_ns = at_ns,
		.kind = STR("prompt"),
		.name = NAME,
		.hash = STR("00ff"),
		.source = str_format(&a, "version %d", number / PER_VERSION),
		.settings = STR("{\"model\":\"fake/small\",\"model_reason\":\"lathe.yaml\"}"),
		.inputs = str_format(&a, "{\"question\":\"case %d\"}", number)};
	struct store_span span = {.id = ids_next(ids),
		.run = run.id,
		.at_ns = at_ns,
		.name = STR("answer"),
		.kind = STR("llm")};
	struct store_attempt attempt = {.id = ids_next(ids),
		.run = run.id,
		.span = span.id,
		.number = 1,
		.at_ns = at_ns,
		.provider = STR("scripted"),
		.connection = STR("fake"),
		.model = STR("small"),
		.request = STR("{\"model\":\"small\"}")};
	struct store_attempt_end attempt_end = {.id = attempt.id,
		.at_ns = at_ns + 900000,
		.state = STR("done"),
		.input_tokens = 412,
		.output_tokens = 88,
		.first_ns = at_ns + 200000};
	struct store_span_end span_end = {.id = span.id,
		.at_ns = at_ns + 900000,
		.status = STR("ok"),
		.output = STR("\"Twenty-five days a year.\"")};
	struct store_run_end run_end = {.id = run.id,
		.at_ns = at_ns + 900000,
		.status = STR("ok"),
		.output = STR("{\"output\":\"Twenty-five days a year.\"}")};
	store_begin_run(store, &run);
	store_begin_span(store, &span);
	store_begin_attempt(store, &attempt);
	store_end_attempt(store, &attempt_end);
	store_end_span(store, &span_end);
	store_end_run(store, &run_end);
	arena_release(&a);
}

struct durable {
	bool done;
	bool failed;
};

static void on_durable(void *ctx, const struct err *error)
{
	struct durable *d = ctx;
	d->done = true;
	d->failed = error != NULL;
}

static bool fill(const char *folder, int runs, struct err *e)
{
	struct loop *loop = loop_new(clock_real());
	struct store *store = NULL;
	struct ids ids = {.counting = false};
	int64_t start = loop_now(loop);
	bool ok = store_open(loop, folder, NULL, &store, e);
	for (int i = 0; ok && i < runs; i++) {
		add_run(store, &ids, i, start + i * INT64_C(1000000));
		if (i % PER_BATCH != 0)
			continue;
		struct durable d = {0};
		store_when_durable(store, on_durable, &d);
		loop_run_until(loop, &d.done);
		ok = !d.failed;
	}
	ok = store_close(store, e) && ok;
	loop_free(loop);
	return ok;
}

static int64_t now_ns(void)
{
	struct clock clock = clock_real();
	return clock_now(&clock);
}

/* The page of runs after BEFORE; the best of some rounds. *LAST: where the next one begins. */
static bool time_page(
	struct engine *engine, int64_t before, int64_t *best, int64_t *last, struct err *e)
{
	struct run_filter filter = {.name = NAME, .before = before, .limit = PAGE};
	*best = INT64_MAX;
	for (int i = 0; i < ROUNDS; i++) {
		struct arena a = ARENA_INIT;
		struct run_rows rows;
		int64_t start = now_ns();
		if (!history_list(engine, &filter, &a, &rows, e))
			return false;
		int64_t took = now_ns() - start;
		*best = took < *best ? took : *best;
		*last = rows.len > 0 ? rows.rows[rows.len - 1].seq : 0;
		arena_release(&a);
	}
	return true;
}

static bool measure(struct engine *engine, const char *id, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct history h;
	int64_t first, deep, before, start = now_ns();
	if (!history_read(engine, str_from(id), &a, &h, e))
		return false;
	printf("open_ms %.2f\nspans %zu\n", (double)(now_ns() - start) / 1e6, h.spans.len);
	if (!time_page(engine, 0, &first, &before, e))
		return false;
	for (int i = 0; i < 50 && before > 0; i++)
		if (!time_page(engine, before, &deep, &before, e))
			return false;
	printf("page_ms %.2f\ndeep_page_ms %.2f\n", (double)first / 1e6, (double)deep / 1e6);
	arena_release(&a);
	return true;
}

int main(int argc, char **argv)
{
	int64_t runs = 0;
	if (argc != 4 || !str_to_int(str_from(argv[2]), &runs) || runs < 1 || runs > 1000000) {
		fprintf(stderr, "usage: bench_history FOLDER RUNS ID\n");
		return 2;
	}
	struct err e = ERR_INIT;
	struct engine *engine = NULL;
	struct engine_options options = {.path = argv[1], .read_only = true};
	bool ok = fill(argv[1], (int)runs, &e) && engine_new(&options, &engine, &e) &&
		  measure(engine, argv[3], &e);
	if (engine != NULL)
		ok = engine_free(engine, &e) && ok;
	if (!ok)
		fprintf(stderr, "bench_history: %s\n", e.text);
	return ok ? 0 : 1;
}
