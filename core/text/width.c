/* SPDX-License-Identifier: MIT */
#include "core/text/width.h"

#include "core/text/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>
#include <wchar.h>

static int look_up(uint32_t code)
{
	if (MB_CUR_MAX >= 4) /* a UTF-8 locale */
		return wcwidth((wchar_t)code);
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP: return -1;
	case UTF8PROC_CATEGORY_CO: return 1;
	default: return utf8proc_charwidth((utf8proc_int32_t)code);
	}
}

int width_code_point(uint32_t code)
{
	if (code < 0x7F)
		return code >= 0x20 ? 1 : -1;
	/* Most of Chinese, Japanese and Korean text, without the look-up; a test holds these ranges
	 * against wcwidth. */
	if ((code >= 0x4E00 && code <= 0x9FFC) || (code >= 0xAC00 && code <= 0xD7A3) ||
		(code >= 0xFF01 && code <= 0xFF60))
		return 2;
	return look_up(code);
}

size_t width_cluster(struct str s, size_t at, unsigned *cells)
{
	uint32_t code;
	size_t end = utf8_next(s, at, &code);
	int width = width_code_point(code);
	*cells = width < 0 ? 1 : (unsigned)width;
	while (end < s.len && (unsigned char)s.at[end] >= 0x80) {
		size_t next = utf8_next(s, end, &code);
		if (width_code_point(code) != 0)
			break;
		end = next;
	}
	return end;
}

size_t width_text(struct str s)
{
	size_t total = 0;
	for (size_t at = 0; at < s.len;) {
		unsigned cells;
		at = width_cluster(s, at, &cells);
		total += cells;
	}
	return total;
}

struct str width_cut(struct str s, size_t max, size_t *cells)
{
	size_t at = 0, used = 0;
	while (at < s.len) {
		unsigned here;
		size_t end = width_cluster(s, at, &here);
		if (used + here > max)
			break;
		used += here;
		at = end;
	}
	if (cells != NULL)
		*cells = used;
	return (struct str){s.at, at};
}
