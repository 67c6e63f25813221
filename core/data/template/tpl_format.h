/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_FORMAT_H
#define CORE_DATA_TEMPLATE_TPL_FORMAT_H

#include "core/data/template/tpl_render.h"

/* Python's two ways of formatting. */

/* FORMAT % ARGS: a tuple, a dict or one value. */
bool tpl_format_percent(
	struct render *r, struct item format, struct item args, struct item *out) WARN_UNUSED;

/* FORMAT.format(...). */
bool tpl_format_braces(struct render *r, struct item format, const struct args *args,
	struct item *out) WARN_UNUSED;

/* How one value is laid out. */
struct layout {
	uint32_t fill;
	char align; /* < > = ^ or 0 */
	char sign; /* + - space or 0 */
	bool alternate;
	bool zero; /* pad with zeros after the sign */
	char group; /* , or _ or 0 */
	int64_t width;
	int64_t precision; /* -1: none */
	char type; /* 0: none */
};

/* One number or string at the end of B, as format(value, spec) has it. */
bool tpl_format_item(
	struct render *r, struct buf *b, struct item item, const struct layout *l) WARN_UNUSED;
/* DIGITS with sign, grouping and padding. */
bool tpl_format_number(struct buf *b, struct str digits, bool negative, const struct layout *l);
/* A float's digits without sign, by type e f g E F G or 'r' (repr). */
size_t tpl_format_double(double d, char type, int precision, bool alternate, struct buf *b);
/* S padded to the width. */
bool tpl_format_pad(struct buf *b, struct str s, const struct layout *l);

/* round(d, places), correctly rounded. */
double tpl_round(double d, int64_t places);

#endif
