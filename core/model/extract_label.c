/* SPDX-License-Identifier: MIT */
#include "core/model/extract_label.h"

#include <string.h>

enum { MAX_LABEL = 48, MAX_SOURCE = 200 };

struct word {
	const char *text;
	enum extract_label label;
	bool whole; /* the label is nothing else; otherwise it may go on: "Passages from the ..." */
};

static const struct word words[] = {
	{"passages", LABEL_CONTEXT, false},
	{"context", LABEL_CONTEXT, false},
	{"documents", LABEL_CONTEXT, false},
	{"sources", LABEL_CONTEXT, false},
	{"references", LABEL_CONTEXT, true},
	{"reference", LABEL_CONTEXT, true},
	{"background", LABEL_CONTEXT, true},
	{"material", LABEL_CONTEXT, true},
	{"search results", LABEL_CONTEXT, true},
	{"retrieved", LABEL_CONTEXT, false},
	{"资料", LABEL_CONTEXT, false},
	{"参考资料", LABEL_CONTEXT, false},
	{"参考", LABEL_CONTEXT, true},
	{"上下文", LABEL_CONTEXT, false},
	{"段落", LABEL_CONTEXT, false},
	{"文档", LABEL_CONTEXT, false},
	{"材料", LABEL_CONTEXT, false},
	{"背景", LABEL_CONTEXT, false},
	{"已知信息", LABEL_CONTEXT, true},
	{"检索结果", LABEL_CONTEXT, true},
	{"question", LABEL_QUESTION, true},
	{"user question", LABEL_QUESTION, true},
	{"the question", LABEL_QUESTION, true},
	{"query", LABEL_QUESTION, true},
	{"user query", LABEL_QUESTION, true},
	{"q", LABEL_QUESTION, true},
	{"问题", LABEL_QUESTION, true},
	{"用户问题", LABEL_QUESTION, true},
	{"提问", LABEL_QUESTION, true},
	{"问", LABEL_QUESTION, true},
	{"instructions", LABEL_INSTRUCTIONS, true},
	{"rules", LABEL_INSTRUCTIONS, true},
	{"task", LABEL_INSTRUCTIONS, true},
	{"要求", LABEL_INSTRUCTIONS, true},
	{"规则", LABEL_INSTRUCTIONS, true},
	{"指令", LABEL_INSTRUCTIONS, true},
	{"任务", LABEL_INSTRUCTIONS, true},
	{"answer", LABEL_ANSWER, true},
	{"your answer", LABEL_ANSWER, true},
	{"a", LABEL_ANSWER, true},
	{"回答", LABEL_ANSWER, true},
	{"答案", LABEL_ANSWER, true},
	{"答", LABEL_ANSWER, true},
};

static const char *const passage_words[] = {
	"passage", "document", "source", "context", "doc", "段落", "资料", "文档", "片段"};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads up to four digits at AT of S; returns where they end. */
static size_t read_number(struct str s, size_t at, unsigned *number)
{
	size_t from = at;
	*number = 0;
	for (; at < s.len && at - from < 4 && is_digit(s.at[at]); at++)
		*number = *number * 10 + (unsigned)(s.at[at] - '0');
	return at;
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static bool begins_with(struct str s, const char *word)
{
	size_t len = strlen(word);
	if (s.len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (lower(s.at[i]) != word[i])
			return false;
	return true;
}

/* "(source)" at the start of REST: taken off. Brackets inside have to match. */
static struct str take_source(struct str *rest)
{
	size_t depth = 0;
	if (rest->len == 0 || rest->at[0] != '(')
		return STR_NONE;
	for (size_t i = 0; i < rest->len && i < MAX_SOURCE; i++) {
		depth += rest->at[i] == '(';
		depth -= rest->at[i] == ')';
		if (depth > 0)
			continue;
		struct str source = str_slice(*rest, 1, i);
		*rest = str_trim_start(str_slice(*rest, i + 1, rest->len));
		return str_trim(source);
	}
	return STR_NONE;
}

/* "[3]", "【3】", "Passage 3:", "段落3：" */
static bool is_passage(struct str line, struct extract_line *out)
{
	size_t at = 0, end;
	struct str close = STR("]");
	if (str_starts(line, STR("["))) {
		at = 1;
	} else if (str_starts(line, STR("【"))) {
		at = 3;
		close = STR("】");
	} else {
		for (size_t i = 0; i < sizeof passage_words / sizeof *passage_words && at == 0; i++)
			if (begins_with(line, passage_words[i]))
				at = strlen(passage_words[i]);
		if (at == 0)
			return false;
		at += at < line.len && line.at[at] == ' ';
		end = read_number(line, at, &out->number);
		bool wide = str_starts(str_slice(line, end, line.len), STR("："));
		close = wide ? STR("：") : STR(":");
	}
	end = read_number(line, at, &out->number);
	if (end == at || !str_starts(str_slice(line, end, line.len), close))
		return false;
	out->label = LABEL_PASSAGE;
	out->rest = str_trim(str_slice(line, end + close.len, line.len));
	out->source = take_source(&out->rest);
	return true;
}

/* Where the colon of a label stands, narrow or wide; SIZE_MAX when there is none. */
static size_t find_colon(struct str line, size_t *width)
{
	struct str head = str_slice(line, 0, MAX_LABEL);
	size_t narrow = str_find(head, STR(":"), 0), wide = str_find(head, STR("："), 0);
	*width = wide < narrow ? 3 : 1;
	return wide < narrow ? wide : narrow;
}

static struct str trim_marks(struct str s)
{
	s = str_trim(s);
	while (s.len > 0 && strchr("#*_ ", s.at[0]) != NULL)
		s = str_slice(s, 1, s.len);
	while (s.len > 0 && strchr("*_ :", s.at[s.len - 1]) != NULL)
		s.len--;
	return s;
}

static enum extract_label find_word(struct str label)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i].text);
		if (begins_with(label, words[i].text) && (!words[i].whole || label.len == len))
			return words[i].label;
	}
	return LABEL_NONE;
}

struct extract_line extract_label_of(struct str line)
{
	struct extract_line out = {.label = LABEL_NONE, .rest = line};
	struct str bare = str_trim(line);
	size_t width = 0;
	if (bare.len == 0) {
		out.label = LABEL_BLANK;
		return out;
	}
	if (is_passage(bare, &out))
		return out;
	bool heading = bare.at[0] == '#' && bare.len > 1 && strchr("# ", bare.at[1]) != NULL;
	size_t colon = find_colon(bare, &width);
	struct str label =
		trim_marks(heading && colon == SIZE_MAX ? bare : str_slice(bare, 0, colon));
	if (colon != SIZE_MAX || (heading && label.len <= MAX_LABEL))
		out.label = find_word(label);
	if (out.label != LABEL_NONE) {
		out.rest = colon == SIZE_MAX ? STR_NONE
					     : trim_marks(str_slice(bare, colon + width, bare.len));
		/* a context label says something about the lines below it, not about itself */
		if (out.label == LABEL_CONTEXT && out.rest.len > 0 && heading)
			out.rest = STR_NONE;
	} else if (heading) {
		out.label = LABEL_HEADING;
		out.source = trim_marks(bare);
	}
	return out;
}
