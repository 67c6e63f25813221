/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_STRINGS_H
#define CORE_DATA_TEMPLATE_TPL_STRINGS_H

#include "core/data/template/tpl_render.h"

/* Python's ways to take strings apart. The parts are like SELF (markup or not). */

/* At SEPARATOR, or (when it is empty) at white space; at most MOST times, unless negative. */
bool tpl_split(struct render *r, struct item self, struct str separator, int64_t most,
	struct list *out) WARN_UNUSED;
/* The same from the end. */
bool tpl_rsplit(struct render *r, struct item self, struct str separator, int64_t most,
	struct list *out) WARN_UNUSED;
/* At every line break Unicode knows; KEEP: with it. */
bool tpl_splitlines(struct render *r, struct item self, bool keep, struct list *out) WARN_UNUSED;

/* CHANGE[0] by CHANGE[1], at most COUNT times, unless negative. */
bool tpl_replace(struct render *r, struct str s, const struct str change[2], int64_t count,
	struct str *out) WARN_UNUSED;

#endif
