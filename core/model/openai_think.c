/* SPDX-License-Identifier: MIT */
#include "core/model/openai_think.h"

/* How many bytes at TEXT's end may be the start of TAG. */
static size_t tail_of(struct str text, struct str tag)
{
	size_t most = tag.len - 1 < text.len ? tag.len - 1 : text.len;

	while (most > 0 && !str_ends(text, str_slice(tag, 0, most)))
		most--;
	return most;
}

/* Undecided: the tag, a part of it, or something else. */
static void decide(struct openai_think *t)
{
	const struct str held = buf_str(&t->held);
	const struct str start = str_trim_start(held);

	if (str_starts(start, STR("<think>"))) {
		buf_remove_start(&t->held, held.len - start.len + sizeof "<think>" - 1);
		t->state = THINK_INSIDE;
	} else if (!str_starts(STR("<think>"), start)) {
		t->state = THINK_TEXT;
	}
}

static void drop_space(struct openai_think *t)
{
	const struct str held = buf_str(&t->held);
	const struct str start = str_trim_start(held);

	buf_remove_start(&t->held, held.len - start.len);
	if (t->held.len > 0)
		t->state = THINK_TEXT;
}

/* Inside: all but what may be the start of the end tag is reasoning. */
static struct str inside(struct openai_think *t, struct arena *a)
{
	const struct str held = buf_str(&t->held);
	const size_t end = str_find(held, STR("</think>"), 0);
	const size_t len = end != SIZE_MAX ? end : held.len - tail_of(held, STR("</think>"));
	const struct str reasoning = str_copy(a, str_slice(held, 0, len));

	buf_remove_start(&t->held, end != SIZE_MAX ? len + sizeof "</think>" - 1 : len);
	if (end != SIZE_MAX)
		t->state = THINK_BEHIND;
	return reasoning;
}

static void take_held(struct openai_think *t, struct arena *a, struct str *out)
{
	*out = str_copy(a, buf_str(&t->held));
	buf_clear(&t->held);
}

void openai_think_feed(struct openai_think *t, struct arena *a, struct str piece,
	struct str *reasoning, struct str *text)
{
	*reasoning = *text = STR_NONE;
	if (t->state == THINK_TEXT) {
		*text = piece;
		return;
	}
	buf_add_str(&t->held, piece);
	if (t->state == THINK_UNDECIDED)
		decide(t);
	if (t->state == THINK_INSIDE)
		*reasoning = inside(t, a);
	if (t->state == THINK_BEHIND)
		drop_space(t);
	if (t->state == THINK_TEXT)
		take_held(t, a, text);
}

void openai_think_end(
	struct openai_think *t, struct arena *a, struct str *reasoning, struct str *text)
{
	*reasoning = *text = STR_NONE;
	if (t->held.len > 0)
		take_held(t, a, t->state == THINK_INSIDE ? reasoning : text);
	t->state = THINK_TEXT;
}

void openai_think_free(struct openai_think *t)
{
	buf_free(&t->held);
}
