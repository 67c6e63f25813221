/* SPDX-License-Identifier: MIT */
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/layer/pick.h"

#include <stdio.h>
#include <string.h>

struct theme_words {
	const char *name, *title;
};

/* A theme of the user's own has its file's name. */
static const struct theme_words known[] = {
	{"colour-blind", N_("Colour-blind")},
	{"colour-blind-light", N_("Colour-blind, light")},
	{"dark", N_("Dark")},
	{"high-contrast", N_("High contrast")},
	{"high-contrast-light", N_("High contrast, light")},
	{"light", N_("Light")},
	{"mono", N_("Without colours")},
};

static struct str title_of(const struct app *app, struct arena *a, const char *name)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].name, name) == 0)
			return str_from(app_tr(app, known[i].title));
	return sanitize(a, str_from(name), SANITIZE_ONE_LINE);
}

static struct choose_row row_of(
	const struct app *app, struct arena *a, const char *name, enum theme_terminal terminal)
{
	static const char *const notes[] = {[TERMINAL_ANY] = "",
		[TERMINAL_DARK] = N_("for dark terminals"),
		[TERMINAL_LIGHT] = N_("for light terminals")};
	char now[THEME_NAME];
	struct value arguments = value_dict(a);
	value_set(arguments, STR("name"), value_cstr(name));
	return (struct choose_row){.title = title_of(app, a, name),
		.note = str_from(app_tr(app, notes[terminal])),
		.find = str_from(name),
		.marked = strcmp(themes_name(app->theme, now), name) == 0,
		.command = "view.use-theme",
		.arguments = arguments};
}

APP_COMMAND(pick_theme)
{
	struct app *app = app_of(context);
	struct pick *p = pick_new(N_("Theme"), N_("use"), N_("a theme by its name"));
	struct arena *a = &p->choose.arena;
	struct theme_row *themes;
	size_t count = themes_list(a, &themes);
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, count + 1);
	rows[0] = row_of(app, a, THEME_AUTO, TERMINAL_ANY);
	rows[0].title = str_from(app_tr(app, N_("As the terminal")));
	rows[0].note = str_from(app_tr(app, N_("light or dark, as its background is")));
	for (size_t i = 0; i < count; i++)
		rows[i + 1] = row_of(app, a, themes[i].name, themes[i].terminal);
	choose_set(&p->choose, rows, count + 1);
	app_push(app, &pick_layer, p);
	return true;
}

APP_COMMAND(use_theme)
{
	struct app *app = app_of(context);
	struct str name = value_get_str(arguments, "name", STR(THEME_AUTO));
	snprintf(app->theme, sizeof app->theme, "%.*s", STR_ARG(name));
	app->wants_theme = true;
	return themes_remember(app->theme, e);
}

/* clang-format off */
const struct command theme_commands[] = {
	APP_ROW("view.theme", "Theme", "Chooses the colours, and keeps them for the next time.", "",
		IN_TUI, NULL, pick_theme),
	APP_ROW("view.use-theme", "Use a theme", "Shows everything in the named theme.", "",
		IN_TUI | IN_HIDDEN, NULL, use_theme),
	{.id = NULL},
};
/* clang-format on */
