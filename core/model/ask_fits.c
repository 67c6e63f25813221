/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"
#include "core/data/tokens/estimate.h"
#include "core/model/ask_private.h"
#include "core/model/catalogue.h"
#include "core/model/price.h"

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

static size_t request_bytes(const struct model_request *r)
{
	size_t sum = r->prompt.len;

	for (size_t i = 0; i < r->message_count; i++)
		sum += r->messages[i].content.len;
	return sum;
}

/* Texts of their own have the window each to itself. */
static bool is_longest_short_enough(
	const struct ask *ask, const struct model_facts *facts, struct err *e)
{
	const struct model_request *r = &ask->request;

	for (size_t i = 0; i < r->message_count && facts->window > 0; i++) {
		const struct str text = r->messages[i].content;
		if (text.len <= (size_t)facts->window)
			continue;
		const long long tokens = (long long)estimate_tokens(text);
		if (tokens <= facts->window)
			continue;
		err_set(e, ERR_PROVIDER, "Text %zu is about %lld tokens; %.*s takes %lld.", i + 1,
			tokens, STR_ARG(ask_target_of(ask)->model), (long long)facts->window);
		return err_hint(e, "Cut it into parts.");
	}
	return true;
}

/* A token has a byte or more, so that most requests need not be counted. */
static bool is_short_enough(const struct ask *ask, const struct model_facts *facts, struct err *e)
{
	if (facts->window <= 0 || request_bytes(&ask->request) <= (size_t)facts->window)
		return true;
	const int64_t tokens = ask_input_tokens(ask);
	if (tokens <= facts->window)
		return true;
	err_set(e, ERR_PROVIDER,
		"The request is about %lld tokens; %.*s takes %lld, its answer included.",
		(long long)tokens, STR_ARG(ask_target_of(ask)->model), (long long)facts->window);
	return err_hint(e, "Shorten the prompt or the passages, or choose a model with more room.");
}

static bool asks_for(const struct model_request *r, enum ability ability)
{
	const struct value p = r->parameters;
	const struct value *format = value_get_cstr(p, "response_format");

	switch (ability) {
	case CAN_TOOLS: return value_get_cstr(p, "tools") != NULL;
	case CAN_JSON_SCHEMA:
		return format != NULL &&
		       str_is(value_get_str(*format, "type", STR_NONE), "json_schema");
	case CAN_N: return value_get_int(p, "n", 1) > 1;
	case CAN_SEED: return value_get_cstr(p, "seed") != NULL;
	case CAN_LOGPROBS: return value_get_bool(p, "logprobs", false);
	case CAN_STOP: return value_get_cstr(p, "stop") != NULL;
	case CAN_REASONING: return value_get_cstr(p, "reasoning_effort") != NULL;
	default: return false;
	}
}

bool ask_fits(const struct ask *ask, enum model_fault *fault, struct err *e)
{
	const struct model_facts *facts = facts_of(ask);

	if (facts == NULL)
		return true;
	for (int i = 0; i < ABILITIES && facts->cannot != 0; i++) {
		if (!(facts->cannot & 1U << i) || !asks_for(&ask->request, (enum ability)i))
			continue;
		*fault = FAULT_REQUEST;
		err_set(e, ERR_CONFIG, "The prompt asks for %s, which %.*s has not.",
			catalogue_ability_word((enum ability)i),
			STR_ARG(ask_target_of(ask)->model));
		return err_hint(e, "Take it out, choose another model, or correct models.yaml.");
	}
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
	int64_t tokens = ask_input_tokens(ask);

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct value *v = value_get_cstr(r->parameters, keys[i]);
		if (v != NULL)
			tokens += (int64_t)estimate_tokens(json_text(&a, *v, JSON_COMPACT));
	}
	int64_t pictures = 0;
	for (size_t i = 0; i < r->message_count; i++)
		for (size_t n = 0; n < r->messages[i].part_count; n++) {
			const struct message_part *part = &r->messages[i].parts[n];
			tokens += (int64_t)estimate_tokens(part->text);
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
