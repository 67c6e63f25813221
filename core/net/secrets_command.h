/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_SECRETS_COMMAND_H
#define CORE_NET_SECRETS_COMMAND_H

#include "core/base/err.h"
#include "core/base/str.h"

enum { SECRETS_COMMAND_SECONDS = 10 };

/* Runs the program of a cmd: reference (words split at spaces, no shell) in FOLDER and reads what
 * it prints into OUT, at most SIZE bytes. Its standard error is dropped, since it may hold what it
 * was asked for; it and its children are killed after SECRETS_COMMAND_SECONDS. Errors name the
 * program only, never its arguments or output. */
bool secrets_command(struct str command, const char *folder, char *out, size_t size, size_t *len,
	struct err *e) WARN_UNUSED;

#endif
