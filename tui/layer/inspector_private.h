/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_INSPECTOR_PRIVATE_H
#define TUI_LAYER_INSPECTOR_PRIVATE_H

/* The inspector's inside, for its own files. */

#include "core/engine/history.h"
#include "tui/layer/inspector.h"
#include "tui/part/find.h"
#include "tui/part/list_view.h"
#include "tui/part/text_view.h"

enum inspector_tab { TAB_MESSAGES, TAB_PARAMETERS, TAB_DATA, TAB_RAW, TAB_ERRORS, TAB_COUNT };

struct inspector {
	struct engine *engine;
	const struct words *words;
	uint64_t run;
	struct arena arena; /* the run */
	struct history past;
	enum trace_status status;
	int64_t end_ns; /* of the run, or the last thing known of it; 0 while it runs */
	bool open_end; /* nobody knows when it ended */
	bool has_errors; /* also warnings: then there is a tab for them */

	struct list_view steps;
	enum inspector_tab tab;
	struct arena shown; /* the contents of the shown tab */
	struct document text; /* the shown tab, sanitized ... */
	struct buf plain; /* ... and as it is stored */
	struct text_view view;
	struct find find;

	struct area steps_area, text_area; /* with frames */
	struct str copied; /* for the result of "y" */
	char note[64]; /* what the last key did */
};

/* The chosen step's span, or NULL. */
const struct span_row *inspector_span(const struct inspector *i);
enum trace_status inspector_span_status(const struct inspector *i, const struct span_row *span);

/* Makes the text of the tab and step that are chosen. */
void inspector_fill(struct inspector *i);
/* Colours of a line of it; CTX is the inspector. */
void inspector_style(const void *ctx, size_t line, struct str text, uint8_t *roles);

const char *inspector_tab_title(enum inspector_tab tab); /* marked N_ */
size_t inspector_tabs(const struct inspector *i); /* how many there are */

void inspector_draw(const void *layer, const struct layer_view *view);
/* The tab whose title is at column X of the screen; TAB_COUNT none. */
enum inspector_tab inspector_tab_at(const struct inspector *i, int x);

#endif
