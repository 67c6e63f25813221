/* SPDX-License-Identifier: MIT */
#include "core/command/help_keys.h"

#include "core/text/roff.h"

struct mode_section {
	unsigned where; /* 0: of no mode, everywhere */
	const char *title;
};

static const struct mode_section sections[] = {
	{0, "Everywhere (mode global)"},
	{IN_PANE, "In panes, where no text is typed (mode pane)"},
	{IN_FILES, "In Files (mode files)"},
	{IN_INPUTS, "In Inputs (mode inputs)"},
	{IN_FIELD, "While an input is typed (mode field)"},
	{IN_OUTPUT, "In Output (mode output)"},
	{IN_TIMELINE, "In Timeline (mode timeline)"},
	{IN_RUNS, "In Runs (mode runs)"},
	{IN_EDITOR, "Where text is typed (mode text)"},
};

enum {
	LOCAL = IN_PANE | IN_EDITOR | IN_FILES | IN_INPUTS | IN_FIELD | IN_OUTPUT | IN_TIMELINE |
		IN_RUNS
};

static bool is_in(const struct command *row, const struct mode_section *section)
{
	if (row->where & IN_HIDDEN || !(row->where & (IN_TUI | LOCAL)))
		return false;
	return section->where != 0 ? (row->where & section->where) != 0 : !(row->where & LOCAL);
}

static void add_rows(struct buf *out, const struct registry *r, const struct mode_section *section)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	bool any = false;
	while ((row = registry_next(r, &at)) != NULL) {
		if (!is_in(row, section))
			continue;
		if (!any) {
			buf_add_cstr(out, ".SS ");
			roff_add(out, section->title);
			buf_add_char(out, '\n');
		}
		any = true;
		buf_add_cstr(out, ".TP\n.B ");
		roff_add(out, row->keys != NULL && row->keys[0] != '\0' ? row->keys : "(no key)");
		buf_add_cstr(out, "\n.I ");
		roff_add(out, row->id);
		buf_add_cstr(out, "\n.br\n");
		roff_add(out, row->help);
		buf_add_char(out, '\n');
	}
}

static bool has_workbench(const struct registry *r)
{
	struct registry_place at = {0, 0};
	const struct command *row;
	while ((row = registry_next(r, &at)) != NULL)
		if (row->where & (IN_TUI | LOCAL))
			return true;
	return false;
}

void help_keys(struct buf *out, const struct registry *r)
{
	if (!has_workbench(r))
		return;
	buf_add_cstr(out,
		".SH KEYS\n"
		"The workbench's commands with the keys they have at first, by the mode in which "
		"the keys hold.\n"
		"C\\- is Ctrl, M\\- is Alt, S\\- is Shift; \"g g\" is one key after another, and a "
		"comma stands between alternatives.\n"
		"A key is looked up where the focus is, then in pane or text, then everywhere.\n"
		"?, F1 and the palette (C\\-p) show the keys that hold at the moment, and why a "
		"command cannot be given.\n"
		".PP\n"
		"The file\n.B keys.yaml\n"
		"in the folder of the user's settings (~/.config/lathe) changes them by the "
		"command's name:\n"
		".PP\n.nf\n"
		"bind:\n"
		"  run.start: [F5, C\\-t]      # these keys instead\n"
		"  view.zoom: []              # no key\n"
		"  help: {text: C\\-g}         # in one mode; the others stay\n"
		".fi\n.PP\n"
		"What is wrong in it is told with its line, on the screen and by\n"
		".BR \"lathe doctor\" ,\n"
		"and does not hold; the rest does.\n"
		"Keys that type cannot be bound in the modes text and field.\n"
		"Esc, Enter and the arrows inside a box on the screen are its own.\n");
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		add_rows(out, r, &sections[i]);
}
