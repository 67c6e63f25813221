/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_SPLIT_H
#define CORE_DATA_TOKENS_SPLIT_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/data/tokens/split_scan.h"

/*
 * Cuts a text into the pieces that are made into tokens one by one, with the encoding's own regular
 * expression: matches from the left, without gaps. PCRE2 with its JIT does it; for the usual
 * characters split_scan, which gives the same faster.
 */

struct pattern; /* compiled; immutable, for any number of threads */

/* One thread's, for as long as it works on one text. {NULL} to begin with. */
struct split_work {
	void *match; /* pcre2_match_data */
	void *context; /* pcre2_match_context */
};

struct pattern *pattern_new(
	enum split_style style, unsigned digits, const char *expression, struct err *e);
void pattern_free(struct pattern *p);

/* Where the piece of TEXT (valid UTF-8) that begins at AT (< its length) ends. */
size_t pattern_next(const struct pattern *p, struct split_work *w, struct str text, size_t at);
/* The same, by PCRE2 alone: what split_scan is held against. */
size_t pattern_match(const struct pattern *p, struct split_work *w, struct str text, size_t at);
void split_work_end(struct split_work *w);

#endif
