/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_PROMPT_ROWS_H
#define CORE_STORE_PROMPT_ROWS_H

#include "core/base/err.h"
#include "core/base/str.h"

/* The versions of a prompt or flow file that were run or saved, counted from 1 for each path. */

struct store;

struct prompt_row {
	struct str path;
	int64_t version;
	struct str hash; /* hex, of the file's bytes */
	int64_t source_blob; /* blob_rows_read */
	int64_t created_ns;
	bool damaged; /* the row does not match its hash */
};

struct prompt_rows {
	struct prompt_row *rows;
	size_t len;
};

/* Newest first, in the arena. */
bool prompt_rows_list(struct store *store, struct arena *a, struct str path,
	struct prompt_rows *out, struct err *e) WARN_UNUSED;

/* The newest version with this hash, 0 when there is none. */
bool prompt_rows_find(struct store *store, struct str path, struct str hash, int64_t *version,
	struct err *e) WARN_UNUSED;

#endif
