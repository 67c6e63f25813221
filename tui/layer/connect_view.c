/* SPDX-License-Identifier: MIT */
#include "tui/layer/connect_view.h"

#include "core/text/width.h"
#include "core/text/words.h"
#include "tui/draw/frames.h"
#include "tui/part/wrap.h"

enum { MARK = 2, RESULT_ROWS = 4 };

struct hint {
	const char *key, *word;
};

static const struct hint list_hints[] = {{"Enter", N_("edit")}, {"F2", N_("save")},
	{"n", N_("new")}, {"t", N_("test")}, {"d", N_("make default")}, {"x", N_("remove")},
	{"Esc", N_("close")}, {NULL, NULL}};
static const struct hint form_hints[] = {{"F2", N_("save")}, {"F5", N_("test")},
	{"F4", N_("keep a typed key in a file")}, {"Tab", N_("field")}, {"Esc", N_("back")},
	{NULL, NULL}};

static const char *mark_of(const struct connect_row *row)
{
	if (row->kind != CONNECT_SAVED)
		return "+";
	return row->is_default ? "●" : " ";
}

static struct str name_of(const struct words *words, const struct connect_row *row)
{
	return row->kind == CONNECT_NEW ? str_from(tr(words, "New connection")) : row->form.name;
}

static void draw_row(const struct connect *c, struct pen pen, struct area line, size_t i)
{
	const struct connect_row *row = &c->rows[i];
	bool on = i == c->list.selected;
	struct str note = row->kind == CONNECT_SAVED ? row->form.model : row->note;
	enum role role = row->kind == CONNECT_SAVED ? ROLE_TEXT : ROLE_DIM;
	int right = line.x + line.w, x = line.x;
	paint_cstr(pen, x, line.y, mark_of(row), ROLE_ACCENT);
	x = paint_fitted(pen, x + MARK, line.y, right - x - MARK, name_of(pen.words, row),
		    on ? ROLE_STRONG : role) +
	    2;
	if (x < right)
		paint_fitted(pen, x, line.y, right - x, note, ROLE_FAINT);
	if (on)
		paint_ground(pen, (struct area){line.x - 1, line.y, line.w + 2, 1},
			c->in_form ? GROUND_SELECT_QUIET : GROUND_SELECT);
}

static void draw_frame(struct pen pen, struct area inner, const char *title, bool focused)
{
	struct area box = {inner.x - 2, inner.y - 1, inner.w + 4, inner.h + 2};
	struct span span = {str_from(title), ROLE_STRONG};
	struct frame frame = {.title = &span, .title_count = 1, .focused = focused};
	frame_draw(pen, box, &frame);
}

static void draw_list(const struct connect *c, struct pen pen)
{
	draw_frame(pen, c->left, tr(pen.words, "Connections"), !c->in_form);
	struct pen in =
		pen_within(pen, (struct area){c->left.x - 1, c->left.y, c->left.w + 2, c->left.h});
	for (size_t row = 0; row < c->list.height && c->list.top + row < c->list.count; row++)
		draw_row(c, in, (struct area){c->left.x, c->left.y + (int)row, c->left.w, 1},
			c->list.top + row);
}

/* Wrapped; returns the row below it. */
static int draw_text(struct pen pen, struct area area, struct str text, enum role role)
{
	int row = 0;
	for (size_t at = 0; at < text.len && row < area.h && area.w > 0; row++) {
		struct row r = wrap_row(text, at, (size_t)area.w);
		paint_text(pen, area.x, area.y + row, str_slice(text, r.from, r.to), role);
		at = r.next;
	}
	return area.y + row;
}

static void draw_models(const struct connect *c, struct pen pen, struct area area)
{
	int room = area.h;
	for (size_t i = 0; i < c->model_count && room > 0; i++, room--) {
		struct arena a = ARENA_INIT;
		int y = area.y + area.h - room;
		if (room == 1 && i + 1 < c->model_count)
			paint_text(pen, area.x, y,
				str_format(&a, tr(pen.words, "and %zu more"), c->model_count - i),
				ROLE_FAINT);
		else
			paint_fitted(pen, area.x, y, area.w, c->models[i], ROLE_DIM);
		arena_release(&a);
	}
}

static int form_rows(const struct connect *c)
{
	int rows = 0;
	for (size_t i = 0; i < c->form.count; i++) {
		const struct form_field *f = c->form.fields[i];
		if (!f->hidden && f->y + f->height > rows)
			rows = f->y + f->height;
	}
	return rows < c->form.h ? rows : c->form.h;
}

static void draw_right(const struct connect *c, struct pen pen)
{
	const struct connect_row *row =
		c->list.selected < c->count ? &c->rows[c->list.selected] : NULL;
	struct area area = c->right;
	draw_frame(pen, area,
		row == NULL || row->kind != CONNECT_SAVED ? tr(pen.words, "Not in lathe.yaml yet")
							  : tr(pen.words, "In lathe.yaml"),
		c->in_form);
	struct pen in = pen_within(pen, area);
	form_draw(in, (struct area){area.x, area.y, area.w, c->form.h}, &c->form, c->in_form);
	int y = area.y + form_rows(c) + 1, bottom = area.y + area.h;
	if (row != NULL && row->kind != CONNECT_SAVED && row->note.len > 0)
		y = draw_text(in, (struct area){area.x, y, area.w, 2}, row->note, ROLE_DIM) + 1;
	if (c->testing)
		y = paint_cstr(in, area.x, y, tr(pen.words, "Asking the server…"), ROLE_WARN) > 0
			    ? y + 1
			    : y;
	if (c->result[0] != '\0')
		y = draw_text(in, (struct area){area.x, y, area.w, RESULT_ROWS},
			str_from(c->result), c->result_role);
	draw_models(c, in, (struct area){area.x, y, area.w, bottom - y});
}

static void draw_hints(const struct connect *c, struct pen pen)
{
	int x = 1, y = c->h - 1;
	struct area bar = {0, y, c->w, 1};
	paint_clear(pen, bar);
	paint_ground(pen, bar, GROUND_BAR);
	for (const struct hint *h = c->in_form ? form_hints : list_hints; h->key != NULL; h++) {
		const char *word = tr(pen.words, h->word);
		int width = (int)width_text(str_from(h->key)) + 1 + (int)width_text(str_from(word));
		if (x + width > c->w - 1)
			continue;
		x = paint_cstr(pen, x, y, h->key, ROLE_BRAND) + 1;
		x = paint_cstr(pen, x, y, word, ROLE_DIM) + 3;
	}
}

void connect_draw(const void *layer, const struct layer_view *view)
{
	const struct connect *c = layer;
	paint_clear(view->pen, (struct area){0, 1, c->w, c->h - 1});
	if (c->left.w > 0)
		draw_list(c, view->pen);
	if (c->right.w > 0)
		draw_right(c, view->pen);
	draw_hints(c, view->pen);
}
