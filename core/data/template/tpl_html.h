/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_HTML_H
#define CORE_DATA_TEMPLATE_TPL_HTML_H

#include "core/data/template/tpl_render.h"

/* HTML: escaping and its reverse. */

/* & < > ' " as entities. */
bool tpl_escape(struct render *r, struct str s, struct str *out) WARN_UNUSED;
/* Any item as escaped markup; markup stays as it is. */
bool tpl_escape_item(struct render *r, struct item item, struct item *out) WARN_UNUSED;
/* Entities as the characters they name. */
struct str tpl_unescape(struct arena *a, struct str s);

struct html_entity {
	char name[10];
	uint32_t code;
	bool bare; /* also without its semicolon */
};

extern const struct html_entity tpl_entities[];
extern const size_t tpl_entities_len;

#endif
