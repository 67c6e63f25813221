/* SPDX-License-Identifier: MIT */
#include "tui/layer/conflict.h"

#include "core/base/alloc.h"
#include "core/text/words.h"
#include "tui/draw/frames.h"
#include "tui/pane/pane.h"
#include "tui/part/diff_view.h"

#include <stdio.h>
#include <stdlib.h>

enum { GUARD_NS = 300000000, HEAD = 2, FOOT = 2, MARGIN = 2 };

struct conflict {
	enum conflict_kind kind;
	char name[128];
	struct diff_view diff;
	int64_t since_ns;
	int h; /* rows for the difference */
};

struct conflict *conflict_new(
	enum conflict_kind kind, const char *name, struct str disk, struct str mine, int64_t now_ns)
{
	struct conflict *c = xcalloc(1, sizeof *c);
	c->kind = kind;
	c->since_ns = now_ns;
	snprintf(c->name, sizeof c->name, "%s", name);
	diff_view_init(&c->diff);
	diff_view_set(&c->diff, disk, mine);
	return c;
}

static void conflict_free(void *layer)
{
	struct conflict *c = layer;
	diff_view_free(&c->diff);
	free(c);
}

/* The whole body, between the top bar and the footer. */
static struct area box_of(int w, int h)
{
	int dx = w >= 100 ? MARGIN : 0, dy = h >= 24 ? 1 : 0;
	return (struct area){dx, 1 + dy, w - 2 * dx, h - 2 - 2 * dy};
}

static void fit(void *layer, int w, int h)
{
	struct conflict *c = layer;
	struct area box = box_of(w, h);
	c->h = box.h - 2 - HEAD - FOOT;
	c->h = c->h > 1 ? c->h : 1;
	diff_view_fit(&c->diff, box.w - 4, c->h);
}

static enum layer_answer decide(
	struct conflict *c, char letter, int64_t now_ns, struct layer_result *result)
{
	bool none = c->kind == CONFLICT_LOOK || (c->kind == CONFLICT_GONE && letter == 't');
	if (none || now_ns - c->since_ns < GUARD_NS)
		return LAYER_STAYS;
	result->command = letter == 'm' ? "file.keep-mine" : "file.take-theirs";
	return LAYER_CLOSES;
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct conflict *c = layer;
	if (key.mods != 0)
		return LAYER_STAYS;
	switch (key.code) {
	case WORD_ESC: return LAYER_CLOSES;
	case 'q': return c->kind == CONFLICT_LOOK ? LAYER_CLOSES : LAYER_STAYS;
	case 'm':
	case 't': return decide(c, (char)key.code, now_ns, result);
	case 'k':
	case WORD_UP: diff_view_scroll(&c->diff, -1); break;
	case 'j':
	case WORD_DOWN: diff_view_scroll(&c->diff, 1); break;
	case WORD_PGUP: diff_view_scroll(&c->diff, 1 - c->h); break;
	case ' ':
	case WORD_PGDN: diff_view_scroll(&c->diff, c->h - 1); break;
	case WORD_HOME: diff_view_home(&c->diff); break;
	case WORD_END: diff_view_end(&c->diff); break;
	default: break;
	}
	return LAYER_STAYS;
}

static enum layer_answer mouse(void *layer, const struct input *input, struct layer_result *result)
{
	struct conflict *c = layer;
	(void)result;
	if (input->action == MOUSE_WHEEL_UP)
		diff_view_scroll(&c->diff, -WHEEL_ROWS);
	else if (input->action == MOUSE_WHEEL_DOWN)
		diff_view_scroll(&c->diff, WHEEL_ROWS);
	return LAYER_STAYS;
}

static const char *headline(const struct conflict *c, const struct words *words)
{
	switch (c->kind) {
	case CONFLICT_OUTSIDE:
		return tr(words, N_("Changed outside while you edited it. Nothing was saved yet."));
	case CONFLICT_GONE:
		return tr(words, N_("Removed outside while you edited it. Nothing was saved yet."));
	case CONFLICT_LOOK: break;
	}
	return tr(words, N_("What you have changed since the last save."));
}

static void draw_head(const struct conflict *c, struct pen pen, struct area inner)
{
	const char *removed =
		c->kind == CONFLICT_LOOK ? N_("in the file") : N_("only on disk: theirs");
	const char *added =
		c->kind == CONFLICT_LOOK ? N_("edited") : N_("only in the editor: mine");
	paint_fitted(pen, inner.x, inner.y, inner.w, str_from(headline(c, pen.words)),
		c->kind == CONFLICT_LOOK ? ROLE_TEXT : ROLE_WARN);
	int x = paint_cstr(pen, inner.x, inner.y + 1, "- ", ROLE_BAD);
	x = paint_cstr(pen, x, inner.y + 1, tr(pen.words, removed), ROLE_BAD) + 3;
	x = paint_cstr(pen, x, inner.y + 1, "+ ", ROLE_GOOD);
	x = paint_cstr(pen, x, inner.y + 1, tr(pen.words, added), ROLE_GOOD) + 3;
	if (c->diff.coarse)
		paint_cstr(pen, x, inner.y + 1,
			tr(pen.words, N_("very different: more is marked than need be")),
			ROLE_FAINT);
}

static void draw_keys(const struct conflict *c, struct pen pen, struct area inner)
{
	static const struct {
		const char *key, *word;
		bool decides;
	} keys[] = {
		{"m", N_("keep mine"), true},
		{"t", N_("take theirs (Ctrl+Z undoes)"), true},
		{"↑↓", N_("look"), false},
		{"Esc", N_("decide later"), true},
		{"Esc", N_("close"), false},
	};
	int x = inner.x, y = inner.y + inner.h - 1;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		bool decides = c->kind != CONFLICT_LOOK;
		if ((keys[i].decides != decides && !(decides && i == 2)) ||
			(c->kind == CONFLICT_GONE && i == 1))
			continue;
		x = paint_cstr(pen, x, y, keys[i].key, ROLE_ACCENT) + 1;
		x = paint_cstr(pen, x, y, tr(pen.words, keys[i].word), ROLE_TEXT) + 3;
	}
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct conflict *c = layer;
	char note[64];
	struct area box = box_of(view->w, view->h);
	struct span title = {str_from(c->name), ROLE_STRONG};
	snprintf(note, sizeof note, "+%zu -%zu", c->diff.added, c->diff.removed);
	struct span right = {str_from(note), ROLE_DIM};
	struct frame frame = {.focused = true,
		.title = &title,
		.title_count = 1,
		.note = &right,
		.note_count = 1};
	paint_clear(view->pen, box);
	paint_ground(view->pen, box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(view->pen, box, &frame), 1, 0);
	struct pen pen = pen_within(view->pen, inner);
	draw_head(c, pen, inner);
	diff_view_draw(pen, (struct area){inner.x, inner.y + HEAD, inner.w, c->h}, &c->diff);
	draw_keys(c, pen, inner);
	size_t below = diff_view_below(&c->diff, PANE_BELOW_MOST);
	if (below > 0) {
		snprintf(note, sizeof note, tr(view->pen.words, N_("↓ %zu more")), below);
		paint_right(
			pen, inner.x + inner.w, inner.y + inner.h - FOOT, str_from(note), ROLE_DIM);
	}
}

const struct layer_class conflict_layer = {.name = "conflict",
	.fit = fit,
	.draw = draw,
	.key = press,
	.mouse = mouse,
	.free = conflict_free};
