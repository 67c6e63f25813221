/* SPDX-License-Identifier: MIT */
#include "core/net/lane.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

/* What a server may ask for, and the jitter that is added to it (pacing.c). */
#define LONGEST_WAIT (BACKOFF_PATIENCE + BACKOFF_PATIENCE / 20)

/* Who waits of one run. */
struct group {
	uint64_t id;
	struct lane_ticket *first, *last;
	uint64_t turn; /* when one of it was let go last */
};

struct lane {
	struct loop *loop;
	struct arena arena; /* its name */
	struct str name;
	struct pacing pacing;
	struct pacing_limits configured;
	struct group *groups; /* of those who wait */
	size_t len, cap;
	int64_t waiting;
	uint64_t turns;
	struct loop_timer timer; /* when the first who waits may start */
	bool pumping, again;
	bool answered;
};

struct lanes {
	struct loop *loop;
	uint64_t seed;
	struct lane **at;
	size_t len, cap;
};

struct lanes *lanes_new(struct loop *loop, uint64_t seed)
{
	struct lanes *lanes = xcalloc(1, sizeof *lanes);

	lanes->loop = loop;
	lanes->seed = seed;
	return lanes;
}

void lanes_free(struct lanes *lanes)
{
	if (lanes == NULL)
		return;
	for (size_t i = 0; i < lanes->len; i++) {
		struct lane *lane = lanes->at[i];
		loop_timer_stop(lane->loop, &lane->timer);
		free(lane->groups);
		arena_release(&lane->arena);
		free(lane);
	}
	free(lanes->at);
	free(lanes);
}

static struct lane *find(const struct lanes *lanes, struct str name)
{
	for (size_t i = 0; i < lanes->len; i++)
		if (str_eq(lanes->at[i]->name, name))
			return lanes->at[i];
	return NULL;
}

static struct lane *lane_new(struct lanes *lanes, struct str name)
{
	struct lane *lane = xcalloc(1, sizeof *lane);

	lane->loop = lanes->loop;
	lane->name = str_copy(&lane->arena, name);
	lanes->at = array_reserve(lanes->at, &lanes->cap, lanes->len + 1, sizeof *lanes->at);
	lanes->at[lanes->len++] = lane;
	return lane;
}

static bool same_limits(const struct pacing_limits *a, const struct pacing_limits *b)
{
	return a->max_in_flight == b->max_in_flight &&
	       a->requests_per_minute == b->requests_per_minute &&
	       a->tokens_per_minute == b->tokens_per_minute;
}

static void pump(struct lane *lane);

struct lane *lanes_of(struct lanes *lanes, struct str name, const struct pacing_limits *limits)
{
	struct lane *lane = find(lanes, name);

	if (lane == NULL) {
		lane = lane_new(lanes, name);
		lane->configured = *limits;
		pacing_init(&lane->pacing, limits, lanes->seed + lanes->len);
	} else if (!same_limits(&lane->configured, limits)) {
		lane->configured = *limits;
		pacing_set_limits(&lane->pacing, limits);
	}
	return lane;
}

bool lanes_retune(struct lanes *lanes, struct str name, int64_t max_in_flight)
{
	struct lane *lane = find(lanes, name);

	if (lane == NULL)
		return false;
	struct pacing_limits limits = lane->pacing.limits;
	limits.max_in_flight = max_in_flight;
	pacing_set_limits(&lane->pacing, &limits);
	pump(lane);
	return true;
}

/* Whose turn it is: the group that had none for the longest time. */
static struct group *next_group(const struct lane *lane)
{
	struct group *next = NULL;

	for (size_t i = 0; i < lane->len; i++)
		if (next == NULL || lane->groups[i].turn < next->turn)
			next = &lane->groups[i];
	return next;
}

static struct group *group_of(struct lane *lane, uint64_t id)
{
	for (size_t i = 0; i < lane->len; i++)
		if (lane->groups[i].id == id)
			return &lane->groups[i];
	return NULL;
}

static void queue(struct lane *lane, struct lane_ticket *ticket)
{
	struct group *g = group_of(lane, ticket->group);

	if (g == NULL) {
		lane->groups = array_reserve(
			lane->groups, &lane->cap, lane->len + 1, sizeof *lane->groups);
		g = &lane->groups[lane->len++];
		*g = (struct group){.id = ticket->group, .turn = lane->turns};
	}
	ticket->waiting = true;
	ticket->next = NULL;
	lane->waiting++;
	if (g->first == NULL) {
		g->first = g->last = ticket;
	} else if (ticket->again) {
		ticket->next = g->first;
		g->first = ticket;
	} else {
		g->last->next = ticket;
		g->last = ticket;
	}
}

static void drop_group(struct lane *lane, struct group *g)
{
	*g = lane->groups[--lane->len];
}

/* The first of G leaves the queue; with the last of them G goes. */
static struct lane_ticket *take_first(struct lane *lane, struct group *g)
{
	struct lane_ticket *ticket = g->first;

	g->first = ticket->next;
	g->turn = ++lane->turns;
	ticket->waiting = false;
	lane->waiting--;
	if (g->first == NULL)
		drop_group(lane, g);
	return ticket;
}

static void on_timer(void *ctx)
{
	pump(ctx);
}

static void let_go(struct lane *lane, struct lane_ticket *ticket)
{
	ticket->pacing = pacing_start(&lane->pacing, ticket->tokens, loop_now(lane->loop));
}

static int64_t patience(const struct lane_ticket *ticket)
{
	return ticket->patience_ns > 0 ? ticket->patience_ns : LONGEST_WAIT;
}

/* Tells the next who waits what is to be told; false when all must wait on. */
static bool tell_next(struct lane *lane)
{
	struct group *g = next_group(lane);
	const int64_t now = loop_now(lane->loop);

	if (g == NULL)
		return false;
	const int64_t wait = pacing_wait(&lane->pacing, g->first->tokens, now);
	if (wait == PACING_FULL)
		return false;
	if (wait > 0 && wait <= patience(g->first)) {
		loop_timer_start(lane->loop, &lane->timer, wait, on_timer, lane);
		return false;
	}
	struct lane_ticket *ticket = take_first(lane, g);
	ticket->resume_at_ns = now + wait;
	if (wait == 0)
		let_go(lane, ticket);
	ticket->told(ticket->ctx, wait == 0 ? LANE_GO : LANE_PARKED);
	return true;
}

static void pump(struct lane *lane)
{
	lane->again = true;
	if (lane->pumping)
		return;
	lane->pumping = true;
	loop_timer_stop(lane->loop, &lane->timer);
	while (lane->again) {
		lane->again = false;
		while (tell_next(lane))
			;
	}
	lane->pumping = false;
}

enum lane_word lane_enter(struct lane *lane, struct lane_ticket *ticket)
{
	const int64_t now = loop_now(lane->loop);
	const int64_t wait = pacing_wait(&lane->pacing, ticket->tokens, now);

	if (wait == 0 && lane->waiting == 0) {
		let_go(lane, ticket);
		return LANE_GO;
	}
	if (wait != PACING_FULL && wait > patience(ticket)) {
		ticket->resume_at_ns = now + wait;
		return LANE_PARKED;
	}
	queue(lane, ticket);
	if (wait != PACING_FULL && lane->timer.place == 0 && !lane->pumping)
		loop_timer_start(lane->loop, &lane->timer, wait, on_timer, lane);
	return LANE_WAIT;
}

void lane_quit(struct lane *lane, struct lane_ticket *ticket)
{
	struct group *g = ticket->waiting ? group_of(lane, ticket->group) : NULL;
	struct lane_ticket *before = NULL;

	if (g == NULL)
		return;
	for (struct lane_ticket *t = g->first; t != ticket; t = t->next)
		before = t;
	if (before != NULL)
		before->next = ticket->next;
	else
		g->first = ticket->next;
	if (g->last == ticket)
		g->last = before;
	ticket->waiting = false;
	lane->waiting--;
	if (g->first == NULL)
		drop_group(lane, g);
}

void lane_leave(struct lane *lane, struct lane_ticket *ticket, const struct pacing_answer *answer)
{
	pacing_end(&lane->pacing, ticket->pacing, answer, loop_now(lane->loop));
	lane->answered |= answer->end == PACING_OK;
	if (lane->waiting > 0)
		pump(lane);
}

/* The list is taken whole first: who is told may enter and quit. */
void lane_stop(struct lane *lane, uint64_t group)
{
	struct group *g = group_of(lane, group);

	while (g != NULL) {
		struct lane_ticket *ticket = take_first(lane, g);
		ticket->told(ticket->ctx, LANE_STOPPED);
		g = group_of(lane, group);
	}
}

bool lane_counts_tokens(const struct lane *lane)
{
	return lane->pacing.tokens.on || lane->pacing.told_tokens.on;
}

int64_t lane_wait(struct lane *lane)
{
	const int64_t wait = pacing_wait(&lane->pacing, 0, loop_now(lane->loop));

	return wait == PACING_FULL ? 0 : wait;
}

bool lane_has_answered(const struct lane *lane)
{
	return lane->answered;
}

bool lanes_state(const struct lanes *lanes, struct str name, struct lane_state *out)
{
	struct lane *lane = find(lanes, name);

	if (lane == NULL)
		return false;
	const int64_t now = loop_now(lane->loop);
	const int64_t wait = pacing_wait(&lane->pacing, 0, now);
	*out = (struct lane_state){
		.in_flight = lane->pacing.in_flight,
		.window = pacing_window(&lane->pacing),
		.waiting = lane->waiting,
		.next_ns = wait == PACING_FULL ? 0 : now + wait,
		.parked = wait != PACING_FULL && wait > LONGEST_WAIT,
		.per_minute = lane->pacing.rate * 60e9,
	};
	return true;
}
