/* SPDX-License-Identifier: MIT */
#include "core/model/extract_score.h"

#include "core/base/map.h"
#include "core/model/answer_type.h"
#include "core/text/segment.h"
#include "core/text/sentence.h"

#include <math.h>
#include <string.h>

enum { MAX_UNITS = 64, MAX_SENTENCES = 5000, MAX_SENTENCE = 1200 };

/* What a unit counts for by where it is found. */
static const double IN_SENTENCE = 1, ABOVE = 0.9, NEXT_TO = 0.65, IN_PASSAGE = 0.45;
/* A CJK character without its neighbour; the weight of a CJK character beside that of a word. */
static const double ALONE = 0.3, CJK_WEIGHT = 0.6;
/* The idf is taken as if so many sentences more had been seen, with none of the units in them: few
 * sentences say little about how common a word is. */
static const double UNSEEN_SENTENCES = 20;
/* The part of a sentence's score that it has to have in itself. */
static const double OWN_PART = 0.35;
/* What moves a sentence among those with like support. Passages mostly come ranked. */
static const double TYPE_BONUS = 0.15, CLOSE_BONUS = 0.15, EARLY_PASSAGE = 0.3,
		    EARLY_SENTENCE = 0.02;

/* A word, or a CJK character at a place of the question. */
struct unit {
	struct str text;
	double weight;
	bool cjk;
	bool single; /* a CJK character that is in no informative pair */
	size_t same; /* another place of the same CJK character, or MAX_UNITS */
	size_t seen; /* sentences that have it */
};

/* How much of each unit a text has: 0, ALONE or 1; and where a word stands first. */
struct found {
	float share[MAX_UNITS];
	uint32_t position[MAX_UNITS];
};

struct item {
	struct sentence sentence;
	struct found found;
	const struct extract_passage *passage;
	struct str head; /* of the table it is a row of */
	size_t above; /* item whose found counts as standing above; SIZE_MAX none */
	bool quotable;
};

struct scorer {
	struct arena *arena;
	const struct extract_input *in;
	struct unit units[MAX_UNITS];
	size_t unit_count;
	struct map words; /* text -> index of its last unit */
	struct map pairs; /* informative pair -> index of its first unit << 32 | second */
	struct item *items;
	size_t len, cap;
	double total;
	enum answer_type wanted;
};

static size_t new_unit(struct scorer *s, struct str text, bool cjk)
{
	uint64_t same = MAX_UNITS;
	if (s->unit_count == MAX_UNITS || (map_get(&s->words, text, &same) && !cjk))
		return (size_t)same;
	s->units[s->unit_count] =
		(struct unit){.text = text, .cjk = cjk, .single = cjk, .same = (size_t)same};
	map_set(&s->words, text, s->unit_count);
	return s->unit_count++;
}

/* The question's units. Places of a CJK character are units of their own, because each is found
 * with its neighbours; where a pair comes again it is the same pair. */
static void read_question(struct scorer *s)
{
	struct terms terms = segment_terms(s->arena, s->in->question);
	size_t last = MAX_UNITS; /* unit of the character before, when it is informative */
	for (size_t i = 0; i < terms.len; i++) {
		const struct term *t = &terms.items[i];
		bool paired = i > 0 && terms.items[i - 1].kind == TERM_TWO;
		const struct term *pair = paired ? &terms.items[i - 1] : NULL;
		uint64_t known;
		if (t->kind == TERM_TWO)
			continue;
		size_t unit = MAX_UNITS;
		if (!t->common && pair != NULL && map_get(&s->pairs, pair->text, &known))
			unit = (size_t)(known & UINT32_MAX);
		else if (!t->common)
			unit = new_unit(s, t->text, t->kind == TERM_ONE);
		if (pair != NULL && last != MAX_UNITS && unit != MAX_UNITS) {
			map_set(&s->pairs, pair->text, (uint64_t)last << 32 | unit);
			s->units[last].single = s->units[unit].single = false;
		}
		last = t->kind == TERM_ONE ? unit : MAX_UNITS;
	}
}

static void note(struct found *f, size_t unit, double share, uint32_t position)
{
	if (f->share[unit] <= 0)
		f->position[unit] = position;
	if ((double)f->share[unit] < share)
		f->share[unit] = (float)share;
}

static void find_units(struct scorer *s, struct str text, struct found *f)
{
	struct terms terms = segment_terms(s->arena, text);
	for (size_t i = 0; i < terms.len; i++) {
		const struct term *t = &terms.items[i];
		uint64_t at;
		if (t->kind == TERM_TWO) {
			if (!map_get(&s->pairs, t->text, &at))
				continue;
			note(f, (size_t)(at >> 32), 1, t->position);
			note(f, (size_t)(at & UINT32_MAX), 1, t->position);
			continue;
		}
		if (!map_get(&s->words, t->text, &at))
			continue;
		for (; at != MAX_UNITS; at = s->units[at].same)
			note(f, (size_t)at, s->units[at].cjk && !s->units[at].single ? ALONE : 1,
				t->position);
	}
}

static struct item *add_item(struct scorer *s, const struct extract_passage *passage)
{
	s->items = arena_reserve(s->arena, s->items, s->len, &s->cap, s->len + 1, sizeof *s->items);
	struct item *item = &s->items[s->len++];
	*item = (struct item){.passage = passage, .above = SIZE_MAX};
	return item;
}

static bool asks(struct str text)
{
	return str_ends(text, STR("?")) || str_ends(text, STR("？"));
}

/* The sentences of one passage. What stands above a sentence is, nearest first: the head of its
 * table, the question before it, the heading before it, the passage's source. */
static void add_passage(struct scorer *s, const struct extract_passage *passage)
{
	struct item *source = add_item(s, passage);
	find_units(s, passage->source, &source->found);
	size_t base = s->len - 1, above = base, row_head = SIZE_MAX;
	struct sentences all = sentences_of(s->arena, passage->text);
	for (size_t i = 0; i < all.len && s->len < MAX_SENTENCES; i++) {
		const struct sentence *sentence = &all.items[i];
		bool row = sentence->kind == SENTENCE_ROW;
		if (sentence->kind == SENTENCE_RULE)
			continue;
		struct item *item = add_item(s, passage);
		item->sentence = *sentence;
		find_units(s, str_slice(sentence->text, 0, MAX_SENTENCE), &item->found);
		bool table_head = row && i + 1 < all.len && all.items[i + 1].kind == SENTENCE_RULE;
		bool heads =
			sentence->kind == SENTENCE_HEADING || table_head || asks(sentence->text);
		bool row_of = row && row_head != SIZE_MAX && !table_head;
		item->above = row_of ? row_head : heads && !table_head ? base : above;
		item->quotable = !heads && sentence->text.len <= MAX_SENTENCE;
		if (row_of)
			item->head = s->items[row_head].sentence.text;
		if (table_head)
			row_head = s->len - 1;
		else if (heads)
			above = s->len - 1;
		row_head = row ? row_head : SIZE_MAX;
	}
}

static void weigh_units(struct scorer *s)
{
	size_t sentences = 0;
	for (size_t i = 0; i < s->len; i++) {
		sentences += s->items[i].sentence.text.len > 0;
		for (size_t u = 0; u < s->unit_count && s->items[i].sentence.text.len > 0; u++)
			s->units[u].seen += s->items[i].found.share[u] > 0;
	}
	for (size_t u = 0; u < s->unit_count; u++) {
		double n = (double)sentences + UNSEEN_SENTENCES, seen = (double)s->units[u].seen;
		s->units[u].weight = log(1 + (n - seen + 0.5) / (seen + 1.5)) *
				     (s->units[u].cjk ? CJK_WEIGHT : 1);
		s->total += s->units[u].weight;
	}
}

/* The most that item I has of UNIT through what stands above it. */
static double share_above(const struct scorer *s, size_t i, size_t unit)
{
	double best = 0;
	for (size_t at = s->items[i].above; at != SIZE_MAX; at = s->items[at].above)
		if ((double)s->items[at].found.share[unit] > best)
			best = (double)s->items[at].found.share[unit];
	return best;
}

static double share_next_to(const struct scorer *s, size_t i, size_t unit)
{
	double best = 0;
	for (size_t at = i > 2 ? i - 2 : 0; at <= i + 2 && at < s->len; at++)
		if (s->items[at].passage == s->items[i].passage &&
			(double)s->items[at].found.share[unit] > best)
			best = (double)s->items[at].found.share[unit];
	return best;
}

/* 1 when the found words touch, less the farther they are apart. */
static double closeness(const struct scorer *s, const struct found *f)
{
	uint32_t low = UINT32_MAX, high = 0, count = 0;
	for (size_t u = 0; u < s->unit_count; u++) {
		if (f->share[u] <= 0)
			continue;
		count++;
		low = f->position[u] < low ? f->position[u] : low;
		high = f->position[u] > high ? f->position[u] : high;
	}
	return count < 2 ? 0 : fmin(1, (double)count / (double)(high - low + 1));
}

/* PASSAGE_SHARE[u] is the most that any sentence of the item's passage has of unit u. */
static void support(struct scorer *s, size_t i, const float *passage_share, struct scored *out)
{
	const struct item *item = &s->items[i];
	double sum = 0, own = 0;
	for (size_t u = 0; u < s->unit_count; u++) {
		double here = (double)item->found.share[u] * IN_SENTENCE;
		double best = fmax(here, share_above(s, i, u) * ABOVE);
		best = fmax(best, share_next_to(s, i, u) * NEXT_TO);
		best = fmax(best, (double)passage_share[u] * IN_PASSAGE);
		sum += s->units[u].weight * best;
		own += s->units[u].weight * here;
		if (item->found.share[u] >= 1)
			out->units |= UINT64_C(1) << u;
	}
	out->support = s->total > 0 ? sum / s->total : 0;
	out->own = s->total > 0 ? own / s->total : 0;
}

/* A row with its table's head, "head: cell; head: cell", or as it is when they do not match. */
static struct str row_text(struct arena *a, struct str head, struct str row, bool chinese)
{
	struct str out = STR_NONE, cell, name;
	str_cut(row, '|', &row);
	str_cut(head, '|', &head);
	while (row.len > 0) {
		cell = str_trim(str_cut(row, '|', &row));
		name = str_trim(str_cut(head, '|', &head));
		if (cell.len == 0)
			continue;
		struct str separator = out.len == 0 ? STR_NONE : chinese ? STR("；") : STR("; ");
		struct str colon = name.len == 0 ? STR_NONE : chinese ? STR("：") : STR(": ");
		out = str_format(a, "%.*s%.*s%.*s%.*s%.*s", STR_ARG(out), STR_ARG(separator),
			STR_ARG(name), STR_ARG(colon), STR_ARG(cell));
	}
	return out;
}

static struct str quoted_text(struct scorer *s, const struct item *item, enum language language)
{
	bool chinese = language == LANGUAGE_CHINESE;
	if (item->sentence.kind == SENTENCE_ROW && item->sentence.text.at[0] == '|')
		return row_text(s->arena, item->head, item->sentence.text, chinese);
	return sentence_bare(item->sentence.text);
}

static void add_scored(struct scorer *s, size_t i, const float *passage_share, struct scores *out)
{
	const struct item *item = &s->items[i];
	struct scored scored = {.passage = item->passage, .order = i};
	size_t rank = (size_t)(item->passage - s->in->passages);
	size_t first = i;
	while (first > 0 && s->items[first - 1].passage == item->passage)
		first--;
	support(s, i, passage_share, &scored);
	scored.language = segment_language(item->sentence.text);
	scored.text = quoted_text(s, item, scored.language);
	scored.leads = str_ends(scored.text, STR(":")) || str_ends(scored.text, STR("："));
	double bonus = 1 + CLOSE_BONUS * closeness(s, &item->found) +
		       EARLY_PASSAGE / (double)(rank + 1) + EARLY_SENTENCE / (double)(i - first);
	bonus += TYPE_BONUS * answer_type_fit(s->wanted, scored.text);
	scored.score = ((1 - OWN_PART) * scored.support + OWN_PART * scored.own) * bonus;
	scored.is_item = item->sentence.kind != SENTENCE_PROSE;
	out->items = arena_reserve(
		s->arena, out->items, out->len, &out->cap, out->len + 1, sizeof *out->items);
	out->items[out->len++] = scored;
}

struct scores extract_score(struct arena *a, const struct extract_input *in)
{
	struct scores out = {0};
	struct scorer s = {.arena = a, .in = in, .wanted = answer_type_of(in->question)};
	read_question(&s);
	for (size_t i = 0; i < in->len && s.len < MAX_SENTENCES; i++)
		add_passage(&s, &in->passages[i]);
	weigh_units(&s);
	float passage_share[MAX_UNITS] = {0};
	for (size_t i = 0; i < s.len; i++) {
		if (i == 0 || s.items[i].passage != s.items[i - 1].passage) {
			memset(passage_share, 0, sizeof passage_share);
			for (size_t k = i; k < s.len && s.items[k].passage == s.items[i].passage;
				k++)
				for (size_t u = 0; u < s.unit_count; u++)
					passage_share[u] =
						fmaxf(passage_share[u], s.items[k].found.share[u]);
		}
		if (s.items[i].quotable)
			add_scored(&s, i, passage_share, &out);
	}
	out.units = s.unit_count;
	map_free(&s.words);
	map_free(&s.pairs);
	return out;
}
