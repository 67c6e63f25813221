/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/normalize.h"

#include "core/text/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

/* Characters that never change and never join the one before them, by large ranges: most of what
 * is written. */
static const struct {
	uint32_t first, last;
} settled[] = {
	{0x4E00, 0x9FFF},
	{0x0, 0x2FF},
	{0x3001, 0x3029},
	{0x3040, 0x3098},
	{0x309B, 0x30FF},
	{0xFF00, 0xFFEF},
	{0x2010, 0x205F},
	{0x400, 0x482},
	{0xAC00, 0xD7A3},
	{0x3400, 0x4DBF},
	{0x2190, 0x2328},
	{0x232B, 0x26FF},
	{0x1F300, 0x1FAFF},
};

static bool is_settled(uint32_t c)
{
	for (size_t i = 0; i < sizeof settled / sizeof *settled; i++)
		if (c >= settled[i].first && c <= settled[i].last)
			return true;
	return false;
}

bool normalize_is_nfc(struct str text)
{
	uint32_t c;
	for (size_t at = 0; at < text.len;) {
		if ((unsigned char)text.at[at] < 0x80) {
			at++;
			continue;
		}
		at = utf8_next(text, at, &c);
		if (!is_settled(c))
			return false;
	}
	return true;
}

static bool add_normal(struct str part, struct buf *out)
{
	utf8proc_uint8_t *normal = NULL;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)part.at,
		(utf8proc_ssize_t)part.len, &normal, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	bool ok = len >= 0 && normal != NULL && buf_add(out, normal, (size_t)len);
	free(normal);
	return ok;
}

/* What begins with a settled character is normalised alone; only where others follow it is there
 * anything to do. */
bool normalize_nfc(struct str text, struct buf *out)
{
	size_t done = 0, start = 0; /* of the settled character before AT */
	bool ok = true;
	uint32_t c;
	for (size_t at = 0, next; ok && at < text.len; at = next) {
		next = utf8_next(text, at, &c);
		if (is_settled(c)) {
			start = at;
			continue;
		}
		while (next < text.len) {
			size_t after = utf8_next(text, next, &c);
			if (is_settled(c))
				break;
			next = after;
		}
		ok = buf_add_str(out, str_slice(text, done, start)) &&
		     add_normal(str_slice(text, start, next), out);
		done = start = next;
	}
	return ok && buf_add_str(out, str_slice(text, done, text.len));
}
