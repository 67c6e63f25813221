/* SPDX-License-Identifier: MIT */
#include "tui/app/view.h"

#include "core/text/width.h"
#include "core/text/words.h"
#include "tui/app/footer.h"
#include "tui/app/keys_box.h"

static void draw_top(const struct app *app, struct pen pen)
{
	int right = app->w - 1, x = 1;
	paint_ground(pen, (struct area){0, 0, app->w, 1}, GROUND_BAR);
	if (app->model[0] != '\0') {
		int width = (int)width_text(str_from(app->reason));
		if (app->w >= 100 && width > 0)
			right = paint_right(pen, right, 0, str_from(app->reason), ROLE_DIM) - 2;
		right = paint_right(pen, right, 0, str_from(app->model), ROLE_TEXT) - 2;
		right = paint_right(pen, right + 1, 0, STR("●"), ROLE_ACCENT) - 2;
	}
	x = paint_cstr(pen, x, 0, "lathe", ROLE_BRAND) + 2;
	struct pen left = pen_within(pen, (struct area){0, 0, right, 1});
	x = paint_fitted(left, x, 0, right - x, str_from(app->workspace), ROLE_DIM);
	if (app->editor.file == NULL || x + 4 >= right)
		return;
	struct arena a = ARENA_INIT;
	struct str path = sanitize(&a, str_from(editor_path(&app->editor)), SANITIZE_ONE_LINE);
	x = paint_cstr(left, x, 0, " › ", ROLE_FAINT);
	paint_fitted(left, x, 0, right - x, path, ROLE_TEXT);
	arena_release(&a);
}

static int tab_width(const struct app *app, int i)
{
	return (int)width_text(str_from(app_tr(app, app_pane_class((enum pane_id)i)->title))) + 2;
}

/* What does not fit lies left of the screen: the focused one is always seen. */
static void draw_tabs(const struct app *app, struct pen pen)
{
	struct area tabs = app->layout.tabs;
	int x = tabs.x, end = 0;
	if (tabs.h == 0)
		return;
	for (int i = 0; i <= (int)app->focus; i++)
		end += tab_width(app, i);
	if (end > tabs.w)
		x -= end - tabs.w;
	for (int i = 0; i < PANE_COUNT; i++) {
		bool on = (int)app->focus == i;
		int from = x;
		x = paint_cstr(pen, x, tabs.y, on ? "▸" : " ", ROLE_ACCENT);
		x = paint_cstr(pen, x, tabs.y, app_tr(app, app_pane_class((enum pane_id)i)->title),
			on ? ROLE_STRONG : ROLE_DIM);
		x = paint_cstr(pen, x, tabs.y, " ", ROLE_DIM);
		if (on)
			paint_ground(pen, (struct area){from, tabs.y, x - from, 1}, GROUND_SELECT);
	}
}

void app_view(const struct app *app, struct surface *surface)
{
	surface_resize(surface, app->w, app->h);
	struct pen pen = pen_new(surface);
	pen.words = app->words;
	if (app->layout.kind == LAYOUT_NOTICE) {
		paint_fitted(pen, 0, 0, app->w,
			str_from(tr(pen.words, "lathe needs 40x10 cells; Ctrl+Q quits")),
			ROLE_TEXT);
		return;
	}
	draw_top(app, pen);
	draw_tabs(app, pen);
	for (int i = 0; i < PANE_COUNT; i++) {
		struct pane_view view = {.pen = pen_within(pen, app->layout.panes[i]),
			.area = app->layout.panes[i],
			.focused = (int)app->focus == i,
			.now_ns = app_now(app),
			.keys = app_mode(app)};
		if (view.area.w > 0)
			app_pane_class((enum pane_id)i)
				->draw(app_pane_const(app, (enum pane_id)i), &view);
	}
	footer_draw(app, pen);
	if (app->layer_count > 0)
		surface->caret_shown = false; /* the caret is the topmost layer's */
	for (size_t i = 0; i < app->layer_count; i++) {
		struct layer_view view = {pen, app->w, app->h, app_now(app)};
		app->layers[i].class->draw(app->layers[i].state, &view);
	}
	keys_box_draw(app, pen);
	toasts_draw(&app->toasts, pen, (struct area){0, 1, app->w - 1, app->h - 3});
}
