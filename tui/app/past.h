/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_PAST_H
#define TUI_APP_PAST_H

#include "tui/app/app.h"

/* Looking back: the list of the open file's runs, read from the store behind the picture, and the
 * run of it that Output and Timeline show in place of the latest one. */

/* The open file may have changed. */
void past_open_file(struct app *app);
/* Once a turn: reads what is due. */
void past_turn(struct app *app);
void past_hear(struct app *app, const struct trace_event *event);
/* The user is back at this terminal, maybe from a run at another one. */
void past_return(struct app *app);
/* Tells the panes which run they are about. */
void past_arrange(struct app *app);

/* The run that Output and Timeline show; NULL none. */
const struct record *past_shown(const struct app *app);
/* They show the run with this ID from now on. */
bool past_show(struct app *app, uint64_t id, struct err *e) WARN_UNUSED;
/* They show the latest run again. */
void past_close(struct app *app);
/* Opens the inspector over the run with this ID. */
bool past_inspect(struct app *app, uint64_t id, struct err *e) WARN_UNUSED;
/* What Enter does in Runs: shows the selected run, or inspects it when it is shown already. */
bool past_enter(struct app *app, struct err *e) WARN_UNUSED;

#endif
