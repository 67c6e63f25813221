/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_CONFIG_PROVIDER_H
#define CORE_ENGINE_CONFIG_PROVIDER_H

#include "core/data/shape.h"
#include "core/model/provider.h"

/* Keys of a connection that only some providers look at, and their rules. */

/* Rows of connection_keys in config.c: what Azure, `http` and `command` want to know. */
extern const struct shape_key config_response_keys[];

#define CONFIG_AUTH    "key bearer"
#define CONFIG_METHODS "POST PUT PATCH GET"
#define CONFIG_STREAMS "none sse lines text"

/* Checks what shapes cannot say: that a vendor exists, that a command is one, that templates can be
 * read and places found. E's place is that of the fault. FILE is for places. */
bool config_check_provider(
	const struct connection *connection, const char *file, struct err *e) WARN_UNUSED;

#endif
