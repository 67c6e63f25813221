/* SPDX-License-Identifier: MIT */
#include "tui/app/app_commands.h"

#include "tui/app/app_edit.h"

#include "core/text/words.h"

/* What edits text: always the one app_edit() gives, be it the prompt, a field or a search line. */

static struct edit *edit_of(const struct command_context *context)
{
	struct app *app = app_of(context);
	struct edit *edit = app_edit(app);
	if (edit != NULL)
		edit->now_ns = app_now(app);
	return edit;
}

static const char *no_edit(const struct command_context *context)
{
	return app_edit(app_of(context)) != NULL ? NULL : N_("No text is being edited here.");
}

static const char *no_selection(const struct command_context *context)
{
	const struct edit *edit = app_edit(app_of(context));
	if (edit == NULL)
		return no_edit(context);
	return edit_has_selection(edit) ? NULL
					: N_("Nothing is selected: Shift with the arrows selects.");
}

#define MOVE(name, move)                                                                           \
	APP_COMMAND(name)                                                                          \
	{                                                                                          \
		edit_move(edit_of(context), move, false);                                          \
		return true;                                                                       \
	}                                                                                          \
	APP_COMMAND(select_##name)                                                                 \
	{                                                                                          \
		edit_move(edit_of(context), move, true);                                           \
		return true;                                                                       \
	}

MOVE(left, EDIT_LEFT)
MOVE(right, EDIT_RIGHT)
MOVE(word_left, EDIT_WORD_LEFT)
MOVE(word_right, EDIT_WORD_RIGHT)
MOVE(up, EDIT_UP)
MOVE(down, EDIT_DOWN)
MOVE(page_up, EDIT_PAGE_UP)
MOVE(page_down, EDIT_PAGE_DOWN)
MOVE(paragraph_up, EDIT_PARAGRAPH_UP)
MOVE(paragraph_down, EDIT_PARAGRAPH_DOWN)
MOVE(home, EDIT_HOME)
MOVE(end, EDIT_END)
MOVE(start, EDIT_START)
MOVE(finish, EDIT_FINISH)

/* A change that was refused is said. */
#define CHANGE(name, call)                                                                         \
	APP_COMMAND(name)                                                                          \
	{                                                                                          \
		struct edit *edit = edit_of(context);                                              \
		call;                                                                              \
		app_edit_said(app_of(context), edit);                                              \
		return true;                                                                       \
	}

CHANGE(erase_left, edit_erase(edit, ERASE_LEFT))
CHANGE(erase_right, edit_erase(edit, ERASE_RIGHT))
CHANGE(erase_word_left, edit_erase(edit, ERASE_WORD_LEFT))
CHANGE(erase_word_right, edit_erase(edit, ERASE_WORD_RIGHT))
CHANGE(erase_line, edit_erase(edit, ERASE_LINE))
CHANGE(newline, edit_newline(edit))
CHANGE(outdent, edit_outdent(edit))
CHANGE(lines_up, edit_move_lines(edit, -1))
CHANGE(lines_down, edit_move_lines(edit, 1))
CHANGE(duplicate, edit_duplicate(edit))
CHANGE(paste, edit_paste(edit, buf_str(&app_of(context)->clipboard)))

APP_COMMAND(indent)
{
	struct edit *edit = edit_of(context);
	/* In a field of one line there is nothing to indent. */
	if (edit->single_line)
		return app_command(app_of(context), STR("focus.next"), arguments);
	edit_indent(edit);
	app_edit_said(app_of(context), edit);
	return true;
}

#define HISTORY(name, go, none)                                                                    \
	APP_COMMAND(name)                                                                          \
	{                                                                                          \
		if (!go(edit_of(context)))                                                         \
			app_toast(app_of(context), ROLE_DIM, none);                                \
		return true;                                                                       \
	}

HISTORY(undo, edit_undo, N_("There is nothing to undo."))
HISTORY(redo, edit_redo, N_("There is nothing to redo."))
HISTORY(branch, edit_undo_branch, N_("The history of this text has no other branch."))
HISTORY(older, edit_older, N_("This is the oldest state of the text."))
HISTORY(newer, edit_newer, N_("This is the newest state of the text."))

APP_COMMAND(select_all)
{
	edit_select_all(edit_of(context));
	return true;
}

APP_COMMAND(copy)
{
	struct arena a = ARENA_INIT;
	app_copy(app_of(context), edit_selection(edit_of(context), &a));
	arena_release(&a);
	return true;
}

APP_COMMAND(cut)
{
	struct edit *edit = edit_of(context);
	copy(context, arguments, e);
	edit_erase(edit, ERASE_LEFT);
	app_edit_said(app_of(context), edit);
	return true;
}

static const char *nothing_to_paste(const struct command_context *context)
{
	if (app_of(context)->clipboard.len == 0)
		return N_("Nothing has been copied or cut here yet.");
	return no_edit(context);
}

#define EDIT_ROW(id, title, help, keys, run)                                                       \
	APP_ROW("edit." id, title, help, keys, IN_EDITOR, no_edit, run)

/* clang-format off */
const struct command edit_commands[] = {
	EDIT_ROW("left", "Left", "Moves the caret a character to the left.", "Left", left),
	EDIT_ROW("right", "Right", "Moves the caret a character to the right.", "Right", right),
	EDIT_ROW("up", "Up", "Moves the caret a row up.", "Up", up),
	EDIT_ROW("down", "Down", "Moves the caret a row down.", "Down", down),
	EDIT_ROW("word-left", "Word left", "Moves the caret to the start of the word.", "C-Left, M-b",
		word_left),
	EDIT_ROW("word-right", "Word right", "Moves the caret to the end of the word.",
		"C-Right, M-f", word_right),
	EDIT_ROW("home", "Start of the row", "Moves the caret to the row's first word, then its start.",
		"Home", home),
	EDIT_ROW("end", "End of the row", "Moves the caret to the end of the row, then of the line.",
		"End", end),
	EDIT_ROW("page-up", "Page up", "Moves the caret a page up.", "PgUp", page_up),
	EDIT_ROW("page-down", "Page down", "Moves the caret a page down.", "PgDn", page_down),
	EDIT_ROW("paragraph-up", "Paragraph up", "Moves the caret to the blank line before.", "C-Up",
		paragraph_up),
	EDIT_ROW("paragraph-down", "Paragraph down", "Moves the caret to the next blank line.",
		"C-Down", paragraph_down),
	EDIT_ROW("start", "Start of the text", "Moves the caret to the very start.", "C-Home, M-LT",
		start),
	EDIT_ROW("finish", "End of the text", "Moves the caret to the very end.", "C-End, M->",
		finish),
	EDIT_ROW("select-left", "Select left", "Selects a character to the left.", "S-Left",
		select_left),
	EDIT_ROW("select-right", "Select right", "Selects a character to the right.", "S-Right",
		select_right),
	EDIT_ROW("select-up", "Select up", "Selects a row up.", "S-Up", select_up),
	EDIT_ROW("select-down", "Select down", "Selects a row down.", "S-Down", select_down),
	EDIT_ROW("select-word-left", "Select word left", "Selects to the start of the word.",
		"C-S-Left", select_word_left),
	EDIT_ROW("select-word-right", "Select word right", "Selects to the end of the word.",
		"C-S-Right", select_word_right),
	EDIT_ROW("select-home", "Select to the row's start", "Selects to the start of the row.",
		"S-Home", select_home),
	EDIT_ROW("select-end", "Select to the row's end", "Selects to the end of the row.", "S-End",
		select_end),
	EDIT_ROW("select-page-up", "Select a page up", "Selects a page up.", "S-PgUp", select_page_up),
	EDIT_ROW("select-page-down", "Select a page down", "Selects a page down.", "S-PgDn",
		select_page_down),
	EDIT_ROW("select-paragraph-up", "Select paragraph up", "Selects to the blank line before.",
		"C-S-Up", select_paragraph_up),
	EDIT_ROW("select-paragraph-down", "Select paragraph down", "Selects to the next blank line.",
		"C-S-Down", select_paragraph_down),
	EDIT_ROW("select-start", "Select to the start", "Selects to the very start.", "C-S-Home",
		select_start),
	EDIT_ROW("select-finish", "Select to the end", "Selects to the very end.", "C-S-End",
		select_finish),
	EDIT_ROW("select-all", "Select all", "Selects the whole text.", "C-a, M-a", select_all),
	EDIT_ROW("newline", "New line", "Begins a line with the indent of this one.", "Enter, C-j",
		newline),
	EDIT_ROW("erase-left", "Delete left", "Deletes the selection or the character before.",
		"BSpace, S-BSpace, C-h", erase_left),
	EDIT_ROW("erase-right", "Delete right", "Deletes the selection or the character behind.",
		"Del", erase_right),
	EDIT_ROW("erase-word-left", "Delete word left", "Deletes to the start of the word.",
		"C-w, M-BSpace, C-BSpace", erase_word_left),
	EDIT_ROW("erase-word-right", "Delete word right", "Deletes to the end of the word.",
		"M-d, C-Del", erase_word_right),
	EDIT_ROW("erase-line", "Delete line", "Deletes the line, or the lines of the selection.",
		"C-k", erase_line),
	EDIT_ROW("indent", "Indent", "Indents the selected lines, or fills up to the next stop.",
		"Tab, M-i", indent),
	EDIT_ROW("outdent", "Outdent", "Takes an indent from the lines.", "S-Tab, M-o", outdent),
	EDIT_ROW("lines-up", "Move lines up", "Moves the selected lines up.", "M-Up", lines_up),
	EDIT_ROW("lines-down", "Move lines down", "Moves the selected lines down.", "M-Down",
		lines_down),
	EDIT_ROW("duplicate", "Duplicate", "Duplicates the line, or the selected lines.", "C-d",
		duplicate),
	EDIT_ROW("undo", "Undo", "Takes back the last change.", "C-z", undo),
	EDIT_ROW("redo", "Redo", "Makes the change that was taken back again.", "C-y", redo),
	EDIT_ROW("undo-branch", "Other branch", "Goes to the text of another branch of the history.",
		"M-u", branch),
	EDIT_ROW("older", "Older state", "Goes to the state before in time, on whatever branch.",
		"M-p", older),
	EDIT_ROW("newer", "Newer state", "Goes to the next state in time, on whatever branch.", "M-n",
		newer),
	APP_ROW("edit.cut", "Cut", "Moves the selection to the clipboard.", "C-x", IN_EDITOR,
		no_selection, cut),
	APP_ROW("edit.copy", "Copy the selection", "Copies the selection to the clipboard.", "M-w",
		IN_EDITOR, no_selection, copy),
	APP_ROW("edit.paste-here", "Paste", "Puts in what was copied or cut here last.", "C-v",
		IN_EDITOR, nothing_to_paste, paste),
	{.id = NULL},
};
/* clang-format on */
