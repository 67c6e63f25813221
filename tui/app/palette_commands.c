/* SPDX-License-Identifier: MIT */
#include "core/text/words.h"
#include "tui/app/app_commands.h"
#include "tui/app/app_input.h"
#include "tui/layer/pick.h"

#include <string.h>
#include <time.h>

/* The lists of all that can be done: the palette, the files, the keys, the messages. */

/* The id, and in another language than English the English title, which manuals name. */
static struct str found_by(const struct app *app, const struct command *row, struct arena *a)
{
	if (app->words == NULL)
		return str_from(row->id);
	return str_format(a, "%s %s", row->id, row->title);
}

static struct choose_row row_of(
	const struct app *app, const struct command *row, bool all_keys, struct arena *a)
{
	const struct mode *mode = app_mode(app);
	return (struct choose_row){.title = str_from(app_tr(app, row->title)),
		.note = str_from(app_tr(app, row->help)),
		.side = all_keys ? keymap_labels(mode, row->id, a) : keymap_label(mode, row->id, a),
		.find = found_by(app, row, a),
		.reason = str_from(app_command_reason(app, row)),
		.command = row->id,
		.arguments = value_none()};
}

static size_t count_commands(void)
{
	struct app_command_place at = {0, 0};
	size_t count = 0;
	while (app_command_next(&at) != NULL)
		count++;
	return count;
}

static bool is_recent(const struct app *app, const struct command *row)
{
	for (size_t i = 0; i < APP_RECENT && app->recent[i] != NULL; i++)
		if (strcmp(app->recent[i], row->id) == 0)
			return true;
	return false;
}

static size_t add_recent(const struct app *app, struct arena *a, struct choose_row *rows)
{
	size_t count = 0;
	for (size_t i = 0; i < APP_RECENT && app->recent[i] != NULL; i++) {
		const struct command *row = app_command_find(str_from(app->recent[i]));
		rows[count] = row_of(app, row, false, a);
		rows[count++].group = str_from(app_tr(app, N_("Used last")));
	}
	return count;
}

/* Those that can be given now, or those that cannot. */
static size_t add_commands(
	const struct app *app, bool now, struct arena *a, struct choose_row *rows)
{
	size_t count = 0;
	struct app_command_place at = {0, 0};
	for (const struct command *row; (row = app_command_next(&at)) != NULL;) {
		if ((row->where & IN_HIDDEN) || is_recent(app, row))
			continue;
		rows[count] = row_of(app, row, false, a);
		rows[count].group = str_from(app_tr(app, now ? N_("Commands") : N_("Not now")));
		count += now == (rows[count].reason.len == 0);
	}
	return count;
}

static const char *kind_of(enum file_kind kind)
{
	switch (kind) {
	case FILE_PROMPT: return N_("prompt");
	case FILE_FLOW: return N_("flow");
	default: return N_("file");
	}
}

static size_t add_files(const struct app *app, struct arena *a, struct choose_row *rows)
{
	size_t count = 0;
	for (size_t i = 0; i < app->files.count; i++) {
		const struct workspace_file *file = &app->files.rows[i].file;
		if (file->kind == FILE_FOLDER)
			continue;
		struct value arguments = value_dict(a);
		struct str path = str_copy(a, file->path);
		value_set(arguments, STR("path"), value_str(path));
		rows[count++] = (struct choose_row){.group = str_from(app_tr(app, N_("Files"))),
			.title = sanitize(a, path, SANITIZE_ONE_LINE),
			.note = str_from(app_tr(app, kind_of(file->kind))),
			.marked = str_is(path, editor_path(&app->editor)),
			.command = "file.show",
			.arguments = arguments};
	}
	return count;
}

APP_COMMAND(palette)
{
	struct app *app = app_of(context);
	struct pick *p = pick_new(
		N_("Commands and files"), N_("run"), N_("a command or a file, by a few letters"));
	struct arena *a = &p->choose.arena;
	size_t most = 2 * count_commands() + app->files.count + APP_RECENT;
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, most + 1);
	size_t count = add_recent(app, a, rows);
	count += add_commands(app, true, a, rows + count);
	count += add_files(app, a, rows + count);
	count += add_commands(app, false, a, rows + count);
	choose_set(&p->choose, rows, count);
	app_push(app, &pick_layer, p);
	return true;
}

APP_COMMAND(go_to_file)
{
	struct app *app = app_of(context);
	struct pick *p = pick_new(N_("Files"), N_("open"), N_("a file, by a few letters"));
	struct arena *a = &p->choose.arena;
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, app->files.count + 1);
	size_t count = add_files(app, a, rows);
	for (size_t i = 0; i < count; i++)
		rows[i].group = STR_NONE;
	choose_set(&p->choose, rows, count);
	app_push(app, &pick_layer, p);
	return true;
}

APP_COMMAND(file_show)
{
	struct app *app = app_of(context);
	struct str path = value_get_str(arguments, "path", STR_NONE);
	if (!files_reveal(&app->files, path))
		return err_set(e, ERR_IO, "There is no file '%.*s' here.", STR_ARG(path));
	app_open_file(app, &files_selected(&app->files)->file);
	app_focus(app, PANE_EDITOR);
	return true;
}

/* The keys that hold here come before those that hold everywhere; where text is typed they are the
 * caret's, which everybody knows, and come last. */
static size_t add_keys(const struct app *app, struct arena *a, struct choose_row *rows)
{
	size_t count = 0;
	bool text = app_edit((struct app *)(uintptr_t)app) != NULL;
	for (int group_no = 0; group_no <= 1; group_no++) {
		bool everywhere = (group_no == 1) != text;
		struct app_command_place at = {0, 0};
		const char *group = everywhere ? N_("Everywhere") : N_("Here");
		for (const struct command *row; (row = app_command_next(&at)) != NULL;) {
			bool fits = everywhere ? !!(row->where & IN_TUI) : app_holds_here(app, row);
			if ((row->where & IN_HIDDEN) || !fits)
				continue;
			rows[count] = row_of(app, row, true, a);
			rows[count].group = str_from(app_tr(app, group));
			count += rows[count].side.len > 0;
		}
	}
	return count;
}

APP_COMMAND(help)
{
	struct app *app = app_of(context);
	struct pick *p = pick_new(N_("Help"), N_("run"), N_("a command by its name or key"));
	struct arena *a = &p->choose.arena;
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, count_commands() + 1);
	p->choose.order = CHOOSE_GROUPS;
	p->choose.side_first = true;
	choose_set(&p->choose, rows, add_keys(app, a, rows));
	app_push(app, &pick_layer, p);
	return true;
}

static struct str time_of(int64_t ns, struct arena *a)
{
	time_t seconds = (time_t)(ns / 1000000000);
	struct tm tm;
	if (localtime_r(&seconds, &tm) == NULL)
		return STR_NONE;
	return str_format(a, "%02d:%02d:%02d", tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static const char *no_messages(const struct command_context *context)
{
	bool none = toasts_kept(&app_of(context)->toasts, 0) == NULL;
	return none ? N_("Nothing has been said yet.") : NULL;
}

APP_COMMAND(messages)
{
	struct app *app = app_of(context);
	struct pick *p = pick_new(N_("Messages"), NULL, N_("a message by its words"));
	struct arena *a = &p->choose.arena;
	struct choose_row *rows = ARENA_ARRAY(a, struct choose_row, TOASTS_KEPT);
	const struct toast *toast;
	size_t count = 0;
	for (; (toast = toasts_kept(&app->toasts, count)) != NULL; count++)
		rows[count] = (struct choose_row){
			.title = str_format(a, "%s %s", toast_mark(toast->role), toast->text),
			.side = time_of(toast->at_ns, a)};
	p->choose.side_first = true;
	choose_set(&p->choose, rows, count);
	app_push(app, &pick_layer, p);
	return true;
}

/* clang-format off */
const struct command palette_commands[] = {
	APP_ROW("palette", "Commands and files", "Finds any command or file by a few letters.",
		"C-p, :", IN_TUI, NULL, palette),
	APP_ROW("file.go-to", "Go to a file", "Finds a file of the workspace by a few letters.",
		"C-o", IN_TUI, NULL, go_to_file),
	APP_ROW("file.find", "Find a file", "Finds a file of the workspace by a few letters.", "/",
		IN_FILES, NULL, go_to_file),
	APP_ROW("file.show", "Open by path", "Opens the file that is named.", "",
		IN_TUI | IN_HIDDEN, NULL, file_show),
	APP_ROW("help", "Help", "Shows the keys that work here, to read or to run.", "?, F1",
		IN_TUI, NULL, help),
	APP_ROW("view.messages", "Messages", "Shows what was said in this session.", "",
		IN_TUI, no_messages, messages),
	{.id = NULL},
};
/* clang-format on */
