/* SPDX-License-Identifier: MIT */
#include "core/model/extract.h"

#include "core/data/tokens/estimate.h"
#include "core/model/extract_parts.h"
#include "core/model/extract_score.h"

#include <string.h>

/*
 * A question is answered when the best sentence has this support. This and the weights of
 * extract_score.c and extract_units.c were set by hand, by trying values on the question sets in
 * tests/fixtures/extract (they ship, so what is reached on them flatters) and on questions about
 * the welcome handbook that were written for that and do not ship. The handbook's golden questions
 * were left out of it.
 */
static const double ANSWER_SUPPORT = 0.42;
/* The same under a heading that fits the question (from ON_TOPIC on), of a sentence that has the
 * kind of answer that is asked for. */
static const double TOPIC_SUPPORT = 0.32, ON_TOPIC = 0.5;
/* In another language than the question's. */
static const double FOREIGN_SUPPORT = 0.6;
/* A passage is worth pointing at when nothing answers. */
static const double NEAR_SUPPORT = 0.3;
/* A further sentence has at least this part of the best one's score: less is asked of one from the
 * same passage. */
static const double SAME_PASSAGE = 0.7, OTHER_PASSAGE = 0.8;

/* A sentence with this fit has the kind of answer that is asked for. */
static const double GOOD_FIT = 0.7;
/* An answer without what is asked for needs it beside it from this strictness on. */
static const double STRICT = 0.5;
/* A list is brought along when what leads to it has this part of what the best sentence has. */
static const double LIKE_BEST = 0.6;

enum { MAX_SENTENCES = 3, MAX_OF_PART = 2, MAX_LED = 5, MAX_CHOSEN = 6, SHORT_ANSWER = 15 };

struct choice {
	const struct scored *items[MAX_CHOSEN];
	size_t len;
};

/* Pieces are parted by a space, as is a citation in English. */
static void add_piece(
	struct arena *a, struct extract_answer *out, struct str text, unsigned citation)
{
	if (out->len == EXTRACT_MAX_PIECES)
		return;
	bool english = out->language == LANGUAGE_ENGLISH;
	bool cited = out->len > 0 && out->citations[out->len - 1] > 0;
	const char *space = out->len > 0 && (english || cited) ? " " : "";
	if (citation > 0)
		text = str_format(
			a, "%s%.*s%s[%u]", space, STR_ARG(text), english ? " " : "", citation);
	else
		text = str_format(a, "%s%.*s", space, STR_ARG(text));
	out->pieces[out->len] = text;
	out->citations[out->len++] = citation;
}

/* TEXT in one line: line breaks and the space around them become one space, or nothing between CJK
 * characters. */
static struct str one_line(struct arena *a, struct str text)
{
	struct buf out = BUF_INIT(0);
	struct str rest = text, line;
	while (str_next_line(&rest, &line)) {
		line = str_trim(line);
		bool wide = out.len > 0 && (unsigned char)out.at[out.len - 1] >= 0x80;
		bool next_wide = line.len > 0 && (unsigned char)line.at[0] >= 0x80;
		if (out.len > 0 && line.len > 0 && !(wide && next_wide))
			buf_add_char(&out, ' ');
		buf_add_str(&out, line);
	}
	struct str copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

static bool is_chosen(const struct choice *c, const struct scored *s)
{
	for (size_t i = 0; i < c->len; i++)
		if (c->items[i] == s || str_eq(c->items[i]->text, s->text))
			return true;
	return false;
}

/* The best sentence in LANGUAGE (either, when ANY) that is not chosen yet. */
static const struct scored *best_of(
	const struct scores *scores, const struct choice *chosen, enum language language, bool any)
{
	const struct scored *best = NULL;
	for (size_t i = 0; i < scores->len; i++) {
		const struct scored *s = &scores->items[i];
		if ((any || s->language == language) && s->text.len > 0 && !is_chosen(chosen, s) &&
			(best == NULL || s->score > best->score))
			best = s;
	}
	return best;
}

static void add_chosen(struct choice *c, const struct scored *s)
{
	if (c->len < MAX_CHOSEN && !is_chosen(c, s))
		c->items[c->len++] = s;
}

/* Items of the list or table that a chosen "...:" leads to. */
static void add_led(const struct scores *scores, struct choice *c, const struct scored *lead)
{
	size_t at = (size_t)(lead - scores->items) + 1;
	for (size_t i = at; i < scores->len && i < at + MAX_LED; i++) {
		const struct scored *s = &scores->items[i];
		if (s->passage != lead->passage || !s->is_item)
			return;
		add_chosen(c, s);
	}
}

/* Whether TEXT cannot be understood without what stands before it. */
static bool points_back(struct str text)
{
	static const char *const pronouns[] = {"It ", "This ", "These ", "They ", "That ", "Those ",
		"He ", "She ", "它", "他", "她", "这", "该", "此", NULL};
	for (const char *const *word = pronouns; *word != NULL; word++)
		if (str_starts(text, str_from(*word)))
			return true;
	return false;
}

/* What is to be read before S: what leads to its list, what it points back to, and the "Yes." that
 * it goes on from. NULL when it stands for itself. */
static const struct scored *before(const struct scores *scores, const struct scored *s)
{
	for (const struct scored *x = s; s->lead != SIZE_MAX && x-- > scores->items;)
		if (x->order == s->lead)
			return x;
	if (s == scores->items || s[-1].passage != s->passage || s[-1].order + 1 != s->order ||
		s->is_item || s[-1].is_item)
		return NULL;
	return points_back(s->text) || s[-1].text.len <= SHORT_ANSWER ? &s[-1] : NULL;
}

/* A further sentence has to be nearly as good; one from another passage also has to be supported by
 * itself and to have what none of the chosen has. */
static bool is_worth_adding(
	const struct choice *c, const struct scored *best, const struct scored *s)
{
	uint64_t have = 0;
	for (size_t i = 0; i < c->len; i++)
		have |= c->items[i]->units;
	if (s->fit < best->fit && (s->units & ~have) == 0)
		return false;
	if (s->leads && s->own < best->own * LIKE_BEST)
		return false;
	if (s->passage == best->passage) {
		/* of a table or a list, the row that is asked for and not its neighbours */
		bool lesser = s->is_item && best->is_item && s->own < best->own;
		return !lesser && s->score >= best->score * SAME_PASSAGE;
	}
	return s->score >= best->score * OTHER_PASSAGE && s->support >= ANSWER_SUPPORT &&
	       (s->units & ~have) != 0;
}

/* The sentence next to S that has the kind of answer that is asked for where S has not: first of
 * the two after it, then the one before it. NULL when there is none. */
static const struct scored *completes(const struct scores *scores, const struct scored *s)
{
	static const int offsets[] = {1, 2, -1};
	size_t at = (size_t)(s - scores->items);
	if (s->fit >= GOOD_FIT || s->strictness < STRICT || s->leads)
		return NULL;
	for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
		size_t to = (size_t)((ptrdiff_t)at + offsets[i]);
		if (to < scores->len && scores->items[to].passage == s->passage &&
			scores->items[to].fit >= GOOD_FIT)
			return &scores->items[to];
	}
	return NULL;
}

/* From FIRST on: by passage as chosen, within a passage in the order of the text. */
static void sort_chosen(struct choice *c, size_t first)
{
	for (size_t i = first + 1; i < c->len; i++)
		for (size_t k = i; k > first; k--) {
			const struct scored *x = c->items[k - 1], *y = c->items[k];
			if (x->passage != y->passage || x->order < y->order)
				break;
			c->items[k - 1] = y;
			c->items[k] = x;
		}
}

/* Adds up to MOST sentences, with what belongs to them. */
static void choose(const struct scores *scores, struct choice *c, const struct scored *best,
	enum language language, bool any, size_t most)
{
	size_t answered = 0; /* the answer itself comes first */
	most += best->is_row; /* of a short table, all rows that may be meant */
	for (size_t n = 0; n < most && c->len < MAX_CHOSEN; n++) {
		const struct scored *s = n == 0 ? best : best_of(scores, c, language, any);
		if (s == NULL || (n > 0 && !is_worth_adding(c, best, s)))
			break;
		const struct scored *first = before(scores, s);
		const struct scored *more = n == 0 ? completes(scores, s) : NULL;
		if (first != NULL)
			add_chosen(c, first);
		add_chosen(c, s);
		if (more != NULL)
			add_chosen(c, more);
		if (s->leads)
			add_led(scores, c, s);
		answered = n == 0 ? c->len : answered;
	}
	sort_chosen(c, answered);
}

static void say_sentences(struct arena *a, struct extract_answer *out, struct choice *c)
{
	if (c->len == 0)
		return;
	bool foreign = c->items[0]->language != out->language;
	if (foreign)
		add_piece(a, out,
			out->language == LANGUAGE_CHINESE ? STR("（原文摘录）")
							  : STR("(In the passages' words)"),
			0);
	for (size_t i = 0; i < c->len; i++)
		add_piece(a, out, one_line(a, c->items[i]->text), c->items[i]->passage->number);
}

static void say_nothing_found(
	struct arena *a, struct extract_answer *out, const struct scored *nearest)
{
	bool chinese = out->language == LANGUAGE_CHINESE;
	add_piece(a, out,
		chinese ? STR("给出的段落没有回答这个问题。")
			: STR("The passages given do not answer this question."),
		0);
	if (nearest == NULL || nearest->support < NEAR_SUPPORT)
		return;
	unsigned n = nearest->passage->number;
	add_piece(a, out,
		chinese ? str_format(a, "最接近的是段落 %u。", n)
			: str_format(a, "The nearest is passage %u.", n),
		0);
}

static void say_what_is_missing(struct arena *a, struct extract_answer *out)
{
	bool chinese = out->language == LANGUAGE_CHINESE;
	if (out->outcome == EXTRACT_NO_QUESTION)
		add_piece(a, out,
			STR("local/extract is an extractive answerer, not a language model, and it "
			    "finds no question in this prompt."),
			0);
	else
		add_piece(a, out,
			chinese ? STR("没有找到与这个问题有关的段落。local/extract 是抽取式回答器，不是语"
				      "言模型：它只能摘录提示词中给出的段落。请就文档里的内容提问。")
				: STR("No passage was found for this question. local/extract is an "
				      "extractive answerer, not a language model: it can only quote "
				      "passages given in the prompt. Ask about what the documents "
				      "say."),
			0);
}

/* Adds to C what answers PART of the question. Returns the best sentence, which may be too weak to
 * be added; NULL when there is none. */
static const struct scored *answer_part(struct arena *a, const struct extract_input *in,
	struct str part, size_t most, struct choice *c)
{
	struct scores scores = extract_score(a, in, part);
	struct choice none = {.len = 0};
	const struct scored *same = best_of(&scores, &none, in->language, false);
	const struct scored *any = best_of(&scores, &none, in->language, true);
	bool foreign = same == NULL || same->support < ANSWER_SUPPORT;
	const struct scored *best = foreign ? any : same;
	if (best == NULL || scores.units == 0)
		return NULL;
	bool on_topic = best->topic >= ON_TOPIC && best->fit >= GOOD_FIT;
	double least = best->language != in->language ? FOREIGN_SUPPORT
		       : on_topic		      ? TOPIC_SUPPORT
						      : ANSWER_SUPPORT;
	if (best->support >= least && !is_chosen(c, best))
		choose(&scores, c, best, in->language, foreign, most);
	return best;
}

static void answer(struct arena *a, const struct extract_input *in, struct extract_answer *out)
{
	struct str parts[EXTRACT_MAX_PARTS];
	struct choice chosen = {.len = 0};
	const struct scored *nearest = NULL;
	size_t count = extract_parts(in->question, parts);
	for (size_t i = 0; i < count; i++) {
		const struct scored *best = answer_part(
			a, in, parts[i], count > 1 ? MAX_OF_PART : MAX_SENTENCES, &chosen);
		if (best != NULL && (nearest == NULL || best->support > nearest->support))
			nearest = best;
	}
	out->support = nearest != NULL ? nearest->support : 0;
	if (chosen.len > 0) {
		say_sentences(a, out, &chosen);
		return;
	}
	out->outcome = EXTRACT_NOT_IN_PASSAGES;
	say_nothing_found(a, out, nearest);
}

static size_t count_input(const struct message *messages, size_t count)
{
	size_t sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += estimate_tokens(str_from(message_role_word(messages[i].role)));
		sum += estimate_tokens(messages[i].content);
		for (size_t k = 0; k < messages[i].part_count; k++)
			sum += estimate_tokens(messages[i].parts[k].text);
	}
	return estimate_chat(sum, count);
}

struct extract_answer extract_answer(struct arena *a, const struct message *messages, size_t count)
{
	struct extract_answer out = {.outcome = EXTRACT_ANSWERED};
	struct extract_input in = extract_parse(a, messages, count);
	out.language = in.language;
	out.pieces = ARENA_ARRAY(a, struct str, EXTRACT_MAX_PIECES);
	out.citations = ARENA_ARRAY(a, unsigned, EXTRACT_MAX_PIECES);
	if (in.question.len == 0)
		out.outcome = EXTRACT_NO_QUESTION;
	else if (in.len == 0)
		out.outcome = EXTRACT_NO_PASSAGES;
	if (out.outcome == EXTRACT_ANSWERED)
		answer(a, &in, &out);
	else
		say_what_is_missing(a, &out);
	out.input_tokens = count_input(messages, count);
	for (size_t i = 0; i < out.len; i++)
		out.output_tokens += estimate_tokens(out.pieces[i]);
	return out;
}
