/* SPDX-License-Identifier: MIT */
#include "tui/pane/runs.h"

#include "core/base/alloc.h"
#include "core/base/ids.h"
#include "core/engine/cost.h"
#include "core/text/width.h"
#include "tui/pane/verdict.h"
#include "tui/part/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIME_LEFT = 7, MODEL_LEAST = 6, WANT_BELOW = 50 };

void runs_free(struct runs *r)
{
	free(r->rows);
	*r = (struct runs){.count = 0};
}

void runs_open(struct runs *r, const char *path, bool applies)
{
	if (strcmp(path, r->path) == 0)
		return;
	struct runs_row *rows = r->rows;
	size_t cap = r->cap, height = r->list.height;
	*r = (struct runs){.rows = rows, .cap = cap, .applies = applies};
	r->list.height = height;
	snprintf(r->path, sizeof r->path, "%s", path);
}

/* The live run of a place in the list, or NULL. */
static const struct record *live_of(const struct runs *r, uint64_t id)
{
	for (size_t i = 0; i < r->live_count; i++)
		if (r->live[i]->run == id)
			return r->live[i];
	return NULL;
}

static bool is_among_rows(const struct runs *r, uint64_t id)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->rows[i].id == id)
			return true;
	return false;
}

static void fill_live(struct runs_row *row, const struct record *record)
{
	row->id = record->run;
	row->started_ns = record->started_ns;
	row->ended_ns = record->ended_ns;
	row->status = record->status;
	row->input_tokens = record->usage.input;
	row->output_tokens = record_output_tokens(record, &row->estimated);
	row->cost_nano = record->cost_nano;
	row->unpriced = record->unpriced;
	row->requests = (int64_t)record->requests;
	row->cached = (int64_t)record->cached;
	snprintf(row->model, sizeof row->model, "%.*s", RUNS_MODEL - 1, record->model);
}

/* What stands at a place of the list; a live run's figures are its record's. */
static struct runs_row row_at(const struct runs *r, size_t place)
{
	struct runs_row row = {.seq = 0};
	if (place < r->fresh) {
		size_t seen = 0;
		for (size_t i = 0; i < r->live_count; i++)
			if (!is_among_rows(r, r->live[i]->run) && seen++ == place)
				fill_live(&row, r->live[i]);
		return row;
	}
	row = r->rows[place - r->fresh];
	const struct record *record = live_of(r, row.id);
	if (record != NULL && row.status == TRACE_RUNNING)
		fill_live(&row, record);
	return row;
}

uint64_t runs_selected(const struct runs *r)
{
	return r->list.selected < r->list.count ? row_at(r, r->list.selected).id : 0;
}

void runs_select(struct runs *r, uint64_t id)
{
	for (size_t i = 0; i < r->list.count; i++)
		if (row_at(r, i).id == id)
			list_view_select(&r->list, i);
}

/* The list has changed: the same run is selected, or the newest one if that was. */
static void settle(struct runs *r, uint64_t selected)
{
	bool newest = r->list.selected == 0;
	r->fresh = 0;
	for (size_t i = 0; i < r->live_count; i++)
		r->fresh += !is_among_rows(r, r->live[i]->run);
	list_view_fit(&r->list, r->fresh + r->count, (int)r->list.height);
	if (newest)
		list_view_select(&r->list, 0);
	else
		runs_select(r, selected);
}

static void take_row(struct runs_row *out, const struct run_row *row)
{
	struct arena a = ARENA_INIT;
	*out = (struct runs_row){.seq = row->seq,
		.id = row->id,
		.started_ns = row->started_ns,
		.ended_ns = row->ended_ns,
		.version = row->prompt_version,
		.input_tokens = row->input_tokens,
		.output_tokens = row->output_tokens,
		.estimated = row->estimated,
		.cost_nano = row->cost_nano,
		.unpriced = row->unpriced,
		.requests = row->attempts,
		.cached = row->cached};
	if (!trace_status_from_word(row->status, &out->status))
		out->status = TRACE_ERROR;
	record_text(out->model, sizeof out->model, history_model(row, &a));
	arena_release(&a);
}

void runs_take(struct runs *r, const struct run_rows *page, bool older)
{
	uint64_t selected = runs_selected(r);
	int64_t oldest = page->len > 0 ? page->rows[page->len - 1].seq : 0;
	size_t kept = 0; /* the first row that stays behind the page */
	if (older) {
		r->rows = array_reserve(r->rows, &r->cap, r->count + page->len, sizeof *r->rows);
		for (size_t i = 0; i < page->len; i++)
			take_row(&r->rows[r->count++], &page->rows[i]);
		r->more = page->len == RUNS_PAGE;
		settle(r, selected);
		return;
	}
	while (kept < r->count && r->rows[kept].seq >= oldest)
		kept++;
	/* Rows that do not join on would hide what lies between. */
	bool joins = page->len == RUNS_PAGE && kept > 0;
	size_t tail = joins ? r->count - kept : 0;
	r->rows = array_reserve(r->rows, &r->cap, page->len + tail + 1, sizeof *r->rows);
	memmove(r->rows + page->len, r->rows + kept, tail * sizeof *r->rows);
	for (size_t i = 0; i < page->len; i++)
		take_row(&r->rows[i], &page->rows[i]);
	r->count = page->len + tail;
	r->more = tail > 0 ? r->more : page->len == RUNS_PAGE;
	r->read = true;
	settle(r, selected);
}

void runs_listen(struct runs *r, const struct record *const *live, size_t count)
{
	uint64_t selected = runs_selected(r);
	r->live_count = count < RUNS_LIVE ? count : RUNS_LIVE;
	memcpy(r->live, live, r->live_count * sizeof *live);
	settle(r, selected);
}

bool runs_want_more(const struct runs *r)
{
	return r->more && r->list.selected + r->list.height + WANT_BELOW > r->list.count;
}

static void fit(void *pane, int w, int h)
{
	struct runs *r = pane;
	(void)w;
	list_view_fit(&r->list, r->fresh + r->count, h);
}

static void move(void *pane, enum pane_move move)
{
	struct runs *r = pane;
	long page = r->list.height > 1 ? (long)r->list.height - 1 : 1, all = (long)r->list.count;
	switch (move) {
	case MOVE_UP: list_view_move(&r->list, -1); break;
	case MOVE_DOWN: list_view_move(&r->list, 1); break;
	case MOVE_PAGE_UP: list_view_move(&r->list, -page); break;
	case MOVE_PAGE_DOWN: list_view_move(&r->list, page); break;
	case MOVE_HOME: list_view_move(&r->list, -all); break;
	case MOVE_END: list_view_move(&r->list, all); break;
	case MOVE_WHEEL_UP: list_view_scroll(&r->list, -WHEEL_ROWS); break;
	case MOVE_WHEEL_DOWN: list_view_scroll(&r->list, WHEEL_ROWS); break;
	case MOVE_LEFT:
	case MOVE_RIGHT: break;
	}
}

/* The first click chooses, the next one on the same run opens. */
static bool click(void *pane, int x, int y)
{
	struct runs *r = pane;
	size_t row = r->list.top + (size_t)(y < 0 ? 0 : y);
	bool again = row == r->list.selected;
	(void)x;
	if (row >= r->list.count)
		return false;
	list_view_select(&r->list, row);
	return again;
}

/* A row's texts, and how wide each column is for the rows that are seen. */
struct texts {
	char time[UNIT_TEXT], version[UNIT_TEXT], took[UNIT_TEXT], in[UNIT_TEXT], out[UNIT_TEXT];
	char cost[COST_TEXT];
	struct verdict verdict;
	struct str model;
};

struct columns {
	int time, version, model, took, in, out, cost, word; /* cells; 0: left out */
};

static struct texts texts_of(
	const struct runs_row *row, const struct pane_view *view, bool short_model)
{
	struct texts t = {.verdict = verdict_of(row->status), .model = str_from(row->model)};
	int64_t now = view->now_ns, end = row->ended_ns > 0 ? row->ended_ns : now;
	unit_time(row->started_ns, now, t.time);
	if (row->version > 0)
		snprintf(t.version, sizeof t.version, "v%lld", (long long)row->version);
	if (row->ended_ns > 0 || row->status == TRACE_RUNNING)
		unit_duration(end - row->started_ns, t.took);
	if (row->input_tokens >= 0)
		unit_tokens(row->input_tokens, row->estimated, t.in);
	if (row->output_tokens > 0 || (row->output_tokens == 0 && row->status == TRACE_OK))
		unit_tokens(row->output_tokens, row->estimated, t.out);
	cost_text(row->cost_nano, row->unpriced, row->estimated, t.cost);
	/* Why it cost nothing. */
	if (row->cached > 0 && t.cost[0] == '\0')
		snprintf(t.cost, sizeof t.cost, "%s",
			tr(view->pen.words,
				record_cached_word((size_t)row->requests, (size_t)row->cached)));
	/* Where it is tight, the connection is left out. */
	size_t slash = str_find(t.model, STR("/"), 0);
	if (short_model && slash != SIZE_MAX)
		t.model = str_slice(t.model, slash + 1, t.model.len);
	return t;
}

static void widen(int *column, struct str text)
{
	int width = (int)width_text(text);
	*column = width > *column ? width : *column;
}

static struct columns columns_of(const struct runs *r, const struct pane_view *view, int width)
{
	struct columns c = {.took = TIME_LEFT};
	for (size_t i = r->list.top; i < r->list.count && i < r->list.top + r->list.height; i++) {
		struct runs_row row = row_at(r, i);
		struct texts t = texts_of(&row, view, false);
		widen(&c.time, str_from(t.time));
		widen(&c.version, str_from(t.version));
		widen(&c.in, str_from(t.in));
		widen(&c.out, str_from(t.out));
		widen(&c.cost, str_from(t.cost));
		widen(&c.word, str_from(tr(view->pen.words, t.verdict.word)));
		widen(&c.model, t.model);
	}
	/* Each column has a cell before it; the mark and the shown run's sign have four. */
	int fixed = 4 + c.time + 1 + c.version + 1 + c.took + 1 + c.out;
	int rest = width - fixed, model = c.model;
	c.model = model < MODEL_LEAST ? model : MODEL_LEAST;
	/* The mark says what the word does; nothing else says what a run cost. */
	if (rest < c.model + 1 + c.word + 1 + (c.cost > 0 ? c.cost + 1 : 0))
		c.word = 0;
	if (rest < c.model + 1 + c.cost + 1)
		c.cost = 0;
	rest -= c.cost > 0 ? c.cost + 1 : 0;
	if (rest < c.model + 1 + c.word + 1 + c.in + 4 + model)
		c.in = 0;
	rest -= (c.word > 0 ? c.word + 1 : 0) + (c.in > 0 ? c.in + 4 : 0) + 1;
	c.model = rest > 0 ? rest : 0;
	return c;
}

static void draw_row(struct pen pen, struct area line, const struct columns *c,
	const struct runs_row *row, const struct texts *t)
{
	bool live = row->status == TRACE_RUNNING;
	enum role role = live ? ROLE_STRONG : ROLE_TEXT;
	int x = line.x + 2, y = line.y, right = line.x + line.w;
	paint_cstr(pen, x, y, t->time, role);
	x += c->time + 1;
	paint_cstr(pen, x, y, t->version, ROLE_DIM);
	x += c->version + 1;
	paint_fitted(pen, x, y, c->model, t->model, role);
	if (c->word > 0)
		paint_cstr(
			pen, right - c->word, y, tr(pen.words, t->verdict.word), t->verdict.role);
	right -= c->word > 0 ? c->word + 1 : 0;
	paint_cstr(pen, right - 1, y, t->verdict.mark, t->verdict.role);
	right -= 2;
	if (c->cost > 0) {
		paint_right(pen, right, y, str_from(t->cost), ROLE_TEXT);
		right -= c->cost + 1;
	}
	paint_right(pen, right, y, str_from(t->out), ROLE_TEXT);
	right -= c->out + 1;
	if (c->in > 0) {
		paint_right(pen, right - 2, y, str_from(t->in), ROLE_DIM);
		paint_cstr(pen, right - 1, y, t->in[0] != '\0' ? "→" : "", ROLE_FAINT);
		right -= c->in + 3;
	}
	paint_right(pen, right, y, str_from(t->took), live ? ROLE_ACCENT : ROLE_TEXT);
}

static void draw_rows(const struct runs *r, const struct pane_view *view, struct area inner)
{
	struct pen pen = pen_within(view->pen, inner);
	struct columns c = columns_of(r, view, inner.w);
	for (int y = 0; y < inner.h && r->list.top + (size_t)y < r->list.count; y++) {
		size_t i = r->list.top + (size_t)y;
		struct runs_row row = row_at(r, i);
		struct texts t = texts_of(&row, view, c.in == 0);
		struct area line = {inner.x, inner.y + y, inner.w, 1};
		if (row.id == r->shown && row.id != 0)
			paint_cstr(pen, line.x, line.y, "●", ROLE_ACCENT);
		draw_row(pen, line, &c, &row, &t);
		struct area wide = {inner.x - 1, line.y, inner.w + 2, 1};
		if (i == r->list.selected)
			paint_ground(view->pen, wide,
				view->focused ? GROUND_SELECT : GROUND_SELECT_QUIET);
	}
}

static void draw_empty(const struct runs *r, const struct pane_view *view, struct area inner)
{
	const char *hint = !r->applies
				   ? N_("The runs of a prompt or flow appear here. %s finds one.")
				   : N_("No runs of this file yet. %s runs it.");
	if (r->error[0] != '\0')
		pane_paragraph(view->pen, inner, inner.y, str_from(r->error), ROLE_BAD);
	else if (r->read || !r->applies)
		pane_hint_key(view, inner, hint, r->applies ? "run.start" : "file.go-to");
}

static void draw(const void *pane, const struct pane_view *view)
{
	const struct runs *r = pane;
	char count[UNIT_TEXT];
	struct span title = {str_from(tr(view->pen.words, runs_class.title)),
		view->focused ? ROLE_STRONG : ROLE_DIM};
	snprintf(count, sizeof count, "%zu%s", r->list.count, r->more ? "+" : "");
	struct span note = {str_from(count), ROLE_TEXT};
	struct area inner = pane_frame(view, (struct frame){.title = &title,
						     .title_count = 1,
						     .note = &note,
						     .note_count = r->list.count > 0});
	if (r->list.count == 0)
		draw_empty(r, view, inner);
	else
		draw_rows(r, view, inner);
	size_t end = r->list.top + r->list.height;
	pane_more(view, end < r->list.count ? r->list.count - end : 0);
}

/* The run's id, for `lathe trace show`. */
static bool copy(const void *pane, struct arena *a, struct str *out)
{
	char id[ID_TEXT];
	uint64_t run = runs_selected(pane);
	if (run != 0)
		*out = str_copy(a, str_from(id_text(run, id)));
	return run != 0;
}

const struct pane_class runs_class = {
	.title = N_("Runs"), .fit = fit, .draw = draw, .move = move, .click = click, .copy = copy};
