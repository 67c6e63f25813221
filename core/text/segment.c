/* SPDX-License-Identifier: MIT */
#include "core/text/segment.h"

#include "core/text/common_words.h"
#include "core/text/stem.h"
#include "core/text/utf8.h"

#include <string.h>
#include <utf8proc.h>

enum { MAX_TEXT = 16 << 20, MAX_WORD = 64, MAX_FOLDED = 8, BESIDE = 12 };

/* A CJK character of the run being read. */
struct ideograph {
	uint32_t code, start, end;
	bool common;
};

struct segmenter {
	struct arena *arena;
	struct str text;
	struct terms terms;
	uint32_t position;
	char word[MAX_WORD + 4];
	size_t word_len;
	uint32_t word_start, word_end;
	struct ideograph *run;
	size_t run_len, run_cap;
};

bool segment_is_cjk(uint32_t c)
{
	return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) ||
	       (c >= 0x3041 && c <= 0x309F) || (c >= 0x30A1 && c <= 0x30FA) ||
	       (c >= 0x30FC && c <= 0x312F) || c == 0x3005 || c == 0x3007 ||
	       (c >= 0x31F0 && c <= 0x31FF) || (c >= 0xAC00 && c <= 0xD7A3) ||
	       (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF);
}

static void add_term(struct segmenter *s, struct term t)
{
	s->terms.items = arena_reserve(s->arena, s->terms.items, s->terms.len, &s->terms.cap,
		s->terms.len + 1, sizeof *s->terms.items);
	s->terms.items[s->terms.len++] = t;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether the word is in capitals, with small letters or other writing beside it: "the IT desk",
 * but not "HOW IS IT". */
static bool is_abbreviation(const struct segmenter *s)
{
	size_t from = s->word_start > BESIDE ? s->word_start - BESIDE : 0;
	struct str around = str_slice(s->text, from, s->word_end + BESIDE);
	bool beside = false;
	for (size_t i = s->word_start; i < s->word_end; i++)
		if (s->text.at[i] < 'A' || s->text.at[i] > 'Z')
			return false;
	for (size_t i = 0; i < around.len && !beside; i++)
		beside = (around.at[i] >= 'a' && around.at[i] <= 'z') || (around.at[i] & 0x80) != 0;
	return beside && s->word_end > s->word_start + 1;
}

static void end_word(struct segmenter *s)
{
	if (s->word_len == 0)
		return;
	struct term t = {.start = s->word_start,
		.end = s->word_end,
		.position = s->position++,
		.kind = is_digit(s->word[0]) ? TERM_NUMBER : TERM_WORD,
		.common = common_word((struct str){s->word, s->word_len})};
	size_t plain = 0;
	while (plain < s->word_len && s->word[plain] >= 'a' && s->word[plain] <= 'z')
		plain++;
	if (plain == s->word_len && !t.common)
		s->word_len = stem(s->word, s->word_len);
	t.text = str_copy(s->arena, (struct str){s->word, s->word_len});
	if (t.common && is_abbreviation(s)) { /* "IT" is not "it" */
		t.text = str_slice(s->text, s->word_start, s->word_end);
		t.common = false;
	}
	s->word_len = 0;
	add_term(s, t);
}

static void mark_common(struct segmenter *s)
{
	for (size_t i = 0; i < s->run_len;) {
		size_t from = s->run[i].start, to = s->run[s->run_len - 1].end;
		bool content = false;
		size_t len = common_chinese(str_slice(s->text, from, to), &content);
		size_t first = i++;
		for (; i < s->run_len && s->run[i].start < from + len; i++)
			s->run[i].common = len > 0 && !content;
		s->run[first].common = len > 0 && !content;
	}
}

/* The folded text of one or two ideographs: the source's own bytes unless folding changed them. */
static struct str run_text(struct segmenter *s, size_t first, size_t count)
{
	char folded[8];
	size_t len = 0;
	struct ideograph *last = &s->run[first + count - 1];
	for (size_t i = first; i < first + count; i++)
		len += utf8_encode(s->run[i].code, folded + len);
	struct str source = str_slice(s->text, s->run[first].start, last->end);
	struct str text = {folded, len};
	return str_eq(source, text) ? source : str_copy(s->arena, text);
}

static void end_run(struct segmenter *s)
{
	mark_common(s);
	for (size_t i = 0; i < s->run_len; i++) {
		struct ideograph *here = &s->run[i];
		struct term one = {.text = run_text(s, i, 1),
			.start = here->start,
			.end = here->end,
			.position = s->position++,
			.kind = TERM_ONE,
			.common = here->common};
		add_term(s, one);
		if (i + 1 == s->run_len)
			break;
		struct term two = {.text = run_text(s, i, 2),
			.start = here->start,
			.end = here[1].end,
			.position = one.position,
			.kind = TERM_TWO,
			.common = here->common || here[1].common};
		add_term(s, two);
	}
	s->run_len = 0;
}

static void end_all(struct segmenter *s)
{
	end_word(s);
	if (s->run_len > 0)
		end_run(s);
}

static void add_ideograph(struct segmenter *s, uint32_t code, size_t start, size_t end)
{
	end_word(s);
	if (s->run_len > 0 && s->run[s->run_len - 1].end != start)
		end_run(s);
	s->run = arena_reserve(
		s->arena, s->run, s->run_len, &s->run_cap, s->run_len + 1, sizeof *s->run);
	s->run[s->run_len++] =
		(struct ideograph){.code = code, .start = (uint32_t)start, .end = (uint32_t)end};
}

static void add_letter(struct segmenter *s, uint32_t code, size_t start, size_t end)
{
	if (s->run_len > 0)
		end_run(s);
	if (s->word_len == 0)
		s->word_start = (uint32_t)start;
	if (s->word_len < MAX_WORD)
		s->word_len += utf8_encode(code, s->word + s->word_len);
	s->word_end = (uint32_t)end;
}

static char byte_at(const struct segmenter *s, size_t at)
{
	return at < s->text.len ? s->text.at[at] : '\0';
}

static bool is_letter_at(const struct segmenter *s, size_t at)
{
	char c = (char)(byte_at(s, at) | 0x20);
	return c >= 'a' && c <= 'z';
}

/* A comma before exactly three digits, as in 12,000. */
static bool is_thousands(const struct segmenter *s, size_t at)
{
	return is_digit(byte_at(s, at)) && is_digit(byte_at(s, at + 1)) &&
	       is_digit(byte_at(s, at + 2)) && !is_digit(byte_at(s, at + 3));
}

/* Punctuation inside of words and numbers; END is what follows it. Returns where to go on. */
static size_t punctuation(struct segmenter *s, uint32_t c, size_t end)
{
	bool after_digit = s->word_len > 0 && is_digit(s->word[s->word_len - 1]);
	if (c == '\'' && s->word_len > 0 && is_letter_at(s, end)) {
		bool possessive = (byte_at(s, end) | 0x20) == 's' && !is_letter_at(s, end + 1);
		if (!possessive)
			return end; /* don't */
		end_word(s);
		return end + 1;
	}
	if (c == '.' && after_digit && is_digit(byte_at(s, end))) {
		s->word[s->word_len] = '.';
		s->word_len += s->word_len < MAX_WORD;
		return end;
	}
	if (c == ',' && after_digit && is_thousands(s, end))
		return end;
	end_all(s);
	return end;
}

static bool is_word_part(uint32_t c)
{
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL: return true;
	default: return false;
	}
}

/* What is neither ASCII nor a plain ideograph: folded first, which may give several characters. */
static size_t take_folded(struct segmenter *s, uint32_t c, size_t start, size_t end)
{
	utf8proc_int32_t out[MAX_FOLDED];
	int boundary = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)c, out, MAX_FOLDED,
		UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
			UTF8PROC_LUMP,
		&boundary);
	size_t next = end;
	if (count > MAX_FOLDED || count < 0)
		count = 0;
	for (utf8proc_ssize_t i = 0; i < count; i++) {
		uint32_t folded = (uint32_t)out[i];
		if (segment_is_cjk(folded))
			add_ideograph(s, folded, start, end);
		else if (is_word_part(folded))
			add_letter(s, folded, start, end);
		else
			next = punctuation(s, folded, end);
	}
	return next;
}

static size_t take(struct segmenter *s, uint32_t c, size_t start, size_t end)
{
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		add_letter(s, c, start, end);
	else if (c < 0x80)
		return punctuation(s, c, end);
	else if (segment_is_cjk(c) && c < 0xAC00)
		add_ideograph(s, c, start, end);
	else if (c >= 0xAC00 && c <= 0xD7A3) /* folding would take syllables apart */
		add_ideograph(s, c, start, end);
	else
		return take_folded(s, c, start, end);
	return end;
}

struct terms segment_terms(struct arena *a, struct str text)
{
	struct segmenter s = {.arena = a, .text = utf8_cut(text, MAX_TEXT)};
	uint32_t c;
	for (size_t at = 0; at < s.text.len;) {
		size_t end = utf8_next(s.text, at, &c);
		at = take(&s, c, at, end);
	}
	end_all(&s);
	return s.terms;
}

enum language segment_language(struct str text)
{
	size_t cjk = 0, words = 0;
	bool inside = false;
	uint32_t c;
	for (size_t at = 0; at < text.len;) {
		at = utf8_next(text, at, &c);
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		cjk += segment_is_cjk(c);
		words += letter && !inside;
		inside = letter;
	}
	return cjk > words ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
}
