/* SPDX-License-Identifier: MIT */
#include "tui/part/highlight.h"

#include "core/base/file.h"

#include <string.h>

static void paint(uint8_t *roles, size_t from, size_t to, enum role role)
{
	if (roles != NULL && to > from)
		memset(roles + from, (int)role, to - from);
}

enum highlight_kind highlight_kind_of(const char *path)
{
	struct str s = str_from(path_extension(path));
	if (str_is(s, ".prompty"))
		return HIGHLIGHT_PROMPTY;
	if (str_is(s, ".jinja2") || str_is(s, ".j2") || str_is(s, ".txt") || str_is(s, ".md"))
		return HIGHLIGHT_TEMPLATE;
	if (str_is(s, ".yaml") || str_is(s, ".yml"))
		return HIGHLIGHT_YAML;
	return HIGHLIGHT_PLAIN;
}

/* A "#" begins a comment at the start of a line or after a space, outside quotes. */
static size_t comment_start(struct str line)
{
	char quote = '\0';
	for (size_t i = 0; i < line.len; i++) {
		char c = line.at[i];
		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '#' && (i == 0 || line.at[i - 1] == ' '))
			return i;
	}
	return line.len;
}

static bool is_key_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == '$';
}

static void yaml_line(struct str line, uint8_t *roles)
{
	size_t end = comment_start(line);
	paint(roles, end, line.len, ROLE_COMMENT);
	size_t at = 0;
	while (at < end && (line.at[at] == ' ' ||
				   (line.at[at] == '-' && at + 1 < end && line.at[at + 1] == ' ')))
		at++;
	paint(roles, 0, at, ROLE_DIM);
	size_t key = at;
	while (at < end && is_key_char(line.at[at]))
		at++;
	if (at > key && at < end && line.at[at] == ':' &&
		(at + 1 == line.len || line.at[at + 1] == ' ')) {
		paint(roles, key, at, ROLE_VARIABLE);
		paint(roles, at, at + 1, ROLE_DIM);
	}
}

/* "system:" alone on its line, with or without "#" before it. */
static bool is_speaker(struct str line)
{
	static const char *const names[] = {
		"system", "developer", "user", "assistant", "tool", "function"};
	line = str_trim(line);
	if (line.len > 0 && line.at[0] == '#')
		line = str_trim_start(str_slice(line, 1, line.len));
	if (line.len < 2 || line.at[line.len - 1] != ':')
		return false;
	line = str_trim_end(str_slice(line, 0, line.len - 1));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (str_is(line, names[i]))
			return true;
	return false;
}

struct bracket {
	const char *open, *close;
	enum highlight_state state;
	enum role role;
};

static const struct bracket brackets[] = {
	{"{{", "}}", STATE_VARIABLE, ROLE_VARIABLE},
	{"{%", "%}", STATE_TAG, ROLE_TAG},
	{"{#", "#}", STATE_COMMENT, ROLE_COMMENT},
};

static const struct bracket *bracket_at(struct str line, size_t at)
{
	for (size_t i = 0; i < 3; i++)
		if (str_starts(str_slice(line, at, line.len), str_from(brackets[i].open)))
			return &brackets[i];
	return NULL;
}

static enum highlight_state template_line(
	enum highlight_state state, struct str line, uint8_t *roles)
{
	size_t at = 0;
	if (state == STATE_BODY && is_speaker(line)) {
		paint(roles, 0, line.len, ROLE_SPEAKER);
		return STATE_BODY;
	}
	while (at < line.len) {
		const struct bracket *b = NULL;
		for (size_t i = 0; i < 3; i++)
			if (brackets[i].state == state)
				b = &brackets[i];
		size_t from = at;
		if (b == NULL) {
			while (at < line.len && (b = bracket_at(line, at)) == NULL)
				at++;
			if (b == NULL)
				return STATE_BODY;
			from = at;
			at += 2;
		}
		size_t end = str_find(line, str_from(b->close), at);
		at = end == SIZE_MAX ? line.len : end + 2;
		paint(roles, from, at, b->role);
		state = end == SIZE_MAX ? b->state : STATE_BODY;
	}
	return state;
}

static void answer_line(struct str line, uint8_t *roles)
{
	for (size_t i = 0; i < line.len; i++) {
		size_t end = i + 1;
		while (line.at[i] == '[' && end < line.len && end - i <= 3 && line.at[end] >= '0' &&
			line.at[end] <= '9')
			end++;
		if (line.at[i] == '[' && end > i + 1 && end < line.len && line.at[end] == ']')
			paint(roles, i, end + 1, ROLE_CITATION);
	}
}

static enum highlight_state prompty_line(
	enum highlight_state state, struct str line, uint8_t *roles)
{
	bool fence = str_is(str_trim_end(line), "---");
	if (state == STATE_START)
		state = fence ? STATE_FRONT : STATE_BODY;
	else if (state == STATE_FRONT && fence)
		state = STATE_BODY;
	else
		fence = false;
	if (fence) {
		paint(roles, 0, line.len, ROLE_FAINT);
		return state;
	}
	if (state == STATE_FRONT) {
		yaml_line(line, roles);
		return state;
	}
	return template_line(state, line, roles);
}

enum highlight_state highlight_line(
	enum highlight_kind kind, enum highlight_state state, struct str line, uint8_t *roles)
{
	switch (kind) {
	case HIGHLIGHT_PLAIN: break;
	case HIGHLIGHT_PROMPTY: return prompty_line(state, line, roles);
	case HIGHLIGHT_TEMPLATE:
		return template_line(state == STATE_START ? STATE_BODY : state, line, roles);
	case HIGHLIGHT_YAML: yaml_line(line, roles); break;
	case HIGHLIGHT_ANSWER: answer_line(line, roles); break;
	}
	return STATE_START;
}
