/* SPDX-License-Identifier: MIT */
/* Fills a workspace with one run of many spans and prints the run's id, so that the program's own
 * reading of a large trace can be timed: bench_trace FOLDER SPANS. */
#include "core/base/ids.h"
#include "core/loop/loop.h"
#include "core/store/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { PER_BATCH = 500, CHILDREN = 20 };

#define ATTRIBUTES STR("{\"gen_ai.operation.name\":\"chat\",\"gen_ai.request.model\":\"scripted\"}")

/* A tree: the root, then groups of a retrieve-like parent with CHILDREN below it. */
static uint64_t add_span(struct store *store, struct ids *ids, uint64_t run, uint64_t parent,
	int number, int64_t at_ns)
{
	struct arena a = ARENA_INIT;
	struct store_span span = {
		.id = ids_next(ids),
		.run = run,
		.parent = parent,
		.at_ns = at_ns,
		.name = str_format(&a, "answer question %d", number),
		.kind = STR("llm"),
		.attributes = ATTRIBUTES,
		.input = str_format(
			&a, "{\"question\":\"How many days of leave, case %d?\"}", number),
	};
	store_begin_span(store, &span);
	struct store_span_end end = {
		.id = span.id,
		.at_ns = at_ns + 40000000,
		.first_ns = at_ns + 9000000,
		.streamed = 120,
		.status = STR("ok"),
		.output = str_format(&a, "\"Twenty-five days a year [%d].\"", number),
		.attributes = ATTRIBUTES,
	};
	store_end_span(store, &end);
	arena_release(&a);
	return span.id;
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

static bool fill(struct loop *loop, struct store *store, uint64_t run, int spans)
{
	struct ids ids = {.counting = false};
	int64_t start = loop_now(loop), at = start;
	struct store_run first = {
		.id = run,
		.at_ns = start,
		.kind = STR("prompt"),
		.name = STR("bench.prompty"),
	};
	store_begin_run(store, &first);
	uint64_t root = add_span(store, &ids, run, 0, 0, at), parent = root;
	for (int i = 1; i < spans; i++) {
		at += 1000000;
		bool is_group = (i - 1) % (CHILDREN + 1) == 0;
		uint64_t id = add_span(store, &ids, run, is_group ? root : parent, i, at);
		parent = is_group ? id : parent;
		if (i % PER_BATCH != 0)
			continue;
		struct durable d = {0};
		store_when_durable(store, on_durable, &d);
		loop_run_until(loop, &d.done);
		if (d.failed)
			return false;
	}
	struct store_run_end last = {
		.id = run,
		.at_ns = at + 50000000,
		.status = STR("ok"),
		.output = STR("\"done\""),
	};
	store_end_run(store, &last);
	return true;
}

int main(int argc, char **argv)
{
	int64_t spans = 0;
	if (argc != 3 || !str_to_int(str_from(argv[2]), &spans) || spans < 1 || spans > 1000000) {
		fprintf(stderr, "usage: bench_trace FOLDER SPANS\n");
		return 2;
	}
	struct err e = ERR_INIT;
	struct loop *loop = loop_new(clock_real());
	struct store *store = NULL;
	struct ids ids = {.counting = false};
	uint64_t run = ids_next(&ids);
	bool ok = store_open(loop, argv[1], NULL, &store, &e) && fill(loop, store, run, (int)spans);
	ok = store_close(store, &e) && ok;
	loop_free(loop);
	if (!ok) {
		fprintf(stderr, "bench_trace: %s\n", e.text);
		return 1;
	}
	char text[ID_TEXT];
	printf("%s\n", id_text(run, text));
	return 0;
}
