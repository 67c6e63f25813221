/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_REDACT_FORMS_H
#define CORE_NET_REDACT_FORMS_H

#include "core/base/str.h"

/* The spellings under which a secret can appear in text; for redact.c. */

enum { REDACT_FORMS_MAX = 23 };

struct redact_forms {
	char *block; /* guarded memory that holds them all; the caller frees it with sodium_free */
	struct str at[REDACT_FORMS_MAX]; /* the value itself first; there may be doubles */
	size_t len;
};

/* Makes all spellings of VALUE; false when there is no guarded memory. */
bool redact_forms_make(struct redact_forms *f, struct str value);

#endif
