/* SPDX-License-Identifier: MIT */
#include "tui/app/keys_box.h"

#include "core/text/width.h"
#include "tui/app/app_commands.h"
#include "tui/draw/frames.h"

enum { FOLLOW_MOST = 64, DELAY_NS = 400000000, GAP = 3 };

int64_t keys_box_wakes_ns(const struct app *app)
{
	int64_t due = app->chord_ns + DELAY_NS;
	return app->chord.count > 0 && app_now(app) < due ? due : 0;
}

static struct str title_of(const struct app *app, const struct keymap_next *next)
{
	const struct command *row =
		next->command != NULL ? app_command_find(str_from(next->command)) : NULL;
	return row != NULL ? str_from(app_tr(app, row->title)) : STR("…");
}

struct columns {
	int key, title; /* cells */
	int across, rows;
};

static struct columns columns_of(
	const struct app *app, const struct keymap_next *next, int count, int w)
{
	struct columns c = {.across = 1};
	for (int i = 0; i < count; i++) {
		char name[KEY_TEXT];
		int key = (int)width_text(str_from(key_label(next[i].key, name)));
		int title = (int)width_text(title_of(app, &next[i]));
		c.key = key > c.key ? key : c.key;
		c.title = title > c.title ? title : c.title;
	}
	int wide = c.key + 1 + c.title + GAP;
	if (count > 6 && w > 2 * wide)
		c.across = (w - 4) / wide < 3 ? (w - 4) / wide : 3;
	c.rows = (count + c.across - 1) / c.across;
	return c;
}

static struct str pending(const struct app *app, struct arena *a)
{
	struct str text = STR("");
	for (size_t i = 0; i < app->chord.count; i++) {
		char name[KEY_TEXT];
		text = str_format(a, "%.*s%s ", STR_ARG(text), key_label(app->chord.keys[i], name));
	}
	return str_format(a, "%.*s…", STR_ARG(text));
}

void keys_box_draw(const struct app *app, struct pen pen)
{
	struct keymap_next next[FOLLOW_MOST];
	if (app->chord.count == 0 || app_now(app) < app->chord_ns + DELAY_NS)
		return;
	int count = (int)keymap_follow(app_mode(app), &app->chord, next, FOLLOW_MOST);
	struct columns c = columns_of(app, next, count, app->w);
	int wide = c.across * (c.key + 1 + c.title + GAP) - GAP + 4;
	struct area box = {app->w - wide - 1, app->h - 2 - c.rows - 2, wide, c.rows + 2};
	struct arena a = ARENA_INIT;
	struct span title = {pending(app, &a), ROLE_STRONG};
	struct frame frame = {.title = &title, .title_count = 1, .focused = true};
	box.y = box.y < 1 ? 1 : box.y;
	box.x = box.x < 0 ? 0 : box.x;
	paint_clear(pen, box);
	paint_ground(pen, box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(pen, box, &frame), 1, 0);
	pen = pen_within(pen, inner);
	for (int i = 0; i < count; i++) {
		char name[KEY_TEXT];
		int x = inner.x + i / c.rows * (c.key + 1 + c.title + GAP);
		int y = inner.y + i % c.rows;
		paint_cstr(pen, x, y, key_label(next[i].key, name), ROLE_ACCENT);
		paint_text(pen, x + c.key + 1, y, title_of(app, &next[i]), ROLE_TEXT);
	}
	arena_release(&a);
}
