/* SPDX-License-Identifier: MIT */
#include "tui/pane/token_meter.h"

#include "core/data/tokens/estimate.h"

enum {
	AROUND = 64,
	STEP = 512, /* bytes looked at at a time for a place where no token reaches over */
	FARTHEST = 32 << 10, /* that it is looked for */
	LARGEST = 1 << 20, /* texts counted as a whole */
	RECOUNTED = 64 << 10 /* texts counted anew on every change, when need be */
};

void token_meter_init(struct token_meter *m)
{
	*m = (struct token_meter){.gauge = {.estimated = true, .window = -1}};
}

static void count(struct token_meter *m, struct str text)
{
	m->base = TOKENS_UNCOUNTED;
	if (m->gauge.tokenizer == NULL)
		return;
	m->base = text.len > LARGEST ? TOKENS_TOO_MANY
				     : (int64_t)tokenizer_count(m->gauge.tokenizer, text);
	m->script = token_script_of(text);
}

void token_meter_use(struct token_meter *m, const struct token_gauge *gauge, struct str text)
{
	m->gauge = *gauge;
	count(m, text);
}

void token_meter_reset(struct token_meter *m, struct str text)
{
	m->units = estimate_units(text);
	count(m, text);
}

/* Units of what a change touches, with enough around it that words and runs of spaces across its
 * ends are seen whole. */
static size_t units_around(const struct edit *edit, size_t at, size_t len)
{
	struct arena a = ARENA_INIT;
	size_t from = at > AROUND ? at - AROUND : 0, size = edit_size(edit);
	size_t to = size - (at + len) > AROUND ? at + len + AROUND : size;
	size_t units = estimate_units(edit_read(edit, from, to, &a));
	arena_release(&a);
	return units;
}

/* The last seam at or before AT; false when it is too far. */
static bool seam_before(const struct token_meter *m, const struct edit *edit, size_t *at)
{
	struct arena a = ARENA_INIT;
	size_t size = edit_size(edit), least = *at > FARTHEST ? *at - FARTHEST : 0;
	bool found = false;
	for (size_t high = *at; !found && high > least;) {
		size_t low = high > least + STEP ? high - STEP : least;
		size_t first = low > 0 ? low - 1 : 0;
		struct str text = edit_read(edit, first, high < size ? high + 1 : size, &a);
		for (size_t p = high; !found && p > low; p--) {
			found = tokenizer_is_seam(m->gauge.tokenizer, text, p - first);
			*at = found ? p : *at;
		}
		high = low;
	}
	if (!found && least == 0) {
		*at = 0;
		found = true;
	}
	arena_release(&a);
	return found;
}

static bool seam_after(const struct token_meter *m, const struct edit *edit, size_t *at)
{
	struct arena a = ARENA_INIT;
	size_t size = edit_size(edit), most = size - *at > FARTHEST ? *at + FARTHEST : size;
	bool found = false;
	for (size_t low = *at; !found && low < most; low += STEP) {
		size_t high = most - low > STEP ? low + STEP : most, first = low > 0 ? low - 1 : 0;
		struct str text = edit_read(edit, first, high < size ? high + 1 : size, &a);
		for (size_t p = low > 0 ? low : 1; !found && p < high; p++) {
			found = tokenizer_is_seam(m->gauge.tokenizer, text, p - first);
			*at = found ? p : *at;
		}
	}
	if (!found && most == size) {
		*at = size;
		found = true;
	}
	arena_release(&a);
	return found;
}

/* Tokens between the seams around what lies from AT on, LEN bytes; -1 when they are too far. */
static int64_t tokens_around(
	const struct token_meter *m, const struct edit *edit, size_t at, size_t len)
{
	struct arena a = ARENA_INIT;
	/* What was no seam may become one by the change, and the other way round, at its very ends:
	 * a byte more is within it. */
	size_t from = at > 0 ? at - 1 : 0, to = at + len, size = edit_size(edit);
	int64_t tokens = -1;
	to = to < size ? to + 1 : size;
	if (len <= LARGEST && seam_before(m, edit, &from) && seam_after(m, edit, &to))
		tokens =
			(int64_t)tokenizer_count(m->gauge.tokenizer, edit_read(edit, from, to, &a));
	arena_release(&a);
	return tokens;
}

void token_meter_before(
	struct token_meter *m, const struct edit *edit, const struct edit_changed *c)
{
	size_t units = units_around(edit, c->at, c->removed);
	m->units -= units < m->units ? units : m->units;
	if (m->gauge.tokenizer == NULL || m->base < 0)
		return;
	int64_t tokens = tokens_around(m, edit, c->at, c->removed);
	m->base = tokens >= 0 ? m->base - tokens : TOKENS_UNCOUNTED;
}

void token_meter_after(struct token_meter *m, const struct edit *edit, const struct edit_changed *c)
{
	struct arena a = ARENA_INIT;
	m->units += units_around(edit, c->at, c->added);
	if (m->gauge.tokenizer == NULL)
		return;
	int64_t tokens = m->base >= 0 ? tokens_around(m, edit, c->at, c->added) : -1;
	if (m->base >= 0 && tokens >= 0)
		m->base += tokens;
	else if (edit_size(edit) <= RECOUNTED)
		count(m, edit_read(edit, 0, edit_size(edit), &a));
	else
		m->base = TOKENS_TOO_MANY;
	arena_release(&a);
}

bool token_meter_wants(const struct token_meter *m)
{
	return m->gauge.tokenizer != NULL && m->base == TOKENS_TOO_MANY;
}

void token_meter_told(struct token_meter *m, int64_t tokens)
{
	m->base = tokens;
}

struct token_count token_meter_count(const struct token_meter *m)
{
	if (m->gauge.tokenizer != NULL && m->base >= 0)
		return token_gauge_apply(&m->gauge, m->base, m->script);
	int64_t tokens = (int64_t)((m->units + ESTIMATE_UNITS - 1) / ESTIMATE_UNITS);
	return (struct token_count){.tokens = tokens, .estimated = true};
}
