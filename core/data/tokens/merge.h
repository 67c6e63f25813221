/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_MERGE_H
#define CORE_DATA_TOKENS_MERGE_H

#include "core/data/tokens/vocabulary.h"

/*
 * Makes a piece of text into tokens: of all neighbours, the two whose join is the token of the
 * lowest rank become one, the leftmost of equal ones first, until no join is a token.
 *
 * A short piece is merged by looking through an array; for a long one a heap says what is next, so
 * that a hundred thousand equal letters take n log n.
 */

/* The ids of a text, in order; all zero is none. */
struct token_list {
	uint32_t *ids;
	size_t len, cap;
};

void token_list_add(struct token_list *list, uint32_t id);
void token_list_free(struct token_list *list);

/* How many tokens the piece of TEXT from FROM to TO (later) is; adds them to OUT when it is not
 * NULL. A piece of more than 1 MiB, which no text of people has, is cut there: this bounds the
 * memory. */
size_t merge_piece(const struct vocabulary *v, struct str text, size_t from, size_t to,
	struct token_list *out);
/* The same without cutting it first (core/data/tokens/cuts.h): what that is held against. */
size_t merge_uncut(const struct vocabulary *v, struct str piece, struct token_list *out);

#endif
