/* SPDX-License-Identifier: MIT */
#include "tui/layer/pick.h"

#include "core/base/alloc.h"
#include "core/text/words.h"
#include "tui/draw/frames.h"

#include <stdlib.h>

enum { BOX_WIDTH = 104, BOX_MARGIN = 2, WHEEL = 3 };

struct pick *pick_new(const char *title, const char *verb, const char *placeholder)
{
	struct pick *p = xcalloc(1, sizeof *p);
	p->title = title;
	p->verb = verb;
	p->choose.placeholder = placeholder;
	choose_init(&p->choose);
	return p;
}

static void free_pick(void *layer)
{
	struct pick *p = layer;
	choose_free(&p->choose);
	free(p);
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static void fit(void *layer, int w, int h)
{
	struct pick *p = layer;
	int wide = least(w - 2 * BOX_MARGIN, BOX_WIDTH);
	int tall = least(h - 2 * BOX_MARGIN, choose_wants_rows(&p->choose) + 2);
	p->box = (struct area){(w - wide) / 2, (h - tall) / 2, wide, tall};
	choose_fit(&p->choose, wide - 4, tall - 2);
}

static enum layer_answer choose_it(struct pick *p, struct layer_result *result)
{
	const struct choose_row *row = choose_chosen(&p->choose);
	if (row == NULL || row->reason.len > 0)
		return LAYER_STAYS;
	result->command = row->command;
	result->arguments = row->arguments;
	return LAYER_CLOSES;
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct pick *p = layer;
	(void)now_ns;
	if (key.code == WORD_ESC || key.code == WORD_F1)
		return LAYER_CLOSES;
	if (key.code == WORD_ENTER)
		return choose_it(p, result);
	if (key.code == WORD_F1 + 1 && p->also != NULL) {
		enum layer_answer said = choose_it(p, result);
		result->command = said == LAYER_CLOSES ? p->also_command : NULL;
		return said;
	}
	return choose_key(&p->choose, key) ? LAYER_STAYS : LAYER_PASS;
}

static enum layer_answer mouse(void *layer, const struct input *input, struct layer_result *result)
{
	struct pick *p = layer;
	bool up = input->action == MOUSE_WHEEL_UP;
	if (up || input->action == MOUSE_WHEEL_DOWN) {
		choose_wheel(&p->choose, up ? -WHEEL : WHEEL);
		return LAYER_STAYS;
	}
	if (input->action != MOUSE_PRESS || input->button != 0)
		return LAYER_STAYS;
	if (!area_has(p->box, input->x, input->y))
		return LAYER_CLOSES;
	int x = input->x - p->box.x - 2, y = input->y - p->box.y - 1;
	return choose_click(&p->choose, x, y) ? choose_it(p, result) : LAYER_STAYS;
}

static struct edit *edit(void *layer)
{
	struct pick *p = layer;
	return &p->choose.filter;
}

/* "42  Enter run  F2 keep  Esc close" */
static size_t make_note(
	const struct pick *p, const struct words *words, struct span note[7], struct arena *a)
{
	size_t count = 0;
	const char *close = tr(words, "close");
	note[count++] = (struct span){str_format(a, "%zu  ", p->choose.matches), ROLE_DIM};
	if (p->verb != NULL) {
		note[count++] = (struct span){STR("Enter"), ROLE_ACCENT};
		note[count++] = (struct span){str_format(a, " %s  ", tr(words, p->verb)), ROLE_DIM};
	}
	if (p->also != NULL) {
		note[count++] = (struct span){STR("F2"), ROLE_ACCENT};
		note[count++] = (struct span){str_format(a, " %s  ", tr(words, p->also)), ROLE_DIM};
	}
	note[count++] = (struct span){STR("Esc"), ROLE_ACCENT};
	note[count++] = (struct span){str_format(a, " %s", close), ROLE_DIM};
	return count;
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct pick *p = layer;
	struct arena a = ARENA_INIT;
	struct span note[7];
	struct span title = {str_from(tr(view->pen.words, p->title)), ROLE_STRONG};
	struct frame frame = {.title = &title,
		.title_count = 1,
		.note = note,
		.note_count = make_note(p, view->pen.words, note, &a),
		.note_short = 1,
		.focused = true};
	paint_clear(view->pen, p->box);
	paint_ground(view->pen, p->box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(view->pen, p->box, &frame), 1, 0);
	choose_draw(view->pen, inner, &p->choose);
	arena_release(&a);
}

const struct layer_class pick_layer = {.name = "pick",
	.fit = fit,
	.draw = draw,
	.key = press,
	.mouse = mouse,
	.edit = edit,
	.free = free_pick};
