/* SPDX-License-Identifier: MIT */
#include "core/eval/dataset.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/eval/csv_record.h"
#include "core/text/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 256 << 10 };

struct dataset {
	struct arena arena; /* the name and the header */
	int fd;
	const char *name;
	bool is_csv;
	char separator;
	char *chunk;
	size_t at, len; /* of the chunk */
	bool at_end; /* of the file */
	struct buf line; /* of JSON lines */
	struct csv_record record;
	struct str *columns; /* of a header */
	size_t column_count;
	uint64_t row;
	uint64_t next_line; /* from 1 */
	crypto_generichash_state hash;
};

static bool fail_read(const struct dataset *d, struct err *e)
{
	return err_set(e, ERR_IO, "%s cannot be read: %s.", d->name, strerror(errno));
}

/* More bytes into the chunk; at_end when there are none. */
static bool fill(struct dataset *d, struct err *e)
{
	ssize_t n;
	do
		n = read(d->fd, d->chunk, CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return fail_read(d, e);
	d->at = 0;
	d->len = (size_t)n;
	d->at_end = n == 0;
	crypto_generichash_update(&d->hash, (const unsigned char *)d->chunk, d->len);
	return true;
}

/* Past a byte order mark; UTF-16 is refused. */
static bool skip_mark(struct dataset *d, struct err *e)
{
	if (!fill(d, e))
		return false;
	struct str head = {d->chunk, d->len};
	if (str_starts(head, STR("\xFF\xFE")) || str_starts(head, STR("\xFE\xFF"))) {
		err_set(e, ERR_CONFIG, "%s is UTF-16; rows are read as UTF-8.", d->name);
		return err_hint(e, "Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW.");
	}
	if (str_starts(head, STR("\xEF\xBB\xBF")))
		d->at = 3;
	return true;
}

/* Up to the next line feed. *TOO_LONG: the rest of it was passed over. */
static enum dataset_step read_line(struct dataset *d, bool *too_long, struct err *e)
{
	buf_clear(&d->line);
	*too_long = false;
	for (bool any = false;; any = true) {
		if (d->at == d->len && !d->at_end && !fill(d, e))
			return DATASET_FAILED;
		if (d->at_end)
			return any ? DATASET_ROW : DATASET_END;
		const char *from = d->chunk + d->at;
		const char *end = memchr(from, '\n', d->len - d->at);
		size_t len = end != NULL ? (size_t)(end - from) : d->len - d->at;
		*too_long |= !buf_add(&d->line, from, len);
		d->at += len + (end != NULL);
		if (end != NULL)
			return DATASET_ROW;
	}
}

static bool place(const struct dataset *d, uint64_t line, struct err *e)
{
	return err_place(e, d->name, (unsigned)line, 0);
}

static bool fail_long(struct err *e)
{
	err_set(e, ERR_LIMIT, "The row is longer than %d MiB.", DATASET_ROW_MAX >> 20);
	return err_hint(e, "Shorten it, or leave it out.");
}

/* The column of a place "row:1:COLUMN". */
static unsigned column_of(const struct err *e)
{
	const char *last = strrchr(e->where, ':');
	return last != NULL ? (unsigned)strtoul(last + 1, NULL, 10) : 0;
}

static bool read_object(const struct dataset *d, struct arena *a, struct str text,
	struct dataset_row *row, struct err *e)
{
	if (!json_read(a, text, "row", &row->columns, e)) {
		unsigned column = column_of(e);
		e->where[0] = '\0';
		return err_place(e, d->name, (unsigned)row->line, column);
	}
	if (row->columns.kind == VALUE_DICT)
		return true;
	err_set(e, ERR_CONFIG, "The row is %s, not a JSON object.",
		value_kind_words(row->columns.kind));
	if (row->line == 1 && text.len > 0 && text.at[0] == '[')
		err_hint(e, "A JSON list is no file of rows: write one object a line.");
	return place(d, row->line, e);
}

static enum dataset_step next_json(
	struct dataset *d, struct arena *a, struct dataset_row *row, struct err *e)
{
	for (;;) {
		bool too_long;
		enum dataset_step step = read_line(d, &too_long, e);
		if (step != DATASET_ROW)
			return step;
		row->line = d->next_line++;
		struct str text = str_trim(buf_str(&d->line));
		if (text.len == 0 && !too_long)
			continue;
		if (too_long) {
			fail_long(&row->error);
			place(d, row->line, &row->error);
		} else if (!read_object(d, a, text, row, &row->error)) {
			row->columns = value_none();
		}
		return DATASET_ROW;
	}
}

/* The next record with anything in it. */
static enum dataset_step read_record(struct dataset *d, uint64_t *line, struct err *e)
{
	for (;;) {
		csv_record_begin(&d->record);
		*line = d->next_line;
		while (!csv_record_is_whole(&d->record)) {
			if (d->at == d->len && !d->at_end && !fill(d, e))
				return DATASET_FAILED;
			if (d->at_end && !csv_record_end(&d->record))
				return DATASET_END;
			if (!d->at_end)
				d->at += csv_record_feed(
					&d->record, (struct str){d->chunk + d->at, d->len - d->at});
		}
		d->next_line += csv_record_lines(&d->record);
		if (!csv_record_is_blank(&d->record))
			return DATASET_ROW;
	}
}

static bool check_record(const struct dataset *d, struct err *e)
{
	const struct csv_record *r = &d->record;
	if (r->too_long)
		return fail_long(e);
	if (r->fault != NULL)
		return err_set(e, ERR_CONFIG, "%s", r->fault);
	if (!utf8_valid(buf_str(&r->text), NULL)) {
		err_set(e, ERR_CONFIG, "The row is not UTF-8.");
		return err_hint(e, "Save the file as UTF-8.");
	}
	if (memchr(r->text.at != NULL ? r->text.at : "", '\0', r->text.len) != NULL)
		return err_set(e, ERR_CONFIG, "The row has a NUL byte in it.");
	if (d->column_count > 0 && r->count != d->column_count)
		return err_set(e, ERR_CONFIG, "The row has %zu fields, the header %zu.", r->count,
			d->column_count);
	return true;
}

static enum dataset_step next_csv(
	struct dataset *d, struct arena *a, struct dataset_row *row, struct err *e)
{
	enum dataset_step step = read_record(d, &row->line, e);
	if (step != DATASET_ROW)
		return step;
	if (!check_record(d, &row->error)) {
		place(d, row->line, &row->error);
		return DATASET_ROW;
	}
	row->columns = value_dict(a);
	for (size_t i = 0; i < d->column_count; i++)
		value_set(row->columns, d->columns[i],
			value_str(str_copy(a, csv_record_field(&d->record, i))));
	return DATASET_ROW;
}

enum dataset_step dataset_next(
	struct dataset *d, struct arena *a, struct dataset_row *row, struct err *e)
{
	*row = (struct dataset_row){.number = d->row, .columns = value_none()};
	enum dataset_step step = d->is_csv ? next_csv(d, a, row, e) : next_json(d, a, row, e);
	d->row += step == DATASET_ROW;
	return step;
}

static bool check_header(struct dataset *d, struct value *seen, struct err *e)
{
	const struct csv_record *r = &d->record;
	for (size_t i = 0; i < r->count; i++) {
		struct str name = str_trim(csv_record_field(r, i));
		if (name.len == 0)
			return err_set(
				e, ERR_CONFIG, "Column %zu has no name in the header.", i + 1);
		if (value_get(*seen, name) != NULL)
			return err_set(e, ERR_CONFIG, "The header names the column \"%.*s\" twice.",
				STR_ARG(name));
		d->columns[i] = str_copy(&d->arena, name);
		value_set(*seen, d->columns[i], value_none());
	}
	d->column_count = r->count;
	return true;
}

static bool read_header(struct dataset *d, struct err *e)
{
	uint64_t line;
	struct arena scratch = ARENA_INIT;
	struct value seen = value_dict(&scratch);
	d->column_count = 0;
	enum dataset_step step = read_record(d, &line, e);
	bool ok = step == DATASET_ROW;
	if (step == DATASET_END) {
		err_set(e, ERR_CONFIG, "%s is empty.", d->name);
		err_hint(e, "Its first line names the columns.");
	}
	if (ok && d->columns == NULL)
		d->columns = ARENA_ARRAY(&d->arena, struct str, d->record.count + 1);
	ok = ok && ((check_record(d, e) && check_header(d, &seen, e)) || place(d, line, e));
	arena_release(&scratch);
	return ok;
}

static bool begin(struct dataset *d, struct err *e)
{
	d->at = d->len = 0;
	d->at_end = false;
	d->row = 0;
	d->next_line = 1;
	crypto_generichash_init(&d->hash, NULL, 0, crypto_generichash_BYTES);
	csv_record_init(&d->record, d->separator, DATASET_ROW_MAX, DATASET_COLUMNS_MAX);
	return skip_mark(d, e) && (!d->is_csv || read_header(d, e));
}

static bool open_file(struct dataset *d, const char *path, struct err *e)
{
	struct stat st;
	d->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (d->fd < 0)
		return fail_read(d, e);
	if (fstat(d->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		err_set(e, ERR_IO, "%s is not a file.", d->name);
		return err_hint(e, "Rows are read twice: put what a pipe gives into a file.");
	}
	return true;
}

bool dataset_open(const char *path, const char *name, struct dataset **out, struct err *e)
{
	struct dataset *d = xcalloc(1, sizeof *d);
	struct str extension = str_from(path_extension(name));
	d->name = str_cstr(&d->arena, str_from(name));
	d->is_csv = str_is(extension, ".csv") || str_is(extension, ".tsv");
	d->separator = str_is(extension, ".tsv") ? '\t' : ',';
	d->chunk = xcalloc(1, CHUNK);
	d->line.max = DATASET_ROW_MAX;
	if (!open_file(d, path, e) || !begin(d, e)) {
		dataset_free(d);
		return false;
	}
	*out = d;
	return true;
}

void dataset_free(struct dataset *d)
{
	if (d == NULL)
		return;
	if (d->fd >= 0)
		close(d->fd);
	csv_record_free(&d->record);
	buf_free(&d->line);
	free(d->chunk);
	arena_release(&d->arena);
	free(d);
}

bool dataset_rewind(struct dataset *d, struct err *e)
{
	csv_record_free(&d->record);
	if (lseek(d->fd, 0, SEEK_SET) != 0)
		return fail_read(d, e);
	return begin(d, e);
}

char *dataset_hash(const struct dataset *d, char out[CONTENT_HASH])
{
	unsigned char hash[crypto_generichash_BYTES];
	crypto_generichash_state state = d->hash;
	crypto_generichash_final(&state, hash, sizeof hash);
	return sodium_bin2hex(out, CONTENT_HASH, hash, sizeof hash);
}

const struct str *dataset_columns(const struct dataset *d, size_t *count)
{
	*count = d->column_count;
	return d->columns;
}
