/* SPDX-License-Identifier: MIT */
#include "core/net/redact_forms.h"

#include "core/base/err.h"

#include <sodium.h>
#include <string.h>

/* The longest spelling is \u00XX for each byte; there are at most REDACT_FORMS_MAX. */
enum { WORST_EXPANSION = 6 };

struct writer {
	struct redact_forms *forms;
	char *at; /* the next free byte of the block */
	char *start; /* of the form being written */
};

static void add(struct writer *w, char c)
{
	*w->at++ = c;
}

static void finish(struct writer *w)
{
	struct redact_forms *f = w->forms;

	if (f->len == REDACT_FORMS_MAX)
		BUG("more forms of a secret than REDACT_FORMS_MAX");
	f->at[f->len++] = (struct str){w->start, (size_t)(w->at - w->start)};
	w->start = w->at;
}

static void add_hex(struct writer *w, unsigned char byte, const char *digits)
{
	add(w, digits[byte >> 4]);
	add(w, digits[byte & 15]);
}

static const char lower[] = "0123456789abcdef";
static const char upper[] = "0123456789ABCDEF";

static void hex(struct writer *w, struct str value, const char *digits)
{
	for (size_t i = 0; i < value.len; i++)
		add_hex(w, (unsigned char)value.at[i], digits);
	finish(w);
}

/* KEPT stays as it is beside letters and digits; '+' for a space where it is not kept (FORM). */
static void percent(
	struct writer *w, struct str value, const char *digits, const char *kept, bool form)
{
	for (size_t i = 0; i < value.len; i++) {
		const unsigned char c = (unsigned char)value.at[i];
		const bool alnum =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (alnum || (c && strchr(kept, c))) {
			add(w, (char)c);
		} else if (form && c == ' ') {
			add(w, '+');
		} else {
			add(w, '%');
			add_hex(w, c, digits);
		}
	}
	finish(w);
}

/* RFC 4648 digits of VALUE as it looks OFFSET bytes behind a place where a group of three starts:
 * without the first digits, which its neighbour before shares, and, unless it ENDS the encoded
 * text, without the last one that its neighbour behind shares. */
static void base64(struct writer *w, struct str value, size_t offset, const char *last2, bool ends)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const size_t bits = (offset + value.len) * 8;
	const size_t first = (offset * 8 + 5) / 6;
	const size_t count = ends ? (bits + 5) / 6 : bits / 6;

	for (size_t n = first; n < count; n++) {
		unsigned six = 0;
		for (size_t bit = n * 6; bit < n * 6 + 6; bit++) {
			const size_t byte = bit / 8 - offset;
			const unsigned value_bit =
				byte < value.len
					? ((unsigned char)value.at[byte] >> (7 - bit % 8)) & 1u
					: 0u;
			six = six << 1 | value_bit;
		}
		add(w, six < 62 ? digits[six] : last2[six - 62]);
	}
	finish(w);
}

static void base64_all(struct writer *w, struct str value, const char *last2)
{
	base64(w, value, 0, last2, true);
	for (size_t offset = 0; offset < 3; offset++)
		base64(w, value, offset, last2, false);
}

/* The start of a UTF-8 sequence as a code point, and its length; {byte, 1} when it is not one. */
static size_t decode(struct str s, uint32_t *code)
{
	const unsigned char c = (unsigned char)s.at[0];
	const size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;
	uint32_t value = len == 1 ? c : c & (0xffu >> (len + 1));

	*code = c;
	if (s.len < len)
		return 1;
	for (size_t i = 1; i < len; i++) {
		if (((unsigned char)s.at[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | ((unsigned char)s.at[i] & 0x3f);
	}
	*code = value;
	return len;
}

static void add_u(struct writer *w, uint32_t unit, const char *hex_digits)
{
	add(w, '\\');
	add(w, 'u');
	add_hex(w, (unsigned char)(unit >> 8), hex_digits);
	add_hex(w, (unsigned char)unit, hex_digits);
}

/* One character as JSON writes it; plain characters are copied. */
static void json_character(struct writer *w, struct str c, uint32_t code, bool ascii, bool slash,
	const char *hex_digits)
{
	static const char named[] = "\b\f\n\r\t\"\\";
	static const char letter[] = "bfnrt\"\\";
	const char *found = code && code < 128 ? strchr(named, (int)code) : NULL;

	if (found || (slash && code == '/')) {
		add(w, '\\');
		add(w, found ? letter[found - named] : '/');
	} else if (code < 32 || (ascii && code == 127)) {
		add_u(w, code, hex_digits);
	} else if (ascii && code >= 0x10000) {
		add_u(w, 0xd800 + ((code - 0x10000) >> 10), hex_digits);
		add_u(w, 0xdc00 + ((code - 0x10000) & 0x3ff), hex_digits);
	} else if (ascii && code >= 128) {
		add_u(w, code, hex_digits);
	} else {
		for (size_t i = 0; i < c.len; i++)
			add(w, c.at[i]);
	}
}

static void json(struct writer *w, struct str value, bool ascii, bool slash, const char *digits)
{
	size_t at = 0;

	while (at < value.len) {
		uint32_t code;
		const size_t len = decode(str_slice(value, at, value.len), &code);
		json_character(w, str_slice(value, at, at + len), code, ascii, slash, digits);
		at += len;
	}
	finish(w);
}

bool redact_forms_make(struct redact_forms *f, struct str value)
{
	*f = (struct redact_forms){.len = 0};
	if (sodium_init() < 0)
		return false;
	f->block = sodium_malloc((value.len + 4) * WORST_EXPANSION * REDACT_FORMS_MAX);
	if (!f->block)
		return false;
	struct writer w = {.forms = f, .at = f->block, .start = f->block};
	memcpy(w.at, value.at, value.len);
	w.at += value.len;
	finish(&w);
	hex(&w, value, lower);
	hex(&w, value, upper);
	percent(&w, value, upper, "-._~", false);
	percent(&w, value, lower, "-._~", false);
	percent(&w, value, upper, "-._~", true);
	/* As a path, and as JavaScript's encodeURIComponent and encodeURI leave it. */
	percent(&w, value, upper, "-._~/", false);
	percent(&w, value, upper, "-._~!*'()", false);
	percent(&w, value, upper, "-._~!*'();,/?:@&=+$#", false);
	base64_all(&w, value, "+/");
	base64_all(&w, value, "-_");
	json(&w, value, false, false, lower);
	json(&w, value, false, true, lower);
	json(&w, value, true, false, lower);
	json(&w, value, true, false, upper);
	json(&w, value, true, true, lower);
	json(&w, value, true, true, upper);
	return true;
}
