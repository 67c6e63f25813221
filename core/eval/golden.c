/* SPDX-License-Identifier: MIT */
#include "core/eval/golden.h"

#include "core/base/file.h"
#include "core/data/json.h"

enum { LARGEST_SET = 64 << 20 };

static bool bad_line(struct err *e, const char *path, unsigned line, const char *what)
{
	err_set(e, ERR_CONFIG, "This golden case %s.", what);
	err_hint(e, "A case is {\"id\", \"question\", \"facts\", \"source\", \"answerable\"}.");
	return err_place(e, path, line, 0);
}

static bool is_list_of_strings(const struct value *v)
{
	if (v == NULL || v->kind != VALUE_LIST)
		return false;
	for (size_t i = 0; i < v->u.list->len; i++)
		if (v->u.list->items[i].kind != VALUE_STR)
			return false;
	return true;
}

static bool read_case(
	struct value v, const char *path, unsigned line, struct golden_case *out, struct err *e)
{
	const struct value *facts = value_get_cstr(v, "facts");
	const struct value *also = value_get_cstr(v, "also");
	if (v.kind != VALUE_DICT)
		return bad_line(e, path, line, "is not an object");
	*out = (struct golden_case){
		.id = value_get_str(v, "id", STR("")),
		.question = value_get_str(v, "question", STR("")),
		.source = value_get_str(v, "source", STR("")),
		.answerable = value_get_bool(v, "answerable", true),
		.also = is_list_of_strings(also) ? *also : value_none(),
	};
	if (out->question.len == 0)
		return bad_line(e, path, line, "has no question");
	if (!is_list_of_strings(facts))
		return bad_line(e, path, line, "has no list of facts");
	out->facts = *facts;
	return true;
}

bool golden_read(
	struct arena *a, const char *path, struct golden_case **out, size_t *count, struct err *e)
{
	struct str rest, line;
	size_t cap = 0;
	unsigned number = 0;
	*out = NULL;
	*count = 0;
	if (!file_read(a, path, LARGEST_SET, &rest, e))
		return false;
	while (str_next_line(&rest, &line)) {
		struct value v;
		struct golden_case next;
		number++;
		if (str_trim(line).len == 0)
			continue;
		if (!json_read(a, line, NULL, &v, e)) {
			e->where[0] = '\0'; /* the line's own place says more */
			return err_place(e, path, number, 0);
		}
		if (!read_case(v, path, number, &next, e))
			return false;
		*out = arena_reserve(a, *out, *count, &cap, *count + 1, sizeof **out);
		(*out)[(*count)++] = next;
	}
	return true;
}

bool golden_has_source(const struct golden_case *c, struct str source)
{
	if (c->source.len > 0 && str_eq(c->source, source))
		return true;
	for (size_t i = 0; c->also.kind == VALUE_LIST && i < c->also.u.list->len; i++)
		if (str_eq(c->also.u.list->items[i].u.str, source))
			return true;
	return false;
}
