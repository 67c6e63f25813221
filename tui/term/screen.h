/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_SCREEN_H
#define TUI_TERM_SCREEN_H

#include "core/base/err.h"
#include "tui/draw/surface.h"
#include "tui/theme/theme.h"

/*
 * The terminal: opened anew by its name, so that its flags are ours and not the shell's. ncurses
 * only works out what must be sent: it writes into a memory file, whose bytes we wrap in a
 * synchronized update (DEC 2026) and send from a buffer of our own, never waiting.
 *
 * Invariants: a frame is drawn only when the buffer is empty, so a slow reader skips frames and
 * never queues them. The terminal's state is given back on every way out: screen_close,
 * screen_suspend, and screen_emergency from a signal handler. While the screen is up, standard
 * error is kept aside, and shown when it is left.
 *
 * One screen at a time: ncurses has global state.
 */

struct screen;

enum screen_state {
	SCREEN_FREE, /* all is sent */
	SCREEN_BUSY, /* the rest goes when the terminal takes more */
	SCREEN_GONE /* the terminal is closed */
};

/* Why this is no terminal for a full screen is said in E: ERR_USAGE. */
bool screen_open(struct screen **out, struct err *e) WARN_UNUSED;
void screen_close(struct screen *screen);

int screen_input(const struct screen *screen); /* descriptors, for polling only */
int screen_output(const struct screen *screen);
enum colour_depth screen_depth(const struct screen *screen);
void screen_set_theme(struct screen *screen, const struct theme *theme);

/* Reads what was typed: bytes, 0 when there is nothing, -1 when the terminal is gone. */
long screen_read(struct screen *screen, char *bytes, size_t size);

/* The terminal's size now; 80x24 when it does not say. */
void screen_measure(const struct screen *screen, int *w, int *h);
/* Takes a new size; the next frame is drawn whole. */
void screen_resize(struct screen *screen, int w, int h);

/* Works out the bytes from the last frame to this one and begins to send them. Only when
 * SCREEN_FREE. */
enum screen_state screen_draw(struct screen *screen, const struct surface *surface);
enum screen_state screen_send(struct screen *screen);
enum screen_state screen_now(const struct screen *screen);
void screen_mouse(struct screen *screen, bool on);
bool screen_has_mouse(const struct screen *screen);
/* Sends TEXT to the terminal's clipboard (OSC 52), of which no terminal says whether it took it;
 * false when this one has none or TEXT is longer than SCREEN_CLIPBOARD bytes. */
enum { SCREEN_CLIPBOARD = 75000 }; /* what xterm takes; others take more */
bool screen_clipboard(struct screen *screen, struct str text);

/* Gives the terminal back and stops the program as Ctrl+Z does; returns when it is continued. */
void screen_suspend(struct screen *screen);
/* Gives the terminal back for another program to use it, until screen_resume. */
void screen_leave(struct screen *screen);
/* Takes the terminal again, after a stop that was not ours too. */
void screen_resume(struct screen *screen);

/* From a signal handler: gives the terminal back by one prepared string. */
void screen_emergency(void);

#endif
