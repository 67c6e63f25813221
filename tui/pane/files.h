/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_FILES_H
#define TUI_PANE_FILES_H

#include "core/engine/workspace.h"
#include "tui/pane/pane.h"
#include "tui/part/list_view.h"

/* The workspace's files as a tree. Folders that hold prompts or flows are open at first, the others
 * closed with the number of what is in them. */

struct files_row {
	struct workspace_file file;
	struct str name; /* the last part, sanitized */
	bool open; /* a folder whose content is shown */
	bool hidden; /* inside a closed one */
	size_t inside; /* files below a folder */
};

enum { FILES_EDITED = 32 };

struct files {
	struct arena arena; /* rows and names */
	struct files_row *rows;
	size_t count;
	bool more; /* the workspace holds more than is listed */
	size_t *shown; /* rows that are not hidden */
	struct list_view list; /* over shown */
	char opened[256]; /* the file that the prompt pane shows */
	const char *edited[FILES_EDITED]; /* files with unsaved changes; borrowed from the app */
	size_t edited_count;
};

extern const struct pane_class files_class;

/* Reads the tree anew; keeps what is open and selected. */
bool files_load(struct files *f, const struct workspace *ws, struct err *e) WARN_UNUSED;
void files_free(struct files *f);

/* The selected row, or NULL. */
const struct files_row *files_selected(const struct files *f);
void files_toggle(struct files *f); /* opens or closes the selected folder */
/* Selects the file and opens the folders around it; false when it is not listed. */
bool files_reveal(struct files *f, struct str path);
/* The file to begin with: the first prompt, else the first flow, else NULL. */
const struct workspace_file *files_first(const struct files *f);

#endif
