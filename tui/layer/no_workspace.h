/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_NO_WORKSPACE_H
#define TUI_LAYER_NO_WORKSPACE_H

#include "core/base/arena.h"
#include "tui/layer/layer.h"
#include "tui/part/edit.h"

/*
 * Where the program starts without a workspace: make one here, open a copy of the welcome
 * workspace, open another by its path, whose folders are completed. Gives workspace.make ({"path",
 * "welcome"}) and workspace.open ({"path"}).
 */

enum no_workspace_step { NO_WORKSPACE_MENU, NO_WORKSPACE_WELCOME, NO_WORKSPACE_OTHER };

enum { NO_WORKSPACE_FOLDERS = 8 };

struct no_workspace {
	struct arena arena;
	struct arena found; /* of the completions */
	struct str here; /* the folder, sanitized */
	const char *root;
	enum no_workspace_step step;
	bool only_path; /* asked for by a command: there is a workspace already */
	size_t chosen; /* of the menu */
	struct edit path;
	uint64_t revision; /* of the path that the completions are about */
	struct str folders[NO_WORKSPACE_FOLDERS]; /* that the path may go on to; raw bytes */
	size_t folder_count; /* more than there is room for are counted, too */
	struct str common; /* what all of them begin with, behind what is typed */
	struct area box;
};

extern const struct layer_class no_workspace_layer;

/* ROOT: the folder. STEP: where to begin; another one than the menu is all there is. */
struct no_workspace *no_workspace_new(const char *root, enum no_workspace_step step);

/* PATH with "~/" resolved. */
const char *no_workspace_path(struct arena *a, struct str path);

#endif
