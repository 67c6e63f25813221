/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_strings.h"

#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_text.h"

static bool push(struct render *r, struct list *l, struct item like, struct str part)
{
	like.u.str = part;
	if (l->len >= TPL_ITEMS_MAX)
		return tpl_limit(r, "A list would have more than %d items.", TPL_ITEMS_MAX);
	tpl_list_push(r, l, like);
	return tpl_charge(r, 1);
}

static bool split_white(struct render *r, struct item self, int64_t most, struct list *out)
{
	struct str s = tpl_strip(self.u.str, true, false);
	size_t len;
	while (s.len > 0) {
		size_t end = 0;
		if (most >= 0 && (int64_t)out->len >= most)
			return push(r, out, self, s);
		while (end < s.len && !tpl_is_space(tpl_decode(s, end, &len)))
			end += len;
		if (!push(r, out, self, str_slice(s, 0, end)))
			return false;
		s = tpl_strip(str_slice(s, end, s.len), true, false);
	}
	return true;
}

bool tpl_split(
	struct render *r, struct item self, struct str separator, int64_t most, struct list *out)
{
	struct str s = self.u.str;
	if (!tpl_charge(r, s.len / 256))
		return false;
	if (separator.len == 0)
		return split_white(r, self, most, out);
	for (size_t from = 0;;) {
		size_t at = most >= 0 && (int64_t)out->len >= most ? SIZE_MAX
								   : str_find(s, separator, from);
		if (!push(r, out, self, str_slice(s, from, at)))
			return false;
		if (at == SIZE_MAX)
			return true;
		from = at + separator.len;
	}
}

static void reverse(struct list *l)
{
	for (size_t i = 0; i < l->len / 2; i++) {
		struct item swap = l->at[i];
		l->at[i] = l->at[l->len - 1 - i];
		l->at[l->len - 1 - i] = swap;
	}
}

/* Where the last character of S begins. */
static size_t last_char(struct str s)
{
	size_t at = s.len - 1, len;
	while (at > 0 && s.len - at < 4 && ((unsigned char)s.at[at] & 0xC0) == 0x80)
		at--;
	tpl_decode(s, at, &len);
	return at + len == s.len ? at : s.len - 1;
}

static bool rsplit_white(struct render *r, struct item self, int64_t most, struct list *out)
{
	struct str s = tpl_strip(self.u.str, false, true);
	size_t len;
	while (s.len > 0) {
		size_t start = s.len;
		if (most >= 0 && (int64_t)out->len >= most) {
			if (!push(r, out, self, s))
				return false;
			break;
		}
		while (start > 0) {
			size_t at = last_char(str_slice(s, 0, start));
			if (tpl_is_space(tpl_decode(s, at, &len)))
				break;
			start = at;
		}
		if (!push(r, out, self, str_slice(s, start, s.len)))
			return false;
		s = tpl_strip(str_slice(s, 0, start), false, true);
	}
	reverse(out);
	return true;
}

bool tpl_rsplit(
	struct render *r, struct item self, struct str separator, int64_t most, struct list *out)
{
	struct str s = self.u.str;
	if (!tpl_charge(r, s.len / 256))
		return false;
	if (separator.len == 0)
		return rsplit_white(r, self, most, out);
	size_t end = s.len;
	for (;;) {
		size_t at = SIZE_MAX;
		if (most < 0 || (int64_t)out->len < most)
			for (size_t i = end; i >= separator.len && at == SIZE_MAX; i--)
				if (str_ends(str_slice(s, 0, i), separator))
					at = i - separator.len;
		if (!push(r, out, self, str_slice(s, at == SIZE_MAX ? 0 : at + separator.len, end)))
			return false;
		if (at == SIZE_MAX)
			break;
		end = at;
	}
	reverse(out);
	return true;
}

bool tpl_splitlines(struct render *r, struct item self, bool keep, struct list *out)
{
	struct str s = self.u.str;
	size_t len;
	if (!tpl_charge(r, s.len / 256))
		return false;
	for (size_t from = 0; from < s.len;) {
		size_t end = from;
		len = 0;
		while (end < s.len && !tpl_is_line_break(tpl_decode(s, end, &len)))
			end += len;
		size_t next = end;
		if (end < s.len)
			next += s.at[end] == '\r' && end + 1 < s.len && s.at[end + 1] == '\n' ? 2
											      : len;
		if (!push(r, out, self, str_slice(s, from, keep ? next : end)))
			return false;
		from = next;
	}
	return true;
}

/* Between all characters, when what is replaced is empty. */
static void replace_nothing(struct buf *b, struct str s, struct str new, int64_t count)
{
	size_t len;
	for (size_t at = 0; at < s.len; at += len) {
		if (count != 0) {
			buf_add_str(b, new);
			count--;
		}
		tpl_decode(s, at, &len);
		buf_add(b, s.at + at, len);
	}
	if (count != 0)
		buf_add_str(b, new);
}

bool tpl_replace(
	struct render *r, struct str s, const struct str change[2], int64_t count, struct str *out)
{
	struct buf *b = r->out;
	size_t from = 0, mark = tpl_mark(r);
	if (change[0].len > 0 && (count == 0 || str_find(s, change[0], 0) == SIZE_MAX)) {
		*out = s;
		return tpl_charge(r, s.len / 256);
	}
	if (change[0].len == 0)
		replace_nothing(b, s, change[1], count);
	while (change[0].len > 0) {
		size_t at = count == 0 ? SIZE_MAX : str_find(s, change[0], from);
		buf_add_str(b, str_slice(s, from, at));
		if (at == SIZE_MAX || b->full)
			break;
		buf_add_str(b, change[1]);
		from = at + change[0].len;
		count--;
	}
	return tpl_cut(r, mark, out);
}
