/* SPDX-License-Identifier: MIT */
#include "tui/part/document.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

static void start_line(struct document *d, size_t from)
{
	d->line = array_reserve(d->line, &d->line_cap, d->line_count + 1, sizeof *d->line);
	d->line[d->line_count++] = from;
}

void document_init(struct document *d)
{
	*d = (struct document){.bytes = BUF_INIT(DOCUMENT_MAX)};
	document_clear(d);
}

void document_free(struct document *d)
{
	buf_free(&d->bytes);
	free(d->line);
	free(d->marks);
	*d = (struct document){.bytes = BUF_INIT(DOCUMENT_MAX)};
}

void document_clear(struct document *d)
{
	buf_clear(&d->bytes);
	sanitize_start(&d->sanitizer, SANITIZE_TEXT);
	d->line_count = 0;
	d->mark_count = 0;
	d->scanned = 0;
	start_line(d, 0);
}

/* Where the line after the one that begins at FROM does; SIZE_MAX: not known yet. */
static size_t next_line(const struct document *d, size_t from)
{
	const char *start = d->bytes.at + d->scanned;
	const char *end = memchr(start, '\n', d->bytes.len - d->scanned);
	size_t next = end != NULL ? (size_t)(end - d->bytes.at) + 1 : SIZE_MAX;
	size_t limit = from + DOCUMENT_LINE;
	if (next != SIZE_MAX && next <= limit)
		return next;
	if (d->bytes.len <= limit)
		return SIZE_MAX;
	while (limit > from && ((unsigned char)d->bytes.at[limit] & 0xC0) == 0x80)
		limit--;
	return limit;
}

static void find_lines(struct document *d)
{
	while (d->scanned < d->bytes.len) {
		size_t next = next_line(d, d->line[d->line_count - 1]);
		if (next == SIZE_MAX)
			break;
		start_line(d, next);
		d->scanned = next;
	}
	d->scanned = d->bytes.len;
}

bool document_add(struct document *d, struct str chunk, enum role role)
{
	if (d->mark_count == 0 || d->marks[d->mark_count - 1].role != role) {
		d->marks =
			array_reserve(d->marks, &d->mark_cap, d->mark_count + 1, sizeof *d->marks);
		d->marks[d->mark_count++] = (struct document_mark){d->bytes.len, role};
	}
	bool good = sanitize_feed(&d->sanitizer, chunk, &d->bytes);
	find_lines(d);
	return good;
}

void document_end(struct document *d)
{
	(void)sanitize_end(&d->sanitizer, &d->bytes);
	find_lines(d);
}

size_t document_lines(const struct document *d)
{
	bool last_empty = d->line[d->line_count - 1] == d->bytes.len;
	return d->line_count - (last_empty ? 1 : 0);
}

struct str document_line(const struct document *d, size_t i)
{
	size_t from = d->line[i];
	size_t to = i + 1 < d->line_count ? d->line[i + 1] : d->bytes.len;
	if (to > from && d->bytes.at[to - 1] == '\n')
		to--;
	return str_slice(buf_str(&d->bytes), from, to);
}

enum role document_role(const struct document *d, size_t offset)
{
	size_t low = 0, high = d->mark_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (d->marks[middle].from <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? d->marks[low - 1].role : ROLE_TEXT;
}
