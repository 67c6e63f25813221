/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"
#include "core/model/cache.h"

#include <math.h>
#include <stdlib.h>

/* Every whole number below it is a double of its own. */
static const double exact = 9007199254740992.0;

static int compare(const void *left, const void *right)
{
	const struct value_entry *a = left, *b = right;
	return str_compare(a->key.u.str, b->key.u.str);
}

/* Of a tree that nobody else holds. */
static void settle(struct value *v)
{
	if (v->kind == VALUE_FLOAT && fabs(v->u.real) < exact && floor(v->u.real) == v->u.real)
		*v = value_int((int64_t)v->u.real);
	if (v->kind == VALUE_LIST)
		for (size_t i = 0; i < v->u.list->len; i++)
			settle(&v->u.list->items[i]);
	if (v->kind != VALUE_DICT || v->u.dict->len == 0)
		return;
	struct value_dict *dict = v->u.dict;
	qsort(dict->entries, dict->len, sizeof *dict->entries, compare);
	dict->index = NULL; /* of the old order; it is not looked into again */
	for (size_t i = 0; i < dict->len; i++)
		settle(&dict->entries[i].value);
}

struct str cache_canonical(struct arena *a, struct str json)
{
	struct arena scratch = ARENA_INIT;
	struct value tree;
	struct err none = ERR_INIT; /* not JSON: what a template of somebody's own made */
	struct str out = json;
	if (json_read(&scratch, json, NULL, &tree, &none)) {
		settle(&tree);
		out = json_text(a, tree, JSON_COMPACT);
	}
	arena_release(&scratch);
	return out.len > 0 ? out : json;
}
