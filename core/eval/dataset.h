/* SPDX-License-Identifier: MIT */
#ifndef CORE_EVAL_DATASET_H
#define CORE_EVAL_DATASET_H

#include "core/base/content_hash.h"
#include "core/base/err.h"
#include "core/data/value.h"

/*
 * A file of rows, read one row at a time: the memory it takes is that of one row, whatever the
 * file's size. What a name's extension says:
 *
 *   .csv .tsv    RFC 4180: the first record names the columns; quotes, line breaks within quotes,
 *                LF, CRLF or CR at a record's end. Every value is a string.
 *   all others   JSON lines: an object a line, whose keys are the columns.
 *
 * A byte order mark is skipped; blank lines are no rows. A row that cannot be read (not JSON, not
 * UTF-8, too many fields, longer than DATASET_ROW_MAX) is a row all the same, with an error that
 * has its line; the ones behind it are read. A file that is not one of rows (UTF-16, a header with
 * two columns of one name) is refused when it is opened.
 *
 * The file is opened once and its bytes are hashed on the way: who reads it twice (dataset_rewind)
 * can tell whether it is still the same.
 */

enum { DATASET_ROW_MAX = 16 << 20, DATASET_COLUMNS_MAX = 16384 };

struct dataset;

/* NAME is for errors and tells the kind by its extension. Freed with dataset_free. */
bool dataset_open(
	const char *path, const char *name, struct dataset **out, struct err *e) WARN_UNUSED;
void dataset_free(struct dataset *d); /* D may be NULL */

struct dataset_row {
	uint64_t number; /* from 0: its place among the rows */
	uint64_t line; /* from 1: where it begins in the file */
	struct value columns; /* dict; VALUE_NONE when it could not be read */
	struct err error; /* why not */
};

enum dataset_step { DATASET_ROW, DATASET_END, DATASET_FAILED };

/* The next row, into the arena. DATASET_FAILED with E set: the file cannot be read on. */
enum dataset_step dataset_next(
	struct dataset *d, struct arena *a, struct dataset_row *row, struct err *e);

/* Back to the first row. */
bool dataset_rewind(struct dataset *d, struct err *e) WARN_UNUSED;

/* The hash of the bytes read since the beginning: of the whole file after DATASET_END. */
char *dataset_hash(const struct dataset *d, char out[CONTENT_HASH]);

/* The columns a header names (CSV), in order; 0 for JSON lines, whose rows name their own. */
const struct str *dataset_columns(const struct dataset *d, size_t *count);

#endif
