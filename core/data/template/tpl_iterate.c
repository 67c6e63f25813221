/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_iterate.h"

#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_operate.h"

static enum step next_list(struct render *r, struct iter *it, struct item *out)
{
	(void)r;
	const struct list *l = it->of.u.list;
	if (it->at >= l->len)
		return STEP_END;
	*out = l->at[it->at++];
	return STEP_ITEM;
}

static enum step next_char(struct render *r, struct iter *it, struct item *out)
{
	(void)r;
	struct str s = it->of.u.str;
	size_t len;
	if (it->at >= s.len)
		return STEP_END;
	tpl_decode(s, it->at, &len);
	*out = tpl_str(str_slice(s, it->at, it->at + len));
	it->at += len;
	return STEP_ITEM;
}

static enum step next_entry(struct render *r, struct iter *it, struct item *out)
{
	const struct dict *d = it->of.u.dict;
	if (d->len != it->limit) {
		tpl_fail(r, "A dict changed its size while it was walked over.");
		return STEP_FAILED;
	}
	if (it->at >= d->len)
		return STEP_END;
	const struct dict_entry *e = &d->at[it->at++];
	if (it->of.kind == ITEM_DICT || it->of.op == VIEW_KEYS)
		*out = e->key;
	else if (it->of.op == VIEW_VALUES)
		*out = e->value;
	else
		*out = tpl_pair(r, e->key, e->value);
	return STEP_ITEM;
}

static enum step next_number(struct render *r, struct iter *it, struct item *out)
{
	(void)r;
	const struct range *range = it->of.u.range;
	if ((int64_t)it->at >= range->len)
		return STEP_END;
	*out = tpl_int(range->start + (int64_t)it->at++ * range->step);
	return STEP_ITEM;
}

static enum step next_shared(struct render *r, struct iter *it, struct item *out)
{
	return it->of.u.iter->next(r, it->of.u.iter, out);
}

static enum step next_nothing(struct render *r, struct iter *it, struct item *out)
{
	(void)r;
	(void)it;
	(void)out;
	return STEP_END;
}

static enum step next_loop(struct render *r, struct iter *it, struct item *out)
{
	struct item item;
	enum step s = tpl_loop_next(r, it->of.u.loop, &item);
	if (s == STEP_ITEM)
		*out = tpl_pair(r, item, it->of);
	return s;
}

bool tpl_is_iterable(struct item of)
{
	return (of.kind >= ITEM_STR && of.kind <= ITEM_ITER) || of.kind == ITEM_UNDEFINED ||
	       of.kind == ITEM_LOOP || of.kind == ITEM_SELF;
}

bool tpl_iter(struct render *r, struct item of, struct iter *it)
{
	*it = (struct iter){.of = of};
	switch (of.kind) {
	case ITEM_LIST:
		tpl_list_open(r, of.u.list);
		it->next = next_list;
		return true;
	case ITEM_TUPLE: it->next = next_list; return true;
	case ITEM_STR: it->next = next_char; return true;
	case ITEM_DICT:
	case ITEM_VIEW:
		it->limit = tpl_dict_open(r, of.u.dict)->len;
		it->next = next_entry;
		return true;
	case ITEM_RANGE: it->next = next_number; return true;
	case ITEM_ITER: it->next = next_shared; return true;
	case ITEM_LOOP: it->next = next_loop; return true;
	case ITEM_UNDEFINED: it->next = next_nothing; return !of.safe || tpl_undefined_fail(r, of);
	default:
		return tpl_fail(
			r, "A value of type %s has no items to go through.", tpl_type_name(of));
	}
}

struct item tpl_generator(struct render *r, struct item over,
	enum step (*next)(struct render *, struct iter *, struct item *), void *state)
{
	struct iter *it = ARENA_NEW(r->arena, struct iter);
	*it = (struct iter){.next = next, .of = over, .state = state};
	return (struct item){.kind = ITEM_ITER, .u.iter = it};
}

bool tpl_collect(struct render *r, struct item of, struct list **out)
{
	struct iter it;
	struct item item;
	enum step s;
	if (!tpl_iter(r, of, &it))
		return false;
	int64_t count = -1;
	if (of.kind != ITEM_ITER && of.kind != ITEM_LOOP && !tpl_count(r, of, &count))
		return false;
	struct list *l = tpl_list_new(r, count > 0 && count <= TPL_ITEMS_MAX ? (size_t)count : 0);
	while ((s = tpl_next(r, &it, &item)) == STEP_ITEM) {
		if (!tpl_charge(r, 1))
			return false;
		if (l->len >= TPL_ITEMS_MAX)
			return tpl_limit(r, "A list has more than %d items.", TPL_ITEMS_MAX);
		tpl_list_push(r, l, item);
	}
	*out = l;
	return s == STEP_END;
}

static enum step next_back(struct render *r, struct iter *it, struct item *out)
{
	(void)r;
	const struct list *l = it->of.u.list;
	if (it->at >= it->limit)
		return STEP_END;
	size_t at = it->limit - ++it->at;
	if (at >= l->len)
		return STEP_END;
	*out = l->at[at];
	return STEP_ITEM;
}

bool tpl_reversed(struct render *r, struct item of, struct item *out, bool *can)
{
	struct list *l;
	*can = (of.kind >= ITEM_STR && of.kind <= ITEM_RANGE) ||
	       (of.kind == ITEM_UNDEFINED && !of.safe);
	if (!*can)
		return true;
	if (of.kind == ITEM_LIST || of.kind == ITEM_TUPLE)
		l = tpl_list_open(r, of.u.list);
	else if (!tpl_collect(r, of, &l))
		return false;
	*out = tpl_generator(r, tpl_list_item(l), next_back, NULL);
	out->u.iter->limit = l->len;
	return true;
}
