/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_format.h"
#include "core/data/template/tpl_html.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_strings.h"
#include "core/data/template/tpl_text.h"

#include <string.h>

/* str: cutting, joining, padding. Markup gives markup. */

static struct item like(struct item self, struct str s)
{
	self.u.str = s;
	return self;
}

/* The argument of strip: characters, or none for white space. */
static bool strip_both(struct render *r, struct item self, const struct call_args *args,
	bool sides[2], struct item *out)
{
	struct str set = STR_NONE;
	bool white = !tpl_given(args, 0) || args->at[0].kind == ITEM_NONE;
	if (!white && !tpl_arg_str(r, args, 0, &set))
		return false;
	if (self.safe && !tpl_escape(r, set, &set))
		return false;
	*out = like(self, white ? tpl_strip(self.u.str, sides[0], sides[1])
				: tpl_strip_set(self.u.str, set, sides[0], sides[1]));
	return tpl_charge(r, self.u.str.len / 256);
}

static bool strip(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return strip_both(r, self, args, (bool[]){true, true}, out);
}

static bool lstrip(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return strip_both(r, self, args, (bool[]){true, false}, out);
}

static bool rstrip(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return strip_both(r, self, args, (bool[]){false, true}, out);
}

static bool split_args(
	struct render *r, const struct call_args *args, struct str *separator, int64_t *most)
{
	*separator = STR_NONE;
	*most = -1;
	if (tpl_given(args, 0) && args->at[0].kind != ITEM_NONE) {
		if (!tpl_arg_str(r, args, 0, separator))
			return false;
		if (separator->len == 0)
			return tpl_fail(r, "An empty separator cannot split a string.");
	}
	return tpl_arg_int(r, args, 1, most);
}

static bool split(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct str separator;
	int64_t most;
	if (!split_args(r, args, &separator, &most))
		return false;
	struct list *l = tpl_list_new(r, 0);
	*out = tpl_list_item(l);
	return tpl_split(r, self, separator, most, l);
}

static bool rsplit(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct str separator;
	int64_t most;
	if (!split_args(r, args, &separator, &most))
		return false;
	struct list *l = tpl_list_new(r, 0);
	*out = tpl_list_item(l);
	return tpl_rsplit(r, self, separator, most, l);
}

static bool splitlines(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	bool keep = false;
	if (!tpl_arg_bool(r, args, 0, &keep))
		return false;
	struct list *l = tpl_list_new(r, 0);
	*out = tpl_list_item(l);
	return tpl_splitlines(r, self, keep, l);
}

static bool part(struct render *r, struct item self, const struct call_args *args, bool last,
	struct item *out)
{
	struct str s = self.u.str, by = STR_NONE;
	if (!tpl_arg_str(r, args, 0, &by) || (self.safe && !tpl_escape(r, by, &by)))
		return false;
	if (by.len == 0)
		return tpl_fail(r, "An empty separator cannot split a string.");
	size_t at = last ? str_find_last(s, by) : str_find(s, by, 0);
	struct list *l = tpl_list_new(r, 3);
	struct str none = STR_NONE;
	bool found = at != SIZE_MAX;
	l->len = 3;
	l->at[0] = like(self, found ? str_slice(s, 0, at) : last ? none : s);
	l->at[1] = like(self, found ? by : none);
	l->at[2] = like(self, found ? str_slice(s, at + by.len, s.len) : last ? s : none);
	*out = tpl_tuple_item(l);
	return true;
}

static bool partition(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return part(r, self, args, false, out);
}

static bool rpartition(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return part(r, self, args, true, out);
}

static bool replace(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct str old = STR_NONE, new = STR_NONE;
	int64_t count = -1;
	if (!tpl_arg_str(r, args, 0, &old) || !tpl_arg_str(r, args, 1, &new) ||
		!tpl_arg_int(r, args, 2, &count))
		return false;
	if (self.safe && (!(args->at[0].safe || tpl_escape(r, old, &old)) ||
				 !(args->at[1].safe || tpl_escape(r, new, &new))))
		return false;
	*out = self;
	return tpl_replace(r, self.u.str, (struct str[]){old, new}, count, &out->u.str);
}

static bool join(struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct iter it;
	struct item item;
	enum step s;
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	bool first = true, ok = true;
	if (!tpl_iter(r, args->at[0], &it))
		return false;
	while (ok && (s = tpl_next(r, &it, &item)) != STEP_END) {
		ok = s == STEP_ITEM && tpl_charge(r, 1);
		if (ok && self.safe)
			ok = tpl_escape_item(r, item, &item);
		else if (ok && item.kind != ITEM_STR)
			ok = tpl_fail(r, "join() needs strings, not a value of type %s.",
				tpl_type_name(item));
		if (!ok)
			break;
		if (!first)
			buf_add_str(&b, self.u.str);
		buf_add_str(&b, item.u.str);
		first = false;
	}
	*out = self;
	if (ok)
		return tpl_take(r, &b, &out->u.str);
	buf_free(&b);
	return false;
}

static bool pad(struct render *r, struct item self, const struct call_args *args, char align,
	struct item *out)
{
	struct layout l = {.align = align, .fill = ' '};
	struct str fill = STR(" "), s = self.u.str;
	size_t len;
	if (!tpl_arg_int(r, args, 0, &l.width) || !tpl_arg_str(r, args, 1, &fill))
		return false;
	if (tpl_length(fill) != 1)
		return tpl_fail(r, "The fill must be one character.");
	l.fill = tpl_decode(fill, 0, &len);
	if (l.width > TPL_TEXT_MAX)
		return tpl_limit(r, "A string would be longer than %d MiB.", TPL_TEXT_MAX >> 20);
	int64_t gap = l.width - (int64_t)tpl_length(s);
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	if (align == '^' && gap > 0) { /* an odd space goes left when the width is odd */
		int64_t left = gap / 2 + (gap & l.width & 1);
		for (int64_t i = 0; i < gap; i++) {
			if (i == left)
				buf_add_str(&b, s);
			buf_add_str(&b, fill);
		}
		if (left == gap)
			buf_add_str(&b, s);
	} else {
		tpl_format_pad(&b, s, &l);
	}
	*out = self;
	return tpl_take(r, &b, &out->u.str);
}

static bool center(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return pad(r, self, args, '^', out);
}

static bool ljust(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return pad(r, self, args, '<', out);
}

static bool rjust(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return pad(r, self, args, '>', out);
}

static bool zfill(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	int64_t width = 0;
	struct str s = self.u.str;
	if (!tpl_arg_int(r, args, 0, &width))
		return false;
	if (width > TPL_TEXT_MAX)
		return tpl_limit(r, "A string would be longer than %d MiB.", TPL_TEXT_MAX >> 20);
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	size_t sign = s.len > 0 && (s.at[0] == '+' || s.at[0] == '-') ? 1 : 0;
	buf_add(&b, s.at, sign);
	for (int64_t i = (int64_t)tpl_length(s); i < width; i++)
		buf_add_char(&b, '0');
	buf_add_str(&b, str_slice(s, sign, s.len));
	*out = self;
	return tpl_take(r, &b, &out->u.str);
}

static bool expandtabs(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	int64_t size = 8, column = 0;
	size_t len;
	struct str s = self.u.str;
	if (!tpl_arg_int(r, args, 0, &size))
		return false;
	if (size > 1000)
		return tpl_limit(r, "A tab can be 1000 columns at most.");
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	for (size_t at = 0; at < s.len; at += len) {
		uint32_t c = tpl_decode(s, at, &len);
		if (c == '\t') {
			int64_t gap = size > 0 ? size - column % size : 0;
			column += gap;
			while (gap-- > 0)
				buf_add_char(&b, ' ');
			continue;
		}
		buf_add(&b, s.at + at, len);
		column = c == '\n' || c == '\r' ? 0 : column + 1;
	}
	*out = self;
	return tpl_take(r, &b, &out->u.str);
}

static bool format(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	return tpl_format_braces(r, self, args->all, out);
}

static bool removeprefix(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct str fix = STR_NONE, s = self.u.str;
	if (!tpl_arg_str(r, args, 0, &fix))
		return false;
	*out = tpl_str(str_starts(s, fix) ? str_slice(s, fix.len, s.len) : s);
	return true;
}

static bool removesuffix(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct str fix = STR_NONE, s = self.u.str;
	if (!tpl_arg_str(r, args, 0, &fix))
		return false;
	*out = tpl_str(str_ends(s, fix) ? str_slice(s, 0, s.len - fix.len) : s);
	return true;
}

const struct method tpl_methods_str[] = {
	{"strip", strip, CLASS_STR, 0, 1, false, ""},
	{"lstrip", lstrip, CLASS_STR, 0, 1, false, ""},
	{"rstrip", rstrip, CLASS_STR, 0, 1, false, ""},
	{"split", split, CLASS_STR, 0, 2, false, "sep maxsplit"},
	{"rsplit", rsplit, CLASS_STR, 0, 2, false, "sep maxsplit"},
	{"splitlines", splitlines, CLASS_STR, 0, 1, false, "keepends"},
	{"partition", partition, CLASS_STR, 1, 1, false, ""},
	{"rpartition", rpartition, CLASS_STR, 1, 1, false, ""},
	{"replace", replace, CLASS_STR, 2, 3, false, ""},
	{"join", join, CLASS_STR, 1, 1, false, ""},
	{"center", center, CLASS_STR, 1, 2, false, ""},
	{"ljust", ljust, CLASS_STR, 1, 2, false, ""},
	{"rjust", rjust, CLASS_STR, 1, 2, false, ""},
	{"zfill", zfill, CLASS_STR, 1, 1, false, ""},
	{"expandtabs", expandtabs, CLASS_STR, 0, 1, false, "tabsize"},
	{"format", format, CLASS_STR, 0, 0, true, ""},
	{"removeprefix", removeprefix, CLASS_STR, 1, 1, false, ""},
	{"removesuffix", removesuffix, CLASS_STR, 1, 1, false, ""},
	{NULL, NULL, 0, 0, 0, false, NULL},
};
