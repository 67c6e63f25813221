/* SPDX-License-Identifier: MIT */
/* Times counting: bench_tokens ENCODING FILE... prints "load_ms" (the vocabulary's first loading)
 * and for each file "mb_per_s_N", "tokens_N", the best of several. */
#include "core/base/file.h"
#include "core/data/tokens/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 15, LARGEST = 64 << 20 };

static double now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void time_file(const struct tokenizer *t, struct str text, int number)
{
	double best = 0;
	size_t tokens = 0;
	for (int i = 0; i < RUNS; i++) {
		double start = now_ms();
		tokens = tokenizer_count(t, text);
		double taken = now_ms() - start;
		best = i == 0 || taken < best ? taken : best;
	}
	printf("mb_per_s_%d %.2f\ntokens_%d %zu\n", number, (double)text.len / 1e3 / best, number,
		tokens);
}

int main(int argc, char **argv)
{
	struct err e = ERR_INIT;
	struct arena a = ARENA_INIT;
	const struct encoding *encoding = argc > 1 ? encoding_by_name(str_from(argv[1])) : NULL;
	if (encoding == NULL)
		return 2;
	double start = now_ms();
	struct tokenizer *t = tokenizer_load(encoding, &e);
	printf("load_ms %.3f\n", now_ms() - start);
	for (int i = 2; t != NULL && i < argc; i++) {
		struct str text;
		if (!file_read(&a, argv[i], LARGEST, &text, &e))
			break;
		time_file(t, text, i - 2);
	}
	if (e.code != ERR_NONE)
		fprintf(stderr, "%s\n", e.text);
	tokenizer_free(t);
	arena_release(&a);
	return e.code != ERR_NONE;
}
