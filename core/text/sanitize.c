/* SPDX-License-Identifier: MIT */
#include "core/text/sanitize.h"

#include "core/base/err.h"

#include <stdlib.h>
#include <utf8proc.h>

enum { MAX_MARKS = 8, MAX_EMOJI = 8 };

enum { ZWNJ = 0x200C, ZWJ = 0x200D, KEYCAP = 0x20E3, TEXT_STYLE = 0xFE0E, EMOJI_STYLE = 0xFE0F };

/* What came last: decides what a mark, joiner or selector may do. */
enum before {
	BEFORE_NOTHING, /* start, line break, tab: no cell to put a mark on */
	BEFORE_PLAIN,
	BEFORE_JOINING, /* a letter after which ZWNJ has a meaning */
	BEFORE_KEYCAP, /* 0-9, # and *: the bases of keycaps */
	BEFORE_EMOJI, /* a pictograph or its skin tone */
	BEFORE_STYLED /* a pictograph and its variation selector */
};

enum kind {
	KIND_PLAIN,
	KIND_JOINING,
	KIND_EMOJI,
	KIND_TONE, /* skin tones: seen alone, part of an emoji after a pictograph */
	KIND_MARK,
	KIND_HIDDEN
};

/* Format characters that have a picture of their own, drawn around or before digits and names. */
static bool is_visible_format(uint32_t c)
{
	return (c >= 0x600 && c <= 0x605) || c == 0x6DD || c == 0x70F || c == 0x890 || c == 0x891 ||
	       c == 0x8E2 || c == 0x110BD || c == 0x110CD;
}

static bool is_joining_script(uint32_t c)
{
	return (c >= 0x620 && c <= 0x8C9) || (c >= 0x904 && c <= 0xDF4) ||
	       (c >= 0x1820 && c <= 0x18AA);
}

static bool is_mark(const utf8proc_property_t *p)
{
	return p->category == UTF8PROC_CATEGORY_MN || p->category == UTF8PROC_CATEGORY_ME ||
	       p->charwidth == 0; /* spacing marks without width, jamo vowels and finals */
}

static enum kind kind_of(uint32_t c)
{
	if ((c >= 0x20 && c < 0x7F) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x4E00 && c <= 0x9FFC))
		return KIND_PLAIN;
	const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)c);
	switch (p->category) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP: return KIND_HIDDEN;
	case UTF8PROC_CATEGORY_CF: return is_visible_format(c) ? KIND_PLAIN : KIND_HIDDEN;
	case UTF8PROC_CATEGORY_CO: return KIND_PLAIN; /* private use: icons of many fonts */
	default: break;
	}
	if (p->ignorable)
		return KIND_HIDDEN;
	if (c >= 0x1F3FB && c <= 0x1F3FF)
		return KIND_TONE;
	if (is_mark(p))
		return KIND_MARK;
	if (p->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC)
		return KIND_EMOJI;
	return is_joining_script(c) ? KIND_JOINING : KIND_PLAIN;
}

static void came(struct sanitizer *s, enum before before, unsigned cluster)
{
	s->before = (uint8_t)before;
	s->cluster = (uint8_t)cluster;
	s->marks = 0;
}

/* Shows C as ASCII; the next character then follows a '>' or the like. */
static void show(struct sanitizer *s, uint32_t c, struct buf *out)
{
	s->marked++;
	if (c < 0x20 || c == 0x7F) {
		buf_add_char(out, '^');
		buf_add_char(out, (char)(c ^ 0x40));
	} else if (c < 0xA0) {
		buf_add_format(out, "<%02X>", c);
	} else {
		buf_add_format(out, "<U+%04X>", c);
	}
	came(s, BEFORE_PLAIN, 0);
}

static void bad(struct sanitizer *s, struct buf *out)
{
	s->marked++;
	buf_add_code_point(out, UTF8_REPLACEMENT);
	came(s, BEFORE_PLAIN, 0);
}

/* Line feed, tab and the controls. */
static void put_control(struct sanitizer *s, uint32_t c, struct buf *out)
{
	if (c != '\n' && c != '\t') {
		show(s, c, out);
	} else if ((s->flags & SANITIZE_ONE_LINE) == 0) {
		buf_add_char(out, (char)c);
		came(s, BEFORE_NOTHING, 0);
	} else {
		bool mark = c == '\n' && (s->flags & SANITIZE_BREAK_MARKS) != 0;
		buf_add_code_point(out, mark ? 0x21B5 : ' ');
		came(s, BEFORE_PLAIN, 0);
	}
}

static void put_mark(struct sanitizer *s, uint32_t c, struct buf *out)
{
	if (s->before == BEFORE_NOTHING || s->marks >= MAX_MARKS) {
		show(s, c, out);
		return;
	}
	buf_add_code_point(out, c);
	s->marks++;
	s->cluster = 0;
	if (s->before != BEFORE_JOINING) /* in Indian scripts ZWNJ stands after a mark */
		s->before = BEFORE_PLAIN;
}

static bool in_emoji(const struct sanitizer *s)
{
	return s->before == BEFORE_EMOJI || s->before == BEFORE_STYLED;
}

/* Joiners and selectors: true when C is dealt with (kept, or held until the next is known). */
static bool put_joiner(struct sanitizer *s, uint32_t c, struct buf *out)
{
	if (c == ZWJ && in_emoji(s) && s->cluster + 2 <= MAX_EMOJI) {
		s->held = c;
	} else if (c == EMOJI_STYLE && s->before == BEFORE_KEYCAP) {
		s->held = c;
	} else if ((c == EMOJI_STYLE || c == TEXT_STYLE) && s->before == BEFORE_EMOJI &&
		   s->cluster < MAX_EMOJI) {
		buf_add_code_point(out, c);
		came(s, BEFORE_STYLED, s->cluster + 1u);
	} else if (c == ZWNJ && s->before == BEFORE_JOINING && s->marks < MAX_MARKS) {
		buf_add_code_point(out, c);
		s->before = BEFORE_PLAIN;
		s->marks++; /* it takes no cell either */
	} else {
		return false;
	}
	return true;
}

static void put(struct sanitizer *s, uint32_t c, struct buf *out)
{
	if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
		put_control(s, c, out);
		return;
	}
	if (put_joiner(s, c, out))
		return;
	enum kind kind = kind_of(c);
	bool tone_of = kind == KIND_TONE && in_emoji(s);
	if (kind == KIND_HIDDEN || (tone_of && s->cluster >= MAX_EMOJI)) {
		show(s, c, out);
		return;
	}
	if (kind == KIND_MARK) {
		put_mark(s, c, out);
		return;
	}
	buf_add_code_point(out, c);
	if (kind == KIND_EMOJI || kind == KIND_TONE)
		came(s, BEFORE_EMOJI, tone_of ? s->cluster + 1u : 1);
	else if (kind == KIND_JOINING)
		came(s, BEFORE_JOINING, 0);
	else
		came(s,
			(c >= '0' && c <= '9') || c == '#' || c == '*' ? BEFORE_KEYCAP
								       : BEFORE_PLAIN,
			0);
}

/* Decides about what was held, now that C follows it. True when C is used up with it. */
static bool settle(struct sanitizer *s, uint32_t c, struct buf *out)
{
	uint32_t held = s->held;
	s->held = 0;
	if (held == '\r' && c == '\n')
		return false; /* one line break */
	if ((held == ZWJ && kind_of(c) == KIND_EMOJI) || (held == EMOJI_STYLE && c == KEYCAP)) {
		buf_add_code_point(out, held);
		buf_add_code_point(out, c);
		came(s, held == ZWJ ? BEFORE_EMOJI : BEFORE_PLAIN, s->cluster + 2u);
		s->marks = held == ZWJ ? 0 : 1;
		return true;
	}
	show(s, held, out);
	return false;
}

static void take(struct sanitizer *s, uint32_t c, struct buf *out)
{
	if (s->held != 0 && settle(s, c, out))
		return;
	if (c == '\r')
		s->held = c;
	else
		put(s, c, out);
}

static void take_bad(struct sanitizer *s, struct buf *out)
{
	if (s->held != 0)
		settle(s, 0, out);
	bad(s, out);
}

/* Plain ASCII, which most text is, goes through in one piece. Returns its length. */
static size_t plain_run(const struct sanitizer *s, struct str chunk, size_t at)
{
	size_t from = at;
	if (s->held != 0 || s->decoder.need != 0)
		return 0;
	while (at < chunk.len && chunk.at[at] >= 0x20 && chunk.at[at] < 0x7F)
		at++;
	return at - from;
}

void sanitize_start(struct sanitizer *s, unsigned flags)
{
	*s = (struct sanitizer){.flags = flags};
}

bool sanitize_feed(struct sanitizer *s, struct str chunk, struct buf *out)
{
	for (size_t at = 0; at < chunk.len;) {
		size_t run = plain_run(s, chunk, at);
		if (run > 1) { /* all but the last, which may be a keycap's base */
			buf_add(out, chunk.at + at, run - 1);
			at += run - 1;
		}
		switch (utf8_decode(&s->decoder, (unsigned char)chunk.at[at])) {
		case UTF8_MORE: at++; break;
		case UTF8_CHARACTER:
			at++;
			take(s, s->decoder.code, out);
			break;
		case UTF8_BAD:
			at++;
			take_bad(s, out);
			break;
		case UTF8_BAD_BEFORE: take_bad(s, out); break;
		}
	}
	return !out->full;
}

bool sanitize_end(struct sanitizer *s, struct buf *out)
{
	if (s->decoder.need != 0)
		take_bad(s, out);
	if (s->held != 0)
		settle(s, 0, out);
	size_t marked = s->marked;
	sanitize_start(s, s->flags);
	s->marked = marked;
	return !out->full;
}

bool sanitize_to(struct buf *out, struct str text, unsigned flags)
{
	struct sanitizer s;
	sanitize_start(&s, flags);
	sanitize_feed(&s, text, out);
	return sanitize_end(&s, out);
}

struct str sanitize(struct arena *a, struct str text, unsigned flags)
{
	struct buf out = BUF_INIT(text.len * 4 + 16);
	if (!sanitize_to(&out, text, flags))
		BUG("sanitized text of %zu bytes grew past its bound", text.len);
	struct str copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

size_t sanitize_count(struct str text)
{
	struct sanitizer s;
	struct buf out = BUF_INIT(8192);
	sanitize_start(&s, SANITIZE_TEXT);
	for (size_t at = 0; at < text.len; at += 1024) {
		sanitize_feed(&s, str_slice(text, at, at + 1024), &out);
		buf_clear(&out);
	}
	sanitize_end(&s, &out);
	buf_free(&out);
	return s.marked;
}
