/* SPDX-License-Identifier: MIT */
#include "core/text/utf8.h"

#include <string.h>

static enum utf8_step begin(struct utf8_decoder *d, unsigned char byte)
{
	d->low = 0x80;
	d->high = 0xBF;
	if (byte < 0x80) {
		d->code = byte;
		return UTF8_CHARACTER;
	}
	if (byte < 0xC2 || byte > 0xF4)
		return UTF8_BAD;
	if (byte < 0xE0) {
		d->need = 1;
		d->code = byte & 0x1Fu;
	} else if (byte < 0xF0) {
		d->need = 2;
		d->code = byte & 0x0Fu;
		if (byte == 0xE0)
			d->low = 0xA0; /* shorter forms are overlong */
		else if (byte == 0xED)
			d->high = 0x9F; /* above lie the surrogates */
	} else {
		d->need = 3;
		d->code = byte & 0x07u;
		if (byte == 0xF0)
			d->low = 0x90;
		else if (byte == 0xF4)
			d->high = 0x8F; /* above U+10FFFF */
	}
	return UTF8_MORE;
}

enum utf8_step utf8_decode(struct utf8_decoder *d, unsigned char byte)
{
	if (d->need == 0)
		return begin(d, byte);
	if (byte < d->low || byte > d->high) {
		d->need = 0;
		return UTF8_BAD_BEFORE;
	}
	d->low = 0x80;
	d->high = 0xBF;
	d->code = d->code << 6 | (byte & 0x3Fu);
	d->need--;
	return d->need == 0 ? UTF8_CHARACTER : UTF8_MORE;
}

size_t utf8_next(struct str s, size_t at, uint32_t *code)
{
	unsigned char first = (unsigned char)s.at[at];
	if (first < 0x80) {
		*code = first;
		return at + 1;
	}
	struct utf8_decoder d = {0};
	for (size_t i = at; i < s.len; i++) {
		switch (utf8_decode(&d, (unsigned char)s.at[i])) {
		case UTF8_MORE: continue;
		case UTF8_CHARACTER: *code = d.code; return i + 1;
		case UTF8_BAD: *code = UTF8_REPLACEMENT; return i + 1;
		case UTF8_BAD_BEFORE: *code = UTF8_REPLACEMENT; return i;
		}
	}
	*code = UTF8_REPLACEMENT;
	return s.len;
}

size_t utf8_before(struct str s, size_t at)
{
	size_t from = at > 4 ? at - 4 : 0;
	uint32_t code;
	for (size_t start = from; start + 1 < at; start++) {
		if (((unsigned char)s.at[start] & 0xC0) == 0x80)
			continue; /* not where a character begins */
		if (utf8_next((struct str){s.at, at}, start, &code) == at)
			return start;
	}
	return at - 1;
}

/* How many bytes from AT on are whole characters of the kinds that need no care: most text. */
static size_t plain_bytes(struct str s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.at;
	size_t i = at;
	while (i < s.len) {
		uint64_t word;
		if (p[i] < 0x80 && s.len - i >= sizeof word) {
			memcpy(&word, p + i, sizeof word);
			i += (word & 0x8080808080808080u) == 0 ? sizeof word : 1;
		} else if (p[i] < 0x80) {
			i++;
		} else if (s.len - i >= 3 && p[i] >= 0xE1 && p[i] <= 0xEC &&
			   (p[i + 1] & 0xC0) == 0x80 && (p[i + 2] & 0xC0) == 0x80) {
			i += 3;
		} else {
			break;
		}
	}
	return i - at;
}

bool utf8_valid(struct str s, size_t *bad_at)
{
	struct utf8_decoder d = {0};
	size_t start = 0;
	bool good = true;
	for (size_t i = 0; i < s.len && good; i++) {
		if (d.need == 0)
			start = i += plain_bytes(s, i);
		if (i == s.len)
			break;
		enum utf8_step step = utf8_decode(&d, (unsigned char)s.at[i]);
		good = step == UTF8_MORE || step == UTF8_CHARACTER;
	}
	good = good && d.need == 0;
	if (!good && bad_at != NULL)
		*bad_at = start;
	return good;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	uint32_t code;
	for (size_t at = 0; at < s.len; count++)
		at = utf8_next(s, at, &code);
	return count;
}

size_t utf8_encode(uint32_t code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	uint32_t lead = len == 2 ? 0xC0 : len == 3 ? 0xE0 : 0xF0;
	for (size_t i = len - 1; i > 0; i--, code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3F));
	out[0] = (char)(lead | code);
	return len;
}

struct str utf8_cut(struct str s, size_t max)
{
	if (s.len <= max)
		return s;
	size_t to = max;
	while (to > 0 && max - to < 4 && ((unsigned char)s.at[to] & 0xC0) == 0x80)
		to--;
	return (struct str){s.at, to};
}

struct str utf8_first(struct str s, size_t count)
{
	uint32_t code;
	size_t at = 0;
	while (at < s.len && count-- > 0)
		at = utf8_next(s, at, &code);
	return (struct str){s.at, at};
}
