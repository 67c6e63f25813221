/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_DRAFT_FILE_H
#define CORE_ENGINE_DRAFT_FILE_H

#include "core/engine/drafts.h"

/*
 * A draft as a file: a line of JSON ({"path", "base", "hash", "at_ns"}), then the text. Its name is
 * HASH-TOKEN.draft, HASH being of the path and TOKEN of the process that keeps it, which holds a
 * lock on TOKEN.lock while it lives.
 */

enum { DRAFT_TOKEN = 17 };

const char *draft_lock_path(struct arena *a, const char *folder, const char *token);
const char *draft_path(struct arena *a, const char *folder, const char *path, const char *token,
	const char *suffix);

/* The token in the name of a draft; false when NAME is something else. */
bool draft_token(const char *name, char token[DRAFT_TOKEN]);

/* Writes it whole or not at all. */
bool draft_write(
	struct arena *a, const char *file, const struct draft *draft, struct err *e) WARN_UNUSED;

/* The newest sound draft of PATH in FOLDER that has our TOKEN or that of a dead process. */
bool draft_find(struct arena *a, const char *folder, const char *path, const char *token,
	struct draft *out, const char **file);

#endif
