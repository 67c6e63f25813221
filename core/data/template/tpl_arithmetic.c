/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_format.h"
#include "core/data/template/tpl_html.h"
#include "core/data/template/tpl_operate.h"

#include <math.h>
#include <string.h>

static const char *const symbols[] = {
	[OP_ADD] = "+",
	[OP_SUB] = "-",
	[OP_MUL] = "*",
	[OP_DIV] = "/",
	[OP_FLOORDIV] = "//",
	[OP_MOD] = "%",
	[OP_POW] = "**",
};

static bool too_large(struct render *r)
{
	return tpl_fail(r, "The result is an integer past 64 bits, which templates do not have.");
}

static bool by_zero(struct render *r)
{
	return tpl_fail(r, "Division by zero.");
}

static bool power_double(struct render *r, double a, double b, struct item *out)
{
	if (a == 0 && b < 0)
		return tpl_fail(r, "Zero cannot be raised to a negative power.");
	if (a < 0 && isfinite(a) && isfinite(b) && b != floor(b))
		return tpl_fail(r, "A negative number to a broken power is a complex number, which "
				   "templates do not have.");
	double d = pow(a, b);
	if (isinf(d) && isfinite(a) && isfinite(b))
		return tpl_fail(r, "The result of ** is too large.");
	*out = tpl_float(d);
	return true;
}

static bool power_int(struct render *r, int64_t a, int64_t b, struct item *out)
{
	if (b < 0)
		return power_double(r, (double)a, (double)b, out);
	int64_t result = 1;
	while (b > 0) {
		if ((b & 1) != 0 && __builtin_mul_overflow(result, a, &result))
			return too_large(r);
		b >>= 1;
		if (b > 0 && __builtin_mul_overflow(a, a, &a))
			return too_large(r);
	}
	*out = tpl_int(result);
	return true;
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	if (b == -1)
		return 0;
	int64_t m = a % b;
	return m != 0 && (m < 0) != (b < 0) ? m + b : m;
}

static bool on_ints(struct render *r, enum binary_op op, int64_t a, int64_t b, struct item *out)
{
	int64_t n = 0;
	bool over = false;
	switch (op) {
	case OP_ADD: over = __builtin_add_overflow(a, b, &n); break;
	case OP_SUB: over = __builtin_sub_overflow(a, b, &n); break;
	case OP_MUL: over = __builtin_mul_overflow(a, b, &n); break;
	case OP_DIV:
		if (b == 0)
			return by_zero(r);
		*out = tpl_float((double)((long double)a / (long double)b));
		return true;
	case OP_FLOORDIV:
		if (b == 0)
			return by_zero(r);
		if (b == -1)
			over = __builtin_sub_overflow(INT64_C(0), a, &n);
		else
			n = (a - floor_mod(a, b)) / b;
		break;
	case OP_MOD:
		if (b == 0)
			return by_zero(r);
		n = floor_mod(a, b);
		break;
	case OP_POW: return power_int(r, a, b, out);
	}
	if (over)
		return too_large(r);
	*out = tpl_int(n);
	return true;
}

static double double_mod(double a, double b)
{
	double m = fmod(a, b);
	if (m == 0)
		return copysign(0.0, b);
	return (m < 0) != (b < 0) ? m + b : m;
}

static double double_floor_div(double a, double b)
{
	double m = fmod(a, b), div = (a - m) / b;
	if (m != 0 && (m < 0) != (b < 0))
		div -= 1;
	if (div == 0)
		return copysign(0.0, a / b);
	double whole = floor(div);
	return div - whole > 0.5 ? whole + 1 : whole;
}

static bool on_doubles(struct render *r, enum binary_op op, double a, double b, struct item *out)
{
	double d = 0;
	if (b == 0 && (op == OP_DIV || op == OP_FLOORDIV || op == OP_MOD))
		return by_zero(r);
	switch (op) {
	case OP_ADD: d = a + b; break;
	case OP_SUB: d = a - b; break;
	case OP_MUL: d = a * b; break;
	case OP_DIV: d = a / b; break;
	case OP_FLOORDIV: d = double_floor_div(a, b); break;
	case OP_MOD: d = double_mod(a, b); break;
	case OP_POW: return power_double(r, a, b, out);
	}
	*out = tpl_float(d);
	return true;
}

bool tpl_join_str(struct render *r, struct str a, struct str b, struct str *out)
{
	if (a.len + b.len > TPL_TEXT_MAX)
		return tpl_limit(r, "A string would be longer than %d MiB.", TPL_TEXT_MAX >> 20);
	if (!tpl_charge(r, (a.len + b.len) / 256))
		return false;
	char *to = arena_alloc(r->arena, a.len + b.len + 1, 1);
	if (a.len > 0)
		memcpy(to, a.at, a.len);
	if (b.len > 0)
		memcpy(to + a.len, b.at, b.len);
	*out = (struct str){to, a.len + b.len};
	return true;
}

/* Markup escapes what it is joined with. */
static bool add_str(struct render *r, struct item a, struct item b, struct item *out)
{
	bool safe = a.safe || b.safe;
	struct str s, left = a.u.str, right = b.u.str;
	if (safe && !a.safe && !tpl_escape(r, left, &left))
		return false;
	if (safe && !b.safe && !tpl_escape(r, right, &right))
		return false;
	if (!tpl_join_str(r, left, right, &s))
		return false;
	*out = tpl_str(s);
	out->safe = safe;
	return true;
}

static bool add_list(struct render *r, struct item a, struct item b, struct item *out)
{
	struct list *x = tpl_list_open(r, a.u.list), *y = tpl_list_open(r, b.u.list);
	if (x->len + y->len > TPL_ITEMS_MAX)
		return tpl_limit(r, "A list would have more than %d items.", TPL_ITEMS_MAX);
	if (!tpl_charge(r, (x->len + y->len) / 16))
		return false;
	struct list *l = tpl_list_new(r, x->len + y->len);
	for (size_t i = 0; i < x->len; i++)
		l->at[l->len++] = x->at[i];
	for (size_t i = 0; i < y->len; i++)
		l->at[l->len++] = y->at[i];
	*out = (struct item){.kind = a.kind, .u.list = l};
	return true;
}

static bool repeat_str(struct render *r, struct item s, int64_t times, struct item *out)
{
	size_t len = s.u.str.len, n = times > 0 && len > 0 ? (size_t)times : 0;
	if (n > 0 && n > TPL_TEXT_MAX / len)
		return tpl_limit(r, "A string would be longer than %d MiB.", TPL_TEXT_MAX >> 20);
	if (!tpl_charge(r, n * len / 256))
		return false;
	char *to = arena_alloc(r->arena, n * len + 1, 1);
	for (size_t i = 0; i < n; i++)
		memcpy(to + i * len, s.u.str.at, len);
	*out = tpl_str((struct str){to, n * len});
	out->safe = s.safe;
	return true;
}

static bool repeat_list(struct render *r, struct item of, int64_t times, struct item *out)
{
	struct list *from = tpl_list_open(r, of.u.list);
	size_t n = times > 0 && from->len > 0 ? (size_t)times : 0;
	if (n > 0 && n > TPL_ITEMS_MAX / from->len)
		return tpl_limit(r, "A list would have more than %d items.", TPL_ITEMS_MAX);
	if (!tpl_charge(r, n * from->len / 16))
		return false;
	struct list *l = tpl_list_new(r, n * from->len);
	for (size_t i = 0; i < n * from->len; i++)
		l->at[l->len++] = from->at[i % from->len];
	*out = (struct item){.kind = of.kind, .u.list = l};
	return true;
}

static bool repeat(struct render *r, struct item of, struct item times, struct item *out)
{
	int64_t n = 0;
	tpl_as_int(times, &n);
	return of.kind == ITEM_STR ? repeat_str(r, of, n, out) : repeat_list(r, of, n, out);
}

static bool can_repeat(struct item of)
{
	return of.kind == ITEM_STR || of.kind == ITEM_LIST || of.kind == ITEM_TUPLE;
}

/* + and * of strings, lists and tuples; *DONE stays false for other operands. */
static bool on_sequences(
	struct render *r, enum binary_op op, const struct item of[2], struct item *out, bool *done)
{
	struct item a = of[0], b = of[1];
	*done = true;
	if (op == OP_ADD && a.kind == b.kind && a.kind == ITEM_STR)
		return add_str(r, a, b, out);
	if (op == OP_ADD && a.kind == b.kind && can_repeat(a))
		return add_list(r, a, b, out);
	if (op == OP_MUL && can_repeat(a) && tpl_is_int(b))
		return repeat(r, a, b, out);
	if (op == OP_MUL && can_repeat(b) && tpl_is_int(a))
		return repeat(r, b, a, out);
	*done = false;
	return true;
}

bool tpl_binary(struct render *r, enum binary_op op, struct item a, struct item b, struct item *out)
{
	int64_t i, j;
	double x, y;
	bool done;
	if (tpl_as_int(a, &i) && tpl_as_int(b, &j))
		return on_ints(r, op, i, j, out);
	if (tpl_as_double(a, &x) && tpl_as_double(b, &y))
		return on_doubles(r, op, x, y, out);
	if (op == OP_MOD && a.kind == ITEM_STR)
		return tpl_format_percent(r, a, b, out);
	if (a.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, a);
	if (b.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, b);
	if (!on_sequences(r, op, (struct item[]){a, b}, out, &done))
		return false;
	if (done)
		return true;
	tpl_fail(r, "%s does not work between a value of type %s and one of type %s.", symbols[op],
		tpl_type_name(a), tpl_type_name(b));
	if (op == OP_ADD && (a.kind == ITEM_STR || b.kind == ITEM_STR))
		err_hint(r->err, "~ joins anything as text.");
	return false;
}

bool tpl_negate(struct render *r, struct item a, bool minus, struct item *out)
{
	int64_t n;
	if (tpl_as_int(a, &n)) {
		if (minus && n == INT64_MIN)
			return too_large(r);
		*out = tpl_int(minus ? -n : n);
		return true;
	}
	if (a.kind == ITEM_FLOAT) {
		*out = tpl_float(minus ? -a.u.real : a.u.real);
		return true;
	}
	if (a.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, a);
	return tpl_fail(r, "A value of type %s has no sign.", tpl_type_name(a));
}
