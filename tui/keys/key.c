/* SPDX-License-Identifier: MIT */
#include "tui/keys/key.h"

#include "core/text/utf8.h"

#include <stdio.h>

struct key_word_row {
	const char *name;
	uint32_t code;
};

static const struct key_word_row words[] = {
	{"Esc", WORD_ESC},
	{"Enter", WORD_ENTER},
	{"Tab", WORD_TAB},
	{"Space", ' '},
	{"BSpace", WORD_BSPACE},
	{"Del", WORD_DEL},
	{"Ins", WORD_INS},
	{"Up", WORD_UP},
	{"Down", WORD_DOWN},
	{"Left", WORD_LEFT},
	{"Right", WORD_RIGHT},
	{"Home", WORD_HOME},
	{"End", WORD_END},
	{"PgUp", WORD_PGUP},
	{"PgDn", WORD_PGDN},
	{"LT", '<'},
};

enum { WORD_COUNT = sizeof words / sizeof words[0] };

bool key_equal(struct key a, struct key b)
{
	return a.code == b.code && a.mods == b.mods;
}

bool key_is_text(struct key key)
{
	return key.code >= 0x20 && key.code < WORD_ESC && key.mods == 0;
}

static bool read_word(struct str name, uint32_t *code)
{
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (str_is(name, words[i].name)) {
			*code = words[i].code;
			return true;
		}
	int64_t n;
	if (name.len >= 2 && name.at[0] == 'F' && str_to_int(str_slice(name, 1, name.len), &n) &&
		n >= 1 && n <= 24) {
		*code = WORD_F1 + (uint32_t)n - 1;
		return true;
	}
	return false;
}

static unsigned read_mods(struct str *name)
{
	unsigned mods = 0;
	while (name->len > 2 && name->at[1] == '-') {
		unsigned mod = name->at[0] == 'C'   ? MOD_CTRL
			       : name->at[0] == 'M' ? MOD_ALT
			       : name->at[0] == 'S' ? MOD_SHIFT
						    : 0;
		if (mod == 0)
			break;
		mods |= mod;
		*name = str_slice(*name, 2, name->len);
	}
	return mods;
}

bool key_read(struct str name, struct key *out)
{
	if (name.len > 2 && name.at[0] == '<' && name.at[name.len - 1] == '>')
		name = str_slice(name, 1, name.len - 1);
	unsigned mods = read_mods(&name);
	uint32_t code;
	if (name.len == 0)
		return false;
	if (!read_word(name, &code)) {
		if (utf8_next(name, 0, &code) != name.len || code < 0x20 || code == 0x7F ||
			(mods & MOD_SHIFT))
			return false;
		if ((mods & MOD_CTRL) && code >= 'A' && code <= 'Z')
			code += 'a' - 'A';
	}
	*out = (struct key){code, mods};
	return true;
}

static const char *word_of(uint32_t code)
{
	for (size_t i = 0; i < WORD_COUNT; i++)
		if (words[i].code == code)
			return words[i].name;
	return NULL;
}

enum { BASE_NAME = 16 };

static void base_name(uint32_t code, char out[BASE_NAME])
{
	const char *word = word_of(code);
	if (word != NULL)
		snprintf(out, BASE_NAME, "%s", word);
	else if (code >= WORD_F1)
		snprintf(out, BASE_NAME, "F%u", code - WORD_F1 + 1);
	else
		out[utf8_encode(code, out)] = '\0';
}

char *key_text(struct key key, char out[KEY_TEXT])
{
	char base[BASE_NAME];
	base_name(key.code, base);
	snprintf(out, KEY_TEXT, "%s%s%s%s", key.mods & MOD_CTRL ? "C-" : "",
		key.mods & MOD_ALT ? "M-" : "", key.mods & MOD_SHIFT ? "S-" : "", base);
	return out;
}

char *key_label(struct key key, char out[KEY_TEXT])
{
	char base[BASE_NAME];
	base_name(key.code, base);
	bool letter = key.code >= 'a' && key.code <= 'z';
	if (key.mods == MOD_CTRL && letter) {
		snprintf(out, KEY_TEXT, "^%c", (char)(key.code - 'a' + 'A'));
		return out;
	}
	if (key.code == '<')
		snprintf(base, sizeof base, "<");
	snprintf(out, KEY_TEXT, "%s%s%s%s", key.mods & MOD_CTRL ? "Ctrl+" : "",
		key.mods & MOD_ALT ? "Alt+" : "", key.mods & MOD_SHIFT ? "Shift+" : "", base);
	return out;
}
