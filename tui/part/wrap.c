/* SPDX-License-Identifier: MIT */
#include "tui/part/wrap.h"

#include "core/text/utf8.h"
#include "core/text/width.h"

/* Never at the start of a row: closing brackets, stops, small kana, iteration and length marks (the
 * classes of JIS X 4051 that matter on a screen). Sorted. */
static const uint32_t no_start[] = {'!', ')', ',', '.', ':', ';', '?', ']', '}', 0x2019, 0x201D,
	0x2026, 0x3001, 0x3002, 0x3005, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015, 0x3041,
	0x3043, 0x3045, 0x3047, 0x3049, 0x3063, 0x3083, 0x3085, 0x3087, 0x308E, 0x309D, 0x309E,
	0x30A1, 0x30A3, 0x30A5, 0x30A7, 0x30A9, 0x30C3, 0x30E3, 0x30E5, 0x30E7, 0x30EE, 0x30F5,
	0x30F6, 0x30FB, 0x30FC, 0x30FD, 0x30FE, 0xFF01, 0xFF05, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A,
	0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D};

/* Never at the end of a row: opening brackets and quotes. Sorted. */
static const uint32_t no_end[] = {'(', '[', '{', 0x2018, 0x201C, 0x3008, 0x300A, 0x300C, 0x300E,
	0x3010, 0x3014, 0xFF08, 0xFF3B, 0xFF5B};

#define IS_AMONG(code, codes) is_among((code), (codes), sizeof(codes) / sizeof *(codes))

static bool is_among(uint32_t code, const uint32_t *codes, size_t count)
{
	for (size_t i = 0; i < count && codes[i] <= code; i++)
		if (codes[i] == code)
			return true;
	return false;
}

/* Characters of scripts written without spaces, and their punctuation. */
static bool is_ideographic(uint32_t code)
{
	return (code >= 0x2E80 && code < 0xA000) || (code >= 0xF900 && code < 0xFB00) ||
	       (code >= 0xFE30 && code < 0xFE50) || (code >= 0xFF00 && code < 0xFFEF) ||
	       (code >= 0x20000 && code < 0x40000);
}

/* May a row end between BEFORE and AFTER, neither of which is a space? */
static bool may_break(uint32_t before, uint32_t after)
{
	if (IS_AMONG(before, no_end) || IS_AMONG(after, no_start))
		return false;
	if (is_ideographic(before) || is_ideographic(after))
		return true;
	return before == '/' || before == '-';
}

static bool is_word(uint32_t code)
{
	return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
	       (code >= 'a' && code <= 'z') || code >= 0x80;
}

static bool is_space(uint32_t code)
{
	return code == ' ' || code == '\t';
}

static size_t skip_spaces(struct str line, size_t at)
{
	while (at < line.len && is_space((unsigned char)line.at[at]))
		at++;
	return at;
}

/* The cluster at AT, its first character, and its cells when it begins in COLUMN. */
static size_t step(struct str line, size_t at, size_t column, uint32_t *code, size_t *cells)
{
	unsigned char c = (unsigned char)line.at[at];
	bool alone = at + 1 >= line.len || (unsigned char)line.at[at + 1] < 0x80;
	if (c >= 0x20 && c < 0x7F && alone) {
		*code = c;
		*cells = 1;
		return at + 1;
	}
	utf8_next(line, at, code);
	if (c == '\t') {
		*cells = WRAP_TAB - column % WRAP_TAB;
		return at + 1;
	}
	unsigned n;
	size_t end = width_cluster(line, at, &n);
	*cells = n > 0 ? n : 1;
	return end;
}

struct row wrap_row(struct str line, size_t from, size_t width)
{
	size_t column = 0, at = from;
	struct row good = {from, from, from}; /* the last place to break */
	uint32_t before = ' ', earlier = ' ';
	while (at < line.len) {
		uint32_t code;
		size_t cells;
		size_t end = step(line, at, column, &code, &cells);
		if (is_space(code) && !is_space(before))
			good = (struct row){from, at, skip_spaces(line, at)};
		else if (!is_space(code) && !is_space(before) && may_break(before, code) &&
			 (before != '-' || is_word(earlier)))
			good = (struct row){from, at, at};
		if (column + cells > width) {
			if (at == from)
				return (struct row){from, end, end};
			return good.to > from ? good : (struct row){from, at, at};
		}
		column += cells;
		earlier = before;
		before = code;
		at = end;
	}
	return (struct row){from, line.len, line.len};
}
