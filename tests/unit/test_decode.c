/* SPDX-License-Identifier: MIT */
/* Bytes of terminals into keys, however they are cut into reads. */
#include "tui/term/decode.h"

#include "tests/unit/check.h"

#include <stdlib.h>

struct log {
	struct buf text;
};

static void note(void *ctx, const struct input *input)
{
	struct log *log = ctx;
	char name[KEY_TEXT];
	switch (input->kind) {
	case INPUT_KEY: buf_add_format(&log->text, "<%s>", key_text(input->key, name)); break;
	case INPUT_PASTE: buf_add_format(&log->text, "{%.*s}", STR_ARG(input->text)); break;
	case INPUT_MOUSE:
		buf_add_format(&log->text, "[%d %d,%d b%d m%u]", (int)input->action, input->x,
			input->y, input->button, input->key.mods);
		break;
	case INPUT_FOCUS: buf_add_cstr(&log->text, input->focused ? "+" : "-"); break;
	case INPUT_SCHEME: buf_add_cstr(&log->text, input->light ? "(light)" : "(dark)"); break;
	}
}

struct one {
	const char *bytes;
	const char *want;
};

static const struct one cases[] = {
	{"a?Z~", "<a><?><Z><~>"},
	{"\xE5\xB9\xB4\xF0\x9F\x98\x80", "<年><😀>"},
	{"\x01\x11\x1A\t\r\n\b\x7F", "<C-a><C-q><C-z><Tab><Enter><C-j><BSpace><BSpace>"},
	{"\033[15~\033OP\033[[A\033[24~", "<F5><F1><F1><F12>"},
	{"\033[A\033OB\033[1;5C\033[1;2D\033[1;3H", "<Up><Down><C-Right><S-Left><M-Home>"},
	{"\033[5~\033[6;5~\033[3~\033[Z", "<PgUp><C-PgDn><Del><S-Tab>"},
	{"\033x\033X1\033\xE5\xB9\xB4", "<M-x><M-年>"}, /* ESC X begins a string (SOS) */
	{"\033a\033\xE5\xB9\xB4\033\r", "<M-a><M-年><M-Enter>"},
	{"\033[97;5u\033[13;5u\033[27u\033[9;2u", "<C-a><C-Enter><Esc><S-Tab>"},
	{"\033[99:67;6u\033[97;1:3u\033[57400u\033[57358u", "<C-c><1>"},
	{"\033[27;5;13~\033[27;6;65~\033[27;2;65~", "<C-Enter><C-a><A>"},
	{"\033[<0;3;5M\033[<0;3;5m\033[<65;1;1M\033[<20;10;2M",
		"[0 2,4 b0 m0][1 2,4 b0 m0][4 0,0 b1 m0][0 9,1 b0 m5]"},
	{"\033[I\033[O", "+-"},
	{"\033[200~a\rb\r\nc\td\003\033[A\033[201~z", "{a\nb\nc\td[A}<z>"},
	{"\033[200~x\033[201~rm\r\033[201~y", "{xrm\n}<y>"},
	{"\033[200~1\033[201~\033[200~2\033[201~", "{1}{2}"},
	/* replies and nonsense leave nothing behind */
	{"\033]4;1;rgb:1e1e/1e1e/2e2e\033\\\033]0;x\a\033P1$r0m\033\\\033_G\033\\a", "<a>"},
	{"\033]11;rgb:1e1e/1e1e/2e2e\033\\\033]11;rgb:ff/f/E000\a", "(dark)(light)"},
	{"\033]11;rgb:12345/0/0\a\033]11;rgb:1/g/0\a\033]11;rgb:1/\a\033]11;?\a", ""},
	{"\033[?997;1n\033[?997;2n\033[?997;3n\033[?996n", "(dark)(light)"},
	{"\033[?2026;2$y\033[?64;1;2c\033[24;80R\033[>0;1c\033[?1;2;3;4;5;6;7;8;9;10h", ""},
	{"\033[999~\033[0;99999999999u\033[1;2;3;4;5;6;7;8;9~\033[M !!b", "<b>"},
	{"\033[<0;0;1M\033[<200;1;1M\033[128u\033[55296u\033[1114112u", ""},
	{"\xFF\x80\xC3(\x9B"
	 "1m\xED\xA0\x80k",
		"<(><1><m><k>"},
	{"\033\033[A", "<Esc><Up>"},
	{"\033[1\003x", "<C-c><x>"},
	{"\033[1\033[B", "<Down>"},
};

static void feed(struct log *log, struct str bytes, size_t step)
{
	struct decode *d = malloc(sizeof *d);
	decode_init(d, note, log);
	buf_clear(&log->text);
	for (size_t at = 0; at < bytes.len; at += step)
		decode_feed(d, bytes.at + at, step < bytes.len - at ? step : bytes.len - at);
	decode_release(d);
	free(d);
}

static void known_bytes_give_their_keys(void **state)
{
	(void)state;
	struct log log = {.text = BUF_INIT(0)};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct str bytes = str_from(cases[i].bytes);
		feed(&log, bytes, bytes.len);
		assert_str(buf_str(&log.text), cases[i].want);
	}
	buf_free(&log.text);
}

static void cuts_between_reads_change_nothing(void **state)
{
	(void)state;
	struct log log = {.text = BUF_INIT(0)};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t step = 1; step < 5; step++) {
			if (str_starts(str_from(cases[i].bytes), STR("\033[200~x")))
				continue; /* an end mark inside a paste: see the next read */
			feed(&log, str_from(cases[i].bytes), step);
			assert_str(buf_str(&log.text), cases[i].want);
		}
	buf_free(&log.text);
}

static const struct one waits[] = {
	{"\033", "<Esc>"},
	{"\033[", "<M-[>"},
	{"\033O", "<M-O>"},
	{"\033X", "<M-X>"},
	{"\033]", "<M-]>"},
	{"\033[1;5", ""},
	{"\033]11;rgb", ""},
	{"\xE5\xB9", ""},
	{"\033[200~half", "{half}"},
};

static void what_waits_is_settled_by_time(void **state)
{
	(void)state;
	struct log log = {.text = BUF_INIT(0)};
	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
		struct decode *d = malloc(sizeof *d);
		decode_init(d, note, &log);
		buf_clear(&log.text);
		assert_int_equal(decode_wait_ms(d), 0);
		decode_feed(d, waits[i].bytes, strlen(waits[i].bytes));
		assert_true(decode_wait_ms(d) >= 25);
		assert_str(buf_str(&log.text), "");
		decode_timeout(d);
		assert_int_equal(decode_wait_ms(d), 0);
		assert_str(buf_str(&log.text), waits[i].want);
		buf_clear(&log.text);
		decode_feed(d, "k", 1);
		assert_str(buf_str(&log.text), "<k>");
		decode_release(d);
		free(d);
	}
	buf_free(&log.text);
}

static void long_sequences_are_swallowed_whole(void **state)
{
	(void)state;
	struct log log = {.text = BUF_INIT(0)};
	struct buf bytes = BUF_INIT(0);
	buf_add_cstr(&bytes, "\033[");
	for (int i = 0; i < 500; i++)
		buf_add_cstr(&bytes, "12;");
	buf_add_cstr(&bytes, "mok");
	feed(&log, buf_str(&bytes), bytes.len);
	assert_str(buf_str(&log.text), "<o><k>");
	buf_free(&bytes);
	buf_free(&log.text);
}

static void the_terminals_own_sequences_win(void **state)
{
	(void)state;
	struct log log = {.text = BUF_INIT(0)};
	struct decode *d = malloc(sizeof *d);
	decode_init(d, note, &log);
	decode_add(d, "\033[15~", (struct key){WORD_F1 + 8, 0});
	decode_add(d, "x", (struct key){WORD_F1, 0}); /* no sequence: a letter stays itself */
	decode_feed(d, "\033[15~x", 6);
	assert_str(buf_str(&log.text), "<F9><x>");
	decode_release(d);
	free(d);
	buf_free(&log.text);
}

static void names_are_read_back(void **state)
{
	(void)state;
	static const char *const names[] = {"F5", "C-q", "Esc", "M-x", "S-Tab", "C-M-Left", "Space",
		"?", "年", "PgDn", "F24", "C-Space", "LT"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct key key;
		char text[KEY_TEXT];
		assert_true(key_read(str_from(names[i]), &key));
		assert_string_equal(key_text(key, text), names[i]);
	}
	static const char *const wrong[] = {
		"", "F0", "F25", "Escape", "C-", "S-a", "ab", "<>", "\x01"};
	struct key key;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
		assert_false(key_read(str_from(wrong[i]), &key));
	assert_true(key_read(STR("<C-Q>"), &key));
	assert_true(key_equal(key, (struct key){'q', MOD_CTRL}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_bytes_give_their_keys),
		cmocka_unit_test(cuts_between_reads_change_nothing),
		cmocka_unit_test(what_waits_is_settled_by_time),
		cmocka_unit_test(long_sequences_are_swallowed_whole),
		cmocka_unit_test(the_terminals_own_sequences_win),
		cmocka_unit_test(names_are_read_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
