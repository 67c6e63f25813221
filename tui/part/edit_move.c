/* SPDX-License-Identifier: MIT */
#include "tui/part/edit_private.h"

#include "core/text/common_words.h"
#include "core/text/segment.h"
#include "core/text/utf8.h"

#include <utf8proc.h>

/* What stands together as a word. */
enum word_class { CLASS_SPACE, CLASS_WORD, CLASS_HAN, CLASS_KANA, CLASS_OTHER };

static bool is_letter(uint32_t c)
{
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_PC: return true;
	default: return false;
	}
}

static enum word_class class_of(uint32_t c)
{
	if (c == ' ' || c == '\t' || c == 0x3000)
		return CLASS_SPACE;
	if (c >= 0x3040 && c < 0x3100)
		return CLASS_KANA;
	if (segment_is_cjk(c))
		return CLASS_HAN;
	return is_letter(c) ? CLASS_WORD : CLASS_OTHER;
}

/* The class of the glyph at AT, which is not at a line's end. */
static enum word_class class_at(struct edit *e, size_t at)
{
	const struct stretch *s = edit_here(e, at);
	size_t i = stretch_glyph(s, at);
	uint32_t code;
	if (i >= s->count)
		return CLASS_SPACE;
	if (s->glyphs[i].kind == GLYPH_MARKED)
		return CLASS_OTHER;
	utf8_next(buf_str(&s->raw), s->glyphs[i].raw, &code);
	return class_of(code);
}

static bool at_line_end(struct edit *e, size_t at)
{
	return at >= edit_here(e, at)->line_to;
}

static bool at_line_start(struct edit *e, size_t at)
{
	return at <= edit_here(e, at)->line_from;
}

static size_t after(struct edit *e, size_t at)
{
	const struct stretch *s = edit_here(e, at);
	if (at >= s->line_to)
		return s->line + 1 < piece_table_lines(&e->text)
			       ? piece_table_line_start(&e->text, s->line + 1)
			       : edit_size(e);
	return stretch_at(s, stretch_glyph(s, at) + 1);
}

static size_t before(struct edit *e, size_t at)
{
	const struct stretch *s = edit_here(e, at);
	if (at <= s->line_from)
		return s->line > 0 ? edit_here(e, s->line_from - 1)->line_to : 0;
	if (at <= s->from) { /* a long line's part before */
		s = edit_here(e, at - 1);
		return stretch_at(s, s->count > 0 ? s->count - 1 : 0);
	}
	return stretch_at(s, stretch_glyph(s, at - 1));
}

/* The bytes of the Chinese function word at AT, 0 when there is none. *CONTENT: a word of its own
 * that only looks like one. */
static size_t function_word(struct edit *e, size_t at, bool *content)
{
	const struct stretch *s = edit_here(e, at);
	struct str raw = buf_str(&s->raw);
	*content = false;
	return common_chinese(str_slice(raw, at - s->from, raw.len), content);
}

/* The end of the word that begins at AT, which is not at a line's end. Chinese has no spaces: there
 * its function words, and what stands between them, are the words. */
static size_t word_end(struct edit *e, size_t at)
{
	enum word_class class = class_at(e, at);
	bool content, first = true;
	for (; !at_line_end(e, at) && class_at(e, at) == class; first = false) {
		size_t len = class == CLASS_HAN ? function_word(e, at, &content) : 0;
		if (len > 0 && !content)
			return first ? edit_border(e, at + len, true) : at;
		at = len > 0 ? edit_border(e, at + len, true) : after(e, at);
	}
	return at;
}

/* The start of the word that the glyph before AT is in; AT is not at a line's start. Chinese is cut
 * into words from where its run of characters begins. */
static size_t word_start(struct edit *e, size_t at)
{
	size_t start = at, end;
	enum word_class class = class_at(e, before(e, at));
	while (!at_line_start(e, start) && class_at(e, before(e, start)) == class)
		start = before(e, start);
	if (class == CLASS_HAN)
		while ((end = word_end(e, start)) < at)
			start = end;
	return start;
}

static size_t word_right(struct edit *e, size_t at)
{
	if (at_line_end(e, at))
		return after(e, at);
	while (!at_line_end(e, at) && class_at(e, at) == CLASS_SPACE)
		at = after(e, at);
	return at_line_end(e, at) ? at : word_end(e, at);
}

static size_t word_left(struct edit *e, size_t at)
{
	if (at_line_start(e, at))
		return before(e, at);
	while (!at_line_start(e, at) && class_at(e, before(e, at)) == CLASS_SPACE)
		at = before(e, at);
	return at_line_start(e, at) ? at : word_start(e, at);
}

static bool is_blank_line(struct edit *e, size_t line)
{
	const struct stretch *s = edit_here(e, piece_table_line_start(&e->text, line));
	return s->to == s->line_to && str_trim(buf_str(&s->raw)).len == 0;
}

/* The next blank line that follows one with text, or the text's end. */
static size_t paragraph(struct edit *e, int by)
{
	size_t lines = piece_table_lines(&e->text), line = edit_here(e, e->caret)->line;
	bool seen = false;
	for (;;) {
		if (by < 0 ? line == 0 : line + 1 >= lines)
			return by < 0 ? 0 : edit_size(e);
		line += by < 0 ? SIZE_MAX : 1; /* the one before, or after */
		bool blank = is_blank_line(e, line);
		if (blank && seen)
			return piece_table_line_start(&e->text, line);
		seen = seen || !blank;
	}
}

/* ROWS up (negative) or down, in the goal's column. */
static size_t by_rows(struct edit *e, long rows)
{
	const struct stretch *s = edit_here(e, e->caret);
	size_t glyph = stretch_glyph(s, e->caret), row = stretch_row(s, glyph);
	if (e->goal < 0)
		e->goal = (long)stretch_column(s, row, glyph);
	size_t at = stretch_at(s, s->rows[row].from);
	for (; rows < 0; rows++)
		if (!edit_row_before(e, &at))
			return 0;
	for (; rows > 0; rows--)
		if (!edit_row_next(e, &at))
			return edit_size(e);
	s = edit_here(e, at);
	return stretch_at(
		s, stretch_pick(s, stretch_row(s, stretch_glyph(s, at)), (size_t)e->goal));
}

static size_t home(struct edit *e)
{
	const struct stretch *s = edit_here(e, e->caret);
	size_t glyph = stretch_glyph(s, e->caret);
	size_t row = stretch_row(s, glyph), first = s->rows[row].from;
	size_t start = stretch_at(s, first), word = first;
	struct str raw = buf_str(&s->raw);
	while (word < stretch_row_last(s, row) &&
		(raw.at[s->glyphs[word].raw] == ' ' || raw.at[s->glyphs[word].raw] == '\t'))
		word++;
	if (glyph > word || (glyph == first && word > first && start == s->line_from))
		return stretch_at(s, word);
	return e->caret > start ? start : s->line_from;
}

static size_t end(struct edit *e)
{
	const struct stretch *s = edit_here(e, e->caret);
	size_t glyph = stretch_glyph(s, e->caret);
	size_t last = stretch_row_last(s, stretch_row(s, glyph));
	return glyph < last ? stretch_at(s, last) : s->line_to;
}

static size_t target(struct edit *e, enum edit_move move)
{
	long page = e->h > 2 ? e->h - 1 : 1;
	switch (move) {
	case EDIT_LEFT: return before(e, e->caret);
	case EDIT_RIGHT: return after(e, e->caret);
	case EDIT_WORD_LEFT: return word_left(e, e->caret);
	case EDIT_WORD_RIGHT: return word_right(e, e->caret);
	case EDIT_UP: return by_rows(e, -1);
	case EDIT_DOWN: return by_rows(e, 1);
	case EDIT_PAGE_UP: return by_rows(e, -page);
	case EDIT_PAGE_DOWN: return by_rows(e, page);
	case EDIT_PARAGRAPH_UP: return paragraph(e, -1);
	case EDIT_PARAGRAPH_DOWN: return paragraph(e, 1);
	case EDIT_HOME: return home(e);
	case EDIT_END: return end(e);
	case EDIT_START: return 0;
	case EDIT_FINISH: return edit_size(e);
	}
	return e->caret;
}

void edit_place(struct edit *e, size_t at, bool select)
{
	e->caret = at;
	if (!select)
		e->anchor = at;
	e->joinable = JOIN_NOTHING;
	e->follow = true;
}

void edit_move(struct edit *e, enum edit_move move, bool select)
{
	bool by_row = move == EDIT_UP || move == EDIT_DOWN || move == EDIT_PAGE_UP ||
		      move == EDIT_PAGE_DOWN;
	size_t from, to;
	edit_selected(e, &from, &to);
	if (!by_row)
		e->goal = -1;
	/* Left and right leave a selection at its ends. */
	if (!select && from < to && (move == EDIT_LEFT || move == EDIT_RIGHT))
		edit_place(e, move == EDIT_LEFT ? from : to, false);
	else
		edit_place(e, target(e, move), select);
}

void edit_go(struct edit *e, size_t at, bool select)
{
	e->goal = -1;
	edit_place(e, edit_border(e, at, false), select);
}

void edit_select(struct edit *e, size_t from, size_t to)
{
	edit_go(e, from, false);
	edit_place(e, edit_border(e, to, true), true);
}

void edit_select_all(struct edit *e)
{
	edit_select(e, 0, edit_size(e));
}

void edit_select_word(struct edit *e)
{
	size_t at = e->caret;
	if (at_line_end(e, at)) {
		if (at_line_start(e, at))
			return;
		at = before(e, at);
	}
	size_t from = word_start(e, after(e, at));
	edit_select(e, from, word_end(e, from));
}

void edit_select_line(struct edit *e)
{
	size_t from, to;
	e->anchor = e->caret;
	edit_lines(e, &from, &to);
	edit_select(e, from, to);
}

void edit_position(struct edit *e, size_t *line, size_t *column)
{
	const struct stretch *s = edit_here(e, e->caret);
	size_t before_part = s->from - s->line_from; /* of a huge line: bytes, for want of better */
	*line = s->line + 1;
	*column = before_part + stretch_glyph(s, e->caret) + 1;
}

static void erase_range(struct edit *e, size_t from, size_t to, enum edit_joinable kind)
{
	if (from < to && edit_begin(e, kind) && edit_change(e, from, to, STR_NONE))
		edit_end(e, from, from);
}

void edit_erase(struct edit *e, enum edit_erase erase)
{
	size_t from, to, at = e->caret;
	edit_selected(e, &from, &to);
	if (from < to && erase != ERASE_LINE) {
		erase_range(e, from, to, JOIN_NOTHING);
		return;
	}
	switch (erase) {
	case ERASE_LEFT: erase_range(e, before(e, at), at, JOIN_ERASE_LEFT); break;
	case ERASE_RIGHT: erase_range(e, at, after(e, at), JOIN_ERASE_RIGHT); break;
	case ERASE_WORD_LEFT: erase_range(e, word_left(e, at), at, JOIN_NOTHING); break;
	case ERASE_WORD_RIGHT: erase_range(e, at, word_right(e, at), JOIN_NOTHING); break;
	case ERASE_TO_LINE_END: {
		size_t end_at = edit_here(e, at)->line_to;
		erase_range(e, at, end_at > at ? end_at : after(e, at), JOIN_NOTHING);
		break;
	}
	case ERASE_LINE:
		edit_lines(e, &from, &to);
		erase_range(e, from, to, JOIN_NOTHING);
		break;
	}
}
