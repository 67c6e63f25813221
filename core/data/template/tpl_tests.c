/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_text.h"

/* The tests after `is`. */

static bool modulo(struct render *r, struct item of, struct item by, int64_t want, struct item *out)
{
	struct item rest;
	bool same;
	if (of.kind == ITEM_STR)
		return tpl_fail(r, "A string is neither odd nor even.");
	if (!tpl_binary(r, OP_MOD, of, by, &rest) || !tpl_equal(r, rest, tpl_int(want), &same))
		return false;
	*out = tpl_bool(same);
	return true;
}

static bool is_odd(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	return modulo(r, of, tpl_int(2), 1, out);
}

static bool is_even(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	return modulo(r, of, tpl_int(2), 0, out);
}

static bool is_divisible(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	return modulo(r, of, args->at[0], 0, out);
}

#define SIMPLE_TEST(name, condition)                                                               \
	static bool name(                                                                          \
		struct render *r, struct item of, const struct call_args *args, struct item *out)  \
	{                                                                                          \
		(void)r;                                                                           \
		(void)args;                                                                        \
		*out = tpl_bool(condition);                                                        \
		return true;                                                                       \
	}

SIMPLE_TEST(is_defined, of.kind != ITEM_UNDEFINED)
SIMPLE_TEST(is_undefined, of.kind == ITEM_UNDEFINED)
SIMPLE_TEST(is_none, of.kind == ITEM_NONE)
SIMPLE_TEST(is_boolean, of.kind == ITEM_BOOL)
SIMPLE_TEST(is_true, of.kind == ITEM_BOOL && of.u.boolean)
SIMPLE_TEST(is_false, of.kind == ITEM_BOOL && !of.u.boolean)
SIMPLE_TEST(is_integer, of.kind == ITEM_INT)
SIMPLE_TEST(is_float, of.kind == ITEM_FLOAT)
SIMPLE_TEST(is_number, of.kind >= ITEM_BOOL && of.kind <= ITEM_FLOAT)
SIMPLE_TEST(is_string, of.kind == ITEM_STR)
SIMPLE_TEST(is_mapping, of.kind == ITEM_DICT)
SIMPLE_TEST(is_escaped, of.kind == ITEM_STR && of.safe)
SIMPLE_TEST(is_sequence, (of.kind >= ITEM_STR && of.kind <= ITEM_DICT) || of.kind == ITEM_RANGE ||
				 (of.kind == ITEM_UNDEFINED && !of.safe))
SIMPLE_TEST(is_callable, (of.kind >= ITEM_BOUND && of.kind <= ITEM_LOOP) ||
				 of.kind == ITEM_JOINER || of.kind == ITEM_BLOCK ||
				 of.kind == ITEM_UNDEFINED)
SIMPLE_TEST(is_same, tpl_same(of, args->at[0]))
SIMPLE_TEST(is_filter, of.kind == ITEM_STR && tpl_filter_find(of.u.str) != NULL)
SIMPLE_TEST(is_test, of.kind == ITEM_STR && tpl_test_find(of.u.str) != NULL)

static bool is_iterable(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	if (of.kind == ITEM_UNDEFINED && of.safe)
		return tpl_undefined_fail(r, of);
	*out = tpl_bool(tpl_is_iterable(of));
	return true;
}

/* All cased characters are of one case, and there is one. */
static bool cased(struct render *r, struct item of, bool upper, struct item *out)
{
	struct str s;
	size_t len;
	bool any = false;
	if (!tpl_to_str(r, of, &s))
		return false;
	*out = tpl_bool(false);
	for (size_t at = 0; at < s.len; at += len) {
		uint32_t c = tpl_decode(s, at, &len);
		if (tpl_is_title(c) || (upper ? tpl_is_lower(c) : tpl_is_upper(c)))
			return true;
		any |= upper ? tpl_is_upper(c) : tpl_is_lower(c);
	}
	*out = tpl_bool(any);
	return true;
}

static bool is_lower(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	return cased(r, of, false, out);
}

static bool is_upper(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	return cased(r, of, true, out);
}

#define COMPARE_TEST(name, op)                                                                     \
	static bool name(                                                                          \
		struct render *r, struct item of, const struct call_args *args, struct item *out)  \
	{                                                                                          \
		bool yes;                                                                          \
		if (!tpl_compare(r, op, of, args->at[0], &yes))                                    \
			return false;                                                              \
		*out = tpl_bool(yes);                                                              \
		return true;                                                                       \
	}

COMPARE_TEST(is_eq, CMP_EQ)
COMPARE_TEST(is_ne, CMP_NE)
COMPARE_TEST(is_lt, CMP_LT)
COMPARE_TEST(is_le, CMP_LE)
COMPARE_TEST(is_gt, CMP_GT)
COMPARE_TEST(is_ge, CMP_GE)
COMPARE_TEST(is_in, CMP_IN)

const struct builtin tpl_tests[] = {
	{"odd", is_odd, 0, 0, false, ""},
	{"even", is_even, 0, 0, false, ""},
	{"divisibleby", is_divisible, 1, 1, false, "num"},
	{"defined", is_defined, 0, 0, false, ""},
	{"undefined", is_undefined, 0, 0, false, ""},
	{"filter", is_filter, 0, 0, false, ""},
	{"test", is_test, 0, 0, false, ""},
	{"none", is_none, 0, 0, false, ""},
	{"boolean", is_boolean, 0, 0, false, ""},
	{"false", is_false, 0, 0, false, ""},
	{"true", is_true, 0, 0, false, ""},
	{"integer", is_integer, 0, 0, false, ""},
	{"float", is_float, 0, 0, false, ""},
	{"lower", is_lower, 0, 0, false, ""},
	{"upper", is_upper, 0, 0, false, ""},
	{"string", is_string, 0, 0, false, ""},
	{"mapping", is_mapping, 0, 0, false, ""},
	{"number", is_number, 0, 0, false, ""},
	{"sequence", is_sequence, 0, 0, false, ""},
	{"iterable", is_iterable, 0, 0, false, ""},
	{"callable", is_callable, 0, 0, false, ""},
	{"sameas", is_same, 1, 1, false, "other"},
	{"escaped", is_escaped, 0, 0, false, ""},
	{"in", is_in, 1, 1, false, "seq"},
	{"==", is_eq, 1, 1, false, ""},
	{"eq", is_eq, 1, 1, false, ""},
	{"equalto", is_eq, 1, 1, false, ""},
	{"!=", is_ne, 1, 1, false, ""},
	{"ne", is_ne, 1, 1, false, ""},
	{">", is_gt, 1, 1, false, ""},
	{"gt", is_gt, 1, 1, false, ""},
	{"greaterthan", is_gt, 1, 1, false, ""},
	{">=", is_ge, 1, 1, false, ""},
	{"ge", is_ge, 1, 1, false, ""},
	{"<", is_lt, 1, 1, false, ""},
	{"lt", is_lt, 1, 1, false, ""},
	{"lessthan", is_lt, 1, 1, false, ""},
	{"<=", is_le, 1, 1, false, ""},
	{"le", is_le, 1, 1, false, ""},
	{NULL, NULL, 0, 0, false, NULL},
};
