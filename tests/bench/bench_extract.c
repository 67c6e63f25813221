/* SPDX-License-Identifier: MIT */
/* Times the extractive answerer over 20 passages, and the index it gets them from: prints
 * "extract_ms", "index_mb_per_s" and "retrieve_ms" (10,000 chunks), medians. */
#include "core/base/clock.h"
#include "core/knowledge/keywords.h"
#include "core/knowledge/source.h"
#include "core/model/extract.h"

#include <stdio.h>
#include <stdlib.h>

enum { PASSAGES = 20, RUNS = 51, CHUNKS = 10000 };

static const char *const subjects[] = {"annual leave", "the pool", "a badge", "the travel request",
	"年假", "报销", "门禁卡", "远程办公"};

/* About 800 bytes on one of the subjects, in both languages in turn. */
static void add_passage(struct buf *out, unsigned seed)
{
	const char *subject = subjects[seed % 8];
	for (unsigned i = 0; i < 9; i++) {
		seed = seed * 1664525u + 1013904223u;
		unsigned n = seed >> 20;
		if (subject[0] < 0)
			buf_add_format(out,
				"关于%s，员工应在 %u 天内提交第 %u 号申请，主管会尽快答复。",
				subject, n % 30, n);
		else
			buf_add_format(out,
				"For %s number %u you ask your manager at least %u days ahead. ",
				subject, n, n % 30);
	}
}

static double ms(int64_t from, int64_t to)
{
	return (double)(to - from) / 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double median(double *times)
{
	qsort(times, RUNS, sizeof *times, by_size);
	return times[RUNS / 2];
}

static double time_extract(const struct clock *clock)
{
	struct arena a = ARENA_INIT;
	struct buf prompt = BUF_INIT(0);
	double times[RUNS];
	for (unsigned i = 0; i < PASSAGES; i++) {
		buf_add_format(&prompt, "[%u] (handbook.md#%s) ", i + 1, subjects[i % 8]);
		add_passage(&prompt, i);
		buf_add_cstr(&prompt, "\n\n");
	}
	buf_add_cstr(&prompt, "Question: How many days ahead do I ask for annual leave?\n");
	struct message m = {.role = ROLE_USER, .content = buf_str(&prompt)};
	for (size_t i = 0; i < RUNS; i++) {
		int64_t start = clock_now(clock);
		struct extract_answer x = extract_answer(&a, &m, 1);
		times[i] = ms(start, clock_now(clock));
		if (x.outcome != EXTRACT_ANSWERED)
			exit(1);
		arena_reset(&a);
	}
	buf_free(&prompt);
	arena_release(&a);
	return median(times);
}

static void time_index(const struct clock *clock, double *mb_per_s, double *search_ms)
{
	struct arena a = ARENA_INIT;
	struct keywords k;
	struct keyword_hit *hits;
	struct buf text = BUF_INIT(0);
	double times[RUNS];
	size_t bytes = 0;
	int64_t spent = 0;
	keywords_start(&k);
	for (unsigned i = 0; i < CHUNKS; i++) {
		buf_clear(&text);
		add_passage(&text, i);
		bytes += text.len;
		int64_t start = clock_now(clock);
		keywords_add(&k, str_from(subjects[i % 8]), buf_str(&text));
		spent += clock_now(clock) - start;
	}
	*mb_per_s = (double)bytes / 1e6 / ((double)spent / 1e9);
	for (size_t i = 0; i < RUNS; i++) {
		int64_t start = clock_now(clock);
		keywords_search(&k, &a, STR("报销申请要提前几天提交，主管多久答复？"), 20, &hits);
		times[i] = ms(start, clock_now(clock));
		arena_reset(&a);
	}
	*search_ms = median(times);
	buf_free(&text);
	keywords_release(&k);
	arena_release(&a);
}

int main(void)
{
	struct clock clock = clock_real();
	double mb_per_s, search_ms;
	printf("extract_ms %.3f\n", time_extract(&clock));
	time_index(&clock, &mb_per_s, &search_ms);
	printf("index_mb_per_s %.1f\nretrieve_ms %.3f\n", mb_per_s, search_ms);
	return 0;
}
