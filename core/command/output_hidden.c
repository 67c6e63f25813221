/* SPDX-License-Identifier: MIT */
/* Keys and passphrases, typed unseen. */
#include "core/command/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 3, CTRL_D = 4, CTRL_U = 21, BACKSPACE = 8, RUBOUT = 127, LOOK_MS = 200 };

struct hidden {
	int fd;
	struct termios was;
	sigset_t signals, old;
};

static bool has_signal(const struct hidden *h)
{
	sigset_t pending;
	sigpending(&pending);
	for (int n = 1; n < NSIG; n++)
		if (sigismember(&h->signals, n) == 1 && sigismember(&pending, n) == 1)
			return true;
	return false;
}

/* The next byte, or -1 when the terminal is gone or a signal says to end. */
static int next_byte(const struct hidden *h)
{
	for (;;) {
		struct pollfd wait = {.fd = h->fd, .events = POLLIN};
		unsigned char byte;
		if (has_signal(h))
			return -1;
		int ready = poll(&wait, 1, LOOK_MS);
		if (ready == 0 || (ready < 0 && errno == EINTR))
			continue;
		return ready > 0 && read(h->fd, &byte, 1) == 1 ? byte : -1;
	}
}

/* Takes back the last character, all bytes of it. */
static size_t without_last(const char *text, size_t len)
{
	while (len > 0 && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	return len > 0 ? len - 1 : 0;
}

static bool read_line(const struct hidden *h, char *out, size_t size, size_t *len)
{
	*len = 0;
	for (;;) {
		int byte = next_byte(h);
		if (byte < 0 || byte == CTRL_C || byte == CTRL_D)
			return false;
		if (byte == '\n' || byte == '\r')
			return true;
		if (byte == RUBOUT || byte == BACKSPACE)
			*len = without_last(out, *len);
		else if (byte == CTRL_U)
			*len = 0;
		else if (*len < size)
			out[(*len)++] = (char)byte;
	}
}

static bool begin(struct hidden *h, struct err *e)
{
	h->fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (h->fd < 0 || tcgetattr(h->fd, &h->was) < 0) {
		if (h->fd >= 0)
			close(h->fd);
		return err_set(e, ERR_USAGE, "There is no terminal to ask on.");
	}
	/* Whatever ends us waits until the terminal echoes again. */
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
	sigemptyset(&h->signals);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		sigaddset(&h->signals, numbers[i]);
	sigprocmask(SIG_BLOCK, &h->signals, &h->old);
	struct termios quiet = h->was;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
	quiet.c_cc[VMIN] = 1;
	quiet.c_cc[VTIME] = 0;
	tcsetattr(h->fd, TCSAFLUSH, &quiet); /* what was typed ahead was echoed: not a secret */
	return true;
}

static void end(struct hidden *h)
{
	tcsetattr(h->fd, TCSANOW, &h->was);
	close(h->fd);
	sigprocmask(SIG_SETMASK, &h->old, NULL);
}

bool output_ask_hidden(
	struct output *o, struct str question, char *out, size_t size, size_t *len, struct err *e)
{
	struct hidden h;
	if (!begin(&h, e))
		return false;
	output_question(o, question);
	bool given = read_line(&h, out, size, len) && *len > 0;
	end(&h);
	output_question(o, STR(""));
	return given || err_set(e, ERR_CANCELLED, "Nothing was given.");
}
