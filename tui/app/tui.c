/* SPDX-License-Identifier: MIT */
#include "tui/app/tui.h"

#include "core/text/words.h"
#include "tui/app/app_workspace.h"
#include "tui/app/keys_file.h"
#include "tui/app/script.h"
#include "tui/app/session.h"
#include "tui/app/themes.h"

static void find(struct arena *a, struct value findings, const char *check, const char *state,
	struct str text)
{
	struct value one = value_dict(a);
	value_set(one, STR("check"), value_cstr(check));
	value_set(one, STR("state"), value_cstr(state));
	value_set(one, STR("text"), value_str(text));
	value_push(findings, one);
}

static void find_error(
	struct arena *a, struct value findings, const char *check, const struct err *e)
{
	char text[sizeof(struct err)];
	find(a, findings, check, "bad", str_copy(a, str_from(err_format(e, text, sizeof text))));
}

void tui_examine(struct arena *a, struct value findings)
{
	struct mode modes[MODE_COUNT] = {{.name = NULL}};
	struct keys_faults faults = {.count = 0};
	keys_file_load(modes, &faults);
	for (size_t i = 0; i < faults.count && i < KEYS_FAULTS; i++)
		find_error(a, findings, "keys.yaml", &faults.items[i]);
	for (int i = 0; i < MODE_COUNT; i++)
		keymap_free(&modes[i]);
	struct theme theme;
	struct err e = ERR_INIT;
	if (!themes_choose(&theme, "", DEPTH_RGB, TERMINAL_ANY, &e))
		find_error(a, findings, "theme", &e);
}

int tui_run(struct engine *engine, const struct tui_options *options, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct app_options app = {
		.file = options->file, .tour = options->script == NULL && !app_knows_lathe()};
	int status;
	if (!words_open(&a, options->lang, &app.words, e))
		status = err_exit_status(e->code);
	else if (options->script != NULL)
		status = script_run(engine, &app, options->script, options->folder, e);
	else
		status = session_run(engine, &app, e);
	arena_release(&a);
	return status;
}
