/* SPDX-License-Identifier: MIT */
#include "core/flow/space.h"

static bool is_ascii_space(unsigned char c)
{
	return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
}

/* U+0085, U+00A0 */
static bool is_space2(const unsigned char *c)
{
	return c[0] == 0xC2 && (c[1] == 0x85 || c[1] == 0xA0);
}

/* U+1680, U+2000..200A, U+2028, U+2029, U+202F, U+205F, U+3000 */
static bool is_space3(const unsigned char *c)
{
	if (c[0] == 0xE1)
		return c[1] == 0x9A && c[2] == 0x80;
	if (c[0] == 0xE3)
		return c[1] == 0x80 && c[2] == 0x80;
	if (c[0] != 0xE2)
		return false;
	if (c[1] == 0x80)
		return c[2] <= 0x8A || c[2] == 0xA8 || c[2] == 0xA9 || c[2] == 0xAF;
	return c[1] == 0x81 && c[2] == 0x9F;
}

size_t space_at(struct str s, size_t at)
{
	if (at >= s.len)
		return 0;
	const unsigned char *c = (const unsigned char *)s.at + at;
	if (is_ascii_space(c[0]))
		return 1;
	if (s.len - at >= 2 && is_space2(c))
		return 2;
	return s.len - at >= 3 && is_space3(c) ? 3 : 0;
}

size_t space_before(struct str s, size_t at)
{
	const unsigned char *c = (const unsigned char *)s.at;
	if (at >= 1 && is_ascii_space(c[at - 1]))
		return 1;
	if (at >= 2 && is_space2(c + at - 2))
		return 2;
	return at >= 3 && is_space3(c + at - 3) ? 3 : 0;
}

size_t space_skip(struct str s, size_t at)
{
	size_t n;
	while ((n = space_at(s, at)) > 0)
		at += n;
	return at;
}

size_t space_skip_back(struct str s, size_t at)
{
	size_t n;
	while ((n = space_before(s, at)) > 0)
		at -= n;
	return at;
}

struct str space_trim(struct str s)
{
	size_t from = space_skip(s, 0);
	return str_slice(s, from, from < s.len ? space_skip_back(s, s.len) : from);
}
