/* SPDX-License-Identifier: MIT */
#include "core/flow/chat.h"

#include "core/flow/escape.h"

#include "core/flow/images.h"
#include "core/flow/literal.h"
#include "core/flow/space.h"

#include <string.h>
#include <strings.h>

struct header {
	size_t from, to; /* the role line, with the white space around it */
	enum message_role role;
};

static const struct {
	const char *word;
	enum message_role role;
} roles[] = {{"system", ROLE_SYSTEM}, {"user", ROLE_USER}, {"assistant", ROLE_ASSISTANT},
	{"function", ROLE_FUNCTION}, {"tool", ROLE_TOOL}};

static bool has_word(struct str s, size_t at, const char *word)
{
	size_t len = strlen(word);
	return s.len - at >= len && memcmp(s.at + at, word, len) == 0;
}

/* The end of a ':' with the white space after it up to the last line break in that, or 0. */
static size_t match_colon_line(struct str s, size_t at)
{
	at = space_skip(s, at);
	if (at >= s.len || s.at[at] != ':')
		return 0;
	size_t end = space_skip(s, at + 1);
	while (end > at && s.at[end - 1] != '\n')
		end--;
	return end > at ? end : 0;
}

/* A role line that begins at the line start AT. When there is none, *NEXT is a place before which
 * none begins. */
static bool match_header(struct str s, size_t at, struct header *out, size_t *next)
{
	size_t p = space_skip(s, at);
	*next = p;
	if (p < s.len && s.at[p] == '#')
		p = space_skip(s, p + 1);
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		size_t len = strlen(roles[i].word);
		if (s.len - p < len || strncasecmp(s.at + p, roles[i].word, len) != 0)
			continue;
		size_t end = match_colon_line(s, p + len);
		if (end == 0)
			return false;
		*out = (struct header){at, end, roles[i].role};
		return true;
	}
	return false;
}

/* The first role line at or after the line start AT. */
static bool find_header(struct str s, size_t at, struct header *out)
{
	while (at < s.len) {
		size_t next;
		if (match_header(s, at, out, &next))
			return true;
		const char *line_end = memchr(s.at + next, '\n', s.len - next);
		if (line_end == NULL)
			return false;
		at = (size_t)(line_end - s.at) + 1;
	}
	return false;
}

bool chat_has_roles(struct str text)
{
	struct header h;
	return find_header(text, 0, &h);
}

/* The pattern #{0,2} WHITE content WHITE : WHITE from AT; the place after it, or 0. */
static size_t match_content(struct str s, size_t at)
{
	for (int hashes = 0; hashes < 2 && at < s.len && s.at[at] == '#'; hashes++)
		at++;
	at = space_skip(s, at);
	if (!has_word(s, at, "content"))
		return 0;
	at = space_skip(s, at + strlen("content"));
	return at < s.len && s.at[at] == ':' ? space_skip(s, at + 1) : 0;
}

struct sub_header {
	struct str value; /* the word below the key */
	struct str content;
};

/* KEY ':' line break VALUE "content:" at AT, where KEY has been found. */
static bool match_sub_header(struct str s, size_t at, const char *key, struct sub_header *out)
{
	size_t line = match_colon_line(s, at + strlen(key));
	if (line == 0)
		return false;
	size_t from = space_skip(s, line);
	size_t to = from;
	while (to < s.len && space_at(s, to) == 0)
		to++;
	size_t content = to > from ? match_content(s, space_skip(s, to)) : 0;
	/* The value takes as much as it can; "x##content:" on one line still splits. */
	for (; content == 0 && to > from + 1; to--)
		content = match_content(s, to - 1);
	if (content == 0)
		return false;
	*out = (struct sub_header){str_slice(s, from, to), str_slice(s, content, s.len)};
	return true;
}

/* The first place in S where the sub-headers KEY and content match. */
static bool find_sub_header(struct str s, const char *key, struct sub_header *out)
{
	size_t at = 0;
	/* Most texts have none, as one look for a byte that is rare tells. */
	if (memchr(s.at, ':', s.len) == NULL)
		return false;
	while ((at = str_find(s, str_from(key), at)) != SIZE_MAX) {
		if (match_sub_header(s, at, key, out))
			return true;
		at++;
	}
	return false;
}

/* "tool_calls:" line break "[" ... the first "]", when that is a Python list. */
static bool find_tool_calls(struct arena *a, struct str s, struct value *out)
{
	size_t at = 0;
	for (; (at = str_find(s, STR("tool_calls"), at)) != SIZE_MAX; at++) {
		size_t line = match_colon_line(s, at + strlen("tool_calls"));
		size_t open = line > 0 ? space_skip(s, line) : s.len;
		if (open >= s.len || s.at[open] != '[')
			continue;
		size_t close = str_find(s, STR("]"), open);
		if (close == SIZE_MAX)
			continue;
		return literal_read(a, str_slice(s, open, close + 1), out);
	}
	return false;
}

/* Content as one string, or, when a line is an image's marker, as one part a line. */
static void set_content(
	struct arena *a, struct str content, const struct image_set *images, struct message *m)
{
	m->content = space_trim(content);
	struct str rest = m->content;
	bool has_image = false;
	size_t lines = 0;
	struct str line;
	for (; rest.len > 0; lines++) {
		line = str_cut(rest, '\n', &rest);
		has_image |= image_find(images, space_trim(line)) != NULL;
	}
	if (!has_image)
		return;
	m->parts = ARENA_ARRAY(a, struct message_part, lines);
	for (rest = m->content; rest.len > 0;) {
		line = str_cut(rest, '\n', &rest);
		const struct image *image = image_find(images, space_trim(line));
		if (image != NULL)
			m->parts[m->part_count++] = (struct message_part){
				.kind = PART_IMAGE, .url = image->url, .detail = STR("auto")};
		else if (space_trim(line).len > 0)
			m->parts[m->part_count++] =
				(struct message_part){.kind = PART_TEXT, .text = line};
	}
}

static bool fill_message(struct arena *a, struct str chunk, const struct image_set *images,
	struct message *m, struct err *e)
{
	struct sub_header sub;
	if (m->role == ROLE_TOOL) {
		if (!find_sub_header(chunk, "tool_call_id", &sub)) {
			err_set(e, ERR_CONFIG, "A message of the role tool has no tool_call_id.");
			return err_hint(e, "Write it as the lines \"## tool_call_id:\", the id, "
					   "\"## content:\", the result.");
		}
		m->tool_call_id = sub.value;
		set_content(a, sub.content, images, m);
		return true;
	}
	if (m->role == ROLE_ASSISTANT && find_tool_calls(a, chunk, &m->tool_calls))
		return true;
	if (find_sub_header(chunk, "name", &sub)) {
		m->name = sub.value;
		set_content(a, sub.content, images, m);
		return true;
	}
	if (m->role == ROLE_FUNCTION) {
		err_set(e, ERR_CONFIG, "A message of the role function has no name.");
		return err_hint(e, "Write it as the lines \"## name:\", the function's name, "
				   "\"## content:\", its result.");
	}
	set_content(a, chunk, images, m);
	return true;
}

/* "developer:" and the like at the start, as the word; or empty. */
static struct str looks_like_role(struct str text)
{
	size_t from = 0;
	while (from < text.len && text.at[from] == '#')
		from++;
	from = space_skip(text, from);
	size_t to = from;
	while (to < text.len && ((text.at[to] | 32) >= 'a' && (text.at[to] | 32) <= 'z'))
		to++;
	if (to == from || to - from > 20 || to >= text.len || text.at[to] != ':')
		return STR_NONE;
	return str_slice(text, from, to);
}

static bool fail_before_first(struct str text, struct err *e)
{
	text = space_trim(text);
	struct str word = looks_like_role(text);
	struct str rest;
	struct str line = str_slice(str_cut(text, '\n', &rest), 0, 60);
	if (word.len == 0) {
		err_set(e, ERR_CONFIG, "The rendered prompt begins with \"%.*s\" before any role.",
			STR_ARG(line));
		return err_hint(e, "Put a line \"system:\" or \"user:\" before it.");
	}
	bool known = false;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		known |= strlen(roles[i].word) == word.len &&
			 strncasecmp(word.at, roles[i].word, word.len) == 0;
	if (known) {
		err_set(e, ERR_CONFIG, "\"%.*s\" is not a role line.", STR_ARG(line));
		return err_hint(e, "A role stands alone on its line, after at most one \"#\", and "
				   "ends in \":\".");
	}
	err_set(e, ERR_CONFIG, "\"%.*s\" is not a role.", STR_ARG(word));
	return err_hint(e, "The roles are system, user, assistant, function and tool.");
}

static size_t count_headers(struct str text)
{
	size_t n = 0;
	struct header h = {.to = 0};
	while (find_header(text, h.to, &h))
		n++;
	return n;
}

bool chat_split(struct arena *a, struct str text, const struct image_set *images,
	struct message **out, size_t *count, struct err *e)
{
	*count = 0;
	*out = ARENA_ARRAY(a, struct message, count_headers(text) + 1);
	struct header h;
	bool more = find_header(text, 0, &h);
	struct str before = str_slice(text, 0, more ? h.from : text.len);
	if (space_trim(before).len > 0)
		return fail_before_first(before, e);
	while (more) {
		struct message *m = &(*out)[(*count)++];
		struct header next;
		m->role = h.role;
		m->tool_calls = value_none();
		more = find_header(text, h.to, &next);
		struct str chunk = str_slice(text, h.to, more ? next.from : text.len);
		if (!fill_message(a, chunk, images, m, e))
			return false;
		h = next;
	}
	return true;
}

static struct str as_user(struct arena *a, struct str text)
{
	static const char header[] = "user:\n";
	size_t len = sizeof header - 1;
	char *at = arena_alloc(a, len + text.len + 1, 1);
	memcpy(at, header, len);
	memcpy(at + len, text.len > 0 ? text.at : "", text.len);
	return (struct str){at, len + text.len};
}

static void undo(const struct escape *x, struct arena *a, struct message *m)
{
	m->content = escape_undo(x, a, m->content);
	m->name = escape_undo(x, a, m->name);
	m->tool_call_id = escape_undo(x, a, m->tool_call_id);
	m->tool_calls = escape_undo_value(x, a, m->tool_calls);
	for (size_t k = 0; k < m->part_count; k++)
		m->parts[k].text = escape_undo(x, a, m->parts[k].text);
}

bool chat_messages(struct arena *a, struct str text, bool roles_are_optional,
	const struct escape *escape, const struct image_set *images, struct message **out,
	size_t *count, struct err *e)
{
	if (roles_are_optional && !chat_has_roles(text))
		text = as_user(a, text);
	if (!chat_split(a, text, images, out, count, e)) {
		struct str sentence = escape_undo(escape, a, str_copy(a, str_from(e->text)));
		struct str hint = str_copy(a, str_from(e->hint));
		err_set(e, e->code, "%.*s", STR_ARG(sentence));
		return err_hint(e, "%.*s", STR_ARG(hint));
	}
	for (size_t i = 0; i < *count; i++)
		undo(escape, a, &(*out)[i]);
	return true;
}
