/* SPDX-License-Identifier: MIT */
#include "core/command/trace_show.h"

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/command/output.h"
#include "core/command/rows_view.h"
#include "core/command/run_view.h"
#include "core/data/json.h"
#include "core/engine/cost.h"
#include "core/engine/history.h"
#include "core/store/store.h"
#include "core/text/width.h"

#include <inttypes.h>

enum { NAME_CELLS = 26, BAR_CELLS = 32, DEPTH_MOST = 8 };

struct show {
	struct arena arena;
	struct output *output;
	struct engine *engine;
	struct history past;
	bool full;
};

/* The bytes of a blob, or a sentence that says why they are not to be had. */
static struct str blob_text(struct show *s, int64_t blob)
{
	struct str text;
	struct err e = ERR_INIT;
	if (history_content(s->engine, blob, &s->arena, &text, &e))
		return text;
	return str_format(&s->arena, "(%s)", e.text);
}

static struct str setting(struct show *s, const char *key)
{
	struct value v;
	struct err ignored = ERR_INIT;
	if (!json_read(&s->arena, s->past.run.settings, NULL, &v, &ignored))
		return STR("");
	return value_get_str(v, key, STR(""));
}

static void show_header(struct show *s)
{
	struct output *o = s->output;
	const struct run_row *r = &s->past.run;
	char id[ID_TEXT], when[CLOCK_TEXT], time[DURATION_TEXT], in[DURATION_TEXT],
		out[DURATION_TEXT], cost[COST_TEXT];
	output_strong(o, str_format(&s->arena, "run %s", id_text(r->id, id)));
	output_cstr(o, "  ");
	output_field(o, r->name);
	if (r->prompt_version > 0)
		output_format(o, " v%" PRId64, r->prompt_version);
	output_format(o, "\n%.*s · %s · %s", STR_ARG(r->status), clock_text(r->started_ns, when),
		r->ended_ns > 0 ? duration_text(r->ended_ns - r->started_ns, time) : "not ended");
	if (r->attempts > 0)
		output_format(o, " · %s tok in · %s tok out",
			tokens_text(r->input_tokens, r->estimated, in),
			tokens_text(r->output_tokens, r->estimated, out));
	if (cost_text(r->cost_nano, r->unpriced, r->estimated, cost)[0] != '\0')
		output_format(o, " · %s", cost);
	if (r->cached > 0)
		output_format(o, " · %" PRId64 " cached", r->cached);
	struct str model = setting(s, "model"), reason = setting(s, "model_reason");
	output_cstr(o, "\nmodel ");
	output_field(o, model.len > 0 ? model : r->model);
	if (reason.len > 0)
		output_field(o, str_format(&s->arena, " (%.*s)", STR_ARG(reason)));
	output_format(o, "\nfile %.16s", r->hash.len > 0 ? r->hash.at : "");
	if (r->git.len > 0)
		output_format(o, " · git %.12s", r->git.at);
	output_cstr(o, "\n\n");
}

/* Where a span lies in its run, to scale: dots for time outside, blocks for its own, at least one.
 */
static struct str bar(struct show *s, const struct span_row *row)
{
	int64_t t0 = s->past.run.started_ns;
	int64_t whole = s->past.run.ended_ns - t0;
	if (whole <= 0 || row->end_ns == 0)
		return STR("");
	int from = (int)((row->start_ns - t0) * BAR_CELLS / whole);
	int to = (int)((row->end_ns - t0) * BAR_CELLS / whole);
	int first = row->first_ns > 0 ? (int)((row->first_ns - t0) * BAR_CELLS / whole) : -1;
	from = from < 0 ? 0 : from >= BAR_CELLS ? BAR_CELLS - 1 : from;
	to = to <= from ? from + 1 : to > BAR_CELLS ? BAR_CELLS : to;
	struct buf b = BUF_INIT(0);
	for (int i = 0; i < BAR_CELLS; i++)
		buf_add_cstr(&b, i < from || i >= to ? "·" : i == first && i > from ? "▌" : "█");
	struct str copy = str_copy(&s->arena, buf_str(&b));
	buf_free(&b);
	return copy;
}

static void pad(struct output *o, struct str text, int cells)
{
	static const char spaces[] = "                                                ";
	int used = width_text(text);
	output_field(o, text);
	if (used < cells)
		output_str(o, (struct str){spaces, (size_t)(cells - used)});
}

static void show_span(struct show *s, const struct span_row *row, int depth)
{
	struct output *o = s->output;
	char time[DURATION_TEXT];
	struct str name = str_format(&s->arena, "%*s%.*s", depth * 2, "", STR_ARG(row->name));
	pad(o, name, NAME_CELLS);
	output_format(o, " %-9.*s %9s", STR_ARG(row->kind),
		row->end_ns > 0 ? duration_text(row->end_ns - row->start_ns, time) : "not ended");
	struct str drawn = output_form(o) != OUTPUT_PLAIN ? bar(s, row) : STR("");
	if (drawn.len > 0)
		output_dim(o, str_format(&s->arena, " %.*s", STR_ARG(drawn)));
	struct str status = history_status(&s->past, row);
	if (!str_is(status, "ok"))
		output_format(o, " %.*s", STR_ARG(status));
	if (row->error.len > 0) {
		output_cstr(o, "\n      ");
		output_field(o, row->error);
	}
	output_cstr(o, "\n");
}

/* What the request cost and by which prices; nothing for what is free. */
static void show_cost(struct show *s, const struct attempt_row *t)
{
	struct output *o = s->output;
	char cost[COST_TEXT];
	cost_text(t->cost_nano, t->cost_nano < 0, t->estimated, cost);
	if (t->cached)
		output_cstr(o, "      answered by the cache, nothing paid\n");
	else if (t->cost_nano > 0)
		output_field(o, str_format(&s->arena, "      %s by the prices of %.*s", cost,
					STR_ARG(t->price)));
	else if (t->cost_nano < 0)
		output_cstr(o, t->possible_spend ? "      it may have been paid for"
						 : "      its cost is not known");
	if (!t->cached && t->cost_nano != 0)
		output_cstr(o, "\n");
}

static void show_attempts(struct show *s, const struct span_row *row)
{
	struct output *o = s->output;
	char first[DURATION_TEXT] = "", in[DURATION_TEXT], out[DURATION_TEXT];
	for (size_t i = 0; i < s->past.attempts.len; i++) {
		const struct attempt_row *t = &s->past.attempts.rows[i];
		if (t->span != row->id)
			continue;
		if (t->first_ns > 0 && t->sent_ns > 0)
			duration_text(t->first_ns - t->sent_ns, first);
		output_cstr(o, "    request ");
		output_field(o, str_format(&s->arena, "%" PRId64 " to %.*s/%.*s", t->number,
					STR_ARG(t->connection), STR_ARG(t->model)));
		output_format(o, ": %.*s%s%s · %s in · %s out", STR_ARG(t->state),
			first[0] != '\0' ? " · first token " : "", first,
			tokens_text(t->input_tokens, t->estimated, in),
			tokens_text(t->output_tokens, t->estimated, out));
		if (t->cache_read_tokens > 0)
			output_format(o, " · %" PRId64 " cached", t->cache_read_tokens);
		if (t->cache_write_tokens > 0)
			output_format(
				o, " · %" PRId64 " written to the cache", t->cache_write_tokens);
		if (t->reasoning_tokens > 0)
			output_format(o, " · %" PRId64 " reasoning", t->reasoning_tokens);
		if (t->finish_reason.len > 0)
			output_field(o,
				str_format(&s->arena, " · ended: %.*s", STR_ARG(t->finish_reason)));
		output_cstr(o, "\n");
		show_cost(s, t);
	}
}

static void show_text(struct show *s, const char *title, struct str text)
{
	struct str line;
	if (text.len == 0)
		return;
	output_dim(s->output, str_format(&s->arena, "    %s\n", title));
	while (str_next_line(&text, &line)) {
		output_cstr(s->output, "      ");
		output_str(s->output, line);
		output_cstr(s->output, "\n");
	}
}

static struct str readable(struct show *s, int64_t blob)
{
	return history_readable(blob_text(s, blob), &s->arena);
}

static void show_spans(struct show *s)
{
	for (size_t i = 0; i < s->past.spans.len; i++) {
		const struct history_row *step = &s->past.steps[i];
		const struct span_row *row = &s->past.spans.rows[step->span];
		show_span(s, row, step->depth > DEPTH_MOST ? DEPTH_MOST : step->depth);
		if (str_is(row->kind, "llm"))
			show_attempts(s, row);
		show_text(s, "what had come", history_partial(s->engine, row, &s->arena));
		if (!s->full)
			continue;
		show_text(s, "input", readable(s, row->input_blob));
		show_text(s, "output", readable(s, row->output_blob));
	}
}

static void show_answer(struct show *s)
{
	struct output *o = s->output;
	struct str outputs = blob_text(s, s->past.run.output_blob);
	if (s->past.run.error.len > 0) {
		output_cstr(o, "\n");
		output_field(o, s->past.run.error);
		output_cstr(o, "\n");
	}
	for (size_t i = 0; i < s->past.log.len; i++) {
		output_format(o, "%.*s: ", STR_ARG(s->past.log.rows[i].level));
		output_field(o, s->past.log.rows[i].text);
		output_cstr(o, "\n");
	}
	struct value v;
	struct err ignored = ERR_INIT;
	if (!json_read(&s->arena, outputs, NULL, &v, &ignored) || v.kind != VALUE_DICT)
		return;
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct value_entry *entry = &v.u.dict->entries[i];
		output_cstr(o, "\n");
		output_strong(o, entry->key.u.str);
		output_cstr(o, "\n");
		if (entry->value.kind == VALUE_STR)
			output_str(o, entry->value.u.str);
		else if (entry->value.kind == VALUE_LIST && !s->full)
			output_format(o, "%zu items (--full shows them)", entry->value.u.list->len);
		else
			output_str(o, json_text(&s->arena, entry->value, JSON_INDENTED));
		output_cstr(o, "\n");
	}
}

static struct value parsed(struct show *s, struct str text)
{
	struct value v;
	struct err ignored = ERR_INIT;
	if (text.len == 0)
		return value_none();
	return json_read(&s->arena, text, NULL, &v, &ignored) ? v : value_str(text);
}

static void set_id(struct show *s, struct value v, const char *key, uint64_t id)
{
	char text[ID_TEXT];
	if (id != 0)
		value_set(v, str_from(key),
			value_str(str_copy(&s->arena, str_from(id_text(id, text)))));
}

static void json_run(struct show *s)
{
	struct value v = value_dict(&s->arena);
	const struct run_row *r = &s->past.run;
	value_set(v, STR("row"), value_cstr("run"));
	set_id(s, v, "run", r->id);
	value_set(v, STR("kind"), value_str(r->kind));
	value_set(v, STR("name"), value_str(r->name));
	value_set(v, STR("version"), value_int(r->prompt_version));
	value_set(v, STR("hash"), value_str(r->hash));
	value_set(v, STR("git"), value_str(r->git));
	value_set(v, STR("status"), value_str(r->status));
	value_set(v, STR("started_ns"), value_int(r->started_ns));
	value_set(v, STR("ended_ns"), value_int(r->ended_ns));
	value_set(v, STR("settings"), parsed(s, r->settings));
	value_set(v, STR("inputs"), parsed(s, blob_text(s, r->input_blob)));
	value_set(v, STR("outputs"), parsed(s, blob_text(s, r->output_blob)));
	value_set(v, STR("error"), parsed(s, r->error));
	output_json(s->output, v);
}

static void json_span(struct show *s, const struct span_row *row)
{
	struct value v = value_dict(&s->arena);
	value_set(v, STR("row"), value_cstr("span"));
	set_id(s, v, "span", row->id);
	set_id(s, v, "parent", row->parent);
	value_set(v, STR("name"), value_str(row->name));
	value_set(v, STR("kind"), value_str(row->kind));
	value_set(v, STR("status"), value_str(history_status(&s->past, row)));
	value_set(v, STR("start_ns"), value_int(row->start_ns));
	value_set(v, STR("first_ns"), value_int(row->first_ns));
	value_set(v, STR("end_ns"), value_int(row->end_ns));
	value_set(v, STR("attributes"), parsed(s, row->attributes));
	value_set(v, STR("end_attributes"), parsed(s, row->end_attributes));
	value_set(v, STR("input"), parsed(s, blob_text(s, row->input_blob)));
	value_set(v, STR("output"), parsed(s, blob_text(s, row->output_blob)));
	struct str partial = history_partial(s->engine, row, &s->arena);
	if (partial.len > 0)
		value_set(v, STR("partial"), value_str(partial));
	value_set(v, STR("error"), parsed(s, row->error));
	output_json(s->output, v);
}

static void json_attempt(struct show *s, const struct attempt_row *t)
{
	struct value v = value_dict(&s->arena);
	value_set(v, STR("row"), value_cstr("attempt"));
	set_id(s, v, "attempt", t->id);
	set_id(s, v, "span", t->span);
	value_set(v, STR("number"), value_int(t->number));
	value_set(v, STR("state"), value_str(t->state));
	value_set(v, STR("provider"), value_str(t->provider));
	value_set(v, STR("connection"), value_str(t->connection));
	value_set(v, STR("model"), value_str(t->model));
	value_set(v, STR("request"), parsed(s, blob_text(s, t->request_blob)));
	value_set(v, STR("input_tokens"), value_int(t->input_tokens));
	value_set(v, STR("output_tokens"), value_int(t->output_tokens));
	value_set(v, STR("cache_read_tokens"), value_int(t->cache_read_tokens));
	value_set(v, STR("cache_write_tokens"), value_int(t->cache_write_tokens));
	value_set(v, STR("reasoning_tokens"), value_int(t->reasoning_tokens));
	value_set(v, STR("estimated"), value_bool(t->estimated));
	value_set(v, STR("sample"), value_int(t->sample));
	value_set(v, STR("cache_write_long_tokens"), value_int(t->cache_write_long_tokens));
	value_set(v, STR("rate"), value_str(t->rate));
	value_set(v, STR("cost_nano"), t->cost_nano >= 0 ? value_int(t->cost_nano) : value_none());
	value_set(v, STR("price"), value_str(t->price));
	value_set(v, STR("cached"), value_bool(t->cached));
	value_set(v, STR("possible_spend"), value_bool(t->possible_spend));
	value_set(v, STR("finish_reason"), value_str(t->finish_reason));
	value_set(v, STR("http_status"), value_int(t->http_status));
	value_set(v, STR("planned_ns"), value_int(t->planned_ns));
	value_set(v, STR("sent_ns"), value_int(t->sent_ns));
	value_set(v, STR("first_ns"), value_int(t->first_ns));
	value_set(v, STR("end_ns"), value_int(t->end_ns));
	value_set(v, STR("error"), parsed(s, t->error));
	output_json(s->output, v);
}

static void show_json(struct show *s)
{
	json_run(s);
	for (size_t i = 0; i < s->past.spans.len; i++)
		json_span(s, &s->past.spans.rows[i]);
	for (size_t i = 0; i < s->past.attempts.len; i++)
		json_attempt(s, &s->past.attempts.rows[i]);
}

/* A row's samples: the trial that ended each, step by step. */
static bool show_row(struct show *s, int64_t number, struct err *e)
{
	struct sample_rows samples;
	struct sample_at at = {.case_number = number};
	char id[ID_TEXT];
	uint64_t run = s->past.run.id;
	struct store *store;
	if (!engine_store(s->engine, &store, e) ||
		!sample_rows_page(store, &s->arena, run, &at, 64, &samples, e))
		return false;
	if (samples.len == 0 || samples.rows[0].at.case_number != number)
		return err_set(e, ERR_USAGE, "The run has no row %" PRId64 " yet.", number);
	for (size_t i = 0; i < samples.len && samples.rows[i].at.case_number == number; i++) {
		const struct sample_row *row = &samples.rows[i];
		rows_view_sample(s->output, row);
		if (row->trial == 0)
			continue;
		if (!history_read_trial(s->engine, str_from(id_text(run, id)), row->trial,
			    &s->arena, &s->past, e))
			return false;
		/* To the scale of the trial, not of the run. */
		s->past.run.started_ns = row->started_ns;
		s->past.run.ended_ns = row->ended_ns;
		show_spans(s);
	}
	return true;
}

/* A run over rows: how far it is, and a page of its samples. */
static bool show_rows(struct show *s, struct value arguments, struct err *e)
{
	enum { PAGE = 20 };
	struct sample_rows samples;
	struct store *store;
	struct sample_at at = {.case_number = value_get_int(arguments, "from", 0)};
	if (!engine_store(s->engine, &store, e) ||
		!sample_rows_page(store, &s->arena, s->past.run.id, &at, PAGE, &samples, e))
		return false;
	show_header(s);
	output_format(s->output, "%" PRId64 " of %" PRId64 " samples have ended\n",
		s->past.run.samples_ended, s->past.run.samples);
	for (size_t i = 0; i < samples.len; i++)
		rows_view_sample(s->output, &samples.rows[i]);
	if (s->past.run.error.len > 0) {
		output_field(s->output, s->past.run.error);
		output_cstr(s->output, "\n");
	}
	if (samples.len == PAGE)
		output_aside(s->output,
			"More with --from %" PRId64 "; the steps of one with --row N.",
			samples.rows[PAGE - 1].at.case_number + 1);
	return true;
}

bool trace_show_run(struct command_context *context, struct value arguments, struct err *e)
{
	struct show s = {.output = context->output,
		.engine = context->engine,
		.full = value_get_bool(arguments, "full", false)};
	struct str id = value_get_str(arguments, "id", STR("last"));
	bool json = output_form(s.output) == OUTPUT_JSON;
	const struct value *row = value_get_cstr(arguments, "row");
	bool ok = (json ? history_read_whole : history_read)(s.engine, id, &s.arena, &s.past, e);
	if (ok && row != NULL && s.past.run.samples == 0)
		ok = err_set(e, ERR_USAGE, "Run %.*s is not one over rows: it has no --row.",
			STR_ARG(id));
	else if (ok && json)
		show_json(&s);
	else if (ok && row != NULL)
		ok = show_row(&s, row->u.integer, e);
	else if (ok && s.past.run.samples > 0 && !s.full)
		ok = show_rows(&s, arguments, e);
	else if (ok) {
		show_header(&s);
		show_spans(&s);
		show_answer(&s);
	}
	arena_release(&s.arena);
	return ok;
}
