/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_EDITOR_FILE_H
#define TUI_PANE_EDITOR_FILE_H

#include "core/engine/files.h"
#include "core/engine/workspace.h"
#include "tui/pane/token_meter.h"
#include "tui/part/edit.h"
#include "tui/part/highlight_states.h"

/*
 * A file open in the editor: its text with history, caret and window, which stay when another file
 * is looked at. A file that cannot be edited (unreadable, binary, too large) has a sentence in the
 * place of its text.
 */

enum { EDITOR_FILE_MAX = 32 << 20 };

struct editor_file {
	char path[256]; /* relative to the workspace */
	char name[128]; /* for the title, sanitized */
	enum file_kind kind;
	struct edit edit;
	struct highlight_states states;
	char error[512]; /* why it cannot be edited, sanitized; "" it can */
	uint64_t saved; /* the edit's state that is on the disk */
	/* What the file held when it was read or saved last: what a save may replace. */
	struct file_stamp disk;
	int64_t version; /* of what was saved last, 0: not known */
	bool outside; /* it was changed outside since, and there are changes here */
	bool looked; /* for a draft */
	bool has_draft;
	uint64_t drafted; /* the revision that was kept last */
	bool saving, again; /* a save is under way; another one was asked for */
	uint64_t saving_state; /* what is being saved */
	struct token_meter tokens; /* of the text */
	uint64_t gauge_number; /* of the editor's, that they are counted by */
	size_t line, column; /* of the caret, from 1; found by editor_file_fit */
	uint64_t used; /* larger: looked at later */
};

struct editor_file *editor_file_new(const struct workspace_file *file);
void editor_file_free(struct editor_file *f);
/* Reads it from the workspace at ROOT; what cannot be edited gets its error. */
void editor_file_load(struct editor_file *f, const char *root);

bool editor_file_is_edited(const struct editor_file *f);
/* What the text was in STATE (edit_state) is on the disk now, as this VERSION (0: not known). */
void editor_file_saved(
	struct editor_file *f, uint64_t state, const struct file_stamp *disk, int64_t version);
/* Puts TEXT, which is on the disk now, in the text's place as one step of undo; caret and window
 * stay where they are. */
void editor_file_reload(struct editor_file *f, struct str text);
/* Puts TEXT, which is not on the disk, in the text's place as one step of undo. */
void editor_file_restore(struct editor_file *f, struct str text);

void editor_file_fit(struct editor_file *f, int w, int h);
void editor_file_draw(const struct editor_file *f, struct pen pen, struct area area, bool focused);

#endif
