/* SPDX-License-Identifier: MIT */
#include "tui/app/app_modes.h"

struct mode_row {
	const char *name;
	enum app_mode parent;
	unsigned where; /* rows of commands that hold in it */
};

static const struct mode_row mode_rows[MODE_COUNT] = {
	[MODE_GLOBAL] = {"global", MODE_GLOBAL, 0},
	[MODE_PANE] = {"pane", MODE_GLOBAL, IN_PANE},
	[MODE_TEXT] = {"text", MODE_GLOBAL, IN_EDITOR},
	[MODE_FILES] = {"files", MODE_PANE, IN_FILES},
	[MODE_INPUTS] = {"inputs", MODE_PANE, IN_INPUTS},
	[MODE_OUTPUT] = {"output", MODE_PANE, IN_OUTPUT},
	[MODE_TIMELINE] = {"timeline", MODE_PANE, IN_TIMELINE},
	[MODE_RUNS] = {"runs", MODE_PANE, IN_RUNS},
	[MODE_FIELD] = {"field", MODE_TEXT, IN_FIELD},
};

void app_modes_set_up(struct mode *modes)
{
	for (int i = 0; i < MODE_COUNT; i++)
		modes[i] = (struct mode){.name = mode_rows[i].name,
			.parent = i == MODE_GLOBAL ? NULL : &modes[mode_rows[i].parent],
			.text = i == MODE_TEXT || mode_rows[i].parent == MODE_TEXT};
}

const char *app_mode_name(enum app_mode mode)
{
	return mode_rows[mode].name;
}

bool app_mode_find(struct str name, enum app_mode *out)
{
	for (int i = 0; i < MODE_COUNT; i++)
		if (str_is(name, mode_rows[i].name)) {
			*out = (enum app_mode)i;
			return true;
		}
	return false;
}

bool app_mode_has(enum app_mode mode, const struct command *row)
{
	if (mode != MODE_GLOBAL)
		return (row->where & mode_rows[mode].where) != 0;
	for (int i = 0; i < MODE_COUNT; i++)
		if (row->where & mode_rows[i].where)
			return false;
	return true;
}

enum app_mode app_mode_of_pane(enum pane_id pane)
{
	switch (pane) {
	case PANE_FILES: return MODE_FILES;
	case PANE_INPUTS: return MODE_INPUTS;
	case PANE_OUTPUT: return MODE_OUTPUT;
	case PANE_TIMELINE: return MODE_TIMELINE;
	case PANE_RUNS: return MODE_RUNS;
	case PANE_EDITOR:
	case PANE_COUNT: break;
	}
	return MODE_PANE;
}
