/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_JSON_QUICK_H
#define CORE_DATA_JSON_QUICK_H

#include "core/base/err.h"
#include "core/data/value.h"

/*
 * What core/data/json.h has for texts as they usually are: one pass and no tree between. It judges
 * nothing: at the first thing that is wrong, or that wants a closer look (a lone surrogate, a
 * number past 64 bits, a key twice), it says so, and the strict reader takes the text from its
 * start.
 */

/* False: let the strict reader take it. Values have their places, as in json_read. */
bool json_quick_read(struct arena *a, struct str text, struct value *out) WARN_UNUSED;

/* Where, from AT on, the first byte may be that a string does not hold as it is: below 0x20, a
 * quotation mark, a backslash, 0x7F and above. Up to seven bytes before it. */
size_t json_quick_plain(struct str s, size_t at);

#endif
