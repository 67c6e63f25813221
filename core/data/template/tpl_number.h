/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_NUMBER_H
#define CORE_DATA_TEMPLATE_TPL_NUMBER_H

#include "core/data/template/tpl_render.h"

/* Numbers from text, as Python's int() and float() read them: white space around, a sign,
 * underscores between digits, digits of any script. */

enum parsed { PARSED, NOT_A_NUMBER, TOO_LARGE };

/* BASE is 2 to 36, or 0: by prefix. */
enum parsed tpl_parse_int(struct str s, int64_t base, int64_t *out);
bool tpl_parse_float(struct arena *a, struct str s, double *out);

#endif
