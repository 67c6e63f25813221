/* SPDX-License-Identifier: MIT */
#include "core/model/budget.h"

#include "core/base/alloc.h"
#include "core/base/arena.h"
#include "core/model/price.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S INT64_C(1000000000)

struct run_budget {
	struct run_budget *next;
	uint64_t run;
	int64_t limit; /* 0: none */
	int64_t committed, reserved;
};

/* What a day cost, of all connections ("") or of one. */
struct day_budget {
	struct day_budget *next;
	char *connection;
	int64_t others; /* as last read */
	bool is_read;
	int64_t committed, reserved; /* of this process */
};

struct budget {
	struct budget_source source;
	struct run_budget *runs;
	struct day_budget *days; /* the first one is that of all */
	int64_t day_limit;
	int64_t day_begin, day_end;
};

static int64_t now(const struct budget *b)
{
	return b->source.now != NULL ? b->source.now(b->source.ctx) : 0;
}

static struct day_budget *day_of(struct budget *b, struct str connection)
{
	struct day_budget **at = &b->days;
	while (*at != NULL && !str_is(connection, (*at)->connection))
		at = &(*at)->next;
	if (*at != NULL)
		return *at;
	struct day_budget *d = xcalloc(1, sizeof *d);
	d->connection = xcalloc(1, connection.len + 1);
	if (connection.len > 0)
		memcpy(d->connection, connection.at, connection.len);
	*at = d;
	return d;
}

static struct run_budget *run_of(const struct budget *b, uint64_t run)
{
	struct run_budget *r = b->runs;
	while (r != NULL && r->run != run)
		r = r->next;
	return r;
}

struct budget *budget_new(const struct budget_source *source)
{
	struct budget *b = xcalloc(1, sizeof *b);
	if (source != NULL)
		b->source = *source;
	(void)day_of(b, STR(""));
	return b;
}

void budget_free(struct budget *b)
{
	if (b == NULL)
		return;
	while (b->runs != NULL)
		budget_close_run(b, b->runs->run);
	while (b->days != NULL) {
		struct day_budget *d = b->days;
		b->days = d->next;
		free(d->connection);
		free(d);
	}
	free(b);
}

void budget_set_day(struct budget *b, int64_t nano)
{
	b->day_limit = nano;
}

void budget_open_run(struct budget *b, uint64_t run, int64_t limit, int64_t committed)
{
	struct run_budget *r = run_of(b, run);
	if (r == NULL) {
		r = xcalloc(1, sizeof *r);
		r->run = run;
		r->next = b->runs;
		b->runs = r;
	}
	r->limit = limit;
	r->committed = committed;
}

void budget_close_run(struct budget *b, uint64_t run)
{
	struct run_budget **at = &b->runs;
	while (*at != NULL && (*at)->run != run)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	struct run_budget *r = *at;
	*at = r->next;
	free(r);
}

void budget_set_run(struct budget *b, uint64_t run, int64_t limit)
{
	struct run_budget *r = run_of(b, run);
	if (r != NULL)
		r->limit = limit;
}

/* Local midnight before NS, and the next one: a day may have 23 or 25 hours. */
static void find_day(struct budget *b, int64_t ns)
{
	struct tm tm;
	time_t at = (time_t)(ns / NS_PER_S);
	localtime_r(&at, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	b->day_begin = (int64_t)mktime(&tm) * NS_PER_S;
	tm.tm_mday++;
	tm.tm_isdst = -1;
	b->day_end = (int64_t)mktime(&tm) * NS_PER_S;
}

/* A new day begins with nothing but what is in flight. */
static void turn_day(struct budget *b)
{
	int64_t ns = now(b);
	if (ns >= b->day_begin && ns < b->day_end)
		return;
	find_day(b, ns);
	for (struct day_budget *d = b->days; d != NULL; d = d->next) {
		d->committed = 0;
		d->is_read = false;
	}
}

static bool read_day(struct budget *b, struct day_budget *d, struct err *e)
{
	if (d->is_read || b->source.read == NULL)
		return true;
	if (!b->source.read(b->source.ctx, str_from(d->connection), b->day_begin, &d->others, e))
		return err_prefix(e, "What today has cost cannot be read");
	d->is_read = true;
	return true;
}

static bool is_unpriced(const struct budget_ask *ask, const char *which, struct err *e)
{
	if (ask->most >= 0)
		return false;
	err_set(e, ERR_LIMIT,
		"Nothing is sent: the price of %.*s is not known, so the ceiling %s cannot be kept.",
		STR_ARG(ask->model), which);
	err_hint(e, "Write its price into models.yaml, or go on without that ceiling.");
	return true;
}

static bool beyond(int64_t limit, int64_t spent, const struct budget_ask *ask, const char *which,
	struct err *e)
{
	char most[PRICE_TEXT], ceiling[PRICE_TEXT], used[PRICE_TEXT];
	if (is_unpriced(ask, which, e))
		return true;
	if (ask->most <= limit - spent)
		return false;
	err_set(e, ERR_LIMIT,
		"Nothing more is sent: the next request to %.*s can cost up to %s, and of the "
		"ceiling %s, %s, %s is spent or under way.",
		STR_ARG(ask->model), price_text(ask->most, most), which, price_text(limit, ceiling),
		price_text(spent, used));
	return true;
}

static bool check_run(const struct run_budget *r, const struct budget_ask *ask, struct err *e)
{
	if (r == NULL || r->limit == 0 ||
		!beyond(r->limit, r->committed + r->reserved, ask, "of a run", e))
		return true;
	if (e->hint[0] == '\0')
		err_hint(e, "Raise it with --max-cost, or budget: {run: ...} in lathe.yaml.");
	return false;
}

static bool check_day(struct budget *b, struct day_budget *d, int64_t limit,
	const struct budget_ask *ask, struct err *e)
{
	struct arena a = ARENA_INIT;
	if (limit == 0)
		return true;
	if (!read_day(b, d, e))
		return false;
	bool all = d->connection[0] == '\0';
	const char *which = all ? "of a day" : str_format(&a, "of a day at %s", d->connection).at;
	bool ok = !beyond(limit, d->others + d->committed + d->reserved, ask, which, e);
	arena_release(&a);
	if (!ok && e->hint[0] == '\0')
		err_hint(e, "Go on tomorrow, or raise %s in lathe.yaml.",
			all ? "budget: {day: ...}" : "the connection's budget_day");
	return ok;
}

bool budget_limits(const struct budget *b, uint64_t run, int64_t connection_day)
{
	const struct run_budget *r = run_of(b, run);
	return b->day_limit != 0 || connection_day != 0 || (r != NULL && r->limit != 0);
}

bool budget_reserve(struct budget *b, const struct budget_ask *ask, struct err *e)
{
	struct run_budget *r = run_of(b, ask->run);
	struct day_budget *own = day_of(b, ask->connection);
	struct day_budget *all = b->days;
	turn_day(b);
	if ((b->day_limit != 0 || ask->connection_day != 0) && b->source.changed != NULL &&
		b->source.changed(b->source.ctx))
		for (struct day_budget *d = b->days; d != NULL; d = d->next)
			d->is_read = false;
	err_clear(e);
	if ((r != NULL && r->limit != 0 && !check_run(r, ask, e)) ||
		!check_day(b, all, b->day_limit, ask, e) ||
		!check_day(b, own, ask->connection_day, ask, e))
		return false;
	if (ask->most > 0) {
		if (r != NULL)
			r->reserved += ask->most;
		all->reserved += ask->most;
		if (own != all)
			own->reserved += ask->most;
	}
	return true;
}

/* Whether a ceiling holds when what is reserved below it comes to cost nothing. */
static bool may_hold(
	int64_t limit, int64_t spent, int64_t reserved, const struct budget_ask *ask, bool *held_up)
{
	if (limit == 0)
		return true;
	*held_up = *held_up || (reserved > 0 && ask->most > limit - spent - reserved);
	return ask->most <= limit - spent;
}

bool budget_may_wait(struct budget *b, const struct budget_ask *ask)
{
	const struct run_budget *r = run_of(b, ask->run);
	const struct day_budget *own = day_of(b, ask->connection);
	const struct day_budget *all = b->days;
	bool held_up = false;
	return ask->most >= 0 &&
	       (r == NULL || may_hold(r->limit, r->committed, r->reserved, ask, &held_up)) &&
	       may_hold(b->day_limit, all->others + all->committed, all->reserved, ask, &held_up) &&
	       may_hold(ask->connection_day, own->others + own->committed, own->reserved, ask,
		       &held_up) &&
	       held_up;
}

void budget_settle(struct budget *b, const struct budget_ask *ask, int64_t cost)
{
	int64_t most = ask->most > 0 ? ask->most : 0;
	int64_t spent = cost >= 0 ? cost : most;
	struct run_budget *r = run_of(b, ask->run);
	struct day_budget *own = day_of(b, ask->connection);
	turn_day(b);
	if (r != NULL) {
		r->reserved -= most;
		r->committed += spent;
	}
	b->days->reserved -= most;
	b->days->committed += spent;
	if (own != b->days) {
		own->reserved -= most;
		own->committed += spent;
	}
}

void budget_look(const struct budget *b, uint64_t run, struct budget_state *out)
{
	const struct run_budget *r = run_of(b, run);
	const struct day_budget *all = b->days;
	*out = (struct budget_state){.run = r != NULL ? r->committed + r->reserved : 0,
		.run_limit = r != NULL ? r->limit : 0,
		.day = all->others + all->committed + all->reserved,
		.day_limit = b->day_limit};
}
