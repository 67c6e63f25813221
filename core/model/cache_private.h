/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_CACHE_PRIVATE_H
#define CORE_MODEL_CACHE_PRIVATE_H

#include "core/model/cache.h"

/* Between the files of the response cache. */

/* TEXT holds a value that is known to be secret. CACHE may be NULL. */
bool cache_has_secret(const struct cache *cache, struct str text);

#endif
