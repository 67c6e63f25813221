/* SPDX-License-Identifier: MIT */
#include "tui/layer/ask.h"

#include "core/text/width.h"
#include "tui/draw/frames.h"

#include <stdio.h>

enum { GUARD_NS = 300000000, SIDES = 6 };

void ask_open(struct ask *a, const char *question, const char *command, int64_t now_ns)
{
	*a = (struct ask){.open = true, .command = command, .since_ns = now_ns};
	snprintf(a->question, sizeof a->question, "%s", question);
}

enum ask_answer ask_key(struct ask *a, struct key key, int64_t now_ns)
{
	if (now_ns - a->since_ns < GUARD_NS && key.code != WORD_ESC)
		return ASK_STAYS;
	bool yes = key.mods == 0 && (key.code == 'y' || key.code == 'Y');
	bool no = key.code == WORD_ESC || (key.mods == 0 && (key.code == 'n' || key.code == 'N'));
	if (yes || no)
		a->open = false;
	return yes ? ASK_YES : no ? ASK_NO : ASK_STAYS;
}

void ask_draw(const struct ask *a, struct pen pen)
{
	int width = (int)width_text(str_from(a->question)) + SIDES;
	if (width > pen.surface->w)
		width = pen.surface->w;
	struct area box = {(pen.surface->w - width) / 2, pen.surface->h / 3, width, 4};
	struct frame frame = {.focused = true};
	struct span keys[4] = {{STR("y"), ROLE_ACCENT}, {STR(" yes   "), ROLE_TEXT},
		{STR("n"), ROLE_ACCENT}, {STR(" no"), ROLE_TEXT}};
	paint_clear(pen, box);
	paint_ground(pen, box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(pen, box, &frame), 2, 0);
	struct pen in = pen_within(pen, inner);
	paint_fitted(in, inner.x, inner.y, inner.w, str_from(a->question), ROLE_STRONG);
	paint_spans(in, inner.x, inner.y + 1, keys, 4);
}
