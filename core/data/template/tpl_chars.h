/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_CHARS_H
#define CORE_DATA_TEMPLATE_TPL_CHARS_H

#include "core/base/str.h"

/*
 * Characters as Python's str has them: classes, case, positions counted in characters. Bytes that
 * are not UTF-8 count as one character each and are never changed.
 */

struct char_range {
	uint32_t first, last;
};

/* A mapping to more than one character; 0 ends it. */
struct char_special {
	uint32_t from;
	uint32_t to[3];
};

extern const struct char_range tpl_other_lower[];
extern const size_t tpl_other_lower_len;
extern const struct char_range tpl_other_upper[];
extern const size_t tpl_other_upper_len;
extern const struct char_range tpl_other_digit[];
extern const size_t tpl_other_digit_len;
extern const struct char_range tpl_other_numeric[];
extern const size_t tpl_other_numeric_len;
extern const struct char_special tpl_special_upper[];
extern const size_t tpl_special_upper_len;
extern const struct char_special tpl_special_title[];
extern const size_t tpl_special_title_len;

/* The character at byte AT and its length; U+FFFD of length 1 for a broken one. */
uint32_t tpl_decode(struct str s, size_t at, size_t *len);
/* Writes at most 4 bytes; returns how many. */
size_t tpl_encode(uint32_t c, char *to);

bool tpl_is_ascii(struct str s);
size_t tpl_length(struct str s); /* characters */
size_t tpl_offset(struct str s, size_t chars); /* byte where character CHARS begins, or s.len */
/* Characters [from, to). */
struct str tpl_chars(struct str s, size_t from, size_t to);

bool tpl_is_space(uint32_t c);
bool tpl_is_line_break(uint32_t c);
bool tpl_is_alpha(uint32_t c);
bool tpl_is_decimal(uint32_t c);
bool tpl_is_digit(uint32_t c);
bool tpl_is_numeric(uint32_t c);
bool tpl_is_alnum(uint32_t c);
bool tpl_is_word(uint32_t c); /* \w */
bool tpl_is_lower(uint32_t c);
bool tpl_is_upper(uint32_t c);
bool tpl_is_title(uint32_t c);
bool tpl_is_printable(uint32_t c);
bool tpl_is_name_start(uint32_t c);
bool tpl_is_name(uint32_t c);
/* The decimal digit's value, or -1. */
int tpl_digit_value(uint32_t c);

enum { TPL_CASE_MAX = 3 };
/* Full case mappings of one character; return how many characters they gave. */
size_t tpl_to_upper(uint32_t c, uint32_t out[TPL_CASE_MAX]);
size_t tpl_to_title(uint32_t c, uint32_t out[TPL_CASE_MAX]);
size_t tpl_to_lower(uint32_t c, uint32_t out[TPL_CASE_MAX]);

/* Whole strings, in the arena. */
struct str tpl_upper(struct arena *a, struct str s);
struct str tpl_lower(struct arena *a, struct str s);
struct str tpl_title(struct arena *a, struct str s);
struct str tpl_capitalize(struct arena *a, struct str s);
struct str tpl_swapcase(struct arena *a, struct str s);
struct str tpl_casefold(struct arena *a, struct str s);

/* Without white space at the start, the end. */
struct str tpl_strip(struct str s, bool start, bool end);
/* The same for the characters in SET. */
struct str tpl_strip_set(struct str s, struct str set, bool start, bool end);

/* Python's float(): digits with an exponent, checked by the caller. */
double tpl_to_double(struct str s);

#endif
