/* SPDX-License-Identifier: MIT */
#include "tui/app/outside.h"

#include "core/base/file.h"
#include "core/text/words.h"
#include "tui/part/edit.h"
#include "tui/part/units.h"
#include "tui/term/handover.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COPY_MAX = 64 << 20 };

static void say_copied(struct outside *o, bool given)
{
	char size[UNIT_TEXT];
	unit_bytes((int64_t)o->app->clipboard.len, size);
	const char *tmux = getenv("TMUX");
	if (given && o->sent)
		app_toast(o->app, ROLE_GOOD,
			N_("%s copied with %s and sent to the terminal's clipboard (OSC 52)."),
			size, o->tool_name);
	else if (given)
		app_toast(o->app, ROLE_GOOD, N_("%s copied with %s."), size, o->tool_name);
	else if (tmux != NULL && tmux[0] != '\0')
		app_toast(o->app, ROLE_GOOD,
			N_("%s sent to tmux (OSC 52), which passes it on where set-clipboard is on."),
			size);
	else
		app_toast(o->app, ROLE_GOOD, N_("%s sent to the terminal's clipboard (OSC 52)."),
			size);
}

static void offer_file(struct outside *o)
{
	const char *why = o->app->clipboard.len > SCREEN_CLIPBOARD
				  ? N_("The text is too long for the terminal's clipboard. Write "
				       "it to a file?")
				  : N_("This terminal has no clipboard. Write the text to a file?");
	app_ask(o->app, app_tr(o->app, why), "copy.to-file", value_none());
}

void outside_copy(struct outside *o)
{
	struct err e = ERR_INIT;
	struct str text = buf_str(&o->app->clipboard);
	o->app->wants_copy = false;
	o->sent = screen_clipboard(o->screen, text);
	o->tool_name = o->tool == 0 ? handover_clipboard_tool() : NULL;
	if (o->tool_name != NULL && handover_clipboard(o->tool_name, text, &o->tool, &e))
		return; /* it is said when the tool has ended */
	if (o->sent)
		say_copied(o, false);
	else
		offer_file(o);
}

static void tool_ended(struct outside *o, int status)
{
	o->tool = 0;
	if (o->app == NULL)
		return; /* between two workspaces */
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (good || o->sent)
		say_copied(o, good);
	else
		offer_file(o);
}

static void forget_copy(struct outside *o)
{
	struct arena a = ARENA_INIT;
	if (o->copy[0] != '\0') {
		unlink(o->copy);
		rmdir(path_folder(&a, o->copy));
	}
	o->copy[0] = '\0';
	arena_release(&a);
}

/* The unsaved text in a folder of its own, for the owner alone, under the file's own name: by it an
 * editor knows the language. */
static bool write_copy(struct outside *o, struct err *e)
{
	struct arena a = ARENA_INIT;
	const char *top = getenv("TMPDIR");
	char folder[OUTSIDE_PATH / 2];
	snprintf(folder, sizeof folder, "%s/lathe-XXXXXX",
		top != NULL && top[0] != '\0' ? top : "/tmp");
	bool good = mkdtemp(folder) != NULL;
	if (!good)
		err_set(e, ERR_IO, "There is no place for a copy: %s: %s.", folder,
			strerror(errno));
	snprintf(o->copy, sizeof o->copy, "%s/%s", folder, path_name(editor_path(&o->app->editor)));
	good = good && file_write(o->copy, editor_text(&o->app->editor, &a), 0600, e);
	arena_release(&a);
	return good;
}

static bool take_copy(struct outside *o, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct str text;
	struct edit *edit = editor_edit(&o->app->editor);
	bool good = file_read(&a, o->copy, COPY_MAX, &text, e);
	if (good && edit != NULL && !str_eq(text, editor_text(&o->app->editor, &a))) {
		edit_select_all(edit);
		edit_paste(edit, text);
	}
	arena_release(&a);
	return good;
}

static void editor_ended(struct outside *o, int status)
{
	struct err e = ERR_INIT;
	char text[sizeof e];
	o->editor = 0;
	o->returned = true;
	screen_resume(o->screen);
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		app_toast(o->app, ROLE_WARN, N_("The editor ended with status %d."),
			WEXITSTATUS(status));
	bool good = o->copy[0] != '\0' ? take_copy(o, &e) : app_refresh(o->app, &e);
	forget_copy(o);
	if (!good)
		app_toast(o->app, ROLE_BAD, "%s", err_format(&e, text, sizeof text));
}

/* An editor that is stopped stops us too: the shell gets the terminal, and gives it to both. */
static void stop_with_editor(struct outside *o)
{
	raise(SIGSTOP);
	kill(o->editor, SIGCONT);
}

static void on_child(void *ctx, int number)
{
	struct outside *o = ctx;
	int status;
	(void)number;
	if (o->tool != 0 && waitpid(o->tool, &status, WNOHANG) == o->tool)
		tool_ended(o, status);
	if (o->editor != 0 && waitpid(o->editor, &status, WNOHANG | WUNTRACED) == o->editor) {
		if (WIFSTOPPED(status))
			stop_with_editor(o);
		else
			editor_ended(o, status);
	}
	loop_again(o->loop);
}

void outside_init(struct outside *o, struct app *app, struct screen *screen, struct loop *loop)
{
	*o = (struct outside){.app = app, .screen = screen, .loop = loop};
	o->children = loop_signal_watch(loop, SIGCHLD, on_child, o);
}

void outside_close(struct outside *o)
{
	if (o->children != NULL)
		loop_signal_close(o->children);
	o->children = NULL;
	forget_copy(o);
}

void outside_edit(struct outside *o)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	char text[sizeof e];
	const struct editor *editor = &o->app->editor;
	const char *root = engine_workspace(o->app->engine)->root;
	bool edited = editor_is_edited(editor);
	o->app->wants_editor = false;
	bool good = !edited || write_copy(o, &e);
	const char *path = edited ? o->copy : path_join(&a, root, editor_path(editor));
	screen_leave(o->screen);
	if (!good || !handover_editor(path, &o->editor, &e)) {
		o->editor = 0;
		o->returned = true;
		screen_resume(o->screen);
		forget_copy(o);
		app_toast(o->app, ROLE_BAD, "%s", err_format(&e, text, sizeof text));
	}
	arena_release(&a);
}

bool outside_is_away(const struct outside *o)
{
	return o->editor != 0;
}
