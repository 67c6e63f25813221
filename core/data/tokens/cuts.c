/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/cuts.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

void cuts_start(struct cuts *c)
{
	c->characters = xcalloc(CUTS_CHARACTERS, sizeof *c->characters);
	c->pairs = xcalloc(CUTS_PAIRS / 64, sizeof *c->pairs);
}

void cuts_free(struct cuts *c)
{
	free(c->characters);
	free(c->pairs);
	c->characters = NULL;
	c->pairs = NULL;
}

static bool is_tail(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* Looks at what stands on both sides of P, where a character's first byte is. */
static void look(struct cuts *c, const unsigned char *token, size_t len, size_t p)
{
	bool whole_before = p >= 3 && cuts_is_wide(token + p - 3, 3);
	bool part_before = p < 3 && is_tail(token[0]) && is_tail(token[p - 1]);
	bool whole_after = cuts_is_wide(token + p, len - p);
	bool part_after = len - p == 1 || (len - p == 2 && is_tail(token[p + 1]));
	if (whole_before && whole_after) {
		uint32_t first = cuts_code(token + p - 3), second = cuts_code(token + p);
		uint32_t pair = cuts_pair(first, second);
		c->pairs[pair / 64] |= (uint64_t)1 << pair % 64;
		if ((c->characters[first] & CUTS_PLACE) == 0)
			c->characters[first] |= CUTS_OPEN_AFTER | CUTS_OPEN_BEFORE;
		if ((c->characters[second] & CUTS_PLACE) == 0)
			c->characters[second] |= CUTS_OPEN_AFTER | CUTS_OPEN_BEFORE;
	} else if (whole_before && part_after) {
		c->characters[cuts_code(token + p - 3)] |= CUTS_OPEN_AFTER;
	} else if (part_before && whole_after) {
		c->characters[cuts_code(token + p)] |= CUTS_OPEN_BEFORE;
	} else if (part_before && part_after) {
		c->parts[token[p - 1] & 63] |= (uint16_t)(1u << (token[p] & 15));
	}
}

/* Whether some byte is above ASCII: most tokens have none and need no look at each byte. */
static bool is_ascii(const unsigned char *token, size_t len)
{
	unsigned char any = 0;
	for (size_t i = 0; i < len; i++)
		any |= token[i];
	return any < 0xE0;
}

void cuts_add(struct cuts *c, const unsigned char *token, size_t len, uint32_t place, bool reached)
{
	if (is_ascii(token, len))
		return;
	if (len == 3 && cuts_is_wide(token, len))
		c->characters[cuts_code(token)] |=
			reached ? place : CUTS_OPEN_AFTER | CUTS_OPEN_BEFORE;
	for (size_t p = 1; p < len; p++)
		if ((token[p] & 0xF0) == 0xE0)
			look(c, token, len, p);
}
