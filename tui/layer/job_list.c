/* SPDX-License-Identifier: MIT */
#include "tui/layer/job_list.h"

#include "core/base/alloc.h"
#include "core/base/ids.h"
#include "core/engine/cost.h"
#include "core/engine/history.h"
#include "core/engine/jobs.h"
#include "core/text/sanitize.h"
#include "tui/draw/frames.h"
#include "tui/pane/pane.h"
#include "tui/pane/verdict.h"
#include "tui/part/list_view.h"
#include "tui/part/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What goes on is read at each look, the whole list at every eighth. */
enum { LISTED = 100, LOOKS = 8, WHEEL_STEP = 3, BAR = 20, ID_SHOWN = 8, WORD_CELLS = 12 };

/* A run as it is shown; texts in the list's arena. */
struct line {
	uint64_t run;
	bool goes_on;
	struct str name, model, status;
	struct str say; /* why it waits, or how it ended */
	int64_t total, done, ok, failed, under_way, max_in_flight;
	int64_t cost_nano, unpriced, started_ns, ended_ns;
	bool estimated;
};

struct job_list {
	struct engine *engine;
	const struct words *words;
	int64_t now_ns;
	struct arena arena; /* the lines' texts; anew with each whole reading */
	struct line *lines;
	size_t count;
	struct str error;
	unsigned looks;
	uint64_t wanted; /* a run to be selected when it is there; 0: none */
	struct list_view list;
	struct area box;
	struct arena answer; /* the arguments of the last command */
};

static void take(struct job_list *l, struct line *to, const struct job_state *job)
{
	struct arena *a = &l->arena;
	const struct sample_counts *c = &job->counts;
	struct str say = job->job.waiting.len > 0 ? job->job.waiting : job->run.error;
	*to = (struct line){.run = job->run.id,
		.goes_on = str_is(job->run.status, "running"),
		.name = sanitize(a, job->run.name, SANITIZE_ONE_LINE),
		.model = sanitize(a, history_model(&job->run, a), SANITIZE_ONE_LINE),
		.status = str_copy(a, job->run.status),
		.say = sanitize(a, say, SANITIZE_ONE_LINE),
		.total = job->job.total,
		.done = sample_counts_done(c),
		.ok = c->ok,
		.failed = c->error + c->truncated + c->filtered,
		.under_way = c->running,
		.max_in_flight = job->job.max_in_flight,
		.cost_nano = job->run.cost_nano > 0 ? job->run.cost_nano : 0,
		.unpriced = job->run.unpriced,
		.estimated = job->run.estimated,
		.started_ns = job->run.started_ns,
		.ended_ns = job->run.ended_ns};
}

static void fail(struct job_list *l, const struct err *e)
{
	char text[sizeof e->where + sizeof e->text + sizeof e->hint + 8];
	l->error =
		sanitize(&l->arena, str_from(err_format(e, text, sizeof text)), SANITIZE_ONE_LINE);
}

static void read_all(struct job_list *l)
{
	struct arena a = ARENA_INIT;
	struct job_state *jobs;
	struct err e = ERR_INIT;
	arena_reset(&l->arena);
	l->count = 0;
	l->error = STR_NONE;
	size_t count = 0;
	if (!jobs_list(l->engine, &a, LISTED, &jobs, &count, &e))
		fail(l, &e);
	l->lines = ARENA_ARRAY(&l->arena, struct line, count + 1);
	for (; l->count < count; l->count++)
		take(l, &l->lines[l->count], &jobs[l->count]);
	list_view_fit(&l->list, l->count, (int)l->list.height);
	for (size_t i = 0; l->wanted != 0 && i < l->count; i++)
		if (l->lines[i].run == l->wanted) {
			list_view_select(&l->list, i);
			l->wanted = 0;
		}
	arena_release(&a);
}

/* Reads LINE again; its texts join those of the list until that is read as a whole. */
static void read_one(struct job_list *l, struct line *line)
{
	struct arena a = ARENA_INIT;
	struct job_state job;
	struct err ignored = ERR_INIT;
	char id[ID_TEXT];
	if (jobs_read(l->engine, &a, str_from(id_text(line->run, id)), &job, &ignored))
		take(l, line, &job);
	arena_release(&a);
}

struct job_list *job_list_new(struct engine *engine, const struct words *words, int64_t now_ns)
{
	struct job_list *l = xcalloc(1, sizeof *l);
	l->engine = engine;
	l->words = words;
	l->now_ns = now_ns;
	read_all(l);
	return l;
}

static const struct line *chosen(const struct job_list *l)
{
	return l->list.selected < l->count ? &l->lines[l->list.selected] : NULL;
}

bool job_list_refresh(struct job_list *l, int64_t now_ns)
{
	bool goes_on = false;
	l->now_ns = now_ns;
	if (l->wanted != 0 || ++l->looks % LOOKS == 0) {
		const struct line *line = chosen(l);
		if (l->wanted == 0 && line != NULL)
			l->wanted = line->run;
		read_all(l);
		return true;
	}
	for (size_t i = 0; i < l->count; i++) {
		if (!l->lines[i].goes_on)
			continue;
		read_one(l, &l->lines[i]);
		goes_on = true;
	}
	return goes_on;
}

void job_list_select(struct job_list *l, uint64_t run)
{
	l->wanted = run;
	read_all(l);
}

static void job_list_free(void *layer)
{
	struct job_list *l = layer;
	arena_release(&l->arena);
	arena_release(&l->answer);
	free(l);
}

/* Rows for the chosen run; what it has to say takes several where there is room. */
static int foot_rows(int h)
{
	return h >= 16 ? 5 : 4;
}

static void fit(void *layer, int w, int h)
{
	struct job_list *l = layer;
	l->box = (struct area){0, 1, w, h - 2};
	int list = l->box.h - 2 - foot_rows(l->box.h);
	list_view_fit(&l->list, l->count, list > 0 ? list : 1);
}

/* COMMAND about the chosen run. */
static void give(struct job_list *l, const char *command, struct layer_result *result)
{
	const struct line *line = chosen(l);
	char id[ID_TEXT];
	if (line == NULL)
		return;
	arena_reset(&l->answer);
	result->command = command;
	result->arguments = value_dict(&l->answer);
	value_set(result->arguments, STR("run"),
		value_str(str_copy(&l->answer, str_from(id_text(line->run, id)))));
}

static void tune(struct job_list *l, int by, struct layer_result *result)
{
	const struct line *line = chosen(l);
	if (line == NULL)
		return;
	int64_t now = line->max_in_flight;
	give(l, "rows.tune", result);
	value_set(result->arguments, STR("max_in_flight"),
		value_int(by > 0 ? now + (now >= 8 ? now / 4 : 1)
				 : now - (now > 8 ? now / 5 : now > 1)));
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct job_list *l = layer;
	long page = (long)l->list.height;
	l->now_ns = now_ns;
	switch (key.code) {
	case WORD_ESC:
	case 'q': return LAYER_CLOSES;
	case WORD_UP:
	case 'k': list_view_move(&l->list, -1); break;
	case WORD_DOWN:
	case 'j': list_view_move(&l->list, 1); break;
	case WORD_PGUP: list_view_move(&l->list, -page); break;
	case WORD_PGDN:
	case ' ': list_view_move(&l->list, page); break;
	case WORD_HOME: list_view_select(&l->list, 0); break;
	case WORD_END: list_view_move(&l->list, (long)l->count); break;
	case 'p': give(l, "rows.pause", result); break;
	case 'r': give(l, "rows.resume", result); break;
	case 'x': give(l, "rows.stop", result); break;
	case '+': tune(l, 1, result); break;
	case '-': tune(l, -1, result); break;
	case 'n': result->command = "rows.pick"; break;
	default: break;
	}
	return LAYER_STAYS;
}

static enum layer_answer use_mouse(
	void *layer, const struct input *input, struct layer_result *result)
{
	struct job_list *l = layer;
	(void)result;
	if (input->action == MOUSE_WHEEL_UP || input->action == MOUSE_WHEEL_DOWN)
		list_view_move(&l->list, input->action == MOUSE_WHEEL_UP ? -1 : 1);
	int row = input->y - l->box.y - 2;
	if (input->action == MOUSE_PRESS && row >= 0 && (size_t)row < l->list.height &&
		l->list.top + (size_t)row < l->count)
		list_view_select(&l->list, l->list.top + (size_t)row);
	return LAYER_STAYS;
}

static struct verdict verdict_in(const struct line *line)
{
	enum trace_status status = TRACE_ERROR;
	(void)trace_status_from_word(line->status, &status);
	return verdict_of(status);
}

static int draw_progress(struct pen pen, int x, int y, const struct line *line)
{
	int full = line->total > 0 ? (int)(line->done * BAR / line->total) : 0;
	int bad = line->total > 0 ? (int)((line->failed * BAR + line->total - 1) / line->total) : 0;
	bad = bad > full ? full : bad;
	int at = paint_repeat(pen, x, y, full - bad, "█", ROLE_GOOD);
	at = paint_repeat(pen, at, y, bad, "█", ROLE_BAD);
	paint_repeat(pen, at, y, BAR - full, "░", ROLE_FAINT);
	return x + BAR;
}

/* Columns from the right as there is room: cost, failed, done of all, progress, model; the file has
 * what is left. */
static void draw_line(struct pen pen, struct area row, const struct line *line, bool selected)
{
	struct arena a = ARENA_INIT;
	char id[ID_TEXT], cost[COST_TEXT];
	int right = row.x + row.w;
	if (selected)
		paint_ground(pen, row, GROUND_SELECT);
	cost_text(line->cost_nano, line->unpriced, line->estimated, cost);
	paint_right(pen, right, row.y, str_from(cost[0] != '\0' ? cost : "$0"), ROLE_TEXT);
	right -= 14;
	if (row.w >= 60) {
		if (line->failed > 0)
			paint_right(pen, right, row.y,
				str_format(
					&a, tr(pen.words, "%lld failed"), (long long)line->failed),
				ROLE_BAD);
		right -= 14;
	}
	paint_right(pen, right, row.y,
		str_format(&a, "%lld/%lld", (long long)line->done, (long long)line->total),
		ROLE_TEXT);
	right -= 16;
	if (row.w >= 100) {
		draw_progress(pen, right - BAR, row.y, line);
		right -= BAR + 2;
	}
	if (row.w >= 140) {
		paint_fitted(pen, right - 28, row.y, 26, line->model, ROLE_DIM);
		right -= 30;
	}
	id_text(line->run, id);
	int x = paint_text(pen, row.x, row.y, str_slice(str_from(id), 0, ID_SHOWN), ROLE_DIM);
	struct verdict verdict = verdict_in(line);
	paint_cstr(pen, x + 2, row.y, verdict.mark, verdict.role);
	x += 4;
	if (row.w >= 60) {
		paint_fitted(pen, x, row.y, WORD_CELLS - 1, str_from(tr(pen.words, verdict.word)),
			verdict.role);
		x += WORD_CELLS;
	}
	paint_fitted(pen, x, row.y, right - x > 0 ? right - x : 0, line->name, ROLE_TEXT);
	arena_release(&a);
}

/* About the chosen run: how many at a time, its model, since when, and why it waits or ended. */
static void draw_chosen(struct pen pen, struct area in, const struct line *line)
{
	struct arena a = ARENA_INIT;
	char time[UNIT_TEXT];
	int64_t until = line->goes_on || line->ended_ns == 0 ? 0 : line->ended_ns;
	paint_repeat(pen, in.x, in.y, in.w, "─", ROLE_BORDER);
	struct str facts = str_format(&a,
		tr(pen.words, "%.*s · %lld under way, at most %lld at a time"),
		STR_ARG(line->model), (long long)line->under_way, (long long)line->max_in_flight);
	if (until > 0)
		facts = str_format(&a, "%.*s · %s", STR_ARG(facts),
			unit_duration(until - line->started_ns, time));
	paint_fitted(pen, in.x, in.y + 1, in.w, facts, ROLE_DIM);
	pane_paragraph(pen, in, in.y + 2, line->say, line->goes_on ? ROLE_WARN : ROLE_BAD);
	arena_release(&a);
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct job_list *l = layer;
	struct pen pen = view->pen;
	const struct words *w = pen.words;
	struct span title[1] = {{str_from(tr(w, "Runs over rows")), ROLE_STRONG}};
	struct span note[12] = {{STR("n "), ROLE_ACCENT}, {str_from(tr(w, "new")), ROLE_DIM},
		{STR("  p "), ROLE_ACCENT}, {str_from(tr(w, "pause")), ROLE_DIM},
		{STR("  r "), ROLE_ACCENT}, {str_from(tr(w, "resume")), ROLE_DIM},
		{STR("  x "), ROLE_ACCENT}, {str_from(tr(w, "stop")), ROLE_DIM},
		{STR("  +- "), ROLE_ACCENT}, {str_from(tr(w, "at a time")), ROLE_DIM},
		{STR("  Esc "), ROLE_ACCENT}, {str_from(tr(w, "close")), ROLE_DIM}};
	struct frame frame = {
		.title = title, .title_count = 1, .note = note, .note_count = 12, .focused = true};
	paint_clear(pen, l->box);
	struct area in = area_inset(frame_draw(pen, l->box, &frame), 1, 0);
	int foot = foot_rows(l->box.h);
	pen = pen_within(pen, in);
	if (l->error.len > 0)
		paint_fitted(pen, in.x, in.y, in.w, l->error, ROLE_BAD);
	else if (l->count == 0)
		paint_cstr(pen, in.x, in.y,
			tr(w, "No run over rows yet: n runs the open file over a file of rows."),
			ROLE_DIM);
	for (size_t i = l->list.top; i < l->count && i < l->list.top + l->list.height; i++)
		draw_line(pen, (struct area){in.x, in.y + (int)(i - l->list.top), in.w, 1},
			&l->lines[i], i == l->list.selected);
	if (chosen(l) != NULL)
		draw_chosen(pen, (struct area){in.x, in.y + in.h - foot, in.w, foot}, chosen(l));
}

const struct layer_class job_list_layer = {.name = "job-list",
	.fit = fit,
	.draw = draw,
	.key = press,
	.mouse = use_mouse,
	.free = job_list_free};
