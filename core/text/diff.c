/* SPDX-License-Identifier: MIT */
#include "core/text/diff.h"

#include "core/text/diff_items.h"
#include "core/text/segment.h"
#include "core/text/utf8.h"

#include <string.h>

enum {
	LINE_BUDGET = 8 << 20, /* steps: some 50 ms */
	WORD_BUDGET = 1 << 20,
	WORD_BYTES = 64 << 10, /* a larger change is not looked into */
	KEPT_LEAST = 4 /* a quarter of the bytes must be the same for words to be marked */
};

/* A text in pieces: lines or words. */
struct pieces {
	struct str *items;
	uint32_t *numbers; /* equal for equal pieces, in both texts */
	bool *changed;
	size_t len, cap;
};

static void add_piece(struct arena *a, struct pieces *p, struct str text)
{
	p->items = arena_reserve(a, p->items, p->len, &p->cap, p->len + 1, sizeof *p->items);
	p->items[p->len++] = text;
}

static struct pieces split_lines(struct arena *a, struct str text)
{
	struct pieces p = {.len = 0};
	while (text.len > 0) {
		const char *end = memchr(text.at, '\n', text.len);
		size_t len = end != NULL ? (size_t)(end - text.at) + 1 : text.len;
		add_piece(a, &p, str_slice(text, 0, len));
		text = str_slice(text, len, text.len);
	}
	return p;
}

/* Letters, digits and what belongs to words of other alphabets than ours. */
static bool is_word(uint32_t code)
{
	if (code < 128)
		return code == '_' || (code >= '0' && code <= '9') ||
		       ((code | 32) >= 'a' && (code | 32) <= 'z');
	return !segment_is_cjk(code) && code >= 0xC0 && (code < 0x2000 || code > 0x303F) &&
	       (code < 0xFF00 || code > 0xFFEF);
}

static struct pieces split_words(struct arena *a, struct str text)
{
	struct pieces p = {.len = 0};
	for (size_t at = 0; at < text.len;) {
		uint32_t code;
		size_t from = at;
		at = utf8_next(text, at, &code);
		bool word = is_word(code);
		for (size_t next = at; word && next < text.len; at = next) {
			next = utf8_next(text, next, &code);
			if (!is_word(code))
				break;
		}
		add_piece(a, &p, str_slice(text, from, at));
	}
	return p;
}

/* Numbers the pieces of both texts through one table with open addressing. */
static void number(struct arena *a, struct pieces *x, struct pieces *y)
{
	size_t size = 16;
	uint32_t count = 0;
	while (size < 2 * (x->len + y->len))
		size *= 2;
	struct entry {
		struct str text;
		uint32_t number; /* 0: free */
	} *table = ARENA_ARRAY(a, struct entry, size);
	struct pieces *both[] = {x, y};
	for (int i = 0; i < 2; i++) {
		struct pieces *p = both[i];
		p->numbers = ARENA_ARRAY(a, uint32_t, p->len + 1);
		p->changed = ARENA_ARRAY(a, bool, p->len + 1);
		for (size_t j = 0; j < p->len; j++) {
			size_t at = (size_t)str_hash(p->items[j]) & (size - 1);
			while (table[at].number != 0 && !str_eq(table[at].text, p->items[j]))
				at = (at + 1) & (size - 1);
			if (table[at].number == 0)
				table[at] = (struct entry){p->items[j], ++count};
			p->numbers[j] = table[at].number;
		}
	}
}

/* True when the budget sufficed. */
static bool compare(struct arena *a, struct pieces *x, struct pieces *y, int64_t budget)
{
	number(a, x, y);
	struct diff_items d = {.a = x->numbers,
		.b = y->numbers,
		.a_len = x->len,
		.b_len = y->len,
		.a_changed = x->changed,
		.b_changed = y->changed,
		.budget = budget};
	diff_items(&d);
	return d.budget >= 0;
}

static struct diff_line *add_line(struct arena *a, struct diff *d, size_t *cap)
{
	d->lines = arena_reserve(a, d->lines, d->len, cap, d->len + 1, sizeof *d->lines);
	return &d->lines[d->len++];
}

/* Puts the changed ones of WORDS, which make up the texts of LINES, on these lines. */
static void mark_words(
	struct arena *a, struct diff_line *lines, size_t count, const struct pieces *words)
{
	size_t word = 0, at = 0;
	for (size_t i = 0; i < count; i++) {
		struct diff_line *line = &lines[i];
		struct diff_span *spans = NULL;
		size_t cap = 0, from = 0;
		while (from < line->text.len) {
			size_t len = words->items[word].len - at;
			bool ends = len <= line->text.len - from;
			size_t to = ends ? from + len : line->text.len;
			struct diff_span *last =
				line->span_count > 0 ? &spans[line->span_count - 1] : NULL;
			if (words->changed[word] && last != NULL && last->to == from) {
				last->to = to;
			} else if (words->changed[word]) {
				spans = arena_reserve(a, spans, line->span_count, &cap,
					line->span_count + 1, sizeof *spans);
				spans[line->span_count++] = (struct diff_span){from, to};
			}
			at = ends ? 0 : at + (to - from);
			word += ends;
			from = to;
		}
		line->spans = spans;
	}
}

/* The bytes of words that are the same, or of all of them; white space says nothing. */
static size_t count_bytes(const struct pieces *words, bool all)
{
	size_t sum = 0;
	for (size_t i = 0; i < words->len; i++)
		if ((all || !words->changed[i]) && str_trim(words->items[i]).len > 0)
			sum += words->items[i].len;
	return sum;
}

/* Lines of a text that follow one another lie behind one another. */
static struct str whole(const struct diff_line *lines, size_t count)
{
	const struct str *last = &lines[count - 1].text;
	return (struct str){lines[0].text.at, (size_t)(last->at - lines[0].text.at) + last->len};
}

/* Looks into a change: REMOVED lines, then ADDED ones. */
static void look_into(struct arena *a, struct diff_line *lines, size_t removed, size_t added)
{
	if (removed == 0 || added == 0)
		return;
	struct str before = whole(lines, removed), after = whole(lines + removed, added);
	if (before.len > WORD_BYTES || after.len > WORD_BYTES)
		return;
	struct pieces x = split_words(a, before), y = split_words(a, after);
	if (!compare(a, &x, &y, WORD_BUDGET))
		return;
	size_t most = count_bytes(&x, true), other = count_bytes(&y, true);
	if (count_bytes(&x, false) * KEPT_LEAST < (most > other ? most : other))
		return;
	mark_words(a, lines, removed, &x);
	mark_words(a, lines + removed, added, &y);
}

struct diff diff_texts(struct arena *a, struct str before, struct str after)
{
	struct diff d = {.len = 0};
	struct pieces x = split_lines(a, before), y = split_lines(a, after);
	size_t cap = 0, i = 0, j = 0;
	d.coarse = !compare(a, &x, &y, LINE_BUDGET);
	while (i < x.len || j < y.len) {
		size_t begin = d.len, removed = 0, added = 0;
		for (; i < x.len && x.changed[i]; i++, removed++)
			*add_line(a, &d, &cap) = (struct diff_line){
				.kind = DIFF_REMOVED, .text = x.items[i], .a_number = i + 1};
		for (; j < y.len && y.changed[j]; j++, added++)
			*add_line(a, &d, &cap) = (struct diff_line){
				.kind = DIFF_ADDED, .text = y.items[j], .b_number = j + 1};
		if (removed + added > 0)
			look_into(a, d.lines + begin, removed, added);
		d.removed += removed;
		d.added += added;
		for (; i < x.len && j < y.len && !x.changed[i] && !y.changed[j]; i++, j++)
			*add_line(a, &d, &cap) = (struct diff_line){.kind = DIFF_SAME,
				.text = x.items[i],
				.a_number = i + 1,
				.b_number = j + 1};
	}
	return d;
}
