/* SPDX-License-Identifier: MIT */
#include "tui/layer/search_bar.h"

#include "core/base/alloc.h"
#include "core/text/sanitize.h"
#include "core/text/width.h"
#include "core/text/words.h"

#include <stdio.h>
#include <stdlib.h>

enum { LABEL_LEAST = 8, FIELD_LEAST = 12, SAID_WIDTH = 23 };

struct search_bar *search_bar_new(void)
{
	struct search_bar *f = xcalloc(1, sizeof *f);
	edit_init(&f->pattern, true);
	edit_init(&f->replacement, true);
	return f;
}

static void search_bar_free(void *layer)
{
	struct search_bar *f = layer;
	edit_free(&f->pattern);
	edit_free(&f->replacement);
	free(f);
}

static int label_width(const struct words *words)
{
	int find = (int)width_text(str_from(tr(words, N_("Find"))));
	int replace = (int)width_text(str_from(tr(words, N_("Replace"))));
	int most = find > replace ? find : replace;
	return (most > LABEL_LEAST ? most : LABEL_LEAST) + 1;
}

/* Room for the text: what is said beside it has its own. */
static int field_width(const struct search_bar *f)
{
	int room = f->area.w - LABEL_LEAST - SAID_WIDTH, most = f->area.w * 2 / 3;
	room = room < most ? room : most;
	return room > FIELD_LEAST ? room : f->area.w > FIELD_LEAST ? FIELD_LEAST : f->area.w;
}

static void fit(void *layer, int w, int h)
{
	struct search_bar *f = layer;
	(void)w;
	(void)h;
	edit_fit(&f->pattern, field_width(f), 1);
	edit_fit(&f->replacement, field_width(f), 1);
}

static enum layer_answer give(struct layer_result *result, const char *command)
{
	result->command = command;
	return LAYER_STAYS;
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct search_bar *f = layer;
	(void)now_ns;
	if (key_equal(key, (struct key){WORD_ESC, 0}))
		return LAYER_CLOSES;
	if (key_equal(key, (struct key){WORD_ENTER, 0}))
		return give(result, f->in_replacement ? "find.replace" : "find.next");
	if (key_equal(key, (struct key){WORD_DOWN, 0}))
		return give(result, "find.next");
	if (key_equal(key, (struct key){WORD_UP, 0}))
		return give(result, "find.previous");
	if (key_equal(key, (struct key){'a', MOD_ALT}) && f->replacing)
		return give(result, "find.replace-all");
	if (key_equal(key, (struct key){'x', MOD_ALT})) {
		f->regex = !f->regex;
		return LAYER_STAYS;
	}
	if (key.code == WORD_TAB && (key.mods & ~(unsigned)MOD_SHIFT) == 0) {
		f->in_replacement = f->replacing && !f->in_replacement;
		return LAYER_STAYS;
	}
	return LAYER_PASS;
}

static struct edit *typed_into(void *layer)
{
	struct search_bar *f = layer;
	return f->in_replacement ? &f->replacement : &f->pattern;
}

static enum layer_answer mouse(void *layer, const struct input *input, struct layer_result *result)
{
	struct search_bar *f = layer;
	(void)result;
	if (input->action != MOUSE_PRESS || input->button != 0)
		return LAYER_STAYS;
	if (!area_has(f->area, input->x, input->y))
		return LAYER_CLOSES;
	f->in_replacement = f->replacing && input->y > f->area.y;
	return LAYER_STAYS;
}

/* "3 of 17", "no match". */
static enum role describe(
	const struct search_bar *f, const struct words *words, char *out, size_t size)
{
	out[0] = '\0';
	if (edit_size(&f->pattern) == 0 || f->error[0] != '\0')
		return ROLE_DIM;
	if (f->count == 0 && !f->more) {
		snprintf(out, size, "%s", tr(words, N_("no match")));
		return ROLE_WARN;
	}
	if (f->more && f->current == 0)
		snprintf(out, size, tr(words, N_("more than %zu")), f->count);
	else if (f->more)
		snprintf(out, size, tr(words, N_("%zu of more than %zu")), f->current, f->count);
	else
		snprintf(out, size, tr(words, N_("%zu of %zu")), f->current, f->count);
	return ROLE_TEXT;
}

static void draw_row(const struct search_bar *f, const struct pen *pen, int y, const char *label,
	bool replacement)
{
	int x = f->area.x + label_width(pen->words);
	const struct edit *edit = replacement ? &f->replacement : &f->pattern;
	paint_cstr(*pen, f->area.x, y, tr(pen->words, label), ROLE_ACCENT);
	edit_draw(*pen, (struct area){x, y, field_width(f), 1}, edit,
		replacement == f->in_replacement, (struct text_style){NULL, NULL});
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct search_bar *f = layer;
	char said[300];
	struct area area = f->area;
	if (area.w <= 0)
		return;
	struct pen pen = pen_within(view->pen, area);
	paint_clear(pen, area);
	paint_ground(pen, area, GROUND_BAR);
	draw_row(f, &pen, area.y, N_("Find"), false);
	if (f->replacing)
		draw_row(f, &pen, area.y + 1, N_("Replace"), true);
	int x = area.x + label_width(pen.words) + field_width(f) + 1, right = area.x + area.w;
	enum role role = describe(f, pen.words, said, sizeof said);
	const char *kind = f->regex ? N_("expression") : N_("Alt+x expression");
	int kind_x = right - (int)width_text(str_from(tr(pen.words, kind)));
	if (kind_x > x + (int)width_text(str_from(said))) {
		paint_cstr(pen, kind_x, area.y, tr(pen.words, kind),
			f->regex ? ROLE_ACCENT : ROLE_FAINT);
		right = kind_x - 1;
	}
	paint_fitted(pen, x, area.y, right - x, str_from(said), role);
	if (f->replacing)
		paint_fitted(pen, x, area.y + 1, area.x + area.w - x,
			str_from(tr(pen.words, N_("Enter one  Alt+a all"))), ROLE_FAINT);
	if (f->error[0] != '\0')
		paint_fitted(
			pen, area.x, area.y + area.h - 1, area.w, str_from(f->error), ROLE_BAD);
}

const struct layer_class search_bar_layer = {.name = "search-bar",
	.fit = fit,
	.draw = draw,
	.key = press,
	.mouse = mouse,
	.edit = typed_into,
	.free = search_bar_free};
