/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_DETECT_H
#define CORE_ENGINE_DETECT_H

#include "core/engine/engine.h"

/* Looks for model servers on the loopback, all at once, half a second each. The transfers belong to
 * HTTP; freeing it ends them without a word. */

struct http;

typedef void detect_found_fn(void *ctx, const struct detected *what);

/* FOUND is called for each server and at the end with NULL (also from within when nothing could be
 * started). */
void detect_start(struct http *http, detect_found_fn *found, void *ctx);

#endif
