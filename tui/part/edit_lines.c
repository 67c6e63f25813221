/* SPDX-License-Identifier: MIT */
#include "tui/part/edit_private.h"

#include <string.h>

enum { INDENT = 2, LINES_MAX = 64 << 20 };

void edit_lines(const struct edit *e, size_t *from, size_t *to)
{
	edit_selected(e, from, to);
	size_t first = piece_table_line_of(&e->text, *from);
	size_t last = piece_table_line_of(&e->text, *to);
	size_t last_from = piece_table_line_start(&e->text, last);
	/* A selection that ends at a line's start does not hold that line. */
	if (*to > *from && last > first && *to == last_from)
		last--;
	*from = piece_table_line_start(&e->text, first);
	*to = piece_table_line_start(&e->text, last + 1);
}

/* The white space LINE begins with: its bytes. */
static size_t indent_of(const struct edit *e, size_t line)
{
	size_t from = piece_table_line_start(&e->text, line), at = from;
	for (;; at++) {
		struct str run = piece_table_run(&e->text, at);
		if (run.len == 0 || (run.at[0] != ' ' && run.at[0] != '\t'))
			return at - from;
	}
}

static bool is_empty(const struct edit *e, size_t line)
{
	struct str run = piece_table_run(&e->text, piece_table_line_start(&e->text, line));
	return run.len == 0 || run.at[0] == '\n' || run.at[0] == '\r';
}

/* How many bytes to take from the start of LINE. */
static size_t outdent_of(const struct edit *e, size_t line)
{
	size_t from = piece_table_line_start(&e->text, line), most = indent_of(e, line), n = 0;
	while (n < most && n < INDENT) {
		bool tab = piece_table_run(&e->text, from + n).at[0] == '\t';
		if (tab)
			return n > 0 ? n : 1;
		n++;
	}
	return n;
}

/* AT after the bytes [FROM, FROM + OLD) became NEW bytes. */
static size_t moved(size_t at, size_t from, size_t old, size_t new)
{
	if (at >= from + old)
		return at - old + new;
	return at > from ? from : at;
}

static void shift_lines(struct edit *e, bool in)
{
	size_t from, to, caret = e->caret, anchor = e->anchor;
	if (!edit_begin(e, JOIN_NOTHING))
		return;
	edit_lines(e, &from, &to);
	size_t line = piece_table_line_of(&e->text, from);
	size_t last = to > from ? piece_table_line_of(&e->text, to - 1) : line;
	for (; line <= last; line++) {
		size_t at = piece_table_line_start(&e->text, line);
		size_t old = in ? 0 : outdent_of(e, line), new = in ? INDENT : 0;
		if ((in && is_empty(e, line) && last > line) || (!in && old == 0))
			continue;
		if (!edit_change(e, at, at + old, str_slice(STR("  "), 0, new)))
			break;
		caret = moved(caret, at, old, new);
		anchor = moved(anchor, at, old, new);
	}
	edit_end(e, caret, anchor);
}

void edit_indent(struct edit *e)
{
	size_t from, to;
	edit_selected(e, &from, &to);
	if (piece_table_line_of(&e->text, from) != piece_table_line_of(&e->text, to)) {
		shift_lines(e, true);
		return;
	}
	const struct stretch *s = edit_here(e, from);
	size_t glyph = stretch_glyph(s, from);
	size_t column = stretch_column(s, stretch_row(s, glyph), glyph);
	edit_paste(e, str_slice(STR("  "), 0, INDENT - column % INDENT));
}

void edit_outdent(struct edit *e)
{
	shift_lines(e, false);
}

/* The line break LINES ends in, which may be none. */
static struct str last_break(struct str lines)
{
	size_t len = str_ends(lines, STR("\r\n")) ? 2 : str_ends(lines, STR("\n")) ? 1 : 0;
	return str_slice(lines, lines.len - len, lines.len);
}

/* B, then A, where A came first: [*SPLIT] is where A begins then. The text's end keeps having, or
 * not having, a line break. */
static bool swapped(struct buf *out, struct str a, struct str b, size_t *split)
{
	struct str break_a = last_break(a), break_b = last_break(b);
	a.len -= break_a.len;
	b.len -= break_b.len;
	bool fits = buf_add_str(out, b) && buf_add_str(out, break_a);
	*split = out->len;
	return fits && buf_add_str(out, a) && buf_add_str(out, break_b);
}

void edit_move_lines(struct edit *e, int by)
{
	struct arena a = ARENA_INIT;
	struct buf out = BUF_INIT(LINES_MAX);
	size_t from, to, split, size = edit_size(e);
	edit_lines(e, &from, &to);
	size_t first = piece_table_line_of(&e->text, from);
	if (e->single_line || (by < 0 && from == 0) ||
		(by > 0 && (to >= size || piece_table_line_of(&e->text, to) == first)))
		return;
	size_t start = by < 0 ? piece_table_line_start(&e->text, first - 1) : from;
	size_t middle = by < 0 ? from : to;
	size_t end =
		by < 0 ? to
		       : piece_table_line_start(&e->text, piece_table_line_of(&e->text, to) + 1);
	size_t caret = e->caret - from, anchor = e->anchor - from;
	if (swapped(&out, edit_read(e, start, middle, &a), edit_read(e, middle, end, &a), &split) &&
		edit_begin(e, JOIN_NOTHING) && edit_change(e, start, end, buf_str(&out))) {
		size_t base = by < 0 ? start : start + split;
		edit_end(e, base + caret, base + anchor);
	}
	buf_free(&out);
	arena_release(&a);
}

void edit_duplicate(struct edit *e)
{
	struct arena a = ARENA_INIT;
	struct buf out = BUF_INIT(LINES_MAX);
	size_t from, to;
	edit_lines(e, &from, &to);
	struct str lines = edit_read(e, from, to, &a);
	bool ended = last_break(lines).len > 0;
	if (!ended)
		buf_add_cstr(&out, e->crlf ? "\r\n" : "\n");
	buf_add_str(&out, lines);
	size_t caret = e->caret + out.len, anchor = e->anchor + out.len;
	if (!e->single_line && edit_begin(e, JOIN_NOTHING) && edit_change(e, to, to, buf_str(&out)))
		edit_end(e, caret, anchor);
	buf_free(&out);
	arena_release(&a);
}
