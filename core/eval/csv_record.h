/* SPDX-License-Identifier: MIT */
#ifndef CORE_EVAL_CSV_RECORD_H
#define CORE_EVAL_CSV_RECORD_H

#include "core/base/buf.h"

/*
 * One record of comma-separated values (RFC 4180), taken in pieces cut anywhere. A field that
 * begins with a quote ends with one; two quotes within are one quote; separators and line breaks
 * within are text. A record ends at LF, CRLF or CR. A record that is not well formed is read to its
 * end all the same: `fault` says what is wrong, and the next one begins after it.
 */

struct csv_record {
	char separator;
	size_t columns_max;
	struct buf text; /* the fields, one after the other; bounded */
	size_t *ends; /* of each field in text */
	size_t count; /* fields */
	size_t cap;
	uint64_t breaks; /* line breaks within the record and at its end */
	int state;
	bool after_cr; /* the record before ended in CR: its LF is not a blank record */
	bool quoted; /* a field had quotes: not a blank line */
	bool too_long; /* text was left out */
	const char *fault; /* a sentence, or NULL */
};

void csv_record_init(struct csv_record *r, char separator, size_t text_max, size_t columns_max);
void csv_record_free(struct csv_record *r);

void csv_record_begin(struct csv_record *r);
/* Takes bytes up to the end of the record; returns how many. */
size_t csv_record_feed(struct csv_record *r, struct str bytes);
/* No more bytes come. False when nothing had come since the beginning: there is no record. */
bool csv_record_end(struct csv_record *r);
bool csv_record_is_whole(const struct csv_record *r);

bool csv_record_is_blank(const struct csv_record *r); /* one empty field without quotes */
uint64_t csv_record_lines(const struct csv_record *r); /* lines of the file it takes */
struct str csv_record_field(const struct csv_record *r, size_t i); /* until the next begin */

#endif
