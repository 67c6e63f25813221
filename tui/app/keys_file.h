/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_KEYS_FILE_H
#define TUI_APP_KEYS_FILE_H

#include "tui/app/app.h"

/*
 * The keys: those of the command table, changed by keys.yaml in the folder of the user's settings.
 *
 *   bind:
 *     run.start: [F5, C-t]       these keys instead, in the mode the command has them in
 *     view.zoom: []              no key
 *     edit.redo: {text: C-y}     these keys instead in that mode (tui/app/app_modes.h)
 *
 * What the file says wins over the table. Where it is wrong, that entry alone does not hold; the
 * faults are told with file:line:column, and everything else works.
 */

enum { KEYS_FAULTS = 16 };

struct keys_faults {
	struct err items[KEYS_FAULTS];
	size_t count; /* may be more than what there is room for */
};

/* Fills MODES (MODE_COUNT of them, empty) from the table and the file's TEXT (empty: no file),
 * which errors call NAME. */
void keys_file_bind(
	struct mode *modes, struct str text, const char *name, struct keys_faults *faults);
/* The same with the user's own file, if there is one. */
void keys_file_load(struct mode *modes, struct keys_faults *faults);

#endif
