/* SPDX-License-Identifier: MIT */
#include "core/text/words.h"

#include "tests/unit/check.h"

#include <stdlib.h>

static struct words *load(struct arena *a, const char *text)
{
	struct err e = ERR_INIT;
	struct words *w = NULL;
	if (!words_load(a, str_from(text), "x.po", &w, &e))
		fail_msg("%s: %s", e.where, e.text);
	return w;
}

static void test_finds(void **state)
{
	(void)state;
	struct arena a = ARENA_INIT;
	struct words *w =
		load(&a, "# a comment\n"
			 "msgid \"\"\nmsgstr \"Language: zh\\n\"\n\n"
			 "#: tui/a.c:1\nmsgid \"Run\"\nmsgstr \"运行\"\r\n"
			 "msgid \"\"\n\"two \"\n\"lines\\n\"\nmsgstr \"\"\n\"两\"\n\"行\\n\"\n"
			 "msgid \"a \\\"b\\\" \\\\ \\t%s\"\nmsgstr \"“b” \\\\ %s\"\n"
			 "#, c-format, fuzzy\nmsgid \"Old\"\nmsgstr \"旧\"\n"
			 "msgid \"None yet\"\nmsgstr \"\"\n"
			 "#~ msgid \"Gone\"\n#~ msgstr \"没了\"\n");
	assert_string_equal(tr(w, "Run"), "运行");
	assert_string_equal(tr(w, "two lines\n"), "两行\n");
	assert_string_equal(tr(w, "a \"b\" \\ \t%s"), "“b” \\ %s");
	static const char *const english[] = {"Old", "None yet", "Gone", "", "Ru", "Run "};
	for (size_t i = 0; i < sizeof english / sizeof *english; i++) {
		assert_string_equal(tr(w, english[i]), english[i]);
		assert_string_equal(tr(NULL, english[i]), english[i]);
	}
	assert_string_equal(tr(load(&a, ""), "Run"), "Run");
	arena_release(&a);
}

static void test_faults(void **state)
{
	(void)state;
	static const struct {
		const char *text, *where;
	} cases[] = {
		{"msgid \"a\"\n", "x.po:1"},
		{"msgid \"a\"\nmsgid \"b\"\nmsgstr \"c\"\n", "x.po:1"},
		{"\n\"a\"\n", "x.po:2"},
		{"msgstr \"a\"\n", "x.po:1"},
		{"msgid \"a\"\nmsgstr b\n", "x.po:2"},
		{"msgid \"a\"\nmsgstr \"\n", "x.po:2"},
		{"msgid \"a\"\nmsgstr \"b\\q\"\n", "x.po:2"},
		{"msgid \"a\"\nmsgstr \"b\\\"\n", "x.po:2"},
		{"msgid \"a\"\nmsgstr \"b\"c\"\n", "x.po:2"},
		{"msgid \"a\"\nmsgid_plural \"b\"\n", "x.po:2"},
		{"msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n", "x.po"},
		{"msgid \"%s of %d\"\nmsgstr \"%d/%s\"\n", "x.po:1"},
		{"\nmsgid \"%s\"\nmsgstr \"n\"\n", "x.po:2"},
		{"msgid \"n\"\nmsgstr \"%n\"\n", "x.po:1"},
		{"msgid \"%zu\"\nmsgstr \"%u\"\n", "x.po:1"},
		{"msgid \"100%%\"\nmsgstr \"100%\"\n", "x.po:1"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = ARENA_INIT;
		struct err e = ERR_INIT;
		struct words *w;
		if (words_load(&a, str_from(cases[i].text), "x.po", &w, &e))
			fail_msg("case %zu was taken", i);
		assert_string_equal(e.where, cases[i].where);
		assert_null(w);
		arena_release(&a);
	}
}

static bool is_chinese(const char *asked)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const struct words *w;
	if (!words_open(&a, asked, &w, &e))
		fail_msg("%s: %s", e.where, e.text);
	bool chinese = w != NULL;
	if (chinese)
		assert_string_equal(tr(w, "Output"), "输出");
	arena_release(&a);
	return chinese;
}

static void test_language(void **state)
{
	(void)state;
	static const struct {
		const char *all, *language, *lang;
		bool chinese;
	} cases[] = {
		{NULL, NULL, NULL, false},
		{NULL, NULL, "zh_CN.UTF-8", true},
		{NULL, NULL, "zh_TW", true},
		{"", NULL, "zh", true},
		{"en_US.UTF-8", NULL, "zh_CN.UTF-8", false},
		{"zh_SG@x", NULL, "en_US", true},
		{NULL, "fr:zh_CN:en", "en_US.UTF-8", true},
		{NULL, "en:zh_CN", "zh_CN.UTF-8", false},
		{"C", "zh_CN", "zh_CN", false},
		{"C.UTF-8", "zh_CN", NULL, true},
		{"zha_CN", NULL, NULL, false},
	};
	unsetenv("LC_MESSAGES");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const values[] = {cases[i].all, cases[i].language, cases[i].lang};
		static const char *const names[] = {"LC_ALL", "LANGUAGE", "LANG"};
		for (int n = 0; n < 3; n++)
			if (values[n] != NULL)
				setenv(names[n], values[n], 1);
			else
				unsetenv(names[n]);
		if (is_chinese(NULL) != cases[i].chinese)
			fail_msg("case %zu", i);
		assert_true(is_chinese("zh_CN"));
		assert_false(is_chinese("en"));
	}
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const struct words *w;
	assert_false(words_open(&a, "fr", &w, &e));
	assert_int_equal(e.code, ERR_USAGE);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
