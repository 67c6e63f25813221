/* SPDX-License-Identifier: MIT */
#include "core/engine/cost.h"

#include "core/base/ids.h"
#include "core/base/map.h"
#include "core/engine/money.h"
#include "core/loop/loop.h"
#include "core/model/budget.h"
#include "core/model/catalogue.h"
#include "core/store/cost_rows.h"
#include "core/store/run_rows.h"
#include "core/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

static const char *const by_words[] = {"run", "model", "connection", "day", "prompt", "price"};

bool cost_by_word(struct str word, enum cost_by *out)
{
	for (size_t i = 0; i < sizeof by_words / sizeof *by_words; i++)
		if (str_is(word, by_words[i])) {
			*out = (enum cost_by)i;
			return true;
		}
	return false;
}

struct report {
	struct engine *engine;
	const struct cost_query *query;
	struct arena *arena;
	struct cost_report *out;
	struct map places; /* of groups, by key */
	size_t cap;
	bool repriced;
	const struct model_facts *as; /* at whose prices; NULL: each row at its own model's */
	bool tokenizer_differs;
};

static bool find_as(struct report *r, struct err *e)
{
	struct engine *engine = r->engine;
	struct str name = str_from(r->query->as_model);
	struct model_target target;
	struct err unknown = ERR_INIT;
	if (r->query->as_model == NULL)
		return true;
	if (models_find(&engine->config, name, r->arena, &target, &unknown))
		r->as = catalogue_find(engine->catalogue, &target.connection, target.model);
	else
		r->as = catalogue_find_at(engine->catalogue, STR(""), name);
	if (price_is_known(&r->as->price))
		return true;
	err_set(e, ERR_CONFIG, "The price of '%.*s' is not known.", STR_ARG(name));
	return err_hint(e, "lathe models lists the prices; write it into models.yaml.");
}

static struct str key_of(struct arena *a, enum cost_by by, const struct cost_row *row)
{
	char id[ID_TEXT];
	switch (by) {
	case COST_BY_RUN: return str_copy(a, str_from(id_text(row->run, id)));
	case COST_BY_MODEL:
		return str_format(a, "%.*s/%.*s", STR_ARG(row->connection), STR_ARG(row->model));
	case COST_BY_CONNECTION: return row->connection;
	case COST_BY_DAY: return row->day;
	case COST_BY_PROMPT: return row->name;
	case COST_BY_PRICE: break;
	}
	return row->price.len > 0 ? row->price : STR("not known");
}

static struct trace_usage usage_of(const struct cost_row *row)
{
	return (struct trace_usage){.input = row->input,
		.output = row->output,
		.cache_read = row->cache_read,
		.cache_write = row->cache_write,
		.reasoning = row->reasoning,
		.cache_write_long = row->cache_write_long,
		.other_units = row->other_units,
		.rate = usage_rate_from_word(row->rate)};
}

/* The facts of the model that a row asked, at its connection as it is configured now. */
static const struct model_facts *facts_of(struct report *r, const struct cost_row *row)
{
	struct engine *engine = r->engine;
	const struct connection *connection = config_connection(&engine->config, row->connection);
	struct connection gone = {.name = row->connection,
		.provider = row->provider,
		.base_url = STR(""),
		.vendor = STR("")};
	if (connection == NULL)
		connection = &gone;
	const struct model_facts *facts = catalogue_find(engine->catalogue, connection, row->model);
	if (price_is_known(&facts->price) || row->response_model.len == 0)
		return facts;
	return catalogue_find(engine->catalogue, connection, row->response_model);
}

/* What the row would cost: what cost nothing for another reason than its price stays so. */
static int64_t new_cost(struct report *r, const struct cost_row *row)
{
	bool unasked = row->cached || (row->cost_nano == 0 && row->input < 0 && row->output < 0);
	if (!r->repriced || unasked)
		return row->cost_nano;
	const struct model_facts *own = facts_of(r, row);
	const struct model_facts *as = r->as != NULL ? r->as : own;
	struct trace_usage usage = usage_of(row);
	if (r->as != NULL && (own->tokenizer.len == 0 || !str_eq(own->tokenizer, as->tokenizer)) &&
		own != as)
		r->tokenizer_differs = true;
	return price_usage(&as->price, &usage).nano;
}

static int64_t or_none(int64_t n)
{
	return n >= 0 ? n : 0;
}

static void add(struct cost_sum *s, const struct cost_row *row, int64_t cost)
{
	s->requests++;
	s->cached += row->cached;
	s->unpriced += cost < 0;
	s->estimated += row->estimated;
	s->possible += row->possible_spend;
	s->input += or_none(row->input);
	s->output += or_none(row->output);
	s->cache_read += or_none(row->cache_read);
	s->cache_write += or_none(row->cache_write);
	s->reasoning += or_none(row->reasoning);
	s->nano += or_none(cost);
}

static void on_row(void *ctx, const struct cost_row *row)
{
	struct report *r = ctx;
	struct cost_report *out = r->out;
	struct arena scratch = ARENA_INIT;
	struct str key = key_of(&scratch, r->query->by, row);
	uint64_t at = out->len;
	if (!map_get(&r->places, key, &at)) {
		out->groups = arena_reserve(r->arena, out->groups, out->len, &r->cap, out->len + 1,
			sizeof *out->groups);
		out->groups[out->len++] = (struct cost_group){.key = str_copy(r->arena, key),
			.name = r->query->by == COST_BY_RUN ? str_copy(r->arena, row->name)
							    : STR("")};
		map_set(&r->places, out->groups[at].key, at);
	}
	int64_t cost = new_cost(r, row);
	add(&out->groups[at].sum, row, cost);
	add(&out->total, row, cost);
	arena_release(&scratch);
}

static int dearest_first(const void *a, const void *b)
{
	const struct cost_group *x = a, *y = b;
	if (x->sum.nano != y->sum.nano)
		return x->sum.nano < y->sum.nano ? 1 : -1;
	if (x->sum.unpriced != y->sum.unpriced)
		return x->sum.unpriced < y->sum.unpriced ? 1 : -1;
	return str_compare(x->key, y->key);
}

static int by_key(const void *a, const void *b)
{
	return str_compare(
		((const struct cost_group *)a)->key, ((const struct cost_group *)b)->key);
}

static void add_note(struct report *r)
{
	if (r->tokenizer_differs)
		r->out->note = str_format(r->arena,
			"The token counts are those of the models that answered; %s may count "
			"the same texts otherwise, so this is about what it would have cost.",
			r->query->as_model);
	else if (r->repriced)
		r->out->note = STR("What it would have cost; the ledger is as it was.");
}

static bool find_run(struct report *r, struct store *store, struct cost_range *range, struct err *e)
{
	struct run_row run;
	if (r->query->run.len == 0)
		return true;
	if (!run_rows_find(store, r->arena, r->query->run, &run, e))
		return false;
	range->run = run.id;
	return true;
}

bool cost_report(struct engine *engine, const struct cost_query *query, struct arena *a,
	struct cost_report *out, struct err *e)
{
	struct report r = {.engine = engine, .query = query, .arena = a, .out = out};
	struct cost_range range = {.since_ns = query->since_ns};
	struct store *store;
	*out = (struct cost_report){.note = STR("")};
	r.repriced = query->as_model != NULL || query->prices_file != NULL;
	if (!money_refresh(engine, e) ||
		(query->prices_file != NULL &&
			!catalogue_add_file(engine->catalogue, query->prices_file, e)) ||
		!find_as(&r, e))
		return false;
	if (!engine_has_store(engine))
		return true;
	bool ok = engine_store(engine, &store, e) && find_run(&r, store, &range, e) &&
		  cost_rows_walk(store, &range, on_row, &r, e);
	map_free(&r.places);
	if (out->len > 0)
		qsort(out->groups, out->len, sizeof *out->groups,
			query->by == COST_BY_DAY ? by_key : dearest_first);
	add_note(&r);
	return ok;
}

/* A number followed by one letter. */
static bool number_of(struct str text, char unit, int64_t *out)
{
	return text.len > 1 && text.at[text.len - 1] == unit &&
	       str_to_int(str_slice(text, 0, text.len - 1), out) && *out >= 0 && *out < 100000;
}

bool cost_since(struct str text, int64_t now_ns, int64_t *out, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct tm tm = {.tm_isdst = -1};
	time_t now = (time_t)(now_ns / NS_PER_S);
	int64_t n;
	int year, month, day, end = 0;
	const char *copy = str_cstr(&a, text);
	bool ok = true;
	if (number_of(text, 'h', &n)) {
		*out = now_ns - n * 3600 * NS_PER_S;
	} else if (number_of(text, 'd', &n)) {
		*out = now_ns - n * 24 * 3600 * NS_PER_S;
	} else if (str_is(text, "today")) {
		localtime_r(&now, &tm);
		tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
		tm.tm_isdst = -1;
		*out = (int64_t)mktime(&tm) * NS_PER_S;
	} else if (sscanf(copy, "%4d-%2d-%2d%n", &year, &month, &day, &end) == 3 &&
		   copy[end] == '\0' && month >= 1 && month <= 12 && day >= 1 && day <= 31) {
		tm.tm_year = year - 1900;
		tm.tm_mon = month - 1;
		tm.tm_mday = day;
		*out = (int64_t)mktime(&tm) * NS_PER_S;
	} else {
		err_set(e, ERR_USAGE, "'%.*s' is not a time.", STR_ARG(text));
		ok = err_hint(e, "For example: 2026-11-01, today, 7d, 24h.");
	}
	arena_release(&a);
	return ok;
}

void cost_burn(struct engine *engine, uint64_t run, struct cost_burn *out)
{
	struct budget_state s;
	struct store *store;
	struct err ignored = ERR_INIT;
	int64_t since;
	budget_look(engine->budget, run, &s);
	*out = (struct cost_burn){s.run, s.run_limit, s.day, engine->config.budget_day_nano};
	/* The budget reads the day when it is first asked; the screen may be before that. */
	if (engine_has_store(engine) && engine_store(engine, &store, &ignored) &&
		cost_since(STR("today"), loop_now(engine->loop), &since, &ignored) &&
		!cost_rows_day(store, since, INT64_MAX, STR(""), &out->day_nano, &ignored))
		out->day_nano = s.day;
}

char *cost_text(int64_t nano, int64_t unpriced, bool estimated, char out[COST_TEXT])
{
	char amount[PRICE_TEXT];
	const char *sign = unpriced > 0 ? "≥" : estimated ? "≈" : "";
	out[0] = '\0';
	if (nano <= 0 && unpriced > 0)
		snprintf(out, COST_TEXT, "$?");
	else if (nano > 0)
		snprintf(out, COST_TEXT, "%s%s", sign, price_text(nano, amount));
	return out;
}
