/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_KEYS_BOX_H
#define TUI_APP_KEYS_BOX_H

#include "tui/app/app.h"

/* What can follow the first keys of a sequence ("g ..."): a box that comes up when the next key is
 * long in coming. Those who know the sequence never see it. */

/* When it comes up; 0: it does not, or has. */
int64_t keys_box_wakes_ns(const struct app *app);
void keys_box_draw(const struct app *app, struct pen pen);

#endif
