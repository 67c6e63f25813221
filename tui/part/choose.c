/* SPDX-License-Identifier: MIT */
#include "tui/part/choose.h"

#include "core/base/alloc.h"
#include "core/text/fuzzy.h"
#include "core/text/width.h"
#include "core/text/words.h"
#include "tui/part/wrap.h"

#include <stdlib.h>

enum {
	HEAD_ROWS = 2, /* the filter and an empty row */
	DETAIL_ROWS = 3, /* an empty row, the chosen row's sentence */
	DETAIL_FROM = 11, /* the least height that has room for them */
	TITLE_MOST = 40,
	SIDE_MOST = 22,
	NOTE_LEAST = 16,
	NO_MATCH = -1,
	SCORE_NAMED = 60, /* all of a key's name was typed */
	SCORE_NOTE = 4,
	SCORE_OFF = 20, /* what cannot be chosen comes after what matches as well */
	SCORE_TITLE = 8 /* the title's letters count more than the id's */
};

void choose_init(struct choose *c)
{
	enum choose_order order = c->order;
	bool side_first = c->side_first;
	const char *placeholder = c->placeholder;
	*c = (struct choose){.order = order, .side_first = side_first, .placeholder = placeholder};
	edit_init(&c->filter, true);
}

void choose_free(struct choose *c)
{
	edit_free(&c->filter);
	arena_release(&c->arena);
	free(c->hits);
	free(c->matched);
	buf_free(&c->last);
	c->hits = NULL;
	c->matched = NULL;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Where WORD begins in TEXT, ASCII letter case aside; SIZE_MAX: nowhere. */
static size_t find_plain(struct str text, struct str word)
{
	for (size_t i = 0; i + word.len <= text.len; i++) {
		size_t j = 0;
		while (j < word.len && lower(text.at[i + j]) == lower(word.at[j]))
			j++;
		if (j == word.len)
			return i;
	}
	return SIZE_MAX;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

/* A key's name as a whole counts most: "F5", "^P". */
static int score_side(struct str side, struct str word)
{
	size_t at = find_plain(side, word);
	if (at == SIZE_MAX)
		return NO_MATCH;
	size_t end = at + word.len;
	bool whole =
		(at == 0 || side.at[at - 1] == ' ') && (end == side.len || side.at[end] == ' ');
	return whole ? SCORE_NAMED : SCORE_NOTE;
}

static int score_word(const struct choose_row *row, struct str word)
{
	struct fuzzy f;
	int best = score_side(row->side, word);
	if (fuzzy_match(word, row->title, &f))
		best = larger(best, f.score + SCORE_TITLE);
	if (row->find.len > 0 && fuzzy_match(word, row->find, &f))
		best = larger(best, f.score);
	if (find_plain(row->note, word) != SIZE_MAX || find_plain(row->group, word) != SIZE_MAX)
		best = larger(best, SCORE_NOTE);
	return best;
}

/* NO_MATCH when a word of FILTER is not found. */
static int score_row(const struct choose_row *row, struct str filter)
{
	int score = 0;
	while (filter.len > 0) {
		struct str word = str_cut(filter, ' ', &filter);
		if (word.len == 0)
			continue;
		int one = score_word(row, word);
		if (one == NO_MATCH)
			return NO_MATCH;
		score += one;
	}
	return row->reason.len > 0 && score > SCORE_OFF ? score - SCORE_OFF : score;
}

static int compare_hits(const void *a, const void *b)
{
	const struct choose_hit *x = a, *y = b;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Sorts each group's hits and puts its heading before them; there is room for as many headings as
 * rows. */
static size_t group_hits(struct choose *c, size_t count)
{
	struct choose_hit *sorted = c->hits + c->count + c->count;
	size_t out = 0;
	for (size_t from = 0, to; from < count; from = to) {
		struct str group = c->rows[sorted[from].row].group;
		for (to = from; to < count && str_eq(c->rows[sorted[to].row].group, group);)
			to++;
		qsort(sorted + from, to - from, sizeof *sorted, compare_hits);
		if (group.len > 0)
			c->hits[out++] =
				(struct choose_hit){.row = sorted[from].row, .heading = true};
		for (size_t i = from; i < to; i++)
			c->hits[out++] = sorted[i];
	}
	return out;
}

/* The heading of a group is no choice: the row after it, or before it, is. */
static void step_off_heading(struct choose *c, bool up)
{
	struct list_view *l = &c->list;
	if (l->selected >= l->count || !c->hits[l->selected].heading)
		return;
	bool back = up && l->selected > 0;
	list_view_move(l, back ? -1 : 1);
	if (l->selected == 1)
		l->top = 0;
}

static void apply_filter(struct choose *c)
{
	struct arena a = ARENA_INIT;
	struct str filter = edit_text(&c->filter, &a);
	bool typed = str_trim(filter).len > 0;
	bool grouped = c->order == CHOOSE_GROUPS || !typed;
	/* Rows and their headings, then the hits while they are sorted. */
	struct choose_hit *hits = grouped ? c->hits + c->count + c->count : c->hits;
	size_t count = 0;
	/* What did not match a shorter filter does not match a longer one. */
	bool longer = c->last.len > 0 && str_starts(filter, buf_str(&c->last));
	for (size_t i = 0; i < c->count; i++) {
		bool skip = longer && !c->matched[i];
		int score = skip ? NO_MATCH : typed ? score_row(&c->rows[i], filter) : 0;
		c->matched[i] = score != NO_MATCH;
		if (score != NO_MATCH)
			hits[count++] = (struct choose_hit){.row = i, .score = score};
	}
	buf_clear(&c->last);
	buf_add_str(&c->last, filter);
	c->matches = count;
	if (grouped)
		count = group_hits(c, count);
	else if (count > 0)
		qsort(hits, count, sizeof *hits, compare_hits);
	c->list.selected = c->list.top = 0;
	list_view_fit(&c->list, count, (int)c->list.height);
	step_off_heading(c, false);
	c->revision = edit_revision(&c->filter);
	arena_release(&a);
}

static void measure(struct choose *c)
{
	c->title_width = c->side_width = 0;
	c->has_notes = false;
	for (size_t i = 0; i < c->count; i++) {
		int title = (int)width_text(c->rows[i].title);
		int side = (int)width_text(c->rows[i].side);
		c->title_width = larger(c->title_width, title < TITLE_MOST ? title : TITLE_MOST);
		c->has_notes |= c->rows[i].note.len > 0 || c->rows[i].reason.len > 0;
		c->side_width = larger(c->side_width, side < SIDE_MOST ? side : SIDE_MOST);
	}
}

static void choose_title(struct choose *c, struct str title)
{
	for (size_t i = 0; i < c->list.count; i++)
		if (!c->hits[i].heading && str_eq(c->rows[c->hits[i].row].title, title))
			list_view_select(&c->list, i);
}

void choose_set(struct choose *c, struct choose_row *rows, size_t count)
{
	const struct choose_row *chosen = c->rows != NULL ? choose_chosen(c) : NULL;
	struct str title = chosen != NULL ? chosen->title : STR_NONE;
	free(c->hits);
	free(c->matched);
	buf_clear(&c->last);
	c->hits = xcalloc(3 * count + 1, sizeof *c->hits);
	c->matched = xcalloc(count + 1, sizeof *c->matched);
	c->rows = rows;
	c->count = count;
	measure(c);
	apply_filter(c);
	if (chosen != NULL)
		choose_title(c, title);
}

int choose_wants_rows(const struct choose *c)
{
	int groups = 0;
	for (size_t i = 0; i < c->count; i++)
		if (c->rows[i].group.len > 0 &&
			(i == 0 || !str_eq(c->rows[i].group, c->rows[i - 1].group)))
			groups++;
	return HEAD_ROWS + DETAIL_ROWS + groups + (int)c->count;
}

static int detail_rows(int h)
{
	return h >= DETAIL_FROM ? DETAIL_ROWS : 0;
}

void choose_fit(struct choose *c, int w, int h)
{
	edit_fit(&c->filter, w, 1);
	if (edit_revision(&c->filter) != c->revision)
		apply_filter(c);
	list_view_fit(&c->list, c->list.count, h - HEAD_ROWS - detail_rows(h));
}

static void move(struct choose *c, long rows)
{
	list_view_move(&c->list, rows);
	step_off_heading(c, rows < 0);
}

bool choose_key(struct choose *c, struct key key)
{
	long page = c->list.height > 1 ? (long)c->list.height - 1 : 1;
	if (key.mods == MOD_CTRL && (key.code == 'p' || key.code == 'n')) {
		move(c, key.code == 'p' ? -1 : 1);
		return true;
	}
	if (key.mods != 0)
		return false;
	switch (key.code) {
	case WORD_UP: move(c, -1); return true;
	case WORD_DOWN: move(c, 1); return true;
	case WORD_PGUP: move(c, -page); return true;
	case WORD_PGDN: move(c, page); return true;
	default: return false;
	}
}

void choose_wheel(struct choose *c, int rows)
{
	list_view_scroll(&c->list, rows);
	step_off_heading(c, rows < 0);
}

bool choose_click(struct choose *c, int x, int y)
{
	size_t row = (size_t)(y - HEAD_ROWS);
	(void)x;
	if (y < HEAD_ROWS || row >= c->list.height || c->list.top + row >= c->list.count ||
		c->hits[c->list.top + row].heading)
		return false;
	list_view_select(&c->list, c->list.top + row);
	return true;
}

const struct choose_row *choose_chosen(const struct choose *c)
{
	size_t i = c->list.selected;
	return i < c->list.count && !c->hits[i].heading ? &c->rows[c->hits[i].row] : NULL;
}

/* The title with the letters that were found in it picked out. */
static void draw_title(
	struct pen pen, struct area line, struct str title, enum role role, struct str filter)
{
	struct fuzzy f[4];
	size_t words = 0;
	int x = line.x;
	while (filter.len > 0 && words < 4) {
		struct str word = str_cut(filter, ' ', &filter);
		if (word.len > 0 && fuzzy_match(word, title, &f[words]))
			words++;
	}
	bool cut = width_text(title) > (size_t)line.w;
	struct str shown = cut ? width_cut(title, (size_t)line.w - 1, NULL) : title;
	for (size_t at = 0; at < shown.len;) {
		unsigned cells;
		size_t end = width_cluster(shown, at, &cells);
		bool found = false;
		for (size_t i = 0; i < words; i++)
			found |= fuzzy_has(&f[i], at);
		x = paint_text(
			pen, x, line.y, str_slice(shown, at, end), found ? ROLE_ACCENT : role);
		at = end;
	}
	if (cut)
		paint_cstr(pen, x, line.y, "…", role);
}

struct columns {
	int title, side, note; /* cells; 0: not shown */
};

static struct columns columns_of(const struct choose *c, int w)
{
	struct columns k = {c->title_width, c->side_width, 0};
	if (k.side > w / 3)
		k.side = w / 3;
	int side = k.side > 0 ? k.side + 2 : 0;
	k.note = w - 2 - k.title - 2 - side;
	if (k.note < NOTE_LEAST || !c->has_notes) {
		k.note = 0;
		k.title = w - 2 - side;
	}
	return k;
}

static void draw_row(const struct choose *c, struct pen pen, struct area line,
	const struct choose_row *row, struct str filter)
{
	struct columns k = columns_of(c, line.w);
	bool off = row->reason.len > 0;
	int x = line.x, right = line.x + line.w;
	x = paint_cstr(pen, x, line.y, row->marked ? "● " : "  ", ROLE_GOOD);
	if (c->side_first && k.side > 0) {
		paint_fitted(pen, x, line.y, k.side, row->side, off ? ROLE_DIM : ROLE_ACCENT);
		x += k.side + 2;
	}
	draw_title(pen, (struct area){x, line.y, k.title, 1}, row->title,
		off ? ROLE_DIM : ROLE_TEXT, filter);
	x += k.title + 2;
	if (k.note > 0)
		paint_fitted(pen, x, line.y, k.note, off ? row->reason : row->note,
			off ? ROLE_WARN : ROLE_DIM);
	if (!c->side_first && k.side > 0) {
		struct str side = width_cut(row->side, (size_t)k.side, NULL);
		paint_right(pen, right, line.y, side, off ? ROLE_DIM : ROLE_ACCENT);
	}
}

/* All that the chosen row has to say, which its line may have cut. */
static void draw_detail(const struct choose *c, struct pen pen, struct area area)
{
	const struct choose_row *row = choose_chosen(c);
	if (row == NULL)
		return;
	struct str text = row->reason.len > 0			? row->reason
			  : width_text(row->note) >= NOTE_LEAST ? row->note
								: row->title;
	enum role role = row->reason.len > 0 ? ROLE_WARN : ROLE_TEXT;
	int y = area.y + 1;
	pen = pen_within(pen, area);
	for (size_t at = 0; at < text.len && y < area.y + area.h; y++) {
		struct row wrapped = wrap_row(text, at, (size_t)area.w);
		paint_text(pen, area.x, y, str_slice(text, wrapped.from, wrapped.to), role);
		at = wrapped.next;
	}
}

static void draw_filter(const struct choose *c, struct pen pen, struct area line, bool typed)
{
	const char *find = tr(pen.words, "Find ");
	int x = paint_cstr(pen, line.x, line.y, find, ROLE_DIM);
	line.w -= x - line.x;
	line.x = x;
	if (!typed && c->placeholder != NULL)
		paint_fitted(pen, x + 1, line.y, line.w - 1,
			str_from(tr(pen.words, c->placeholder)), ROLE_FAINT);
	edit_draw(pen, line, &c->filter, true, (struct text_style){NULL, NULL});
}

void choose_draw(struct pen pen, struct area area, const struct choose *c)
{
	struct arena a = ARENA_INIT;
	struct str filter = edit_text(&c->filter, &a);
	pen = pen_within(pen, area);
	draw_filter(c, pen, (struct area){area.x, area.y, area.w, 1}, filter.len > 0);
	if (c->matches == 0)
		paint_fitted(pen, area.x + 2, area.y + HEAD_ROWS, area.w - 2,
			str_from(tr(pen.words, "Nothing is called that. Backspace widens the "
					       "search.")),
			ROLE_DIM);
	for (size_t i = 0; i < c->list.height && c->list.top + i < c->list.count; i++) {
		size_t hit = c->list.top + i;
		struct area line = {area.x, area.y + HEAD_ROWS + (int)i, area.w, 1};
		const struct choose_row *row = &c->rows[c->hits[hit].row];
		if (c->hits[hit].heading) {
			paint_fitted(pen, line.x, line.y, line.w, row->group, ROLE_STRONG);
			continue;
		}
		draw_row(c, pen, line, row, filter);
		if (hit == c->list.selected) {
			paint_cstr(pen, line.x, line.y, "▸", ROLE_ACCENT);
			paint_ground(pen, line, GROUND_SELECT);
		}
	}
	int detail = detail_rows(area.h);
	draw_detail(c, pen, (struct area){area.x, area.y + area.h - detail, area.w, detail});
	arena_release(&a);
}
