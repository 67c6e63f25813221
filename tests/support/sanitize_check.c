/* SPDX-License-Identifier: MIT */
#include "tests/support/sanitize_check.h"

#include "core/text/sanitize.h"

#include <utf8proc.h>

static const struct {
	uint32_t from, to;
} forbidden[] = {{0x7F, 0x9F}, {0xAD, 0xAD}, {0x34F, 0x34F}, {0x61C, 0x61C}, {0x115F, 0x1160},
	{0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200B}, {0x200E, 0x200F}, {0x2028, 0x202E},
	{0x2060, 0x206F}, {0x3164, 0x3164}, {0xD800, 0xDFFF}, {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0D},
	{0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x1BCA0, 0x1BCA3},
	{0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF}};

static bool is_forbidden(uint32_t c, unsigned flags)
{
	if (c < 0x20)
		return (c != '\n' && c != '\t') || (flags & SANITIZE_ONE_LINE) != 0;
	for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
		if (c >= forbidden[i].from && c <= forbidden[i].to)
			return true;
	return (c & 0xFFFE) == 0xFFFE;
}

static bool is_pictograph(uint32_t c)
{
	return utf8proc_get_property((utf8proc_int32_t)c)->boundclass ==
	       UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool is_tone(uint32_t c)
{
	return c >= 0x1F3FB && c <= 0x1F3FF;
}

/* Joiners and selectors in their places: C stands between BEFORE and AFTER. */
static const char *joiner_fault(uint32_t before, uint32_t c, uint32_t after)
{
	bool keycap = (before >= '0' && before <= '9') || before == '#' || before == '*';
	bool styled = before == 0xFE0E || before == 0xFE0F;
	if (c == 0x200D &&
		!((is_pictograph(before) || is_tone(before) || styled) && is_pictograph(after)))
		return "a joiner outside an emoji";
	if (c == 0xFE0F && !(keycap && after == 0x20E3) && !is_pictograph(before) &&
		!is_tone(before))
		return "an emoji selector outside an emoji";
	if (c == 0xFE0E && !is_pictograph(before) && !is_tone(before))
		return "a text selector outside an emoji";
	if (c == 0x200C && before < 0x300)
		return "a non-joiner where nothing joins";
	return NULL;
}

static bool sits_on_another(uint32_t c)
{
	int category = utf8proc_category((utf8proc_int32_t)c);
	return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

/* Marks on one cell and members of one emoji, counted up to C. */
struct pile {
	size_t marks, joined;
};

static const char *pile_fault(struct pile *pile, uint32_t before, uint32_t c)
{
	bool selector = c == 0xFE0E || c == 0xFE0F;
	bool member = is_pictograph(c) && before == 0x200D;
	if (!selector)
		pile->marks = sits_on_another(c) ? pile->marks + 1 : 0;
	if (pile->marks > 8)
		return "too many marks on a cell";
	if (pile->marks > 0 && (before == 0 || before == '\n' || before == '\t'))
		return "a mark with no cell to sit on";
	if (c == 0x200D || selector || is_tone(c) || member)
		pile->joined++;
	else
		pile->joined = is_pictograph(c) ? 1 : 0;
	return pile->joined > 8 ? "an emoji of more than 8 code points" : NULL;
}

const char *sanitize_fault(struct str out, unsigned flags)
{
	uint32_t before = 0, c = 0, after;
	struct pile pile = {0};
	if (!utf8_valid(out, NULL))
		return "not UTF-8";
	for (size_t at = 0, next; at < out.len; at = next, before = c) {
		next = utf8_next(out, at, &c);
		after = 0;
		if (next < out.len)
			utf8_next(out, next, &after);
		if (is_forbidden(c, flags))
			return "a forbidden character";
		const char *fault = joiner_fault(before, c, after);
		if (fault == NULL)
			fault = pile_fault(&pile, before, c);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}
