/* SPDX-License-Identifier: MIT */
#include "core/model/extract_parse.h"

#include "core/data/json.h"
#include "core/model/extract_label.h"
#include "core/text/sentence.h"
#include "core/text/utf8.h"

#include <string.h>

/* A paragraph longer than this is no question; its last sentence with a question mark may be. */
enum { LONG_QUESTION = 400, MAX_LINES = 20000 };

/* Lists that are tried per text, so that brackets without end cost little. */
enum { MAX_LISTS = 8 };

struct parser {
	struct arena *arena;
	struct extract_input *in;
	struct str text;
	struct extract_line *lines;
	size_t len, cap;
	bool from_user;
	unsigned lists; /* tried */
	bool labelled; /* the question so far was introduced by a label */
};

static void add_passage(struct parser *p, unsigned number, struct str source, struct str text)
{
	struct extract_input *in = p->in;
	text = str_trim(text);
	if (text.len == 0 || in->len == EXTRACT_MAX_PASSAGES)
		return;
	in->passages = arena_reserve(
		p->arena, in->passages, in->len, &in->cap, in->len + 1, sizeof *in->passages);
	in->passages[in->len++] =
		(struct extract_passage){.number = number, .source = source, .text = text};
}

static unsigned next_number(const struct parser *p)
{
	return p->in->len == 0 ? 1 : p->in->passages[p->in->len - 1].number + 1;
}

static void read_lines(struct parser *p)
{
	struct str rest = p->text, line;
	while (p->len < MAX_LINES && str_next_line(&rest, &line)) {
		p->lines = arena_reserve(
			p->arena, p->lines, p->len, &p->cap, p->len + 1, sizeof *p->lines);
		struct extract_line *l = &p->lines[p->len++];
		*l = extract_label_of(line);
		l->start = (size_t)(line.at - p->text.at);
		l->end = l->start + line.len;
	}
}

/* The line whose label introduces the question, or len. A passage cannot bring in a question of its
 * own: a label before the passages counts, and otherwise the last one of all. */
static size_t find_question(const struct parser *p)
{
	size_t before = p->len, last = p->len;
	bool passages = false;
	for (size_t i = 0; i < p->len; i++) {
		if (p->lines[i].label == LABEL_QUESTION) {
			last = i;
			before = passages ? before : i;
		}
		passages = passages || p->lines[i].label == LABEL_PASSAGE;
	}
	return before < p->len ? before : last;
}

/* The question that begins in line AT: up to a blank line after some text, or the next label. */
static size_t read_question(struct parser *p, size_t at)
{
	size_t start = (size_t)(p->lines[at].rest.len > 0 ? p->lines[at].rest.at - p->text.at
							  : (ptrdiff_t)p->lines[at].end);
	size_t end = p->lines[at].end, i = at + 1;
	for (; i < p->len; i++) {
		enum extract_label label = p->lines[i].label;
		bool text = str_trim(str_slice(p->text, start, end)).len > 0;
		if (label == LABEL_BLANK && !text)
			continue;
		if (label != LABEL_NONE)
			break;
		end = p->lines[i].end;
	}
	struct str question = str_trim(str_slice(p->text, start, end));
	if (question.len > 0) {
		p->in->question = utf8_cut(question, EXTRACT_MAX_QUESTION);
		p->labelled = true;
	}
	return i;
}

/* The JSON list that begins in line AT as passages; returns the line after it, or AT when there is
 * none. */
static size_t read_json(struct parser *p, size_t at)
{
	static const char *const keys[] = {"text", "content", "passage", "page_content", "body"};
	static const char *const names[] = {"source", "title", "id", "file", "url"};
	struct value list;
	size_t end = at;
	if (!str_starts(str_trim(p->lines[at].rest), STR("[")) || p->lists++ >= MAX_LISTS)
		return at;
	while (end < p->len &&
		!str_ends(str_trim_end(str_slice(p->text, 0, p->lines[end].end)), STR("]")))
		end++;
	if (end == p->len)
		return at;
	struct str rest = str_slice(p->text, p->lines[at].start, p->lines[end].end);
	if (!json_read(p->arena, rest, NULL, &list, NULL) || list.kind != VALUE_LIST)
		return at;
	for (size_t i = 0; i < list.u.list->len; i++) {
		struct value item = list.u.list->items[i];
		struct str text = item.kind == VALUE_STR ? item.u.str : STR_NONE, source = STR_NONE;
		for (size_t k = 0; text.len == 0 && k < sizeof keys / sizeof *keys; k++)
			text = value_get_str(item, keys[k], STR_NONE);
		for (size_t k = 0; source.len == 0 && k < sizeof names / sizeof *names; k++)
			source = value_get_str(item, names[k], STR_NONE);
		add_passage(p, next_number(p), source, text);
	}
	return end + 1;
}

/* The numbered passage of line AT, up to the next one, LIMIT or an answer's label after the last;
 * returns the line after it. */
static size_t read_passage(struct parser *p, size_t at, size_t question, size_t limit)
{
	const struct extract_line *first = &p->lines[at];
	size_t start = first->rest.len > 0 ? (size_t)(first->rest.at - p->text.at) : first->end;
	size_t i = at + 1, end = first->end;
	for (; i < limit; i++) {
		enum extract_label label = p->lines[i].label;
		bool closes = question < at && label == LABEL_ANSWER;
		if (label == LABEL_PASSAGE || closes)
			break;
		end = p->lines[i].end;
	}
	add_passage(p, first->number, first->source, str_slice(p->text, start, end));
	return i;
}

/* The block of unnumbered context that begins in line AT; returns the line after it. */
static size_t read_block(struct parser *p, size_t at, size_t limit, struct str source)
{
	size_t i = at, start = p->lines[at].start, end = start;
	if (p->lines[at].label == LABEL_CONTEXT)
		start = (size_t)(p->lines[at].rest.at - p->text.at);
	for (; i < limit; i++) {
		enum extract_label label = p->lines[i].label;
		if (i > at && label != LABEL_NONE)
			break;
		end = p->lines[i].end;
	}
	add_passage(p, next_number(p), source, str_slice(p->text, start, end));
	return i;
}

/* Passages of the text, with the question's lines [QUESTION, AFTER) left out. */
static void read_passages(struct parser *p, size_t question, size_t after)
{
	bool context = false;
	struct str heading = STR_NONE;
	for (size_t i = 0; i < p->len;) {
		size_t limit = i < question ? question : p->len;
		const struct extract_line *l = &p->lines[i];
		if (i == question) {
			i = after;
			continue;
		}
		size_t json = l->label == LABEL_NONE ? read_json(p, i) : i;
		if (json > i) {
			i = json;
		} else if (l->label == LABEL_PASSAGE) {
			i = read_passage(p, i, question, limit);
		} else if (l->label == LABEL_NONE && context) {
			i = read_block(p, i, limit, heading);
		} else if (l->label == LABEL_CONTEXT && l->rest.len > 0) {
			context = true;
			i = read_block(p, i, limit, STR_NONE);
		} else {
			if (l->label == LABEL_CONTEXT || l->label == LABEL_INSTRUCTIONS ||
				l->label == LABEL_ANSWER)
				context = l->label == LABEL_CONTEXT;
			heading = l->label == LABEL_HEADING ? l->source : heading;
			i++;
		}
	}
}

static bool has_question_mark(struct str s)
{
	return str_find(s, STR("?"), 0) != SIZE_MAX || str_find(s, STR("？"), 0) != SIZE_MAX;
}

/* The last sentence of S with a question mark, else S itself. */
static struct str last_asked(struct arena *a, struct str s)
{
	struct sentences all = sentences_of(a, s);
	for (size_t i = all.len; i > 0; i--)
		if (has_question_mark(all.items[i - 1].text))
			return all.items[i - 1].text;
	return s;
}

/* The question of a user's text without a label: the last paragraph that is not part of a passage.
 * Returns the line it begins in. */
static size_t guess_question(struct parser *p)
{
	size_t end = p->len, start;
	while (end > 0 && p->lines[end - 1].label == LABEL_BLANK)
		end--;
	for (start = end; start > 0; start--)
		if (p->lines[start - 1].label != LABEL_NONE)
			break;
	if (start == end)
		return p->len; /* it ends in a label or a one-line passage */
	struct str last =
		str_trim(str_slice(p->text, p->lines[start].start, p->lines[end - 1].end));
	bool after_passage = false;
	for (size_t i = 0; i < start; i++)
		after_passage = after_passage || p->lines[i].label == LABEL_PASSAGE;
	bool apart = start > 0 && p->lines[start - 1].label == LABEL_BLANK;
	if (after_passage && (!apart || (!has_question_mark(last) && last.len > LONG_QUESTION)))
		return p->len;
	struct str asked = last.len > LONG_QUESTION ? last_asked(p->arena, last) : last;
	p->in->question = utf8_cut(asked, EXTRACT_MAX_QUESTION);
	if (last.len > LONG_QUESTION && asked.len < last.len) /* the rest of it is to read */
		add_passage(p, next_number(p), STR_NONE,
			(struct str){last.at, (size_t)(asked.at - last.at)});
	return start;
}

static bool has_labels(const struct parser *p)
{
	for (size_t i = 0; i < p->len; i++)
		if (p->lines[i].label == LABEL_PASSAGE || p->lines[i].label == LABEL_CONTEXT)
			return true;
	return false;
}

static void parse_text(struct parser *p, struct str text, bool from_user)
{
	p->text = utf8_cut(text, EXTRACT_MAX_TEXT);
	p->len = 0;
	p->lists = 0;
	read_lines(p);
	size_t question = find_question(p);
	if (question < p->len) {
		size_t after = read_question(p, question);
		read_passages(p, question, after);
		return;
	}
	bool labels = has_labels(p);
	size_t before = p->in->len;
	if (from_user && !p->labelled)
		question = guess_question(p);
	read_passages(p, question, p->len);
	if (!from_user || labels || p->in->len > before)
		return;
	struct str heading = STR_NONE; /* plain paragraphs before the question */
	for (size_t i = 0; i < question;) {
		if (p->lines[i].label == LABEL_NONE) {
			i = read_block(p, i, question, heading);
			continue;
		}
		heading = p->lines[i].label == LABEL_HEADING ? p->lines[i].source : heading;
		i++;
	}
}

/* A message's text; its parts joined by line breaks. */
static struct str text_of(struct arena *a, const struct message *m)
{
	struct str all = m->content;
	if (m->part_count == 0)
		return all;
	all = STR_NONE;
	for (size_t i = 0; i < m->part_count; i++)
		if (m->parts[i].kind == PART_TEXT)
			all = str_format(a, "%.*s%s%.*s", STR_ARG(all), all.len > 0 ? "\n" : "",
				STR_ARG(m->parts[i].text));
	return all;
}

struct extract_input extract_parse(struct arena *a, const struct message *messages, size_t count)
{
	struct extract_input in = {.question = {"", 0}};
	struct parser p = {.arena = a, .in = &in};
	size_t last_user = count;
	for (size_t i = 0; i < count; i++)
		if (messages[i].role == ROLE_USER)
			last_user = i;
	for (size_t i = 0; i < count; i++) {
		enum message_role role = messages[i].role;
		bool context = role == ROLE_SYSTEM || role == ROLE_DEVELOPER || role == ROLE_TOOL;
		if (context || i == last_user)
			parse_text(&p, text_of(a, &messages[i]), i == last_user);
	}
	in.language = segment_language(in.question);
	return in;
}
