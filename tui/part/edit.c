/* SPDX-License-Identifier: MIT */
#include "tui/part/edit_private.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

static const int64_t pause_ns = INT64_C(1000000000);

enum { SINGLE_LINE_MAX = 64 << 10, EDIT_MAX = 32 << 20, EDIT_ROOM = 80 };

void edit_init(struct edit *e, bool single_line)
{
	*e = (struct edit){.single_line = single_line,
		.max = single_line ? SINGLE_LINE_MAX : EDIT_MAX,
		.goal = -1,
		.w = EDIT_ROOM,
		.h = 1};
	piece_table_init(&e->text);
	edit_history_init(&e->history);
	stretch_init(&e->here);
}

void edit_free(struct edit *e)
{
	piece_table_free(&e->text);
	edit_history_free(&e->history);
	stretch_free(&e->here);
	for (size_t i = 0; i < e->shown_cap; i++)
		stretch_free(&e->shown[i]);
	free(e->shown);
	e->shown = NULL;
	e->shown_count = e->shown_cap = 0;
	free(e->matches);
	e->matches = NULL;
	e->match_count = e->match_cap = 0;
}

/* TEXT with the line ends it has to have here, in OUT when they are not its own already. */
static struct str own_line_ends(const struct edit *e, struct str text, struct buf *out)
{
	if (memchr(text.len > 0 ? text.at : "", '\n', text.len) == NULL ||
		(!e->single_line && !e->crlf))
		return text;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (e->single_line)
			buf_add_char(out, c == '\n' || c == '\r' ? ' ' : c);
		else if (c == '\n' && (i == 0 || text.at[i - 1] != '\r'))
			buf_add_cstr(out, "\r\n");
		else
			buf_add_char(out, c);
	}
	return buf_str(out);
}

static bool has_crlf(struct str text)
{
	size_t first = str_find(text, STR("\n"), 0);
	return first != SIZE_MAX && first > 0 && text.at[first - 1] == '\r';
}

bool edit_set(struct edit *e, struct str text)
{
	struct buf own = BUF_INIT(EDIT_MAX * 2);
	e->crlf = !e->single_line && has_crlf(text);
	struct str taken = e->single_line ? own_line_ends(e, text, &own) : text;
	bool whole = piece_table_load(&e->text, str_slice(taken, 0, e->max)) && taken.len <= e->max;
	buf_free(&own);
	edit_history_clear(&e->history);
	e->joinable = JOIN_NOTHING;
	e->caret = e->anchor = e->single_line ? edit_size(e) : 0;
	e->goal = -1;
	e->top = e->left = 0;
	e->match_count = 0;
	e->follow = true;
	e->refused = false;
	e->revision++;
	return whole;
}

struct str edit_read(const struct edit *e, size_t from, size_t to, struct arena *a)
{
	size_t size = edit_size(e);
	to = to < size ? to : size;
	from = from < to ? from : to;
	char *copy = arena_alloc(a, to - from + 1, 1);
	for (size_t at = from; at < to;) {
		struct str run = str_slice(piece_table_run(&e->text, at), 0, to - at);
		memcpy(copy + (at - from), run.at, run.len);
		at += run.len;
	}
	return (struct str){copy, to - from};
}

struct str edit_text(const struct edit *e, struct arena *a)
{
	return edit_read(e, 0, edit_size(e), a);
}

size_t edit_size(const struct edit *e)
{
	return piece_table_size(&e->text);
}

uint64_t edit_revision(const struct edit *e)
{
	return e->revision;
}

uint64_t edit_state(const struct edit *e)
{
	return e->history.base + e->history.now;
}

uint64_t edit_mark(struct edit *e)
{
	e->joinable = JOIN_NOTHING;
	return edit_state(e);
}

/* Puts pieces in the place of LEN bytes at AT, and tells everybody. */
static void put_pieces(
	struct edit *e, size_t at, size_t len, const struct piece *pieces, size_t count)
{
	struct edit_changed c = {.at = at, .removed = len};
	c.line = piece_table_line_of(&e->text, at);
	c.lines_removed = piece_table_line_of(&e->text, at + len) - c.line;
	for (size_t i = 0; i < count; i++)
		c.added += pieces[i].len;
	if (e->watch.ctx != NULL)
		e->watch.before(e->watch.ctx, &c);
	piece_table_replace(&e->text, at, at + len, pieces, count);
	c.lines_added = piece_table_line_of(&e->text, at + c.added) - c.line;
	e->revision++;
	e->match_count = 0;
	if (e->top > at)
		e->top = e->top >= at + len ? e->top - len + c.added : at;
	if (e->watch.ctx != NULL)
		e->watch.after(e->watch.ctx, &c);
}

bool edit_begin(struct edit *e, enum edit_joinable kind)
{
	bool joins = kind != JOIN_NOTHING && (int)kind == e->joinable &&
		     e->now_ns - e->typed_ns < pause_ns;
	e->refused = e->read_only;
	e->starting = !joins;
	e->joinable = (int)kind;
	e->typed_ns = e->now_ns;
	return !e->refused;
}

/* More of what was typed last: the last change grows. */
static bool grow_last(struct edit *e, size_t at, struct piece p)
{
	struct history_step *step = edit_history_now(&e->history);
	if (step->count == 0)
		return false;
	struct history_change *last = &step->changes[step->count - 1];
	if (last->inserted_count == 0 || last->at + last->inserted_len != at)
		return false;
	struct piece *end = &last->inserted[last->inserted_count - 1];
	if (!end->added || end->from + end->len != p.from)
		return false;
	end->len += p.len;
	last->inserted_len += p.len;
	return true;
}

bool edit_change(struct edit *e, size_t from, size_t to, struct str text)
{
	struct piece added = {0, 0, true};
	if (text.len == 0 && from == to)
		return true;
	size_t rest = edit_size(e) - (to - from);
	if (e->read_only || rest > e->max || text.len > e->max - rest ||
		(text.len > 0 && !piece_table_add(&e->text, text, &added))) {
		e->refused = true;
		return false;
	}
	if (e->starting)
		edit_history_begin(&e->history, (struct history_place){e->caret, e->anchor});
	bool grown = !e->starting && from == to && grow_last(e, from, added);
	e->starting = false;
	if (!grown) {
		struct history_change change = {
			.at = from, .removed_len = to - from, .inserted_len = text.len};
		piece_table_pieces(&e->text, from, to, &change.removed, &change.removed_count);
		if (text.len > 0) {
			change.inserted = xmalloc(sizeof added);
			*change.inserted = added;
			change.inserted_count = 1;
		}
		edit_history_add(&e->history, change);
	}
	put_pieces(e, from, to - from, &added, text.len > 0);
	return true;
}

void edit_end(struct edit *e, size_t caret, size_t anchor)
{
	bool same = caret == anchor;
	e->caret = edit_border(e, caret, true);
	e->anchor = same ? e->caret : edit_border(e, anchor, true);
	e->goal = -1;
	e->follow = true;
	if (!e->starting)
		edit_history_now(&e->history)->after = (struct history_place){e->caret, e->anchor};
	e->starting = false;
}

void edit_replace(struct edit *e, size_t from, size_t to, struct str text)
{
	if (!edit_begin(e, JOIN_NOTHING))
		return;
	if (edit_change(e, from, to, text))
		edit_end(e, from + text.len, from + text.len);
}

static void put_text(struct edit *e, struct str text, enum edit_joinable kind)
{
	struct buf own = BUF_INIT(EDIT_MAX * 2);
	size_t from, to;
	text = own_line_ends(e, text, &own);
	edit_selected(e, &from, &to);
	if (text.len > 0 && edit_begin(e, kind) && edit_change(e, from, to, text))
		edit_end(e, from + text.len, from + text.len);
	buf_free(&own);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

void edit_type(struct edit *e, struct str text)
{
	struct str before = piece_table_run_before(&e->text, e->caret);
	/* The first letter after a space begins a word. */
	if (text.len > 0 && !is_blank(text.at[0]) && before.len > 0 &&
		is_blank(before.at[before.len - 1]))
		e->joinable = JOIN_NOTHING;
	if (edit_has_selection(e))
		e->joinable = JOIN_NOTHING;
	put_text(e, text, JOIN_TYPING);
}

void edit_paste(struct edit *e, struct str text)
{
	put_text(e, text, JOIN_NOTHING);
}

void edit_newline(struct edit *e)
{
	struct buf text = BUF_INIT(EDIT_MAX);
	size_t from, to;
	if (e->single_line)
		return;
	edit_selected(e, &from, &to);
	size_t at = piece_table_line_start(&e->text, piece_table_line_of(&e->text, from));
	buf_add_char(&text, '\n');
	for (; at < from; at++) {
		char c = piece_table_run(&e->text, at).at[0];
		if (c != ' ' && c != '\t')
			break;
		buf_add_char(&text, c);
	}
	e->joinable = JOIN_NOTHING;
	put_text(e, buf_str(&text), JOIN_NOTHING);
	buf_free(&text);
}

/* Goes from the present state to its neighbour. */
static void step_to(struct edit *e, size_t state)
{
	struct edit_history *h = &e->history;
	struct history_place place;
	if (state < h->now) {
		const struct history_step *step = &h->steps[h->now];
		for (size_t i = step->count; i-- > 0;) {
			const struct history_change *c = &step->changes[i];
			put_pieces(e, c->at, c->inserted_len, c->removed, c->removed_count);
		}
		place = step->before;
	} else {
		const struct history_step *step = &h->steps[state];
		for (size_t i = 0; i < step->count; i++) {
			const struct history_change *c = &step->changes[i];
			put_pieces(e, c->at, c->removed_len, c->inserted, c->inserted_count);
		}
		place = step->after;
		h->steps[h->now].redo = state;
	}
	h->now = state;
	e->joinable = JOIN_NOTHING;
	e->caret = place.caret;
	e->anchor = place.anchor;
	e->goal = -1;
	e->follow = true;
}

static bool go_to_state(struct edit *e, size_t target)
{
	if (e->read_only || target == e->history.now)
		return false;
	while (e->history.now != target)
		step_to(e, edit_history_towards(&e->history, target));
	return true;
}

bool edit_undo(struct edit *e)
{
	return go_to_state(e, edit_history_now(&e->history)->parent);
}

bool edit_redo(struct edit *e)
{
	size_t child = edit_history_now(&e->history)->redo;
	return child != 0 && go_to_state(e, child);
}

bool edit_undo_branch(struct edit *e)
{
	return go_to_state(e, edit_history_branch(&e->history));
}

bool edit_older(struct edit *e)
{
	return e->history.now > 0 && go_to_state(e, e->history.now - 1);
}

bool edit_newer(struct edit *e)
{
	return e->history.now + 1 < e->history.count && go_to_state(e, e->history.now + 1);
}

bool edit_has_selection(const struct edit *e)
{
	return e->caret != e->anchor;
}

void edit_selected(const struct edit *e, size_t *from, size_t *to)
{
	*from = e->caret < e->anchor ? e->caret : e->anchor;
	*to = e->caret < e->anchor ? e->anchor : e->caret;
}

struct str edit_selection(const struct edit *e, struct arena *a)
{
	size_t from, to;
	edit_selected(e, &from, &to);
	return edit_read(e, from, to, a);
}
