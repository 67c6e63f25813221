/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_GETTER_H
#define CORE_DATA_TEMPLATE_TPL_GETTER_H

#include "core/data/template/tpl_builtin.h"

/* The `attribute` of filters: "user.name", "items.0", a number. */

/* A step: the item, and when it is a string its key. */
struct getter_part {
	struct item item;
	struct key key;
};

struct getter {
	struct getter_part *parts;
	size_t len;
	bool ignore_case; /* strings come out in lower case */
	struct item otherwise; /* in place of what is undefined; MISSING or None: nothing */
};

/* Argument ATTRIBUTE may be MISSING or None: items as they are. */
bool tpl_getter(struct render *r, struct item attribute, struct getter *out) WARN_UNUSED;
bool tpl_get(
	struct render *r, const struct getter *g, struct item of, struct item *out) WARN_UNUSED;

#endif
