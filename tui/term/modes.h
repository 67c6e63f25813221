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
 * They go only to terminals known to have them or to pass over them: those whose description says
 * so (the extended capabilities XM, BE) and the families of xterm, tmux, screen and such. Others
 * (vt100, vt220, ansi) might print them, and get none.
 */

/* After newterm. */
bool modes_known(const char *term); /* the terminal of this name takes the sequences above */
bool modes_can_move(void); /* the cursor can be put anywhere */

bool modes_enter(struct buf *out, bool has_modes, bool mouse);
bool modes_leave(struct buf *out, bool has_modes);
bool modes_mouse(struct buf *out, bool has_modes, bool on);
bool modes_update(struct buf *out, bool has_modes, bool begin);
/* Everything that gives the terminal back, for the crash handler. */
bool modes_rescue(struct buf *out, bool has_modes);

#endif
