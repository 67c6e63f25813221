/* SPDX-License-Identifier: MIT */
#include "tui/term/screen.h"

#include "core/base/alloc.h"
#include "core/base/buf.h"
#include "tui/term/modes.h"
#include "tui/term/pairs.h"
#include "tui/term/tty.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { OUT_MAX = 16 << 20, CLOSE_MS = 200, KEPT_MAX = 16 << 10 };

struct screen {
	struct tty tty;
	struct pairs pairs;
	SCREEN *curses;
	FILE *memory; /* what ncurses writes into */
	struct buf out;
	size_t sent; /* of out */
	struct surface last; /* what the terminal shows once out is sent */
	bool whole; /* the next frame is drawn whole */
	bool gone;
	bool up; /* the terminal is ours */
	bool shown; /* a frame was sent since it is: the other screen is there */
	bool bar; /* the caret has our shape */
	bool mouse;
	int kept; /* memory file that stands for standard error meanwhile, or -1 */
	int shell_stderr;
};

/* What a crash writes. The bytes never change while `length` is not 0. */
static struct {
	char bytes[512];
	volatile sig_atomic_t length;
	int fd, kept, shell_stderr;
} emergency;

static void write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

/* Shows what was written to standard error while the screen was up. */
static void show_kept(int kept, int to)
{
	char bytes[1024];
	off_t end = lseek(kept, 0, SEEK_END);
	off_t at = end > KEPT_MAX ? end - KEPT_MAX : 0;
	ssize_t n;
	while (at < end && (n = pread(kept, bytes, sizeof bytes, at)) > 0) {
		write_all(to, bytes, (size_t)n);
		at += n;
	}
}

void screen_emergency(void)
{
	size_t length = (size_t)emergency.length;
	if (length == 0)
		return;
	emergency.length = 0;
	int saved = errno;
	tty_restore_in_handler();
	write_all(emergency.fd, emergency.bytes, length);
	if (emergency.kept >= 0)
		show_kept(emergency.kept, emergency.shell_stderr);
	errno = saved;
}

static void prepare_emergency(struct screen *s)
{
	struct buf b = BUF_INIT(sizeof emergency.bytes);
	/* Adding is all or nothing: one that does not fit is left out whole. */
	(void)modes_rescue(&b, s->tty.modes);
	memcpy(emergency.bytes, b.at != NULL ? b.at : "", b.len);
	emergency.fd = s->tty.out;
	emergency.kept = s->kept;
	emergency.shell_stderr = s->shell_stderr;
	emergency.length = (sig_atomic_t)b.len;
	buf_free(&b);
}

/* Moves what ncurses wrote to the end of out. */
static void take(struct screen *s)
{
	int fd = fileno(s->memory);
	off_t size = lseek(fd, 0, SEEK_END);
	char *space = size > 0 ? buf_space(&s->out, (size_t)size) : NULL;
	if (space != NULL) {
		ssize_t n = pread(fd, space, (size_t)size, 0);
		if (n > 0)
			s->out.len += (size_t)n;
	}
	if (size > 0 && ftruncate(fd, 0) == 0)
		lseek(fd, 0, SEEK_SET);
}

enum screen_state screen_now(const struct screen *s)
{
	if (s->gone)
		return SCREEN_GONE;
	return s->sent < s->out.len ? SCREEN_BUSY : SCREEN_FREE;
}

enum screen_state screen_send(struct screen *s)
{
	while (!s->gone && s->sent < s->out.len) {
		ssize_t n = write(s->tty.out, s->out.at + s->sent, s->out.len - s->sent);
		if (n > 0)
			s->sent += (size_t)n;
		else if (n < 0 && errno == EAGAIN)
			return SCREEN_BUSY;
		else if (n < 0 && errno != EINTR)
			s->gone = true;
	}
	buf_clear(&s->out);
	s->sent = 0;
	return screen_now(s);
}

/* Sends what is left, waiting a little; for the way out. */
static void send_rest(struct screen *s)
{
	struct pollfd fd = {.fd = s->tty.out, .events = POLLOUT};
	while (screen_send(s) == SCREEN_BUSY)
		if (poll(&fd, 1, CLOSE_MS) <= 0)
			break;
	buf_clear(&s->out);
	s->sent = 0;
}

static void keep_stderr(struct screen *s)
{
	s->kept = s->shell_stderr = -1;
	if (!isatty(STDERR_FILENO))
		return;
	s->kept = memfd_create("lathe-stderr", MFD_CLOEXEC);
	s->shell_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (s->kept >= 0 && s->shell_stderr >= 0)
		dup2(s->kept, STDERR_FILENO);
}

static void give_back_stderr(struct screen *s)
{
	if (s->shell_stderr >= 0)
		dup2(s->shell_stderr, STDERR_FILENO);
	if (s->kept >= 0) {
		if (!s->gone && s->shell_stderr >= 0)
			show_kept(s->kept, s->shell_stderr);
		close(s->kept);
	}
	if (s->shell_stderr >= 0)
		close(s->shell_stderr);
	s->kept = s->shell_stderr = -1;
}

static void enter(struct screen *s)
{
	tty_raw(&s->tty);
	keep_stderr(s);
	s->up = modes_enter(&s->out, s->tty.modes, s->mouse);
	s->shown = s->bar = false;
	prepare_emergency(s);
	screen_send(s);
}

static void leave(struct screen *s)
{
	if (!s->up)
		return;
	s->up = false;
	if (s->shown)
		(void)modes_keys(&s->out, s->tty.modes, false);
	if (s->bar)
		(void)modes_shape(&s->out, s->tty.modes, false);
	endwin();
	take(s);
	(void)modes_leave(&s->out, s->tty.modes);
	send_rest(s);
	emergency.length = 0;
	tty_restore(&s->tty);
	give_back_stderr(s);
}

static bool start_curses(struct screen *s, struct err *e)
{
	int fd = memfd_create("lathe-screen", MFD_CLOEXEC);
	s->memory = fd >= 0 ? fdopen(fd, "r+") : NULL;
	if (s->memory == NULL) {
		if (fd >= 0)
			close(fd);
		return err_set(e, ERR_IO, "A memory file cannot be made: %s.", strerror(errno));
	}
	/* The real size comes from the terminal, not from variables a shell left behind. */
	unsetenv("LINES");
	unsetenv("COLUMNS");
	s->curses = pairs_newterm(&s->pairs, s->memory);
	if (s->curses == NULL) {
		err_set(e, ERR_USAGE, "The terminal type '%s' (TERM) is not known on this machine.",
			getenv("TERM"));
		return err_hint(e, "Set TERM to what your terminal is, or use lathe --plain, which "
				   "needs no screen.");
	}
	s->tty.modes = modes_of(getenv("TERM"));
	if (!modes_can_move()) {
		err_set(e, ERR_USAGE, "The terminal type '%s' (TERM) cannot show a full screen.",
			getenv("TERM"));
		return err_hint(e, "Use lathe --plain, which needs no screen.");
	}
	noecho();
	nonl();
	typeahead(-1);
	keypad(stdscr, TRUE);
	intrflush(stdscr, FALSE);
	leaveok(stdscr, FALSE);
	return true;
}

bool screen_open(struct screen **out, struct err *e)
{
	struct screen *s = xcalloc(1, sizeof *s);
	s->out.max = OUT_MAX;
	s->kept = s->shell_stderr = -1;
	s->mouse = true;
	s->whole = true;
	if (!tty_open(&s->tty, e) || !start_curses(s, e)) {
		screen_close(s);
		return false;
	}
	enter(s);
	int w, h;
	screen_measure(s, &w, &h);
	screen_resize(s, w, h);
	*out = s;
	return true;
}

void screen_close(struct screen *s)
{
	if (s == NULL)
		return;
	leave(s);
	if (s->curses != NULL)
		delscreen(s->curses);
	if (s->memory != NULL)
		fclose(s->memory);
	tty_close(&s->tty);
	surface_free(&s->last);
	buf_free(&s->out);
	free(s);
}

int screen_input(const struct screen *s)
{
	return s->tty.in;
}

int screen_output(const struct screen *s)
{
	return s->tty.out;
}

enum colour_depth screen_depth(const struct screen *s)
{
	return s->pairs.depth;
}

void screen_set_theme(struct screen *s, const struct theme *theme)
{
	pairs_set_theme(&s->pairs, theme);
	s->whole = true;
}

long screen_read(struct screen *s, char *bytes, size_t size)
{
	ssize_t n = read(s->tty.in, bytes, size);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0)
		s->gone = true;
	return n <= 0 ? -1 : (long)n;
}

void screen_measure(const struct screen *s, int *w, int *h)
{
	tty_size(&s->tty, w, h);
}

void screen_resize(struct screen *s, int w, int h)
{
	w = w < 1 ? 1 : w > SURFACE_MAX_W ? SURFACE_MAX_W : w;
	h = h < 1 ? 1 : h > SURFACE_MAX_H ? SURFACE_MAX_H : h;
	resizeterm(h, w);
	surface_resize(&s->last, w, h);
	s->whole = true;
}

static bool row_differs(const struct surface *a, const struct surface *b, int y)
{
	for (int x = 0; x < a->w; x++)
		if (!cell_equal(surface_cell(a, x, y), surface_cell(b, x, y)))
			return true;
	return false;
}

static void put_rows(struct screen *s, const struct surface *surface)
{
	cchar_t row[SURFACE_MAX_W];
	for (int y = 0; y < surface->h; y++) {
		if (!s->whole && !row_differs(surface, &s->last, y))
			continue;
		int count = 0;
		for (int x = 0; x < surface->w; x++) {
			const struct cell *cell = surface_cell(surface, x, y);
			count += pairs_cell(&s->pairs, cell, row + count);
			*surface_cell(&s->last, x, y) = *cell;
		}
		mvadd_wchnstr(y, 0, row, count);
	}
}

enum screen_state screen_draw(struct screen *s, const struct surface *surface)
{
	if (s->gone || surface->w != s->last.w || surface->h != s->last.h)
		return screen_send(s);
	size_t before = s->out.len;
	(void)modes_update(&s->out, s->tty.modes, true);
	size_t start = s->out.len;
	put_rows(s, surface);
	if (s->whole)
		clearok(curscr, TRUE);
	s->whole = false;
	curs_set(surface->caret_shown ? 1 : 0);
	move(surface->caret_y, surface->caret_x);
	wnoutrefresh(stdscr);
	doupdate();
	take(s);
	if (surface->caret_shown && !s->bar)
		s->bar = modes_shape(&s->out, s->tty.modes, true);
	if (s->out.len == start)
		s->out.len = before;
	else
		(void)modes_update(&s->out, s->tty.modes, false);
	if (!s->shown)
		(void)(modes_keys(&s->out, s->tty.modes, true) && modes_ask(&s->out, s->tty.modes));
	s->shown = true;
	return screen_send(s);
}

bool screen_clipboard(struct screen *s, struct str text)
{
	bool good = text.len <= SCREEN_CLIPBOARD && modes_clipboard(&s->out, s->tty.modes, text);
	screen_send(s);
	return good;
}

void screen_mouse(struct screen *s, bool on)
{
	s->mouse = on;
	(void)modes_mouse(&s->out, s->tty.modes, on);
	screen_send(s);
}

bool screen_has_mouse(const struct screen *s)
{
	return s->mouse;
}

void screen_resume(struct screen *s)
{
	if (!s->up)
		enter(s);
	else
		tty_raw(&s->tty);
	s->whole = true;
}

void screen_leave(struct screen *s)
{
	leave(s);
}

void screen_suspend(struct screen *s)
{
	leave(s);
	/* The default action does what the shell expects, and nothing where no shell would continue
	 * us (an orphaned process group). */
	struct sigaction stop = {.sa_handler = SIG_DFL}, ours;
	sigaction(SIGTSTP, &stop, &ours);
	raise(SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
	screen_resume(s);
}
