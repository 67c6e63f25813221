/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_H
#define TUI_APP_APP_H

#include "core/engine/engine.h"
#include "tui/app/layout.h"
#include "tui/keys/keymap.h"
#include "tui/layer/ask.h"
#include "tui/layer/help.h"
#include "tui/pane/files.h"
#include "tui/pane/inputs.h"
#include "tui/pane/output.h"
#include "tui/pane/source.h"
#include "tui/pane/timeline.h"

/*
 * The workbench: model, update, view. app_update changes the model and starts work through
 * commands; app_view (tui/app/view.h) draws it and changes nothing. Neither knows of a terminal:
 * whoever drives the app (tui/app/session.h with one, tui/app/script.h without) gives it messages
 * and looks at what it wants.
 */

enum { APP_RECORDS = 16, APP_TOAST_NS = 5 };

enum app_message_kind {
	APP_INPUT, /* a key, a paste, the mouse */
	APP_RESIZE,
	APP_TURN /* once a turn of the loop: what events left to do */
};

struct app_message {
	enum app_message_kind kind;
	struct input input;
	int w, h;
};

struct app {
	struct engine *engine;
	struct files files;
	struct inputs inputs;
	struct source source;
	struct output_pane output;
	struct timeline timeline;
	struct record *records[APP_RECORDS]; /* newest last */
	size_t record_count;

	int w, h;
	enum pane_id focus;
	bool zoomed;
	struct layout layout;
	struct mode keys;
	struct chord chord;
	struct help help;
	struct ask ask;

	char workspace[RECORD_NAME]; /* sanitized, for the top bar */
	char model[RECORD_NAME]; /* what a run of the open file would use, and why */
	char reason[RECORD_NAME];
	char toast[512];
	enum role toast_role;
	int64_t toast_until_ns;

	unsigned hints; /* which of the footer's hints hold now: a bit each */
	bool dirty; /* the picture has changed */
	bool wants_quit, wants_suspend, wants_redraw;
	bool mouse; /* the mouse is ours, not the terminal's */
	bool settling; /* a run ended: its answer is to be fetched */
};

/* FILE: what to show first, relative to the workspace; NULL: the first prompt. */
bool app_new(struct engine *engine, const char *file, struct app **out, struct err *e) WARN_UNUSED;
void app_free(struct app *app);

void app_update(struct app *app, const struct app_message *message);

/* Gives the command ID, unless it is disabled: then the reason is shown. False when there is no
 * such command. */
bool app_command(struct app *app, struct str id, struct value arguments);

void app_toast(struct app *app, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int64_t app_now(const struct app *app);
void app_focus(struct app *app, enum pane_id pane);
/* Shows FILE in the prompt pane, with its inputs and its latest run. */
void app_open_file(struct app *app, const struct workspace_file *file);
/* The record of the open file's latest run, or NULL. */
struct record *app_record(const struct app *app);
bool app_can_run(const struct app *app); /* the open file is a prompt or a flow */
size_t app_running(const struct app *app);
/* Starts a run of the open file; an error is shown where its answer would be. */
void app_run(struct app *app);
/* Reads the folder and the open file again. */
bool app_refresh(struct app *app, struct err *e) WARN_UNUSED;

const struct pane_class *app_pane_class(enum pane_id pane);
void *app_pane(struct app *app, enum pane_id pane);
const void *app_pane_const(const struct app *app, enum pane_id pane);

#endif
