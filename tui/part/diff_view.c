/* SPDX-License-Identifier: MIT */
#include "tui/part/diff_view.h"

#include "core/text/sanitize.h"
#include "core/text/utf8.h"
#include "core/text/words.h"
#include "tui/part/wrap.h"

#include <stdio.h>

enum {
	AROUND = 3, /* lines that are shown before and after a change */
	LINE_MOST = 8192, /* bytes of a line that are shown */
	GUTTER = 3 /* the mark with a space on each side of it */
};

/* From this byte of a row's text on, it has this role. */
struct run {
	size_t from;
	enum role role;
};

struct diff_row {
	enum diff_kind kind;
	struct str text; /* sanitized */
	const struct run *runs;
	size_t run_count;
	size_t number; /* of the line in its text */
	size_t skipped; /* not 0: so many lines that are the same stand for this row */
	bool no_feed; /* the text's last line, without a line feed */
	bool cut;
};

static const enum role plain[] = {
	[DIFF_SAME] = ROLE_DIM, [DIFF_REMOVED] = ROLE_BAD, [DIFF_ADDED] = ROLE_GOOD};
static const enum role marked[] = {
	[DIFF_SAME] = ROLE_DIM, [DIFF_REMOVED] = ROLE_REMOVED, [DIFF_ADDED] = ROLE_ADDED};

void diff_view_init(struct diff_view *v)
{
	*v = (struct diff_view){.len = 0};
}

void diff_view_free(struct diff_view *v)
{
	arena_release(&v->arena);
	diff_view_init(v);
}

static void add_run(
	struct diff_row *row, struct run *runs, struct buf *text, struct str part, enum role role)
{
	if (part.len == 0)
		return;
	if (row->run_count == 0 || runs[row->run_count - 1].role != role)
		runs[row->run_count++] = (struct run){text->len, role};
	sanitize_to(text, part, SANITIZE_TEXT);
}

static void fill_row(struct diff_view *v, struct diff_row *row, const struct diff_line *line)
{
	struct buf text = BUF_INIT(LINE_MOST * 8);
	struct str whole = line->text;
	size_t at = 0;
	row->kind = line->kind;
	row->number = line->kind == DIFF_REMOVED ? line->a_number : line->b_number;
	row->no_feed = !str_ends(whole, STR("\n"));
	if (!row->no_feed)
		whole.len -= str_ends(whole, STR("\r\n")) && line->kind == DIFF_SAME ? 2 : 1;
	row->cut = whole.len > LINE_MOST;
	whole = utf8_cut(whole, LINE_MOST);
	struct run *runs = ARENA_ARRAY(&v->arena, struct run, 2 * line->span_count + 1);
	for (size_t i = 0; i < line->span_count; i++) {
		const struct diff_span *span = &line->spans[i];
		add_run(row, runs, &text, str_slice(whole, at, span->from), plain[row->kind]);
		add_run(row, runs, &text, str_slice(whole, span->from, span->to),
			marked[row->kind]);
		at = span->to;
	}
	add_run(row, runs, &text, str_slice(whole, at, whole.len), plain[row->kind]);
	row->runs = runs;
	row->text = str_copy(&v->arena, buf_str(&text));
	buf_free(&text);
}

/* How many lines from I on are the same. */
static size_t same_from(const struct diff *d, size_t i)
{
	size_t count = 0;
	while (i + count < d->len && d->lines[i + count].kind == DIFF_SAME)
		count++;
	return count;
}

void diff_view_set(struct diff_view *v, struct str before, struct str after)
{
	struct arena a = ARENA_INIT;
	diff_view_free(v);
	struct diff d = diff_texts(&a, before, after);
	v->rows = ARENA_ARRAY(&v->arena, struct diff_row, d.len + 1);
	v->removed = d.removed;
	v->added = d.added;
	v->coarse = d.coarse;
	size_t largest = 1;
	for (size_t i = 0; i < d.len;) {
		size_t same = same_from(&d, i);
		size_t head = i > 0 ? AROUND : 0, tail = i + same < d.len ? AROUND : 0;
		size_t skipped = same > head + tail + 1 ? same - head - tail : 0;
		for (size_t end = i + (same > 0 ? same : 1), begin = i; i < end; i++) {
			if (skipped > 0 && i == begin + head) {
				v->rows[v->len++].skipped = skipped;
				i += skipped - 1;
				continue;
			}
			fill_row(v, &v->rows[v->len], &d.lines[i]);
			largest =
				v->rows[v->len].number > largest ? v->rows[v->len].number : largest;
			v->len++;
		}
	}
	v->digits = snprintf(NULL, 0, "%zu", largest);
	arena_release(&a);
}

static size_t text_width(const struct diff_view *v)
{
	int width = v->w - v->digits - GUTTER;
	return width > 1 ? (size_t)width : 1;
}

static bool down(const struct diff_view *v, size_t *row, size_t *offset)
{
	size_t next = *row < v->len ? wrap_row(v->rows[*row].text, *offset, text_width(v)).next : 0;
	if (*row < v->len && next < v->rows[*row].text.len) {
		*offset = next;
		return true;
	}
	if (*row + 1 >= v->len)
		return false;
	(*row)++;
	*offset = 0;
	return true;
}

static bool up(const struct diff_view *v, size_t *row, size_t *offset)
{
	size_t limit = *offset, at = 0;
	if (limit == 0) {
		if (*row == 0)
			return false;
		(*row)--;
		limit = v->rows[*row].text.len;
	}
	for (;;) {
		size_t next = wrap_row(v->rows[*row].text, at, text_width(v)).next;
		if (next >= limit)
			break;
		at = next;
	}
	*offset = at;
	return true;
}

size_t diff_view_below(const struct diff_view *v, size_t most)
{
	size_t row = v->top, offset = v->offset, count = 0;
	for (int i = 1; i < v->h; i++)
		if (!down(v, &row, &offset))
			return 0;
	while (count < most && down(v, &row, &offset))
		count++;
	return count;
}

/* The window is full as long as there is enough to fill it. */
static void settle(struct diff_view *v)
{
	size_t row = v->top, offset = v->offset;
	int rows = 1;
	while (rows < v->h && down(v, &row, &offset))
		rows++;
	while (rows++ < v->h && up(v, &v->top, &v->offset))
		;
}

void diff_view_fit(struct diff_view *v, int w, int h)
{
	if (w != v->w && v->offset > 0) /* a row's beginning is another one now */
		v->offset = 0;
	v->w = w;
	v->h = h;
	settle(v);
}

void diff_view_scroll(struct diff_view *v, long rows)
{
	for (; rows > 0 && diff_view_below(v, 1) > 0; rows--)
		if (!down(v, &v->top, &v->offset))
			return;
	for (; rows < 0; rows++)
		if (!up(v, &v->top, &v->offset))
			return;
}

void diff_view_home(struct diff_view *v)
{
	v->top = v->offset = 0;
}

void diff_view_end(struct diff_view *v)
{
	v->top = v->len > 0 ? v->len - 1 : 0;
	v->offset = 0;
	settle(v);
}

static void draw_text(struct pen pen, int x, int y, const struct diff_row *row, struct row part)
{
	for (size_t i = 0; i < row->run_count; i++) {
		size_t from = row->runs[i].from;
		size_t to = i + 1 < row->run_count ? row->runs[i + 1].from : row->text.len;
		from = from > part.from ? from : part.from;
		to = to < part.to ? to : part.to;
		if (from < to)
			x = paint_text(
				pen, x, y, str_slice(row->text, from, to), row->runs[i].role);
	}
	if (part.next < row->text.len)
		return;
	if (row->cut)
		paint_cstr(pen, x, y, "…", ROLE_FAINT);
	else if (row->no_feed)
		paint_cstr(
			pen, x + 1, y, tr(pen.words, N_("(no line feed at the end)")), ROLE_FAINT);
}

static void draw_row(struct pen pen, struct area area, const struct diff_view *v,
	const struct diff_row *row, size_t offset, int y)
{
	static const char *const marks[] = {
		[DIFF_SAME] = " ", [DIFF_REMOVED] = "-", [DIFF_ADDED] = "+"};
	char text[96];
	int x = area.x + v->digits;
	if (row->skipped > 0) {
		snprintf(text, sizeof text, tr(pen.words, N_("··· %zu lines that are the same")),
			row->skipped);
		paint_fitted(pen, x + GUTTER, y, area.w - v->digits - GUTTER, str_from(text),
			ROLE_FAINT);
		return;
	}
	snprintf(text, sizeof text, "%zu", row->number);
	if (offset == 0)
		paint_right(pen, x, y, str_from(text), ROLE_FAINT);
	paint_cstr(pen, x + 1, y, marks[row->kind], plain[row->kind]);
	draw_text(pen, x + GUTTER, y, row, wrap_row(row->text, offset, text_width(v)));
}

void diff_view_draw(struct pen pen, struct area area, const struct diff_view *v)
{
	size_t row = v->top, offset = v->offset;
	struct pen in = pen_within(pen, area);
	if (v->len == 0)
		return;
	for (int y = 0; y < area.h; y++) {
		draw_row(in, area, v, &v->rows[row], offset, area.y + y);
		if (!down(v, &row, &offset))
			break;
	}
}
