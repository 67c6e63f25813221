/* SPDX-License-Identifier: MIT */
#include "tui/layer/tour.h"

#include "core/base/alloc.h"
#include "core/text/words.h"
#include "tui/draw/frames.h"
#include "tui/part/wrap.h"

#include <stdlib.h>

enum { WIDEST = 56, AROUND = 5 };

struct tour *tour_new(void)
{
	return xcalloc(1, sizeof(struct tour));
}

static void tour_free(void *layer)
{
	struct tour *t = layer;
	arena_release(&t->arena);
	free(t);
}

static void fit(void *layer, int w, int h)
{
	struct tour *t = layer;
	t->w = w;
	t->h = h;
}

static enum layer_answer finish(struct layer_result *result)
{
	result->command = "help.tour-done";
	return LAYER_CLOSES;
}

static enum layer_answer step(struct tour *t, struct layer_result *result)
{
	if (t->at + 1 >= t->count)
		return finish(result);
	t->at++;
	return LAYER_STAYS;
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct tour *t = layer;
	const struct tour_card *card = &t->cards[t->at];
	(void)now_ns;
	if (card->command != NULL && key_equal(key, card->key)) {
		result->command = card->command;
		t->at += t->at + 1 < t->count;
		return LAYER_STAYS;
	}
	switch (key.code) {
	case WORD_ESC: return finish(result);
	case WORD_LEFT: t->at -= t->at > 0; return LAYER_STAYS;
	case WORD_ENTER:
	case WORD_RIGHT:
	case ' ': return step(t, result);
	default: break;
	}
	if (key.code == 'q' && key.mods == MOD_CTRL)
		result->command = "app.quit";
	return LAYER_STAYS;
}

static enum layer_answer mouse(void *layer, const struct input *input, struct layer_result *result)
{
	if (input->action == MOUSE_PRESS && input->button == 0)
		return step(layer, result);
	return LAYER_STAYS;
}

static int text_rows(struct str text, int width)
{
	int rows = 0;
	for (size_t at = 0; at < text.len && width > 0; rows++)
		at = wrap_row(text, at, (size_t)width).next;
	return rows;
}

static int within(int at, int least, int most)
{
	return at > most ? (most < least ? least : most) : at < least ? least : at;
}

/* Beside what it speaks of where there is room, else at its foot. */
static struct area place(const struct tour *t, int w, int h)
{
	const struct area *about = t->cards[t->at].about;
	struct area box = {(t->w - w) / 2, (t->h - h) / 2, w, h};
	if (about == NULL || about->w == 0)
		return box;
	box.y = about->y + 1;
	if (about->x + about->w + w <= t->w)
		box.x = about->x + about->w;
	else if (about->x >= w)
		box.x = about->x - w;
	else {
		box.x = about->x + (about->w - w) / 2;
		box.y = about->y + about->h - h - 1;
		if (about->y + about->h + h < t->h)
			box.y = about->y + about->h;
		else if (about->y > h)
			box.y = about->y - h;
	}
	box.x = within(box.x, 0, t->w - w);
	box.y = within(box.y, 1, t->h - h - 1);
	return box;
}

/* Lays a ground under the edge of what the card speaks of. */
static void mark(struct pen pen, struct area area)
{
	paint_ground(pen, (struct area){area.x, area.y, area.w, 1}, GROUND_SELECT);
	paint_ground(pen, (struct area){area.x, area.y + area.h - 1, area.w, 1}, GROUND_SELECT);
	paint_ground(pen, (struct area){area.x, area.y, 1, area.h}, GROUND_SELECT);
	paint_ground(pen, (struct area){area.x + area.w - 1, area.y, 1, area.h}, GROUND_SELECT);
}

static void draw_keys(const struct tour *t, struct pen pen, struct area inner)
{
	bool last = t->at + 1 == t->count;
	struct span keys[4] = {{STR("Enter "), ROLE_BRAND},
		{str_from(tr(pen.words, last ? "done" : "next")), ROLE_DIM},
		{STR("   Esc "), ROLE_BRAND},
		{str_from(tr(pen.words, "no more of this")), ROLE_DIM}};
	paint_spans(pen, inner.x, inner.y + inner.h - 1, keys, last ? 2 : 4);
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct tour *t = layer;
	const struct tour_card *card = &t->cards[t->at];
	struct pen pen = view->pen;
	struct arena a = ARENA_INIT;
	int w = t->w - 2 < WIDEST ? t->w - 2 : WIDEST;
	int rows = text_rows(card->text, w - 4);
	int h = rows + AROUND < t->h - 2 ? rows + AROUND : t->h - 2;
	struct area box = place(t, w, h);
	struct span title = {str_from(tr(pen.words, card->title)), ROLE_STRONG};
	struct span note = {str_format(&a, "%zu/%zu", t->at + 1, t->count), ROLE_DIM};
	struct frame frame = {
		.title = &title, .title_count = 1, .note = &note, .note_count = 1, .focused = true};
	if (card->about != NULL && card->about->w > 0)
		mark(pen, *card->about);
	paint_clear(pen, box);
	paint_ground(pen, box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(pen, box, &frame), 1, 0);
	struct pen in = pen_within(pen, inner);
	size_t at = 0;
	for (int y = inner.y + (inner.h > rows + 1); at < card->text.len; y++) {
		struct row r = wrap_row(card->text, at, (size_t)(inner.w > 0 ? inner.w : 1));
		if (y < inner.y + inner.h - 1)
			paint_text(in, inner.x, y, str_slice(card->text, r.from, r.to), ROLE_TEXT);
		at = r.next;
	}
	draw_keys(t, in, inner);
	pen.surface->caret_shown = false;
	arena_release(&a);
}

const struct layer_class tour_layer = {
	.name = "tour", .fit = fit, .draw = draw, .key = press, .mouse = mouse, .free = tour_free};
