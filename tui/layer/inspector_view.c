/* SPDX-License-Identifier: MIT */
/* The inspector's picture. */
#include "core/text/width.h"
#include "tui/draw/frames.h"
#include "tui/layer/inspector_private.h"
#include "tui/pane/pane.h"
#include "tui/pane/record.h"
#include "tui/pane/verdict.h"
#include "tui/part/span_bar.h"
#include "tui/part/units.h"

#include <inttypes.h>
#include <stdio.h>

enum { TIME_CELLS = 7, BAR_LEAST = 6, DEPTH_MOST = 8, INDENT = 2 };

const char *inspector_tab_title(enum inspector_tab tab)
{
	static const char *const titles[TAB_COUNT] = {
		N_("Messages"), N_("Parameters"), N_("In and out"), N_("Raw"), N_("Errors")};
	return titles[tab];
}

size_t inspector_tabs(const struct inspector *i)
{
	return i->has_errors ? TAB_COUNT : TAB_ERRORS;
}

static int tab_width(const struct inspector *i, size_t tab)
{
	const char *title = tr(i->words, inspector_tab_title((enum inspector_tab)tab));
	return (int)width_text(str_from(title)) + 4; /* " 1 Title " */
}

/* The titles lie in the frame's upper edge. Where there is no room for all, the chosen one is
 * named and the others are their numbers. */
static bool tabs_are_short(const struct inspector *i)
{
	int width = 0;
	for (size_t tab = 0; tab < inspector_tabs(i); tab++)
		width += tab_width(i, tab) + 1;
	return width > i->text_area.w - 4;
}

static int tab_cells(const struct inspector *i, size_t tab)
{
	return tabs_are_short(i) && tab != i->tab ? 3 : tab_width(i, tab);
}

enum inspector_tab inspector_tab_at(const struct inspector *i, int x)
{
	int at = i->text_area.x + 2;
	for (size_t tab = 0; tab < inspector_tabs(i); tab++) {
		int width = tab_cells(i, tab);
		if (x >= at && x < at + width)
			return (enum inspector_tab)tab;
		at += width + 1;
	}
	return TAB_COUNT;
}

static void draw_tabs(const struct inspector *i, struct pen pen)
{
	int x = i->text_area.x + 2, y = i->text_area.y;
	pen = pen_within(pen, (struct area){x, y, i->text_area.w - 4, 1});
	for (size_t tab = 0; tab < inspector_tabs(i); tab++) {
		bool on = tab == i->tab, named = tab_cells(i, tab) > 3;
		char number[4] = {' ', (char)('1' + tab), ' ', '\0'};
		int from = x;
		x = paint_cstr(pen, x, y, number, on ? ROLE_ACCENT : ROLE_DIM);
		if (named) {
			x = paint_cstr(pen, x, y,
				tr(pen.words, inspector_tab_title((enum inspector_tab)tab)),
				on ? ROLE_STRONG : ROLE_DIM);
			x = paint_cstr(pen, x, y, " ", ROLE_DIM);
		}
		if (on)
			paint_ground(pen, (struct area){from, y, x - from, 1}, GROUND_SELECT);
		x++;
	}
}

/* " · " and TEXT, when it still fits before RIGHT. */
static int add_part(struct pen pen, int x, int right, struct str text, enum role role)
{
	int width = (int)width_text(text) + 3;
	if (text.len == 0 || x + width > right)
		return x;
	x = paint_cstr(pen, x, 0, " · ", ROLE_FAINT);
	return paint_text(pen, x, 0, text, role);
}

static int draw_figures(const struct inspector *i, const struct layer_view *view)
{
	const struct run_row *run = &i->past.run;
	char took[UNIT_TEXT], in[UNIT_TEXT] = "", out[UNIT_TEXT] = "";
	struct verdict verdict = verdict_of(i->status);
	int right = view->w - 1;
	unit_duration((i->end_ns > 0 ? i->end_ns : view->now_ns) - run->started_ns, took);
	if (view->w >= 60 && run->output_tokens >= 0) {
		unit_tokens(run->output_tokens, run->estimated, out);
		right = paint_right(view->pen, right, 0, str_from(out), ROLE_TEXT) - 1;
	}
	if (view->w >= 60 && run->input_tokens >= 0) {
		unit_tokens(run->input_tokens, run->estimated, in);
		right = paint_right(view->pen, right, 0, STR("→"), ROLE_FAINT) - 1;
		right = paint_right(view->pen, right, 0, str_from(in), ROLE_DIM) - 2;
	} else if (out[0] != '\0')
		right--;
	if (!i->open_end)
		right = paint_right(view->pen, right, 0, str_from(took), ROLE_TEXT) - 2;
	const char *word = tr(view->pen.words, verdict.word);
	right = paint_right(view->pen, right, 0, str_from(word), verdict.role) - 1;
	return paint_right(view->pen, right, 0, str_from(verdict.mark), verdict.role) - 2;
}

static void draw_head(const struct inspector *i, const struct layer_view *view)
{
	const struct run_row *run = &i->past.run;
	struct arena a = ARENA_INIT;
	char when[UNIT_TEXT], name[RECORD_NAME], model[RECORD_NAME], version[UNIT_TEXT] = "";
	paint_ground(view->pen, (struct area){0, 0, view->w, 1}, GROUND_BAR);
	int right = draw_figures(i, view);
	struct pen pen = pen_within(view->pen, (struct area){0, 0, right, 1});
	record_text(name, sizeof name, run->name);
	record_text(model, sizeof model, history_model(run, &a));
	unit_time(run->started_ns, view->now_ns, when);
	if (run->prompt_version > 0)
		snprintf(version, sizeof version, "v%" PRId64, run->prompt_version);
	struct str title = str_format(&a, tr(pen.words, N_("Run of %s")), when);
	int x = paint_fitted(pen, 1, 0, right - 1, title, ROLE_BRAND);
	x = add_part(pen, x, right, str_from(name), ROLE_TEXT);
	x = add_part(pen, x, right, str_from(version), ROLE_TEXT);
	add_part(pen, x, right, str_from(model), ROLE_TEXT);
	arena_release(&a);
}

struct columns {
	struct span_scale scale;
	int name;
};

static struct columns columns_of(const struct inspector *i, int64_t now, int width)
{
	int64_t from = i->past.run.started_ns, end = i->end_ns > 0 ? i->end_ns : now;
	struct columns c = {
		.scale = {.from = from, .length = end > from ? end - from : 1, .now = end}};
	c.scale.cells = (width - TIME_CELLS) * 2 / 5;
	if (c.scale.cells < BAR_LEAST)
		c.scale.cells = 0;
	c.name = width - TIME_CELLS - 1 - (c.scale.cells > 0 ? c.scale.cells + 1 : 0);
	return c;
}

static void draw_step(const struct inspector *i, struct pen pen, struct area line,
	const struct columns *c, const struct history_row *step)
{
	const struct span_row *span = &i->past.spans.rows[step->span];
	enum trace_status status = inspector_span_status(i, span);
	struct verdict verdict = verdict_of(status);
	char name[RECORD_NAME], took[UNIT_TEXT];
	int depth = step->depth > DEPTH_MOST ? DEPTH_MOST : step->depth;
	int x = line.x + 2 + depth * INDENT;
	/* A step inside a step is known by what it does; its name is often a path. */
	record_text(name, sizeof name, str_is(span->kind, "render") ? span->kind : span->name);
	if (status != TRACE_OK)
		paint_cstr(pen, line.x, line.y, verdict.mark, verdict.role);
	paint_fitted(pen, x, line.y, line.x + c->name - x, str_from(name), ROLE_TEXT);
	x = line.x + c->name + 1;
	struct span_time time = {span->start_ns, span->end_ns, span->first_ns};
	if (c->scale.cells > 0)
		span_bar_draw(pen, x, line.y, &c->scale, time, span_bar_role(span->kind, status));
	int64_t end = span->end_ns > 0 ? span->end_ns : c->scale.now;
	unit_duration(end - span->start_ns, took);
	if (status == TRACE_INTERRUPTED)
		snprintf(took, sizeof took, "?");
	paint_right(pen, line.x + line.w, line.y, str_from(took),
		status == TRACE_RUNNING ? ROLE_ACCENT : ROLE_TEXT);
}

static void draw_steps(const struct inspector *i, const struct layer_view *view)
{
	char count[UNIT_TEXT];
	struct pane_view frame = {.pen = view->pen, .area = i->steps_area, .focused = true};
	struct span title = {str_from(tr(view->pen.words, N_("Steps"))), ROLE_STRONG};
	snprintf(count, sizeof count, "%zu", i->past.spans.len);
	struct span note = {str_from(count), ROLE_TEXT};
	struct area inner = pane_frame(&frame,
		(struct frame){.title = &title, .title_count = 1, .note = &note, .note_count = 1});
	struct pen pen = pen_within(view->pen, inner);
	struct columns c = columns_of(i, view->now_ns, inner.w);
	for (int y = 0; y < inner.h && i->steps.top + (size_t)y < i->steps.count; y++) {
		size_t row = i->steps.top + (size_t)y;
		struct area line = {inner.x, inner.y + y, inner.w, 1};
		draw_step(i, pen, line, &c, &i->past.steps[row]);
		if (row == i->steps.selected)
			paint_ground(view->pen, (struct area){line.x - 1, line.y, line.w + 2, 1},
				GROUND_SELECT);
	}
	size_t end = i->steps.top + i->steps.height;
	pane_more(&frame, end < i->steps.count ? i->steps.count - end : 0);
}

static void draw_text(const struct inspector *i, const struct layer_view *view)
{
	struct pane_view frame = {.pen = view->pen, .area = i->text_area};
	struct area inner = pane_frame(&frame, (struct frame){.title_count = 0});
	draw_tabs(i, view->pen);
	text_view_draw(
		view->pen, inner, &i->view, &i->text, (struct text_style){inspector_style, i});
	pane_more(&frame, text_view_below(&i->view, &i->text, PANE_BELOW_MOST));
}

static void draw_foot(const struct inspector *i, const struct layer_view *view)
{
	static const struct {
		const char *keys, *word;
	} hints[] = {{"Esc", N_("close")}, {"↑ ↓", N_("step")}, {"Tab", N_("view")},
		{"PgUp PgDn", N_("scroll")}, {"/", N_("find")}, {"n N", N_("next")},
		{"y", N_("copy")}};
	int x = 1, y = view->h - 1, right = view->w - 1;
	paint_ground(view->pen, (struct area){0, y, view->w, 1}, GROUND_BAR);
	if (i->find.typing || (i->find.len > 0 && i->note[0] == '\0')) {
		find_draw(view->pen, (struct area){1, y, view->w - 2, 1}, &i->find);
		return;
	}
	if (i->note[0] != '\0')
		right = paint_right(view->pen, right, y, str_from(i->note), ROLE_GOOD) - 2;
	for (size_t n = 0; n < sizeof hints / sizeof hints[0]; n++) {
		struct str keys = str_from(hints[n].keys);
		struct str word = str_from(tr(view->pen.words, hints[n].word));
		if (x + (int)width_text(keys) + 1 + (int)width_text(word) > right)
			break;
		x = paint_text(view->pen, x, y, keys, ROLE_BRAND) + 1;
		x = paint_text(view->pen, x, y, word, ROLE_DIM) + 3;
	}
}

void inspector_draw(const void *layer, const struct layer_view *view)
{
	const struct inspector *i = layer;
	paint_clear(view->pen, (struct area){0, 0, view->w, view->h});
	draw_head(i, view);
	draw_steps(i, view);
	draw_text(i, view);
	draw_foot(i, view);
}
