/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"
#include "core/data/tokens/estimate.h"
#include "core/model/ask_private.h"
#include "core/model/catalogue.h"
#include "core/model/price.h"

#include <math.h>

/* What an answer may cost when neither the request nor the catalogue bounds it. */
enum { ANSWERS_MOST = 128, PICTURE_MOST = 3000, SPARE = 16, ANSWER_MOST = 8192 };

static const struct model_facts *facts_of(const struct ask *ask)
{
	const struct ask_target *target = ask_target_of(ask);
	struct catalogue *catalogue = ask->services->providers->catalogue;

	return catalogue != NULL ? catalogue_find(catalogue, target->connection, target->model)
				 : NULL;
}

int64_t ask_max_output(const struct ask *ask)
{
	const struct model_facts *facts = facts_of(ask);

	return facts != NULL && facts->max_output > 0 ? facts->max_output : 0;
}

static size_t message_bytes(const struct message *m)
{
	size_t sum = m->content.len;

	for (size_t i = 0; i < m->part_count; i++)
		sum += m->parts[i].text.len;
	return sum;
}

static size_t request_bytes(const struct model_request *r)
{
	size_t sum = r->prompt.len;

	for (size_t i = 0; i < r->message_count; i++)
		sum += message_bytes(&r->messages[i]);
	return sum;
}

/* The model's own tokenizer where it is public, with which the count is the server's; NULL: none.
 */
static const struct tokenizer *tokenizer_of(const struct ask *ask, const struct model_facts *facts)
{
	struct tokenizers *all = ask->services->providers->tokenizers;
	const struct encoding *encoding = encoding_by_name(facts->tokenizer);
	enum model_encoding how = MODEL_EXACT;

	if (encoding == NULL)
		encoding = encoding_of_model(ask_target_of(ask)->model, &how);
	return all != NULL && how == MODEL_EXACT ? tokenizers_get(all, encoding, NULL) : NULL;
}

/* Texts of their own have the window each to itself. */
static bool is_longest_short_enough(
	const struct ask *ask, const struct model_facts *facts, struct err *e)
{
	const struct model_request *r = &ask->request;
	const char *about = "about ";

	for (size_t i = 0; i < r->message_count && facts->window > 0; i++) {
		const struct str text = r->messages[i].content;
		if (text.len <= (size_t)facts->window)
			continue;
		const struct tokenizer *t = tokenizer_of(ask, facts);
		const long long tokens =
			(long long)(t != NULL ? tokenizer_count(t, text) : estimate_tokens(text));
		about = t != NULL ? "" : about;
		if (tokens <= facts->window)
			continue;
		err_set(e, ERR_PROVIDER, "Text %zu is %s%lld tokens; %.*s takes %lld.", i + 1,
			about, tokens, STR_ARG(ask_target_of(ask)->model),
			(long long)facts->window);
		return err_hint(e, "Cut it into parts.");
	}
	return true;
}

/* A token has a byte or more, so that most requests need not be counted. */
static bool is_short_enough(const struct ask *ask, const struct model_facts *facts, struct err *e)
{
	if (facts->window <= 0 || request_bytes(&ask->request) <= (size_t)facts->window)
		return true;
	const struct tokenizer *t = tokenizer_of(ask, facts);
	const int64_t tokens = ask_input_tokens(ask, t);
	if (tokens <= facts->window)
		return true;
	err_set(e, ERR_PROVIDER,
		"The request is %s%lld tokens; %.*s takes %lld, its answer included.",
		t != NULL ? "" : "about ", (long long)tokens, STR_ARG(ask_target_of(ask)->model),
		(long long)facts->window);
	return err_hint(e, "Shorten the prompt or the passages, or choose a model with more room.");
}

/* Equal to no value. */
#define NONE ((double)NAN)

/* The parameter that asks for what an ability is, and the value that every model takes. */
struct wish {
	enum ability ability;
	const char *key;
	double usual; /* NONE: there is none */
};

static const struct wish wishes[] = {{CAN_TOOLS, "tools", NONE}, {CAN_TOOLS, "functions", NONE},
	{CAN_N, "n", 1}, {CAN_SEED, "seed", NONE}, {CAN_STOP, "stop", NONE},
	{CAN_REASONING, "reasoning_effort", NONE}, {CAN_TEMPERATURE, "temperature", 1},
	{CAN_TEMPERATURE, "top_p", 1}, {CAN_PENALTY, "frequency_penalty", 0},
	{CAN_PENALTY, "presence_penalty", 0}};

static bool is_usual(const struct value *v, double usual)
{
	return v->kind == VALUE_NONE || (v->kind == VALUE_INT && (double)v->u.integer == usual) ||
	       (v->kind == VALUE_FLOAT && v->u.real == usual);
}

/* What the prompt asks for that the model cannot; NULL: nothing. */
static const char *lacking(struct value p, unsigned cannot)
{
	const struct value *format = value_get_cstr(p, "response_format");

	for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++) {
		const struct value *v = value_get_cstr(p, wishes[i].key);
		if ((cannot & 1U << wishes[i].ability) != 0 && v != NULL &&
			!is_usual(v, wishes[i].usual))
			return wishes[i].key;
	}
	if ((cannot & 1U << CAN_JSON_SCHEMA) != 0 && format != NULL &&
		str_is(value_get_str(*format, "type", STR_NONE), "json_schema"))
		return "json_schema";
	return (cannot & 1U << CAN_LOGPROBS) != 0 && value_get_bool(p, "logprobs", false)
		       ? "logprobs"
		       : NULL;
}

bool ask_streams(const struct ask *ask)
{
	const struct model_facts *facts = facts_of(ask);

	return ask->spec.request->stream && (facts == NULL || !(facts->cannot & 1U << CAN_STREAM));
}

static bool takes_pictures(const struct ask *ask, const struct model_facts *facts, struct err *e)
{
	const struct model_request *r = &ask->request;
	bool some = false;

	for (size_t i = 0; i < r->message_count; i++)
		for (size_t n = 0; n < r->messages[i].part_count; n++)
			some |= r->messages[i].parts[n].kind == PART_IMAGE;
	if (!some || facts->in == 0 || (facts->in & MODALITY_IMAGE) != 0)
		return true;
	err_set(e, ERR_CONFIG, "The prompt has a picture, which %.*s does not take.",
		STR_ARG(ask_target_of(ask)->model));
	return err_hint(e, "Take it out, choose another model, or correct models.yaml.");
}

bool ask_fits(const struct ask *ask, enum model_fault *fault, struct err *e)
{
	const struct model_facts *facts = facts_of(ask);

	if (facts == NULL)
		return true;
	const char *what = lacking(ask->request.parameters, facts->cannot);
	*fault = FAULT_REQUEST;
	if (what != NULL) {
		err_set(e, ERR_CONFIG, "The prompt asks for %s, which %.*s has not.", what,
			STR_ARG(ask_target_of(ask)->model));
		return err_hint(e, "Take it out, choose another model, or correct models.yaml.");
	}
	if (!takes_pictures(ask, facts, e))
		return false;
	*fault = FAULT_CONTEXT;
	if (ask->request.api == API_TEXTS)
		return is_longest_short_enough(ask, facts, e);
	return is_short_enough(ask, facts, e);
}

/* The most that the request may be counted as: our own count, with the tools and the form of the
 * answer, and a quarter on top, since the model counts otherwise; for a picture what the dearest
 * ones are taken as. */
static int64_t input_most(const struct ask *ask)
{
	static const char *const keys[] = {"tools", "functions", "response_format"};
	const struct model_request *r = &ask->request;
	struct arena a = ARENA_INIT;
	int64_t tokens = ask_input_tokens(ask, NULL);

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct value *v = value_get_cstr(r->parameters, keys[i]);
		if (v != NULL)
			tokens += (int64_t)estimate_tokens(json_text(&a, *v, JSON_COMPACT));
	}
	int64_t pictures = 0;
	for (size_t i = 0; i < r->message_count; i++)
		for (size_t n = 0; n < r->messages[i].part_count; n++) {
			const struct message_part *part = &r->messages[i].parts[n];
			pictures += part->kind == PART_IMAGE;
		}
	tokens += tokens / 4 + SPARE + pictures * PICTURE_MOST;
	arena_release(&a);
	return tokens;
}

bool ask_reserve(struct ask *ask, struct err *e)
{
	const struct ask_target *target = ask_target_of(ask);
	struct budget *budget = ask->services->providers->budget;
	const struct model_facts *facts = facts_of(ask);
	int64_t output = ask_max_tokens(ask);

	if (budget == NULL || facts == NULL)
		return true;
	const int64_t day = target->connection->budget_day_nano;
	const bool limited = budget_limits(budget, ask->spec.run, day);
	if (output <= 0)
		output = facts->max_output > 0 ? facts->max_output : ANSWER_MOST;
	if (ask->request.api == API_TEXTS)
		output = 0;
	int64_t answers = value_get_int(ask->request.parameters, "n", 1);
	if (answers > 1 && answers <= ANSWERS_MOST)
		output *= answers;
	ask->reserved = (struct budget_ask){.run = ask->spec.run,
		.connection = target->connection->name,
		.connection_day = day,
		.model = target->model,
		.most = limited ? price_most(&facts->price, input_most(ask), output) : 0};
	ask->has_reserved = budget_reserve(budget, &ask->reserved, e);
	return ask->has_reserved;
}

void ask_settle(struct ask *ask, int64_t cost_nano)
{
	if (ask->has_reserved)
		budget_settle(ask->services->providers->budget, &ask->reserved, cost_nano);
	ask->has_reserved = false;
}
