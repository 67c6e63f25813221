/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_format.h"
#include "core/data/template/tpl_number.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_text.h"

#include <inttypes.h>
#include <math.h>

/* Filters on numbers. */

static bool too_large(struct render *r)
{
	return tpl_fail(r, "The result is an integer past 64 bits, which templates do not have.");
}

static bool absolute(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	(void)args;
	int64_t n;
	if (tpl_as_int(of, &n))
		return tpl_negate(r, tpl_int(n), n < 0, out);
	if (of.kind == ITEM_FLOAT) {
		*out = tpl_float(fabs(of.u.real));
		return true;
	}
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	return tpl_fail(r, "abs needs a number, not a value of type %s.", tpl_type_name(of));
}

static bool to_float(struct render *r, struct item of, bool *can, double *out)
{
	*can = false;
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	*can = of.kind == ITEM_STR ? tpl_parse_float(r->arena, of.u.str, out)
				   : tpl_as_double(of, out);
	return true;
}

/* A float cut to an integer; *CAN is false for nan. */
static bool cut(struct render *r, double d, bool *can, int64_t *out)
{
	*can = !isnan(d);
	if (isnan(d))
		return true;
	if (isinf(d))
		return tpl_fail(r, "Infinity has no integer.");
	if (!(d > -9223372036854775809.0 && d < 9223372036854775808.0))
		return too_large(r);
	*out = (int64_t)d;
	return true;
}

static bool to_int(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	int64_t base = 10, n = 0;
	double d;
	bool can;
	*out = tpl_given(args, 0) ? args->at[0] : tpl_int(0);
	if (!tpl_arg_int(r, args, 1, &base))
		return false;
	if (tpl_as_int(of, &n)) {
		*out = tpl_int(n);
		return true;
	}
	if (of.kind == ITEM_STR) {
		enum parsed p = tpl_parse_int(of.u.str, base, &n);
		if (p == TOO_LARGE)
			return too_large(r);
		if (p == PARSED) {
			*out = tpl_int(n);
			return true;
		}
	}
	if (!to_float(r, of, &can, &d))
		return false;
	if (!can)
		return true;
	if (!cut(r, d, &can, &n))
		return false;
	if (can)
		*out = tpl_int(n);
	return true;
}

static bool as_float(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	double d;
	bool can;
	if (!to_float(r, of, &can, &d))
		return false;
	*out = can ? tpl_float(d) : tpl_given(args, 0) ? args->at[0] : tpl_float(0);
	return true;
}

static bool round_int(struct render *r, int64_t n, int64_t places, struct item *out)
{
	int64_t unit = 1;
	*out = tpl_int(n);
	for (int64_t i = places; i < 0; i++)
		if (__builtin_mul_overflow(unit, 10, &unit)) {
			*out = tpl_int(0);
			return true;
		}
	if (unit == 1)
		return true;
	int64_t rest = n % unit, down = n - rest, half = unit / 2;
	if (rest < 0) {
		rest += unit;
		if (__builtin_sub_overflow(down, unit, &down))
			return too_large(r);
	}
	if (rest > half || (rest == half && (down / unit) % 2 != 0))
		if (__builtin_add_overflow(down, unit, &down))
			return too_large(r);
	*out = tpl_int(down);
	return true;
}

/* round(x) without places is an integer. */
static bool round_whole(struct render *r, struct item of, struct item *out)
{
	int64_t n = 0;
	bool can;
	if (of.kind != ITEM_FLOAT)
		return round_int(r, of.kind == ITEM_INT ? of.u.integer : of.u.boolean, 0, out);
	if (!cut(r, rint(of.u.real), &can, &n))
		return false;
	if (!can)
		return tpl_fail(r, "nan has no integer.");
	*out = tpl_int(n);
	return true;
}

static bool round_(struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	int64_t places = 0, n;
	struct str method = STR("common");
	double d;
	bool none = args->at[0].kind == ITEM_NONE;
	if (!(none || tpl_arg_int(r, args, 0, &places)) || !tpl_arg_str(r, args, 1, &method))
		return false;
	bool ceiling = str_is(method, "ceil"), common = str_is(method, "common");
	if (!ceiling && !common && !str_is(method, "floor"))
		return tpl_fail(r, "The method of round must be 'common', 'ceil' or 'floor'.");
	if (of.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, of);
	if (!tpl_as_double(of, &d))
		return tpl_fail(
			r, "round needs a number, not a value of type %s.", tpl_type_name(of));
	if (common && none)
		return round_whole(r, of, out);
	if (common && tpl_as_int(of, &n))
		return round_int(r, n, places, out);
	if (common) {
		*out = tpl_float(tpl_round(d, places));
		return true;
	}
	if (none)
		return tpl_fail(r, "'ceil' and 'floor' need a number of places.");
	double unit = pow(10, (double)places);
	if (!isfinite(d))
		return tpl_fail(r, "Infinity and nan have no integer.");
	/* + 0.0: Python's floor and ceil give integers, which have no -0. */
	*out = tpl_float(((ceiling ? ceil(d * unit) : floor(d * unit)) + 0.0) / unit);
	return true;
}

static bool filesizeformat(
	struct render *r, struct item of, const struct call_args *args, struct item *out)
{
	static const char *const units[2][8] = {{"kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"},
		{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"}};
	bool binary = false, can;
	double d;
	if (!tpl_arg_bool(r, args, 0, &binary) || !to_float(r, of, &can, &d))
		return false;
	if (!can || isnan(d) || isinf(d))
		return tpl_fail(r, "filesizeformat needs a number.");
	double base = binary ? 1024 : 1000;
	if (d == 1) {
		*out = tpl_cstr("1 Byte");
		return true;
	}
	if (d < base) {
		*out = tpl_str(str_format(r->arena, "%.0f Bytes", trunc(d)));
		return true;
	}
	int i = 0;
	double unit = base * base;
	for (; i < 7 && d >= unit; i++)
		unit *= base;
	*out = tpl_str(str_format(r->arena, "%.1f %s", base * d / unit, units[binary ? 1 : 0][i]));
	return true;
}

const struct builtin tpl_filters_number[] = {
	{"abs", absolute, 0, 0, false, ""},
	{"int", to_int, 0, 2, false, "default base"},
	{"float", as_float, 0, 1, false, "default"},
	{"round", round_, 0, 2, false, "precision method"},
	{"filesizeformat", filesizeformat, 0, 1, false, "binary"},
	{NULL, NULL, 0, 0, false, NULL},
};
