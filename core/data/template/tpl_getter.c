/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_getter.h"

#include "core/data/template/tpl_chars.h"

bool tpl_getter(struct render *r, struct item attribute, struct getter *out)
{
	int64_t n;
	*out = (struct getter){.parts = NULL};
	if (attribute.kind == ITEM_MISSING || attribute.kind == ITEM_NONE)
		return true;
	if (attribute.kind != ITEM_STR) {
		out->parts = ARENA_NEW(r->arena, struct getter_part);
		out->parts[0].item = attribute;
		out->len = 1;
		return true;
	}
	struct str rest = attribute.u.str;
	size_t cap = 0;
	do {
		struct str part = str_cut(rest, '.', &rest);
		bool number = part.len > 0;
		for (size_t i = 0; i < part.len; i++)
			number &= part.at[i] >= '0' && part.at[i] <= '9';
		out->parts = arena_reserve(
			r->arena, out->parts, out->len, &cap, out->len + 1, sizeof *out->parts);
		struct getter_part *to = &out->parts[out->len++];
		to->item = number && str_to_int(part, &n) ? tpl_int(n) : tpl_str(part);
		to->key = tpl_key(part);
	} while (rest.at != NULL);
	return true;
}

bool tpl_get(struct render *r, const struct getter *g, struct item of, struct item *out)
{
	for (size_t i = 0; i < g->len; i++) {
		const struct getter_part *p = &g->parts[i];
		bool keyed = of.kind == ITEM_DICT && p->item.kind == ITEM_STR;
		if (!(keyed && tpl_dict_read(r, of.u.dict, &p->key, &of)) &&
			!tpl_getitem(r, of, p->item, &of))
			return false;
		if (of.kind == ITEM_UNDEFINED && g->otherwise.kind > ITEM_NONE)
			of = g->otherwise;
	}
	if (g->ignore_case && of.kind == ITEM_STR)
		of.u.str = tpl_lower(r->arena, of.u.str);
	*out = of;
	return tpl_charge(r, 1);
}
