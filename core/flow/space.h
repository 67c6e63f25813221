/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_SPACE_H
#define CORE_FLOW_SPACE_H

#include "core/base/str.h"

/* White space as the patterns of Prompt flow see it (Python's \s on text): ASCII's, the four
 * separators U+001C..U+001F, and Unicode's spaces and line separators. Bytes that are not UTF-8 are
 * not white space. */

/* Bytes of the white-space character that begins at (ends before) AT, or 0. */
size_t space_at(struct str s, size_t at);
size_t space_before(struct str s, size_t at);

/* The first place at or after AT (the last place at or before it) that has no white space after
 * (before) it. */
size_t space_skip(struct str s, size_t at);
size_t space_skip_back(struct str s, size_t at);

struct str space_trim(struct str s);

#endif
