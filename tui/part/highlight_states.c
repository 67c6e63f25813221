/* SPDX-License-Identifier: MIT */
#include "tui/part/highlight_states.h"

#include "core/base/alloc.h"
#include "tui/part/text_view.h"

#include <stdlib.h>
#include <string.h>

void highlight_states_free(struct highlight_states *h)
{
	free(h->states);
	*h = (struct highlight_states){.kind = HIGHLIGHT_PLAIN};
}

void highlight_states_reset(struct highlight_states *h, enum highlight_kind kind, size_t lines)
{
	h->kind = kind;
	h->states = array_reserve(h->states, &h->cap, lines, 1);
	h->count = lines;
	memset(h->states, STATE_START, lines);
	h->stale = lines > 1 ? 1 : lines;
	h->sure = lines;
}

/* Where line I stands after the change: of lines that went, behind those that came. */
static size_t moved(size_t i, size_t from, size_t removed, size_t added)
{
	if (i < from)
		return i;
	return i < from + removed ? from + added : i - removed + added;
}

void highlight_states_change(struct highlight_states *h, size_t first, size_t removed, size_t added)
{
	size_t from = first + 1, rest = h->count - from - removed;
	bool known = h->stale >= h->count;
	h->states = array_reserve(h->states, &h->cap, h->count - removed + added, 1);
	memmove(h->states + from + added, h->states + from + removed, rest);
	memset(h->states + from, STATE_START, added);
	h->count = from + added + rest;
	size_t stale = moved(h->stale, from, removed, added);
	size_t sure = moved(h->sure, from, removed, added);
	/* States from the stale one on are only right for what stood before it then: one that comes
	 * out as it was before that says nothing about them. */
	if (known || sure < from + added)
		sure = from + added;
	h->sure = !known && sure < stale ? stale : sure;
	h->stale = known || from < stale ? from : stale;
}

void highlight_states_reach(struct highlight_states *h, const struct piece_table *text, size_t last)
{
	struct buf line = BUF_INIT(TEXT_STYLE_MAX + 1);
	while (h->stale < h->count && h->stale <= last) {
		size_t i = h->stale;
		size_t from = piece_table_line_start(text, i - 1);
		size_t to = piece_table_line_start(text, i);
		enum highlight_state state = highlight_states_at(h, i - 1);
		buf_clear(&line);
		/* A longer line changes nothing, as where it is drawn. */
		if (to - from <= TEXT_STYLE_MAX && piece_table_read(text, from, to - 1, &line))
			state = highlight_line(h->kind, state, buf_str(&line), NULL);
		if (i >= h->sure && h->states[i] == state) {
			h->stale = h->count;
			break;
		}
		h->states[i] = (uint8_t)state;
		h->stale++;
	}
	buf_free(&line);
}

enum highlight_state highlight_states_at(const struct highlight_states *h, size_t line)
{
	return line < h->count ? (enum highlight_state)h->states[line] : STATE_START;
}
