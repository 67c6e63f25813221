/* SPDX-License-Identifier: MIT */
/* `lathe embed`, `lathe rerank`, `lathe moderate`. */
#include "core/base/file.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/command/text_input.h"
#include "core/data/json.h"
#include "core/engine/endpoint.h"
#include "core/engine/engine.h"
#include "core/loop/loop.h"
#include "core/model/price.h"

#include <signal.h>
#include <stdio.h>

enum { NUMBERS_SHOWN = 6 };

#define COMMON_ARGUMENTS                                                                           \
	{.name = "model",                                                                          \
		.letter = 'm',                                                                     \
		.type = ARGUMENT_TEXT,                                                             \
		.value = "M",                                                                      \
		.help = "who is asked: CONNECTION or CONNECTION/MODEL",                            \
		.choices = "models"},                                                              \
		{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},         \
		{.name = "cache",                                                                  \
			.type = ARGUMENT_TEXT,                                                     \
			.value = "off|on|only",                                                    \
			.help = "use answers that were given before; only: ask nobody",            \
			.choices = "off on only"},                                                 \
	{                                                                                          \
		.name = NULL                                                                       \
	}

static const struct argument embed_arguments[] = {
	{.name = "text",
		.type = ARGUMENT_FILE,
		.value = "TEXT|FILE|-",
		.help = "a text, a file that holds one, - for standard input",
		.positional = true,
		.required = true,
		.repeats = true},
	{.name = "lines",
		.type = ARGUMENT_FLAG,
		.help = "each line of a file is a text, or a JSON string, or an object with "
			"\"text\""},
	{.name = "dimensions",
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "how long the vectors are to be, for models that have a choice"},
	{.name = "for",
		.type = ARGUMENT_TEXT,
		.value = "query|document",
		.help = "what the texts are, for models that tell them apart",
		.choices = "query document"},
	COMMON_ARGUMENTS,
};

static const struct argument rerank_arguments[] = {
	{.name = "text",
		.type = ARGUMENT_FILE,
		.value = "FILE|-",
		.help = "texts to rank: each line is one, or a JSON string, or an object with "
			"\"text\"; - for standard input",
		.positional = true,
		.required = true,
		.repeats = true},
	{.name = "query",
		.letter = 'q',
		.type = ARGUMENT_TEXT,
		.value = "Q",
		.help = "what the texts are ranked for",
		.required = true},
	{.name = "top", .type = ARGUMENT_NUMBER, .value = "N", .help = "show the best N only"},
	COMMON_ARGUMENTS,
};

static const struct argument moderate_arguments[] = {
	{.name = "text",
		.type = ARGUMENT_FILE,
		.value = "TEXT|FILE|-",
		.help = "a text, a file that holds one, - for standard input",
		.positional = true,
		.required = true,
		.repeats = true},
	{.name = "lines",
		.type = ARGUMENT_FLAG,
		.help = "each line of a file is a text, or a JSON string, or an object with "
			"\"text\""},
	{.name = "check",
		.type = ARGUMENT_TEXT,
		.value = "text|prompt|protected|grounded",
		.help = "what Azure AI Content Safety looks for: harm, attacks on a prompt, known "
			"works, statements without a source",
		.choices = "text prompt protected grounded"},
	{.name = "threshold",
		.type = ARGUMENT_NUMBER,
		.value = "N",
		.help = "the severity, 0 to 7, from which Content Safety's findings count; 4 "
			"otherwise"},
	{.name = "source",
		.type = ARGUMENT_FILE,
		.value = "FILE",
		.help = "check grounded: what the text is to be borne out by; check prompt: a "
			"document that goes with it"},
	{.name = "query",
		.letter = 'q',
		.type = ARGUMENT_TEXT,
		.value = "Q",
		.help = "check grounded: the question that the text answers"},
	COMMON_ARGUMENTS,
};

/* One call of a command. */
struct asking {
	struct command_context *context;
	struct arena arena;
	struct engine_endpoint_spec spec;
	struct engine_endpoint_report report;
	struct endpoint_work *work;
	struct loop_signal *watches[3];
	bool json;
};

static void on_signal(void *ctx, int number)
{
	struct asking *x = ctx;
	(void)number;
	if (x->work != NULL)
		engine_stop_endpoint(x->work);
}

static void on_begun(void *ctx, struct endpoint_work *work)
{
	struct asking *x = ctx;
	x->work = work;
}

static bool ask(struct asking *x, struct err *e)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct loop *loop = engine_loop(x->context->engine);
	x->spec.begun = on_begun;
	x->spec.begun_ctx = x;
	for (size_t i = 0; i < 3; i++)
		x->watches[i] = loop_signal_watch(loop, numbers[i], on_signal, x);
	bool ok = engine_ask_endpoint(x->context->engine, &x->spec, &x->arena, &x->report, e);
	for (size_t i = 0; i < 3; i++)
		loop_signal_close(x->watches[i]);
	x->work = NULL;
	return ok;
}

/* Figures beside the answer; then the error, if there is one. */
static bool end(struct asking *x, struct err *e)
{
	const struct engine_endpoint_report *r = &x->report;
	struct output *out = x->context->output;
	char cost[PRICE_TEXT], id[17];
	snprintf(id, sizeof id, "%016llx", (unsigned long long)r->run);
	output_flush(out);
	output_aside(out, "%.*s · %s · %s%lld tok · %s · %zu request%s%s · %.3g s · run %.8s",
		STR_ARG(r->model), trace_status_word(r->status), r->usage.estimated ? "≈" : "",
		(long long)r->usage.input, price_text(r->cost_nano, cost), r->requests,
		r->requests == 1 ? "" : "s",
		r->cached == 0		   ? ""
		: r->cached == r->requests ? ", cached"
					   : ", some cached",
		(double)r->took_ns / 1e9, id);
	if (r->status == TRACE_OK)
		return true;
	*e = r->error;
	return false;
}

static void begin(struct asking *x, struct command_context *context, struct value arguments,
	enum engine_endpoint_kind kind)
{
	*x = (struct asking){.context = context,
		.json = value_get_bool(arguments, "json", false),
		.spec = {.kind = kind,
			.model = value_get_str(arguments, "model", STR_NONE).at,
			.cache = value_get_str(arguments, "cache", STR_NONE).at}};
	x->spec.parameters = value_dict(&x->arena);
	if (x->json)
		output_set_form(context->output, OUTPUT_JSON);
}

/* The text's first words, for a line of people's. */
static void show_text(struct output *out, struct value text)
{
	enum { SHOWN = 60 };
	struct str s = text.u.str;
	output_field(out, str_slice(s, 0, SHOWN < s.len ? SHOWN : s.len));
	if (s.len > SHOWN)
		output_cstr(out, "...");
}

static struct value row_of(struct asking *x, size_t text)
{
	struct value row = value_dict(&x->arena);
	value_set(row, STR("index"), value_int((int64_t)text));
	return row;
}

static void show_vector(struct asking *x, size_t i, struct value vector)
{
	struct output *out = x->context->output;
	if (vector.kind != VALUE_LIST)
		return;
	if (x->json) {
		struct value row = row_of(x, i);
		value_set(row, STR("embedding"), vector);
		output_json(out, row);
		return;
	}
	output_format(out, "%zu numbers:", vector.u.list->len);
	for (size_t k = 0; k < vector.u.list->len && k < NUMBERS_SHOWN; k++) {
		struct value v = vector.u.list->items[k];
		output_format(out, " %.4f", v.kind == VALUE_INT ? (double)v.u.integer : v.u.real);
	}
	output_cstr(out, vector.u.list->len > NUMBERS_SHOWN ? " ...  " : "  ");
	show_text(out, x->spec.texts.u.list->items[i]);
	output_cstr(out, "\n");
}

static void set_purpose(struct asking *x, struct str purpose)
{
	bool query = str_is(purpose, "query");
	if (purpose.len == 0)
		return;
	/* Each vendor takes the one it knows. */
	value_set(x->spec.parameters, STR("text_type"), value_str(purpose));
	value_set(x->spec.parameters, STR("task_type"),
		value_cstr(query ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT"));
}

static bool run_embed(struct command_context *context, struct value arguments, struct err *e)
{
	struct asking x;
	begin(&x, context, arguments, ENDPOINT_EMBED);
	int64_t dimensions = value_get_int(arguments, "dimensions", 0);
	if (dimensions > 0)
		value_set(x.spec.parameters, STR("dimensions"), value_int(dimensions));
	set_purpose(&x, value_get_str(arguments, "for", STR_NONE));
	bool lines = value_get_bool(arguments, "lines", false);
	bool ok = text_inputs(&x.arena, *value_get_cstr(arguments, "text"),
			  lines ? TEXT_INPUT_LINES : TEXT_INPUT_TEXT_OR_FILE, &x.spec.texts, e) &&
		  ask(&x, e);
	for (size_t i = 0; ok && i < x.report.results.u.list->len; i++)
		show_vector(&x, i, x.report.results.u.list->items[i]);
	ok = ok && end(&x, e);
	arena_release(&x.arena);
	return ok;
}

static void show_rank(struct asking *x, size_t place, struct value item)
{
	struct output *out = x->context->output;
	const struct value *score = value_get_cstr(item, "score");
	size_t index = (size_t)value_get_int(item, "index", 0);
	struct value text = x->spec.texts.u.list->items[index];
	if (x->json) {
		struct value row = row_of(x, index);
		value_set(row, STR("score"), *score);
		value_set(row, STR("text"), text);
		output_json(out, row);
		return;
	}
	output_format(out, "%3zu  %8.4f  ", place + 1, score->u.real);
	show_text(out, text);
	output_cstr(out, "\n");
}

static bool run_rerank(struct command_context *context, struct value arguments, struct err *e)
{
	struct asking x;
	begin(&x, context, arguments, ENDPOINT_RERANK);
	x.spec.query = value_get_str(arguments, "query", STR_NONE);
	int64_t top = value_get_int(arguments, "top", INT64_MAX);
	bool ok = text_inputs(&x.arena, *value_get_cstr(arguments, "text"), TEXT_INPUT_LINES,
			  &x.spec.texts, e) &&
		  ask(&x, e);
	for (size_t i = 0; ok && i < x.report.results.u.list->len && (int64_t)i < top; i++)
		show_rank(&x, i, x.report.results.u.list->items[i]);
	ok = ok && end(&x, e);
	arena_release(&x.arena);
	return ok;
}

/* "Violence 4" or "hate 0.91": what was found, and how much of it. */
static void show_category(struct output *out, struct value item)
{
	const struct value *severity = value_get_cstr(item, "severity");
	const struct value *score = value_get_cstr(item, "score");
	output_cstr(out, "  ");
	output_field(out, value_get_str(item, "name", STR("?")));
	if (severity != NULL)
		output_format(out, " %lld", (long long)severity->u.integer);
	else if (score != NULL)
		output_format(out, " %.2f", score->u.real);
}

static void show_finding(struct asking *x, size_t i, struct value result)
{
	struct output *out = x->context->output;
	const struct value *list = value_get_cstr(result, "categories");
	const struct value *parts = value_get_cstr(result, "parts");
	bool flagged = value_get_bool(result, "flagged", false);
	if (x->json) {
		struct value row = row_of(x, i);
		for (size_t k = 0; k < result.u.dict->len; k++)
			value_set(row, result.u.dict->entries[k].key.u.str,
				result.u.dict->entries[k].value);
		output_json(out, row);
		return;
	}
	output_cstr(out, flagged ? "flagged  " : "clear    ");
	show_text(out, x->spec.texts.u.list->items[i]);
	for (size_t k = 0; list != NULL && k < list->u.list->len; k++)
		if (value_get_bool(list->u.list->items[k], "flagged", false))
			show_category(out, list->u.list->items[k]);
	output_cstr(out, "\n");
	for (size_t k = 0; parts != NULL && k < parts->u.list->len; k++) {
		output_cstr(out, "         ");
		output_field(out, parts->u.list->items[k].u.str);
		output_cstr(out, "\n");
	}
}

static bool set_check(struct asking *x, struct value arguments, struct err *e)
{
	struct str check = value_get_str(arguments, "check", STR_NONE);
	struct str source = value_get_str(arguments, "source", STR_NONE);
	struct value p = x->spec.parameters;
	const struct value *threshold = value_get_cstr(arguments, "threshold");
	const struct value *query = value_get_cstr(arguments, "query");
	struct str text;
	if (check.len > 0)
		value_set(p, STR("check"), value_str(check));
	if (threshold != NULL)
		value_set(p, STR("threshold"), *threshold);
	if (query != NULL)
		value_set(p, STR("query"), *query);
	if (source.len == 0)
		return true;
	struct value list = value_list(&x->arena);
	if (!file_read(&x->arena, str_cstr(&x->arena, source), TEXT_INPUT_MAX, &text, e))
		return false;
	value_push(list, value_str(text));
	value_set(p, str_is(check, "prompt") ? STR("documents") : STR("sources"), list);
	return true;
}

static bool run_moderate(struct command_context *context, struct value arguments, struct err *e)
{
	struct asking x;
	begin(&x, context, arguments, ENDPOINT_MODERATE);
	bool lines = value_get_bool(arguments, "lines", false);
	bool ok = set_check(&x, arguments, e) &&
		  text_inputs(&x.arena, *value_get_cstr(arguments, "text"),
			  lines ? TEXT_INPUT_LINES : TEXT_INPUT_TEXT_OR_FILE, &x.spec.texts, e) &&
		  ask(&x, e);
	for (size_t i = 0; ok && i < x.report.results.u.list->len; i++)
		if (x.report.results.u.list->items[i].kind == VALUE_DICT)
			show_finding(&x, i, x.report.results.u.list->items[i]);
	ok = ok && end(&x, e);
	arena_release(&x.arena);
	return ok;
}

const struct command endpoint_commands[] = {
	{.id = "texts.embed",
		.verb = "embed",
		.title = "Make vectors of texts",
		.help = "Asks an embedding model for the vectors of texts.",
		.keys = "",
		.where = IN_CLI,
		.risk = RISK_SPENDS,
		.arguments = embed_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_embed},
	{.id = "texts.rerank",
		.verb = "rerank",
		.title = "Rank texts for a query",
		.help = "Asks a ranking model which texts are worth most for a query.",
		.keys = "",
		.where = IN_CLI,
		.risk = RISK_SPENDS,
		.arguments = rerank_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_rerank},
	{.id = "texts.moderate",
		.verb = "moderate",
		.title = "Check texts",
		.help = "Has texts checked for harm, attacks, known works or statements without a "
			"source.",
		.keys = "",
		.where = IN_CLI,
		.risk = RISK_SPENDS,
		.arguments = moderate_arguments,
		.needs_engine = true,
		.writes = true,
		.run = run_moderate},
	{.id = NULL},
};
