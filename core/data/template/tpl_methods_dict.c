/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_iterate.h"

/* dict. */

static struct item view(struct item self, enum view_kind kind)
{
	return (struct item){.kind = ITEM_VIEW, .op = (uint8_t)kind, .u.dict = self.u.dict};
}

static bool items(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)r;
	(void)args;
	*out = view(self, VIEW_ITEMS);
	return true;
}

static bool keys(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)r;
	(void)args;
	*out = view(self, VIEW_KEYS);
	return true;
}

static bool values(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)r;
	(void)args;
	*out = view(self, VIEW_VALUES);
	return true;
}

static bool get(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	size_t at;
	if (!tpl_dict_search(r, self.u.dict, args->at[0], &at))
		return false;
	*out = at != SIZE_MAX	    ? self.u.dict->at[at].value
	       : tpl_given(args, 1) ? args->at[1]
				    : tpl_none();
	return true;
}

static bool setdefault(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	size_t at;
	if (!tpl_dict_search(r, self.u.dict, args->at[0], &at))
		return false;
	if (at != SIZE_MAX) {
		*out = self.u.dict->at[at].value;
		return true;
	}
	*out = tpl_given(args, 1) ? args->at[1] : tpl_none();
	return tpl_charge(r, 1) && tpl_dict_set(r, self.u.dict, args->at[0], *out);
}

static bool pop(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	size_t at;
	if (!tpl_dict_search(r, self.u.dict, args->at[0], &at))
		return false;
	if (at == SIZE_MAX) {
		*out = args->at[1];
		return tpl_given(args, 1) || tpl_fail(r, "The dict does not have the key to pop.");
	}
	*out = self.u.dict->at[at].value;
	tpl_dict_remove(self.u.dict, at);
	return tpl_charge(r, self.u.dict->len / 16);
}

static bool popitem(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	struct dict *d = tpl_dict_open(r, self.u.dict);
	if (d->len == 0)
		return tpl_fail(r, "The dict is empty: there is nothing to pop.");
	*out = tpl_pair(r, d->at[d->len - 1].key, d->at[d->len - 1].value);
	tpl_dict_remove(d, d->len - 1);
	return tpl_charge(r, d->len / 16);
}

static bool update(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	*out = tpl_none();
	tpl_dict_open(r, self.u.dict);
	return tpl_dict_fill(r, self.u.dict, args->all, "update()");
}

static bool copy(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	*out = tpl_dict_item(tpl_dict_copy(r, self.u.dict));
	return tpl_charge(r, self.u.dict->len / 16);
}

static bool clear(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	struct dict *d = tpl_dict_open(r, self.u.dict);
	*d = (struct dict){.at = NULL};
	*out = tpl_none();
	return true;
}

static bool fromkeys(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)self;
	struct dict *d = tpl_dict_new(r);
	struct list *l;
	if (!tpl_collect(r, args->at[0], &l))
		return false;
	for (size_t i = 0; i < l->len; i++)
		if (!tpl_dict_set(r, d, l->at[i], tpl_given(args, 1) ? args->at[1] : tpl_none()))
			return false;
	*out = tpl_dict_item(d);
	return true;
}

const struct method tpl_methods_dict[] = {
	{"items", items, CLASS_DICT, 0, 0, false, ""},
	{"keys", keys, CLASS_DICT, 0, 0, false, ""},
	{"values", values, CLASS_DICT, 0, 0, false, ""},
	{"get", get, CLASS_DICT, 1, 2, false, ""},
	{"setdefault", setdefault, CLASS_DICT, 1, 2, false, ""},
	{"pop", pop, CLASS_DICT, 1, 2, false, ""},
	{"popitem", popitem, CLASS_DICT, 0, 0, false, ""},
	{"update", update, CLASS_DICT, 0, 0, true, ""},
	{"copy", copy, CLASS_DICT, 0, 0, false, ""},
	{"clear", clear, CLASS_DICT, 0, 0, false, ""},
	{"fromkeys", fromkeys, CLASS_DICT, 1, 2, false, ""},
	{NULL, NULL, 0, 0, 0, false, NULL},
};
