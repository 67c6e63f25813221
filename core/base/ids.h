/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_IDS_H
#define CORE_BASE_IDS_H

#include "core/base/str.h"

/*
 * Identity of runs, spans and attempts: random 63-bit numbers, never 0, written as 16 hex digits.
 * People write the first few digits, as with git. A counting source gives the ids 1, 2, 3 ...
 * spread over the digits, so that scripted tests see the same ids each time.
 */

struct ids {
	bool counting;
	uint64_t count;
};

enum { ID_TEXT = 17 }; /* 16 digits and NUL */

uint64_t ids_next(struct ids *ids);

/* Writes 16 hex digits and NUL; returns OUT. */
char *id_text(uint64_t id, char out[ID_TEXT]);

/* A whole id or its first digits as the range of ids that begin so; false when it is not hex. */
bool id_range(struct str text, uint64_t *low, uint64_t *high);

#endif
