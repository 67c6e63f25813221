/* SPDX-License-Identifier: MIT */
#include "core/model/extract_units.h"

#include "core/text/segment.h"
#include "core/text/stem.h"
#include "core/text/synonyms.h"

#include <string.h>

enum { MAX_WORD = 32, LIKE_LETTERS = 5, LIKE_ENDING = 6 };

/* What a unit counts for when it is not found as it is: a CJK character without its neighbour, a
 * word of the same group, a word that begins alike. Alone < like < the same: the farther from the
 * question's own word, the less sure. */
static const double ALONE = 0.25, SYNONYM = 0.75, ALIKE = 0.75;

/* Whether the word before byte AT of the question is one that verbs or days follow. */
static bool follows_subject(struct str question, size_t at)
{
	static const char *const words[] = {" i ", " we ", " you ", " they ", " to ", " on ", NULL};
	for (const char *const *word = words; *word != NULL; word++) {
		size_t len = strlen(*word);
		bool same = at >= len;
		for (size_t i = 0; same && i < len; i++)
			same = (question.at[at - len + i] | 0x20) == (*word)[i];
		if (same)
			return true;
	}
	return false;
}

static size_t new_unit(struct extract_units *u, const struct term *t)
{
	uint64_t same = EXTRACT_MAX_UNITS;
	bool cjk = t->kind == TERM_ONE;
	if (u->len == EXTRACT_MAX_UNITS || (map_get(&u->words, t->text, &same) && !cjk))
		return (size_t)same;
	char first = u->question.at[t->start];
	char before = t->start > 0 ? u->question.at[t->start - 1] : '\0';
	char after = t->end < u->question.len ? u->question.at[t->end] : '\0';
	u->items[u->len] = (struct extract_unit){.text = t->text,
		.start = t->start,
		.end = t->end,
		.cjk = cjk,
		.single = cjk,
		.name = !cjk && t->start > 0 && first >= 'A' && first <= 'Z',
		.action = !cjk && follows_subject(u->question, t->start),
		.joined = !cjk && (before == '-' || after == '-'),
		.same = (size_t)same};
	map_set(&u->words, t->text, u->len);
	return u->len++;
}

/* Places of a CJK character are units of their own, because each is found with its neighbours;
 * where a pair comes again it is the same pair. */
static void read_question(struct extract_units *u)
{
	struct terms terms = segment_terms(u->arena, u->question);
	size_t last = EXTRACT_MAX_UNITS; /* unit of the character before, when informative */
	for (size_t i = 0; i < terms.len; i++) {
		const struct term *t = &terms.items[i];
		bool paired = i > 0 && terms.items[i - 1].kind == TERM_TWO;
		const struct term *pair = paired ? &terms.items[i - 1] : NULL;
		uint64_t known;
		if (t->kind == TERM_TWO)
			continue;
		size_t unit = EXTRACT_MAX_UNITS;
		if (!t->common && pair != NULL && map_get(&u->pairs, pair->text, &known))
			unit = (size_t)(known & UINT32_MAX);
		else if (!t->common)
			unit = new_unit(u, t);
		if (pair != NULL && last != EXTRACT_MAX_UNITS && unit != EXTRACT_MAX_UNITS) {
			map_set(&u->pairs, pair->text, (uint64_t)last << 32 | unit);
			u->items[last].single = u->items[unit].single = false;
		}
		last = t->kind == TERM_ONE ? unit : EXTRACT_MAX_UNITS;
	}
}

static bool is_wide(struct str word)
{
	return word.len > 0 && (word.at[0] & 0x80) != 0;
}

/* An English WORD's stem in BYTES. */
static struct str stem_of(struct str word, char bytes[MAX_WORD])
{
	size_t len = word.len < MAX_WORD ? word.len : MAX_WORD;
	memcpy(bytes, word.at, len);
	return (struct str){bytes, stem(bytes, len)};
}

/* The units of the question that WORD of a table covers, a bit each. */
static uint64_t units_of_word(const struct extract_units *u, struct str word)
{
	char bytes[MAX_WORD];
	uint64_t units = 0, at;
	size_t hyphen = str_find(word, STR("-"), 0);
	if (hyphen != SIZE_MAX) {
		uint64_t first = units_of_word(u, str_slice(word, 0, hyphen));
		uint64_t second = units_of_word(u, str_slice(word, hyphen + 1, word.len));
		return first != 0 && second != 0 ? first | second : 0;
	}
	if (!is_wide(word)) {
		struct str text = stem_of(word, bytes);
		bool known = text.len > 0 && map_get(&u->words, text, &at);
		return known && at < u->len ? UINT64_C(1) << at : 0;
	}
	for (size_t from = 0; (from = str_find(u->question, word, from)) != SIZE_MAX; from++)
		for (size_t i = 0; i < u->len; i++)
			if (u->items[i].start >= from && u->items[i].end <= from + word.len)
				units |= UINT64_C(1) << i;
	return units;
}

/* The start of a CJK word by which it is looked up, as segment_terms gives it. */
static struct str key_of(struct extract_units *u, struct str word)
{
	char bytes[MAX_WORD];
	if (is_wide(word))
		return str_slice(word, 0, 6);
	return str_copy(u->arena, stem_of(str_cut(word, '-', &word), bytes));
}

static void add_alternate(struct extract_units *u, struct str word, uint64_t units)
{
	struct str key = key_of(u, word);
	uint64_t first = SIZE_MAX;
	map_get(&u->others, key, &first);
	u->alternates = arena_reserve(u->arena, u->alternates, u->alternates_len,
		&u->alternates_cap, u->alternates_len + 1, sizeof *u->alternates);
	u->alternates[u->alternates_len] =
		(struct extract_alternate){.word = word, .units = units, .next = (size_t)first};
	map_set(&u->others, key, u->alternates_len++);
}

static void read_groups(struct extract_units *u)
{
	size_t count;
	const char *const *groups = synonym_groups(&count);
	for (size_t i = 0; i < count; i++) {
		uint64_t units = 0;
		for (struct str rest = str_from(groups[i]); rest.len > 0;)
			units |= units_of_word(u, str_cut(rest, ' ', &rest));
		for (struct str rest = str_from(groups[i]); units != 0 && rest.len > 0;)
			add_alternate(u, str_cut(rest, ' ', &rest), units);
	}
}

/* A number is a circumstance: "after four years" is answered by a line on three to six. */
static bool is_number(struct str text)
{
	bool wide = str_find(STR("二三四五六七八九十两"), text, 0) != SIZE_MAX;
	return wide || (text.at[0] >= '0' && text.at[0] <= '9');
}

static void read_light(struct extract_units *u)
{
	uint64_t units = 0;
	for (struct str rest = str_from(light_words()); rest.len > 0;)
		units |= units_of_word(u, str_cut(rest, ' ', &rest));
	for (size_t i = 0; i < u->len; i++)
		u->items[i].light = (units >> i & 1) != 0 || is_number(u->items[i].text);
}

void extract_units_start(struct extract_units *u, struct arena *a, struct str question)
{
	*u = (struct extract_units){.arena = a, .question = question};
	read_question(u);
	read_groups(u);
	read_light(u);
}

void extract_units_release(struct extract_units *u)
{
	map_free(&u->words);
	map_free(&u->pairs);
	map_free(&u->others);
}

static void note(struct extract_found *f, size_t unit, double share, uint32_t position)
{
	if (f->share[unit] <= 0)
		f->position[unit] = position;
	if ((double)f->share[unit] < share)
		f->share[unit] = (float)share;
}

/* Whether WORD, whose start the term T of TEXT is, stands there as a whole; *END is where it ends.
 */
static bool stands_at(struct str text, const struct term *t, struct str word, size_t *end)
{
	size_t hyphen = str_find(word, STR("-"), 0);
	struct str rest = str_slice(text, t->end, text.len);
	*end = t->end;
	if (is_wide(word)) {
		*end = t->start + word.len;
		return str_starts(str_slice(text, t->start, text.len), word);
	}
	if (hyphen == SIZE_MAX)
		return true;
	word = str_slice(word, hyphen + 1, word.len);
	*end += 1 + word.len;
	return rest.len > 0 && (rest.at[0] == ' ' || rest.at[0] == '-') &&
	       str_starts(str_slice(rest, 1, rest.len), word);
}

static void find_alternates(const struct extract_units *u, struct str text, const struct term *t,
	struct extract_found *f)
{
	uint64_t at;
	if (!map_get(&u->others, t->text, &at))
		return;
	for (; at != SIZE_MAX; at = u->alternates[at].next) {
		const struct extract_alternate *x = &u->alternates[at];
		size_t end;
		if (!stands_at(text, t, x->word, &end))
			continue;
		for (size_t i = 0; i < u->len; i++)
			if ((x->units >> i & 1) != 0)
				note(f, i, SYNONYM, t->position);
	}
}

/* Where the longest word of a group that begins with T ends in TEXT; 0 when none does. */
static uint32_t end_of_alternate(
	const struct extract_units *u, struct str text, const struct term *t)
{
	uint64_t at;
	size_t end = 0;
	if (!map_get(&u->others, t->text, &at))
		return 0;
	for (; at != SIZE_MAX; at = u->alternates[at].next) {
		size_t to;
		if (stands_at(text, t, u->alternates[at].word, &to) && to > end)
			end = to;
	}
	return (uint32_t)end;
}

/* Two English words of which one is, but for its last letter at most, how the other begins. */
static bool begin_alike(struct str a, struct str b)
{
	size_t shorter = a.len < b.len ? a.len : b.len, longer = a.len < b.len ? b.len : a.len;
	size_t same = 0;
	while (same < shorter && a.at[same] == b.at[same])
		same++;
	return same >= LIKE_LETTERS && same + 1 >= shorter && longer - same <= LIKE_ENDING;
}

/* Whether T begins like a unit; notes it in F unless that is NULL. */
static bool is_alike(const struct extract_units *u, const struct term *t, struct extract_found *f)
{
	bool alike = false;
	if (t->kind != TERM_WORD || t->text.len < LIKE_LETTERS)
		return false;
	for (size_t i = 0; i < u->len; i++) {
		if (u->items[i].cjk || !begin_alike(u->items[i].text, t->text))
			continue;
		alike = true;
		if (f != NULL)
			note(f, i, ALIKE, t->position);
	}
	return alike;
}

void extract_units_find(const struct extract_units *u, struct str text, struct extract_found *f)
{
	struct terms terms = segment_terms(u->arena, text);
	for (size_t i = 0; i < terms.len; i++) {
		const struct term *t = &terms.items[i];
		uint64_t at;
		find_alternates(u, text, t, f);
		if (t->kind == TERM_TWO) {
			if (!map_get(&u->pairs, t->text, &at))
				continue;
			note(f, (size_t)(at >> 32), 1, t->position);
			note(f, (size_t)(at & UINT32_MAX), 1, t->position);
			continue;
		}
		if (!map_get(&u->words, t->text, &at)) {
			is_alike(u, t, f);
			continue;
		}
		for (; at < EXTRACT_MAX_UNITS; at = u->items[at].same) {
			bool part = u->items[at].cjk && !u->items[at].single;
			note(f, (size_t)at, part ? ALONE : 1, t->position);
		}
	}
}

double extract_units_named(const struct extract_units *u, struct str text)
{
	struct terms terms = segment_terms(u->arena, text);
	size_t all = 0, named = 0;
	uint32_t end = 0; /* of the last word of a group: its characters are named with it */
	for (size_t i = 0; i < terms.len; i++) {
		const struct term *t = &terms.items[i];
		uint32_t to = end_of_alternate(u, text, t);
		end = to > end ? to : end;
		if (t->kind == TERM_TWO || t->common)
			continue;
		all++;
		named +=
			t->start < end || map_get(&u->words, t->text, NULL) || is_alike(u, t, NULL);
	}
	return all > 0 ? (double)named / (double)all : 0;
}
