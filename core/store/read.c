/* SPDX-License-Identifier: MIT */
#include "core/store/read.h"

#include <sqlite3.h>

int64_t read_integer(struct read *r, int64_t if_null)
{
	int column = r->at++;
	if (sqlite3_column_type(r->s, column) == SQLITE_NULL)
		return if_null;
	return sqlite3_column_int64(r->s, column);
}

struct str read_text(struct read *r)
{
	int column = r->at++;
	const void *bytes = sqlite3_column_blob(r->s, column);
	size_t len = (size_t)sqlite3_column_bytes(r->s, column);
	if (bytes == NULL || len == 0)
		return STR("");
	return (struct str){arena_copy(r->arena, bytes, len), len};
}
