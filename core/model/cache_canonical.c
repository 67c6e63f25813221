/* SPDX-License-Identifier: MIT */
/* In one pass over the text, without a tree: this is done for each request. */
#include "core/data/json.h"
#include "core/model/cache.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 256, NUMBER_MAX = 64 };

/* Every whole number below it is a double of its own. */
static const double exact = 9007199254740992.0;

struct scan {
	struct arena *arena; /* scratch */
	struct str rest;
	struct buf *out;
	int depth;
};

/* A member of an object as it stands in the output. */
struct member {
	struct str key; /* with its quotes, in the input */
	size_t from, to;
};

static bool value(struct scan *s);

static void skip_space(struct scan *s)
{
	while (s->rest.len > 0 && s->rest.at[0] != '\0' && strchr(" \t\r\n", s->rest.at[0]))
		s->rest = str_slice(s->rest, 1, s->rest.len);
}

static bool take(struct scan *s, char c)
{
	skip_space(s);
	if (s->rest.len == 0 || s->rest.at[0] != c)
		return false;
	s->rest = str_slice(s->rest, 1, s->rest.len);
	return true;
}

/* A string with its quotes, as it was escaped. */
static bool string(struct scan *s, struct str *out)
{
	const char *from = s->rest.at, *end = s->rest.at + s->rest.len, *at = from + 1;
	while (at < end) {
		const char *quote = memchr(at, '"', (size_t)(end - at));
		const char *escape = quote != NULL ? memchr(at, '\\', (size_t)(quote - at)) : NULL;
		if (quote == NULL)
			return false;
		if (escape == NULL) {
			*out = (struct str){from, (size_t)(quote + 1 - from)};
			s->rest = str_slice(s->rest, out->len, s->rest.len);
			return true;
		}
		at = escape + 2;
	}
	return false;
}

/* A number or a word. */
static bool plain(struct scan *s)
{
	size_t len = 0;
	double number;
	while (len < s->rest.len && !strchr(",]} \t\r\n", s->rest.at[len]))
		len++;
	struct str text = str_slice(s->rest, 0, len);
	s->rest = str_slice(s->rest, len, s->rest.len);
	bool word = str_is(text, "true") || str_is(text, "false") || str_is(text, "null");
	if (word || (len > 0 && len < NUMBER_MAX && !memchr(text.at, '.', len) &&
			    !memchr(text.at, 'e', len) && !memchr(text.at, 'E', len)))
		return buf_add_str(s->out, text);
	if (!str_to_double(text, &number))
		return false;
	if (fabs(number) < exact && floor(number) == number)
		return buf_add_format(s->out, "%lld", (long long)number);
	return json_write(s->out, value_float(number), JSON_COMPACT);
}

static bool list(struct scan *s)
{
	buf_add_char(s->out, '[');
	for (bool first = true; !take(s, ']'); first = false) {
		if (!first && (!take(s, ',') || !buf_add_char(s->out, ',')))
			return false;
		if (!value(s))
			return false;
	}
	return buf_add_char(s->out, ']');
}

static int compare(const void *left, const void *right)
{
	const struct member *a = left, *b = right;
	return str_compare(a->key, b->key);
}

/* Puts the members, written from FROM on one after the other, into their order. */
static void sort(struct scan *s, struct member *members, size_t count, size_t from)
{
	bool sorted = true;
	for (size_t i = 1; sorted && i < count; i++)
		sorted = compare(&members[i - 1], &members[i]) <= 0;
	const char *copy = arena_copy(s->arena, s->out->at + from, s->out->len - from);
	if (!sorted)
		qsort(members, count, sizeof *members, compare);
	s->out->len = from;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_add_char(s->out, ',');
		buf_add(s->out, copy + (members[i].from - from), members[i].to - members[i].from);
	}
}

static bool object(struct scan *s)
{
	struct member *members = NULL;
	size_t count = 0, cap = 0;
	buf_add_char(s->out, '{');
	const size_t from = s->out->len;
	while (!take(s, '}')) {
		struct member m = {.from = s->out->len};
		if (count > 0 && !take(s, ','))
			return false;
		skip_space(s);
		if (s->rest.len == 0 || s->rest.at[0] != '"' || !string(s, &m.key) ||
			!take(s, ':') || !buf_add_str(s->out, m.key) ||
			!buf_add_char(s->out, ':') || !value(s))
			return false;
		m.to = s->out->len;
		members = arena_reserve(s->arena, members, count, &cap, count + 1, sizeof *members);
		members[count++] = m;
	}
	if (count > 0)
		sort(s, members, count, from);
	return buf_add_char(s->out, '}');
}

static bool value(struct scan *s)
{
	struct str text;
	bool ok;
	skip_space(s);
	if (s->rest.len == 0 || s->depth == DEPTH_MAX)
		return false;
	s->depth++;
	if (s->rest.at[0] == '"')
		ok = string(s, &text) && buf_add_str(s->out, text);
	else if (take(s, '{'))
		ok = object(s);
	else
		ok = take(s, '[') ? list(s) : plain(s);
	s->depth--;
	return ok;
}

struct str cache_canonical(struct arena *a, struct str json)
{
	struct arena scratch = ARENA_INIT;
	struct buf out = BUF_INIT(json.len * 2 + 64);
	struct scan s = {.arena = &scratch, .rest = json, .out = &out};
	struct str made = json;
	bool whole = value(&s);
	skip_space(&s);
	/* What a template of somebody's own made may be anything: then it stands for itself. */
	if (whole && s.rest.len == 0 && !out.full)
		made = str_copy(a, buf_str(&out));
	buf_free(&out);
	arena_release(&scratch);
	return made;
}
