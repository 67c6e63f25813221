/* SPDX-License-Identifier: MIT */
#ifndef TUI_KEYS_KEY_H
#define TUI_KEYS_KEY_H

#include "core/base/str.h"

/*
 * A key press and its name. Names: a character ("a", "?"), or a word: Esc Enter Tab Space BSpace
 * Del Ins Up Down Left Right Home End PgUp PgDn F1 .. F24; before it C- (Ctrl), M- (Alt) and, with
 * words only, S- (Shift). "<F5>" is the same as "F5".
 *
 * Invariants: a character that Shift makes is that character ("?", not S-/); Ctrl with a letter has
 * the lower-case letter; what terminals cannot tell apart is the word (C-i is Tab, C-m is Enter,
 * C-[ is Esc).
 */

/* The codes of words lie above Unicode; every other code is its character. */
enum key_word {
	WORD_ESC = 0x110000,
	WORD_ENTER,
	WORD_TAB,
	WORD_BSPACE,
	WORD_DEL,
	WORD_INS,
	WORD_UP,
	WORD_DOWN,
	WORD_LEFT,
	WORD_RIGHT,
	WORD_HOME,
	WORD_END,
	WORD_PGUP,
	WORD_PGDN,
	WORD_F1,
	WORD_F24 = WORD_F1 + 23
};

enum key_mods { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

struct key {
	uint32_t code;
	unsigned mods; /* enum key_mods */
};

bool key_equal(struct key a, struct key b);
/* True for a character that stands for itself in text. */
bool key_is_text(struct key key);

/* Reads one name; false when it is none. */
bool key_read(struct str name, struct key *out);

enum { KEY_TEXT = 32 };
/* Writes the name key_read understands, ended by NUL; returns OUT. */
char *key_text(struct key key, char out[KEY_TEXT]);
/* The same for people: "^P", "Alt+x", "F5", "Space". */
char *key_label(struct key key, char out[KEY_TEXT]);

/* What a terminal sends, decoded. */
enum input_kind { INPUT_KEY, INPUT_PASTE, INPUT_MOUSE, INPUT_FOCUS, INPUT_SCHEME };
enum mouse_action { MOUSE_PRESS, MOUSE_RELEASE, MOUSE_DRAG, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct input {
	enum input_kind kind;
	struct key key; /* INPUT_KEY; INPUT_MOUSE: mods only */
	struct str text; /* INPUT_PASTE: line ends are "\n"; borrowed */
	enum mouse_action action;
	int button; /* 0 left, 1 middle, 2 right */
	int x, y; /* cell, from 0 */
	bool focused; /* INPUT_FOCUS */
	bool light; /* INPUT_SCHEME: the terminal's background is light, or became so */
};

#endif
