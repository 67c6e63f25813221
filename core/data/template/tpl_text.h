/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_TEXT_H
#define CORE_DATA_TEMPLATE_TPL_TEXT_H

#include "core/data/template/tpl_render.h"

/* Items as text, the way Python prints them. */

/* str(): strings as they are. */
bool tpl_to_str(struct render *r, struct item item, struct str *out) WARN_UNUSED;
/* str() at the end of B. */
bool tpl_add_str(struct render *r, struct buf *b, struct item item) WARN_UNUSED;
/* repr(): strings quoted. */
bool tpl_add_repr(struct render *r, struct buf *b, struct item item) WARN_UNUSED;
bool tpl_repr(struct render *r, struct item item, struct str *out) WARN_UNUSED;
/* repr() of a string; with ASCII everything else escaped. */
bool tpl_add_quoted(struct buf *b, struct str s, bool ascii);

enum { FLOAT_TEXT = 32 };
/* Python's repr() of a float; returns its length. */
size_t tpl_float_text(double d, char out[FLOAT_TEXT]);
/* The exponent of what printf's %e wrote. */
int tpl_exponent(const char *text);

/* A buffer's bytes as a string of the render; frees the buffer. False when it overflowed. */
bool tpl_take(struct render *r, struct buf *b, struct str *out) WARN_UNUSED;

/* pprint.pformat(). */
bool tpl_pprint(struct render *r, struct item item, struct str *out) WARN_UNUSED;

/* textwrap.wrap(): LINE at the end of OUT, its parts joined by BY. */
struct wrap {
	int64_t width;
	bool break_long;
	bool break_hyphens;
};
bool tpl_wrap_line(struct render *r, struct str line, struct str by, const struct wrap *how,
	struct buf *out) WARN_UNUSED;

/* The filter urlize; see there for the arguments. */
struct urlize {
	int64_t limit; /* characters of a link's text; negative: none */
	struct str attributes; /* rel and target, as they stand in the tag */
	const struct list *schemes; /* more of them, or NULL */
};
bool tpl_urlize(
	struct render *r, struct str text, const struct urlize *how, struct str *out) WARN_UNUSED;

/* json.dumps(sort_keys=True) made safe for HTML; LINES: a line an item, INDENT
 * spaces a level. */
bool tpl_to_json(struct render *r, struct item item, bool lines, int64_t indent,
	struct str *out) WARN_UNUSED;

#endif
