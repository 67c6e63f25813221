/* SPDX-License-Identifier: MIT */
#include "core/text/diff_items.h"

#include <string.h>

/* A stretch of both sequences. */
struct stretch {
	size_t a_from, a_to, b_from, b_to;
};

/* One direction of the search: how far each diagonal has come, -1 not at all. Diagonals that ran
 * out of the rectangle are left out: `start` at the low end, `end` at the high one. */
struct front {
	int64_t *at; /* of diagonal 0 */
	int64_t start, end;
	bool backward;
};

struct search {
	struct diff_items *d;
	const struct stretch *s;
	int64_t n, m, delta;
	struct front forward, backward;
	int64_t split_x, split_y;
};

static bool equal_at(const struct search *q, bool backward, int64_t x, int64_t y)
{
	const struct diff_items *d = q->d;
	if (backward)
		return d->a[q->s->a_to - 1 - (size_t)x] == d->b[q->s->b_to - 1 - (size_t)y];
	return d->a[q->s->a_from + (size_t)x] == d->b[q->s->b_from + (size_t)y];
}

/* True when the fronts meet at X, Y of FRONT; notes the place, from the beginning. */
static bool meets(struct search *q, const struct front *front, const struct front *other,
	int64_t step, int64_t x, int64_t y)
{
	int64_t across = q->delta - (x - y);
	if (across < -step || across > step || other->at[across] < 0 ||
		x < q->n - other->at[across])
		return false;
	q->split_x = front->backward ? q->n - x : x;
	q->split_y = front->backward ? q->m - y : y;
	return true;
}

/* Lets every diagonal of FRONT come one change further. */
static bool advance(struct search *q, struct front *front, const struct front *other, int64_t step,
	bool may_meet)
{
	for (int64_t k = -step + front->start; k <= step - front->end; k += 2) {
		bool down = k == -step || (k != step && front->at[k - 1] < front->at[k + 1]);
		int64_t x = down ? front->at[k + 1] : front->at[k - 1] + 1;
		int64_t y = x - k;
		while (x < q->n && y < q->m && equal_at(q, front->backward, x, y)) {
			x++;
			y++;
			q->d->budget--;
		}
		front->at[k] = x;
		q->d->budget--;
		if (x > q->n)
			front->end += 2;
		else if (y > q->m)
			front->start += 2;
		else if (may_meet && meets(q, front, other, step, x, y))
			return true;
	}
	return false;
}

/* Where a shortest way through the stretch can be cut in two; false when the budget is used up or
 * nothing in it is equal. */
static bool find_split(struct arena *scratch, struct search *q)
{
	int64_t most = (q->n + q->m + 1) / 2;
	size_t size = 2 * (size_t)most + 3;
	q->forward.at = ARENA_ARRAY(scratch, int64_t, size) + most + 1;
	q->backward.at = ARENA_ARRAY(scratch, int64_t, size) + most + 1;
	q->delta = q->n - q->m;
	bool odd = q->delta % 2 != 0;
	for (int64_t step = 0; step < most && q->d->budget >= 0; step++) {
		for (int64_t side = -step; step > 0 && side <= step; side += 2 * step)
			q->forward.at[side] = q->backward.at[side] = -1;
		if (advance(q, &q->forward, &q->backward, step, odd) ||
			advance(q, &q->backward, &q->forward, step, !odd))
			return true;
	}
	return false;
}

static void mark(struct diff_items *d, const struct stretch *s)
{
	memset(d->a_changed + s->a_from, true, s->a_to - s->a_from);
	memset(d->b_changed + s->b_from, true, s->b_to - s->b_from);
}

static void trim(const struct diff_items *d, struct stretch *s)
{
	while (s->a_from < s->a_to && s->b_from < s->b_to && d->a[s->a_from] == d->b[s->b_from]) {
		s->a_from++;
		s->b_from++;
	}
	while (s->a_from < s->a_to && s->b_from < s->b_to &&
		d->a[s->a_to - 1] == d->b[s->b_to - 1]) {
		s->a_to--;
		s->b_to--;
	}
}

/* A stretch is cut where a shortest way passes, the halves likewise: the depth is that of a binary
 * tree on the number of changes. */
static void compare(struct diff_items *d, struct stretch s)
{
	trim(d, &s);
	struct search q = {.d = d,
		.s = &s,
		.n = (int64_t)(s.a_to - s.a_from),
		.m = (int64_t)(s.b_to - s.b_from),
		.backward.backward = true};
	if (q.n == 0 || q.m == 0 || d->budget < 0) {
		mark(d, &s);
		return;
	}
	struct arena own = ARENA_INIT;
	bool found = find_split(&own, &q);
	arena_release(&own);
	struct stretch left = s, right = s;
	left.a_to = right.a_from = s.a_from + (size_t)q.split_x;
	left.b_to = right.b_from = s.b_from + (size_t)q.split_y;
	bool halves = left.a_to - left.a_from + left.b_to - left.b_from > 0 &&
		      right.a_to - right.a_from + right.b_to - right.b_from > 0;
	if (!found || !halves) {
		mark(d, &s);
		return;
	}
	compare(d, left);
	compare(d, right);
}

void diff_items(struct diff_items *d)
{
	compare(d, (struct stretch){0, d->a_len, 0, d->b_len});
}
