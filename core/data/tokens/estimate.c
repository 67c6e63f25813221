/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/estimate.h"

#include "core/text/utf8.h"

/* In sixtieths of a token, so that all of the weights are whole. */
enum { LETTER = 15, DIGIT = 24, CJK = 45, OTHER_BYTE = 20, SPACE_RUN = 18, PUNCTUATION = 30 };

enum { PER_MESSAGE = 3, ANSWER_START = 3 };

bool estimate_is_cjk(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x11FF) || (c >= 0x2E80 && c <= 0xA4CF) ||
	       (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
	       (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFFEF) ||
	       (c >= 0x20000 && c <= 0x3FFFF);
}

static bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

size_t estimate_units(struct str text)
{
	size_t sum = 0;
	uint32_t c;
	bool in_space = false;
	for (size_t at = 0, next; at < text.len; at = next) {
		next = utf8_next(text, at, &c);
		bool space = is_space(c);
		if (space)
			sum += in_space ? 0 : SPACE_RUN;
		else if (is_letter(c))
			sum += LETTER;
		else if (c >= '0' && c <= '9')
			sum += DIGIT;
		else if (c < 0x80)
			sum += PUNCTUATION;
		else
			sum += estimate_is_cjk(c) ? CJK : (next - at) * OTHER_BYTE;
		in_space = space;
	}
	return sum;
}

size_t estimate_tokens(struct str text)
{
	return (estimate_units(text) + ESTIMATE_UNITS - 1) / ESTIMATE_UNITS;
}

size_t estimate_chat(size_t sum, size_t count)
{
	return sum + count * PER_MESSAGE + ANSWER_START;
}
