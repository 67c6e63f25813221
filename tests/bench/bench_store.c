/* SPDX-License-Identifier: MIT */
/* The store's figures, as "key value" lines: runs written one after the other, each waiting for the
 * disk, then a run of 10,000 spans written and read: bench_store FOLDER. */
#include "core/base/alloc.h"
#include "core/base/ids.h"
#include "core/loop/loop.h"
#include "core/store/run_rows.h"
#include "core/store/span_rows.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>

enum { COMMITS = 2000, SPANS = 10000, READS = 21 };

struct bench {
	struct loop *loop;
	struct store *store;
	struct ids ids;
};

static void stop_on(const struct err *error)
{
	char text[700];
	if (error == NULL)
		return;
	fprintf(stderr, "%s\n", err_format(error, text, sizeof text));
	exit(1);
}

static void durable(void *ctx, const struct err *error)
{
	bool *done = ctx;
	stop_on(error);
	*done = true;
}

static void settle(struct bench *b)
{
	bool done = false;
	store_when_durable(b->store, durable, &done);
	loop_run_until(b->loop, &done);
}

static uint64_t begin_run(struct bench *b)
{
	struct store_run run = {.id = ids_next(&b->ids),
		.at_ns = loop_now(b->loop),
		.kind = STR("flow"),
		.name = STR("flow.dag.yaml"),
		.source = STR("nodes: []"),
		.settings = STR("{\"model\":\"tiny\"}"),
		.inputs = STR("{\"question\":\"How many days of leave?\"}")};
	store_begin_run(b->store, &run);
	return run.id;
}

static void add_span(struct bench *b, uint64_t run, uint64_t *parent, int number)
{
	char text[200];
	snprintf(text, sizeof text, "{\"question\":\"number %d\",\"passages\":[\"one\",\"two\"]}",
		number);
	struct store_span span = {.id = ids_next(&b->ids),
		.run = run,
		.parent = *parent,
		.at_ns = loop_now(b->loop),
		.name = STR("answer"),
		.kind = STR("llm"),
		.attributes = STR("{\"gen_ai.operation.name\":\"chat\","
				  "\"gen_ai.request.model\":\"tiny\"}"),
		.input = str_from(text)};
	struct store_span_end end = {.id = span.id,
		.at_ns = loop_now(b->loop),
		.status = STR("ok"),
		.output = STR("\"Twenty-five days a year.\""),
		.attributes = STR("{\"gen_ai.usage.input_tokens\":120,"
				  "\"gen_ai.usage.output_tokens\":8}")};
	store_begin_span(b->store, &span);
	store_end_span(b->store, &end);
	if (number % 10 == 0)
		*parent = span.id;
}

static uint64_t write_large(struct bench *b, int spans)
{
	uint64_t run = begin_run(b), parent = 0;
	for (int i = 0; i < spans; i++)
		add_span(b, run, &parent, i);
	struct store_run_end end = {.id = run, .at_ns = loop_now(b->loop), .status = STR("ok")};
	store_end_run(b->store, &end);
	settle(b);
	return run;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

static double ms(int64_t ns)
{
	return (double)ns / 1e6;
}

static void measure_commits(struct bench *b)
{
	int64_t *taken = xcalloc(COMMITS, sizeof *taken);
	for (int i = 0; i < COMMITS; i++) {
		int64_t start = loop_now(b->loop);
		begin_run(b);
		settle(b);
		taken[i] = loop_now(b->loop) - start;
	}
	qsort(taken, COMMITS, sizeof *taken, by_value);
	printf("durable_p50_ms %.3f\n", ms(taken[COMMITS / 2]));
	printf("durable_p99_ms %.3f\n", ms(taken[COMMITS * 99 / 100]));
	printf("durable_max_ms %.3f\n", ms(taken[COMMITS - 1]));
	free(taken);
}

static void measure_large(struct bench *b)
{
	int64_t taken[READS], start = loop_now(b->loop);
	uint64_t run = write_large(b, SPANS);
	printf("write_10000_spans_ms %.1f\n", ms(loop_now(b->loop) - start));
	for (int i = 0; i < READS; i++) {
		struct arena a = ARENA_INIT;
		struct span_rows spans;
		struct err e = ERR_INIT;
		start = loop_now(b->loop);
		if (!span_rows_list(b->store, &a, run, &spans, &e) || spans.len != SPANS)
			stop_on(&e);
		taken[i] = loop_now(b->loop) - start;
		arena_release(&a);
	}
	qsort(taken, READS, sizeof *taken, by_value);
	printf("read_10000_spans_ms %.1f\n", ms(taken[READS / 2]));
}

int main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	struct bench b = {.loop = loop_new(clock_real())};
	if (argc != 2) {
		fprintf(stderr, "usage: bench_store FOLDER\n");
		return 2;
	}
	if (!store_open(b.loop, argv[1], NULL, &b.store, &e))
		stop_on(&e);
	measure_commits(&b);
	measure_large(&b);
	if (!store_close(b.store, &e))
		stop_on(&e);
	loop_free(b.loop);
	return 0;
}
