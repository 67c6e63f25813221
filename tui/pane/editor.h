/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_EDITOR_H
#define TUI_PANE_EDITOR_H

#include "tui/pane/editor_file.h"
#include "tui/pane/pane.h"

/*
 * The editor: the file that is open, and those that were, with what was not saved of them. At most
 * EDITOR_KEPT files without unsaved changes are kept; one with changes is never dropped.
 */

enum { EDITOR_KEPT = 12 };

struct editor {
	struct editor_file *file; /* the one shown, NULL none */
	struct editor_file **files; /* all that are kept */
	size_t count, cap;
	uint64_t clock; /* counts looks at files */
	struct token_gauge gauge; /* how tokens are counted */
	uint64_t gauge_number; /* counts its changes; 0: there was none */
	int bar_rows; /* kept free at the bottom for a search bar */
	struct area bar; /* where that is on the screen, inside the frame */
	int64_t click_ns; /* the last click, for double clicks */
	int click_x, click_y, clicks;
};

extern const struct pane_class editor_class;

void editor_init(struct editor *e);
void editor_free(struct editor *e);
/* Shows a file of the workspace at ROOT: as it was left when it is kept (then read again if it has
 * no unsaved changes), else read anew. */
void editor_open(struct editor *e, const char *root, const struct workspace_file *file);
/* From now on tokens are counted so. */
void editor_use_gauge(struct editor *e, const struct token_gauge *gauge);
/* Has the tokens of a text counted that is too long to be counted at once; true when they are there
 * and the title changed. */
bool editor_count_long(struct editor *e, struct engine *engine);
/* Forgets the file PATH with all changes. */
void editor_close(struct editor *e, const char *path);

/* "" when no file is open. */
const char *editor_path(const struct editor *e);
enum file_kind editor_kind(const struct editor *e);
/* NULL when no file is open or it cannot be edited. */
struct edit *editor_edit(struct editor *e);
/* The kept file PATH, or NULL. */
struct editor_file *editor_find(const struct editor *e, const char *path);
/* How many files have unsaved changes. */
size_t editor_edited(const struct editor *e);

/* Of the file that is open. */
struct str editor_text(const struct editor *e, struct arena *a);
bool editor_is_edited(const struct editor *e);
uint64_t editor_revision(const struct editor *e);

#endif
