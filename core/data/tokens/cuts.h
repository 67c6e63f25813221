/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_CUTS_H
#define CORE_DATA_TOKENS_CUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Where no token of a vocabulary can reach from one character into the next, merging does not
 * either, so a piece may be cut there first and its parts be merged alone. That makes Chinese,
 * Japanese and Korean fast: a clause is one piece, and most neighbours in it are in no token
 * together.
 *
 * Kept for characters of three bytes: which pairs some token has inside (by hash, so that a pair
 * may be taken for one that is joined, never the other way), and which characters a token may begin
 * or end in the middle of.
 */
struct cuts {
	uint32_t *characters; /* by code point: the place of its token, or 0, and the flags */
	uint64_t *pairs; /* bits, by cuts_pair */
	/* Of tokens that are a part of both: by the low bits of the first's last byte, a bit for
	 * the low bits of the second's first. */
	uint16_t parts[64];
};

enum { CUTS_CHARACTERS = 0x10000, CUTS_PAIRS = 1 << 18, CUTS_PLACE = 0x3fffff };
/* A token may begin before it and not at a character, end after it and not at one; or the tokens
 * that go over it are not all of higher ranks than its own. */
#define CUTS_OPEN_BEFORE 0x80000000u
#define CUTS_OPEN_AFTER	 0x40000000u

void cuts_start(struct cuts *c);
/* Takes note of a token: its LEN bytes, its place. The lower rank comes first. REACHED: a
 * character's bytes are joined to it by tokens of lower ranks. */
void cuts_add(struct cuts *c, const unsigned char *token, size_t len, uint32_t place, bool reached);
void cuts_free(struct cuts *c);

/* Whether a character of three bytes begins at AT, of which LEFT bytes are there. */
static inline bool cuts_is_wide(const unsigned char *at, size_t left)
{
	return left >= 3 && (at[0] & 0xF0) == 0xE0 && (at[1] & 0xC0) == 0x80 &&
	       (at[2] & 0xC0) == 0x80;
}

static inline uint32_t cuts_code(const unsigned char *at)
{
	return (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
}

static inline uint32_t cuts_pair(uint32_t first, uint32_t second)
{
	return (first * 0x9E3779B1u ^ second * 0x85EBCA77u) >> 14;
}

/* How tokens reach from one character into the next. */
enum cuts_reach {
	CUTS_APART, /* none does */
	CUTS_JOINED, /* only such as hold both, and then whole characters alone */
	CUTS_MIXED /* others, too */
};

static inline enum cuts_reach cuts_between(const struct cuts *c, uint32_t first, uint32_t second)
{
	uint32_t pair = cuts_pair(first, second);
	if ((c->parts[first % 64] >> second / 4096 & 1) != 0 ||
		(c->characters[first] & CUTS_OPEN_AFTER) != 0 ||
		(c->characters[second] & CUTS_OPEN_BEFORE) != 0)
		return CUTS_MIXED;
	return (c->pairs[pair / 64] >> pair % 64 & 1) != 0 ? CUTS_JOINED : CUTS_APART;
}

#endif
