/* SPDX-License-Identifier: MIT */
#ifndef TUI_PANE_SOURCE_H
#define TUI_PANE_SOURCE_H

#include "core/engine/workspace.h"
#include "tui/pane/pane.h"
#include "tui/part/highlight.h"
#include "tui/part/text_view.h"

/* The file that is open, for reading: numbered lines with highlighting. */

struct source {
	char path[256]; /* relative to the workspace, "" none */
	char name[128]; /* for the title, sanitized */
	enum file_kind kind;
	struct document text;
	enum highlight_kind highlight;
	uint8_t *states; /* the state before each line */
	struct text_view view;
	char error[512]; /* why it cannot be shown, "" fine */
};

extern const struct pane_class source_class;

void source_init(struct source *s);
void source_free(struct source *s);
/* Shows the file PATH of the workspace at ROOT; an error is shown in its place. Keeps the place
 * when it is the same file. */
void source_open(struct source *s, const char *root, const struct workspace_file *file);

#endif
