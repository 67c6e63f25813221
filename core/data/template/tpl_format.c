/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_format.h"

#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_text.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH_MAX = 100000, PRECISION_MAX = 1000 };

static bool add_fill(struct buf *b, uint32_t fill, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		buf_add_code_point(b, fill != 0 ? fill : ' ');
	return !b->full;
}

bool tpl_format_pad(struct buf *b, struct str s, const struct layout *l)
{
	int64_t gap = l->width - (int64_t)tpl_length(s);
	int64_t left = 0;
	if (gap < 0)
		gap = 0;
	if (l->align == '>')
		left = gap;
	else if (l->align == '^')
		left = gap / 2;
	add_fill(b, l->fill, left);
	buf_add_str(b, s);
	return add_fill(b, l->fill, gap - left);
}

/* DIGITS with a separator every EVERY digits of its whole part. */
static void add_grouped(struct buf *b, struct str digits, char group, int every)
{
	size_t whole = 0;
	while (whole < digits.len && isxdigit((unsigned char)digits.at[whole]) &&
		(every == 4 || (digits.at[whole] >= '0' && digits.at[whole] <= '9')))
		whole++;
	for (size_t i = 0; i < digits.len; i++) {
		if (group != 0 && i > 0 && i < whole && (whole - i) % (size_t)every == 0)
			buf_add_char(b, group);
		buf_add_char(b, digits.at[i]);
	}
}

/* Zeros in front of grouped digits are grouped too. */
static void pad_zeros(
	struct buf *digits, struct str plain, const struct layout *l, int every, int64_t width)
{
	struct buf longer = BUF_INIT(2 * WIDTH_MAX + PRECISION_MAX);
	for (int64_t zeros = 0; zeros <= width; zeros++) {
		if ((int64_t)digits->len >= width)
			break;
		buf_clear(&longer);
		for (int64_t i = 0; i <= zeros; i++)
			buf_add_char(&longer, '0');
		buf_add_str(&longer, plain);
		buf_clear(digits);
		add_grouped(digits, buf_str(&longer), l->group, every);
		if (l->group == 0) { /* no need to try */
			int64_t gap = width - (int64_t)plain.len;
			buf_clear(digits);
			add_fill(digits, '0', gap);
			buf_add_str(digits, plain);
		}
	}
	buf_free(&longer);
}

bool tpl_format_number(struct buf *b, struct str digits, bool negative, const struct layout *l)
{
	char sign[4] = {0};
	size_t nsign = 0;
	char type = l->type;
	if (negative)
		sign[nsign++] = '-';
	else if (l->sign == '+' || l->sign == ' ')
		sign[nsign++] = l->sign;
	bool based = type == 'x' || type == 'X' || type == 'o' || type == 'b';
	if (l->alternate && based) {
		sign[nsign++] = '0';
		sign[nsign++] = type;
	}
	int every = based ? 4 : 3;
	struct buf body = BUF_INIT(2 * WIDTH_MAX + PRECISION_MAX);
	add_grouped(&body, digits, l->group, every);
	bool inside = l->align == '=' || (l->zero && l->align == 0);
	if (inside && l->zero)
		pad_zeros(&body, digits, l, every, l->width - (int64_t)nsign);
	int64_t gap = l->width - (int64_t)(nsign + body.len);
	if (gap < 0)
		gap = 0;
	int64_t left = inside ? 0 : l->align == '<' ? 0 : l->align == '^' ? gap / 2 : gap;
	add_fill(b, l->fill, left);
	buf_add(b, sign, nsign);
	if (inside)
		add_fill(b, l->fill, gap);
	buf_add_str(b, buf_str(&body));
	if (!inside)
		add_fill(b, l->fill, gap - left);
	buf_free(&body);
	return !b->full;
}

size_t tpl_format_double(double d, char type, int precision, bool alternate, struct buf *b)
{
	size_t before = b->len;
	char text[FLOAT_TEXT];
	d = fabs(d);
	if (!isfinite(d)) {
		bool upper = isupper((unsigned char)type) != 0;
		buf_add_cstr(b, isnan(d) ? upper ? "NAN" : "nan" : upper ? "INF" : "inf");
		return b->len - before;
	}
	switch (type) {
	case 'e': buf_add_format(b, alternate ? "%#.*e" : "%.*e", precision, d); break;
	case 'E': buf_add_format(b, alternate ? "%#.*E" : "%.*E", precision, d); break;
	case 'f':
	case 'F': buf_add_format(b, alternate ? "%#.*f" : "%.*f", precision, d); break;
	case 'g': buf_add_format(b, alternate ? "%#.*g" : "%.*g", precision, d); break;
	case 'G': buf_add_format(b, alternate ? "%#.*G" : "%.*G", precision, d); break;
	default: buf_add(b, text, tpl_float_text(d, text)); break;
	}
	return b->len - before;
}

/* format(d, ".5"): like g, but a whole number keeps ".0" and goes to the exponent form earlier. */
static void add_general(struct buf *b, double d, int precision)
{
	struct buf text = BUF_INIT(PRECISION_MAX + 400);
	if (precision == 0)
		precision = 1;
	buf_add_format(&text, "%.*e", precision - 1, d);
	struct str s = buf_str(&text);
	size_t mark = str_find(s, STR("e"), 0), end = mark;
	int exponent = tpl_exponent(s.at);
	if (exponent >= -4 && exponent < precision - 1) {
		size_t before = b->len;
		tpl_format_double(d, 'g', precision, false, b);
		if (memchr(b->at + before, '.', b->len - before) == NULL)
			buf_add_cstr(b, ".0");
	} else {
		while (end > 1 && s.at[1] == '.' && s.at[end - 1] == '0')
			end--;
		if (end > 1 && s.at[end - 1] == '.')
			end--;
		buf_add(b, s.at, end);
		buf_add(b, s.at + mark, s.len - mark);
	}
	buf_free(&text);
}

static bool format_double(struct render *r, struct buf *b, double d, const struct layout *l)
{
	struct buf digits = BUF_INIT(2 * WIDTH_MAX + PRECISION_MAX);
	int precision = (int)(l->precision >= 0 ? l->precision : 6);
	struct layout laid = *l;
	double shown = fabs(d);
	if (l->precision > PRECISION_MAX)
		return tpl_limit(r, "A precision can be %d at most.", PRECISION_MAX);
	if (l->type == '%') {
		tpl_format_double(shown * 100, 'f', precision, l->alternate, &digits);
		buf_add_char(&digits, '%');
	} else if (l->type != 0) {
		bool general = l->type == 'g' || l->type == 'G';
		tpl_format_double(shown, l->type, general && precision == 0 ? 1 : precision,
			l->alternate, &digits);
	} else if (l->precision >= 0 && isfinite(d)) {
		add_general(&digits, shown, precision);
	} else {
		tpl_format_double(shown, 'r', 0, false, &digits);
	}
	bool negative = signbit(d) != 0 && !isnan(d);
	if (!isfinite(d))
		laid.group = 0;
	bool ok = tpl_format_number(b, buf_str(&digits), negative, &laid);
	buf_free(&digits);
	return ok || tpl_limit(r, "A formatted value is too long.");
}

static struct str int_digits(uint64_t n, unsigned base, bool upper, char text[65])
{
	size_t at = 64;
	do {
		unsigned d = (unsigned)(n % base);
		text[--at] = (char)(d < 10 ? '0' + d : (upper ? 'A' : 'a') + d - 10);
		n /= base;
	} while (n > 0);
	return (struct str){text + at, 64 - at};
}

static bool format_int(struct render *r, struct buf *b, int64_t n, const struct layout *l)
{
	char text[65], encoded[4];
	uint64_t size = n < 0 ? -(uint64_t)n : (uint64_t)n;
	unsigned base = 10;
	switch (l->type) {
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
	case '%': return format_double(r, b, (double)n, l);
	case 'x':
	case 'X': base = 16; break;
	case 'o': base = 8; break;
	case 'b': base = 2; break;
	case 'c':
		if (n < 0 || n > 0x10FFFF)
			return tpl_fail(r, "%" PRId64 " is not the code of a character.", n);
		return tpl_format_pad(
			b, (struct str){encoded, tpl_encode((uint32_t)n, encoded)}, l);
	case 0:
	case 'd': break;
	default: return tpl_fail(r, "The format '%c' is not known for an integer here.", l->type);
	}
	if (l->precision >= 0)
		return tpl_fail(r, "An integer has no precision.");
	struct str digits = int_digits(size, base, l->type == 'X', text);
	return tpl_format_number(b, digits, n < 0, l);
}

static bool format_text(struct render *r, struct buf *b, struct item item, const struct layout *l)
{
	struct layout laid = *l;
	struct str s;
	if (l->type != 0 && l->type != 's')
		return tpl_fail(r, "The format '%c' is not for a value of type %s.", l->type,
			tpl_type_name(item));
	if (l->align == '=' || l->sign != 0 || l->group != 0 || l->alternate)
		return tpl_fail(r, "This format is for numbers.");
	if (!tpl_to_str(r, item, &s))
		return false;
	if (l->precision >= 0)
		s = tpl_chars(s, 0, (size_t)l->precision);
	if (l->zero && l->fill == 0)
		laid.fill = '0';
	return tpl_format_pad(b, s, &laid) || tpl_limit(r, "A formatted value is too long.");
}

bool tpl_format_item(struct render *r, struct buf *b, struct item item, const struct layout *l)
{
	bool number = item.kind == ITEM_INT || item.kind == ITEM_FLOAT ||
		      (item.kind == ITEM_BOOL && l->type != 0);
	if (l->width > WIDTH_MAX)
		return tpl_limit(r, "A width can be %d at most.", WIDTH_MAX);
	if (l->type == 'n')
		return tpl_fail(r, "The format 'n' is left out of these templates.");
	if (!number)
		return format_text(r, b, item, l);
	if (l->type == 's')
		return tpl_fail(r, "The format 's' is for strings.");
	if (item.kind != ITEM_FLOAT)
		return format_int(r, b, item.kind == ITEM_INT ? item.u.integer : item.u.boolean, l);
	if (l->type != 0 && strchr("eEfFgG%", l->type) == NULL)
		return tpl_fail(r, "The format '%c' is not known for a float here.", l->type);
	return format_double(r, b, item.u.real, l);
}

double tpl_round(double d, int64_t places)
{
	char text[400];
	if (!isfinite(d) || places > 330)
		return d;
	/* Far from the middle between two results the direction is sure, and an integer over a
	 * power of ten is the nearest number to its decimal text. */
	double scaled = places >= 0 && places <= 15 ? d * pow(10, (double)places) : HUGE_VAL;
	double middle = fabs(scaled - floor(scaled) - 0.5);
	if (fabs(scaled) < 1e9 && middle > 1e-6)
		return copysign(rint(scaled) / pow(10, (double)places), d);
	if (places >= 0) {
		char longer[720];
		snprintf(longer, sizeof longer, "%.*f", (int)places, d);
		return strtod(longer, NULL);
	}
	if (places < -310)
		return copysign(0.0, d);
	/* Digits before the point: round the decimal text, half to even as on the value. */
	snprintf(text, sizeof text, "%.20e", fabs(d));
	int exponent = tpl_exponent(text);
	int64_t keep = exponent + places; /* digits after the first to keep */
	if (keep < -1)
		return copysign(0.0, d);
	if (keep == -1) {
		double unit = pow(10, (double)-places);
		return copysign(fabs(d) > unit / 2 ? unit : 0.0, d);
	}
	snprintf(text, sizeof text, "%.*e", (int)keep, d);
	return strtod(text, NULL);
}
