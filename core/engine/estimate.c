/* SPDX-License-Identifier: MIT */
#include "core/engine/estimate.h"

#include "core/data/json.h"
#include "core/data/tokens/estimate.h"
#include "core/data/tokens/tokenizer.h"
#include "core/engine/money.h"
#include "core/engine/preview.h"
#include "core/engine/rows_private.h"
#include "core/loop/loop.h"
#include "core/model/catalogue.h"
#include "core/store/cost_rows.h"

#include <string.h>

/* An answer of which nothing is known; rows that are looked at; providers cache so many tokens at
 * a time. */
enum { ANSWER_GUESS = 256, ROWS_COUNTED = 200, CACHE_STEP = 128 };

struct counting {
	struct engine *engine;
	struct arena *arena;
	struct estimate *out;
	struct tokenizers *tokenizers;
	struct str file; /* as the ledger names it */
	bool over;
	struct err error;
	bool no_price, no_limit, guessed_answer, guessed_tokens, images;
};

static size_t count_text(struct counting *c, const struct tokenizer *t, struct str text)
{
	(void)c;
	return t != NULL ? tokenizer_count(t, text) : estimate_tokens(text);
}

/* A message's content: a text, or parts of which texts are counted. */
static size_t count_content(struct counting *c, const struct tokenizer *t, struct value content)
{
	size_t sum = 0;
	if (content.kind == VALUE_STR)
		return count_text(c, t, content.u.str);
	for (size_t i = 0; content.kind == VALUE_LIST && i < content.u.list->len; i++) {
		struct value part = content.u.list->items[i];
		struct str text = value_get_str(part, "text", STR(""));
		sum += count_text(c, t, text);
		c->images |= text.len == 0;
	}
	return sum;
}

/* The tools and the form of the answer are tokens of the request, too. */
static size_t count_extras(struct counting *c, const struct tokenizer *t, struct value body)
{
	static const char *const keys[] = {"tools", "functions", "response_format"};
	size_t sum = 0;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct value *v = value_get_cstr(body, keys[i]);
		if (v != NULL)
			sum += count_text(c, t, json_text(c->arena, *v, JSON_COMPACT));
	}
	return sum;
}

static int64_t count_request(struct counting *c, const struct preview_request *r, struct value body,
	const struct model_facts *facts, struct str model)
{
	enum model_encoding how;
	struct err unreadable = ERR_INIT;
	const struct encoding *encoding = encoding_of_model(model, &how);
	if (facts->tokenizer.len > 0 && encoding_by_name(facts->tokenizer) != NULL) {
		encoding = encoding_by_name(facts->tokenizer);
		how = MODEL_EXACT;
	}
	const struct tokenizer *t = tokenizers_get(c->tokenizers, encoding, &unreadable);
	c->guessed_tokens |= how == MODEL_UNKNOWN;
	if (r->messages.kind != VALUE_LIST)
		return (int64_t)count_content(c, t, r->messages);
	size_t sum = 0, count = r->messages.u.list->len;
	for (size_t i = 0; i < count; i++) {
		struct value m = r->messages.u.list->items[i];
		const struct value *content = value_get_cstr(m, "content");
		sum += count_text(c, t, value_get_str(m, "role", STR("")));
		if (content != NULL)
			sum += count_content(c, t, *content);
	}
	sum = t != NULL ? tokenizer_chat(t, sum, count) : estimate_chat(sum, count);
	return (int64_t)(sum + count_extras(c, t, body));
}

/* How long the answer may become, by the request in any of its formats; 0: it does not say. */
static int64_t answer_limit(struct value body)
{
	static const char *const keys[] = {
		"max_completion_tokens", "max_tokens", "max_output_tokens"};
	const struct value *gemini = value_get_cstr(body, "generationConfig");
	const struct value *ollama = value_get_cstr(body, "options");
	int64_t most = 0;
	for (size_t i = 0; most <= 0 && i < sizeof keys / sizeof *keys; i++)
		most = value_get_int(body, keys[i], 0);
	if (most <= 0 && gemini != NULL)
		most = value_get_int(*gemini, "maxOutputTokens", 0);
	if (most <= 0 && ollama != NULL)
		most = value_get_int(*ollama, "num_predict", 0);
	return most > 0 ? most : 0;
}

static int64_t sum_or_unknown(int64_t sum, int64_t more)
{
	return sum < 0 || more < 0 ? -1 : sum + more;
}

static int64_t cost_of(const struct model_facts *f, int64_t input, int64_t cached, int64_t output)
{
	struct trace_usage usage = {.input = input,
		.cache_read = cached,
		.cache_write = -1,
		.output = output,
		.reasoning = -1};
	return price_usage(&f->price, &usage).nano;
}

/* The most of INPUT that a provider reads from its cache. */
static int64_t most_cached(const struct model_facts *f, int64_t input)
{
	if (f->cache_min <= 0 || f->price.base.cache_read < 0 || input < f->cache_min)
		return 0;
	return (input - 1) / CACHE_STEP * CACHE_STEP;
}

static void habit_of(struct counting *c, struct str model, struct cost_habit *out)
{
	struct err unreadable = ERR_INIT;
	struct store *store;
	*out = (struct cost_habit){.count = 0};
	if (engine_has_store(c->engine) && engine_store(c->engine, &store, &unreadable))
		(void)!cost_rows_habit(store, c->file, model, out, &unreadable);
}

static void add_request(struct counting *c, const struct preview_request *r)
{
	struct estimate *out = c->out;
	struct value body = value_none();
	struct err unreadable = ERR_INIT;
	struct cost_habit habit;
	struct connection gone = {.name = r->connection,
		.provider = r->provider,
		.base_url = STR(""),
		.vendor = STR("")};
	const struct connection *connection = config_connection(&c->engine->config, r->connection);
	const struct model_facts *f = catalogue_find(
		c->engine->catalogue, connection != NULL ? connection : &gone, r->name);
	(void)!json_read(c->arena, r->body, NULL, &body, &unreadable);
	int64_t input = count_request(c, r, body, f, r->name);
	int64_t answers = value_get_int(body, "n", 1);
	int64_t limit = answer_limit(body);
	int64_t most = limit > 0 ? limit : f->max_output;
	habit_of(c, r->name, &habit);
	int64_t likely =
		habit.count > 0 ? (habit.output_sum + habit.count / 2) / habit.count : ANSWER_GUESS;
	if (most > 0 && likely > most)
		likely = most;
	int64_t met = habit.input_sum > 0 ? input * habit.cached_sum / habit.input_sum : 0;
	answers = answers > 0 ? answers : 1;
	c->guessed_answer |= habit.count == 0;
	c->no_price |= !price_is_known(&f->price);
	c->no_limit |= most <= 0;
	out->earlier = habit.count > out->earlier ? habit.count : out->earlier;
	out->model = out->requests++ == 0 ? str_copy(c->arena, r->model) : out->model;
	out->price = str_copy(c->arena, f->price.version);
	out->input += input;
	out->output_likely += likely * answers;
	out->output_most = sum_or_unknown(out->output_most, most > 0 ? most * answers : -1);
	out->least =
		sum_or_unknown(out->least, cost_of(f, input, most_cached(f, input), 1 * answers));
	out->likely = sum_or_unknown(out->likely, cost_of(f, input, met, likely * answers));
	out->most = sum_or_unknown(
		out->most, most > 0 ? price_most(&f->price, input, most * answers) : -1);
}

static void on_preview(void *ctx, const struct preview *what)
{
	struct counting *c = ctx;
	for (size_t i = 0; i < what->count; i++)
		add_request(c, &what->requests[i]);
	c->error = what->error;
	c->over = true;
}

static bool count_run(struct counting *c, const struct run_spec *spec, struct err *e)
{
	c->over = false;
	if (!engine_preview(c->engine, spec, on_preview, c, e))
		return false;
	loop_run_until(c->engine->loop, &c->over);
	*e = c->error;
	return c->error.code == ERR_NONE;
}

/* Nodes of a flow that ask a model; 1 for a prompt. */
static bool count_askers(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct str *file, size_t *askers, struct err *e)
{
	struct run *run = ARENA_NEW(a, struct run);
	struct engine_file at;
	run->engine = engine;
	if (!engine_locate(engine, spec, a, &at, e) || !run_read_plain(run, &at, e)) {
		arena_release(&run->arena);
		return false;
	}
	*file = str_copy(a, str_from(at.path));
	*askers = run->is_flow ? 0 : 1;
	for (size_t i = 0; run->is_flow && i < run->flow.node_count; i++)
		*askers += run->flow.nodes[i].type == NODE_LLM;
	arena_release(&run->arena);
	return true;
}

static void add_notes(struct counting *c, size_t askers, int64_t runs)
{
	struct buf b = BUF_INIT(4096);
	struct estimate *out = c->out;
	if (runs > 0 && out->requests < (int64_t)askers * runs)
		buf_add_format(&b,
			"Only the first requests are counted: the others depend on their answers. ");
	if (c->no_price)
		buf_add_cstr(&b, "The model's price is not known: write it into models.yaml. ");
	else if (c->no_limit)
		buf_add_cstr(&b, "Nothing limits the answer's length, so the most is not known: "
				 "set max_tokens. ");
	if (c->guessed_answer)
		buf_add_format(&b,
			"Without earlier answers to learn from, %d tokens of answer are taken as "
			"likely. ",
			ANSWER_GUESS);
	if (c->guessed_tokens)
		buf_add_cstr(&b, "The model's tokenizer is not public: its tokens are guessed. ");
	if (c->images)
		buf_add_cstr(&b, "Pictures and sound are not counted. ");
	out->note = str_copy(c->arena, str_trim(buf_str(&b)));
	buf_free(&b);
}

static void begin(struct counting *c, struct engine *engine, struct arena *a, struct estimate *out)
{
	*out = (struct estimate){.model = STR(""), .price = STR(""), .note = STR("")};
	*c = (struct counting){.engine = engine, .arena = a, .out = out};
	c->tokenizers = tokenizers_new();
}

bool estimate_run(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct estimate *out, struct err *e)
{
	struct counting c;
	size_t askers = 0;
	if (!money_refresh(engine, e))
		return false;
	begin(&c, engine, a, out);
	bool ok = count_askers(engine, spec, a, &c.file, &askers, e) && count_run(&c, spec, e);
	tokenizers_free(c.tokenizers);
	if (ok)
		add_notes(&c, askers, 1);
	return ok;
}

static int64_t scaled(int64_t n, int64_t all, int64_t counted)
{
	return n < 0 ? -1 : (int64_t)((double)n * (double)all / (double)counted + 0.5);
}

/* From some rows to all of them, each asked for several times. */
static void scale(struct estimate *out, int64_t all, int64_t counted)
{
	out->requests = scaled(out->requests, all, counted);
	out->input = scaled(out->input, all, counted);
	out->output_likely = scaled(out->output_likely, all, counted);
	out->output_most = scaled(out->output_most, all, counted);
	out->least = scaled(out->least, all, counted);
	out->likely = scaled(out->likely, all, counted);
	out->most = scaled(out->most, all, counted);
}

/* Every STEP-th row that can be read. */
static bool count_rows(struct counting *c, struct rows *rows, const struct rows_spec *spec,
	int64_t *counted, struct err *e)
{
	int64_t step = (rows->state.cases + ROWS_COUNTED - 1) / ROWS_COUNTED;
	struct arena scratch = ARENA_INIT;
	const struct inputs *declared =
		rows->run.is_flow ? &rows->run.flow.inputs : &rows->run.prompt.inputs;
	struct dataset_row row;
	bool ok = dataset_rewind(rows->data, e);
	*counted = 0;
	for (int64_t at = 0; ok && at < rows->state.cases; at++) {
		arena_reset(&scratch);
		if (dataset_next(rows->data, &scratch, &row, e) != DATASET_ROW)
			break;
		struct run_spec one = {
			.path = spec->path, .text = spec->text, .model = spec->model};
		if ((step > 1 && at % step != 0) || row.columns.kind != VALUE_DICT)
			continue;
		ok = data_map_apply(&rows->map, declared, row.columns, &scratch, &one.inputs, e) &&
		     count_run(c, &one, e);
		*counted += ok;
	}
	arena_release(&scratch);
	return ok && e->code == ERR_NONE;
}

bool estimate_rows(struct engine *engine, const struct rows_spec *spec, struct arena *a,
	struct estimate *out, int64_t *counted, struct err *e)
{
	struct counting c;
	size_t askers = 0;
	struct run_spec one = {.path = spec->path, .text = spec->text, .model = spec->model};
	struct rows *rows = rows_new(engine, spec->model);
	begin(&c, engine, a, out);
	bool ok = money_refresh(engine, e) && rows_plan(rows, spec, e) &&
		  count_askers(engine, &one, a, &c.file, &askers, e) &&
		  count_rows(&c, rows, spec, counted, e);
	tokenizers_free(c.tokenizers);
	if (ok)
		add_notes(&c, askers, *counted);
	if (ok && *counted > 0)
		scale(out, rows->state.cases * rows->state.repeats, *counted);
	rows_free(rows);
	return ok;
}
