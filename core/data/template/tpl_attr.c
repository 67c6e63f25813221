/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_load.h"
#include "core/data/template/tpl_operate.h"

/* Attributes, items and slices. */

static bool cycler_next(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)r;
	(void)args;
	struct cycler *c = self.u.cycler;
	*out = c->items->at[c->at];
	c->at = (c->at + 1) % c->items->len;
	return true;
}

static bool cycler_reset(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)r;
	(void)args;
	self.u.cycler->at = 0;
	*out = tpl_none();
	return true;
}

static struct item bound(struct render *r, struct item self, const struct method *m)
{
	struct bound *b = ARENA_NEW(r->arena, struct bound);
	b->self = self;
	b->method = m;
	return (struct item){.kind = ITEM_BOUND, .u.bound = b};
}

static bool cycler_attr(struct render *r, struct item of, struct str name, struct item *out)
{
	static const struct method next = {"next", cycler_next, CLASS_OTHER, 0, 0, false, NULL};
	static const struct method reset = {"reset", cycler_reset, CLASS_OTHER, 0, 0, false, NULL};
	struct cycler *c = of.u.cycler;
	if (str_is(name, "current"))
		*out = c->items->at[c->at];
	else if (str_is(name, "pos"))
		*out = tpl_int((int64_t)c->at);
	else if (str_is(name, "items"))
		*out = tpl_tuple_item(c->items);
	else if (str_is(name, "next"))
		*out = bound(r, of, &next);
	else if (str_is(name, "reset"))
		*out = bound(r, of, &reset);
	else
		return false;
	return true;
}

static bool range_attr(const struct range *range, struct str name, struct item *out)
{
	if (str_is(name, "start"))
		*out = tpl_int(range->start);
	else if (str_is(name, "stop"))
		*out = tpl_int(range->stop);
	else if (str_is(name, "step"))
		*out = tpl_int(range->step);
	else
		return false;
	return true;
}

static bool macro_attr(
	struct render *r, const struct macro_value *v, struct str name, struct item *out)
{
	const struct macro *m = v->macro;
	if (str_is(name, "name")) {
		*out = m->name.len > 0 ? tpl_str(m->name) : tpl_none();
	} else if (str_is(name, "arguments")) {
		struct list *l = tpl_list_new(r, m->len);
		for (size_t i = 0; i < m->len; i++)
			l->at[l->len++] = tpl_str(m->params[i]->u.name.text);
		*out = tpl_tuple_item(l);
	} else if (str_is(name, "catch_kwargs")) {
		*out = tpl_bool(m->takes_keywords);
	} else if (str_is(name, "catch_varargs")) {
		*out = tpl_bool(m->takes_more);
	} else if (str_is(name, "caller")) {
		*out = tpl_bool(m->takes_caller);
	} else {
		return false;
	}
	return true;
}

static bool group_attr(const struct list *group, struct str name, struct item *out)
{
	if (!group->group || (!str_is(name, "grouper") && !str_is(name, "list")))
		return false;
	*out = group->at[str_is(name, "list") ? 1 : 0];
	return true;
}

static bool joiner_attr(const struct joiner *j, struct str name, struct item *out)
{
	if (str_is(name, "sep"))
		*out = j->separator;
	else if (str_is(name, "used"))
		*out = tpl_bool(j->used);
	else
		return false;
	return true;
}

bool tpl_object_attr(
	struct render *r, struct item of, struct str name, struct item *out, bool *found)
{
	const struct item *there;
	struct key key;
	switch (of.kind) {
	case ITEM_LOOP:
		*found = tpl_loop_field(name) != LOOP_NONE;
		return !*found || tpl_loop_get(r, of.u.loop, tpl_loop_field(name), out);
	case ITEM_NAMESPACE:
		key = tpl_key(name);
		there = tpl_dict_find(of.u.space, &key);
		*found = there != NULL;
		if (there != NULL)
			*out = *there;
		return true;
	case ITEM_CYCLER: *found = cycler_attr(r, of, name, out); return true;
	case ITEM_JOINER: *found = joiner_attr(of.u.joiner, name, out); return true;
	case ITEM_RANGE: *found = range_attr(of.u.range, name, out); return true;
	case ITEM_MODULE: *found = tpl_module_attr(of.u.module, name, out); return true;
	case ITEM_SELF: *found = tpl_self_attr(r, of.u.context, name, out); return true;
	case ITEM_MACRO: *found = macro_attr(r, of.u.macro, name, out); return true;
	case ITEM_TUPLE: *found = group_attr(of.u.list, name, out); return true;
	case ITEM_BLOCK:
		*found = str_is(name, "super");
		if (*found)
			*out = tpl_super(
				r, of.u.block->list, of.u.block->depth, of.u.block->context);
		return true;
	default: *found = false; return true;
	}
}

void tpl_attribute_init(struct attribute *a, struct str name)
{
	a->name = tpl_key(name);
	a->loop_field = (uint8_t)tpl_loop_field(name);
	for (int i = 0; i < TPL_CLASSES; i++)
		a->methods[i] = tpl_method_find((enum item_class)i, name);
}

bool tpl_getattr(struct render *r, struct item of, const struct attribute *a, struct item *out)
{
	const struct method *m = a->methods[tpl_class(of)];
	bool found = false;
	if (m != NULL) {
		*out = bound(r, of, m);
		return true;
	}
	if (of.kind == ITEM_DICT) {
		if (!tpl_dict_read(r, of.u.dict, &a->name, out))
			*out = tpl_undefined_of(r, of, tpl_str(a->name.text));
		return true;
	}
	if (of.kind == ITEM_LOOP && a->loop_field != LOOP_NONE)
		return tpl_loop_get(r, of.u.loop, (enum loop_field)a->loop_field, out);
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	if (!tpl_object_attr(r, of, a->name.text, out, &found))
		return false;
	if (!found)
		*out = tpl_undefined_of(r, of, tpl_str(a->name.text));
	return true;
}

static bool index_at(int64_t at, int64_t len, int64_t *out)
{
	*out = at < 0 ? at + len : at;
	return *out >= 0 && *out < len;
}

/* An element by number; false when there is none. */
static bool element(struct render *r, struct item of, int64_t at, struct item *out)
{
	int64_t i;
	switch (of.kind) {
	case ITEM_LIST:
	case ITEM_TUPLE:
		if (!index_at(at, (int64_t)tpl_list_open(r, of.u.list)->len, &i))
			return false;
		*out = of.u.list->at[i];
		return true;
	case ITEM_STR:
		if (!index_at(at, (int64_t)tpl_length(of.u.str), &i))
			return false;
		*out = of;
		out->u.str = tpl_chars(of.u.str, (size_t)i, (size_t)i + 1);
		return true;
	case ITEM_RANGE:
		if (!index_at(at, of.u.range->len, &i))
			return false;
		*out = tpl_int(of.u.range->start + i * of.u.range->step);
		return true;
	default: return false;
	}
}

bool tpl_getitem(struct render *r, struct item of, struct item key, struct item *out)
{
	int64_t n;
	size_t at;
	bool found = false;
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	if (of.kind == ITEM_DICT && key.kind != ITEM_LIST && key.kind != ITEM_DICT) {
		if (!tpl_dict_search(r, of.u.dict, key, &at))
			return false;
		if (at != SIZE_MAX) {
			*out = of.u.dict->at[at].value;
			return true;
		}
	} else if (tpl_as_int(key, &n) && element(r, of, n, out)) {
		return of.kind != ITEM_STR || tpl_charge(r, of.u.str.len / 1024);
	}
	if (key.kind == ITEM_STR) {
		const struct method *m = tpl_method_find(tpl_class(of), key.u.str);
		if (m != NULL) {
			*out = bound(r, of, m);
			return true;
		}
		if (!tpl_object_attr(r, of, key.u.str, out, &found))
			return false;
	}
	if (!found)
		*out = tpl_undefined_of(r, of, key);
	return true;
}

struct span {
	int64_t start, step, count;
};

static bool bound_int(struct render *r, struct item item, int64_t *out)
{
	if (tpl_as_int(item, out))
		return true;
	if (item.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, item);
	return tpl_fail(r, "A slice is bounded by integers, not by a value of type %s.",
		tpl_type_name(item));
}

static int64_t clamp(int64_t n, int64_t len, int64_t low, int64_t high)
{
	if (n < 0)
		n += len;
	return n < low ? low : n > high ? high : n;
}

static bool span_of(struct render *r, const struct item bounds[3], int64_t len, struct span *out)
{
	int64_t step = 1, start, stop, n;
	if (bounds[2].kind != ITEM_NONE && !bound_int(r, bounds[2], &step))
		return false;
	if (step == 0)
		return tpl_fail(r, "The step of a slice cannot be 0.");
	if (step < -INT64_MAX)
		step = -INT64_MAX;
	int64_t low = step > 0 ? 0 : -1, high = step > 0 ? len : len - 1;
	start = step > 0 ? low : high;
	stop = step > 0 ? high : low;
	if (bounds[0].kind != ITEM_NONE) {
		if (!bound_int(r, bounds[0], &n))
			return false;
		start = clamp(n, len, low, high);
	}
	if (bounds[1].kind != ITEM_NONE) {
		if (!bound_int(r, bounds[1], &n))
			return false;
		stop = clamp(n, len, low, high);
	}
	int64_t distance = step > 0 ? stop - start : start - stop;
	int64_t size = step > 0 ? step : -step;
	*out = (struct span){start, step, distance > 0 ? (distance - 1) / size + 1 : 0};
	return true;
}

static bool slice_str(struct render *r, struct item of, const struct span *s, struct item *out)
{
	struct list *l;
	*out = of;
	if (s->step == 1) {
		out->u.str = tpl_chars(of.u.str, (size_t)s->start, (size_t)(s->start + s->count));
		return tpl_charge(r, of.u.str.len / 1024);
	}
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	if (!tpl_collect(r, of, &l))
		return false;
	for (int64_t i = 0; i < s->count; i++)
		buf_add_str(&b, l->at[s->start + i * s->step].u.str);
	out->u.str = str_copy(r->arena, buf_str(&b));
	buf_free(&b);
	return true;
}

static bool slice_list(struct render *r, struct item of, const struct span *s, struct item *out)
{
	const struct list *from = of.u.list;
	if (!tpl_charge(r, (uint64_t)s->count / 16))
		return false;
	struct list *l = tpl_list_new(r, (size_t)s->count);
	for (int64_t i = 0; i < s->count; i++)
		l->at[l->len++] = from->at[s->start + i * s->step];
	*out = (struct item){.kind = of.kind, .u.list = l};
	return true;
}

bool tpl_getslice(struct render *r, struct item of, const struct item bounds[3], struct item *out)
{
	struct span s = {0, 1, 0};
	int64_t len;
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	if (of.kind != ITEM_STR && of.kind != ITEM_LIST && of.kind != ITEM_TUPLE &&
		of.kind != ITEM_RANGE)
		return tpl_fail(r, "A value of type %s cannot be sliced.", tpl_type_name(of));
	if (!tpl_count(r, of, &len) || !span_of(r, bounds, len, &s))
		return false;
	if (of.kind == ITEM_STR)
		return slice_str(r, of, &s, out);
	if (of.kind != ITEM_RANGE)
		return slice_list(r, of, &s, out);
	struct range *range = ARENA_NEW(r->arena, struct range);
	range->start = of.u.range->start + s.start * of.u.range->step;
	range->step = of.u.range->step * s.step;
	range->len = s.count;
	range->stop = range->start + s.count * range->step;
	*out = (struct item){.kind = ITEM_RANGE, .u.range = range};
	return true;
}
