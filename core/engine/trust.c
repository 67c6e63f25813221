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
