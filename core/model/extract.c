/* SPDX-License-Identifier: MIT */
#include "core/model/extract.h"

#include "core/data/tokens/estimate.h"
#include "core/model/extract_score.h"

#include <string.h>

/* A question is answered when the best sentence has this support. This and the weights of
 * extract_score.c were chosen on questions written for that, not on any set that ships or is
 * reported: below it more questions without an answer get one than questions with one. */
static const double ANSWER_SUPPORT = 0.42;
/* A passage is worth pointing at when nothing answers. */
static const double NEAR_SUPPORT = 0.3;
/* A further sentence has at least this part of the best one's score: less is asked of one from the
 * same passage. */
static const double SAME_PASSAGE = 0.55, OTHER_PASSAGE = 0.8;

enum { MAX_SENTENCES = 3, MAX_LED = 3, MAX_CHOSEN = 6 };

struct choice {
	const struct scored *items[MAX_CHOSEN];
	size_t len;
};

static void add_piece(
	struct arena *a, struct extract_answer *out, struct str text, unsigned citation)
{
	if (out->len == EXTRACT_MAX_PIECES)
		return;
	bool space = out->len > 0 && out->language == LANGUAGE_ENGLISH;
	if (citation > 0)
		text = str_format(a, "%s%.*s%s[%u]", space ? " " : "", STR_ARG(text),
			out->language == LANGUAGE_ENGLISH ? " " : "", citation);
	else if (space)
		text = str_format(a, " %.*s", STR_ARG(text));
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

/* Items of the list or table that a chosen "...:" leads to. */
static void add_led(const struct scores *scores, struct choice *c, const struct scored *lead)
{
	size_t at = (size_t)(lead - scores->items) + 1;
	for (size_t i = at; i < scores->len && i < at + MAX_LED; i++) {
		const struct scored *s = &scores->items[i];
		if (s->passage != lead->passage || !s->is_item || c->len == MAX_CHOSEN)
			return;
		if (!is_chosen(c, s))
			c->items[c->len++] = s;
	}
}

/* A further sentence has to be nearly as good; one from another passage also has to be supported by
 * itself and to have what none of the chosen has. */
static bool is_worth_adding(const struct choice *c, const struct scored *s)
{
	uint64_t have = 0;
	for (size_t i = 0; i < c->len; i++)
		have |= c->items[i]->units;
	if (s->passage == c->items[0]->passage) {
		/* of a table or a list, the row that is asked for and not its neighbours */
		bool lesser = s->is_item && c->items[0]->is_item && s->own < c->items[0]->own;
		return !lesser && s->score >= c->items[0]->score * SAME_PASSAGE;
	}
	return s->score >= c->items[0]->score * OTHER_PASSAGE && s->support >= ANSWER_SUPPORT &&
	       (s->units & ~have) != 0;
}

static void choose(const struct scores *scores, struct choice *c, enum language language, bool any)
{
	for (size_t n = 0; n < MAX_SENTENCES && c->len < MAX_CHOSEN; n++) {
		const struct scored *s = best_of(scores, c, language, any);
		if (s == NULL || (c->len > 0 && !is_worth_adding(c, s)))
			break;
		c->items[c->len++] = s;
		if (s->leads)
			add_led(scores, c, s);
	}
}

static void say_sentences(struct arena *a, struct extract_answer *out, struct choice *c)
{
	if (c->len == 0)
		return;
	bool foreign = c->items[0]->language != out->language;
	/* by passage as chosen, within a passage in the order of the text */
	for (size_t i = 1; i < c->len; i++)
		for (size_t k = i; k > 0; k--) {
			const struct scored *x = c->items[k - 1], *y = c->items[k];
			if (x->passage != y->passage || x->order < y->order)
				break;
			c->items[k - 1] = y;
			c->items[k] = x;
		}
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
		chinese ? str_format(a, "最接近的是段落 [%u]。", n)
			: str_format(a, "The nearest is passage [%u].", n),
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
			chinese ? STR("local/extract 是抽取式回答器，不是语言模型：它只能摘录提示词中给出的段"
				      "落，而这里没有段落。")
				: STR("local/extract is an extractive answerer, not a language model: "
				      "it can only quote passages given in the prompt, and there are "
				      "none here."),
			0);
}

static void answer(struct arena *a, const struct extract_input *in, struct extract_answer *out)
{
	struct scores scores = extract_score(a, in);
	struct choice none = {.len = 0}, chosen = {.len = 0};
	const struct scored *same = best_of(&scores, &none, in->language, false);
	const struct scored *any = best_of(&scores, &none, in->language, true);
	bool foreign = same == NULL || same->support < ANSWER_SUPPORT;
	const struct scored *best = foreign ? any : same;
	out->support = best != NULL ? best->support : 0;
	if (best == NULL || scores.units == 0 || best->support < ANSWER_SUPPORT) {
		out->outcome = EXTRACT_NOT_IN_PASSAGES;
		say_nothing_found(a, out, best);
		return;
	}
	choose(&scores, &chosen, in->language, foreign);
	if (chosen.len > 0)
		say_sentences(a, out, &chosen);
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
