/* SPDX-License-Identifier: MIT */
#include "tui/part/toasts.h"

#include "core/text/width.h"
#include "tui/draw/frames.h"
#include "tui/part/wrap.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 60, MARK = 2, ROWS_MOST = 6, SIDES = 4, EASY = 60 };

static const int64_t second_ns = 1000000000, letter_ns = 50000000;

/* Of the one that is I back from the newest; there are that many. */
static struct toast *place(struct toasts *t, size_t i)
{
	return &t->kept[(t->count - 1 - i) % TOASTS_KEPT];
}

const struct toast *toasts_kept(const struct toasts *t, size_t i)
{
	if (i >= t->count || i >= TOASTS_KEPT)
		return NULL;
	return &t->kept[(t->count - 1 - i) % TOASTS_KEPT];
}

static void hide_oldest(struct toasts *t)
{
	size_t shown = 0;
	for (size_t i = 0; toasts_kept(t, i) != NULL; i++)
		if (place(t, i)->shown && ++shown > TOASTS_SHOWN)
			place(t, i)->shown = false;
}

/* Five seconds, and more for what takes longer to read; errors wait for a key. */
static int64_t until(enum role role, const char *text, int64_t now_ns)
{
	size_t cells = width_text(str_from(text));
	if (role == ROLE_BAD)
		return INT64_MAX;
	return now_ns + 5 * second_ns + (cells > EASY ? (int64_t)(cells - EASY) * letter_ns : 0);
}

void toasts_add(struct toasts *t, enum role role, const char *text, int64_t now_ns)
{
	const struct toast *last = toasts_kept(t, 0);
	if (last == NULL || !last->shown || strcmp(last->text, text) != 0)
		t->count++;
	struct toast *toast = place(t, 0);
	*toast = (struct toast){.role = role, .at_ns = now_ns, .shown = true};
	snprintf(toast->text, sizeof toast->text, "%s", text);
	toast->until_ns = until(role, toast->text, now_ns);
	hide_oldest(t);
}

bool toasts_turn(struct toasts *t, int64_t now_ns)
{
	bool changed = false;
	for (size_t i = 0; toasts_kept(t, i) != NULL; i++)
		if (place(t, i)->shown && place(t, i)->until_ns <= now_ns) {
			place(t, i)->shown = false;
			changed = true;
		}
	return changed;
}

bool toasts_key(struct toasts *t, int64_t now_ns)
{
	bool changed = false;
	for (size_t i = 0; toasts_kept(t, i) != NULL; i++) {
		struct toast *toast = place(t, i);
		bool grave = toast->role == ROLE_BAD || toast->role == ROLE_WARN;
		if (toast->shown && grave && now_ns - toast->at_ns >= second_ns) {
			toast->shown = false;
			changed = true;
		}
	}
	return changed;
}

bool toasts_dismiss(struct toasts *t)
{
	bool grave = false;
	for (size_t i = 0; toasts_kept(t, i) != NULL; i++) {
		struct toast *toast = place(t, i);
		grave |= toast->shown && (toast->role == ROLE_BAD || toast->role == ROLE_WARN);
		toast->shown = false;
	}
	return grave;
}

int64_t toasts_next(const struct toasts *t)
{
	int64_t next = 0;
	for (size_t i = 0; toasts_kept(t, i) != NULL; i++) {
		const struct toast *toast = toasts_kept(t, i);
		bool goes = toast->shown && toast->until_ns != INT64_MAX;
		if (goes && (next == 0 || toast->until_ns < next))
			next = toast->until_ns;
	}
	return next;
}

const char *toast_mark(enum role role)
{
	switch (role) {
	case ROLE_GOOD: return "✓";
	case ROLE_BAD: return "✗";
	case ROLE_WARN: return "!";
	default: return "·";
	}
}

/* The rows of TEXT in WIDTH cells, ROWS_MOST at most. */
static int rows_of(const char *text, int width)
{
	struct str s = str_from(text);
	int rows = 0;
	for (size_t at = 0; at < s.len && rows < ROWS_MOST; rows++)
		at = wrap_row(s, at, (size_t)width).next;
	return rows;
}

static int draw_toast(const struct toast *toast, struct pen pen, struct area area, int y)
{
	struct str text = str_from(toast->text);
	enum role role = toast->role == ROLE_DIM ? ROLE_TEXT : toast->role;
	size_t at = 0;
	paint_cstr(pen, area.x, y, toast_mark(toast->role), toast->role);
	for (int rows = 1; at < text.len; rows++, y++) {
		struct row row = wrap_row(text, at, (size_t)(area.w - MARK));
		bool cut = rows == ROWS_MOST && row.next < text.len;
		struct str line = str_slice(text, row.from, cut ? text.len : row.to);
		paint_fitted(pen, area.x + MARK, y, area.w - MARK, line, role);
		at = cut ? text.len : row.next;
	}
	return y;
}

void toasts_draw(const struct toasts *t, struct pen pen, struct area area)
{
	const struct toast *shown[TOASTS_SHOWN];
	int count = 0, rows = 0, cells = 0;
	int most = area.w - SIDES < WIDTH ? area.w - SIDES : WIDTH;
	for (size_t i = 0; toasts_kept(t, i) != NULL && count < TOASTS_SHOWN; i++)
		if (toasts_kept(t, i)->shown)
			shown[count++] = toasts_kept(t, i);
	if (count == 0 || most <= MARK + 4 || area.h < 3)
		return;
	for (int i = 0; i < count; i++) {
		int wide = (int)width_text(str_from(shown[i]->text)) + MARK;
		cells = wide > cells ? wide : cells;
	}
	cells = cells < most ? cells : most;
	for (int i = 0; i < count; i++)
		rows += rows_of(shown[i]->text, cells - MARK);
	/* Where there is no room for all, the newest ones are shown. */
	while (rows + 2 > area.h && count > 1)
		rows -= rows_of(shown[--count]->text, cells - MARK);
	struct area box = {area.x + area.w - cells - SIDES, area.y + area.h - rows - 2,
		cells + SIDES, rows + 2};
	pen = pen_within(pen, area);
	paint_clear(pen, box);
	paint_ground(pen, box, GROUND_LAYER);
	struct frame frame = {.focused = true};
	struct area inner = area_inset(frame_draw(pen, box, &frame), 1, 0);
	int y = inner.y;
	while (count-- > 0)
		y = draw_toast(shown[count], pen, inner, y);
}
