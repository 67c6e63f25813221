/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_FOOTER_H
#define TUI_APP_FOOTER_H

#include "tui/app/app.h"

/* The last row: the keys most useful here and now, and what there is to say. A hint is shown only
 * while its command is enabled. */

void footer_arrange(struct app *app); /* finds out which hints hold */
void footer_draw(const struct app *app, struct pen pen);

#endif
