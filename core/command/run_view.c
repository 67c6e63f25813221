/* SPDX-License-Identifier: MIT */
#include "core/command/run_view.h"

#include "core/base/ids.h"
#include "core/command/output.h"
#include "core/data/json.h"
#include "core/engine/cost.h"
#include "core/trace/to_ndjson.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *duration_text(int64_t ns, char out[DURATION_TEXT])
{
	double ms = (double)ns / 1e6;
	if (ms < 9.95)
		snprintf(out, DURATION_TEXT, "%.1f ms", ms);
	else if (ms < 999.5)
		snprintf(out, DURATION_TEXT, "%.0f ms", ms);
	else if (ms < 59950)
		snprintf(out, DURATION_TEXT, "%.1f s", ms / 1000);
	else
		snprintf(out, DURATION_TEXT, "%d min %d s", (int)(ms / 60000),
			(int)(ms / 1000) % 60);
	return out;
}

char *tokens_text(int64_t tokens, bool estimated, char out[DURATION_TEXT])
{
	if (tokens < 0)
		snprintf(out, DURATION_TEXT, "?");
	else
		snprintf(out, DURATION_TEXT, "%s%" PRId64, estimated ? "≈" : "", tokens);
	return out;
}

static struct output *out_of(const struct run_view *view)
{
	return view->context->output;
}

static bool is_data(const struct run_view *view, uint64_t span)
{
	for (size_t i = 0; i < view->data_count; i++)
		if (view->data[i] == span)
			return true;
	return false;
}

static void note_data(struct run_view *view, const struct trace_event *event)
{
	struct value attributes = event->u.span_begin.attributes;
	bool json = str_is(value_get_str(attributes, "gen_ai.output.type", STR("")), "json") ||
		    str_is(value_get_str(attributes, "lathe.response", STR("")), "all");
	if (json && view->data_count < sizeof view->data / sizeof *view->data)
		view->data[view->data_count++] = event->span;
}

static void show_delta(struct run_view *view, const struct trace_event *event)
{
	struct output *o = out_of(view);
	if (event->u.delta.kind != TRACE_DELTA_TEXT || is_data(view, event->span))
		return;
	if (view->streaming == 0) {
		view->streaming = event->span;
		if (output_form(o) == OUTPUT_PLAIN)
			output_cstr(o, "Answer: ");
	}
	if (view->streaming != event->span)
		return;
	struct str piece = event->u.delta.text;
	output_stream(o, piece);
	if (piece.len > 0)
		view->line_is_open = piece.at[piece.len - 1] != '\n';
	output_flush(o);
}

static void show_run_begin(struct run_view *view, const struct trace_event *event)
{
	struct output *o = out_of(view);
	struct str model = value_get_str(event->u.run_begin.settings, "model", STR(""));
	struct str reason = value_get_str(event->u.run_begin.settings, "model_reason", STR(""));
	char id[ID_TEXT];
	id_text(event->run, id);
	if (model.len > 0)
		snprintf(view->model, sizeof view->model, "%.*s (%.*s)", STR_ARG(model),
			STR_ARG(reason));
	else
		snprintf(view->model, sizeof view->model, "no model");
	if (output_form(o) == OUTPUT_PLAIN)
		output_format(o, "Run: %s\nFile: %.*s\nModel: %s\n", id,
			STR_ARG(event->u.run_begin.name), view->model);
	output_flush(o);
}

/* Another model than the chosen one answered. */
static void note_answered(struct run_view *view, const struct trace_event *event)
{
	struct str model = value_get_str(event->u.end.attributes, "lathe.model.answered", STR_NONE);
	char chosen[sizeof view->model];
	if (model.len == 0 || event->u.end.status != TRACE_OK)
		return;
	memcpy(chosen, view->model, sizeof chosen);
	snprintf(view->model, sizeof view->model, "%.*s instead of %.*s", STR_ARG(model),
		(int)(sizeof chosen / 2), chosen);
}

static void show_log(struct run_view *view, const struct trace_event *event)
{
	struct output *o = out_of(view);
	if (event->u.log.level == TRACE_WARNING)
		output_note(o, "%.*s", STR_ARG(event->u.log.text));
	else
		output_aside(o, "%.*s", STR_ARG(event->u.log.text));
}

static void write_line(void *ctx, struct str line)
{
	struct run_view *view = ctx;
	output_str(out_of(view), line);
	output_flush(out_of(view));
}

static void on_event(void *ctx, const struct trace_event *event)
{
	struct run_view *view = ctx;
	if (view->run != 0 && event->run != view->run)
		return;
	if (output_form(out_of(view)) == OUTPUT_JSON)
		to_ndjson_listen(view->json, event);
	else if (event->kind == TRACE_DELTA)
		show_delta(view, event);
	else if (event->kind == TRACE_RUN_BEGIN)
		show_run_begin(view, event);
	else if (event->kind == TRACE_SPAN_BEGIN)
		note_data(view, event);
	else if (event->kind == TRACE_ATTEMPT_END)
		view->was_cut |= str_is(event->u.attempt_end.finish_reason, "length");
	else if (event->kind == TRACE_SPAN_END)
		note_answered(view, event);
	else if (event->kind == TRACE_LOG)
		show_log(view, event);
	if (output_is_broken(out_of(view)))
		engine_cancel_run(view->context->engine, event->run);
}

void run_view_start(struct run_view *view, struct command_context *context)
{
	*view = (struct run_view){.context = context};
	view->json = to_ndjson_new(write_line, view);
	engine_listen(context->engine, on_event, view);
}

void run_view_wait(struct run_view *view, uint64_t run)
{
	view->run = run;
	engine_wait_run(view->context->engine, run);
}

/* One that streamed is there already; of lists and maps beside an answer only their size is said,
 * beside it too: standard output is the answer. */
static void show_output(
	struct run_view *view, const struct value_entry *entry, size_t count, struct str shown)
{
	struct output *o = out_of(view);
	struct value v = entry->value;
	struct arena a = ARENA_INIT;
	if (v.kind == VALUE_STR && view->streaming != 0 && str_eq(v.u.str, shown))
		return;
	if (count > 1 && (v.kind == VALUE_LIST || v.kind == VALUE_DICT)) {
		size_t items = v.kind == VALUE_LIST ? v.u.list->len : v.u.dict->len;
		output_aside(o, "%.*s: %zu items", STR_ARG(entry->key.u.str), items);
		return;
	}
	if (count > 1 || output_form(o) == OUTPUT_PLAIN) {
		output_field(o, entry->key.u.str);
		output_cstr(o, ": ");
	}
	if (v.kind == VALUE_STR)
		output_str(o, v.u.str);
	else
		output_str(o, json_text(&a, v, JSON_INDENTED));
	output_cstr(o, "\n");
	arena_release(&a);
}

static void show_figures(struct run_view *view, const struct run_state *state)
{
	char whole[DURATION_TEXT], first[DURATION_TEXT] = "", input[DURATION_TEXT],
				   output[DURATION_TEXT], id[ID_TEXT], cost[COST_TEXT];
	const struct trace_usage *u = &state->usage;
	/* What nobody was asked for says nothing about how fast a model is. */
	bool all_cached = state->cached > 0 && state->cached == state->requests;
	duration_text(state->ended_ns - state->started_ns, whole);
	if (state->first_ns > 0 && !all_cached)
		duration_text(state->first_ns - state->started_ns, first);
	tokens_text(u->input, u->estimated, input);
	tokens_text(u->output, u->estimated, output);
	id_text(state->id, id);
	cost_text(state->cost_nano, state->unpriced, u->estimated, cost);
	if (output_form(out_of(view)) == OUTPUT_PLAIN)
		output_format(out_of(view),
			"Status: %s\nTime: %s\nFirst token: %s\nTokens in: %s\nTokens out: %s\n%s%s%s",
			trace_status_word(state->status), whole,
			all_cached	   ? "none: cached"
			: first[0] != '\0' ? first
					   : "none",
			input, output, cost[0] != '\0' ? "Cost: " : "", cost,
			cost[0] != '\0' ? "\n" : "");
	else
		output_aside(out_of(view),
			"%s · %s%s · %s%s%s · %s tok in · %s tok out%s%s · run %.8s", view->model,
			trace_status_word(state->status),
			all_cached	    ? " · cached"
			: state->cached > 0 ? " · partly cached"
					    : "",
			whole, first[0] != '\0' ? " · first " : "", first, input, output,
			cost[0] != '\0' ? " · " : "", cost, id);
}

void run_view_end(struct run_view *view, const struct run_state *state)
{
	struct output *o = out_of(view);
	if (output_form(o) == OUTPUT_JSON)
		return;
	output_stream_end(o);
	if (view->line_is_open)
		output_cstr(o, "\n");
	size_t count = state->outputs.kind == VALUE_DICT ? state->outputs.u.dict->len : 0;
	for (size_t i = 0; i < count; i++)
		show_output(view, &state->outputs.u.dict->entries[i], count, state->text);
	show_figures(view, state);
	if (view->was_cut)
		output_note(o,
			"The answer was cut at the token limit: raise max_tokens for more of it.");
	output_flush(o);
}

void run_view_stop(struct run_view *view)
{
	engine_forget(view->context->engine, on_event, view);
	to_ndjson_free(view->json);
}
