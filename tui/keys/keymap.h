/* SPDX-License-Identifier: MIT */
#ifndef TUI_KEYS_KEYMAP_H
#define TUI_KEYS_KEYMAP_H

#include "tui/keys/key.h"

#include "core/base/err.h"

/*
 * From key presses to command ids. A keymap is a list of modes; a mode is a name, a parent and its
 * bindings, so "vim normal mode" or "a list is in focus" is data. A binding is a sequence of one to
 * three keys ("F5", "g r"). A key is looked up in the mode, then in its parents; the nearest wins.
 */

enum { KEYMAP_KEYS = 3 };

struct binding {
	struct key keys[KEYMAP_KEYS];
	size_t count;
	const char *command; /* id; borrowed */
};

struct mode {
	const char *name;
	const struct mode *parent; /* NULL at the root */
	bool text; /* characters are typed, so no binding begins with one */
	struct binding *bindings;
	size_t count;
	size_t cap;
};

/* Keys typed so far of a sequence. */
struct chord {
	struct key keys[KEYMAP_KEYS];
	size_t count;
};

enum keymap_result {
	KEYMAP_NONE, /* nothing begins so: the chord is empty again */
	KEYMAP_MORE, /* the start of a sequence */
	KEYMAP_FOUND
};

/* Binds all sequences of KEYS ("F5", "g r", "q, C-q": alternatives after a comma) to the command.
 * A sequence that is bound already, or that begins another one, is an error. */
bool keymap_bind(
	struct mode *mode, const char *keys, const char *command, struct err *e) WARN_UNUSED;
/* The same for one sequence. */
bool keymap_bind_one(
	struct mode *mode, struct str keys, const char *command, struct err *e) WARN_UNUSED;
/* The command that keeps the sequence KEYS from being bound in MODE; NULL: it is free, or no
 * sequence at all. */
const char *keymap_taker(const struct mode *mode, struct str keys);
void keymap_free(struct mode *mode);

enum keymap_result keymap_press(
	const struct mode *mode, struct chord *chord, struct key key, const char **command);

/* What may follow the keys typed so far. */
struct keymap_next {
	struct key key;
	const char *command; /* that it gives; NULL: more keys follow */
};
/* Fills OUT with at most MOST of them, the nearest mode's first; returns how many. */
size_t keymap_follow(
	const struct mode *mode, const struct chord *chord, struct keymap_next *out, size_t most);

/* The first sequence that gives COMMAND in MODE, as people read it ("F5", "g r"), or "". */
struct str keymap_label(const struct mode *mode, const char *command, struct arena *a);
/* All of them, with two spaces between. */
struct str keymap_labels(const struct mode *mode, const char *command, struct arena *a);

#endif
