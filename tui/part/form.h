/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_FORM_H
#define TUI_PART_FORM_H

#include "tui/keys/key.h"
#include "tui/part/edit.h"

/*
 * Fields below each other: a text, one of several words, on or off. One has the focus; Tab and the
 * arrows move it, Left, Right and Space change what is not text. What is wrong with a field, or
 * worth knowing, stands below it.
 *
 * Invariant after form_fit: the focused field is in view, as far as there is room.
 */

enum form_kind { FORM_TEXT, FORM_CHOICE, FORM_SWITCH };

enum { FORM_NAME = 128, FORM_SAID = 640, FORM_SAID_ROWS = 3 };

struct form_field {
	enum form_kind kind;
	char name[FORM_NAME]; /* sanitized */
	const char *label; /* N_, translated where it is drawn; NULL: the name as it is */
	const char *aside; /* N_, dim behind the label ("list"), or NULL */
	const char *hint; /* N_, shown while the field is empty, or NULL */
	struct edit edit; /* FORM_TEXT */
	int rows; /* of FORM_TEXT, 1 unless it takes several lines */
	const char *const *choices; /* FORM_CHOICE: N_, ended by NULL; borrowed */
	size_t chosen;
	bool on; /* FORM_SWITCH */
	bool hidden; /* left out: does not apply now */
	char said[FORM_SAID]; /* below it; sanitized, "" nothing */
	enum role said_role;
	int y, height; /* set by form_fit, from the form's first row */
};

struct form {
	const struct words
		*words; /* the interface's language, for the labels' width; NULL English */
	struct form_field **fields;
	size_t count, cap;
	size_t focus;
	int w, h;
	int label_w; /* 0: labels stand above the values */
	int top; /* rows scrolled out */
};

void form_free(struct form *f); /* all zero is an empty form */
/* A new last field; it stays where it is as long as the form. ROWS > 1: text of several lines. */
struct form_field *form_add(
	struct form *f, enum form_kind kind, struct str name, const char *label, int rows);
/* By name; NULL when there is none. */
struct form_field *form_find(const struct form *f, const char *name);
/* The text of a FORM_TEXT, a copy. */
struct str form_text(const struct form *f, const char *name, struct arena *a);
/* The field with the focus; NULL in an empty form. */
struct form_field *form_focused(const struct form *f);
/* TEXT (any bytes) below the field; "" takes it away. */
void form_say(struct form_field *field, enum role role, struct str text);

/* True when the key was the form's own. */
bool form_key(struct form *f, struct key key);
/* What typed text goes into, or NULL. */
struct edit *form_edit(struct form *f);
/* X, Y within the form; true when it hit a field. A click changes what is not text. */
bool form_click(struct form *f, int x, int y);
void form_scroll(struct form *f, int rows);

void form_fit(struct form *f, int w, int h);
void form_draw(struct pen pen, struct area area, const struct form *f, bool focused);

#endif
