/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/tokenizer.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/data/tokens/normalize.h"

#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

enum { LARGEST_FIXTURE = 4 << 20, RANDOM_TEXTS = 400 };

static struct tokenizers *all;

static int set_up(void **state)
{
	(void)state;
	all = tokenizers_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tokenizers_free(all);
	return 0;
}

static const struct tokenizer *get(struct str name)
{
	struct err e = ERR_INIT;
	const struct encoding *encoding = encoding_by_name(name);
	assert_non_null(encoding);
	const struct tokenizer *t = tokenizers_get(all, encoding, &e);
	if (t == NULL)
		fail_msg("%s", e.text);
	return t;
}

static void say(const char *what, const struct token_list *list, struct str text)
{
	struct buf b = BUF_INIT(0);
	json_write_str(&b, text);
	for (size_t i = 0; i < list->len; i++)
		buf_add_format(&b, " %u", list->ids[i]);
	print_message("# %s: %s\n", what, b.at);
	buf_free(&b);
}

/* What is true of every text: the count is the number of ids, and these give the text back. */
static bool holds(const struct tokenizer *t, struct str text, const struct token_list *list)
{
	struct buf back = BUF_INIT(0), normal = BUF_INIT(0);
	bool nfc = tokenizer_encoding(t)->nfc && !normalize_is_nfc(text);
	for (size_t i = 0; i < list->len; i++)
		assert_true(tokenizer_decode(t, list->ids[i], &back));
	bool ok = tokenizer_count(t, text) == list->len;
	if (nfc && normalize_nfc(text, &normal))
		text = buf_str(&normal);
	ok = ok && str_eq(buf_str(&back), text);
	buf_free(&back);
	buf_free(&normal);
	return ok;
}

static bool check_vector(const struct tokenizer *t, struct str text, struct value ids)
{
	struct token_list list = {.ids = NULL};
	const struct value_list *want = ids.u.list;
	tokenizer_encode(t, text, SPECIAL_AS_TEXT, &list);
	bool ok = list.len == want->len && holds(t, text, &list);
	for (size_t i = 0; ok && i < list.len; i++)
		ok = list.ids[i] == want->items[i].u.integer;
	if (!ok)
		say(tokenizer_encoding(t)->name, &list, text);
	token_list_free(&list);
	return ok;
}

/* Made by the encodings' makers or held by other tokenizers: tests/fixtures/tokens. */
static void test_vectors(void **state)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct str all_lines, line;
	struct value v;
	size_t count = 0, failed = 0;
	(void)state;
	const char *path =
		path_join(&a, getenv("top_srcdir"), "tests/fixtures/tokens/vectors.jsonl");
	if (!file_read(&a, path, LARGEST_FIXTURE, &all_lines, &e))
		fail_msg("%s", e.text);
	while (str_next_line(&all_lines, &line)) {
		assert_true(json_read(&a, line, path, &v, &e));
		failed += !check_vector(get(value_get_str(v, "encoding", STR_NONE)),
			value_get_str(v, "text", STR_NONE), *value_get_cstr(v, "ids"));
		count++;
	}
	assert_int_equal(failed, 0);
	assert_in_range(count, 400, 10000);
	arena_release(&a);
}

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

/* Bytes, of which many make no UTF-8. */
static size_t random_bytes(uint64_t *seed, char *out, size_t max)
{
	static const char *const bits[] = {"\xff", "\xe4\xb8", "the ", "中文", "\r\n", "  ",
		"e\xcc\x81", "'S", "123", "\xf0\x9f\x98\x80", "<|im_end|>", "A", "\xc0",
		"\xed\xa0"};
	size_t len = 0, want = next_random(seed) % max;
	while (len + 16 < want) {
		uint32_t r = next_random(seed);
		const char *bit = bits[r / 2 % (sizeof bits / sizeof *bits)];
		size_t size = (r & 1) != 0 ? strlen(bit) : 1;
		if ((r & 1) != 0)
			memcpy(out + len, bit, size);
		else
			out[len] = (char)(r >> 8);
		len += size;
	}
	return len;
}

static void test_any_bytes(void **state)
{
	char text[2048];
	uint64_t seed = 1;
	(void)state;
	for (size_t k = 0; k < ENCODING_COUNT; k++) {
		const struct tokenizer *t = get(str_from(encodings[k].name));
		for (size_t i = 0; i < RANDOM_TEXTS; i++) {
			struct token_list list = {.ids = NULL};
			struct str s = {text, random_bytes(&seed, text, sizeof text)};
			tokenizer_encode(t, s, SPECIAL_AS_TEXT, &list);
			/* Which parts of a broken text are normalised is not told. */
			if (!encodings[k].nfc && !holds(t, s, &list)) {
				say(encodings[k].name, &list, s);
				fail();
			}
			assert_int_equal(tokenizer_count(t, s), list.len);
			token_list_free(&list);
		}
	}
}

/* A long piece is merged by another way than a short one: both give the same. */
static void test_long_pieces(void **state)
{
	const struct tokenizer *t = get(STR("cl100k_base"));
	struct buf b = BUF_INIT(0);
	uint64_t seed = 7;
	(void)state;
	for (size_t i = 0; i < 100000; i++)
		buf_add_char(&b, 'a');
	assert_int_equal(tokenizer_count(t, buf_str(&b)), 12500); /* aaaaaaaa */
	buf_clear(&b);
	for (size_t i = 0; i < 300000; i++)
		buf_add_char(&b, (char)('a' + next_random(&seed) % 26));
	struct token_list list = {.ids = NULL};
	tokenizer_encode(t, buf_str(&b), SPECIAL_AS_TEXT, &list);
	assert_true(holds(t, buf_str(&b), &list));
	token_list_free(&list);
	buf_free(&b);
}

/* Texts of a vocabulary's own tokens, whole and in parts: where they meet, a cut is most in doubt.
 */
static void check_cuts(const char *name, uint64_t *seed)
{
	struct vocabulary v;
	struct err e = ERR_INIT;
	if (!vocabulary_load(&v, name, &e))
		fail_msg("%s", e.text);
	v.whole_only = strcmp(name, "llama3") == 0;
	struct buf b = BUF_INIT(0);
	for (size_t i = 0; i < 20000; i++) {
		struct token_list cut = {.ids = NULL}, uncut = {.ids = NULL};
		buf_clear(&b);
		for (size_t tries = 0; b.len < 40 && tries < 400; tries++) {
			struct str token = vocabulary_bytes(&v, next_random(seed) % v.count);
			size_t from = next_random(seed) % 8 == 0 ? 3 : 0;
			if (token.len > 1 && (unsigned char)token.at[token.len / 2] >= 0x80)
				buf_add_str(&b, str_slice(token, from, token.len));
		}
		if (b.len == 0)
			continue;
		merge_piece(&v, buf_str(&b), 0, b.len, &cut);
		merge_uncut(&v, buf_str(&b), &uncut);
		if (cut.len != uncut.len ||
			memcmp(cut.ids, uncut.ids, cut.len * sizeof *cut.ids) != 0) {
			say(name, &cut, buf_str(&b));
			say("uncut", &uncut, buf_str(&b));
			fail();
		}
		token_list_free(&cut);
		token_list_free(&uncut);
	}
	buf_free(&b);
	vocabulary_free(&v);
}

static void test_cuts(void **state)
{
	uint64_t seed = 3;
	(void)state;
	check_cuts("cl100k_base", &seed);
	check_cuts("o200k_base", &seed);
	check_cuts("qwen2", &seed);
	check_cuts("llama3", &seed);
	check_cuts("r50k_base", &seed);
}

/* Normalising part by part gives what normalising the whole does. */
static void test_normalize(void **state)
{
	static const char *const bits[] = {"e", "\xcc\x81", "a", "\xcc\xa3", "中", "\xe3\x82\x99",
		"か", "\xe1\x84\x80", "\xe1\x85\xa1", "\xe1\x86\xa8", "가", "\xe2\x84\xab", "≠",
		"=", "\xcc\xb8", " ", "\xf0\x9d\x85\x97", "\xe0\xa4\xa8\xe0\xa4\xbc"};
	uint64_t seed = 5;
	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		struct buf text = BUF_INIT(0), parts = BUF_INIT(0);
		for (size_t k = 0; k < 12; k++)
			buf_add_cstr(
				&text, bits[next_random(&seed) % (sizeof bits / sizeof *bits)]);
		utf8proc_uint8_t *whole = NULL;
		utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)text.at,
			(utf8proc_ssize_t)text.len, &whole, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
		assert_true(normalize_nfc(buf_str(&text), &parts));
		assert_int_equal(parts.len, len);
		assert_memory_equal(parts.at, whole, parts.len);
		if (normalize_is_nfc(buf_str(&text)))
			assert_str(buf_str(&text), (const char *)whole);
		free(whole);
		buf_free(&text);
		buf_free(&parts);
	}
}

/* Both sides of a seam counted by themselves sum up to the whole. */
static void test_seams(void **state)
{
	char text[1024];
	uint64_t seed = 11;
	size_t seams = 0;
	(void)state;
	for (size_t k = 0; k < ENCODING_COUNT; k++) {
		const struct tokenizer *t = get(str_from(encodings[k].name));
		for (size_t i = 0; i < RANDOM_TEXTS; i++) {
			struct str s = {text, random_bytes(&seed, text, sizeof text)};
			for (size_t at = 0; at + 1 < s.len; at += 1 + next_random(&seed) % 3)
				text[at] = "\n\n /a\r.\t1"[next_random(&seed) % 9];
			size_t whole = tokenizer_count(t, s);
			for (size_t at = 1; at < s.len; at++) {
				if (!tokenizer_is_seam(t, s, at))
					continue;
				seams++;
				assert_int_equal(
					tokenizer_count(t, str_slice(s, 0, at)) +
						tokenizer_count(t, str_slice(s, at, s.len)),
					whole);
			}
		}
	}
	assert_true(seams > 10000);
}

static void expect_special(const char *encoding, const char *text, const uint32_t *ids, size_t n)
{
	const struct tokenizer *t = get(str_from(encoding));
	struct token_list list = {.ids = NULL};
	struct buf back = BUF_INIT(0);
	tokenizer_encode(t, str_from(text), SPECIAL_ALLOWED, &list);
	if (list.len != n || memcmp(list.ids, ids, n * sizeof *ids) != 0) {
		say(encoding, &list, str_from(text));
		fail();
	}
	for (size_t i = 0; i < n; i++)
		assert_true(tokenizer_decode(t, ids[i], &back));
	assert_str(buf_str(&back), text);
	token_list_free(&list);
	buf_free(&back);
}

#define IDS(...) (const uint32_t[]){__VA_ARGS__}, sizeof((uint32_t[]){__VA_ARGS__}) / 4

static void test_special(void **state)
{
	struct buf out = BUF_INIT(0);
	(void)state;
	expect_special("cl100k_base", "a<|endoftext|>", IDS(64, 100257));
	expect_special("o200k_base", "<|endoftext|><|endofprompt|>", IDS(199999, 200018));
	expect_special("o200k_harmony", "<|start|>user<|message|>hi<|end|><|reserved_200014|>",
		IDS(200006, 1428, 200008, 3686, 200007, 200014));
	expect_special("llama3", "<|begin_of_text|><|eot_id|><|reserved_special_token_247|>",
		IDS(128000, 128009, 128255));
	expect_special("qwen2", "<|im_start|>user\n<think>", IDS(151644, 872, 198, 151667));
	assert_false(tokenizer_decode(get(STR("o200k_base")), 300000, &out));
	assert_false(tokenizer_decode(get(STR("p50k_base")), 50290, &out));
	assert_int_equal(tokenizer_chat(get(STR("o200k_base")), 10, 2), 19);
	buf_free(&out);
}

static void expect_model(const char *model, const char *encoding, enum model_encoding how)
{
	enum model_encoding got;
	assert_string_equal(encoding_of_model(str_from(model), &got)->name, encoding);
	if (got != how)
		fail_msg("%s: %d", model, got);
}

static void test_models(void **state)
{
	(void)state;
	expect_model("gpt-4o-mini", "o200k_base", MODEL_EXACT);
	expect_model("ft:gpt-4o:acme::1", "o200k_base", MODEL_EXACT);
	expect_model("openai/gpt-5.1", "o200k_base", MODEL_EXACT);
	expect_model("gpt-oss-120b", "o200k_harmony", MODEL_EXACT);
	expect_model("gpt-4-turbo", "cl100k_base", MODEL_EXACT);
	expect_model("gpt-35-turbo", "cl100k_base", MODEL_EXACT);
	expect_model("text-embedding-3-large", "cl100k_base", MODEL_EXACT);
	expect_model("text-davinci-003", "p50k_base", MODEL_EXACT);
	expect_model("gpt-6", "o200k_base", MODEL_ASSUMED);
	expect_model("meta-llama/Llama-3.3-70B-Instruct", "llama3", MODEL_EXACT);
	expect_model("llama3.1:8b", "llama3", MODEL_EXACT);
	expect_model("us.meta.llama3-1-8b-instruct-v1:0", "llama3", MODEL_EXACT);
	expect_model("Qwen/Qwen2.5-7B-Instruct", "qwen2", MODEL_EXACT);
	expect_model("qwen3:4b", "qwen2", MODEL_EXACT);
	expect_model("qwen-plus", "qwen2", MODEL_ASSUMED);
	expect_model("claude-sonnet-4-5", "o200k_base", MODEL_UNKNOWN);
	expect_model("", "o200k_base", MODEL_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_any_bytes),
		cmocka_unit_test(test_long_pieces),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_normalize),
		cmocka_unit_test(test_seams),
		cmocka_unit_test(test_special),
		cmocka_unit_test(test_models),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
