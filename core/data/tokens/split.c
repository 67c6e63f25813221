/* SPDX-License-Identifier: MIT */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "core/data/tokens/split.h"

#include "core/base/alloc.h"
#include "core/text/utf8.h"

#include <pcre2.h>
#include <stdlib.h>

/* The patterns go back over what they matched at most once; a text that needs more than this is
 * cut at a character instead. */
enum { MATCH_LIMIT = 50000000, HEAP_KIB = 65536, DEPTH_LIMIT = 1000 };

struct pattern {
	enum split_style style;
	unsigned digits;
	pcre2_code *code;
};

struct pattern *pattern_new(
	enum split_style style, unsigned digits, const char *expression, struct err *e)
{
	int error;
	PCRE2_SIZE at;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY, &error, &at, NULL);
	if (code == NULL) {
		err_set(e, ERR_BUG, "An encoding's pattern does not compile (error %d at %zu).",
			error, (size_t)at);
		return NULL;
	}
	/* Where there is no JIT, pcre2_match does the same more slowly. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	struct pattern *p = xcalloc(1, sizeof *p);
	*p = (struct pattern){.style = style, .digits = digits, .code = code};
	return p;
}

void pattern_free(struct pattern *p)
{
	if (p == NULL)
		return;
	pcre2_code_free(p->code);
	free(p);
}

static bool prepare(struct split_work *w)
{
	if (w->match == NULL)
		w->match = pcre2_match_data_create(1, NULL);
	if (w->context != NULL || w->match == NULL)
		return w->match != NULL;
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	if (context == NULL)
		return false;
	pcre2_set_match_limit(context, MATCH_LIMIT);
	pcre2_set_heap_limit(context, HEAP_KIB);
	pcre2_set_depth_limit(context, DEPTH_LIMIT);
	w->context = context;
	return true;
}

size_t pattern_match(const struct pattern *p, struct split_work *w, struct str text, size_t at)
{
	uint32_t character;
	int found = !prepare(w) ? PCRE2_ERROR_NOMEMORY
				: pcre2_match(p->code, (PCRE2_SPTR)text.at, text.len, at,
					  PCRE2_NO_UTF_CHECK, w->match, w->context);
	const PCRE2_SIZE *ends = found >= 0 ? pcre2_get_ovector_pointer(w->match) : NULL;
	if (ends != NULL && ends[0] == at && ends[1] > at)
		return ends[1];
	return utf8_next(text, at, &character);
}

size_t pattern_next(const struct pattern *p, struct split_work *w, struct str text, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)text.at;
	size_t end = split_scan(p->style, p->digits, bytes, text.len, at);
	return end > 0 ? end : pattern_match(p, w, text, at);
}

void split_work_end(struct split_work *w)
{
	pcre2_match_data_free(w->match);
	pcre2_match_context_free(w->context);
	*w = (struct split_work){NULL, NULL};
}
