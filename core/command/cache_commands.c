/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/command/cache_why.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/run_view.h"
#include "core/data/json.h"
#include "core/engine/history.h"
#include "core/loop/loop.h"
#include "core/model/cache.h"
#include "core/store/cache_rows.h"

#include <inttypes.h>
#include <sodium.h>

#define DAY INT64_C(86400000000000)

enum { LIST_LIMIT = 20 };

static const struct argument list_arguments[] = {
	{.name = "limit",
		.letter = 'n',
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "at most N answers, the last used first; 20 otherwise"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

#define KEY_ARGUMENT(required_)                                                                    \
	{                                                                                          \
		.name = "key", .type = ARGUMENT_TEXT, .value = "KEY",                              \
		.help = "the answer: its key, or the key's first digits", .positional = true,      \
		.required = (required_)                                                            \
	}

static const struct argument show_arguments[] = {
	KEY_ARGUMENT(true),
	{.name = "json", .type = ARGUMENT_FLAG, .help = "everything, as a JSON object"},
	{.name = NULL},
};

static const struct argument clear_arguments[] = {
	KEY_ARGUMENT(false),
	{.name = "older",
		.type = ARGUMENT_NUMBER,
		.value = "DAYS",
		.help = "only answers that were stored more than so many days ago"},
	{.name = "all", .type = ARGUMENT_FLAG, .help = "every answer"},
	{.name = NULL},
};

static const struct argument why_arguments[] = {
	{.name = "run",
		.type = ARGUMENT_TEXT,
		.value = "RUN|last",
		.help = "the run: its id, the id's first digits, or last (the default)",
		.positional = true,
		.choices = "runs"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a request"},
	{.name = NULL},
};

static void show_line(struct output *o, const struct cache_row *row)
{
	struct arena a = ARENA_INIT;
	char when[CLOCK_TEXT];
	struct value parts = cache_parts(&a, row->parts);
	output_format(o, "%.*s  %s  %5" PRId64 " %8" PRId64 "  ", CACHE_KEY_SHOWN,
		cache_key_text(&a, row->key), clock_text(row->stored_ns, when), row->hits,
		row->size);
	output_field(o, value_get_str(parts, "model", STR("")));
	if (value_get_int(parts, "sample", 0) > 0)
		output_format(o, "  sample %" PRId64, value_get_int(parts, "sample", 0));
	output_cstr(o, "\n");
	arena_release(&a);
}

static struct value to_json(struct arena *a, const struct cache_row *row)
{
	struct value v = value_dict(a);
	char id[ID_TEXT];
	value_set(v, STR("key"), value_cstr(cache_key_text(a, row->key)));
	value_set(v, STR("stored_ns"), value_int(row->stored_ns));
	value_set(v, STR("used_ns"), value_int(row->used_ns));
	value_set(v, STR("hits"), value_int(row->hits));
	value_set(v, STR("bytes"), value_int(row->size));
	value_set(v, STR("run"), value_str(str_copy(a, str_from(id_text(row->run, id)))));
	value_set(v, STR("parts"), cache_parts(a, row->parts));
	return v;
}

static bool list_rows(struct command_context *context, const struct cache_filter *filter,
	struct arena *a, struct cache_rows *out, struct err *e)
{
	struct store *store;
	*out = (struct cache_rows){.len = 0};
	return !engine_has_store(context->engine) ||
	       (engine_store(context->engine, &store, e) &&
		       cache_rows_list(store, a, filter, out, e));
}

static bool show_sum(struct command_context *context, struct err *e)
{
	struct store *store;
	int64_t count = 0, bytes = 0;
	if (!engine_store(context->engine, &store, e) || !cache_rows_sum(store, &count, &bytes, e))
		return false;
	output_aside(context->output, "%" PRId64 " answer%s, %.1f MB", count, count == 1 ? "" : "s",
		(double)bytes / (1 << 20));
	return true;
}

static bool run_list(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct output *o = context->output;
	struct cache_rows rows;
	struct cache_filter filter = {
		.prefix = STR(""), .limit = value_get_int(arguments, "limit", LIST_LIMIT)};
	bool json = output_form(o) == OUTPUT_JSON;
	bool ok = list_rows(context, &filter, &a, &rows, e);
	if (ok && !json && rows.len > 0)
		output_dim(o, STR("key           stored                hits    bytes  model\n"));
	for (size_t i = 0; ok && i < rows.len; i++) {
		if (json)
			output_json(o, to_json(&a, &rows.rows[i]));
		else
			show_line(o, &rows.rows[i]);
	}
	if (ok && rows.len == 0)
		output_aside(
			o, "No answers are stored here. lathe run --cache on FILE stores them.");
	else if (ok)
		ok = show_sum(context, e);
	arena_release(&a);
	return ok;
}

/* The one entry whose key begins with the digits of the argument. */
static bool find(struct command_context *context, struct value arguments, struct arena *a,
	struct cache_row *out, struct err *e)
{
	struct str prefix = value_get_str(arguments, "key", STR(""));
	struct cache_filter filter = {.prefix = prefix, .limit = 2};
	struct cache_rows rows;
	struct store *store;
	bool found = false;
	if (!list_rows(context, &filter, a, &rows, e))
		return false;
	if (rows.len > 1) {
		err_set(e, ERR_USAGE, "More than one stored answer's key begins with %.*s.",
			STR_ARG(prefix));
		return err_hint(e, "Write more digits.");
	}
	if (rows.len == 1 && (!engine_store(context->engine, &store, e) ||
				     !cache_rows_find(store, a, rows.rows[0].key, out, &found, e)))
		return false;
	if (found)
		return true;
	err_set(e, ERR_USAGE, "No stored answer's key begins with %.*s.", STR_ARG(prefix));
	return err_hint(e, "lathe cache list shows what there is.");
}

static bool run_show(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct output *o = context->output;
	struct cache_row row = {.hits = 0};
	struct model_result result = {.text = STR("")};
	bool ok = find(context, arguments, &a, &row, e);
	if (ok && !cache_read_result(&a, row.result, &result))
		ok = err_set(e, ERR_STORE, "The stored answer was written by another lathe.");
	if (ok && output_form(o) == OUTPUT_JSON) {
		struct value v = to_json(&a, &row), answer = value_none();
		ok = json_read(&a, row.result, NULL, &answer, e);
		value_set(v, STR("answer"), answer);
		output_json(o, v);
	} else if (ok) {
		cache_show_entry(o, &row, "");
		output_cstr(o, "\n");
		output_str(o, result.text.len > 0 ? result.text : result.refusal);
		if (result.tool_calls.kind != VALUE_NONE)
			output_str(o, json_text(&a, result.tool_calls, JSON_INDENTED));
		output_cstr(o, "\n");
	}
	arena_release(&a);
	return ok;
}

struct waiting {
	struct err error;
	bool done;
};

static void on_durable(void *ctx, const struct err *failed)
{
	struct waiting *w = ctx;
	if (failed != NULL)
		w->error = *failed;
	w->done = true;
}

static bool trim(
	struct command_context *context, const struct store_cache_trim *what, struct err *e)
{
	struct store *store;
	struct waiting w = {.done = false};
	int64_t before, after, bytes;
	if (!engine_store(context->engine, &store, e) || !cache_rows_sum(store, &before, &bytes, e))
		return false;
	store_trim_cache(store, what);
	store_when_durable(store, on_durable, &w);
	loop_run_until(engine_loop(context->engine), &w.done);
	if (w.error.code != ERR_NONE) {
		*e = w.error;
		return false;
	}
	if (!cache_rows_sum(store, &after, &bytes, e))
		return false;
	output_aside(context->output, "%" PRId64 " of %" PRId64 " stored answers are gone.",
		before - after, before);
	return true;
}

static bool run_clear(struct command_context *context, struct value arguments, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct cache_row row;
	int64_t older = value_get_int(arguments, "older", -1);
	struct store_cache_trim what = {.key = STR(""), .before_ns = INT64_MIN, .bytes = INT64_MAX};
	bool one = value_get_cstr(arguments, "key") != NULL, ok = true;
	if (one) {
		ok = find(context, arguments, &a, &row, e);
		what.key = row.key;
	} else if (older >= 0) {
		what.before_ns = loop_now(engine_loop(context->engine)) - older * DAY;
	} else if (value_get_bool(arguments, "all", false)) {
		what.before_ns = INT64_MAX;
	} else {
		err_set(e, ERR_USAGE, "Which answers? Name a KEY, --older DAYS or --all.");
		ok = false;
	}
	if (ok && !engine_has_store(context->engine))
		output_aside(context->output, "No answers are stored here.");
	else
		ok = ok && trim(context, &what, e);
	arena_release(&a);
	return ok;
}

static bool run_why(struct command_context *context, struct value arguments, struct err *e)
{
	return cache_why(context, value_get_str(arguments, "run", STR("last")), e);
}

const struct command cache_commands[] = {
	{.id = "cache.list",
		.verb = "cache list",
		.title = "List the stored answers",
		.help = "Lists the answers that --cache on can give again, the last used first.",
		.keys = "",
		.where = IN_CLI,
		.arguments = list_arguments,
		.needs_engine = true,
		.run = run_list},
	{.id = "cache.show",
		.verb = "cache show",
		.title = "Show a stored answer",
		.help = "Shows a stored answer, what it is found by, and who paid for it.",
		.keys = "",
		.where = IN_CLI,
		.arguments = show_arguments,
		.needs_engine = true,
		.run = run_show},
	{.id = "cache.clear",
		.verb = "cache clear",
		.title = "Forget stored answers",
		.help = "Forgets stored answers: one, the old ones, or all.",
		.keys = "",
		.where = IN_CLI,
		.risk = RISK_DESTRUCTIVE,
		.arguments = clear_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_clear},
	{.id = "cache.why",
		.verb = "cache why",
		.title = "Say why a request was answered from the cache",
		.help = "Says of each request of a run whether it was asked or answered from the "
			"cache, and why.",
		.keys = "",
		.where = IN_CLI,
		.arguments = why_arguments,
		.needs_engine = true,
		.run = run_why},
	{.id = NULL},
};
