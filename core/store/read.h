/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_READ_H
#define CORE_STORE_READ_H

#include "core/base/str.h"

#include <stdint.h>

/* Columns of a result row, for the *_rows modules. */

struct sqlite3_stmt;

/* Reads columns in order. */
struct read {
	struct sqlite3_stmt *s;
	struct arena *arena;
	int at;
};

int64_t read_integer(struct read *r, int64_t if_null);
struct str read_text(struct read *r); /* text or bytes, copied; "" for NULL */

#endif
