/* SPDX-License-Identifier: MIT */
#include "core/eval/dataset.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/eval/csv_record.h"
#include "core/eval/data_map.h"

#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *write_file(struct arena *a, const char *name, struct str text)
{
	const char *top = getenv("TMPDIR");
	const char *path =
		str_format(a, "%s/dataset-%d-%s", top != NULL ? top : "/tmp", (int)getpid(), name)
			.at;
	struct err e = ERR_INIT;
	if (!file_write(path, text, 0600, &e))
		fail_msg("%s", e.text);
	return path;
}

/* All rows as lines: "number:line JSON" or "number:line ! where: text". */
static struct str read_all(struct arena *a, struct dataset *d)
{
	struct buf out = BUF_INIT(0);
	struct dataset_row row;
	struct err e = ERR_INIT;
	enum dataset_step step;
	while ((step = dataset_next(d, a, &row, &e)) == DATASET_ROW) {
		buf_add_format(&out, "%d:%d ", (int)row.number, (int)row.line);
		if (row.columns.kind == VALUE_DICT)
			json_write(&out, row.columns, JSON_COMPACT);
		else
			buf_add_format(&out, "! %s: %s", row.error.where, row.error.text);
		buf_add_char(&out, '\n');
	}
	if (step == DATASET_FAILED)
		fail_msg("%s", e.text);
	struct str copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

/* The file NAME with TEXT gives LINES, twice, and its hash is that of its bytes. */
static void check_file(const char *name, struct str text, const char *lines)
{
	struct arena a = ARENA_INIT;
	const char *path = write_file(&a, name, text);
	struct dataset *d;
	struct err e = ERR_INIT;
	char hash[CONTENT_HASH], whole[CONTENT_HASH];
	if (!dataset_open(path, name, &d, &e))
		fail_msg("%s %s", e.where, e.text);
	assert_string_equal(read_all(&a, d).at, lines);
	assert_string_equal(dataset_hash(d, hash), content_hash(text, whole));
	assert_true(dataset_rewind(d, &e));
	assert_string_equal(read_all(&a, d).at, lines);
	dataset_free(d);
	unlink(path);
	arena_release(&a);
}

static void refuse_file(const char *name, struct str text, const char *words)
{
	struct arena a = ARENA_INIT;
	const char *path = write_file(&a, name, text);
	struct dataset *d = NULL;
	struct err e = ERR_INIT;
	assert_false(dataset_open(path, name, &d, &e));
	if (strstr(e.text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, e.text);
	unlink(path);
	arena_release(&a);
}

static void json_lines(void **state)
{
	(void)state;
	check_file("a.jsonl", STR("{\"q\":\"one\"}\n\n  \n{\"q\":2}\r\n{\"q\":[3]}"),
		"0:1 {\"q\":\"one\"}\n1:4 {\"q\":2}\n2:5 {\"q\":[3]}\n");
	check_file("bom.jsonl", STR("\xEF\xBB\xBF{\"q\":1}\n"), "0:1 {\"q\":1}\n");
	check_file("empty.jsonl", STR(""), "");
	check_file("bad.jsonl", STR("{\"q\":1}\n{\"q\":\n7\n{\"q\":4}\n"),
		"0:1 {\"q\":1}\n"
		"1:2 ! bad.jsonl:2:5: This is not valid JSON: unexpected token near end of file.\n"
		"2:3 ! bad.jsonl:3: The row is a whole number, not a JSON object.\n"
		"3:4 {\"q\":4}\n");
}

static void long_lines(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT(64 << 20);
	buf_add_cstr(&text, "{\"q\":\"");
	for (int i = 0; i < DATASET_ROW_MAX / 1024 + 1; i++)
		buf_add(&text, arena_alloc(&a, 1024, 1), 1024);
	buf_add_cstr(&text, "\"}\n{\"q\":1}\n");
	check_file("long.jsonl", buf_str(&text),
		"0:1 ! long.jsonl:1: The row is longer than 16 MiB.\n1:2 {\"q\":1}\n");
	buf_free(&text);
	arena_release(&a);
}

static void commas(void **state)
{
	(void)state;
	check_file("a.csv",
		STR("q,expected\r\none,1\r\n\"two, \"\"2\"\"\",\"a\nb\"\r\n\r\n\"\",x\n"),
		"0:2 {\"q\":\"one\",\"expected\":\"1\"}\n"
		"1:3 {\"q\":\"two, \\\"2\\\"\",\"expected\":\"a\\nb\"}\n"
		"2:6 {\"q\":\"\",\"expected\":\"x\"}\n");
	check_file("cr.csv", STR("\xEF\xBB\xBFq,r\ra,b\rc,d"),
		"0:2 {\"q\":\"a\",\"r\":\"b\"}\n1:3 {\"q\":\"c\",\"r\":\"d\"}\n");
	check_file("a.tsv", STR("q\tr\na,b\tc\n"), "0:2 {\"q\":\"a,b\",\"r\":\"c\"}\n");
	check_file("ragged.csv", STR("q,r\n1\n1,2,3\n1,2\n"),
		"0:2 ! ragged.csv:2: The row has 1 fields, the header 2.\n"
		"1:3 ! ragged.csv:3: The row has 3 fields, the header 2.\n"
		"2:4 {\"q\":\"1\",\"r\":\"2\"}\n");
	check_file("bad.csv", STR("q\n\"a\"b\n\xFF\n\"open\n"),
		"0:2 ! bad.csv:2: There is text behind a closing quote.\n"
		"1:3 ! bad.csv:3: The row is not UTF-8.\n"
		"2:4 ! bad.csv:4: A quote is not closed.\n");
}

static void refused(void **state)
{
	(void)state;
	refuse_file("u.csv", STR("\xFF\xFEq\0"), "UTF-16");
	refuse_file("e.csv", STR(""), "is empty");
	refuse_file("d.csv", STR("q,q\n"), "names the column \"q\" twice");
	refuse_file("n.csv", STR("q,,r\n"), "Column 2 has no name");
	struct dataset *d = NULL;
	struct err e = ERR_INIT;
	assert_false(dataset_open("/nowhere/at/all", "all", &d, &e));
	assert_false(dataset_open("/tmp", "tmp", &d, &e));
}

/* The same record, cut at every place. */
static void cuts(void **state)
{
	(void)state;
	struct str text = STR("\"a\"\"b\",c\r\nd,e\r\n");
	for (size_t cut = 0; cut <= text.len; cut++) {
		struct csv_record r;
		size_t at = 0, limit = cut;
		csv_record_init(&r, ',', 1024, 16);
		for (int record = 0; record < 2; record++) {
			csv_record_begin(&r);
			while (!csv_record_is_whole(&r)) {
				at += csv_record_feed(&r, str_slice(text, at, limit));
				if (at == limit)
					limit = text.len;
			}
			assert_int_equal(r.count, 2);
			assert_true(str_is(csv_record_field(&r, 0), record == 0 ? "a\"b" : "d"));
			assert_true(str_is(csv_record_field(&r, 1), record == 0 ? "c" : "e"));
		}
		csv_record_free(&r);
	}
}

static struct value json(struct arena *a, const char *text)
{
	struct value v;
	struct err e = ERR_INIT;
	if (!json_read(a, str_from(text), NULL, &v, &e))
		fail_msg("%s", e.text);
	return v;
}

/* MAP applied to ROW gives WANT, or a sentence with WANT in it when that begins with "!". */
static void check_map(bool open, const char *map, const char *row, const char *want)
{
	struct arena a = ARENA_INIT;
	struct inputs in = {.file = "p.prompty", .is_open = open};
	struct data_map m;
	struct value out;
	struct err e = ERR_INIT;
	if (!open)
		assert_true(inputs_read(&a,
			json(&a, "{\"q\":{\"type\":\"string\"},"
				 "\"lang\":{\"type\":\"string\",\"default\":\"en\"}}"),
			in.file, &in, &e));
	bool ok = data_map_read(&a, json(&a, map), value_none(), &in, &m, &e) &&
		  data_map_apply(&m, &in, json(&a, row), &a, &out, &e);
	if (ok != (want[0] != '!'))
		fail_msg("%s: %s", row, e.text);
	if (ok)
		assert_string_equal(json_text(&a, out, JSON_COMPACT).at, want);
	else if (strstr(e.text, want + 1) == NULL)
		fail_msg("'%s' is not in: %s", want + 1, e.text);
	arena_release(&a);
}

static void maps(void **state)
{
	(void)state;
	check_map(false, "{}", "{\"q\":\"a\",\"expected\":1}", "{\"q\":\"a\"}");
	check_map(false, "{}", "{\"q\":\"a\",\"lang\":\"zh\"}", "{\"q\":\"a\",\"lang\":\"zh\"}");
	check_map(false, "{\"q\":\"ask\"}", "{\"ask\":\"a\",\"q\":\"b\"}", "{\"q\":\"a\"}");
	check_map(false, "{\"q\":\"${data.u.v}\"}", "{\"u\":{\"v\":7}}", "{\"q\":7}");
	check_map(false, "{\"q\":\"u.v\"}", "{\"u.v\":1,\"u\":{\"v\":7}}", "{\"q\":1}");
	check_map(true, "{\"q\":\"a\"}", "{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2,\"q\":1}");
	check_map(false, "{}", "{\"ask\":\"a\"}", "!no column \"q\" for the input");
	check_map(false, "{\"q\":\"ask\"}", "{\"q\":\"a\"}",
		"!no column \"ask\", which the input \"q\"");
	check_map(false, "{\"quest\":\"q\"}", "{}", "!has no input \"quest\"");
	check_map(false, "{\"q\":\"${run.outputs.x}\"}", "{}", "!cannot take ${run.outputs.x}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_lines),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(commas),
		cmocka_unit_test(refused),
		cmocka_unit_test(cuts),
		cmocka_unit_test(maps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
