/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/app/app_workspace.h"
#include "tui/layer/tour.h"

#include <stdlib.h>
#include <string.h>

/* The first-run tour. */

static const char *mark_path(struct arena *a)
{
	return path_join(a, path_state(a), "tour-seen");
}

bool app_knows_lathe(void)
{
	struct arena a = ARENA_INIT;
	const char *wish = getenv("LATHE_TOUR");
	bool known = (wish != NULL && strcmp(wish, "off") == 0) || file_exists(mark_path(&a));
	arena_release(&a);
	return known;
}

/* The first key that gives COMMAND wherever one is. */
static struct key key_of(const struct app *app, const char *command)
{
	const struct mode *global = &app->modes[MODE_GLOBAL];
	for (size_t i = 0; i < global->count; i++)
		if (global->bindings[i].count == 1 &&
			strcmp(global->bindings[i].command, command) == 0)
			return global->bindings[i].keys[0];
	return (struct key){0, 0};
}

static struct tour_card *add(
	struct tour *t, const char *title, struct str text, const struct area *about)
{
	struct tour_card *card = &t->cards[t->count++];
	*card = (struct tour_card){.title = title, .text = text, .about = about};
	return card;
}

/* The key of COMMAND in MODE, as it is written. */
static const char *label(struct app *app, enum app_mode mode, const char *command, struct arena *a)
{
	return str_cstr(a, keymap_label(&app->modes[mode], command, a));
}

static void add_cards(struct app *app, struct tour *t)
{
	struct arena *a = &t->arena;
	const struct words *w = app->words;
	const struct area *panes = app->layout.panes;
	const char *palette = label(app, MODE_GLOBAL, "palette", a);
	struct tour_card *run;
	add(t, N_("Edit here"),
		str_format(a,
			tr(w, "This is the open prompt, an ordinary file. Type; %s saves, %s takes "
			      "back. %s goes on to the next pane."),
			label(app, MODE_TEXT, "file.save", a),
			label(app, MODE_TEXT, "edit.undo", a),
			label(app, MODE_TEXT, "focus.next", a)),
		&panes[PANE_EDITOR]);
	run = add(t, N_("Run it"),
		str_format(a,
			tr(w, "%s runs it with the inputs. local/extract is built in and answers "
			      "without any key or network. Try %s now."),
			label(app, MODE_TEXT, "run.start", a),
			label(app, MODE_TEXT, "run.start", a)),
		&panes[PANE_INPUTS]);
	run->command = "run.start";
	run->key = key_of(app, "run.start");
	add(t, N_("The answer"),
		str_from(tr(w, "It streams in here. The timeline shows each step to scale, what it "
			       "took and what it used.")),
		&panes[PANE_OUTPUT]);
	add(t, N_("Every run is kept"),
		str_format(a,
			tr(w, "%s goes to the runs of the open file; Enter shows one again, Enter "
			      "twice all that was sent and received."),
			label(app, MODE_GLOBAL, "focus.runs", a)),
		&panes[PANE_RUNS]);
	add(t, N_("Add a language model"),
		str_format(a,
			tr(w, "%s, outside of text, opens the connections; keys are taken from "
			      "variables such as OPENAI_API_KEY. %s chooses the model."),
			label(app, MODE_PANE, "connect.open", a),
			label(app, MODE_TEXT, "model.pick", a)),
		NULL);
	add(t, N_("Everything else"),
		str_format(a,
			tr(w, "%s finds every command and file, %s shows the keys that hold where "
			      "you are. The tour is there again as “Tour”."),
			palette, label(app, MODE_TEXT, "help", a)),
		NULL);
}

APP_COMMAND(show_tour)
{
	struct app *app = app_of(context);
	struct tour *t = tour_new();
	add_cards(app, t);
	app_push(app, &tour_layer, t);
	return true;
}

APP_COMMAND(tour_done)
{
	struct arena a = ARENA_INIT;
	(void)context;
	struct err unkept = ERR_INIT; /* then it is shown once more: no harm */
	if (file_make_folder(path_state(&a), 0700, &unkept))
		(void)!file_write(mark_path(&a), STR(""), 0600, &unkept);
	arena_release(&a);
	return true;
}

void app_tour_turn(struct app *app)
{
	if (!app->wants_tour || app->layer_count > 0 || app->w == 0)
		return;
	app->wants_tour = false;
	if (!engine_workspace(app->engine)->is_loose)
		app_command(app, STR("help.tour"), value_none());
}

/* clang-format off */
const struct command welcome_commands[] = {
	APP_ROW("help.tour", "Tour", "Shows the workbench in a few cards.", "", IN_TUI, NULL, show_tour),
	APP_ROW("help.tour-done", "End the tour", "Remembers that it was seen.", "",
		IN_TUI | IN_HIDDEN, NULL, tour_done),
	{.id = NULL},
};
/* clang-format on */
