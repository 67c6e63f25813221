/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_VOCABULARY_H
#define CORE_DATA_TOKENS_VOCABULARY_H

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/data/tokens/cuts.h"

/*
 * The tokens of a byte-pair encoding: byte strings with their ranks, which are their ids. Read from
 * data/tokens/NAME.vocab (what such a file holds stands in data/tokens/generate.py), which travel
 * in the program.
 *
 * Inside, a token goes by its place: where its record begins in `records`, which is its rank in 24
 * bits, its length in 8, then its bytes. Places grow with ranks, so that the lower of two places is
 * the lower rank, and one look at the table gives both the order for merging and the bytes.
 *
 * Immutable once loaded: any number of threads may look things up.
 */

enum {
	VOCABULARY_NO_PLACE = 0x7fffffff,
	VOCABULARY_PLACE_BITS = 22,
	VOCABULARY_HEAD = 4, /* bytes of a record before the token's */
	VOCABULARY_LONGEST = 255 /* bytes of a token, by the file's format */
};

struct vocabulary {
	uint32_t count; /* ranks; one of them may have no token */
	uint32_t *places; /* by rank */
	unsigned char *records;
	/* By hash of a token's bytes: its place and, above it, other bits of the hash; 0: free. */
	uint32_t *slots;
	size_t slot_mask;
	uint32_t *pairs; /* place by two bytes, for the first step of merging */
	uint32_t bytes[256]; /* place by byte: every vocabulary has all of them */
	size_t longest; /* bytes of the longest token */
	struct cuts cuts;
	/* Some tokens come about only where a whole piece is one; no join leads to them. */
	bool whole_only;
};

/* Fills V from the vocabulary NAME ("cl100k_base"); the caller frees it also after a failure. */
bool vocabulary_load(struct vocabulary *v, const char *name, struct err *e);
void vocabulary_free(struct vocabulary *v);

/* The place of the token that is exactly the LEN (> 0) bytes at AT, or VOCABULARY_NO_PLACE. LEFT
 * (>= LEN) bytes may be read there: with 16 of them it is faster. */
uint32_t vocabulary_find(
	const struct vocabulary *v, const unsigned char *at, size_t len, size_t left);
uint32_t vocabulary_id(const struct vocabulary *v, uint32_t place);
/* Bytes of the token ID; empty when it has none. */
struct str vocabulary_bytes(const struct vocabulary *v, uint32_t id);

#endif
