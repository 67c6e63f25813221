/* SPDX-License-Identifier: MIT */
#include "tui/term/keynames.h"

#include <curses.h>
#include <stdio.h>
#include <term.h>

struct row {
	const char *capability;
	struct key key;
};

static const struct row rows[] = {
	{"kcuu1", {WORD_UP, 0}},
	{"kcud1", {WORD_DOWN, 0}},
	{"kcuf1", {WORD_RIGHT, 0}},
	{"kcub1", {WORD_LEFT, 0}},
	{"khome", {WORD_HOME, 0}},
	{"kend", {WORD_END, 0}},
	{"kpp", {WORD_PGUP, 0}},
	{"knp", {WORD_PGDN, 0}},
	{"kich1", {WORD_INS, 0}},
	{"kdch1", {WORD_DEL, 0}},
	{"kcbt", {WORD_TAB, MOD_SHIFT}},
	{"kent", {WORD_ENTER, 0}},
};

static void seed(struct decode *decode, const char *capability, struct key key)
{
	const char *bytes = tigetstr(capability);
	if (bytes != NULL && bytes != (const char *)-1)
		decode_add(decode, bytes, key);
}

void keynames_seed(struct decode *decode)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		seed(decode, rows[i].capability, rows[i].key);
	/* xterm counts Shift+F1 as F13: those are told apart by their modifier instead. */
	for (unsigned n = 1; n <= 12; n++) {
		char name[8];
		snprintf(name, sizeof name, "kf%u", n);
		seed(decode, name, (struct key){WORD_F1 + n - 1, 0});
	}
}
