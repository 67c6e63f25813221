/* SPDX-License-Identifier: MIT */
/*
 * How many questions about whole documents the extractive answerer gets right, after retrieval as
 * the welcome flow does it. The documents and questions are in tests/fixtures/extract; a line has
 * the facts that a right answer contains (letter case and white space aside), none when the
 * documents do not answer it. The "everyday" sets are short, plain questions; a third of them are
 * near what the documents say, which yet do not answer them. All sets have been looked at while the
 * answerer was written, so what is reached on them flatters. The floors lie below what is reached:
 * they are there to notice a fall.
 *
 * With arguments, FOLDER DOCUMENTS FILE.jsonl..., it prints every answer instead.
 */
#include "core/model/extract.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/knowledge/retrieve.h"
#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>

enum { PASSAGES = 5, MAX_FILE = 1 << 20 };

struct tally {
	unsigned answerable, right, refused;
	unsigned unanswerable, kept; /* kept: said that there is no answer */
	size_t pieces;
};

/* Lower case, without white space. */
static struct str plain(struct arena *a, struct str s)
{
	char *out = ARENA_ARRAY(a, char, s.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++)
		if (strchr(" \t\r\n", s.at[i]) == NULL)
			out[len++] =
				(char)(s.at[i] >= 'A' && s.at[i] <= 'Z' ? s.at[i] | 0x20 : s.at[i]);
	return (struct str){out, len};
}

static struct extract_answer ask(struct arena *a, const struct retriever *r, struct str question)
{
	struct retrieved *found;
	struct buf prompt = BUF_INIT(0);
	size_t count = retrieve(r, a, question, PASSAGES, &found);
	for (size_t i = 0; i < count; i++)
		buf_add_format(&prompt, "[%zu] (%.*s) %.*s\n\n", i + 1, STR_ARG(found[i].chunk->id),
			STR_ARG(found[i].chunk->text));
	buf_add_format(&prompt, "Question: %.*s\n", STR_ARG(question));
	struct message m = {.role = ROLE_USER, .content = str_copy(a, buf_str(&prompt))};
	buf_free(&prompt);
	return extract_answer(a, &m, 1);
}

static bool has_facts(struct arena *a, struct str said, struct value facts)
{
	for (size_t i = 0; i < facts.u.list->len; i++) {
		struct str fact = plain(a, facts.u.list->items[i].u.str);
		if (str_find(plain(a, said), fact, 0) == SIZE_MAX)
			return false;
	}
	return true;
}

static void ask_one(const struct retriever *r, struct value line, struct tally *t, bool print)
{
	struct arena a = ARENA_INIT;
	struct str question = value_get_str(line, "question", STR_NONE), said = STR_NONE;
	const struct value *facts = value_get_cstr(line, "facts");
	assert_true(question.len > 0 && facts != NULL && facts->kind == VALUE_LIST);
	struct extract_answer x = ask(&a, r, question);
	for (size_t i = 0; i < x.len; i++)
		said = str_format(&a, "%.*s%.*s", STR_ARG(said), STR_ARG(x.pieces[i]));
	bool answered = x.outcome == EXTRACT_ANSWERED, wanted = facts->u.list->len > 0;
	bool right = wanted ? answered && has_facts(&a, said, *facts) : !answered;
	t->answerable += wanted;
	t->right += wanted && right;
	t->refused += wanted && !answered;
	t->unanswerable += !wanted;
	t->kept += !wanted && right;
	t->pieces += answered ? x.len : 0;
	if (print)
		printf("%s %.2f %.*s\n        %.*s\n",
			right	   ? "right"
			: !wanted  ? "BESIDE"
			: answered ? "WRONG"
				   : "REFUSED",
			x.support, STR_ARG(question), STR_ARG(said));
	arena_release(&a);
}

static struct tally ask_all(const struct retriever *r, struct str path, bool print)
{
	struct arena a = ARENA_INIT;
	struct tally t = {0};
	struct err e = ERR_INIT;
	struct str rest, line;
	const char *name = str_cstr(&a, path);
	if (!file_read(&a, name, MAX_FILE, &rest, &e))
		fail_msg("%s: %s", name, e.text);
	while (str_next_line(&rest, &line)) {
		struct value v;
		if (!json_read(&a, line, name, &v, &e))
			fail_msg("%s: %s", name, e.text);
		ask_one(r, v, &t, print);
	}
	printf("# %s: %u of %u answered rightly (%u refused), %u of %u without an answer refused, "
	       "%zu pieces\n",
		name, t.right, t.answerable, t.refused, t.kept, t.unanswerable, t.pieces);
	arena_release(&a);
	return t;
}

static struct retriever *open_documents(const char *folder, struct str documents)
{
	struct err e = ERR_INIT;
	struct retriever *r = retriever_new(folder, &documents, 1, &e);
	if (r == NULL)
		fail_msg("%s: %s", folder, e.text);
	return r;
}

static void test_floors(void **state)
{
	(void)state;
	static const struct {
		const char *documents, *questions;
		unsigned right, kept;
	} floors[] = {
		{"library.en", "library.en", 24, 7},
		{"library.en", "library.en.everyday", 17, 5},
		{"clinic.zh", "clinic.zh", 32, 9},
		{"clinic.zh", "clinic.zh.everyday", 14, 5},
		{"allotment.en", "allotment.en", 19, 8},
		{"allotment.en", "allotment.en.everyday", 12, 5},
		{"swim.zh", "swim.zh", 27, 7},
		{"swim.zh", "swim.zh.everyday", 16, 7},
	};
	struct arena a = ARENA_INIT;
	const char *top = getenv("top_srcdir");
	struct str folder = str_format(&a, "%s/tests/fixtures/extract", top != NULL ? top : "..");
	for (size_t i = 0; i < sizeof floors / sizeof *floors; i++) {
		struct retriever *r =
			open_documents(folder.at, str_format(&a, "%s.md", floors[i].documents));
		struct tally t = ask_all(r,
			str_format(&a, "%.*s/%s.jsonl", STR_ARG(folder), floors[i].questions),
			false);
		assert_true(t.right >= floors[i].right);
		assert_true(t.kept >= floors[i].kept);
		retriever_free(r);
	}
	arena_release(&a);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_floors)};
	if (argc < 4)
		return cmocka_run_group_tests(tests, NULL, NULL);
	struct retriever *r = open_documents(argv[1], str_from(argv[2]));
	for (int i = 3; i < argc; i++)
		ask_all(r, str_from(argv[i]), true);
	retriever_free(r);
	return 0;
}
