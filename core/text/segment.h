/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_SEGMENT_H
#define CORE_TEXT_SEGMENT_H

#include "core/base/str.h"

/*
 * The analyser that retrieval and the extractor share, for documents and for questions alike, so
 * that both see the same terms.
 *
 * Text is folded (NFKC, letter case, accents off outside Asian scripts). A run of letters and
 * digits is one word, stemmed when it is plain English; "don't" is "dont", "company's" is
 * "company"; "IT" amid small letters is not "it"; "1,000" is "1000" and "3.5" stays whole. Chinese,
 * Japanese and Korean characters, which have no word borders, give a term each and a term for each
 * two that touch.
 */

enum term_kind {
	TERM_WORD,
	TERM_NUMBER, /* begins with a digit */
	TERM_ONE, /* a CJK character */
	TERM_TWO /* two CJK characters that touch */
};

struct term {
	struct str text; /* folded; of the source's bytes or in the arena */
	uint32_t start, end; /* bytes of the source */
	uint32_t position; /* counts words and CJK characters; a pair has its first one's */
	enum term_kind kind;
	bool common; /* a function word, or touches one ("the", "how many"; 的, 多少) */
};

struct terms {
	struct term *items; /* by position; the pair after its first character */
	size_t len;
	size_t cap;
};

/* Terms of at most the first 16 MiB of TEXT. */
struct terms segment_terms(struct arena *a, struct str text);

/* The language a text is mostly in, as far as it matters here. */
enum language { LANGUAGE_ENGLISH, LANGUAGE_CHINESE };

/* Chinese when it has more CJK characters than words of other scripts. */
enum language segment_language(struct str text);

/* True for a CJK character that is part of words. */
bool segment_is_cjk(uint32_t code);

#endif
