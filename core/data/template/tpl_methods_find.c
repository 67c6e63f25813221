/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_operate.h"

/* str: looking for parts, with Python's optional start and end. */

struct window {
	struct str needle;
	struct str s; /* what is between start and end */
	int64_t start; /* in characters */
	bool valid; /* start is not past the end of the whole */
};

static bool bound(
	struct render *r, const struct call_args *args, size_t i, int64_t len, int64_t *out)
{
	int64_t n = *out;
	if (!tpl_given(args, i) || args->at[i].kind == ITEM_NONE)
		return true;
	if (!tpl_arg_int(r, args, i, &n))
		return false;
	*out = n < 0 ? (n + len > 0 ? n + len : 0) : n;
	return true;
}

static bool cut_window(
	struct render *r, struct item self, const struct call_args *args, struct window *w)
{
	int64_t len = (int64_t)tpl_length(self.u.str), end = len;
	w->start = 0;
	if (!bound(r, args, 1, len, &w->start) || !bound(r, args, 2, len, &end))
		return false;
	if (end > len)
		end = len;
	w->valid = w->start <= len && w->start <= end;
	w->s = w->valid ? tpl_chars(self.u.str, (size_t)w->start, (size_t)end) : STR_NONE;
	return tpl_charge(r, self.u.str.len / 256);
}

static bool search(
	struct render *r, struct item self, const struct call_args *args, bool last, int64_t *out)
{
	struct window w = {.needle = STR_NONE};
	*out = -1;
	if (!tpl_arg_str(r, args, 0, &w.needle) || !cut_window(r, self, args, &w))
		return false;
	if (!w.valid)
		return true;
	size_t at = last ? w.needle.len == 0 ? w.s.len : str_find_last(w.s, w.needle)
			 : str_find(w.s, w.needle, 0);
	if (at != SIZE_MAX)
		*out = w.start + (int64_t)tpl_length(str_slice(w.s, 0, at));
	return true;
}

static bool find(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	int64_t at;
	if (!search(r, self, args, false, &at))
		return false;
	*out = tpl_int(at);
	return true;
}

static bool rfind(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	int64_t at;
	if (!search(r, self, args, true, &at))
		return false;
	*out = tpl_int(at);
	return true;
}

static bool not_found(struct render *r)
{
	return tpl_fail(r, "The part that was looked for is not in the string.");
}

static bool index_of(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	if (!find(r, self, args, out))
		return false;
	return out->u.integer >= 0 || not_found(r);
}

static bool rindex_of(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	if (!rfind(r, self, args, out))
		return false;
	return out->u.integer >= 0 || not_found(r);
}

static bool count(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct window w = {.needle = STR_NONE};
	int64_t n = 0;
	if (!tpl_arg_str(r, args, 0, &w.needle) || !cut_window(r, self, args, &w))
		return false;
	if (w.needle.len == 0)
		n = w.valid ? (int64_t)tpl_length(w.s) + 1 : 0;
	else
		for (size_t at = 0; (at = str_find(w.s, w.needle, at)) != SIZE_MAX;
			at += w.needle.len)
			n++;
	*out = tpl_int(n);
	return true;
}

/* One of several when the argument is a tuple. */
static bool edge(struct render *r, struct item self, const struct call_args *args, bool end,
	struct item *out)
{
	struct window w = {.needle = STR_NONE};
	struct item what = args->at[0];
	struct list one = {.at = &what, .len = 1};
	const struct list *all = what.kind == ITEM_TUPLE ? what.u.list : &one;
	*out = tpl_bool(false);
	if (!cut_window(r, self, args, &w))
		return false;
	for (size_t i = 0; i < all->len; i++) {
		if (all->at[i].kind == ITEM_UNDEFINED)
			return tpl_undefined_fail(r, all->at[i]);
		if (all->at[i].kind != ITEM_STR)
			return tpl_fail(r,
				"A string or a tuple of strings is needed here, not a "
				"value of type %s.",
				tpl_type_name(all->at[i]));
		struct str s = all->at[i].u.str;
		if (w.valid && (end ? str_ends(w.s, s) : str_starts(w.s, s))) {
			*out = tpl_bool(true);
			return true;
		}
	}
	return true;
}

static bool startswith(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return edge(r, self, args, false, out);
}

static bool endswith(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return edge(r, self, args, true, out);
}

const struct method tpl_methods_find[] = {
	{"find", find, CLASS_STR, 1, 3, false, ""},
	{"rfind", rfind, CLASS_STR, 1, 3, false, ""},
	{"index", index_of, CLASS_STR, 1, 3, false, ""},
	{"rindex", rindex_of, CLASS_STR, 1, 3, false, ""},
	{"count", count, CLASS_STR, 1, 3, false, ""},
	{"startswith", startswith, CLASS_STR, 1, 3, false, ""},
	{"endswith", endswith, CLASS_STR, 1, 3, false, ""},
	{NULL, NULL, 0, 0, 0, false, NULL},
};
