/* SPDX-License-Identifier: MIT */
#include "tui/term/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* For the crash handler. */
static struct {
	volatile sig_atomic_t valid;
	int fd;
	struct termios shell;
} last;

static bool find_name(char *name, size_t size)
{
	for (int fd = 0; fd < 3; fd++)
		if (isatty(fd) && ttyname_r(fd, name, size) == 0)
			return true;
	return snprintf(name, size, "/dev/tty") > 0;
}

bool tty_open(struct tty *tty, struct err *e)
{
	char name[256];
	*tty = (struct tty){.in = -1, .out = -1};
	find_name(name, sizeof name);
	tty->in = open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	tty->out = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (tty->in < 0 || tty->out < 0 || !isatty(tty->in)) {
		err_set(e, ERR_USAGE,
			"The workbench needs a terminal, and %s cannot be opened: %s.", name,
			strerror(errno));
		return err_hint(e, "Use lathe --plain, which needs none.");
	}
	tty->saved = tcgetattr(tty->in, &tty->shell) == 0;
	return true;
}

void tty_close(struct tty *tty)
{
	last.valid = 0;
	if (tty->in >= 0)
		close(tty->in);
	if (tty->out >= 0)
		close(tty->out);
	tty->in = tty->out = -1;
}

void tty_raw(struct tty *tty)
{
	if (!tty->saved)
		return;
	last.valid = 0;
	last.fd = tty->in;
	last.shell = tty->shell;
	last.valid = 1;
	struct termios raw = tty->shell;
	raw.c_iflag &=
		~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	raw.c_cflag |= CS8;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(tty->in, TCSANOW, &raw);
}

void tty_restore(struct tty *tty)
{
	last.valid = 0;
	if (!tty->saved)
		return;
	/* What was typed ahead, or reported by the mouse, is not meant for the shell. */
	tcflush(tty->in, TCIFLUSH);
	tcsetattr(tty->in, TCSANOW, &tty->shell);
}

void tty_restore_in_handler(void)
{
	if (last.valid)
		tcsetattr(last.fd, TCSANOW, &last.shell);
	last.valid = 0;
}

void tty_size(const struct tty *tty, int *w, int *h)
{
	struct winsize size;
	*w = 80;
	*h = 24;
	if (ioctl(tty->out, TIOCGWINSZ, &size) == 0 && (size.ws_col > 0 || size.ws_row > 0)) {
		*w = size.ws_col;
		*h = size.ws_row;
	}
}
