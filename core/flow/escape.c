/* SPDX-License-Identifier: MIT */
#include "core/flow/escape.h"

#include "core/base/buf.h"
#include "core/flow/space.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct escape escape_new(struct ids *ids)
{
	struct escape x;
	uint64_t high = ids_next(ids);
	uint64_t low = ids_next(ids);
	snprintf(x.marker, sizeof x.marker, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 31),
		(unsigned)(high >> 15 & 0xFFFF), (unsigned)(high >> 3 & 0xFFF),
		(unsigned)((high & 7) << 11 | (low >> 52 & 0x7FF) | 0x8000),
		(unsigned long long)(low & 0xFFFFFFFFFFFF));
	return x;
}

/* What a colon may follow in a line that chat_split reads. */
static const char *const words[] = {
	"system", "user", "assistant", "function", "tool", "name", "tool_call_id", "tool_calls"};

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* S ends with one of the words; or S is all letters and one of the words ends with S, so that what
 * stands before it in the template may complete the word. */
static bool ends_word(struct str s)
{
	size_t letters = s.len;
	while (letters > 0 && is_word_byte(s.at[letters - 1]))
		letters--;
	size_t have = s.len - letters;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t len = strlen(words[i]);
		if (have >= len && strncasecmp(s.at + s.len - len, words[i], len) == 0)
			return true;
		if (letters == 0 && have < len &&
			strncasecmp(s.at, words[i] + len - have, have) == 0)
			return true;
	}
	return false;
}

/* The colon at AT could be that of a header: only white space follows it up to a line break or the
 * end, and one of the words comes before it. */
static bool is_risky(struct str s, size_t at)
{
	size_t after = space_skip(s, at + 1);
	if (after < s.len && memchr(s.at + at + 1, '\n', after - at - 1) == NULL)
		return false;
	size_t before = space_skip_back(s, at);
	return before == 0 || ends_word(str_slice(s, 0, before));
}

struct str escape_str(const struct escape *x, struct arena *a, struct str s)
{
	struct buf b = BUF_INIT(SIZE_MAX / 2);
	size_t done = 0;
	for (size_t at = 0; at < s.len; at++) {
		const char *colon = memchr(s.at + at, ':', s.len - at);
		if (colon == NULL)
			break;
		at = (size_t)(colon - s.at);
		if (!is_risky(s, at))
			continue;
		buf_add_str(&b, str_slice(s, done, at));
		buf_add(&b, x->marker, ESCAPE_MARKER);
		done = at + 1;
	}
	if (done == 0)
		return s;
	buf_add_str(&b, str_slice(s, done, s.len));
	struct str out = str_copy(a, buf_str(&b));
	buf_free(&b);
	return out;
}

struct str escape_undo(const struct escape *x, struct arena *a, struct str s)
{
	struct buf b = BUF_INIT(SIZE_MAX / 2);
	size_t done = 0;
	for (size_t at = 8; at + ESCAPE_MARKER - 8 <= s.len; at++) {
		/* Candidates are found by the marker's first hyphen. */
		const char *hyphen = memchr(s.at + at, '-', s.len - at);
		if (hyphen == NULL)
			break;
		at = (size_t)(hyphen - s.at);
		size_t from = at - 8;
		if (from < done || s.len - from < ESCAPE_MARKER ||
			strncasecmp(s.at + from, x->marker, ESCAPE_MARKER) != 0)
			continue;
		buf_add_str(&b, str_slice(s, done, from));
		buf_add_char(&b, ':');
		done = from + ESCAPE_MARKER;
		at = done;
	}
	if (done == 0)
		return s;
	buf_add_str(&b, str_slice(s, done, s.len));
	struct str out = str_copy(a, buf_str(&b));
	buf_free(&b);
	return out;
}

typedef struct str change_fn(const struct escape *x, struct arena *a, struct str s);

static struct value change(
	const struct escape *x, struct arena *a, struct value v, change_fn *change_str)
{
	struct value out = v;
	switch (v.kind) {
	case VALUE_STR: out.u.str = change_str(x, a, v.u.str); return out;
	case VALUE_LIST:
		out = value_list(a);
		for (size_t i = 0; i < v.u.list->len; i++)
			value_push(out, change(x, a, v.u.list->items[i], change_str));
		return out;
	case VALUE_DICT:
		out = value_dict(a);
		for (size_t i = 0; i < v.u.dict->len; i++)
			value_set(out, v.u.dict->entries[i].key.u.str,
				change(x, a, v.u.dict->entries[i].value, change_str));
		return out;
	default: return v;
	}
}

struct value escape_value(const struct escape *x, struct arena *a, struct value v)
{
	return change(x, a, v, escape_str);
}

struct value escape_undo_value(const struct escape *x, struct arena *a, struct value v)
{
	return change(x, a, v, escape_undo);
}
