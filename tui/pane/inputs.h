/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_INPUTS_H
#define TUI_PANE_INPUTS_H

#include "core/engine/engine.h"
#include "core/text/words.h"
#include "tui/pane/pane.h"
#include "tui/part/edit.h"
#include "tui/part/field.h"

/*
 * The values that a run will use, as a form: the inputs the open prompt or flow declares, or the
 * variables its template names, with their types. The file's own values (samples, defaults) are
 * shown quietly until others are given. What is given is kept for each file as long as the
 * workbench runs, also while the file does not name the input.
 */

struct inputs_field {
	struct str name;
	struct str label; /* the same, sanitized */
	enum field_type type;
	struct value preset;
	bool has_preset;
	bool required; /* a run without a value is refused */
	char error[256]; /* what is wrong with what was given, sanitized; "" nothing */
	int head, rows; /* where it is, in rows from the form's start, and how many it has */
};

/* A value that was typed, whether or not it can be read. */
struct inputs_given {
	char *path, *name;
	struct buf text;
};

struct inputs {
	const struct words *words; /* of the interface; borrowed */
	struct arena arena; /* the fields */
	char path[256]; /* of the file they are of; "" none */
	struct inputs_field *fields;
	size_t count;
	size_t chosen;
	bool editing; /* the chosen one is being typed into */
	struct edit edit;
	struct inputs_given *given;
	size_t given_count, given_cap;
	bool changed; /* what was given, since it was kept */
	char error[512]; /* why the inputs are not known */
	int w, h, top; /* room for rows, and the first row shown */
	int value_rows; /* of a value at most; 0: beside its name, but for the chosen one */
};

extern const struct pane_class inputs_class;

void inputs_init(struct inputs *in);
void inputs_free(struct inputs *in);
/* The inputs of the file (its text may be given). SPEC NULL: nothing that has inputs is open. */
void inputs_load(struct inputs *in, struct engine *engine, const struct run_spec *spec);

/* The values of a run as a dict; VALUE_NONE when nothing was given, so that the file's samples
 * count. False when one is missing or cannot be read: that field is chosen then, and its error says
 * what is wrong ("": it is missing). Ends editing. */
bool inputs_values(struct inputs *in, struct arena *a, struct value *out) WARN_UNUSED;

/* All that was given, as a dict of dicts of texts by file and input (core/engine/given.h), and
 * back: what is given already stays. */
struct value inputs_all(const struct inputs *in, struct arena *a);
void inputs_restore(struct inputs *in, struct value all);

/* The chosen field, or NULL. */
const struct inputs_field *inputs_chosen(const struct inputs *in);
/* What was given for it, or NULL. */
const struct inputs_given *inputs_given_of(const struct inputs *in, const struct inputs_field *f);
void inputs_begin(struct inputs *in); /* to edit the chosen field */
void inputs_accept(struct inputs *in); /* what was typed counts */
void inputs_cancel(struct inputs *in); /* it does not */
void inputs_toggle(struct inputs *in); /* a boolean */
void inputs_clear(struct inputs *in); /* the file's own value counts again */
void inputs_step(struct inputs *in, int by); /* chooses another field */

/* What a field shows on one line, sanitized; *ROLE says how. */
struct str inputs_shown(
	const struct inputs *in, const struct inputs_field *f, struct arena *a, enum role *role);

#endif
