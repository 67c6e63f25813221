/* SPDX-License-Identifier: MIT */
#ifndef TUI_APP_SESSION_H
#define TUI_APP_SESSION_H

#include "tui/app/app.h"

/*
 * The app on a terminal, driven by the engine's loop: input to messages, pictures to the screen. A
 * key is drawn at once, what streams at most 30 times a second, nothing when nothing changed. A
 * closed terminal, SIGHUP and SIGTERM end it within half a second, with the terminal given back.
 */

/* Until the user leaves. Returns the exit status: 0, or 130 when a signal ended it; fills E when
 * the terminal cannot be used. */
int session_run(struct engine *engine, const struct app_options *options, struct err *e);

#endif
