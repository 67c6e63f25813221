/* SPDX-License-Identifier: MIT */
#include "tui/part/stretch.h"

#include "core/base/alloc.h"
#include "core/text/utf8.h"
#include "tui/part/wrap.h"

#include <stdlib.h>

enum { BORDER_LOOK = 64, SHOWN_MAX = 1 << 20, WIDEST = 1 << 24 };

void stretch_init(struct stretch *s)
{
	*s = (struct stretch){.raw = BUF_INIT(SHOWN_MAX), .shown = BUF_INIT(SHOWN_MAX)};
}

void stretch_free(struct stretch *s)
{
	buf_free(&s->raw);
	buf_free(&s->shown);
	free(s->glyphs);
	free(s->rows);
	stretch_init(s);
}

bool stretch_holds(const struct stretch *s, size_t at)
{
	return s->loaded && at >= s->from && (at < s->to || (at == s->to && s->to == s->line_to));
}

static char byte_at(const struct piece_table *t, size_t at)
{
	return piece_table_run(t, at).at[0];
}

static void find_line(struct stretch *s, const struct piece_table *t, size_t at, bool crlf)
{
	s->line = piece_table_line_of(t, at);
	s->line_from = piece_table_line_start(t, s->line);
	s->line_to = piece_table_line_start(t, s->line + 1);
	if (s->line + 1 < piece_table_lines(t)) {
		s->line_to--;
		if (crlf && s->line_to > s->line_from && byte_at(t, s->line_to - 1) == '\r')
			s->line_to--;
	}
}

/* The border of long lines at or soon after AT: between clusters, and the same whoever asks. */
static size_t border(const struct stretch *s, const struct piece_table *t, size_t at)
{
	struct buf near = BUF_INIT(BORDER_LOOK * 2);
	if (at <= s->line_from || at >= s->line_to)
		return at <= s->line_from ? s->line_from : s->line_to;
	size_t from = at - 1, to = at + BORDER_LOOK < s->line_to ? at + BORDER_LOOK : s->line_to;
	/* A few bytes: the buffer holds them. */
	(void)piece_table_read(t, from, to, &near);
	size_t i = 1;
	while (i < 4 && i < near.len && ((unsigned char)near.at[i] & 0xC0) == 0x80)
		i++;
	uint32_t before, after;
	if (i < near.len)
		i = utf8_next(buf_str(&near), i, &before);
	while (i < near.len) {
		size_t next = utf8_next(buf_str(&near), i, &after);
		if (glyph_border(before, after))
			break;
		before = after;
		i = next;
	}
	buf_free(&near);
	return from + i;
}

static void find_part(struct stretch *s, const struct piece_table *t, size_t at, bool whole)
{
	s->from = s->line_from;
	s->to = s->line_to;
	if (whole || s->line_to - s->line_from <= STRETCH_LONG)
		return;
	size_t k = (at - s->line_from) / STRETCH_PART;
	s->from = border(s, t, s->line_from + k * STRETCH_PART);
	if (at < s->from) {
		k--;
		s->from = border(s, t, s->line_from + k * STRETCH_PART);
	}
	s->to = border(s, t, s->line_from + (k + 1) * STRETCH_PART);
	if (at >= s->to && s->to < s->line_to) {
		s->from = s->to;
		s->to = border(s, t, s->line_from + (k + 2) * STRETCH_PART);
	}
}

static void add_glyph(struct stretch *s, size_t raw, const struct glyph *g)
{
	s->glyphs[s->count++] = (struct stretch_glyph){(uint32_t)raw, (uint32_t)s->shown.len,
		(uint8_t)(g->cells < 255 ? g->cells : 255), (uint8_t)g->kind};
	buf_add_str(&s->shown, g->shown);
}

/* Takes the plain ASCII from AT on, which most text is, in one go; returns where it ends. Its last
 * character may be a cluster's start. */
static size_t add_plain(struct stretch *s, struct str raw, size_t at)
{
	size_t end = at;
	uint32_t shown = (uint32_t)s->shown.len;
	while (end < raw.len && raw.at[end] >= 0x20 && raw.at[end] < 0x7F)
		end++;
	if (end > at && end < raw.len && (unsigned char)raw.at[end] >= 0x80)
		end--;
	for (size_t i = at; i < end; i++)
		s->glyphs[s->count++] =
			(struct stretch_glyph){(uint32_t)i, shown++, 1, GLYPH_PLAIN};
	buf_add(&s->shown, raw.at + at, end - at);
	return end;
}

static void find_glyphs(struct stretch *s)
{
	struct str raw = buf_str(&s->raw);
	s->count = 0;
	buf_clear(&s->shown);
	s->glyphs = array_reserve(s->glyphs, &s->cap, raw.len + 1, sizeof *s->glyphs);
	for (size_t at = 0; at < raw.len;) {
		struct glyph g;
		size_t plain = add_plain(s, raw, at);
		if (plain == at) {
			glyph_next(raw, at, &g);
			add_glyph(s, at, &g);
			plain = g.next;
		}
		at = plain;
	}
	s->glyphs[s->count] =
		(struct stretch_glyph){(uint32_t)raw.len, (uint32_t)s->shown.len, 0, 0};
}

/* The first glyph from I on that begins at or behind SHOWN. */
static size_t glyph_shown(const struct stretch *s, size_t i, size_t shown)
{
	while (i < s->count && s->glyphs[i].shown < shown)
		i++;
	return i;
}

static void find_rows(struct stretch *s, size_t width)
{
	struct str shown = buf_str(&s->shown);
	size_t from = 0;
	s->row_count = 0;
	do {
		struct row row = wrap_row(shown, s->glyphs[from].shown, width);
		size_t next = glyph_shown(s, from, row.next);
		/* A row that would end inside a glyph ends before it, if anything is left. */
		if (next < s->count && s->glyphs[next].shown > row.next && next > from + 1)
			next--;
		size_t to = glyph_shown(s, from, row.to);
		s->rows = array_reserve(s->rows, &s->row_cap, s->row_count + 1, sizeof *s->rows);
		s->rows[s->row_count++] =
			(struct stretch_row){(uint32_t)from, (uint32_t)(to < next ? to : next)};
		from = next;
	} while (from < s->count);
}

void stretch_load(
	struct stretch *s, const struct piece_table *t, size_t at, struct stretch_rule rule)
{
	find_line(s, t, at, rule.crlf);
	if (at > s->line_to)
		at = s->line_to;
	find_part(s, t, at, rule.width == 0);
	buf_clear(&s->raw);
	/* Parts are far below the buffer's maximum. */
	(void)piece_table_read(t, s->from, s->to, &s->raw);
	find_glyphs(s);
	find_rows(s, rule.width > 0 ? rule.width : WIDEST);
	s->loaded = true;
}

size_t stretch_glyph(const struct stretch *s, size_t at)
{
	size_t raw = at > s->from ? at - s->from : 0, low = 0, high = s->count;
	while (low < high) { /* the first that begins behind RAW */
		size_t middle = low + (high - low) / 2;
		if (s->glyphs[middle].raw <= raw)
			low = middle + 1;
		else
			high = middle;
	}
	if (raw >= s->glyphs[s->count].raw)
		return s->count;
	return low > 0 ? low - 1 : 0;
}

size_t stretch_at(const struct stretch *s, size_t i)
{
	return s->from + s->glyphs[i].raw;
}

size_t stretch_row(const struct stretch *s, size_t i)
{
	size_t low = 0, high = s->row_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->rows[middle].from <= i)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : 0;
}

size_t stretch_row_next(const struct stretch *s, size_t row)
{
	return row + 1 < s->row_count ? s->rows[row + 1].from : s->count;
}

static size_t cells_at(const struct stretch *s, size_t i, size_t column)
{
	if (s->glyphs[i].kind == GLYPH_TAB)
		return WRAP_TAB - column % WRAP_TAB;
	return s->glyphs[i].cells;
}

size_t stretch_column(const struct stretch *s, size_t row, size_t i)
{
	size_t column = 0;
	for (size_t g = s->rows[row].from; g < i && g < s->rows[row].to; g++)
		column += cells_at(s, g, column);
	return column;
}

size_t stretch_row_last(const struct stretch *s, size_t row)
{
	size_t next = stretch_row_next(s, row), to = s->rows[row].to;
	if (next == s->count && s->to == s->line_to && row + 1 == s->row_count)
		return s->count;
	if (to < next)
		return to; /* on the space that hangs */
	return next > s->rows[row].from ? next - 1 : next;
}

size_t stretch_pick(const struct stretch *s, size_t row, size_t column)
{
	size_t last = stretch_row_last(s, row), at = 0;
	for (size_t g = s->rows[row].from; g < last; g++) {
		size_t cells = cells_at(s, g, at);
		if (column < at + cells)
			return g;
		at += cells;
	}
	return last;
}
