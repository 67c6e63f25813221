/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_MODES_H
#define TUI_TERM_MODES_H

#include "core/base/buf.h"

/*
 * The only sequences we send besides what ncurses takes from the terminal's description, all of
 * them fixed:
 *
 *   ESC [ ? 2026 h/l   synchronized update: the terminal shows a frame at once
 *   ESC [ ? 2004 h/l   bracketed paste
 *   ESC [ ? 1000 h/l   mouse buttons and wheel
 *   ESC [ ? 1006 h/l   in SGR form
 *
 * Terminals ignore those they do not know. One that does not speak ECMA-48 gets none.
 */

/* After newterm. */
bool modes_is_ansi(void); /* its sequences begin with ESC [ */
bool modes_can_move(void); /* the cursor can be put anywhere */

bool modes_enter(struct buf *out, bool is_ansi, bool mouse);
bool modes_leave(struct buf *out, bool is_ansi);
bool modes_mouse(struct buf *out, bool is_ansi, bool on);
bool modes_update(struct buf *out, bool is_ansi, bool begin);
/* Everything that gives the terminal back, for the crash handler. */
bool modes_rescue(struct buf *out, bool is_ansi);

#endif
