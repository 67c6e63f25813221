/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_H
#define TUI_APP_APP_H

#include "core/engine/engine.h"
#include "tui/app/desk.h"
#include "tui/app/layout.h"
#include "tui/app/themes.h"
#include "tui/keys/keymap.h"
#include "tui/layer/ask.h"
#include "tui/layer/layer.h"
#include "tui/pane/editor.h"
#include "tui/pane/files.h"
#include "tui/pane/inputs.h"
#include "tui/pane/output.h"
#include "tui/pane/runs.h"
#include "tui/pane/timeline.h"
#include "tui/part/edit_search.h"
#include "tui/part/toasts.h"

/*
 * The workbench: model, update, view. app_update changes the model and starts work through
 * commands; app_view (tui/app/view.h) draws it and changes nothing. Neither knows of a terminal:
 * whoever drives the app (tui/app/session.h with one, tui/app/script.h without) gives it messages
 * and looks at what it wants.
 */

enum {
	APP_MODEL = 512,
	APP_RECORDS = 16,
	APP_LAYERS = 8,
	APP_RECENT = 5,
	APP_CLIPBOARD_MAX = 64 << 20
};

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

/* Where a key is looked up first. */
enum app_mode {
	MODE_GLOBAL,
	MODE_PANE,
	MODE_TEXT,
	MODE_FILES,
	MODE_INPUTS,
	MODE_OUTPUT,
	MODE_TIMELINE,
	MODE_RUNS,
	MODE_FIELD,
	MODE_COUNT
};

struct app_layer {
	const struct layer_class *class;
	void *state;
};

struct app {
	struct engine *engine;
	const struct words *words; /* the interface's language, NULL English; borrowed */
	struct files files;
	struct inputs inputs;
	uint64_t inputs_revision; /* of the prompt that the inputs were read from, */
	char gauged[APP_MODEL]; /* the model whose tokens are counted, */
	uint64_t gauge_revision; /* as the engine knew it then */
	uint64_t typed_revision; /* the one seen last, */
	int64_t typed_ns; /* and when */
	struct editor editor;
	struct edit_search search; /* in the open file */
	struct buf replacement; /* what was put in the place of matches last */
	struct desk desk; /* what is not saved */
	struct output_pane output;
	struct timeline timeline;
	struct runs runs;
	struct record *records[APP_RECORDS]; /* newest last */
	size_t record_count;
	struct record *past; /* a run of before that is shown in place of the latest; NULL none */
	int runs_due; /* in how many turns the list of runs is read; 0: not due */
	unsigned inspect_due; /* the inspected run: 1 went on, 2 ended */
	bool looked_back; /* the list was read once: the store is open */

	int w, h;
	enum pane_id focus;
	bool zoomed;
	struct layout layout;
	struct mode modes[MODE_COUNT];
	struct chord chord;
	int64_t chord_ns; /* when its last key came */
	struct app_layer layers[APP_LAYERS]; /* the last is the topmost */
	size_t layer_count;
	const char *recent[APP_RECENT]; /* ids given from lists, the last first */
	enum pane_id dragged; /* where the button went down; PANE_COUNT none */
	struct buf clipboard; /* what was copied or cut last */
	bool wants_copy; /* the clipboard is to be given to the terminal */

	struct connection_test *test; /* of a connection, under way; NULL none */
	char tested[APP_MODEL]; /* that connection's name */
	struct arena known_arena;
	struct str *known; /* models that tests have listed, "CONNECTION/MODEL" */
	size_t known_count, known_cap;
	char asked[APP_MODEL]; /* the model chosen for this session's runs; "" as the files say */
	char workspace[RECORD_NAME]; /* sanitized, for the top bar */
	char model[RECORD_NAME]; /* what a run of the open file would use, and why */
	char reason[RECORD_NAME];
	char status[128]; /* what lasts: "✓ saved v7 19:02"; sanitized */
	struct toasts toasts;

	unsigned hints; /* which of the footer's hints hold now: a bit each */
	struct loop_timer follow; /* of runs over rows that are shown */
	bool dirty; /* the picture has changed */
	bool wants_quit, wants_suspend, wants_redraw;
	char theme[THEME_NAME]; /* picked in this session; "" none */
	bool wants_theme; /* another theme is to be shown */
	bool wants_tour; /* once the screen stands */
	char wants_workspace[4096]; /* to move there; "" no */
	bool wants_editor; /* the open file is to go to the user's own editor */
	bool mouse; /* the mouse is ours, not the terminal's */
	bool settling; /* a run ended: its answer is to be fetched */
};

struct app_options {
	const char *file; /* shown first, relative to the workspace; NULL: the first prompt */
	const struct words *words; /* the interface's language, NULL English; outlives the app */
	bool tour; /* shows the tour first */
};

bool app_new(struct engine *engine, const struct app_options *options, struct app **out,
	struct err *e) WARN_UNUSED;
void app_free(struct app *app);

void app_update(struct app *app, const struct app_message *message);

/* Gives the command ID, unless it is disabled: then the reason is shown. False when there is no
 * such command. */
bool app_command(struct app *app, struct str id, struct value arguments);

/* When the picture next changes without input or events; 0: not by itself. */
int64_t app_wakes_ns(const struct app *app);

/* FMT is English; it is translated here. */
void app_toast(struct app *app, enum role role, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int64_t app_now(const struct app *app);

/* Opens a layer over what is there; takes STATE. With too many open it is freed at once. */
void app_push(struct app *app, const struct layer_class *class, void *state);
/* The topmost layer's state when it is of CLASS, else NULL. */
void *app_top(const struct app *app, const struct layer_class *class);
/* Closes the topmost layer. */
void app_pop(struct app *app);
/* "QUESTION y yes Esc cancel": y gives COMMAND with ARGUMENTS. */
void app_ask(struct app *app, const char *question, const char *command, struct value arguments);

/* What typed text goes into: the topmost layer's, else the focused pane's; NULL nothing. */
struct edit *app_edit(struct app *app);
/* The keys that hold now. */
const struct mode *app_mode(const struct app *app);
/* The interface's words for ENGLISH. */
const char *app_tr(const struct app *app, const char *english) __attribute__((format_arg(2)));
/* Copies TEXT to the clipboard, ours and the terminal's. */
void app_copy(struct app *app, struct str text);
void app_focus(struct app *app, enum pane_id pane);
/* What the connection's server says it has, for the picker. */
void app_learn_models(
	struct app *app, struct str connection, const struct str *models, size_t count);
/* Finds out anew what a run of the open file would use. */
void app_choose_model(struct app *app);
/* The file PATH has another content on the disk: when it is lathe.yaml, its settings hold from now
 * on, or what is wrong with them is said and the old ones stay. */
void app_file_changed(struct app *app, const char *path);
/* The open file's text is another one now, and not by typing: inputs and model are found again. */
void app_text_changed(struct app *app);
/* Shows FILE in the prompt pane, with its inputs and its latest run. */
void app_open_file(struct app *app, const struct workspace_file *file);
/* The record of the open file's latest run, or NULL. */
struct record *app_record(const struct app *app);
bool app_can_run(const struct app *app); /* the open file is a prompt or a flow */
size_t app_running(const struct app *app);
/* What a run of the open file is asked for with, as the screen stands: in A and the app. */
struct run_spec app_spec(struct app *app, struct arena *a);
/* Shows what a run of the open file would send. */
bool app_preview(struct app *app, struct err *e) WARN_UNUSED;
/* What SPEC asks for that nobody approved yet is asked about first (tui/app/approve.c); true when
 * there is nothing to ask. */
bool app_approved(struct app *app, const struct run_spec *spec);
/* Starts a run of the open file; an error is shown where its answer would be. */
void app_run(struct app *app);
/* Reads the folder and the open file again. */
bool app_refresh(struct app *app, struct err *e) WARN_UNUSED;

const struct pane_class *app_pane_class(enum pane_id pane);
void *app_pane(struct app *app, enum pane_id pane);
const void *app_pane_const(const struct app *app, enum pane_id pane);

#endif
