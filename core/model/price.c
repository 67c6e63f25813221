/* SPDX-License-Identifier: MIT */
#include "core/model/price.h"

#include "core/model/catalogue.h"
#include "core/model/provider.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct model_price none = {-1, -1, -1, -1, -1, -1, -1, -1, -1};

struct price_table price_unknown(void)
{
	return (struct price_table){
		.base = none, .as_of = STR(""), .source = STR(""), .version = STR("")};
}

bool price_is_known(const struct price_table *t)
{
	return t->free || (t->base.input >= 0 && t->base.output >= 0);
}

const struct model_price *price_tier(const struct price_table *t, int64_t input)
{
	const struct model_price *p = &t->base;
	for (int i = 0; i < t->tier_count && input > t->tiers[i].above; i++)
		p = &t->tiers[i].price;
	return p;
}

static int64_t or_else(int64_t price, int64_t otherwise)
{
	return price >= 0 ? price : otherwise;
}

static int64_t or_none(int64_t tokens)
{
	return tokens >= 0 ? tokens : 0;
}

static struct cost unknown(const char *why)
{
	return (struct cost){.nano = -1, .why = why, .version = STR("")};
}

/* Micro-dollars a million times tokens: thousandths of a nano-dollar. */
struct sum {
	int64_t milli;
	bool too_large;
};

static void add(struct sum *s, int64_t tokens, int64_t price)
{
	int64_t product;
	if (__builtin_mul_overflow(tokens, price, &product) ||
		__builtin_add_overflow(s->milli, product, &s->milli))
		s->too_large = true;
}

/* In nano-dollars, rounded half up, once; -1 when it is beyond all counting. */
static int64_t rounded(const struct sum *s)
{
	return s->too_large || s->milli > INT64_MAX - 500 ? -1 : (s->milli + 500) / 1000;
}

/* The prices a batch pays; its cache, where it has any, at the same share of the full price. */
static bool batch_prices(const struct model_price *p, struct model_price *out)
{
	if (p->batch_input < 0 || p->batch_output < 0)
		return false;
	*out = (struct model_price){.input = p->batch_input,
		.cache_read = p->cache_read >= 0 ? p->cache_read / 2 : -1,
		.cache_write = p->cache_write >= 0 ? p->cache_write / 2 : -1,
		.cache_write_long = p->cache_write_long >= 0 ? p->cache_write_long / 2 : -1,
		.output = p->batch_output,
		.reasoning = -1,
		.thinking_output = -1,
		.batch_input = -1,
		.batch_output = -1};
	return true;
}

static struct cost at_prices(
	const struct model_price *p, const struct trace_usage *u, struct str version)
{
	int64_t read = or_none(u->cache_read), write = or_none(u->cache_write);
	int64_t lasting = u->cache_write_long, reasoning = or_none(u->reasoning);
	int64_t write_price = or_else(p->cache_write, p->input);
	int64_t output = reasoning > 0 ? or_else(p->thinking_output, p->output) : p->output;
	struct sum sum = {.milli = 0};
	add(&sum, u->input - read - write, p->input);
	add(&sum, read, or_else(p->cache_read, p->input));
	add(&sum, write - lasting, write_price);
	add(&sum, lasting, or_else(p->cache_write_long, write_price));
	add(&sum, u->output - reasoning, output);
	add(&sum, reasoning, or_else(p->reasoning, output));
	int64_t nano = rounded(&sum);
	return nano >= 0 ? (struct cost){nano, "", version} : unknown("the counts are too large");
}

struct cost price_usage(const struct price_table *t, const struct trace_usage *usage)
{
	if (usage->told)
		return (struct cost){usage->told_nano, "", STR("provider")};
	if (t->free)
		return (struct cost){0, "", t->version};
	if (!price_is_known(t))
		return unknown("the model has no known price");
	if (usage->input < 0 || usage->output < 0)
		return unknown("the provider did not say what was used");
	if (usage->other_units > 0)
		return unknown("it used what has a price of its own (sound, searches)");
	if (usage->rate == USAGE_OTHER)
		return unknown("it was charged at a tier whose prices are not known");
	const struct model_price *p = price_tier(t, usage->input);
	struct model_price batch;
	if (usage->rate == USAGE_BATCH) {
		if (!batch_prices(p, &batch))
			return unknown("the model's batch prices are not known");
		p = &batch;
	}
	return at_prices(p, usage, t->version);
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t price_most(const struct price_table *t, int64_t input, int64_t output)
{
	if (t->free)
		return 0;
	if (!price_is_known(t) || input < 0 || output < 0)
		return -1;
	const struct model_price *p = price_tier(t, input);
	int64_t in = larger(p->input, larger(p->cache_write, p->cache_write_long));
	int64_t out = larger(p->output, larger(p->reasoning, p->thinking_output));
	struct sum sum = {.milli = 0};
	add(&sum, input, in);
	add(&sum, output, out);
	return rounded(&sum);
}

/* No provider charges for a request that it refused, and none for one that never left. */
static bool is_refusal(const struct model_result *r)
{
	switch (r->fault) {
	case FAULT_UNSENT:
	case FAULT_BUSY:
	case FAULT_QUOTA:
	case FAULT_KEY:
	case FAULT_CONTEXT:
	case FAULT_REQUEST: return true;
	case FAULT_NONE:
	case FAULT_UNKNOWN:
	case FAULT_SERVER:
	case FAULT_FILTER: return false;
	}
	return false;
}

/* The prices of the model that answered, where it is another than the one asked for (a deployment,
 * an alias); a table of nothing when neither is known. */
static const struct price_table *table_of(struct catalogue *c, const struct connection *connection,
	struct str model, struct str answered)
{
	const struct model_facts *asked = catalogue_find(c, connection, model);
	if (answered.len == 0 || str_eq(answered, model))
		return &asked->price;
	bool is_deployment = str_is(catalogue_vendor(connection), "azure");
	if (!is_deployment && price_is_known(&asked->price))
		return &asked->price;
	const struct model_facts *facts = catalogue_find(c, connection, answered);
	return price_is_known(&facts->price) ? &facts->price : &asked->price;
}

struct cost price_attempt(struct catalogue *c, const struct connection *connection,
	struct str model, const struct model_result *result, const struct trace_usage *usage)
{
	if (is_refusal(result) && usage->input < 0 && usage->output < 0 && result->first_ns == 0)
		return (struct cost){0, "", STR("not charged")};
	if (c == NULL)
		return unknown("the model has no known price");
	return price_usage(table_of(c, connection, model, result->response_model), usage);
}

char *price_text(int64_t nano, char out[PRICE_TEXT])
{
	static const struct {
		int64_t least;
		int digits;
	} forms[] = {{INT64_C(10000000000), 2}, {100000000, 4}, {1000000, 6}, {1, 9}};
	if (nano <= 0) {
		snprintf(out, PRICE_TEXT, nano < 0 ? "?" : "$0");
		return out;
	}
	size_t i = 0;
	while (nano < forms[i].least)
		i++;
	snprintf(out, PRICE_TEXT, "$%.*f", forms[i].digits, (double)nano / 1e9);
	/* "$2.5000" is "$2.50": no more than two zeros behind what counts. */
	size_t len = strlen(out), least = (size_t)(strchr(out, '.') - out) + 3;
	while (len > least && out[len - 1] == '0')
		out[--len] = '\0';
	return out;
}
