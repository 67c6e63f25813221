/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_CONTENT_HASH_H
#define CORE_BASE_CONTENT_HASH_H

#include "core/base/str.h"

/* The name of a content: BLAKE2b-256 as lower-case hex digits. Equal hashes mean equal bytes. */

enum { CONTENT_HASH = 65 }; /* with the NUL at its end */

char *content_hash(struct str bytes, char out[CONTENT_HASH]); /* returns OUT */

#endif
