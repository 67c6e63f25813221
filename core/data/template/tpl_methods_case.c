/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_operate.h"

/* str: case and classes of characters. */

#define CASE_METHOD(name, function)                                                                \
	static bool name(struct render *r, struct item self, const struct call_args *args,         \
		struct item *out)                                                                  \
	{                                                                                          \
		(void)args;                                                                        \
		*out = self;                                                                       \
		out->u.str = function(r->arena, self.u.str);                                       \
		return tpl_charge(r, self.u.str.len / 64);                                         \
	}

CASE_METHOD(upper, tpl_upper)
CASE_METHOD(lower, tpl_lower)
CASE_METHOD(title, tpl_title)
CASE_METHOD(capitalize, tpl_capitalize)
CASE_METHOD(swapcase, tpl_swapcase)

static bool casefold(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	*out = tpl_str(tpl_casefold(r->arena, self.u.str));
	return tpl_charge(r, self.u.str.len / 64);
}

/* Whether all characters are so, and there is one. */
static bool all(struct render *r, struct str s, bool (*is)(uint32_t), struct item *out)
{
	size_t len;
	bool yes = s.len > 0;
	for (size_t at = 0; yes && at < s.len; at += len)
		yes = is(tpl_decode(s, at, &len));
	*out = tpl_bool(yes);
	return tpl_charge(r, s.len / 64);
}

static bool is_ascii(uint32_t c)
{
	return c < 0x80;
}

#define CLASS_METHOD(name, is)                                                                     \
	static bool name(struct render *r, struct item self, const struct call_args *args,         \
		struct item *out)                                                                  \
	{                                                                                          \
		(void)args;                                                                        \
		return all(r, self.u.str, is, out);                                                \
	}

CLASS_METHOD(all_alpha, tpl_is_alpha)
CLASS_METHOD(all_digit, tpl_is_digit)
CLASS_METHOD(all_decimal, tpl_is_decimal)
CLASS_METHOD(all_numeric, tpl_is_numeric)
CLASS_METHOD(all_alnum, tpl_is_alnum)
CLASS_METHOD(all_space, tpl_is_space)

static bool all_printable(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	*out = tpl_bool(true);
	return self.u.str.len == 0 || all(r, self.u.str, tpl_is_printable, out);
}

static bool all_ascii(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	*out = tpl_bool(true);
	return self.u.str.len == 0 || all(r, self.u.str, is_ascii, out);
}

static bool is_identifier(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	size_t len;
	struct str s = self.u.str;
	bool yes = s.len > 0 && tpl_is_name_start(tpl_decode(s, 0, &len));
	*out = tpl_bool(yes);
	return !yes || all(r, s, tpl_is_name, out);
}

static bool apply_test(const char *name, struct render *r, struct item self, struct item *out)
{
	static const struct args none = {NULL, 0, NULL, 0};
	bool yes;
	if (!tpl_apply_test(r, tpl_cstr(name), self, &none, &yes))
		return false;
	*out = tpl_bool(yes);
	return true;
}

static bool all_lower(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	return apply_test("lower", r, self, out);
}

static bool all_upper(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	return apply_test("upper", r, self, out);
}

/* Upper case begins each word and only there. */
static bool is_title(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	(void)args;
	size_t len;
	struct str s = self.u.str;
	bool in_word = false, any = false;
	*out = tpl_bool(false);
	for (size_t at = 0; at < s.len; at += len) {
		uint32_t c = tpl_decode(s, at, &len);
		bool up = tpl_is_upper(c) || tpl_is_title(c), low = tpl_is_lower(c);
		if ((up && in_word) || (low && !in_word))
			return true;
		in_word = up || low;
		any |= in_word;
	}
	*out = tpl_bool(any);
	return tpl_charge(r, s.len / 64);
}

const struct method tpl_methods_case[] = {
	{"upper", upper, CLASS_STR, 0, 0, false, ""},
	{"lower", lower, CLASS_STR, 0, 0, false, ""},
	{"title", title, CLASS_STR, 0, 0, false, ""},
	{"capitalize", capitalize, CLASS_STR, 0, 0, false, ""},
	{"swapcase", swapcase, CLASS_STR, 0, 0, false, ""},
	{"casefold", casefold, CLASS_STR, 0, 0, false, ""},
	{"isalpha", all_alpha, CLASS_STR, 0, 0, false, ""},
	{"isdigit", all_digit, CLASS_STR, 0, 0, false, ""},
	{"isdecimal", all_decimal, CLASS_STR, 0, 0, false, ""},
	{"isnumeric", all_numeric, CLASS_STR, 0, 0, false, ""},
	{"isalnum", all_alnum, CLASS_STR, 0, 0, false, ""},
	{"isspace", all_space, CLASS_STR, 0, 0, false, ""},
	{"isprintable", all_printable, CLASS_STR, 0, 0, false, ""},
	{"isascii", all_ascii, CLASS_STR, 0, 0, false, ""},
	{"isidentifier", is_identifier, CLASS_STR, 0, 0, false, ""},
	{"islower", all_lower, CLASS_STR, 0, 0, false, ""},
	{"isupper", all_upper, CLASS_STR, 0, 0, false, ""},
	{"istitle", is_title, CLASS_STR, 0, 0, false, ""},
	{NULL, NULL, 0, 0, 0, false, NULL},
};
