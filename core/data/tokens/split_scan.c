/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/split_scan.h"

enum {
	U = SPLIT_UPPER,
	L = SPLIT_LOWER,
	N = SPLIT_NUMBER,
	S = SPLIT_SPACE,
	B = SPLIT_BREAK,
	O = SPLIT_OTHER,
	LETTER = SPLIT_UPPER | SPLIT_LOWER | SPLIT_BOTH,
	WHITE = SPLIT_SPACE | SPLIT_BREAK
};

static const uint8_t ascii_class[128] = {
	O, O, O, O, O, O, O, O, O, S, B, S, S, B, O, O, /* control */
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* control */
	S, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, /* from space */
	N, N, N, N, N, N, N, N, N, N, O, O, O, O, O, O, /* from 0 */
	O, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* from @ */
	U, U, U, U, U, U, U, U, U, U, U, O, O, O, O, O, /* from P */
	O, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* from ` */
	L, L, L, L, L, L, L, L, L, L, L, O, O, O, O, O, /* from p */
};

struct range {
	uint32_t first, last;
	enum split_class class;
};

/* Sorted; only characters that have been in Unicode since before version 14 and mean the same in
 * each. What lies between is unknown. */
static const struct range wide_classes[] = {
	{0xC0, 0xD6, SPLIT_UPPER},
	{0xD7, 0xD7, SPLIT_OTHER},
	{0xD8, 0xDE, SPLIT_UPPER},
	{0xDF, 0xF6, SPLIT_LOWER},
	{0xF7, 0xF7, SPLIT_OTHER},
	{0xF8, 0xFF, SPLIT_LOWER},
	{0x400, 0x42F, SPLIT_UPPER},
	{0x430, 0x45F, SPLIT_LOWER},
	{0x2010, 0x2027, SPLIT_OTHER},
	{0x2030, 0x205E, SPLIT_OTHER},
	{0x2190, 0x23FF, SPLIT_OTHER},
	{0x2500, 0x26FF, SPLIT_OTHER},
	{0x3000, 0x3000, SPLIT_SPACE},
	{0x3001, 0x3004, SPLIT_OTHER},
	{0x3008, 0x3020, SPLIT_OTHER},
	{0x3041, 0x3096, SPLIT_BOTH},
	{0x30A1, 0x30FA, SPLIT_BOTH},
	{0x30FB, 0x30FB, SPLIT_OTHER},
	{0x30FC, 0x30FE, SPLIT_BOTH},
	{0x3400, 0x4DB5, SPLIT_BOTH},
	{0x4E00, 0x9FEF, SPLIT_BOTH},
	{0xAC00, 0xD7A3, SPLIT_BOTH},
	{0xFF01, 0xFF0F, SPLIT_OTHER},
	{0xFF10, 0xFF19, SPLIT_NUMBER},
	{0xFF1A, 0xFF20, SPLIT_OTHER},
	{0xFF21, 0xFF3A, SPLIT_UPPER},
	{0xFF3B, 0xFF40, SPLIT_OTHER},
	{0xFF41, 0xFF5A, SPLIT_LOWER},
	{0xFF5B, 0xFF65, SPLIT_OTHER},
	{0x1F300, 0x1F64F, SPLIT_OTHER},
	{0x1F680, 0x1F6C5, SPLIT_OTHER},
};

enum split_class split_class_of(uint32_t c)
{
	size_t low = 0, high = sizeof wide_classes / sizeof wide_classes[0];
	if (c < 0x80)
		return ascii_class[c];
	if (c >= 0x4E00 && c <= 0x9FEF)
		return SPLIT_BOTH;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (wide_classes[middle].last < c)
			low = middle + 1;
		else
			high = middle;
	}
	bool in =
		low < sizeof wide_classes / sizeof wide_classes[0] && c >= wide_classes[low].first;
	return in ? wide_classes[low].class : SPLIT_UNKNOWN;
}

/* What is looked at: the character at AT is of CLASS and LEN bytes long. */
struct cursor {
	const unsigned char *text;
	size_t size, at;
	unsigned class;
	unsigned len;
};

static unsigned wide_class(struct cursor *c)
{
	const unsigned char *p = c->text + c->at;
	uint32_t code;
	if (p[0] < 0xE0) {
		c->len = 2;
		code = (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
	} else if (p[0] < 0xF0) {
		c->len = 3;
		code = (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	} else {
		c->len = 4;
		code = (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 |
		       (p[3] & 0x3Fu);
	}
	return split_class_of(code);
}

static inline void look(struct cursor *c)
{
	c->len = 1;
	if (c->at >= c->size)
		c->class = SPLIT_END;
	else if (c->text[c->at] < 0x80)
		c->class = ascii_class[c->text[c->at]];
	else
		c->class = wide_class(c);
}

static inline void step(struct cursor *c)
{
	c->at += c->len;
	look(c);
}

/* Passes over the characters of CLASSES. */
static inline void pass(struct cursor *c, unsigned classes)
{
	while ((c->class & classes) != 0)
		step(c);
}

/* Where a piece ends, unless what stands there is unknown and might belong to it. */
static inline size_t end_of(const struct cursor *c)
{
	return c->class == SPLIT_UNKNOWN ? 0 : c->at;
}

static unsigned char lower(unsigned char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (unsigned char)(byte + 32) : byte;
}

/* Bytes of 's 't 're 've 'm 'll 'd at AT, or 0; sets *UNKNOWN where another script's letter follows
 * that may be equal to one of these without case. */
static size_t contraction(const struct cursor *c, bool any_case, bool *unknown)
{
	const unsigned char *p = c->text + c->at;
	size_t left = c->size - c->at;
	*unknown = false;
	if (left < 2 || p[0] != '\'')
		return 0;
	struct cursor next = {.text = c->text, .size = c->size, .at = c->at + 1};
	look(&next);
	*unknown = next.class == SPLIT_UNKNOWN;
	unsigned char first = any_case ? lower(p[1]) : p[1];
	if (first == 's' || first == 't' || first == 'm' || first == 'd')
		return 2;
	if (left < 3)
		return 0;
	unsigned char second = any_case ? lower(p[2]) : p[2];
	bool two = (first == 'l' && second == 'l') || (first == 'v' && second == 'e') ||
		   (first == 'r' && second == 'e');
	return two ? 3 : 0;
}

/* The white space from the cursor on: before its last break, or all but what belongs to the next
 * piece. */
static size_t white(struct cursor *c, bool breaks)
{
	size_t start = c->at, last = c->at, after_break = 0;
	while ((c->class & WHITE) != 0) {
		last = c->at;
		if (c->class == SPLIT_BREAK)
			after_break = c->at + 1;
		step(c);
	}
	if (c->class == SPLIT_UNKNOWN)
		return 0;
	if (breaks && after_break > 0)
		return after_break;
	return c->class == SPLIT_END || last == start ? c->at : last;
}

/* As white(), but white space that ends the text is one piece, whatever is in it. */
static size_t white_to_end(struct cursor *c)
{
	struct cursor start = *c;
	pass(c, WHITE);
	return c->class == SPLIT_END ? c->at : white(&start, true);
}

static size_t others(struct cursor *c, const char *more)
{
	pass(c, O);
	if (c->class == SPLIT_UNKNOWN)
		return 0;
	while (c->class == SPLIT_BREAK ||
		(more[0] != '\0' && c->at < c->size && c->text[c->at] == (unsigned char)more[0]))
		step(c);
	return c->at;
}

static size_t numbers(struct cursor *c, unsigned most)
{
	unsigned count = 0;
	while (c->class == SPLIT_NUMBER && count < most) {
		count++;
		step(c);
	}
	return count == most ? c->at : end_of(c);
}

static size_t scan_gpt2(struct cursor *c)
{
	bool unknown;
	size_t short_form = contraction(c, false, &unknown);
	if (short_form > 0)
		return c->at + short_form;
	struct cursor first = *c;
	if (c->text[c->at] == ' ')
		step(c);
	if (c->class == SPLIT_UNKNOWN)
		return 0;
	unsigned same = (c->class & LETTER) != 0 ? LETTER : c->class & (N | O);
	if (same == 0)
		return white(&first, false);
	pass(c, same);
	return end_of(c);
}

/* The letters of cl100k_base: any. */
static size_t any_letters(struct cursor *c)
{
	pass(c, LETTER);
	return end_of(c);
}

/* The letters of o200k_base: capitals, then small ones, and 's and such. */
static size_t cased_letters(struct cursor *c)
{
	size_t after_both = 0;
	bool unknown;
	while ((c->class & (U | SPLIT_BOTH)) != 0) {
		if (c->class == SPLIT_BOTH)
			after_both = c->at + c->len;
		step(c);
	}
	if (c->class == SPLIT_UNKNOWN)
		return 0;
	if (c->class == SPLIT_LOWER) {
		pass(c, L | SPLIT_BOTH);
	} else if (after_both > 0 && after_both < c->at) {
		c->at = after_both;
		look(c);
	}
	if (c->class == SPLIT_UNKNOWN)
		return 0;
	size_t end = c->at + contraction(c, true, &unknown);
	return unknown ? 0 : end;
}

/* What both patterns have in common: a letter run may have one character of another kind before
 * it, a run of others one space. */
static size_t scan_modern(struct cursor *c, enum split_style style, unsigned digits)
{
	struct cursor first = *c;
	bool cased = style == SPLIT_O200K;
	if ((c->class & (S | O)) != 0) {
		step(c);
		if (c->class == SPLIT_UNKNOWN)
			return 0;
	}
	if ((c->class & LETTER) != 0)
		return cased ? cased_letters(c) : any_letters(c);
	if (first.class == SPLIT_NUMBER)
		return numbers(&first, digits);
	if (first.class == SPLIT_OTHER)
		return others(&first, cased ? "/" : "");
	if (c->text[first.at] == ' ' && c->class == SPLIT_OTHER)
		return others(c, cased ? "/" : "");
	return style == SPLIT_CL100K ? white_to_end(&first) : white(&first, true);
}

size_t split_scan(
	enum split_style style, unsigned digits, const unsigned char *text, size_t size, size_t at)
{
	struct cursor c = {.text = text, .size = size, .at = at};
	bool unknown = false;
	look(&c);
	if (c.class == SPLIT_UNKNOWN)
		return 0;
	if (style == SPLIT_GPT2)
		return scan_gpt2(&c);
	size_t short_form = style == SPLIT_O200K ? 0 : contraction(&c, true, &unknown);
	if (short_form > 0 || unknown)
		return short_form > 0 ? at + short_form : 0;
	return scan_modern(&c, style, digits);
}
