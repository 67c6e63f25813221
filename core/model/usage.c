/* SPDX-License-Identifier: MIT */
#include "core/model/usage.h"

#define COUNT_MOST 1000000000000000 /* beyond: no count of tokens */
#define NANO	   1000000000.0

struct trace_usage usage_unknown(void)
{
	return (struct trace_usage){
		.input = -1, .output = -1, .cache_read = -1, .cache_write = -1, .reasoning = -1};
}

static struct value member(struct value dict, const char *key)
{
	const struct value *v = value_get_cstr(dict, key);
	return v != NULL ? *v : value_none();
}

/* A count of tokens, -1 when it is missing or makes no sense. */
static int64_t count(struct value dict, const char *key)
{
	const struct value v = member(dict, key);
	if (v.kind == VALUE_FLOAT && v.u.real >= 0 && v.u.real < (double)COUNT_MOST)
		return (int64_t)v.u.real;
	return v.kind == VALUE_INT && v.u.integer >= 0 && v.u.integer < COUNT_MOST ? v.u.integer
										   : -1;
}

static int64_t known(int64_t a, int64_t b)
{
	return a >= 0 ? a : b;
}

static int64_t or_none(int64_t n)
{
	return n >= 0 ? n : 0;
}

/* Parts that are more than their whole are unknown. */
static struct trace_usage checked(struct trace_usage u)
{
	if (u.input >= 0 && or_none(u.cache_read) + or_none(u.cache_write) > u.input)
		u.cache_read = u.cache_write = -1;
	if (u.cache_write_long > or_none(u.cache_write))
		u.cache_write_long = 0;
	if (u.output >= 0 && u.reasoning > u.output)
		u.reasoning = -1;
	return u;
}

/* Some servers of the OpenAI format leave the reasoning out of completion_tokens: their total is
 * then more than the two it is made of. */
static void add_hidden_output(struct trace_usage *u, int64_t total)
{
	if (u->input < 0 || u->output < 0 || total <= u->input + u->output)
		return;
	int64_t hidden = total - u->input - u->output;
	if (u->reasoning > 0 && hidden != u->reasoning)
		return;
	u->reasoning = hidden;
	u->output += hidden;
}

/* OpenRouter tells what a request cost, in dollars. With the user's own key at the vendor it is the
 * fee alone, and the vendor's part stands in the details. */
static void take_cost(struct trace_usage *u, struct value usage)
{
	struct value cost = member(usage, "cost");
	struct value upstream = member(member(usage, "cost_details"), "upstream_inference_cost");
	double dollars = cost.kind == VALUE_INT	    ? (double)cost.u.integer
			 : cost.kind == VALUE_FLOAT ? cost.u.real
						    : -1;
	if (value_get_bool(usage, "is_byok", false) && dollars >= 0) {
		if (upstream.kind != VALUE_FLOAT && upstream.kind != VALUE_INT)
			return;
		dollars +=
			upstream.kind == VALUE_INT ? (double)upstream.u.integer : upstream.u.real;
	}
	if (!(dollars >= 0) || dollars > 1000000)
		return;
	u->told = true;
	u->told_nano = (int64_t)(dollars * NANO + 0.5);
}

struct trace_usage usage_openai(struct value usage)
{
	const struct value in = member(usage, "prompt_tokens_details");
	const struct value out = member(usage, "completion_tokens_details");
	struct trace_usage u = usage_unknown();
	if (usage.kind != VALUE_DICT)
		return u;
	u.input = count(usage, "prompt_tokens");
	u.output = count(usage, "completion_tokens");
	u.reasoning = known(count(out, "reasoning_tokens"), count(usage, "reasoning_tokens"));
	u.cache_read = known(count(in, "cached_tokens"),
		known(count(usage, "prompt_cache_hit_tokens"), count(usage, "cached_tokens")));
	u.cache_write =
		known(count(in, "cache_write_tokens"), count(in, "cache_creation_input_tokens"));
	u.other_units = or_none(count(in, "audio_tokens")) + or_none(count(out, "audio_tokens"));
	/* An embedding has no answer. */
	if (u.output < 0 && u.input >= 0 && count(usage, "total_tokens") == u.input)
		u.output = 0;
	add_hidden_output(&u, count(usage, "total_tokens"));
	take_cost(&u, usage);
	return checked(u);
}

struct trace_usage usage_responses(struct value usage)
{
	const struct value in = member(usage, "input_tokens_details");
	const struct value out = member(usage, "output_tokens_details");
	struct trace_usage u = usage_unknown();
	if (usage.kind != VALUE_DICT)
		return u;
	u.input = count(usage, "input_tokens");
	u.output = count(usage, "output_tokens");
	u.cache_read = count(in, "cached_tokens");
	u.cache_write = count(in, "cache_write_tokens");
	u.reasoning = count(out, "reasoning_tokens");
	u.other_units = or_none(count(in, "audio_tokens")) + or_none(count(out, "audio_tokens"));
	take_cost(&u, usage);
	return checked(u);
}

struct trace_usage usage_anthropic(struct value usage)
{
	const struct value made = member(usage, "cache_creation");
	const struct value tools = member(usage, "server_tool_use");
	struct trace_usage u = usage_unknown();
	if (usage.kind != VALUE_DICT)
		return u;
	int64_t fresh = count(usage, "input_tokens");
	int64_t brief = count(made, "ephemeral_5m_input_tokens");
	int64_t lasting = count(made, "ephemeral_1h_input_tokens");
	u.cache_read = count(usage, "cache_read_input_tokens");
	u.cache_write = count(usage, "cache_creation_input_tokens");
	if (u.cache_write < 0 && brief >= 0 && lasting >= 0)
		u.cache_write = brief + lasting;
	if (lasting > 0)
		u.cache_write_long = lasting;
	if (fresh >= 0)
		u.input = fresh + or_none(u.cache_read) + or_none(u.cache_write);
	u.output = count(usage, "output_tokens");
	u.reasoning = count(member(usage, "output_tokens_details"), "thinking_tokens");
	u.other_units = or_none(count(tools, "web_search_requests"));
	u.rate = usage_rate(value_get_str(usage, "service_tier", STR("")));
	return checked(u);
}

/* The tokens of one modality in a list of {modality, tokenCount}; all but text for NULL. */
static int64_t modality(struct value list, const char *only)
{
	int64_t sum = 0;
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.u.list->len; i++) {
		struct value item = list.u.list->items[i];
		struct str name = value_get_str(item, "modality", STR("TEXT"));
		if (only != NULL ? str_is(name, only) : !str_is(name, "TEXT"))
			sum += or_none(count(item, "tokenCount"));
	}
	return sum;
}

struct trace_usage usage_gemini(struct value metadata)
{
	struct trace_usage u = usage_unknown();
	if (metadata.kind != VALUE_DICT)
		return u;
	/* Counts that are 0 are left out, so with a total nothing is unknown. */
	bool whole = count(metadata, "totalTokenCount") >= 0;
	int64_t prompt = count(metadata, "promptTokenCount");
	int64_t answer = count(metadata, "candidatesTokenCount");
	int64_t thoughts = count(metadata, "thoughtsTokenCount");
	int64_t cached = count(metadata, "cachedContentTokenCount");
	if (prompt >= 0 || whole)
		u.input = or_none(prompt) + or_none(count(metadata, "toolUsePromptTokenCount"));
	if (answer >= 0 || thoughts >= 0 || whole)
		u.output = or_none(answer) + or_none(thoughts);
	u.cache_read = cached >= 0 || !whole ? cached : 0;
	u.reasoning = thoughts >= 0 || !whole ? thoughts : 0;
	/* Sound has a price of its own; pictures and films cost what text does on the way in. */
	u.other_units = modality(member(metadata, "promptTokensDetails"), "AUDIO") +
			modality(member(metadata, "candidatesTokensDetails"), NULL);
	if (str_is(value_get_str(metadata, "trafficType", STR("")), "PROVISIONED_THROUGHPUT"))
		u.rate = USAGE_OTHER;
	return checked(u);
}

struct trace_usage usage_ollama(struct value answer)
{
	struct trace_usage u = usage_unknown();
	u.input = count(answer, "prompt_eval_count");
	u.output = count(answer, "eval_count");
	return u;
}

struct trace_usage usage_bedrock(struct value usage)
{
	struct trace_usage u = usage_unknown();
	int64_t fresh = count(usage, "inputTokens");
	u.cache_read = count(usage, "cacheReadInputTokens");
	u.cache_write = count(usage, "cacheWriteInputTokens");
	if (fresh >= 0)
		u.input = fresh + or_none(u.cache_read) + or_none(u.cache_write);
	u.output = count(usage, "outputTokens");
	return checked(u);
}

struct value usage_over(struct arena *a, struct value earlier, struct value later)
{
	struct value sum = value_dict(a);
	const struct value both[] = {earlier, later};
	for (size_t n = 0; n < sizeof both / sizeof *both; n++)
		for (size_t i = 0; both[n].kind == VALUE_DICT && i < both[n].u.dict->len; i++) {
			const struct value_entry *entry = &both[n].u.dict->entries[i];
			if (entry->value.kind != VALUE_NONE)
				value_set(sum, str_copy(a, entry->key.u.str),
					value_copy(a, entry->value));
		}
	return sum;
}

enum usage_rate usage_rate(struct str tier)
{
	if (str_is(tier, "batch") || str_is(tier, "flex"))
		return USAGE_BATCH;
	if (tier.len == 0 || str_is(tier, "default") || str_is(tier, "standard") ||
		str_is(tier, "auto") || str_is(tier, "on_demand"))
		return USAGE_STANDARD;
	return USAGE_OTHER;
}

const char *usage_rate_word(enum usage_rate rate)
{
	return rate == USAGE_BATCH ? "batch" : rate == USAGE_OTHER ? "other" : "";
}

enum usage_rate usage_rate_from_word(struct str word)
{
	return word.len == 0 ? USAGE_STANDARD : str_is(word, "batch") ? USAGE_BATCH : USAGE_OTHER;
}
