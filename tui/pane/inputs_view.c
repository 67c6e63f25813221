/* SPDX-License-Identifier: MIT */
#include "core/text/width.h"
#include "core/text/words.h"
#include "tui/pane/inputs.h"
#include "tui/part/wrap.h"

#include <stdio.h>

/* The form's picture, and the mouse in it. */

enum { INDENT = 2, VALUE_MOST = 4, EDIT_ROWS = 6 };

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Rows of the text being typed, as the edit will wrap them. */
static int edit_rows(const struct inputs *in, int w)
{
	struct arena a = ARENA_INIT;
	struct str rest = edit_text(&in->edit, &a), line;
	int most = in->h / 2 > EDIT_ROWS ? in->h / 2 : EDIT_ROWS;
	int rows = rest.len == 0 || rest.at[rest.len - 1] == '\n' ? 1 : 0;
	while (rows < most && str_next_line(&rest, &line)) {
		/* The caret needs a cell behind the line's last. */
		size_t at = 0;
		do {
			at = wrap_row(line, at, (size_t)w).next;
			rows++;
		} while (at < line.len);
		rows += line.len > 0 && width_text(line) % (size_t)w == 0;
	}
	arena_release(&a);
	return least(rows, most);
}

static int rows_of(const struct inputs *in, size_t i, int most)
{
	const struct inputs_field *f = &in->fields[i];
	int w = in->w - INDENT;
	if (most == 0 && i != in->chosen)
		return 1;
	int rows = 1 + pane_paragraph_rows(str_from(f->error), w);
	if (in->editing && i == in->chosen)
		return rows + edit_rows(in, w);
	struct arena a = ARENA_INIT;
	enum role role;
	int value = pane_paragraph_rows(inputs_shown(in, f, &a, &role), w);
	arena_release(&a);
	return rows + least(value, most > 0 ? most : 2);
}

static int place_fields(struct inputs *in, int most)
{
	int row = 0;
	for (size_t i = 0; i < in->count; i++) {
		in->fields[i].head = row;
		in->fields[i].rows = rows_of(in, i, most);
		row += in->fields[i].rows;
	}
	in->value_rows = most;
	return row;
}

static void fit(void *pane, int w, int h)
{
	struct inputs *in = pane;
	in->w = w > INDENT ? w : INDENT + 1;
	in->h = h;
	int most = VALUE_MOST, rows = place_fields(in, most);
	/* At last only the chosen one has rows of its own for its value. */
	while (rows > h && most > 0)
		rows = place_fields(in, --most);
	const struct inputs_field *f = inputs_chosen(in);
	if (f != NULL && f->head + f->rows > in->top + h)
		in->top = f->head + f->rows - h;
	if (f != NULL && f->head < in->top)
		in->top = f->head;
	in->top = least(in->top, rows > h ? rows - h : 0);
	if (in->editing)
		edit_fit(&in->edit, in->w - INDENT, edit_rows(in, in->w - INDENT));
}

static void move(void *pane, enum pane_move move)
{
	struct inputs *in = pane;
	switch (move) {
	case MOVE_UP:
	case MOVE_WHEEL_UP: inputs_step(in, -1); break;
	case MOVE_DOWN:
	case MOVE_WHEEL_DOWN: inputs_step(in, 1); break;
	case MOVE_HOME:
	case MOVE_PAGE_UP:
		inputs_accept(in);
		in->chosen = 0;
		break;
	case MOVE_END:
	case MOVE_PAGE_DOWN:
		inputs_accept(in);
		in->chosen = in->count > 0 ? in->count - 1 : 0;
		break;
	case MOVE_LEFT:
	case MOVE_RIGHT: break;
	}
}

/* A click chooses; on what is chosen already it edits, and in the edit it places the caret. */
static bool click(void *pane, int x, int y)
{
	struct inputs *in = pane;
	int row = y + in->top;
	for (size_t i = 0; i < in->count; i++) {
		const struct inputs_field *f = &in->fields[i];
		if (row < f->head || row >= f->head + f->rows)
			continue;
		if (i != in->chosen) {
			inputs_accept(in);
			in->chosen = i;
		} else if (in->editing)
			edit_click(&in->edit, x - INDENT, row - f->head - 1, false);
		else if (f->type == FIELD_BOOLEAN)
			inputs_toggle(in);
		else
			inputs_begin(in);
		break;
	}
	return false;
}

static struct edit *edit_of(void *pane)
{
	struct inputs *in = pane;
	return in->editing ? &in->edit : NULL;
}

static bool copy(const void *pane, struct arena *a, struct str *out)
{
	const struct inputs *in = pane;
	const struct inputs_field *f = inputs_chosen(in);
	if (f == NULL)
		return false;
	const struct inputs_given *given = inputs_given_of(in, f);
	*out = given != NULL ? str_copy(a, buf_str(&given->text)) : field_text(f->preset, a);
	return true;
}

/* Name and type; a value that was given is marked. */
static void draw_head(const struct inputs *in, const struct pane_view *view, struct area line,
	const struct inputs_field *f)
{
	bool chosen = f == inputs_chosen(in) && view->focused;
	const char *type = tr(view->pen.words, field_type_word(f->type));
	int right = line.x + line.w;
	int from = paint_right(view->pen, right, line.y, str_from(type), ROLE_DIM);
	if (inputs_given_of(in, f) != NULL)
		from = paint_right(view->pen, from - 1, line.y, STR("●"), ROLE_ACCENT);
	paint_cstr(view->pen, line.x, line.y, chosen ? "▸" : " ", ROLE_ACCENT);
	paint_fitted(view->pen, line.x + INDENT, line.y, from - 1 - line.x - INDENT, f->label,
		ROLE_VARIABLE);
	if (chosen && !in->editing)
		paint_ground(view->pen, line, GROUND_SELECT);
}

/* All of a field on one line. */
static void draw_short(
	const struct inputs *in, struct pen pen, struct area line, const struct inputs_field *f)
{
	struct arena a = ARENA_INIT;
	enum role role;
	struct str text = inputs_shown(in, f, &a, &role);
	int name = line.w * 2 / 5;
	if (role == ROLE_WARN || role == ROLE_FAINT)
		text = str_from(tr(pen.words, text.at));
	if (f->error[0] != '\0')
		paint_cstr(pen, line.x, line.y, "✗", ROLE_BAD);
	else if (inputs_given_of(in, f) != NULL)
		paint_cstr(pen, line.x, line.y, "●", ROLE_ACCENT);
	paint_fitted(pen, line.x + INDENT, line.y, name - INDENT, f->label, ROLE_VARIABLE);
	paint_fitted(pen, line.x + name + 1, line.y, line.w - name - 1, text,
		f->error[0] != '\0' ? ROLE_BAD : role);
	arena_release(&a);
}

/* TEXT in at most ROWS rows, the last one cut with an ellipsis. */
static int draw_value(struct pen pen, struct area area, struct str text, enum role role, int rows)
{
	int y = area.y;
	for (size_t at = 0; at < text.len && rows > 0; rows--, y++) {
		struct row row = wrap_row(text, at, (size_t)area.w);
		struct str line = str_slice(text, row.from, rows > 1 ? row.to : text.len);
		paint_fitted(pen, area.x, y, area.w, line, role);
		at = row.next;
	}
	return y;
}

static void draw_field(const struct inputs *in, const struct pane_view *view, struct pen pen,
	struct area area, const struct inputs_field *f)
{
	struct pane_view clipped = *view;
	clipped.pen = pen;
	int y = area.y + 1;
	struct area value = {area.x + INDENT, y, area.w - INDENT, f->rows - 1};
	if (in->value_rows == 0 && f != &in->fields[in->chosen]) {
		draw_short(in, pen, (struct area){area.x, area.y, area.w, 1}, f);
		return;
	}
	draw_head(in, &clipped, (struct area){area.x, area.y, area.w, 1}, f);
	if (in->editing && f == inputs_chosen(in)) {
		value.h = in->edit.h;
		paint_ground(pen, value, GROUND_SELECT_QUIET);
		edit_draw(pen, value, &in->edit, view->focused, (struct text_style){NULL, NULL});
		y += value.h;
	} else {
		struct arena a = ARENA_INIT;
		enum role role;
		struct str text = inputs_shown(in, f, &a, &role);
		if (role == ROLE_WARN || role == ROLE_FAINT)
			text = str_from(tr(pen.words, text.at));
		y = draw_value(pen, value, text, role, in->value_rows > 0 ? in->value_rows : 2);
		arena_release(&a);
	}
	pane_paragraph(
		pen, (struct area){value.x, y, value.w, f->rows}, y, str_from(f->error), ROLE_BAD);
}

static void draw_hint(const struct inputs *in, const struct pane_view *view, struct area inner)
{
	const struct words *words = view->pen.words;
	if (in->error[0] != '\0')
		pane_paragraph(view->pen, inner, inner.y, str_from(in->error), ROLE_BAD);
	else if (in->path[0] == '\0')
		pane_hint_key(view, inner,
			N_("Inputs of the open prompt or flow are listed here. %s finds one."),
			"file.go-to");
	else
		pane_hint(view, inner,
			str_from(tr(words, "This file takes no inputs. A {{ name }} in the prompt "
					   "makes one.")));
}

static void draw(const void *pane, const struct pane_view *view)
{
	const struct inputs *in = pane;
	char count[24];
	snprintf(count, sizeof count, "%zu", in->count);
	struct span title = {
		str_from(tr(view->pen.words, "Inputs")), view->focused ? ROLE_STRONG : ROLE_DIM};
	struct span note = {str_from(count), ROLE_DIM};
	struct area inner = pane_frame(view, (struct frame){.title = &title,
						     .title_count = 1,
						     .note = &note,
						     .note_count = in->count > 0});
	if (in->count == 0 || in->error[0] != '\0') {
		draw_hint(in, view, inner);
		return;
	}
	struct pen pen = pen_within(view->pen, inner);
	int rows = 0;
	for (size_t i = 0; i < in->count; i++) {
		const struct inputs_field *f = &in->fields[i];
		rows = f->head + f->rows;
		struct area area = {inner.x, inner.y + f->head - in->top, inner.w, f->rows};
		if (area.y + area.h > inner.y && area.y < inner.y + inner.h)
			draw_field(in, view, pen, area, f);
	}
	pane_more(view, rows > in->top + in->h ? (size_t)(rows - in->top - in->h) : 0);
}

const struct pane_class inputs_class = {.title = N_("Inputs"),
	.fit = fit,
	.draw = draw,
	.move = move,
	.click = click,
	.edit = edit_of,
	.copy = copy};
