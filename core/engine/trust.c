/* SPDX-License-Identifier: MIT */
#include "core/engine/trust.h"

#include "core/base/file.h"
#include "core/data/json.h"

enum { LARGEST_LIST = 4 << 20 };

static const char *list_path(struct arena *a)
{
	return path_join(a, path_state(a), "approved.jsonl");
}

/* One approval as the line that stands in the list; the file's name is for people and may differ.
 */
static struct str line_of(struct arena *a, const struct approval *what)
{
	struct value v = value_dict(a);
	value_set(v, STR("hash"), value_str(what->hash));
	value_set(v, STR("variable"), value_str(what->variable));
	value_set(v, STR("origin"), value_str(what->origin));
	return json_text(a, v, JSON_COMPACT);
}

static struct str read_list(struct arena *a)
{
	struct str text = STR_NONE;
	struct err ignored = ERR_INIT; /* no list yet: nothing is approved */
	if (!file_read(a, list_path(a), LARGEST_LIST, &text, &ignored))
		return STR_NONE;
	return text;
}

struct str trust_words(struct arena *a, const struct approval *what)
{
	struct str rest, name = what->variable;
	struct str to = what->origin.len > 0 ? what->origin : STR("any model");
	if (name.len == 0)
		return str_format(a, "connect to %.*s", STR_ARG(to));
	if (str_starts(name, STR("cmd:"))) {
		str_cut(name, ':', &rest);
		if (str_is(to, "itself"))
			return str_format(
				a, "run \"%.*s\" and send it what is asked", STR_ARG(rest));
		return str_format(a, "run \"%.*s\" and send what it prints to %.*s", STR_ARG(rest),
			STR_ARG(to));
	}
	if (str_starts(name, STR("file:"))) {
		str_cut(name, ':', &rest);
		return str_format(a, "send what is in %.*s to %.*s", STR_ARG(rest), STR_ARG(to));
	}
	if (str_starts(name, STR("env:")))
		str_cut(name, ':', &name);
	return str_format(a, "send the value of %.*s to %.*s", STR_ARG(name), STR_ARG(to));
}

bool trust_is_approved(const struct approval *what)
{
	struct arena a = ARENA_INIT;
	struct str wanted = line_of(&a, what), rest = read_list(&a), line;
	bool found = false;
	while (!found && str_next_line(&rest, &line))
		found = str_eq(line, wanted);
	arena_release(&a);
	return found;
}

bool trust_approve(const struct approval *what, struct err *e)
{
	if (trust_is_approved(what))
		return true;
	struct arena a = ARENA_INIT;
	struct str before = read_list(&a), line = line_of(&a, what);
	struct str all = str_format(&a, "%.*s%.*s\n", STR_ARG(before), STR_ARG(line));
	bool ok = file_make_folder(path_state(&a), 0700, e) &&
		  file_write(list_path(&a), all, 0600, e);
	arena_release(&a);
	return ok;
}
