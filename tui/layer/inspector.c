/* SPDX-License-Identifier: MIT */
#include "tui/layer/inspector.h"

#include "core/base/alloc.h"
#include "core/base/ids.h"
#include "tui/layer/inspector_private.h"
#include "tui/pane/pane.h"
#include "tui/part/units.h"

#include <stdio.h>
#include <stdlib.h>

enum { WIDE = 100, STEPS_OFTEN = 500, FIND_COUNT = 20 };

static enum trace_status status_of(struct str word)
{
	enum trace_status status = TRACE_ERROR;
	return trace_status_from_word(word, &status) ? status : TRACE_ERROR;
}

const struct span_row *inspector_span(const struct inspector *i)
{
	return i->steps.selected < i->steps.count
		       ? &i->past.spans.rows[i->past.steps[i->steps.selected].span]
		       : NULL;
}

enum trace_status inspector_span_status(const struct inspector *i, const struct span_row *span)
{
	return status_of(history_status(&i->past, span));
}

/* Until when a run went whose end nobody wrote: the last thing known of it. */
static int64_t last_known(const struct history *h)
{
	int64_t last = h->run.started_ns;
	for (size_t n = 0; n < h->spans.len; n++) {
		const struct span_row *span = &h->spans.rows[n];
		const int64_t times[] = {span->start_ns, span->first_ns, span->end_ns};
		for (size_t k = 0; k < 3; k++)
			last = times[k] > last ? times[k] : last;
	}
	return last;
}

static bool has_errors(const struct history *h)
{
	bool any = h->run.error.len > 0 || h->log.len > 0 || h->run.damaged;
	for (size_t n = 0; n < h->spans.len; n++)
		any |= h->spans.rows[n].error.len > 0 || h->spans.rows[n].damaged;
	for (size_t n = 0; n < h->attempts.len; n++)
		any |= h->attempts.rows[n].error.len > 0 || h->attempts.rows[n].damaged;
	return any;
}

/* Reads the run into OUT, which has nothing but its engine and run yet. */
static bool read_run(struct inspector *i, struct err *e)
{
	char id[ID_TEXT];
	if (!history_read(i->engine, str_from(id_text(i->run, id)), &i->arena, &i->past, e))
		return false;
	i->status = status_of(i->past.run.status);
	i->end_ns = i->past.run.ended_ns;
	i->open_end = i->end_ns == 0 && i->status != TRACE_RUNNING;
	if (i->open_end)
		i->end_ns = last_known(&i->past);
	i->has_errors = has_errors(&i->past);
	return true;
}

/* A run is mostly looked into for what a model was asked. */
static size_t first_request(const struct history *h)
{
	for (size_t n = 0; n < h->spans.len && h->attempts.len > 0; n++)
		if (h->spans.rows[h->steps[n].span].id == h->attempts.rows[0].span)
			return n;
	return 0;
}

struct inspector *inspector_new(
	struct engine *engine, const struct words *words, uint64_t run, struct err *e)
{
	struct inspector *i = xcalloc(1, sizeof *i);
	i->engine = engine;
	i->words = words;
	i->run = run;
	i->plain = (struct buf)BUF_INIT(DOCUMENT_MAX);
	document_init(&i->text);
	find_init(&i->find);
	if (!read_run(i, e)) {
		inspector_layer.free(i);
		return NULL;
	}
	list_view_fit(&i->steps, i->past.spans.len, 1);
	list_view_select(&i->steps, first_request(&i->past));
	bool failed = i->has_errors && i->past.attempts.len == 0;
	i->tab = failed ? TAB_ERRORS : TAB_MESSAGES;
	inspector_fill(i);
	return i;
}

static void inspector_free(void *layer)
{
	struct inspector *i = layer;
	document_free(&i->text);
	find_free(&i->find);
	buf_free(&i->plain);
	arena_release(&i->arena);
	arena_release(&i->shown);
	free(i);
}

uint64_t inspector_run(const struct inspector *i)
{
	return i->run;
}

void inspector_refresh(struct inspector *i, bool ended)
{
	struct inspector fresh = {.engine = i->engine, .run = i->run};
	struct err ignored = ERR_INIT; /* what was there stays */
	if (i->status != TRACE_RUNNING || (!ended && i->past.spans.len > STEPS_OFTEN))
		return;
	if (!read_run(&fresh, &ignored)) {
		arena_release(&fresh.arena);
		return;
	}
	struct text_view view = i->view;
	const struct span_row *span = inspector_span(i);
	uint64_t selected = span != NULL ? span->id : 0;
	arena_release(&i->arena);
	i->arena = fresh.arena;
	i->past = fresh.past;
	i->status = fresh.status;
	i->end_ns = fresh.end_ns;
	i->open_end = fresh.open_end;
	i->has_errors = fresh.has_errors;
	list_view_fit(&i->steps, i->past.spans.len, (int)i->steps.height);
	for (size_t n = 0; n < i->past.spans.len; n++)
		if (i->past.spans.rows[i->past.steps[n].span].id == selected)
			list_view_select(&i->steps, n);
	inspector_fill(i);
	i->view = view;
}

static void fit(void *layer, int w, int h)
{
	struct inspector *i = layer;
	int body = h - 2 > 0 ? h - 2 : 0;
	if (w >= WIDE) {
		int left = w * 38 / 100;
		i->steps_area = (struct area){0, 1, left, body};
		i->text_area = (struct area){left, 1, w - left, body};
	} else {
		int rows = (int)i->past.spans.len + 2, most = body * 2 / 5;
		rows = rows > most ? most : rows;
		i->steps_area = (struct area){0, 1, w, rows};
		i->text_area = (struct area){0, 1 + rows, w, body - rows};
	}
	list_view_fit(&i->steps, i->past.spans.len, i->steps_area.h - 2);
	text_view_fit(&i->view, &i->text, i->text_area.w - 4, i->text_area.h - 2);
	edit_fit(&i->find.words, w > FIND_COUNT ? w - FIND_COUNT : 1, 1);
	find_update(&i->find, &i->view, &i->text);
}

static void choose_tab(struct inspector *i, size_t tab)
{
	if (tab >= inspector_tabs(i) || tab == i->tab)
		return;
	i->tab = (enum inspector_tab)tab;
	inspector_fill(i);
}

static void choose_step(struct inspector *i, size_t step)
{
	size_t before = i->steps.selected;
	list_view_select(&i->steps, step);
	if (i->steps.selected != before)
		inspector_fill(i);
}

static void move_step(struct inspector *i, long by)
{
	size_t before = i->steps.selected;
	list_view_move(&i->steps, by);
	if (i->steps.selected != before)
		inspector_fill(i);
}

static void copy(struct inspector *i, struct layer_result *result)
{
	char size[UNIT_TEXT];
	struct value arguments = value_dict(&i->shown);
	value_set(arguments, STR("text"), value_str(buf_str(&i->plain)));
	*result = (struct layer_result){"text.copy", arguments};
	unit_bytes((int64_t)i->plain.len, size);
	snprintf(i->note, sizeof i->note, tr(i->words, N_("copied %s")), size);
}

/* Scrolls the text; false when the key does something else. */
static bool scroll_key(struct inspector *i, struct key key)
{
	long page = i->view.height > 1 ? (long)i->view.height - 1 : 1;
	switch (key.code) {
	case WORD_PGUP:
	case 'b': text_view_scroll(&i->view, &i->text, -page); return true;
	case WORD_PGDN:
	case ' ': text_view_scroll(&i->view, &i->text, page); return true;
	case WORD_HOME:
	case 'g': text_view_home(&i->view); return true;
	case WORD_END:
	case 'G': text_view_end(&i->view, &i->text); return true;
	case 'K': text_view_scroll(&i->view, &i->text, -1); return true;
	case 'J': text_view_scroll(&i->view, &i->text, 1); return true;
	default: return false;
	}
}

/* While words to find are typed. */
static enum layer_answer find_key(struct inspector *i, struct key key)
{
	switch (key.code) {
	case WORD_ESC: find_clear(&i->find); return LAYER_STAYS;
	case WORD_ENTER: i->find.typing = false; return LAYER_STAYS;
	case WORD_DOWN: find_step(&i->find, &i->view, &i->text, 1); return LAYER_STAYS;
	case WORD_UP: find_step(&i->find, &i->view, &i->text, -1); return LAYER_STAYS;
	default: return LAYER_PASS;
	}
}

static struct edit *find_edit(void *layer)
{
	struct inspector *i = layer;
	return i->find.typing ? &i->find.words : NULL;
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct inspector *i = layer;
	size_t tabs = inspector_tabs(i);
	bool back = key.code == WORD_LEFT || (key.code == WORD_TAB && key.mods == MOD_SHIFT);
	(void)now_ns;
	i->note[0] = '\0';
	if (i->find.typing)
		return find_key(i, key);
	if (scroll_key(i, key))
		return LAYER_STAYS;
	switch (key.code) {
	case WORD_ESC:
		if (i->find.len == 0)
			return LAYER_CLOSES;
		find_clear(&i->find);
		break;
	case 'q': return LAYER_CLOSES;
	case '/': find_open(&i->find); break;
	case 'n': find_step(&i->find, &i->view, &i->text, 1); break;
	case 'N': find_step(&i->find, &i->view, &i->text, -1); break;
	case WORD_UP:
	case 'k': move_step(i, -1); break;
	case WORD_DOWN:
	case 'j': move_step(i, 1); break;
	case WORD_TAB:
	case WORD_LEFT:
	case WORD_RIGHT: choose_tab(i, (i->tab + (back ? tabs - 1 : 1)) % tabs); break;
	case 'y': copy(i, result); break;
	default:
		if (key.code >= '1' && key.code < '1' + TAB_COUNT)
			choose_tab(i, key.code - '1');
		break;
	}
	return LAYER_STAYS;
}

static void press_mouse(struct inspector *i, int x, int y)
{
	struct area steps = area_inset(i->steps_area, 1, 1);
	if (y == i->text_area.y && x >= i->text_area.x)
		choose_tab(i, inspector_tab_at(i, x));
	else if (area_has(steps, x, y) && i->steps.top + (size_t)(y - steps.y) < i->steps.count)
		choose_step(i, i->steps.top + (size_t)(y - steps.y));
}

static enum layer_answer mouse(void *layer, const struct input *input, struct layer_result *result)
{
	struct inspector *i = layer;
	bool wheel = input->action == MOUSE_WHEEL_UP || input->action == MOUSE_WHEEL_DOWN;
	long by = input->action == MOUSE_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS;
	(void)result;
	if (wheel && area_has(i->steps_area, input->x, input->y))
		move_step(i, by / WHEEL_ROWS);
	else if (wheel)
		text_view_scroll(&i->view, &i->text, by);
	else if (input->action == MOUSE_PRESS && input->button == 0)
		press_mouse(i, input->x, input->y);
	return LAYER_STAYS;
}

const struct layer_class inspector_layer = {.name = "inspector",
	.fit = fit,
	.draw = inspector_draw,
	.key = press,
	.mouse = mouse,
	.edit = find_edit,
	.free = inspector_free};
