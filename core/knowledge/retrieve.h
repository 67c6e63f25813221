/* SPDX-License-Identifier: MIT */
#ifndef CORE_KNOWLEDGE_RETRIEVE_H
#define CORE_KNOWLEDGE_RETRIEVE_H

#include "core/data/value.h"
#include "core/knowledge/keywords.h"
#include "core/knowledge/source.h"

/*
 * From a question to the passages that may answer it: the documents of some folders, indexed in
 * memory when first needed. The score is BM25 over text and headings, and a fifth of what the
 * question's synonyms (core/text/synonyms.h) score; passages in the question's language are
 * preferred by a quarter, because a document set that is kept in two languages should answer in the
 * one that was asked in.
 */

struct retriever;

struct retrieved {
	const struct chunk *chunk; /* the retriever's */
	double score;
	struct str *matched;
	size_t matched_len;
};

/* Reads and indexes; NULL with E set when the documents cannot be read. ROOT and FOLDERS are
 * copied. */
struct retriever *retriever_new(
	const char *root, const struct str *folders, size_t count, struct err *e) WARN_UNUSED;
void retriever_free(struct retriever *r);

/* True when the files are not those that were indexed: make a new one. */
bool retriever_is_stale(const struct retriever *r);
/* True when R was made for this root and these folders. */
bool retriever_is_for(
	const struct retriever *r, const char *root, const struct str *folders, size_t count);
const struct source *retriever_source(const struct retriever *r);

/* The K best passages for QUERY, best first, into the arena; returns how many. */
size_t retrieve(const struct retriever *r, struct arena *a, struct str query, size_t k,
	struct retrieved **out);

/* They as a flow's node hands them on: a list of {"rank", "id", "source", "text", "heading",
 * "path", "file", "line", "score", "matched"}. "source" names the section ("file#heading"), "id"
 * the chunk, of which a long section has several. */
struct value retrieved_to_value(struct arena *a, const struct retrieved *items, size_t count);

#endif
