/* SPDX-License-Identifier: MIT */
#include "tui/pane/output.h"

#include "core/base/alloc.h"
#include "core/engine/cost.h"
#include "core/text/width.h"
#include "core/text/words.h"
#include "tui/pane/pane_text.h"
#include "tui/pane/verdict.h"
#include "tui/part/find.h"
#include "tui/part/highlight.h"
#include "tui/part/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPANS = 16, FIND_COUNT = 16, TITLE_SIDES = 8 };

static const int64_t silent_ns = 3000000000;

/* A line put together from pieces; what does not fit is left out. Pieces make up parts: a part that
 * has no room is left out whole. */
struct line {
	struct arena arena;
	struct span spans[SPANS];
	size_t count;
	size_t parts[SPANS]; /* where each but the first begins, with its separator */
	size_t part_count;
};

static void add(struct line *line, enum role role, const char *text)
{
	if (line->count < SPANS)
		line->spans[line->count++] =
			(struct span){str_copy(&line->arena, str_from(text)), role};
}

static void next_part(struct line *line)
{
	if (line->count < SPANS)
		line->parts[line->part_count++] = line->count;
	add(line, ROLE_DIM, " · ");
}

/* Leaves out parts from the end until the rest fits into W cells; the first one stays. */
static void leave_out(struct line *line, int w)
{
	while (line->part_count > 0 && spans_width(line->spans, line->count) > w)
		line->count = line->parts[--line->part_count];
}

void output_pane_free(struct output_pane *o)
{
	if (o->find != NULL)
		find_free(o->find);
	free(o->find);
	o->find = NULL;
}

void output_find(struct output_pane *o)
{
	if (o->find == NULL) {
		o->find = xcalloc(1, sizeof *o->find);
		find_init(o->find);
	}
	find_open(o->find);
}

void output_find_keep(struct output_pane *o)
{
	if (o->find != NULL)
		o->find->typing = false;
}

static bool is_finding(const struct output_pane *o)
{
	return o->find != NULL && (o->find->typing || o->find->len > 0);
}

bool output_find_end(struct output_pane *o)
{
	bool finding = is_finding(o);
	if (finding)
		find_clear(o->find);
	return finding;
}

bool output_find_step(struct output_pane *o, int by)
{
	if (!is_finding(o) || o->record == NULL)
		return false;
	return find_step(o->find, &o->view, &o->record->answer, by);
}

void output_show(struct output_pane *o, const struct record *record)
{
	if (o->record == record)
		return;
	o->record = record;
	if (o->find != NULL)
		find_again(o->find);
	text_view_home(&o->view);
	o->view.follow = true;
}

/* "✓ done", "✗ partial · stopped": a mark and words, never colour alone. */
static void add_verdict(struct line *line, const struct record *r, const struct words *words)
{
	struct verdict verdict = verdict_of(r->status);
	bool answered = r->answer.bytes.len > 0;
	if (r->status == TRACE_RUNNING) {
		add(line, verdict.role, tr(words, answered ? N_("streaming") : N_("waiting")));
		return;
	}
	add(line, verdict.role, verdict.mark);
	add(line, verdict.role, " ");
	if (r->status != TRACE_OK && answered) {
		add(line, verdict.role, tr(words, N_("partial")));
		add(line, verdict.role, " · ");
	}
	add(line, verdict.role, tr(words, verdict.word));
}

/* What it has cost; nothing for what is free. */
static void add_cost(struct line *line, const struct record *r)
{
	char cost[COST_TEXT];
	if (cost_text(r->cost_nano, r->unpriced, r->usage.estimated, cost)[0] == '\0')
		return;
	next_part(line);
	add(line, ROLE_TEXT, cost);
}

static void add_status(
	struct line *line, const struct record *r, const struct pane_view *view, bool with_input)
{
	char text[UNIT_TEXT];
	bool estimated;
	if (r->run == 0) {
		add(line, ROLE_BAD, "✗ ");
		add(line, ROLE_BAD, tr(view->pen.words, N_("not started")));
		return;
	}
	add_verdict(line, r, view->pen.words);
	int64_t end = r->ended_ns > 0 ? r->ended_ns : view->now_ns;
	if (!r->open_end) {
		next_part(line);
		add(line, ROLE_TEXT, unit_duration(end - r->started_ns, text));
	}
	if (r->usage.input >= 0 && with_input) {
		next_part(line);
		add(line, ROLE_TEXT, unit_tokens(r->usage.input, r->usage.estimated, text));
		add(line, ROLE_DIM, tr(view->pen.words, N_(" in")));
	}
	int64_t tokens = record_output_tokens(r, &estimated);
	if (tokens > 0) {
		next_part(line);
		add(line, ROLE_TEXT, unit_tokens(tokens, estimated, text));
		add(line, ROLE_DIM, tr(view->pen.words, N_(" out")));
	}
	add_cost(line, r);
	int64_t silent = view->now_ns - r->last_ns;
	if (r->status == TRACE_RUNNING && r->answer.bytes.len > 0 && silent >= silent_ns) {
		next_part(line);
		add(line, ROLE_WARN, tr(view->pen.words, N_("nothing for ")));
		add(line, ROLE_WARN, unit_duration(silent, text));
	}
}

/* The rate comes first: it is what stays where there is no room for both. */
static void add_note(struct line *line, const struct record *r, const struct words *words)
{
	char text[UNIT_TEXT];
	double rate = record_rate(r);
	if (rate > 0) {
		bool estimated;
		record_output_tokens(r, &estimated);
		snprintf(text, sizeof text, "%s%.0f", estimated ? "≈" : "", rate);
		add(line, ROLE_TEXT, text);
		add(line, ROLE_DIM, tr(words, N_(" tok/s")));
	}
	/* How fast an answer was found again says nothing about the model. */
	if (r->cached > 0) {
		add(line, ROLE_DIM, tr(words, record_cached_word(r->requests, r->cached)));
	} else if (r->first_ns > 0) {
		if (line->count > 0)
			next_part(line);
		add(line, ROLE_TEXT, unit_duration(r->first_ns - r->started_ns, text));
		add(line, ROLE_DIM, tr(words, N_(" first")));
	}
}

/* Rows below the text: the error's sentences, an empty row, the status. */
static int foot_rows(const struct record *r, int w, int h)
{
	int rows = pane_paragraph_rows(str_from(r->error), w) +
		   pane_paragraph_rows(str_from(r->where), w);
	if (rows > h / 2)
		rows = h / 2;
	return rows + (h >= 4 ? 2 : 1);
}

static void fit(void *pane, int w, int h)
{
	struct output_pane *o = pane;
	if (o->record == NULL)
		return;
	text_view_fit(&o->view, &o->record->answer, w, h - foot_rows(o->record, w, h));
	if (o->find == NULL)
		return;
	edit_fit(&o->find->words, w > FIND_COUNT ? w - FIND_COUNT : 1, 1);
	find_update(o->find, &o->view, &o->record->answer);
}

static void move(void *pane, enum pane_move move)
{
	struct output_pane *o = pane;
	if (o->record != NULL)
		pane_move_text(&o->view, &o->record->answer, move);
}

static struct edit *typed_into(void *pane)
{
	struct output_pane *o = pane;
	return o->find != NULL && o->find->typing ? &o->find->words : NULL;
}

static bool copy(const void *pane, struct arena *a, struct str *out)
{
	const struct output_pane *o = pane;
	if (o->record == NULL)
		return false;
	*out = str_copy(a, buf_str(&o->record->answer.bytes));
	return out->len > 0;
}

static void cite(const void *ctx, size_t line, struct str text, uint8_t *roles)
{
	const struct output_pane *o = ctx;
	highlight_line(HIGHLIGHT_ANSWER, STATE_START, text, roles);
	if (o->find != NULL)
		find_style(o->find, &o->record->answer, line, text, roles);
}

static void draw_record(const struct output_pane *o, const struct pane_view *view,
	struct area inner, struct line *line)
{
	const struct record *r = o->record;
	int foot = foot_rows(r, inner.w, inner.h);
	struct area body = {inner.x, inner.y, inner.w, inner.h - foot};
	struct area below = {inner.x, inner.y + body.h, inner.w, foot - 1};
	text_view_draw(view->pen, area_meet(body, inner), &o->view, &r->answer,
		(struct text_style){cite, o});
	int y = pane_paragraph(view->pen, below, below.y, str_from(r->where), ROLE_DIM);
	pane_paragraph(view->pen, below, y, str_from(r->error), ROLE_BAD);
	struct area last = {inner.x, inner.y + inner.h - 1, inner.w, 1};
	add_status(line, r, view, true);
	/* What came out says more than what went in. */
	if (spans_width(line->spans, line->count) > inner.w) {
		line->count = line->part_count = 0;
		add_status(line, r, view, false);
	}
	leave_out(line, inner.w);
	if (is_finding(o))
		find_draw(view->pen, last, o->find);
	else
		paint_spans(pen_within(view->pen, inner), last.x, last.y, line->spans, line->count);
	pane_more(view, text_view_below(&o->view, &r->answer, PANE_BELOW_MOST));
}

/* "Output · run of 19:02 · qwen/qwen-plus", in W cells: without the connection's name, then without
 * the model's, where it is too long. Room is kept for the first of the numbers. */
static void make_title(
	struct line *line, const struct record *r, const struct pane_view *view, int w)
{
	const struct words *words = view->pen.words;
	add(line, view->focused ? ROLE_STRONG : ROLE_DIM, tr(words, output_class.title));
	if (r == NULL)
		return;
	if (r->past) {
		char when[UNIT_TEXT];
		unit_time(r->started_ns, view->now_ns, when);
		struct str run = str_format(&line->arena, tr(words, N_(" · run of %s")), when);
		add(line, ROLE_WARN, run.at);
	}
	int room = w - spans_width(line->spans, line->count) - (int)width_text(STR(" · "));
	const char *slash = strrchr(r->model, '/');
	const char *model = r->model;
	if ((int)width_text(str_from(model)) > room && slash != NULL)
		model = slash + 1;
	if (model[0] == '\0' || (int)width_text(str_from(model)) > room)
		return;
	next_part(line);
	add(line, ROLE_STRONG, model);
}

static void draw(const void *pane, const struct pane_view *view)
{
	const struct output_pane *o = pane;
	struct line title = {.count = 0}, note = {.count = 0}, status = {.count = 0};
	if (o->record != NULL)
		add_note(&note, o->record, view->pen.words);
	int numbers = spans_width(note.spans, note.count < 2 ? note.count : 2);
	make_title(&title, o->record, view, view->area.w - TITLE_SIDES - numbers);
	struct area inner = pane_frame(view, (struct frame){.title = title.spans,
						     .title_count = title.count,
						     .note = note.spans,
						     .note_count = note.count,
						     .note_short = 2});
	if (o->record == NULL)
		pane_hint_key(view, inner,
			o->has_past
				? N_("Enter under Runs shows an earlier answer. %s runs the file "
				     "anew; its answer streams in here.")
				: N_("No run yet. %s runs the open prompt or flow; its answer "
				     "streams in here."),
			"run.start");
	else
		draw_record(o, view, inner, &status);
	arena_release(&title.arena);
	arena_release(&note.arena);
	arena_release(&status.arena);
}

const struct pane_class output_class = {.title = N_("Output"),
	.fit = fit,
	.draw = draw,
	.move = move,
	.edit = typed_into,
	.copy = copy};
