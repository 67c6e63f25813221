/* SPDX-License-Identifier: MIT */
#include "tui/part/text_view.h"

#include "tui/part/wrap.h"

#include <stdio.h>

enum { BACK_MOST = 256 };

static int digits(size_t n)
{
	int count = 1;
	for (; n >= 10; n /= 10)
		count++;
	return count;
}

/* One row down; false at the last. */
static bool down(struct text_view *v, const struct document *d)
{
	struct str line = document_line(d, v->line);
	size_t next = wrap_row(line, v->offset, v->width).next;
	if (next < line.len) {
		v->offset = next;
		return true;
	}
	if (v->line + 1 >= document_lines(d))
		return false;
	v->line++;
	v->offset = 0;
	return true;
}

/* The beginning of the last row of LINE that begins before LIMIT (or at 0). */
static size_t row_before(struct str line, size_t limit, size_t width)
{
	size_t at = 0;
	for (;;) {
		size_t next = wrap_row(line, at, width).next;
		if (next >= limit || next >= line.len)
			return at;
		at = next;
	}
}

/* Goes back by up to COUNT rows (at most BACK_MOST) within the line, in one walk from its start;
 * returns how many. LIMIT: rows that begin there or later do not count. */
static size_t back_in_line(
	struct text_view *v, const struct document *d, size_t limit, size_t count)
{
	size_t starts[BACK_MOST]; /* the latest row starts, as a ring */
	size_t seen = 0, at = 0;
	struct str line = document_line(d, v->line);
	while (at < limit) {
		starts[seen++ % BACK_MOST] = at;
		size_t next = wrap_row(line, at, v->width).next;
		if (next >= line.len)
			break;
		at = next;
	}
	if (count > seen)
		count = seen;
	if (count > 0)
		v->offset = starts[(seen - count) % BACK_MOST];
	return count;
}

/* Up to COUNT rows up; returns how many it were. */
static size_t up(struct text_view *v, const struct document *d, size_t count)
{
	size_t done = 0;
	while (done < count) {
		size_t limit = v->offset;
		size_t step = count - done < BACK_MOST ? count - done : BACK_MOST;
		if (limit == 0 && v->line == 0)
			break;
		if (limit == 0) {
			v->line--;
			limit = SIZE_MAX;
		}
		done += back_in_line(v, d, limit, step);
	}
	return done;
}

static void to_tail(struct text_view *v, const struct document *d)
{
	size_t lines = document_lines(d);
	v->line = lines;
	v->offset = 0;
	if (lines == 0 || up(v, d, v->height > 0 ? v->height : 1) == 0)
		v->line = 0;
}

void text_view_fit(struct text_view *v, const struct document *d, int w, int h)
{
	size_t lines = document_lines(d);
	v->gutter = v->numbered ? (digits(lines) < 3 ? 3 : digits(lines)) + 2 : 0;
	if (w <= v->gutter + 8)
		v->gutter = 0;
	size_t width = w - v->gutter > 1 ? (size_t)(w - v->gutter) : 1;
	v->height = h > 0 ? (size_t)h : 0;
	if (v->line >= lines) {
		v->line = lines > 0 ? lines - 1 : 0;
		v->offset = 0;
	}
	if (width != v->width) {
		v->width = width;
		/* The row that now holds what was at the top. */
		if (lines > 0 && v->offset > 0)
			v->offset = row_before(document_line(d, v->line), v->offset + 1, v->width);
	}
	if (v->follow)
		to_tail(v, d);
}

/* The byte lies in one of the rows that are seen. */
static bool is_seen(const struct text_view *v, const struct document *d, size_t line, size_t offset)
{
	struct text_view at = *v;
	for (size_t row = 0; row < v->height; row++) {
		size_t next = wrap_row(document_line(d, at.line), at.offset, v->width).next;
		if (at.line == line && offset >= at.offset &&
			(offset < next || next >= document_line(d, line).len))
			return true;
		if (at.line > line || !down(&at, d))
			return false;
	}
	return false;
}

void text_view_show(struct text_view *v, const struct document *d, size_t line, size_t offset)
{
	if (line >= document_lines(d) || v->width == 0 || is_seen(v, d, line, offset))
		return;
	v->line = line;
	v->offset = row_before(document_line(d, line), offset + 1, v->width);
	v->follow = false;
	up(v, d, v->height / 3);
}

size_t text_view_below(const struct text_view *v, const struct document *d, size_t most)
{
	struct text_view at = *v;
	if (document_lines(d) == 0)
		return 0;
	for (size_t i = 1; i < v->height; i++)
		if (!down(&at, d))
			return 0;
	size_t count = 0;
	while (count < most && down(&at, d))
		count++;
	return count;
}

void text_view_scroll(struct text_view *v, const struct document *d, long rows)
{
	if (document_lines(d) == 0)
		return;
	if (rows < 0 && up(v, d, (size_t)-rows) > 0)
		v->follow = false;
	for (; rows > 0 && text_view_below(v, d, 1) > 0; rows--)
		down(v, d);
	if (text_view_below(v, d, 1) == 0)
		v->follow = true;
}

void text_view_home(struct text_view *v)
{
	v->line = v->offset = 0;
	v->follow = false;
}

void text_view_end(struct text_view *v, const struct document *d)
{
	to_tail(v, d);
	v->follow = true;
}

/* The bytes of a line that one row shows, with their roles. */
struct shown {
	struct str text;
	uint8_t roles[TEXT_STYLE_MAX];
	struct row row; /* within text */
};

/* Of a long line only the row itself is looked at. */
static void show_row(struct shown *out, const struct document *d, size_t i, struct row row,
	struct text_style style)
{
	struct str line = document_line(d, i);
	size_t from = 0;
	out->row = row;
	if (line.len > TEXT_STYLE_MAX) {
		from = row.from;
		line = str_slice(line, row.from, row.to);
		line = str_slice(line, 0, TEXT_STYLE_MAX);
		out->row = (struct row){0, line.len, 0};
		style.fn = NULL;
	}
	out->text = line;
	for (size_t at = 0; at < line.len; at++)
		out->roles[at] = (uint8_t)document_role(d, d->line[i] + from + at);
	if (style.fn != NULL)
		style.fn(style.ctx, i, line, out->roles);
}

static void draw_row(struct pen pen, int x, int y, const struct shown *s)
{
	int column = 0;
	for (size_t at = s->row.from; at < s->row.to;) {
		size_t end = at + 1;
		if (s->text.at[at] == '\t') {
			column += WRAP_TAB - column % WRAP_TAB;
			at = end;
			continue;
		}
		while (end < s->row.to && s->text.at[end] != '\t' && s->roles[end] == s->roles[at])
			end++;
		struct str piece = str_slice(s->text, at, end);
		bool found = (s->roles[at] & TEXT_FOUND) != 0;
		enum role role = (enum role)(s->roles[at] & ~TEXT_FOUND);
		int end_column = paint_text(pen, x + column, y, piece, role) - x;
		if (found)
			paint_ground(pen, (struct area){x + column, y, end_column - column, 1},
				GROUND_MATCH);
		column = end_column;
		at = end;
	}
}

static void draw_number(struct pen pen, int x, int y, int gutter, size_t line)
{
	char text[24];
	int width = snprintf(text, sizeof text, "%zu", line + 1);
	paint_cstr(pen, x + gutter - 2 - width, y, text, ROLE_FAINT);
}

void text_view_draw(struct pen pen, struct area area, const struct text_view *v,
	const struct document *d, struct text_style style)
{
	struct shown shown;
	size_t lines = document_lines(d), line = v->line, offset = v->offset;
	pen = pen_within(pen, area);
	for (int y = area.y; y < area.y + area.h && line < lines; y++) {
		struct str text = document_line(d, line);
		struct row row = wrap_row(text, offset, v->width);
		show_row(&shown, d, line, row, style);
		if (v->gutter > 0 && offset == 0)
			draw_number(pen, area.x, y, v->gutter, line);
		draw_row(pen, area.x + v->gutter, y, &shown);
		offset = row.next;
		if (offset >= text.len) {
			line++;
			offset = 0;
		}
	}
}
