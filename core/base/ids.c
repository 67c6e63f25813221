/* SPDX-License-Identifier: MIT */
#include "core/base/ids.h"

#include "core/base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>

uint64_t ids_next(struct ids *ids)
{
	uint64_t id = 0;
	if (ids->counting) {
		/* An odd multiplier visits every number once: distinct, and distinct in the first
		 * digits. */
		id = (++ids->count * 0x9E3779B97F4A7C15u) & INT64_MAX;
	} else {
		while (id == 0) {
			if (getrandom(&id, sizeof id, 0) != (ssize_t)sizeof id)
				BUG("the system gave no random bytes");
			id &= INT64_MAX;
		}
	}
	return id;
}

char *id_text(uint64_t id, char out[ID_TEXT])
{
	snprintf(out, ID_TEXT, "%016" PRIx64, id);
	return out;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool id_range(struct str text, uint64_t *low, uint64_t *high)
{
	if (text.len == 0 || text.len > 16)
		return false;
	uint64_t first = 0, last = 0;
	for (size_t i = 0; i < 16; i++) {
		int digit = i < text.len ? hex_digit(text.at[i]) : 0;
		if (digit < 0)
			return false;
		first = first << 4 | (uint64_t)digit;
		last = last << 4 | (i < text.len ? (uint64_t)digit : 15);
	}
	*low = first;
	*high = last;
	return true;
}
