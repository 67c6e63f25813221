/* SPDX-License-Identifier: MIT */
#include "core/data/value_path.h"

#include "core/base/buf.h"
#include "core/data/json.h"

enum { STEPS_MAX = 64 };

enum step_kind { STEP_END, STEP_NAME, STEP_INDEX, STEP_ALL, STEP_WRONG };

struct step {
	enum step_kind kind;
	struct str name;
	int64_t index;
};

/* "['name']", "[3]" or "[*]" at the start of *REST. */
static struct step bracket(struct str *rest)
{
	struct step s = {.kind = STEP_WRONG};
	const struct str inner = str_slice(*rest, 1, rest->len);
	const bool quoted = inner.len > 0 && (inner.at[0] == '\'' || inner.at[0] == '"');
	const char quote[3] = {quoted ? inner.at[0] : ']', quoted ? ']' : '\0', '\0'};
	const size_t from = quoted ? 1 : 0;
	const size_t end = str_find(inner, str_from(quote), from);

	if (end == SIZE_MAX)
		return s;
	const struct str word = str_slice(inner, from, end);
	*rest = str_slice(inner, end + (quoted ? 2 : 1), inner.len);
	if (quoted)
		s = (struct step){.kind = STEP_NAME, .name = word};
	else if (str_is(word, "*"))
		s.kind = STEP_ALL;
	else if (str_to_int(word, &s.index))
		s.kind = STEP_INDEX;
	return s;
}

/* Takes the next step off *REST. */
static struct step next(struct str *rest)
{
	struct step s = {.kind = STEP_END};
	size_t len = 0;

	if (rest->len == 0)
		return s;
	if (rest->at[0] == '[')
		return bracket(rest);
	if (rest->at[0] == '.')
		*rest = str_slice(*rest, 1, rest->len);
	while (len < rest->len && rest->at[len] != '.' && rest->at[len] != '[')
		len++;
	s.kind = len > 0 ? STEP_NAME : STEP_WRONG;
	s.name = str_slice(*rest, 0, len);
	*rest = str_slice(*rest, len, rest->len);
	if (str_is(s.name, "*"))
		s.kind = STEP_ALL;
	return s;
}

static struct str without_root(struct str path)
{
	path = str_trim(path);
	return str_starts(path, STR("$")) ? str_slice(path, 1, path.len) : path;
}

bool value_path_check(struct str path, struct err *e)
{
	struct str rest = without_root(path);

	for (int i = 0; i < STEPS_MAX; i++) {
		const struct step s = next(&rest);
		if (s.kind == STEP_END)
			return true;
		if (s.kind != STEP_WRONG)
			continue;
		err_set(e, ERR_CONFIG, "\"%.*s\" is not a place in an answer.", STR_ARG(path));
		return err_hint(e, "For example: choices[0].message.content");
	}
	return err_set(e, ERR_CONFIG, "A place in an answer has more than %d steps.", STEPS_MAX);
}

static struct value item_at(struct value list, int64_t index)
{
	const int64_t len = list.kind == VALUE_LIST ? (int64_t)list.u.list->len : 0;

	if (index < 0)
		index += len;
	return index >= 0 && index < len ? list.u.list->items[index] : value_none();
}

static struct value find(struct arena *a, struct value v, struct str rest, int left)
{
	const struct step s = next(&rest);
	const struct value *held;
	struct value all;

	switch (left > 0 ? s.kind : STEP_WRONG) {
	case STEP_END: return v;
	case STEP_NAME:
		held = value_get(v, s.name);
		return held != NULL ? find(a, *held, rest, left - 1) : value_none();
	case STEP_INDEX: return find(a, item_at(v, s.index), rest, left - 1);
	case STEP_ALL:
		all = value_list(a);
		for (size_t i = 0; v.kind == VALUE_LIST && i < v.u.list->len; i++)
			value_push(all, find(a, v.u.list->items[i], rest, left - 1));
		return all;
	case STEP_WRONG: break;
	}
	return value_none();
}

struct value value_path_find(struct arena *a, struct value v, struct str path)
{
	return find(a, v, without_root(path), STEPS_MAX);
}

static void add_text(struct arena *a, struct buf *out, struct value v)
{
	if (v.kind == VALUE_STR)
		buf_add_str(out, v.u.str);
	else if (v.kind == VALUE_LIST)
		for (size_t i = 0; i < v.u.list->len; i++)
			add_text(a, out, v.u.list->items[i]);
	else if (v.kind != VALUE_NONE)
		buf_add_str(out, json_text(a, v, JSON_COMPACT));
}

struct str value_path_text(struct arena *a, struct value v, struct str path)
{
	const struct value found = value_path_find(a, v, path);
	struct buf out = BUF_INIT(0);

	if (found.kind == VALUE_STR)
		return found.u.str;
	add_text(a, &out, found);
	const struct str text = str_copy(a, buf_str(&out));
	buf_free(&out);
	return text;
}
