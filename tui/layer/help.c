/* SPDX-License-Identifier: MIT */
#include "tui/layer/help.h"

#include "core/base/alloc.h"
#include "core/text/utf8.h"
#include "core/text/width.h"
#include "tui/draw/frames.h"

#include <stdlib.h>
#include <string.h>

enum {
	BOX_WIDTH = 100,
	BOX_MARGIN = 4,
	HEAD_ROWS = 2,
	KEYS_WIDTH = 20,
	TITLE_WIDTH = 24,
	WHEEL_STEP = 3
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Letters of ASCII without regard to case. */
static bool holds(struct str text, struct str word)
{
	for (size_t i = 0; i + word.len <= text.len; i++) {
		size_t j = 0;
		while (j < word.len && lower(text.at[i + j]) == lower(word.at[j]))
			j++;
		if (j == word.len)
			return true;
	}
	return false;
}

/* All words of the filter occur somewhere in the row. */
static bool matches(const struct help_row *row, struct str filter)
{
	while (filter.len > 0) {
		struct str word = str_cut(filter, ' ', &filter);
		if (!holds(row->title, word) && !holds(row->keys, word) &&
			!holds(row->help, word) && !holds(str_from(row->command), word))
			return false;
	}
	return true;
}

static void apply_filter(struct help *h)
{
	size_t count = 0;
	for (size_t i = 0; i < h->count; i++)
		if (matches(&h->rows[i], str_from(h->filter)))
			h->shown[count++] = i;
	h->list.selected = h->list.top = 0;
	list_view_fit(&h->list, count, (int)h->list.height);
}

struct help *help_new(void)
{
	return xcalloc(1, sizeof(struct help));
}

void help_show(struct help *h, struct help_row *rows, size_t count)
{
	h->rows = rows;
	h->count = count;
	h->shown = ARENA_ARRAY(&h->arena, size_t, count + 1);
	h->filter[0] = '\0';
	apply_filter(h);
}

static void help_free(void *layer)
{
	struct help *h = layer;
	arena_release(&h->arena);
	free(h);
}

static enum layer_answer choose(struct help *h, struct layer_result *result)
{
	if (h->list.selected >= h->list.count)
		return LAYER_STAYS;
	result->command = h->rows[h->shown[h->list.selected]].command;
	return LAYER_CLOSES;
}

static void type(struct help *h, uint32_t code)
{
	char bytes[4];
	size_t len = strlen(h->filter), more = utf8_encode(code, bytes);
	if (width_code_point(code) <= 0 || len + more >= sizeof h->filter)
		return;
	memcpy(h->filter + len, bytes, more);
	h->filter[len + more] = '\0';
	apply_filter(h);
}

static void rub_out(struct help *h)
{
	size_t len = strlen(h->filter);
	if (len == 0)
		return;
	h->filter[utf8_before(str_from(h->filter), len)] = '\0';
	apply_filter(h);
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct help *h = layer;
	long page = h->list.height > 1 ? (long)h->list.height - 1 : 1;
	(void)now_ns;
	if (key_is_text(key)) {
		type(h, key.code);
		return LAYER_STAYS;
	}
	switch (key.code) {
	case WORD_ESC:
	case WORD_F1: return LAYER_CLOSES;
	case WORD_ENTER: return choose(h, result);
	case WORD_BSPACE: rub_out(h); break;
	case WORD_UP: list_view_move(&h->list, -1); break;
	case WORD_DOWN: list_view_move(&h->list, 1); break;
	case WORD_PGUP: list_view_move(&h->list, -page); break;
	case WORD_PGDN: list_view_move(&h->list, page); break;
	default: break;
	}
	return LAYER_STAYS;
}

static struct area box_of(const struct help *h, int w, int height)
{
	int wide = w - BOX_MARGIN > BOX_WIDTH ? BOX_WIDTH : w - BOX_MARGIN;
	int tall = (int)h->count + HEAD_ROWS + 2;
	if (tall > height - BOX_MARGIN)
		tall = height - BOX_MARGIN;
	return (struct area){(w - wide) / 2, (height - tall) / 2, wide, tall};
}

static void fit(void *layer, int w, int height)
{
	struct help *h = layer;
	h->w = w;
	h->h = height;
	list_view_fit(&h->list, h->list.count, box_of(h, w, height).h - 2 - HEAD_ROWS);
}

static enum layer_answer click(struct help *h, int x, int y, struct layer_result *result)
{
	struct area box = box_of(h, h->w, h->h);
	int row = y - box.y - 1 - HEAD_ROWS;
	if (!area_has(box, x, y))
		return LAYER_CLOSES;
	if (row < 0 || (size_t)row >= h->list.height || h->list.top + (size_t)row >= h->list.count)
		return LAYER_STAYS;
	list_view_select(&h->list, h->list.top + (size_t)row);
	return choose(h, result);
}

static enum layer_answer use_mouse(
	void *layer, const struct input *input, struct layer_result *result)
{
	struct help *h = layer;
	if (input->action == MOUSE_WHEEL_UP || input->action == MOUSE_WHEEL_DOWN)
		list_view_scroll(
			&h->list, input->action == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
	else if (input->action == MOUSE_PRESS && input->button == 0)
		return click(h, input->x, input->y, result);
	return LAYER_STAYS;
}

static void draw_row(const struct help *h, struct pen pen, struct area line, size_t i)
{
	const struct help_row *row = &h->rows[h->shown[i]];
	bool off = row->reason.len > 0;
	int x = line.x;
	paint_fitted(pen, x, line.y, KEYS_WIDTH, row->keys, off ? ROLE_DIM : ROLE_ACCENT);
	x += KEYS_WIDTH + 1;
	paint_fitted(pen, x, line.y, TITLE_WIDTH, row->title, off ? ROLE_DIM : ROLE_TEXT);
	x += TITLE_WIDTH + 1;
	paint_fitted(pen, x, line.y, line.x + line.w - x, off ? row->reason : row->help,
		off ? ROLE_WARN : ROLE_DIM);
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct help *h = layer;
	struct pen pen = view->pen;
	struct area box = box_of(h, view->w, view->h);
	struct span title = {str_from(tr(pen.words, "Help")), ROLE_STRONG};
	struct span note[4] = {{STR("Enter "), ROLE_ACCENT},
		{str_from(tr(pen.words, "run")), ROLE_DIM}, {STR("  Esc "), ROLE_ACCENT},
		{str_from(tr(pen.words, "close")), ROLE_DIM}};
	struct frame frame = {
		.title = &title, .title_count = 1, .note = note, .note_count = 4, .focused = true};
	paint_clear(pen, box);
	paint_ground(pen, box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(pen, box, &frame), 1, 0);
	struct pen in = pen_within(pen, inner);
	int x = paint_cstr(in, inner.x, inner.y, tr(pen.words, "Find"), ROLE_DIM) + 1;
	x = paint_cstr(in, x, inner.y, h->filter, ROLE_STRONG);
	pen.surface->caret_x = x < inner.x + inner.w ? x : inner.x + inner.w - 1;
	pen.surface->caret_y = inner.y;
	pen.surface->caret_shown = true;
	if (h->filter[0] == '\0')
		paint_cstr(in, x + 1, inner.y, tr(pen.words, "a command by its name or key"),
			ROLE_FAINT);
	if (h->list.count == 0)
		paint_cstr(in, inner.x, inner.y + HEAD_ROWS,
			tr(pen.words, "Nothing is called that. Backspace widens the search."),
			ROLE_DIM);
	for (size_t row = 0; row < h->list.height && h->list.top + row < h->list.count; row++) {
		struct area line = {inner.x, inner.y + HEAD_ROWS + (int)row, inner.w, 1};
		size_t i = h->list.top + row;
		draw_row(h, in, line, i);
		if (i == h->list.selected)
			paint_ground(pen, (struct area){line.x - 1, line.y, line.w + 2, 1},
				GROUND_SELECT);
	}
}

const struct layer_class help_layer = {.name = "help",
	.fit = fit,
	.draw = draw,
	.key = press,
	.mouse = use_mouse,
	.free = help_free};
