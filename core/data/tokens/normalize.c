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

bool normalize_nfc(struct str text, struct buf *out)
{
	utf8proc_uint8_t *normal = NULL;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)text.at,
		(utf8proc_ssize_t)text.len, &normal, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	bool ok = len >= 0 && normal != NULL && buf_add(out, normal, (size_t)len);
	free(normal);
	return ok;
}
