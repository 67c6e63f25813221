/* SPDX-License-Identifier: MIT */
#include "core/text/segment.h"

#include "core/base/buf.h"
#include "core/text/sentence.h"
#include "core/text/stem.h"
#include "tests/unit/check.h"

/* Terms joined by spaces; common ones in brackets. */
static const char *terms_text(struct arena *a, const char *in)
{
	struct terms terms = segment_terms(a, str_from(in));
	struct buf out = BUF_INIT(0);
	for (size_t i = 0; i < terms.len; i++) {
		const struct term *t = &terms.items[i];
		buf_add_format(&out, t->common ? "%s(%.*s)" : "%s%.*s", i > 0 ? " " : "",
			STR_ARG(t->text));
		assert_true(t->start < t->end && t->end <= strlen(in));
		assert_true(i == 0 || t->position >= terms.items[i - 1].position);
	}
	const char *text = str_cstr(a, buf_str(&out));
	buf_free(&out);
	return text;
}

static void test_terms(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"", ""},
		{"The Policies of 12,000.50 employees' leave",
			"(the) policy (of) 12000.50 employe leav"},
		{"company's don't Ｗｉ－Ｆｉ café", "company (dont) wi fi caf"},
		{"v2.5 iPhone15 3.14 1.2.3 10% 2024-01-05",
			"v2.5 iphone15 3.14 1.2.3 10 2024 01 05"},
		{"年假", "年 年假 假"},
		{"请假3天", "请 请假 假 3 天"},
		{"年假有多少天？", "年 年假 假 (假有) (有) (有多) (多) (多少) (少) (少天) 天"},
		{"目的，会议", "目 目的 的 会 会议 议"},
		{"ﾃｽﾄ 한국어", "テ テス ス スト ト 한 한국 국 국어 어"},
		{"a\xff"
		 "b",
			"(a) b"},
	};
	struct arena a = ARENA_INIT;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(terms_text(&a, cases[i][0]), cases[i][1]);
	arena_release(&a);
}

static void test_stems_meet(void **state)
{
	(void)state;
	static const char *const groups[][4] = {
		{"policy", "policies", "policy", "policies"},
		{"leave", "leaves", "leaving", "leave"},
		{"hire", "hired", "hiring", "hires"},
		{"reimburse", "reimbursed", "reimbursement", "reimbursements"},
		{"run", "runs", "running", "run"},
		{"month", "months", "monthly", "month"},
		{"approve", "approval", "approved", "approves"},
		{"carry", "carries", "carried", "carrying"},
		{"class", "classes", "class", "classes"},
		{"box", "boxes", "box", "boxes"},
		{"call", "calls", "called", "calling"},
	};
	static const char *const kept[] = {"bus", "gas", "need", "thing", "sing", "red", "this"};
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		char first[32];
		strcpy(first, groups[i][0]);
		size_t len = stem(first, strlen(first));
		for (size_t k = 1; k < 4; k++) {
			char other[32];
			strcpy(other, groups[i][k]);
			if (stem(other, strlen(other)) != len || memcmp(first, other, len) != 0)
				fail_msg("%s and %s differ", groups[i][0], groups[i][k]);
		}
	}
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		char word[32];
		strcpy(word, kept[i]);
		assert_int_equal(stem(word, strlen(word)), strlen(kept[i]));
	}
}

static const char *sentences_text(struct arena *a, const char *in)
{
	struct sentences all = sentences_of(a, str_from(in));
	struct buf out = BUF_INIT(0);
	for (size_t i = 0; i < all.len; i++) {
		static const char kinds[] = "phirx"; /* prose, heading, item, row, rule */
		buf_add_format(&out, "%s%c:%.*s", i > 0 ? "/" : "", kinds[all.items[i].kind],
			STR_ARG(all.items[i].text));
		assert_ptr_equal(in + all.items[i].start, all.items[i].text.at);
	}
	const char *text = str_cstr(a, buf_str(&out));
	buf_free(&out);
	return text;
}

static void test_sentences(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"", ""},
		{"One. Two! Three? Four", "p:One./p:Two!/p:Three?/p:Four"},
		{"It costs 3.50 today. Ask Dr. Li, e.g. by mail. See No. 5.",
			"p:It costs 3.50 today./p:Ask Dr. Li, e.g. by mail./p:See No. 5."},
		{"The U.S. office of J. Smith is v1.2.3. Done.",
			"p:The U.S. office of J. Smith is v1.2.3./p:Done."},
		{"He said \"stop.\" Then (yes.) More...",
			"p:He said \"stop.\"/p:Then (yes.)/p:More..."},
		{"a wrapped\nline. Next", "p:a wrapped\nline./p:Next"},
		{"年假5天。“好！”他说……然后？", "p:年假5天。/p:“好！”/p:他说……/p:然后？"},
		{"版本3.5版。OK.然后", "p:版本3.5版。/p:OK./p:然后"},
		{"# Title one. x\ntext\n\nmore", "h:# Title one. x/p:text/p:more"},
		{"- one. Two\n- three\n  four\n1. five",
			"i:- one./p:Two/i:- three\n  four/i:1. five"},
		{"一、甲\n（二）乙。\n(3) 丙", "i:一、甲/i:（二）乙。/i:(3) 丙"},
		{"| a | b. c |\n|---|---|\n| 1 | 2 |", "r:| a | b. c |/x:|---|---|/r:| 1 | 2 |"},
		{"x\n```\na. b\n\n# c\n```\ny", "p:x/x:```/r:a. b/r:# c/x:```/p:y"},
	};
	struct arena a = ARENA_INIT;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(sentences_text(&a, cases[i][0]), cases[i][1]);
	assert_str(sentence_bare(STR("> - ## 1. text ")), "text");
	assert_str(sentence_bare(STR("#")), "#");
	arena_release(&a);
}

static void test_language(void **state)
{
	(void)state;
	assert_int_equal(segment_language(STR("年假有多少天？")), LANGUAGE_CHINESE);
	assert_int_equal(segment_language(STR("VPN 密码怎么重置")), LANGUAGE_CHINESE);
	assert_int_equal(segment_language(STR("What does 年假 mean?")), LANGUAGE_ENGLISH);
	assert_int_equal(segment_language(STR("")), LANGUAGE_ENGLISH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_stems_meet),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_language),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
