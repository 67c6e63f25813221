/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_TTY_H
#define TUI_TERM_TTY_H

#include "core/base/err.h"

#include <termios.h>

/* The terminal device and its line settings. Both descriptors are opens of our own, so that their
 * O_NONBLOCK is not shared with the shell. */

struct tty {
	int in, out;
	unsigned modes; /* which of the sequences of modes.h it takes */
	bool saved; /* shell holds what to restore */
	struct termios shell;
};

bool tty_open(struct tty *tty, struct err *e) WARN_UNUSED;
void tty_close(struct tty *tty);
void tty_raw(struct tty *tty); /* every key is a byte: no signals, no echo, no flow control */
void tty_restore(struct tty *tty);
/* The same, from a signal handler, for the terminal that tty_raw was last called for. */
void tty_restore_in_handler(void);
void tty_size(const struct tty *tty, int *w, int *h);

#endif
