/* SPDX-License-Identifier: MIT */
#include "tui/layer/ask.h"

#include "core/base/alloc.h"
#include "core/text/width.h"
#include "tui/draw/frames.h"
#include "tui/part/wrap.h"

#include <stdlib.h>

enum { GUARD_NS = 300000000, SIDES = 6, WIDEST = 90 };

struct ask {
	struct arena arena;
	struct str question;
	struct ask_choice choices[ASK_CHOICES];
	size_t count;
	struct value arguments;
	int64_t since_ns;
};

struct ask *ask_new(struct str question, const struct ask_choice *choices, size_t count,
	struct value arguments, int64_t now_ns)
{
	struct ask *a = xcalloc(1, sizeof *a);
	a->question = str_copy(&a->arena, question);
	a->arguments = value_copy(&a->arena, arguments);
	a->since_ns = now_ns;
	for (; a->count < count && a->count < ASK_CHOICES; a->count++)
		a->choices[a->count] = choices[a->count];
	return a;
}

static void ask_free(void *layer)
{
	struct ask *a = layer;
	arena_release(&a->arena);
	free(a);
}

static void fit(void *layer, int w, int h)
{
	(void)layer;
	(void)w;
	(void)h;
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct ask *a = layer;
	if (key.code == WORD_ESC)
		return LAYER_CLOSES;
	if (now_ns - a->since_ns < GUARD_NS || (key.mods & ~(unsigned)MOD_SHIFT) != 0)
		return LAYER_STAYS;
	uint32_t letter = key.code >= 'A' && key.code <= 'Z' ? key.code - 'A' + 'a' : key.code;
	for (size_t i = 0; i < a->count; i++)
		if (letter == (unsigned char)a->choices[i].key) {
			*result = (struct layer_result){a->choices[i].command, a->arguments};
			return LAYER_CLOSES;
		}
	return LAYER_STAYS;
}

/* Draws the question's rows from Y on within WIDTH cells, or only counts them (PEN NULL). */
static int question_rows(const struct ask *a, const struct pen *pen, int x, int y, int width)
{
	struct str rest = a->question, line;
	int rows = 0;
	while (width > 0 && str_next_line(&rest, &line)) {
		size_t at = 0;
		do {
			struct row row = wrap_row(line, at, (size_t)width);
			if (pen != NULL)
				paint_text(*pen, x, y + rows, str_slice(line, row.from, row.to),
					ROLE_STRONG);
			rows++;
			at = row.next;
		} while (at < line.len);
	}
	return rows;
}

static int widest_line(const struct ask *a)
{
	struct str rest = a->question, line;
	int widest = 0;
	while (str_next_line(&rest, &line)) {
		int width = (int)width_text(line);
		widest = width > widest ? width : widest;
	}
	return widest;
}

static int draw_choices(const struct ask *a, const struct pen *pen, int x, int y)
{
	for (size_t i = 0; i < a->count; i++) {
		char letter[2] = {a->choices[i].key, '\0'};
		const char *word = tr(pen->words, a->choices[i].word);
		x = paint_cstr(*pen, x, y, letter, ROLE_ACCENT) + 1;
		x = paint_cstr(*pen, x, y, word, ROLE_TEXT) + 3;
	}
	x = paint_cstr(*pen, x, y, "Esc", ROLE_ACCENT) + 1;
	return paint_cstr(*pen, x, y, tr(pen->words, "cancel"), ROLE_TEXT);
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct ask *a = layer;
	struct pen off = pen_within(view->pen, (struct area){0, 0, 0, 0});
	int keys = draw_choices(a, &off, 0, 0), width = widest_line(a);
	width = (width > keys ? width : keys) + SIDES;
	width = width > WIDEST ? WIDEST : width;
	width = width > view->w ? view->w : width;
	int rows = question_rows(a, NULL, 0, 0, width - SIDES);
	int height = rows + 4 < view->h ? rows + 4 : view->h;
	struct area box = {(view->w - width) / 2, (view->h - height) / 3, width, height};
	struct frame frame = {.focused = true};
	paint_clear(view->pen, box);
	paint_ground(view->pen, box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(view->pen, box, &frame), 2, 0);
	struct pen in = pen_within(view->pen, inner);
	question_rows(a, &in, inner.x, inner.y, inner.w);
	draw_choices(a, &in, inner.x, inner.y + inner.h - 1);
}

const struct layer_class ask_layer = {
	.name = "ask", .fit = fit, .draw = draw, .key = press, .free = ask_free};
