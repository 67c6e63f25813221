/* SPDX-License-Identifier: MIT */
#include "tui/layer/name.h"

#include "core/base/alloc.h"
#include "core/text/words.h"
#include "tui/draw/frames.h"
#include "tui/part/edit.h"

#include <stdlib.h>

enum { WIDEST = 72, HEIGHT = 5, NAME_MOST = 200 };

struct name {
	struct arena arena; /* of the answer */
	struct edit edit;
	const char *title, *hint, *command;
};

struct name *name_new(const char *title, const char *hint, struct str preset, const char *command)
{
	struct name *n = xcalloc(1, sizeof *n);
	edit_init(&n->edit, true);
	n->edit.max = NAME_MOST;
	(void)edit_set(&n->edit, preset); /* a longer one is cut */
	edit_move(&n->edit, EDIT_FINISH, false);
	n->title = title;
	n->hint = hint;
	n->command = command;
	return n;
}

static void name_free(void *layer)
{
	struct name *n = layer;
	edit_free(&n->edit);
	arena_release(&n->arena);
	free(n);
}

static struct area box_of(int w, int h)
{
	int width = w - 4 < WIDEST ? w - 4 : WIDEST;
	return (struct area){(w - width) / 2, (h - HEIGHT) / 3, width, HEIGHT};
}

static void fit(void *layer, int w, int h)
{
	struct name *n = layer;
	edit_fit(&n->edit, area_inset(box_of(w, h), 3, 1).w, 1);
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct name *n = layer;
	(void)now_ns;
	if (key.code == WORD_ESC)
		return LAYER_CLOSES;
	if (key.code != WORD_ENTER || key.mods != 0)
		return LAYER_PASS;
	struct str text = str_trim(edit_text(&n->edit, &n->arena));
	if (text.len == 0)
		return LAYER_STAYS;
	result->command = n->command;
	result->arguments = value_dict(&n->arena);
	value_set(result->arguments, STR("name"), value_str(text));
	return LAYER_CLOSES;
}

static struct edit *typed_into(void *layer)
{
	struct name *n = layer;
	return &n->edit;
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct name *n = layer;
	const struct words *words = view->pen.words;
	struct area box = box_of(view->w, view->h);
	struct span title = {str_from(tr(words, n->title)), ROLE_STRONG};
	struct frame frame = {.focused = true, .title = &title, .title_count = 1};
	paint_clear(view->pen, box);
	paint_ground(view->pen, box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(view->pen, box, &frame), 2, 0);
	struct pen pen = pen_within(view->pen, inner);
	edit_draw(pen, (struct area){inner.x, inner.y, inner.w, 1}, &n->edit, true,
		(struct text_style){NULL, NULL});
	paint_fitted(pen, inner.x, inner.y + 1, inner.w, str_from(tr(words, n->hint)), ROLE_DIM);
	int x = paint_cstr(pen, inner.x, inner.y + 2, "Enter", ROLE_ACCENT) + 1;
	x = paint_cstr(pen, x, inner.y + 2, tr(words, "make it"), ROLE_TEXT) + 3;
	x = paint_cstr(pen, x, inner.y + 2, "Esc", ROLE_ACCENT) + 1;
	paint_cstr(pen, x, inner.y + 2, tr(words, "cancel"), ROLE_TEXT);
}

const struct layer_class name_layer = {.name = "name",
	.fit = fit,
	.draw = draw,
	.key = press,
	.edit = typed_into,
	.free = name_free};
