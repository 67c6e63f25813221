/* SPDX-License-Identifier: MIT */
#include "core/eval/csv_record.h"

#include "core/base/alloc.h"

#include <stdlib.h>

enum state {
	START, /* nothing has come */
	FIELD, /* at the beginning of a field */
	PLAIN,
	QUOTED,
	QUOTE, /* after a quote within quotes: doubled, or the end */
	WHOLE
};

void csv_record_init(struct csv_record *r, char separator, size_t text_max, size_t columns_max)
{
	*r = (struct csv_record){.separator = separator, .columns_max = columns_max};
	r->text.max = text_max;
}

void csv_record_free(struct csv_record *r)
{
	buf_free(&r->text);
	free(r->ends);
	r->ends = NULL;
	r->cap = 0;
}

void csv_record_begin(struct csv_record *r)
{
	buf_clear(&r->text);
	r->count = 0;
	r->breaks = 0;
	r->state = START;
	r->quoted = r->too_long = false;
	r->fault = NULL;
}

static void end_field(struct csv_record *r)
{
	if (r->count == r->columns_max) {
		r->fault = "The row has too many fields.";
		return;
	}
	r->ends = array_reserve(r->ends, &r->cap, r->count + 1, sizeof *r->ends);
	r->ends[r->count++] = r->text.len;
}

static void end_record(struct csv_record *r)
{
	end_field(r);
	r->state = WHOLE;
}

static void add(struct csv_record *r, char c)
{
	r->too_long |= !buf_add_char(&r->text, c);
}

/* A byte outside of quotes. */
static void take_plain(struct csv_record *r, char c)
{
	if (c == '\n' || c == '\r') {
		r->breaks++;
		r->after_cr = c == '\r';
		end_record(r);
	} else if (c == r->separator) {
		end_field(r);
		r->state = FIELD;
	} else if (c == '"' && r->state != PLAIN) {
		r->quoted = true;
		r->state = QUOTED;
	} else {
		r->state = PLAIN;
		add(r, c);
	}
}

/* The byte behind a quote that may have been the closing one. */
static void take_after_quote(struct csv_record *r, char c)
{
	if (c == '"') {
		r->state = QUOTED;
		add(r, c);
		return;
	}
	r->state = PLAIN;
	if (c != r->separator && c != '\n' && c != '\r')
		r->fault = "There is text behind a closing quote.";
	take_plain(r, c);
}

static void take(struct csv_record *r, char c)
{
	if (r->state == QUOTE) {
		take_after_quote(r, c);
	} else if (r->state != QUOTED) {
		take_plain(r, c);
	} else if (c == '"') {
		r->state = QUOTE;
	} else {
		r->breaks += c == '\n';
		add(r, c);
	}
}

size_t csv_record_feed(struct csv_record *r, struct str bytes)
{
	size_t at = 0;
	if (r->state == START && r->after_cr && bytes.len > 0) {
		at = bytes.at[0] == '\n';
		r->after_cr = false;
	}
	while (at < bytes.len && r->state != WHOLE)
		take(r, bytes.at[at++]);
	return at;
}

bool csv_record_end(struct csv_record *r)
{
	if (r->state == START)
		return false;
	if (r->state == QUOTED)
		r->fault = "A quote is not closed.";
	r->breaks++;
	end_record(r);
	return true;
}

bool csv_record_is_whole(const struct csv_record *r)
{
	return r->state == WHOLE;
}

bool csv_record_is_blank(const struct csv_record *r)
{
	return r->count == 1 && r->text.len == 0 && !r->quoted && !r->too_long;
}

uint64_t csv_record_lines(const struct csv_record *r)
{
	return r->breaks;
}

struct str csv_record_field(const struct csv_record *r, size_t i)
{
	size_t from = i > 0 ? r->ends[i - 1] : 0;
	return (struct str){r->text.at != NULL ? r->text.at + from : "", r->ends[i] - from};
}
