/* SPDX-License-Identifier: MIT */
#include "core/knowledge/retrieve.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/data/json.h"
#include "tests/unit/check.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

/* A workspace of the test's own, below TMPDIR. */
static const char *make_root(struct arena *a)
{
	const char *tmp = getenv("TMPDIR");
	struct str name = str_format(a, "%s/knowledge.XXXXXX", tmp != NULL ? tmp : "/tmp");
	char *root = arena_copy(a, name.at, name.len);
	assert_non_null(mkdtemp(root));
	return root;
}

static void put(struct arena *a, const char *root, const char *path, const char *text)
{
	struct err e = ERR_INIT;
	const char *whole = path_join(a, root, path);
	assert_true(file_make_folder(path_folder(a, whole), 0700, &e));
	assert_true(file_write(whole, str_from(text), 0600, &e));
}

static const char leave[] = "# Leave\n\nAsk early.\n\n## Annual leave\n\nYou have 15 days a year.\n"
			    "\n## Sick leave\n\nCall before 10:00.\n\n```\n# not a heading\n```\n";

static void test_sections(void **state)
{
	(void)state;
	static const struct {
		const char *id, *path, *text;
		unsigned line;
	} want[] = {
		{"docs/leave.md#Leave", "Leave", "Ask early.", 3},
		{"docs/leave.md#Annual leave", "Leave > Annual leave", "You have 15 days a year.",
			7},
		{"docs/leave.md#Sick leave", "Leave > Sick leave",
			"Call before 10:00.\n\n```\n# not a heading\n```", 11},
	};
	struct source s = {.arena = ARENA_INIT};
	source_split(&s, STR("docs/leave.md"), str_from(leave));
	assert_int_equal(s.len, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct chunk *c = &s.chunks[i];
		assert_str(c->id, want[i].id);
		assert_str(c->path, want[i].path);
		assert_str(c->text, want[i].text);
		assert_int_equal(c->line, want[i].line);
		assert_ptr_equal(c->text.at, leave + c->start);
		assert_int_equal(c->end - c->start, c->text.len);
	}
	source_release(&s);
}

static void test_names(void **state)
{
	(void)state;
	struct source s = {.arena = ARENA_INIT};
	source_split(&s, STR("a.md"),
		STR("\xef\xbb\xbf---\ntitle: x\n---\nbefore\n# T ##\n## A\none\n### B\n## A\ntwo\n"));
	assert_int_equal(s.len, 3);
	assert_str(s.chunks[0].id, "a.md");
	assert_str(s.chunks[0].text, "before");
	assert_str(s.chunks[1].id, "a.md#A");
	assert_str(s.chunks[1].path, "T > A");
	assert_str(s.chunks[2].id, "a.md#A-2");
	source_release(&s);
	source_split(&s, STR("a.txt"), STR("# just text\nmore"));
	assert_int_equal(s.len, 1);
	assert_str(s.chunks[0].id, "a.txt");
	source_release(&s);
	source_split(&s, STR("a.md"), STR(""));
	assert_int_equal(s.len, 0);
	source_release(&s);
}

/* Long sections break at sentences, evenly, and lose nothing. */
static void test_long_sections(void **state)
{
	(void)state;
	static const char *const sentences[] = {"This is a sentence of an ordinary length. ",
		"这是一个长度普通的句子，用来把小节写长。"};
	for (size_t language = 0; language < 2; language++) {
		struct source s = {.arena = ARENA_INIT};
		struct buf text = BUF_INIT(0);
		buf_add_cstr(&text, "# Long\n\n");
		for (int i = 0; i < 60; i++)
			buf_add_cstr(&text, sentences[language]);
		source_split(&s, STR("l.md"), buf_str(&text));
		assert_true(s.len >= 3 && s.len <= 4);
		assert_str(s.chunks[0].id, "l.md#Long");
		assert_str(s.chunks[1].id, "l.md#Long/2");
		for (size_t i = 0; i < s.len; i++) {
			struct str end = str_trim(str_from(sentences[language]));
			size_t limit = language == 0 ? 900 : 450 * 3;
			assert_true(s.chunks[i].text.len <= limit);
			assert_true(str_ends(s.chunks[i].text, end));
			assert_true(i == 0 || s.chunks[i].start <= s.chunks[i - 1].end + 1);
		}
		assert_int_equal(
			s.chunks[0].language, language == 0 ? LANGUAGE_ENGLISH : LANGUAGE_CHINESE);
		source_release(&s);
		buf_free(&text);
	}
}

static void test_tables_stay_whole(void **state)
{
	(void)state;
	struct source s = {.arena = ARENA_INIT};
	struct buf text = BUF_INIT(0);
	buf_add_cstr(&text, "# T\n");
	for (int i = 0; i < 15; i++)
		buf_add_cstr(&text, "This is a sentence of an ordinary length. ");
	size_t table = text.len + 2;
	buf_add_cstr(&text, "\n\n| a | b |\n|---|---|\n");
	for (int i = 0; i < 30; i++)
		buf_add_cstr(&text, "| cell | another cell |\n");
	source_split(&s, STR("t.md"), buf_str(&text));
	assert_int_equal(s.len, 2);
	assert_int_equal(s.chunks[1].start, table);
	source_release(&s);
	buf_free(&text);
}

static void test_reading(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct source s;
	struct err e = ERR_INIT;
	const char *root = make_root(&a);
	put(&a, root, "docs/b.md", "# B\nbeta");
	put(&a, root, "docs/a/a.txt", "alpha");
	put(&a, root, "docs/.hidden.md", "hidden");
	put(&a, root, "docs/c.png", "picture");
	put(&a, root, "docs/bad.md", "\xff");
	put(&a, root, "secret.md", "secret");
	assert_int_equal(symlink("../secret.md", path_join(&a, root, "docs/link.md")), 0);
	const struct str folders[] = {STR("docs"), STR("docs/b.md")};
	assert_true(source_read(&s, root, folders, 2, &e));
	assert_int_equal(s.len, 2);
	assert_str(s.chunks[0].id, "docs/a/a.txt");
	assert_str(s.chunks[1].id, "docs/b.md#B");
	assert_int_equal(s.skipped_len, 1);
	assert_str(s.skipped[0].file, "docs/bad.md");
	assert_int_equal(s.stamp, source_stamp_now(root, folders, 2));
	put(&a, root, "docs/new.md", "new");
	assert_int_not_equal(s.stamp, source_stamp_now(root, folders, 2));
	source_release(&s);
	assert_true(source_read(&s, root, (struct str[]){STR(".")}, 1, &e));
	assert_int_equal(s.len, 4);
	assert_str(s.chunks[0].id, "docs/a/a.txt");
	assert_str(s.chunks[3].id, "secret.md");
	source_release(&s);
	assert_true(source_read(&s, root, (struct str[]){STR("./docs/")}, 1, &e));
	assert_int_equal(s.len, 3);
	assert_str(s.chunks[1].id, "docs/b.md#B");
	source_release(&s);
	static const char *const bad[] = {"missing", "../docs", "/etc", "docs/../..", ""};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct str one[] = {str_from(bad[i])};
		err_clear(&e);
		assert_false(source_read(&s, root, one, 1, &e));
		assert_int_equal(e.code, ERR_CONFIG);
		source_release(&s);
	}
	arena_release(&a);
}

/* BM25 by hand: three documents, one term. */
static void test_scores(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct keywords k;
	struct keyword_hit *hits;
	keywords_start(&k);
	keywords_add(&k, STR(""), STR("apple apple pear"));
	keywords_add(&k, STR(""), STR("apple plum plum plum plum"));
	keywords_add(&k, STR(""), STR("plum"));
	assert_int_equal(keywords_search(&k, &a, STR("Apples?"), 9, &hits), 2);
	assert_int_equal(hits[0].document, 0);
	double idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5));
	double first = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / 3));
	double second = idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 5 / 3));
	assert_true(fabs(hits[0].score - first) < 1e-12);
	assert_true(fabs(hits[1].score - second) < 1e-12);
	assert_int_equal(hits[0].matched_len, 1);
	assert_str(hits[0].matched[0], "appl"); /* its stem */
	assert_int_equal(keywords_search(&k, &a, STR("apple"), 1, &hits), 1);
	assert_int_equal(hits[0].document, 0);
	assert_int_equal(keywords_search(&k, &a, STR("kiwi the"), 9, &hits), 0);
	assert_int_equal(keywords_search(&k, &a, STR(""), 9, &hits), 0);
	assert_int_equal(keywords_search(&k, &a, STR("apple"), 0, &hits), 0);
	keywords_release(&k);
	assert_int_equal(keywords_search(&k, &a, STR("apple"), 9, &hits), 0);
	arena_release(&a);
}

/* Equal scores come by number, however few are asked for. */
static void test_ties(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct keywords k;
	struct keyword_hit *hits;
	keywords_start(&k);
	for (int i = 0; i < 50; i++)
		keywords_add(&k, STR(""), i % 5 == 4 ? STR("word word") : STR("word"));
	for (size_t limit = 1; limit <= 50; limit++) {
		assert_int_equal(keywords_search(&k, &a, STR("word"), limit, &hits), limit);
		for (size_t i = 1; i < limit; i++)
			assert_true(hits[i].score < hits[i - 1].score ||
				    hits[i].document > hits[i - 1].document);
		assert_int_equal(hits[0].document, 4);
	}
	keywords_release(&k);
	arena_release(&a);
}

static void test_retrieve(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct retrieved *items;
	const char *root = make_root(&a);
	put(&a, root, "docs/leave.en.md", leave);
	put(&a, root, "docs/leave.zh.md",
		"# 休假\n\n## 年假\n\n每年有 15 天。\n\n## 病假\n\n上午 10 点前告诉主管。\n");
	const struct str folders[] = {STR("docs")};
	struct retriever *r = retriever_new(root, folders, 1, &e);
	assert_non_null(r);
	assert_true(retriever_is_for(r, root, folders, 1));
	assert_false(retriever_is_stale(r));
	assert_true(retrieve(r, &a, STR("年假有多少天？"), 3, &items) >= 1);
	assert_str(items[0].chunk->id, "docs/leave.zh.md#年假");
	assert_true(retrieve(r, &a, STR("How many days of annual leave?"), 2, &items) == 2);
	assert_str(items[0].chunk->id, "docs/leave.en.md#Annual leave");
	struct value v = retrieved_to_value(&a, items, 1);
	v.u.list->items[0].u.dict->entries[8].value = value_int(0); /* the score */
	assert_str(json_text(&a, v, JSON_COMPACT),
		"[{\"rank\":1,\"id\":\"docs/leave.en.md#Annual leave\","
		"\"source\":\"docs/leave.en.md#Annual leave\",\"text\":\"You have 15 days a year.\","
		"\"heading\":\"Annual leave\",\"path\":\"Leave > Annual leave\","
		"\"file\":\"docs/leave.en.md\",\"line\":7,\"score\":0,"
		"\"matched\":[\"day\",\"annual\",\"leav\"]}]");
	put(&a, root, "docs/more.md", "more");
	assert_true(retriever_is_stale(r));
	retriever_free(r);
	assert_null(retriever_new(root, (struct str[]){STR("none")}, 1, &e));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long_sections),
		cmocka_unit_test(test_tables_stay_whole),
		cmocka_unit_test(test_reading),
		cmocka_unit_test(test_scores),
		cmocka_unit_test(test_ties),
		cmocka_unit_test(test_retrieve),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
