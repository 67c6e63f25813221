/* SPDX-License-Identifier: MIT */
#include "tui/pane/timeline.h"

#include "core/text/width.h"
#include "tui/pane/verdict.h"
#include "tui/part/span_bar.h"
#include "tui/part/units.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MOST = 16, TIME_WIDTH = 7, BAR_LEAST = 6, NOTE_TEXT = 80, NOTE_LEAST = 44 };

/* Steps are shown; the whole run only when it has none. */
static bool is_shown(const struct record *r, size_t i)
{
	return r->spans[i].depth > 0 || r->span_count == 1;
}

static size_t count_rows(const struct record *r)
{
	size_t count = 0;
	for (size_t i = 0; r != NULL && i < r->span_count; i++)
		count += is_shown(r, i);
	return count;
}

static void fit(void *pane, int w, int h)
{
	struct timeline *t = pane;
	(void)w;
	t->height = h > 0 ? (size_t)h : 0;
	size_t rows = count_rows(t->record);
	size_t last = rows > t->height ? rows - t->height : 0;
	if (t->top > last)
		t->top = last;
}

static void move(void *pane, enum pane_move move)
{
	struct timeline *t = pane;
	size_t rows = count_rows(t->record);
	size_t last = rows > t->height ? rows - t->height : 0;
	size_t by = move == MOVE_UP || move == MOVE_DOWN	       ? 1
		    : move == MOVE_WHEEL_UP || move == MOVE_WHEEL_DOWN ? WHEEL_ROWS
		    : move == MOVE_HOME || move == MOVE_END	       ? rows
		    : move == MOVE_PAGE_UP || move == MOVE_PAGE_DOWN   ? t->height
								       : 0;
	bool up = move == MOVE_UP || move == MOVE_PAGE_UP || move == MOVE_HOME ||
		  move == MOVE_WHEEL_UP;
	if (up)
		t->top = t->top > by ? t->top - by : 0;
	else
		t->top = t->top + by < last ? t->top + by : last;
}

/* Steps of a step stand a little to the right. */
static int indent_of(const struct record_span *span)
{
	return span->depth > 1 ? 2 : 0;
}

/* How the columns share the width. */
struct columns {
	struct span_scale scale; /* its cells 0: no room for bars */
	int name, note;
};

/* A word about how it ended, or what came of it. */
static void note_of(const struct record_span *span, const struct words *words, char out[NOTE_TEXT])
{
	char text[UNIT_TEXT];
	out[0] = '\0';
	if (span->status != TRACE_OK && span->status != TRACE_RUNNING)
		snprintf(out, NOTE_TEXT, "%s", tr(words, verdict_of(span->status).word));
	else if (span->came == CAME_PASSAGES)
		snprintf(out, NOTE_TEXT,
			span->count == 1 ? tr(words, "%zu passage") : tr(words, "%zu passages"),
			span->count);
	else if (span->came == CAME_TOKENS)
		snprintf(out, NOTE_TEXT, "%s", unit_tokens((int64_t)span->count, true, text));
	else if (span->cached > 0)
		snprintf(out, NOTE_TEXT, "%s",
			tr(words, record_cached_word(span->requests, span->cached)));
	else if (span->first_ns > 0)
		snprintf(out, NOTE_TEXT, tr(words, "first %s"),
			unit_duration(span->first_ns - span->begin_ns, text));
}

static void draw_span(
	struct pen pen, struct area line, const struct columns *c, const struct record_span *span)
{
	char text[UNIT_TEXT], note[NOTE_TEXT];
	int x = line.x;
	int indent = indent_of(span);
	paint_fitted(pen, x + indent, line.y, c->name - indent, str_from(span->name),
		span->status == TRACE_RUNNING ? ROLE_STRONG : ROLE_TEXT);
	x += c->name + 1;
	if (c->scale.cells > 0) {
		span_bar_draw(pen, x, line.y, &c->scale,
			(struct span_time){span->begin_ns, span->end_ns, span->first_ns},
			span_bar_role(str_from(span->kind), span->status));
		x += c->scale.cells + 1;
	}
	int64_t end = span->end_ns > 0 ? span->end_ns : c->scale.now;
	unit_duration(end - span->begin_ns, text);
	if (span->status == TRACE_INTERRUPTED)
		snprintf(text, sizeof text, "?");
	paint_right(pen, x + TIME_WIDTH, line.y, str_from(text),
		span->status == TRACE_RUNNING ? ROLE_ACCENT : ROLE_TEXT);
	note_of(span, pen.words, note);
	if (c->note > 0)
		paint_fitted(pen, x + TIME_WIDTH + 2, line.y, c->note, str_from(note), ROLE_DIM);
}

static struct columns columns_of(const struct record *r, int64_t now, int width)
{
	struct columns c = {.scale = {.from = r->started_ns, .now = now}};
	int64_t end = r->ended_ns > 0 ? r->ended_ns : now;
	c.scale.length = end > c.scale.from ? end - c.scale.from : 1;
	for (size_t i = 0; i < r->span_count; i++) {
		int name = (int)width_text(str_from(r->spans[i].name)) + indent_of(&r->spans[i]);
		if (is_shown(r, i) && name > c.name)
			c.name = name > NAME_MOST ? NAME_MOST : name;
	}
	c.note = width >= NOTE_LEAST ? 13 : 0;
	c.scale.cells = width - c.name - 1 - TIME_WIDTH - 1 - (c.note > 0 ? c.note + 2 : 0);
	if (c.scale.cells < BAR_LEAST)
		c.scale.cells = 0;
	return c;
}

static void draw(const void *pane, const struct pane_view *view)
{
	const struct timeline *t = pane;
	char total[UNIT_TEXT];
	const struct record *r = t->record;
	struct span title = {str_from(tr(view->pen.words, timeline_class.title)),
		view->focused ? ROLE_STRONG : ROLE_DIM};
	struct span note = {STR_NONE, ROLE_TEXT};
	if (r != NULL) {
		int64_t end = r->ended_ns > 0 ? r->ended_ns : view->now_ns;
		note.text = str_from(unit_duration(end - r->started_ns, total));
	}
	struct area inner = pane_frame(view, (struct frame){.title = &title,
						     .title_count = 1,
						     .note = &note,
						     .note_count = r != NULL && !r->open_end});
	if (r == NULL) {
		pane_hint_key(view, inner, N_("The steps of a run appear here, to scale. %s runs."),
			"run.start");
		return;
	}
	struct columns columns = columns_of(r, view->now_ns, inner.w);
	struct pen pen = pen_within(view->pen, inner);
	size_t row = 0, shown = 0;
	for (size_t i = 0; i < r->span_count && shown < t->height; i++) {
		if (!is_shown(r, i) || row++ < t->top)
			continue;
		struct area line = {inner.x, inner.y + (int)shown++, inner.w, 1};
		draw_span(pen, line, &columns, &r->spans[i]);
	}
	size_t rows = count_rows(r);
	pane_more(view, rows > t->top + t->height ? rows - t->top - t->height : 0);
}

/* A line a step: its name indented by depth, and its time. */
static bool copy(const void *pane, struct arena *a, struct str *out)
{
	const struct timeline *t = pane;
	const struct record *r = t->record;
	*out = STR("");
	for (size_t i = 0; r != NULL && i < r->span_count; i++) {
		const struct record_span *span = &r->spans[i];
		char time[UNIT_TEXT] = "";
		if (span->end_ns > 0)
			unit_duration(span->end_ns - span->begin_ns, time);
		*out = str_format(
			a, "%.*s%*s%s\t%s\n", STR_ARG(*out), 2 * span->depth, "", span->name, time);
	}
	return out->len > 0;
}

const struct pane_class timeline_class = {
	.title = N_("Timeline"), .fit = fit, .draw = draw, .move = move, .copy = copy};
