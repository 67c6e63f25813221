/* SPDX-License-Identifier: MIT */
#include "tui/layer/costs.h"

#include "core/base/alloc.h"
#include "core/text/sanitize.h"
#include "core/text/width.h"
#include "tui/draw/frames.h"
#include "tui/part/units.h"

#include <stdio.h>
#include <stdlib.h>

enum { WHEEL_STEP = 3, TABS = 5, SPANS = 4, BAR_MOST = 20, KEY_LEAST = 16, GAP = 2 };

/* The tabs, in their order. */
static const struct {
	enum cost_by by;
	const char *title;
} tabs[TABS] = {{COST_BY_MODEL, N_("Models")}, {COST_BY_DAY, N_("Days")},
	{COST_BY_PROMPT, N_("Files")}, {COST_BY_CONNECTION, N_("Connections")},
	{COST_BY_RUN, N_("Runs")}};

static const struct {
	const char *since; /* cost_since's word, "" for all */
	const char *title;
} spans[SPANS] = {
	{"", N_("all time")}, {"today", N_("today")}, {"7d", N_("7 days")}, {"30d", N_("30 days")}};

struct costs {
	struct engine *engine;
	const struct words *words;
	int64_t now_ns;
	struct cost_burn burn;
	size_t tab, span;
	struct arena arena; /* the report */
	struct cost_report report;
	struct str error;
	struct buf plain; /* what is copied */
	size_t top; /* the first row shown */
	struct area box;
};

static char *amount(const struct cost_sum *sum, char out[COST_TEXT])
{
	return cost_text(sum->nano, sum->unpriced, sum->estimated > 0, out);
}

static void add_plain(struct costs *c, struct str key, const struct cost_sum *s)
{
	char text[COST_TEXT];
	buf_add_format(&c->plain, "%.*s\t%lld\t%lld\t%lld\t%lld\t%s\n", STR_ARG(key),
		(long long)s->requests, (long long)s->cached, (long long)s->input,
		(long long)s->output, amount(s, text));
}

static void ask(struct costs *c)
{
	struct err e = ERR_INIT;
	struct cost_query query = {.by = tabs[c->tab].by, .run = STR("")};
	struct str since = str_from(spans[c->span].since);
	char text[sizeof e.where + sizeof e.text + sizeof e.hint + 8];
	arena_reset(&c->arena);
	c->report = (struct cost_report){.len = 0, .note = STR("")};
	c->error = STR_NONE;
	c->top = 0;
	bool ok = (since.len == 0 || cost_since(since, c->now_ns, &query.since_ns, &e)) &&
		  cost_report(c->engine, &query, &c->arena, &c->report, &e);
	if (!ok)
		c->error = sanitize(
			&c->arena, str_from(err_format(&e, text, sizeof text)), SANITIZE_ONE_LINE);
	buf_clear(&c->plain);
	for (size_t i = 0; i < c->report.len; i++) {
		struct cost_group *g = &c->report.groups[i];
		struct str both = g->name.len == 0 ? g->key
						   : str_format(&c->arena, "%.*s  %.*s",
							     STR_ARG(g->key), STR_ARG(g->name));
		g->key = sanitize(&c->arena, both, SANITIZE_ONE_LINE);
		add_plain(c, g->key, &g->sum);
	}
	add_plain(c, str_from(tr(c->words, "together")), &c->report.total);
}

struct costs *costs_new(
	struct engine *engine, const struct words *words, int64_t now_ns, uint64_t run)
{
	struct costs *c = xcalloc(1, sizeof *c);
	c->engine = engine;
	c->words = words;
	c->now_ns = now_ns;
	c->plain = (struct buf)BUF_INIT(0);
	cost_burn(engine, run, &c->burn);
	ask(c);
	return c;
}

static void costs_free(void *layer)
{
	struct costs *c = layer;
	arena_release(&c->arena);
	buf_free(&c->plain);
	free(c);
}

/* Rows of the table that there is room for: the frame, the head, the sum and the notes aside. */
static size_t room(const struct costs *c)
{
	int rows = c->box.h - 7;
	return rows > 1 ? (size_t)rows : 1;
}

static void scroll(struct costs *c, long rows)
{
	size_t most = c->report.len > room(c) ? c->report.len - room(c) : 0;
	size_t by = (size_t)(rows < 0 ? -rows : rows);
	if (rows < 0)
		c->top -= by < c->top ? by : c->top;
	else
		c->top = c->top + by < most ? c->top + by : most;
}

static void fit(void *layer, int w, int h)
{
	struct costs *c = layer;
	c->box = (struct area){0, 1, w, h - 2};
	scroll(c, 0);
}

static enum layer_answer copy(struct costs *c, struct layer_result *result)
{
	result->command = "text.copy";
	result->arguments = value_dict(&c->arena);
	value_set(result->arguments, STR("text"), value_str(buf_str(&c->plain)));
	return LAYER_STAYS;
}

static void turn_to(struct costs *c, size_t tab)
{
	c->tab = tab;
	ask(c);
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct costs *c = layer;
	long page = (long)room(c);
	c->now_ns = now_ns;
	if (key.code >= '1' && key.code < '1' + TABS) {
		turn_to(c, (size_t)(key.code - '1'));
		return LAYER_STAYS;
	}
	switch (key.code) {
	case WORD_ESC:
	case 'q': return LAYER_CLOSES;
	case WORD_TAB: turn_to(c, (c->tab + 1) % TABS); break;
	case 's':
		c->span = (c->span + 1) % SPANS;
		ask(c);
		break;
	case WORD_UP:
	case 'k': scroll(c, -1); break;
	case WORD_DOWN:
	case 'j': scroll(c, 1); break;
	case WORD_PGUP: scroll(c, -page); break;
	case WORD_PGDN:
	case ' ': scroll(c, page); break;
	case WORD_HOME: c->top = 0; break;
	case WORD_END: scroll(c, (long)c->report.len); break;
	case 'y': return copy(c, result);
	default: break;
	}
	return LAYER_STAYS;
}

static enum layer_answer use_mouse(
	void *layer, const struct input *input, struct layer_result *result)
{
	(void)result;
	if (input->action == MOUSE_WHEEL_UP || input->action == MOUSE_WHEEL_DOWN)
		scroll(layer, input->action == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
	return LAYER_STAYS;
}

/* The figures of a line, from the right: where each column ends. 0: there is no room for it. */
struct columns {
	int key, requests, cached, input, output, cost, bar, bar_width;
};

static struct columns columns_of(struct area in)
{
	enum { COUNT = 10, TOKENS = 12, COST = 14 };
	struct columns at = {.key = in.w};
	int left = in.w - KEY_LEAST - COST;
	bool requests = left >= COUNT, tokens = left >= COUNT + 2 * TOKENS,
	     cached = left >= 2 * COUNT + 2 * TOKENS;
	left -= (requests ? COUNT : 0) + (tokens ? 2 * TOKENS : 0) + (cached ? COUNT : 0);
	at.bar_width = left >= BAR_MOST + 20 ? BAR_MOST : 0;
	int x = in.x + in.w - (at.bar_width > 0 ? at.bar_width + GAP : 0);
	at.bar = x + GAP;
	at.cost = x;
	x -= COST;
	at.output = tokens ? x : 0;
	x -= tokens ? TOKENS : 0;
	at.input = tokens ? x : 0;
	x -= tokens ? TOKENS : 0;
	at.cached = cached ? x : 0;
	x -= cached ? COUNT : 0;
	at.requests = requests ? x : 0;
	x -= requests ? COUNT : 0;
	at.key = x - in.x;
	return at;
}

static void draw_head(struct pen pen, const struct columns *at, struct area in)
{
	const struct words *w = pen.words;
	if (at->requests > 0)
		paint_right(pen, at->requests, in.y, str_from(tr(w, "requests")), ROLE_DIM);
	if (at->cached > 0)
		paint_right(pen, at->cached, in.y, str_from(tr(w, "cached")), ROLE_DIM);
	if (at->input > 0) {
		paint_right(pen, at->input, in.y, str_from(tr(w, "in")), ROLE_DIM);
		paint_right(pen, at->output, in.y, str_from(tr(w, "out")), ROLE_DIM);
	}
	paint_right(pen, at->cost, in.y, str_from(tr(w, "cost")), ROLE_DIM);
}

static void draw_line(struct pen pen, const struct columns *at, struct area line, struct str key,
	const struct cost_sum *sum, enum role role)
{
	char text[UNIT_TEXT], cost[COST_TEXT];
	paint_fitted(pen, line.x, line.y, at->key > GAP ? at->key - GAP : at->key, key, role);
	if (at->requests > 0) {
		snprintf(text, sizeof text, "%lld", (long long)sum->requests);
		paint_right(pen, at->requests, line.y, str_from(text), role);
	}
	if (at->cached > 0 && sum->cached > 0) {
		snprintf(text, sizeof text, "%lld", (long long)sum->cached);
		paint_right(pen, at->cached, line.y, str_from(text), ROLE_DIM);
	}
	if (at->input > 0) {
		paint_right(pen, at->input, line.y,
			str_from(unit_tokens(sum->input, sum->estimated > 0, text)), ROLE_DIM);
		paint_right(pen, at->output, line.y,
			str_from(unit_tokens(sum->output, sum->estimated > 0, text)), ROLE_DIM);
	}
	amount(sum, cost);
	paint_right(pen, at->cost, line.y, str_from(cost[0] != '\0' ? cost : "$0"),
		sum->unpriced > 0 ? ROLE_WARN : role);
}

static void draw_share(
	struct pen pen, const struct columns *at, int y, const struct cost_sum *sum, int64_t most)
{
	int cells = most > 0 ? (int)((double)sum->nano / (double)most * at->bar_width + 0.5) : 0;
	if (at->bar_width > 0 && sum->nano > 0)
		paint_repeat(pen, at->bar, y, cells > 0 ? cells : 1, "▇", ROLE_ACCENT);
}

/* "today $1.20 of $20.00", and what a run that is under way has cost. */
static void draw_burn(struct pen pen, int x, int y, const struct costs *c)
{
	const struct words *w = pen.words;
	struct arena a = ARENA_INIT;
	char spent[COST_TEXT], limit[COST_TEXT];
	cost_text(c->burn.day_nano, 0, false, spent);
	x = paint_cstr(pen, x, y, tr(w, "today"), ROLE_DIM);
	x = paint_text(pen, x + 1, y, str_from(spent[0] != '\0' ? spent : "$0"), ROLE_STRONG);
	if (c->burn.day_limit > 0) {
		bool close = c->burn.day_nano >= c->burn.day_limit / 10 * 9;
		cost_text(c->burn.day_limit, 0, false, limit);
		x = paint_text(pen, x, y, str_format(&a, tr(w, " of %s"), limit),
			close ? ROLE_BAD : ROLE_DIM);
	}
	if (c->burn.run_nano > 0 || c->burn.run_limit > 0) {
		cost_text(c->burn.run_nano, 0, false, spent);
		x = paint_cstr(pen, x, y, " · ", ROLE_FAINT);
		x = paint_cstr(pen, x, y, tr(w, "this run"), ROLE_DIM);
		x = paint_text(
			pen, x + 1, y, str_from(spent[0] != '\0' ? spent : "$0"), ROLE_STRONG);
	}
	if (c->burn.run_limit > 0) {
		cost_text(c->burn.run_limit, 0, false, limit);
		paint_text(pen, x, y, str_format(&a, tr(w, " of %s"), limit), ROLE_DIM);
	}
	arena_release(&a);
}

static void draw_table(struct pen pen, struct area in, const struct costs *c)
{
	const struct columns at = columns_of(in);
	int64_t most = 0;
	int y = in.y + 1;
	draw_head(pen, &at, in);
	for (size_t i = 0; i < c->report.len; i++)
		most = c->report.groups[i].sum.nano > most ? c->report.groups[i].sum.nano : most;
	for (size_t i = c->top; i < c->report.len && i < c->top + room(c); i++, y++) {
		const struct cost_group *g = &c->report.groups[i];
		draw_line(pen, &at, (struct area){in.x, y, in.w, 1}, g->key, &g->sum, ROLE_TEXT);
		draw_share(pen, &at, y, &g->sum, most);
	}
	paint_repeat(pen, in.x, y++, in.w, "─", ROLE_BORDER);
	draw_line(pen, &at, (struct area){in.x, y, in.w, 1}, str_from(tr(pen.words, "together")),
		&c->report.total, ROLE_STRONG);
}

/* What the figures are not, in at most one line; then today and the run. */
static void draw_foot(struct pen pen, struct area in, const struct costs *c)
{
	const struct words *w = pen.words;
	struct arena a = ARENA_INIT;
	int y = in.y + in.h - 2;
	long long unpriced = (long long)c->report.total.unpriced;
	struct str note = sanitize(&a, c->report.note, SANITIZE_ONE_LINE);
	if (c->error.len > 0)
		note = c->error;
	else if (unpriced > 0)
		note = str_format(&a,
			tr(w, "The cost of %lld requests is not known; the sum is at least this."),
			unpriced);
	paint_fitted(pen, in.x, y, in.w, note, c->error.len > 0 ? ROLE_BAD : ROLE_WARN);
	draw_burn(pen, in.x, y + 1, c);
	arena_release(&a);
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct costs *c = layer;
	struct pen pen = view->pen;
	const struct words *w = pen.words;
	struct span title[1 + 2 * TABS] = {{str_from(tr(w, "Costs")), ROLE_STRONG}};
	static const char *const numbers[TABS] = {"  1 ", "  2 ", "  3 ", "  4 ", "  5 "};
	for (size_t i = 0; i < TABS; i++) {
		title[1 + 2 * i] = (struct span){str_from(numbers[i]), ROLE_ACCENT};
		title[2 + 2 * i] = (struct span){
			str_from(tr(w, tabs[i].title)), i == c->tab ? ROLE_STRONG : ROLE_DIM};
	}
	struct span note[7] = {{str_from(tr(w, spans[c->span].title)), ROLE_TEXT},
		{STR("  s "), ROLE_ACCENT}, {str_from(tr(w, "since")), ROLE_DIM},
		{STR("  y "), ROLE_ACCENT}, {str_from(tr(w, "copy")), ROLE_DIM},
		{STR("  Esc "), ROLE_ACCENT}, {str_from(tr(w, "close")), ROLE_DIM}};
	struct frame frame = {.title = title,
		.title_count = 1 + 2 * TABS,
		.note = note,
		.note_count = 7,
		.focused = true};
	paint_clear(pen, c->box);
	struct area in = area_inset(frame_draw(pen, c->box, &frame), 1, 0);
	pen = pen_within(pen, in);
	if (c->report.len == 0 && c->error.len == 0)
		paint_cstr(pen, in.x, in.y, tr(w, "Nothing was asked of a model in this time."),
			ROLE_DIM);
	else if (c->error.len == 0)
		draw_table(pen, in, c);
	draw_foot(pen, in, c);
}

const struct layer_class costs_layer = {.name = "costs",
	.fit = fit,
	.draw = draw,
	.key = press,
	.mouse = use_mouse,
	.free = costs_free};
