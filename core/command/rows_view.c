/* SPDX-License-Identifier: MIT */
#include "core/command/rows_view.h"

#include "core/base/ids.h"
#include "core/command/output.h"
#include "core/command/run_view.h"
#include "core/data/json.h"
#include "core/engine/history.h"
#include "core/model/price.h"
#include "core/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 64, SECOND = 1000000000, RESULTS_NS = 50000000 };

char *rows_cost_text(int64_t nano, int64_t unknown, char out[ROWS_COST_TEXT])
{
	char known[PRICE_TEXT];
	price_text(nano, known);
	if (unknown > 0 && nano == 0)
		snprintf(out, ROWS_COST_TEXT, "cost not known");
	else if (unknown > 0)
		snprintf(out, ROWS_COST_TEXT, "%s and %" PRId64 " not known", known, unknown);
	else
		snprintf(out, ROWS_COST_TEXT, "%s", known);
	return out;
}

static struct value content(struct engine *engine, int64_t blob, struct arena *a)
{
	struct str text;
	struct value v;
	struct err unreadable = ERR_INIT;
	if (blob == 0 || !history_content(engine, blob, a, &text, &unreadable) ||
		!json_read(a, text, NULL, &v, &unreadable))
		return value_none();
	return v;
}

static void set_id(struct value v, const char *key, uint64_t id, struct arena *a)
{
	char text[ID_TEXT];
	value_set(v, str_from(key),
		id != 0 ? value_str(str_copy(a, str_from(id_text(id, text)))) : value_none());
}

static void set_count(struct value v, const char *key, int64_t n)
{
	value_set(v, str_from(key), n >= 0 ? value_int(n) : value_none());
}

struct value rows_view_result(
	struct engine *engine, uint64_t run, const struct sample_row *row, struct arena *a)
{
	struct value v = value_dict(a), usage = value_dict(a);
	value_set(v, STR("row"), value_int(row->at.case_number));
	value_set(v, STR("line"), value_int(row->line));
	value_set(v, STR("repeat"), value_int(row->at.repeat));
	value_set(v, STR("status"), value_str(row->state));
	value_set(v, STR("inputs"), content(engine, row->input_blob, a));
	value_set(v, STR("outputs"), content(engine, row->output_blob, a));
	value_set(v, STR("error"), row->error.len > 0 ? value_str(row->error) : value_none());
	set_count(usage, "input", row->input_tokens);
	set_count(usage, "output", row->output_tokens);
	value_set(usage, STR("estimated"), value_bool(row->estimated));
	value_set(v, STR("usage"), usage);
	value_set(v, STR("cost"),
		row->cost_nano >= 0 ? value_float((double)row->cost_nano / 1e9) : value_none());
	value_set(v, STR("latency_ms"), value_float((double)row->asked_ns / 1e6));
	value_set(v, STR("requests"), value_int(row->attempts));
	value_set(v, STR("cached"), value_int(row->cached));
	value_set(v, STR("tries"), value_int(row->trials));
	set_id(v, "run", run, a);
	set_id(v, "span", row->trial, a);
	return v;
}

void rows_view_sample(struct output *o, const struct sample_row *row)
{
	char time[DURATION_TEXT] = "-", in[DURATION_TEXT] = "-", out[DURATION_TEXT] = "-";
	if (row->ended_ns > 0)
		duration_text(row->ended_ns - row->started_ns, time);
	if (row->attempts > 0) {
		tokens_text(row->input_tokens, row->estimated, in);
		tokens_text(row->output_tokens, row->estimated, out);
	}
	output_format(o, "row %-6" PRId64 " line %-6" PRId64, row->at.case_number, row->line);
	if (row->at.repeat > 0)
		output_format(o, " again %-3" PRId64, row->at.repeat);
	output_format(o, " %-10.*s %9s", STR_ARG(row->state), time);
	output_format(
		o, " %*s in %*s out", row->estimated ? 9 : 7, in, row->estimated ? 8 : 6, out);
	if (row->trials > 1)
		output_format(o, "  %" PRId64 " tries", row->trials);
	if (row->error.len > 0) {
		output_cstr(o, "  ");
		output_field(o, row->error);
	}
	output_cstr(o, "\n");
}

static bool write_all(struct rows_view *view, struct str text)
{
	while (text.len > 0) {
		ssize_t n = write(view->fd, text.at, text.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(&view->error, ERR_IO, "%s cannot be written: %s.",
				view->path, strerror(errno));
		text = str_slice(text, (size_t)n, text.len);
	}
	return true;
}

static void write_result(struct rows_view *view, const struct sample_row *row)
{
	struct arena a = ARENA_INIT;
	struct engine *engine = view->context->engine;
	struct value v = rows_view_result(engine, view->run, row, &a);
	if (view->fd < 0) {
		output_json(view->context->output, v);
	} else if (view->error.code == ERR_NONE) {
		struct buf line = BUF_INIT(0);
		if (json_write(&line, v, JSON_COMPACT) && buf_add_char(&line, '\n'))
			engine_redact(engine, &line);
		(void)write_all(view, buf_str(&line));
		buf_free(&line);
	}
	arena_release(&a);
}

static void advance(struct sample_at *at, int64_t repeats)
{
	if (++at->repeat < repeats)
		return;
	at->repeat = 0;
	at->case_number++;
}

static bool is_before(const struct sample_at *a, const struct sample_at *b)
{
	return a->case_number < b->case_number ||
	       (a->case_number == b->case_number && a->repeat < b->repeat);
}

/* Writes the samples from the next one on that have ended; with ALL also those behind one that has
 * not. False when there are no more. */
static bool write_page(struct rows_view *view, const struct rows_state *state, bool all)
{
	struct arena a = ARENA_INIT;
	struct engine *engine = view->context->engine;
	struct store *store;
	struct sample_rows page = {.len = 0};
	bool more =
		engine_store(engine, &store, &view->error) &&
		sample_rows_page(store, &a, state->id, &view->next, PAGE, &page, &view->error) &&
		page.len == PAGE;
	for (size_t i = 0; i < page.len; i++) {
		const struct sample_row *row = &page.rows[i];
		bool ended = rows_has_ended(engine, state->id, &row->at);
		if (!all && (!ended || is_before(&view->next, &row->at))) {
			more = false;
			break;
		}
		if (ended)
			write_result(view, row);
		view->next = row->at;
		advance(&view->next, state->repeats);
	}
	arena_release(&a);
	return more;
}

static void write_results(struct rows_view *view, const struct rows_state *state, bool all)
{
	if ((view->is_job && view->fd < 0) || view->error.code != ERR_NONE)
		return;
	view->written_ns = loop_now(engine_loop(view->context->engine));
	if (!all && !rows_has_ended(view->context->engine, state->id, &view->next))
		return;
	while (write_page(view, state, all))
		;
	output_flush(view->context->output);
}

static void on_timer(void *ctx)
{
	struct rows_view *view = ctx;
	const struct rows_state *state = rows_state(view->context->engine, view->run);
	if (state != NULL)
		write_results(view, state, false);
}

/* Reading results back one by one would cost as much as asking for them. */
static void write_soon(struct rows_view *view, const struct rows_state *state)
{
	struct loop *loop = engine_loop(view->context->engine);
	int64_t left = view->written_ns + RESULTS_NS - loop_now(loop);
	if (left <= 0)
		write_results(view, state, false);
	else if (view->timer.place == 0)
		loop_timer_start(loop, &view->timer, left, on_timer, view);
}

static void add_failed(struct buf *b, int64_t count, const char *word)
{
	if (count > 0)
		buf_add_format(b, " · %" PRId64 " %s", count, word);
}

static void add_eta(struct buf *b, const struct rows_view *view, const struct rows_state *state)
{
	int64_t now = loop_now(engine_loop(view->context->engine));
	int64_t done = sample_counts_done(&state->counts) - state->before;
	int64_t left = state->total - sample_counts_done(&state->counts);
	double seconds = (double)(now - view->begun_ns) / 1e9;
	char text[DURATION_TEXT];
	if (done < 1 || seconds < 1)
		return;
	buf_add_format(b, " · %.1f/s", (double)done / seconds);
	if (left > 0 && !state->stopping)
		buf_add_format(b, " · %s left",
			duration_text(
				(int64_t)(seconds * 1e9 * (double)left / (double)done), text));
}

static void show_progress(struct rows_view *view, const struct rows_state *state)
{
	struct output *o = view->context->output;
	int64_t now = loop_now(engine_loop(view->context->engine));
	int64_t pause = output_has_progress(o) ? SECOND / 4 : SECOND;
	const struct sample_counts *c = &state->counts;
	struct store_status status = {.state = STORE_OK};
	struct store *store;
	char money[ROWS_COST_TEXT];
	if (view->is_job || now - view->shown_ns < pause)
		return;
	view->shown_ns = now;
	struct buf b = BUF_INIT(1024);
	buf_add_format(&b, "%" PRId64 "/%" PRId64 " · %" PRId64 " ok", sample_counts_done(c),
		state->total, c->ok);
	add_failed(&b, c->error, "failed");
	add_failed(&b, c->truncated, "truncated");
	add_failed(&b, c->filtered, "filtered");
	add_failed(&b, c->running, "under way");
	if (state->spent_nano > 0)
		buf_add_format(
			&b, " · %s", rows_cost_text(state->spent_nano, state->unpriced, money));
	add_eta(&b, view, state);
	if (state->stopping)
		buf_add_cstr(&b, " · stopping");
	if (state->waiting.len > 0)
		buf_add_format(&b, " · %.*s", STR_ARG(state->waiting));
	if (engine_store(view->context->engine, &store, &status.error))
		store_status(store, &status);
	if (status.state != STORE_OK)
		buf_add_format(&b, " · %s", status.error.text);
	output_progress(o, buf_str(&b));
	buf_free(&b);
}

static void on_change(void *ctx, const struct rows_state *state)
{
	struct rows_view *view = ctx;
	write_soon(view, state);
	if (state->status == TRACE_RUNNING)
		show_progress(view, state);
	if (output_is_broken(view->context->output))
		rows_cancel(view->context->engine, state->id);
}

/* Beside the results, in every form but JSON. */
#define say(o, ...)                                                                                \
	(output_form(o) == OUTPUT_PLAIN ? output_note(o, __VA_ARGS__)                              \
					: output_aside(o, __VA_ARGS__))

static void show_sums(struct output *o, const struct rows_state *state,
	const struct sample_sums *sums, const char *time)
{
	char in[DURATION_TEXT], out[DURATION_TEXT], money[ROWS_COST_TEXT], p50[DURATION_TEXT],
		p95[DURATION_TEXT];
	struct buf b = BUF_INIT(1024);
	if (state->model.len > 0)
		buf_add_format(&b, "%.*s · ", STR_ARG(state->model));
	buf_add_format(&b, "%s", time);
	if (sums->requests > 0)
		buf_add_format(&b, " · %" PRId64 " requests · %s tok in · %s tok out",
			sums->requests, tokens_text(sums->input_tokens, sums->estimated, in),
			tokens_text(sums->output_tokens, sums->estimated, out));
	if (sums->requests > 0)
		buf_add_format(&b, " · %s", rows_cost_text(sums->cost_nano, sums->unpriced, money));
	if (sums->latency_p50_ns > 0)
		buf_add_format(&b, " · p50 %s · p95 %s", duration_text(sums->latency_p50_ns, p50),
			duration_text(sums->latency_p95_ns, p95));
	say(o, "%.*s", STR_ARG(buf_str(&b)));
	buf_free(&b);
	if (sums->unknown > 0)
		say(o, "%" PRId64 " requests have no known answer: they may have been paid for.",
			sums->unknown);
}

static void show_summary(struct rows_view *view, const struct rows_state *state)
{
	struct output *o = view->context->output;
	const struct sample_counts *c = &state->counts;
	struct sample_sums sums;
	struct store *store;
	struct err unreadable = ERR_INIT;
	char id[ID_TEXT], time[DURATION_TEXT];
	struct buf b = BUF_INIT(1024);
	output_progress(o, STR(""));
	if (state->note.len > 0)
		output_note(o, "%.*s", STR_ARG(state->note));
	id_text(state->id, id);
	buf_add_format(&b, "%" PRId64 " of %" PRId64 " done · %" PRId64 " ok",
		sample_counts_done(c), state->total, c->ok);
	add_failed(&b, c->truncated, "truncated");
	add_failed(&b, c->filtered, "filtered");
	add_failed(&b, c->error, "failed");
	if (state->unanswered > 0 && state->unanswered < c->error)
		buf_add_format(&b, " (%" PRId64 " of them without an answer)", state->unanswered);
	if (state->before > 0)
		buf_add_format(&b, " · %" PRId64 " of them before", state->before);
	say(o, "%.*s · %s · run %.8s", STR_ARG(buf_str(&b)), trace_status_word(state->status), id);
	buf_free(&b);
	if (engine_store(view->context->engine, &store, &unreadable) &&
		sample_rows_sum(store, state->id, &sums, &unreadable))
		show_sums(
			o, state, &sums, duration_text(state->ended_ns - state->started_ns, time));
	if (state->status == TRACE_PAUSED || state->status == TRACE_CANCELLED)
		say(o, "Go on with: lathe job resume %.8s", id);
}

bool rows_view_begin(
	struct rows_view *view, struct command_context *context, const char *path, struct err *e)
{
	*view = (struct rows_view){.context = context, .fd = -1, .path = path};
	view->begun_ns = view->shown_ns = loop_now(engine_loop(context->engine));
	if (path == NULL)
		return true;
	view->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	return view->fd >= 0 ||
	       err_set(e, ERR_IO, "%s cannot be written: %s.", path, strerror(errno));
}

void rows_view_drop(struct rows_view *view)
{
	if (view->fd >= 0)
		close(view->fd);
	view->fd = -1;
}

bool rows_view_follow(struct rows_view *view, uint64_t run, struct err *e)
{
	struct engine *engine = view->context->engine;
	view->run = run;
	if (view->fd >= 0 && ftruncate(view->fd, 0) != 0 && errno != EINVAL)
		err_set(&view->error, ERR_IO, "%s cannot be written: %s.", view->path,
			strerror(errno));
	view->timer.background = true;
	rows_listen(engine, run, on_change, view);
	rows_wait(engine, run);
	loop_timer_stop(engine_loop(engine), &view->timer);
	const struct rows_state *state = rows_state(engine, run);
	write_results(view, state, true);
	if (!view->is_job)
		show_summary(view, state);
	if (view->fd >= 0 && close(view->fd) != 0 && view->error.code == ERR_NONE)
		err_set(&view->error, ERR_IO, "%s cannot be written: %s.", view->path,
			strerror(errno));
	view->fd = -1;
	if (view->error.code != ERR_NONE) {
		*e = view->error;
		return false;
	}
	if (state->status == TRACE_OK)
		return true;
	/* Rows that failed are the result, not a failure of the run: they are counted above. */
	bool all_ended = sample_counts_done(&state->counts) == state->total;
	if (state->status != TRACE_ERROR || !all_ended)
		*e = state->error;
	return false;
}
