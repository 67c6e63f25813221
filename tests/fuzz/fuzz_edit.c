/* SPDX-License-Identifier: MIT */
/* Any keys on any text: the editor's invariants hold, what it draws is safe, and every change can
 * be taken back. */
#include "core/base/err.h"
#include "core/text/sanitize.h"
#include "tui/part/edit.h"
#include "tui/part/edit_search.h"

#include <string.h>

enum { TEXT_PART = 64, STEPS_MOST = 400 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct edit *e)
{
	size_t line, column, all = edit_size(e);
	if (e->caret > all || e->anchor > all || e->top > all)
		BUG("a place lies behind the end");
	edit_position(e, &line, &column);
	if (line > piece_table_lines(&e->text) || column == 0)
		BUG("the caret is in line %zu", line);
	size_t caret = e->caret;
	edit_go(e, caret, false);
	if (e->caret != caret)
		BUG("the caret stood inside a glyph at %zu", caret);
}

static void draw(struct edit *e, int w, int h)
{
	struct surface s = {.w = 0};
	surface_resize(&s, w, h);
	e->follow = true;
	edit_fit(e, w, h);
	edit_draw(pen_new(&s), (struct area){0, 0, w, h}, e, true, (struct text_style){NULL, NULL});
	if (!s.caret_shown)
		BUG("the caret is not in view");
	for (int i = 0; i < w * h; i++) {
		const struct cell *cell = &s.cells[i];
		if (sanitize_count((struct str){cell->text, cell->len}) > 0)
			BUG("cell %d is not sanitized", i);
	}
	surface_free(&s);
}

static void search(struct edit *e, struct str pattern, bool replacing)
{
	struct edit_search s;
	edit_search_init(&s);
	if (edit_search_set(&s, pattern, pattern.len % 2 == 0)) {
		edit_search_step(&s, e, pattern.len % 3 != 0);
		edit_search_show(&s, e);
		if (replacing)
			edit_search_replace_all(&s, e, STR("$1<$0>"));
	}
	edit_search_free(&s);
}

static void step(struct edit *e, uint8_t what, struct str text)
{
	switch (what % 24) {
	case 0: edit_type(e, text); break;
	case 1: edit_paste(e, text); break;
	case 2: edit_newline(e); break;
	case 3: edit_erase(e, (enum edit_erase)(text.len % 6)); break;
	case 4: edit_undo(e); break;
	case 5: edit_redo(e); break;
	case 6: edit_undo_branch(e); break;
	case 7: edit_older(e); break;
	case 8: edit_newer(e); break;
	case 9: edit_indent(e); break;
	case 10: edit_outdent(e); break;
	case 11: edit_move_lines(e, text.len % 2 == 0 ? -1 : 1); break;
	case 12: edit_duplicate(e); break;
	case 13: edit_select_word(e); break;
	case 14: edit_select_line(e); break;
	case 15: edit_click(e, (int)text.len, what % 7, what > 128); break;
	case 16: edit_scroll(e, (long)text.len % 9 - 4); break;
	case 17: search(e, text, what > 128); break;
	case 18: draw(e, 4 + (int)text.len, 1 + what % 13); break;
	default: edit_move(e, (enum edit_move)(text.len % (EDIT_FINISH + 1)), what > 128);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct edit e;
	struct arena a = ARENA_INIT;
	if (size < 2)
		return 0;
	size_t first = data[0] * (size_t)16 < size - 1 ? data[0] * (size_t)16 : size - 1;
	struct str text = {(const char *)data + 1, first};
	edit_init(&e, data[1] % 8 == 0);
	e.max = 1 << 16;
	bool whole = edit_set(&e, text);
	struct str before = edit_text(&e, &a);
	if (whole && !e.single_line && !str_eq(before, text))
		BUG("loading changed the text");
	size_t at = 1 + first;
	for (int i = 0; i < STEPS_MOST && at + 1 < size; i++) {
		size_t len = data[at + 1] % TEXT_PART;
		len = len < size - at - 2 ? len : size - at - 2;
		step(&e, data[at], (struct str){(const char *)data + at + 2, len});
		check(&e);
		at += 2 + (data[at] % 24 <= 1 || data[at] % 24 == 17 ? len : 0);
	}
	while (edit_undo(&e))
		;
	if (!str_eq(edit_text(&e, &a), before))
		BUG("not everything was taken back");
	edit_free(&e);
	arena_release(&a);
	return 0;
}
