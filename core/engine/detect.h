/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_DETECT_H
#define CORE_ENGINE_DETECT_H

#include "core/engine/engine.h"

/* Looks for model servers on the loopback, all at once, half a second each. */

struct detect;
struct http;

typedef void detect_found_fn(void *ctx, const struct detected *what);

/* FOUND is called from the loop for each server and at the end with NULL. NULL when nothing could
 * be started; then FOUND is not called. */
struct detect *detect_start(struct http *http, detect_found_fn *found, void *ctx);
/* Ends it, at any time (also from FOUND's last call); FOUND is not called again. */
void detect_free(struct detect *d);

#endif
