/* SPDX-License-Identifier: MIT */
#ifndef CORE_KNOWLEDGE_KEYWORDS_H
#define CORE_KNOWLEDGE_KEYWORDS_H

#include "core/base/map.h"
#include "core/base/str.h"

/*
 * A keyword index in memory, scored by BM25 (Robertson and Zaragoza 2009) with k1 = 1.2, b = 0.75
 * and Lucene's idf, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative. Texts and queries
 * go through the same analyser (core/text/segment.h): words and pairs of CJK characters count
 * fully, single CJK characters a fifth, since most stand inside of pairs that count already.
 * Function words are not searched for, unless the query has nothing else.
 */

struct posting {
	uint32_t document;
	uint32_t times;
};

struct posting_list {
	struct str term;
	struct posting *items; /* by document */
	size_t len, cap;
};

struct keywords {
	struct arena arena; /* owns all below */
	struct map terms; /* term -> index of its list */
	struct posting_list *lists;
	size_t len, cap;
	uint32_t *lengths; /* words and CJK characters of each document */
	size_t documents, documents_cap;
	uint64_t total; /* of all lengths */
};

struct keyword_hit {
	uint32_t document;
	double score;
	struct str *matched; /* the query's terms that the document has, in the query's order */
	size_t matched_len;
};

void keywords_start(struct keywords *k);
/* Adds the next document (they are numbered from 0): its text and what it is called, whose terms
 * count as if they stood in the text twice. Both are copied as far as needed. */
void keywords_add(struct keywords *k, struct str title, struct str text);
void keywords_release(struct keywords *k);

/* The LIMIT best documents for QUERY, best first; equal scores by document number. Returns how many
 * there are in *OUT, which lies in the arena A. */
size_t keywords_search(const struct keywords *k, struct arena *a, struct str query, size_t limit,
	struct keyword_hit **out);

#endif
