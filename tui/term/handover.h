/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_HANDOVER_H
#define TUI_TERM_HANDOVER_H

#include "core/base/err.h"
#include "core/base/str.h"

#include <sys/types.h>

/*
 * Other programs of the user's: an editor that gets the terminal, a tool that takes the clipboard's
 * text. No shell is asked: a command is words between spaces, as in EDITOR="vim -n". They run in
 * our process group, so that the terminal's keys reach them; their end is the caller's to wait for.
 */

/* Starts $VISUAL, $EDITOR or vi on PATH, on our standard input, output and error. */
bool handover_editor(const char *path, pid_t *pid, struct err *e) WARN_UNUSED;

/* The tool that sets the clipboard of the desktop we run on, or NULL: there is none, or the desktop
 * is another machine's (ssh). */
const char *handover_clipboard_tool(void);
/* Starts it with TEXT to read. */
bool handover_clipboard(const char *tool, struct str text, pid_t *pid, struct err *e) WARN_UNUSED;

#endif
