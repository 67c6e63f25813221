/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_MODES_H
#define TUI_TERM_MODES_H

#include "core/base/buf.h"

/*
 * The only sequences we send besides what ncurses takes from the terminal's description, all of
 * them fixed but for the clipboard's text, which is base64:
 *
 *   ESC [ ? 2026 h/l   synchronized update: the terminal shows a frame at once
 *   ESC [ ? 2004 h/l   bracketed paste
 *   ESC [ ? 1002 h/l   mouse buttons, wheel, and movement while a button is down
 *   ESC [ ? 1006 h/l   in SGR form
 *   ESC [ ? 1004 h/l   tells when the window gets and loses the focus
 *   ESC [ ? 2031 h/l   tells when the colours turn light or dark
 *   ESC ] 11 ; ? ESC \ asks for the background's colour
 *   ESC ] 52 ; c ; BASE64 ESC \   sets the clipboard
 *   ESC [ > 1 u, ESC [ < u        kitty's keys: every key tells itself apart, from and to
 *   ESC [ 6 SP q, ESC [ 0 SP q    the caret as a bar, and as it was
 *
 * They go only to terminals known to have them or to pass over them; others (vt100, vt220, ansi)
 * might print them, and get none.
 */

enum modes {
	MODES_PRIVATE = 1, /* ESC [ ? ...: by the description (XM, BE) or by family */
	MODES_STRINGS = 2, /* ESC ]: those but the Linux console, which has neither answer */
	MODES_KEYS = 4, /* kitty's keys: terminals that speak them; LATHE_KITTY=off, =on */
	MODES_SHAPE = 8 /* the caret's shape: by the description (Ss) */
};

/* After newterm, of the terminal of this name. */
unsigned modes_of(const char *term);
bool modes_can_move(void); /* the cursor can be put anywhere */

/* Each adds what a terminal with MODES takes, which may be nothing; false when OUT is full. */
bool modes_enter(struct buf *out, unsigned modes, bool mouse);
bool modes_leave(struct buf *out, unsigned modes);
bool modes_mouse(struct buf *out, unsigned modes, bool on);
bool modes_update(struct buf *out, unsigned modes, bool begin);
/* Kitty keeps its keys apiece for the two screens of a terminal: while the other one is shown. */
bool modes_keys(struct buf *out, unsigned modes, bool on);
bool modes_shape(struct buf *out, unsigned modes, bool bar);
bool modes_ask(struct buf *out, unsigned modes);

/* TEXT into the clipboard; false when this terminal has none. */
bool modes_clipboard(struct buf *out, unsigned modes, struct str text);

/* Everything that gives the terminal back, for the crash handler. */
bool modes_rescue(struct buf *out, unsigned modes);

#endif
