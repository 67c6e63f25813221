/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_APP_EDIT_H
#define TUI_APP_APP_EDIT_H

#include "tui/app/app.h"
#include "tui/part/edit.h"

/* What the app does with the text that is being edited. */

/* Text typed by a key, and pasted text, into EDIT. */
void app_type(struct app *app, struct edit *edit, struct key key);
void app_paste(struct app *app, struct edit *edit, struct str text);
/* Says why the last change was refused, if it was. */
void app_edit_said(struct app *app, const struct edit *edit);

#endif
