/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_text.h"

#include <string.h>

/*
 * Python's textwrap.wrap: a line is cut into chunks (words with their hyphens, blanks, dashes),
 * which are then put into lines as long as they fit. Works on an array of characters.
 */

struct chars {
	uint32_t *at;
	size_t len;
};

/* Only ASCII white space separates words here. */
static bool is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_letter(uint32_t c)
{
	return tpl_is_word(c) && !tpl_is_decimal(c);
}

static bool is_punctuated(uint32_t c)
{
	return tpl_is_word(c) || (c < 0x80 && c != 0 && strchr("!\"'&.,?", (int)c) != NULL);
}

static uint32_t at(const struct chars *s, size_t i)
{
	return i < s->len ? s->at[i] : 0;
}

/* Two or more dashes from I on, with a word behind them: where they stop, or 0. */
static size_t dashes(const struct chars *s, size_t i)
{
	size_t end = i;
	while (at(s, end) == '-')
		end++;
	return end - i >= 2 && end < s->len && tpl_is_word(s->at[end]) ? end : 0;
}

/* May a line break after the hyphen at I? */
static bool breaks_after(const struct chars *s, size_t i)
{
	bool two_letters = i >= 2 && is_letter(s->at[i - 1]) && is_letter(s->at[i - 2]);
	bool letter_dash_letter =
		i >= 3 && is_letter(s->at[i - 1]) && s->at[i - 2] == '-' && is_letter(s->at[i - 3]);
	if (!two_letters && !letter_dash_letter)
		return false;
	size_t next = i + 1;
	if (next >= s->len || !is_letter(s->at[next]))
		return false;
	return at(s, next + 1) == '-' ? next + 2 < s->len && is_letter(s->at[next + 2])
				      : next + 1 < s->len && is_letter(s->at[next + 1]);
}

/* The end of the chunk that begins at I. */
static size_t chunk_end(const struct chars *s, size_t i, bool hyphens)
{
	size_t end = i;
	if (is_blank(s->at[i])) {
		while (end < s->len && is_blank(s->at[end]))
			end++;
		return end;
	}
	if (hyphens && i > 0 && is_punctuated(s->at[i - 1]) && dashes(s, i) > 0)
		return dashes(s, i);
	for (end = i + 1; end < s->len; end++) {
		if (is_blank(s->at[end]))
			return end;
		if (!hyphens)
			continue;
		if (s->at[end - 1] == '-' && end - 1 > i && breaks_after(s, end - 1))
			return end;
		if (is_punctuated(s->at[end - 1]) && dashes(s, end) > 0)
			return end;
	}
	return end;
}

struct span {
	size_t from, to;
};

struct wrapper {
	struct render *r;
	const struct chars *s;
	const struct wrap *how;
	struct span *chunks;
	size_t len, next;
	struct buf *out;
	struct str by;
	bool any;
};

static bool cut(struct wrapper *w)
{
	size_t cap = 0;
	for (size_t i = 0; i < w->s->len;) {
		size_t end = chunk_end(w->s, i, w->how->break_hyphens);
		w->chunks = arena_reserve(
			w->r->arena, w->chunks, w->len, &cap, w->len + 1, sizeof *w->chunks);
		w->chunks[w->len++] = (struct span){i, end};
		i = end;
	}
	return tpl_charge(w->r, w->len);
}

static bool blank(const struct wrapper *w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (!tpl_is_space(w->s->at[i]))
			return false;
	return true;
}

static void put_line(struct wrapper *w, size_t from, size_t to)
{
	if (w->any)
		buf_add_str(w->out, w->by);
	w->any = true;
	for (size_t i = from; i < to; i++)
		buf_add_code_point(w->out, w->s->at[i]);
}

/* A chunk longer than a line: its first part, at a hyphen if one fits. */
static size_t long_chunk(const struct wrapper *w, const struct span *c, size_t room)
{
	size_t end = c->from + room;
	if (!w->how->break_hyphens || c->to - c->from <= room)
		return end;
	for (size_t i = end; i > c->from + 1; i--) {
		if (w->s->at[i - 1] != '-')
			continue; /* the last hyphen counts */
		for (size_t k = c->from; k < i - 1; k++)
			if (w->s->at[k] != '-')
				return i;
		break;
	}
	return end;
}

/* One line from the next chunks: it is [from, to), its last part begins at LAST. */
static void wrap_one(struct wrapper *w)
{
	size_t width = (size_t)w->how->width;
	size_t from = w->chunks[w->next].from, to = from, last = from;
	while (w->next < w->len && w->chunks[w->next].to - from <= width) {
		last = w->chunks[w->next].from;
		to = w->chunks[w->next++].to;
	}
	struct span *c = &w->chunks[w->next];
	if (w->next < w->len && c->to - c->from > width) {
		if (w->how->break_long) {
			last = c->from;
			to = c->from = long_chunk(w, c, width - (to - from));
		} else if (to == from) {
			to = c->to;
			w->next++;
		}
	}
	if (blank(w, last, to))
		to = last;
	if (to > from)
		put_line(w, from, to);
}

static void wrap_lines(struct wrapper *w)
{
	while (w->next < w->len) {
		const struct span *c = &w->chunks[w->next];
		if (w->any && blank(w, c->from, c->to))
			w->next++;
		if (w->next < w->len)
			wrap_one(w);
	}
}

bool tpl_wrap_line(
	struct render *r, struct str line, struct str by, const struct wrap *how, struct buf *out)
{
	struct chars s = {.len = 0};
	struct wrapper w = {.r = r, .s = &s, .how = how, .out = out, .by = by};
	size_t len;
	s.at = ARENA_ARRAY(r->arena, uint32_t, line.len + 1);
	for (size_t i = 0; i < line.len; i += len)
		s.at[s.len++] = tpl_decode(line, i, &len);
	if (!tpl_charge(r, line.len / 64) || !cut(&w))
		return false;
	wrap_lines(&w);
	return true;
}
