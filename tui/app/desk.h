/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_DESK_H
#define TUI_APP_DESK_H

#include "core/engine/files.h"
#include "core/loop/loop.h"
#include "tui/pane/editor.h"

/*
 * What is typed and not saved yet: saves, drafts, and what other programs do to the file meanwhile.
 *
 * Nothing here waits for a disk: saves and drafts run on other threads, and the text may change
 * under them. A draft is kept two seconds after the last key, and ten after the first at the
 * latest.
 */

struct app;

struct desk {
	struct file_watch *watch; /* of the file that is shown */
	char watched[256];
	struct loop_timer autosave;
	uint64_t seen; /* the revision that was looked at last */
	int64_t since_ns; /* of the first change that is not kept, 0: none */
	bool problem_said; /* that drafts cannot be kept */
	size_t saving; /* saves under way */
	bool quitting; /* leave when all is saved */
	char creating[256]; /* the new file that is being made, "" none */
	/* The conflict that is being shown. */
	struct arena arena;
	char conflict[256];
	struct file_stamp theirs_stamp;
	struct str theirs;
};

void desk_init(struct app *app);
void desk_free(struct app *app);

/* A file is shown: watches it, brings back what was typed in it before a crash. */
void desk_opened(struct app *app);
/* A run has ended: what ran is a version by now. */
void desk_ran(struct app *app);
/* Once a turn: plans the next draft. */
void desk_turn(struct app *app);

void desk_save(struct app *app, struct editor_file *file);
/* Saves all and leaves when that is done. */
void desk_save_all_and_quit(struct app *app);
/* Makes the file PATH with TEXT and shows it; one that exists is not touched. */
void desk_create(struct app *app, const char *path, struct str text);
/* Shows what saving FILE would change. */
bool desk_compare(struct app *app, struct editor_file *file, struct err *e) WARN_UNUSED;
/* The answers to a conflict. */
void desk_keep_mine(struct app *app);
void desk_take_theirs(struct app *app);
/* Puts what the file holds in the text's place; undo brings the text back. */
bool desk_revert(struct app *app, struct editor_file *file, struct err *e) WARN_UNUSED;

/* Keeps drafts of all that is not saved, at once: the program is being ended. */
void desk_keep_now(struct app *app);
/* Forgets all that is not saved. */
void desk_discard(struct app *app);

#endif
