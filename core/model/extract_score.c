/* SPDX-License-Identifier: MIT */
#include "core/model/extract_score.h"

#include "core/model/answer_type.h"
#include "core/model/extract_units.h"
#include "core/text/segment.h"
#include "core/text/sentence.h"

#include <math.h>
#include <string.h>

enum { MAX_SENTENCES = 5000, MAX_SENTENCE = 1200, AROUND = 3 };

/* What a unit counts for by where it is found. */
static const double IN_SENTENCE = 1, ABOVE = 0.85, NEXT_TO = 0.6, IN_PASSAGE = 0.4;
/* The weight of a CJK character beside that of a word: most words have two. */
static const double CJK_WEIGHT = 0.6;
/* A unit that says little; what somebody does, which documents word in their own way; one that no
 * passage has, which is the honest sign of a question that
 * they do not answer; the same of a name; one of two that a hyphen joins; one that stands in
 * another part of the question. */
static const double LIGHT = 0.35, ACTION = 0.6, UNSEEN = 1.6, UNSEEN_NAME = 2, JOINED = 0.6,
		    OTHER_PART = 0.4;
/* A unit that has this share somewhere has been seen. */
static const float SEEN = 0.5F;
/* The idf is taken as if so many sentences more had been seen, with none of the units in them: few
 * sentences say little about how common a word is. */
static const double UNSEEN_SENTENCES = 20;
/* The part of a sentence's score that it has to have in itself. */
static const double OWN_PART = 0.35;
/* What a sentence that has nothing of the kind that is asked for loses of its support, at most. */
static const double WRONG_TYPE = 0.2;
/* The same where nothing around it has. */
static const double NO_TYPE = 0.65;
/* What is left of the support where only what says little is found. */
static const double NO_SUBJECT = 0.6;
/* What is lost where the rarest word of the question that a passage has is not near, per part of
 * the question's weight that the word has. */
static const double NO_ANCHOR = 0.5;
/* What moves a sentence among those with like support. Passages mostly come ranked. */
static const double TYPE_BONUS = 0.4, TOPIC_BONUS = 0.6, COLUMN_BONUS = 0.3, CLOSE_BONUS = 0.15,
		    EARLY_PASSAGE = 0.2, EARLY_SENTENCE = 0.02, EARLY_OF_TOPIC = 0.2;

struct item {
	struct sentence sentence;
	struct extract_found found;
	const struct extract_passage *passage;
	double named; /* of a heading: the part of its words that the question has */
	double topic; /* of a heading: how much it and the question have of each other, 0 to 1 */
	struct str head; /* of the table it is a row of */
	size_t above; /* item whose found counts as standing above; SIZE_MAX none */
	size_t lead; /* item that leads to it with a colon; SIZE_MAX none */
	bool quotable;
	bool is_heading; /* or a passage's source, or a question with its answer below */
};

struct scorer {
	struct arena *arena;
	const struct extract_input *in;
	struct str part; /* of the question */
	struct extract_units units;
	double weights[EXTRACT_MAX_UNITS];
	struct item *items;
	size_t len, cap;
	double total;
	size_t anchor; /* the rarest of the units that say something and are in a passage, or len */
	struct answer_wanted wanted;
};

static struct item *add_item(struct scorer *s, const struct extract_passage *passage)
{
	s->items = arena_reserve(s->arena, s->items, s->len, &s->cap, s->len + 1, sizeof *s->items);
	struct item *item = &s->items[s->len++];
	*item = (struct item){.passage = passage, .above = SIZE_MAX, .lead = SIZE_MAX};
	return item;
}

static bool asks(struct str text)
{
	return str_ends(text, STR("?")) || str_ends(text, STR("？"));
}

static bool leads(struct str text)
{
	return str_ends(text, STR(":")) || str_ends(text, STR("："));
}

/* Where a passage's next sentence stands. */
struct standing {
	size_t base; /* the passage's source */
	size_t above; /* the heading or question over it */
	size_t row_head;
	size_t lead;
};

enum place { PLACE_PLAIN, PLACE_HEADING, PLACE_TABLE_HEAD, PLACE_TABLE_ROW, PLACE_LISTED };

/* NEXT follows NOW and may be NULL. */
static enum place place_of(
	const struct standing *at, const struct sentence *now, const struct sentence *next)
{
	bool row = now->kind == SENTENCE_ROW;
	if (row && next != NULL && next->kind == SENTENCE_RULE)
		return PLACE_TABLE_HEAD;
	if (now->kind == SENTENCE_HEADING || asks(now->text))
		return PLACE_HEADING;
	if (row && at->row_head != SIZE_MAX)
		return PLACE_TABLE_ROW;
	if (now->kind == SENTENCE_ITEM && at->lead != SIZE_MAX)
		return PLACE_LISTED;
	return PLACE_PLAIN;
}

static size_t above_of(const struct standing *at, enum place place)
{
	switch (place) {
	case PLACE_HEADING: return at->base;
	case PLACE_TABLE_ROW: return at->row_head;
	case PLACE_LISTED: return at->lead;
	default: return at->above;
	}
}

static void add_sentence(struct scorer *s, struct standing *at, const struct sentence *now,
	const struct sentence *next)
{
	size_t here = s->len;
	enum place place = place_of(at, now, next);
	struct item *item = add_item(s, s->items[at->base].passage);
	item->sentence = *now;
	extract_units_find(&s->units, str_slice(now->text, 0, MAX_SENTENCE), &item->found);
	item->above = above_of(at, place);
	item->lead = place == PLACE_LISTED ? at->lead : SIZE_MAX;
	item->quotable = place != PLACE_HEADING && place != PLACE_TABLE_HEAD &&
			 now->text.len <= MAX_SENTENCE;
	if (place == PLACE_TABLE_ROW)
		item->head = s->items[at->row_head].sentence.text;
	if (place == PLACE_TABLE_HEAD)
		at->row_head = here;
	else if (now->kind != SENTENCE_ROW)
		at->row_head = SIZE_MAX;
	item->is_heading = place == PLACE_HEADING;
	if (item->is_heading)
		at->above = here;
	if (now->kind != SENTENCE_ITEM)
		at->lead = place == PLACE_PLAIN && leads(now->text) ? here : SIZE_MAX;
}

/* The sentences of one passage. What stands above a sentence is, nearest first: the head of its
 * table, what leads to its list, the question before it, the heading before it, the passage's
 * source. */
static void add_passage(struct scorer *s, const struct extract_passage *passage)
{
	struct item *source = add_item(s, passage);
	source->is_heading = true;
	extract_units_find(&s->units, passage->source, &source->found);
	struct standing at = {s->len - 1, s->len - 1, SIZE_MAX, SIZE_MAX};
	struct sentences all = sentences_of(s->arena, passage->text);
	for (size_t i = 0; i < all.len && s->len < MAX_SENTENCES; i++)
		if (all.items[i].kind != SENTENCE_RULE)
			add_sentence(
				s, &at, &all.items[i], i + 1 < all.len ? &all.items[i + 1] : NULL);
}

/* Whether the question's words for the kind of answer have unit U: what has the kind of answer has
 * the unit then. */
static bool is_asking(const struct scorer *s, size_t u)
{
	size_t part = (size_t)(s->part.at - s->in->question.at);
	const struct extract_unit *unit = &s->units.items[u];
	return unit->start >= part + s->wanted.from && unit->end <= part + s->wanted.to;
}

static double factor_of(const struct scorer *s, size_t unit, bool seen)
{
	const struct extract_unit *u = &s->units.items[unit];
	size_t from = (size_t)(s->part.at - s->in->question.at);
	double factor = u->cjk ? CJK_WEIGHT : 1;
	bool day = u->action && u->name && seen; /* "on Fridays" */
	if (u->light || day || is_asking(s, unit))
		factor *= LIGHT;
	else if (u->action && !u->name)
		factor *= ACTION;
	else if (!seen)
		factor *= u->name ? UNSEEN_NAME : UNSEEN;
	if (u->joined)
		factor *= JOINED;
	return u->start < from || u->end > from + s->part.len ? factor * OTHER_PART : factor;
}

static void weigh_units(struct scorer *s)
{
	size_t sentences = 0;
	double rarest = 0;
	s->anchor = s->units.len;
	for (size_t i = 0; i < s->len; i++)
		sentences += s->items[i].sentence.text.len > 0;
	for (size_t u = 0; u < s->units.len; u++) {
		double n = (double)sentences + UNSEEN_SENTENCES, seen = 0;
		float most = 0;
		for (size_t i = 0; i < s->len; i++) {
			float share = s->items[i].found.share[u];
			seen += s->items[i].sentence.text.len > 0 && share > 0 ? 1 : 0;
			most = fmaxf(most, share);
		}
		double idf = log(1 + (n - seen + 0.5) / (seen + 1.5));
		const struct extract_unit *unit = &s->units.items[u];
		bool anywhere = most >= SEEN || (unit->cjk && most > 0);
		if (most >= SEEN && idf > rarest && !unit->light && !unit->action &&
			!is_asking(s, u)) {
			rarest = idf;
			s->anchor = u;
		}
		s->weights[u] = idf * factor_of(s, u, anywhere);
		s->total += s->weights[u];
	}
}

/* What HEADING, which item I is or has, is about: the part of the question's weight that it has
 * times the part of its words that the question has. */
static void set_topic(struct scorer *s, struct item *item)
{
	struct extract_found found = {0};
	struct str heading =
		item->sentence.text.len > 0 ? item->sentence.text : item->passage->source;
	size_t hash = str_find(heading, STR("#"), 0);
	if (item->sentence.text.len == 0 && hash != SIZE_MAX)
		heading = str_slice(heading, hash + 1, heading.len);
	extract_units_find(&s->units, heading, &found);
	double sum = 0, all = 0;
	for (size_t u = 0; u < s->units.len; u++) {
		if (s->units.items[u].light || is_asking(s, u))
			continue;
		sum += s->weights[u] * (double)found.share[u];
		all += s->weights[u];
	}
	if (all > 0)
		item->named = extract_units_named(&s->units, heading);
	item->topic = all > 0 ? sum / all * item->named : 0;
}

static double topic_of(const struct scorer *s, size_t i)
{
	double best = 0;
	for (size_t at = s->items[i].above; at != SIZE_MAX; at = s->items[at].above)
		best = fmax(best, s->items[at].topic);
	return best;
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

/* What item I has of UNIT because its section is about it: whatever word the heading has for it,
 * the sentences below need not say it again. */
static double share_of_topic(const struct scorer *s, size_t i, size_t unit)
{
	double best = 0;
	for (size_t at = s->items[i].above; at != SIZE_MAX; at = s->items[at].above)
		if (s->items[at].found.share[unit] >= SEEN)
			best = fmax(best, s->items[at].named);
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
static double closeness(const struct scorer *s, const struct extract_found *f)
{
	uint32_t low = UINT32_MAX, high = 0, count = 0;
	for (size_t u = 0; u < s->units.len; u++) {
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
	bool subject = false, has_subject = false, anchored = true;
	bool row = item->sentence.kind == SENTENCE_ROW;
	for (size_t u = 0; u < s->units.len; u++) {
		double here = (double)item->found.share[u] * IN_SENTENCE;
		if (is_asking(s, u))
			here = fmax(here, out->fit);
		double best = fmax(here, share_above(s, i, u) * ABOVE);
		best = fmax(best, share_of_topic(s, i, u));
		if (row) /* it says little without its head and heading */
			here = best;
		else
			here = fmax(here, share_of_topic(s, i, u));
		best = fmax(best, share_next_to(s, i, u) * NEXT_TO);
		if (!s->units.items[u].light && !is_asking(s, u)) {
			has_subject = true;
			subject = subject || best >= (double)SEEN;
		}
		anchored = anchored && (u != s->anchor || best >= (double)SEEN / 2);
		best = fmax(best, (double)passage_share[u] * IN_PASSAGE);
		sum += s->weights[u] * best;
		own += s->weights[u] * here;
		if (item->found.share[u] >= 1)
			out->units |= UINT64_C(1) << u;
	}
	out->support = s->total > 0 ? sum / s->total : 0;
	if (has_subject && !subject)
		out->support *= NO_SUBJECT;
	if (!anchored) {
		const struct extract_unit *unit = &s->units.items[s->anchor];
		double part = s->weights[s->anchor] / s->total * (unit->cjk ? 2 : 1);
		out->support *= 1 - NO_ANCHOR * fmin(part, 0.5);
	}
	out->own = s->total > 0 ? own / s->total : 0;
}

/* A row in words: its label, then each cell after its column's name. "Child – Books: 4". */
static struct str row_text(struct arena *a, struct str head, struct str row, bool chinese)
{
	struct str out = STR_NONE, cell, name;
	str_cut(row, '|', &row);
	str_cut(head, '|', &head);
	for (size_t cells = 0; row.len > 0;) {
		cell = str_trim(str_cut(row, '|', &row));
		name = str_trim(str_cut(head, '|', &head));
		if (cell.len == 0)
			continue;
		if (cells++ == 0) {
			out = cell;
			continue;
		}
		struct str dash = chinese ? STR("——") : STR(" – ");
		struct str semicolon = chinese ? STR("；") : STR("; ");
		struct str colon = name.len == 0 ? STR_NONE : chinese ? STR("：") : STR(": ");
		struct str joint = cells == 2 && name.len > 0 ? dash : semicolon;
		out = str_format(a, "%.*s%.*s%.*s%.*s%.*s", STR_ARG(out), STR_ARG(joint),
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

/* Whether ITEM is a row of a table that has a column for what is asked for. */
static bool names_column(const struct scorer *s, const struct item *item)
{
	if (item->head.len == 0)
		return false;
	for (size_t u = 0; u < s->units.len; u++)
		if ((!s->units.items[u].light || is_asking(s, u)) &&
			s->items[item->above].found.share[u] >= SEEN)
			return true;
	return false;
}

static void add_scored(struct scorer *s, size_t i, const float *passage_share, struct scores *out)
{
	const struct item *item = &s->items[i];
	struct scored scored = {.passage = item->passage, .order = i, .lead = item->lead};
	size_t rank = (size_t)(item->passage - s->in->passages);
	size_t first = i;
	while (first > 0 && s->items[first - 1].passage == item->passage)
		first--;
	scored.language = segment_language(item->sentence.text);
	scored.text = quoted_text(s, item, scored.language);
	scored.leads = leads(scored.text);
	scored.fit = answer_type_fit(&s->wanted, scored.text);
	scored.topic = topic_of(s, i);
	support(s, i, passage_share, &scored);
	double bonus = 1 + CLOSE_BONUS * closeness(s, &item->found) * (1 - scored.topic) +
		       EARLY_PASSAGE / (double)(rank + 1) +
		       (EARLY_SENTENCE + EARLY_OF_TOPIC * scored.topic) / (double)(i - first);
	scored.strictness = scored.leads ? 0 : answer_type_strictness(s->wanted.type);
	bonus += names_column(s, item) ? COLUMN_BONUS : 0;
	bonus += TOPIC_BONUS * scored.topic;
	scored.score = bonus + TYPE_BONUS * scored.fit;
	scored.is_item = item->sentence.kind != SENTENCE_PROSE;
	scored.is_row = item->sentence.kind == SENTENCE_ROW;
	out->items = arena_reserve(
		s->arena, out->items, out->len, &out->cap, out->len + 1, sizeof *out->items);
	out->items[out->len++] = scored;
}

/* Takes the kind of answer into account, with what the sentences around have of it, and makes the
 * scores final. */
static void settle(struct scored *items, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		double best = 0;
		for (size_t k = i > AROUND ? i - AROUND : 0; k < len && k <= i + AROUND; k++)
			best = fmax(best, items[k].fit);
		double lost = WRONG_TYPE * (best - items[i].fit) + NO_TYPE * (1 - best);
		items[i].support *= 1 - lost * items[i].strictness;
		items[i].score *= (1 - OWN_PART) * items[i].support + OWN_PART * items[i].own;
	}
}

struct scores extract_score(struct arena *a, const struct extract_input *in, struct str part)
{
	struct scores out = {0};
	struct scorer s = {.arena = a, .in = in, .part = part, .wanted = answer_wanted(part)};
	extract_units_start(&s.units, a, in->question);
	for (size_t i = 0; i < in->len && s.len < MAX_SENTENCES; i++)
		add_passage(&s, &in->passages[i]);
	weigh_units(&s);
	for (size_t i = 0; i < s.len; i++)
		if (s.items[i].is_heading)
			set_topic(&s, &s.items[i]);
	float passage_share[EXTRACT_MAX_UNITS] = {0};
	for (size_t i = 0; i < s.len; i++) {
		if (i == 0 || s.items[i].passage != s.items[i - 1].passage) {
			memset(passage_share, 0, sizeof passage_share);
			for (size_t k = i; k < s.len && s.items[k].passage == s.items[i].passage;
				k++)
				for (size_t u = 0; u < s.units.len; u++)
					passage_share[u] =
						fmaxf(passage_share[u], s.items[k].found.share[u]);
		}
		if (s.items[i].quotable)
			add_scored(&s, i, passage_share, &out);
	}
	for (size_t i = 0, end; i < out.len; i = end) {
		for (end = i + 1; end < out.len; end++)
			if (out.items[end].passage != out.items[i].passage)
				break;
		settle(&out.items[i], end - i);
	}
	out.units = s.units.len;
	extract_units_release(&s.units);
	return out;
}
