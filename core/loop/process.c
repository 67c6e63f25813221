/* SPDX-License-Identifier: MIT */
#include "core/loop/process.h"

#include "core/base/alloc.h"
#include "core/base/buf.h"
#include "core/loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ERRORS_MAX = 4096, READ_SIZE = 16384, REAP_MS = 10, OUTPUT_MAX = 64 << 20 };

/* One of the three pipes; watch is NULL once it is closed. */
struct stream {
	struct process *process;
	int fd;
	struct loop_fd *watch;
};

struct process {
	struct loop *loop;
	struct process_listener listener;
	pid_t pid;
	struct stream in, out, errors, end; /* end: the pidfd, readable when it has ended */
	struct loop_timer deadline;
	struct loop_timer again; /* looks for its end where there is no pidfd, and after a kill */
	struct buf input;
	struct buf tail; /* of standard error */
	size_t output, output_max;
	bool ended;
	int status;
	struct err error;
};

static void close_stream(struct stream *s)
{
	if (s->watch == NULL)
		return;
	loop_fd_close(s->watch);
	close(s->fd);
	s->watch = NULL;
}

static void process_free(struct process *p)
{
	close_stream(&p->in);
	close_stream(&p->out);
	close_stream(&p->errors);
	close_stream(&p->end);
	loop_timer_stop(p->loop, &p->deadline);
	loop_timer_stop(p->loop, &p->again);
	loop_drop(p->loop);
	buf_free(&p->input);
	buf_free(&p->tail);
	free(p);
}

/* The end is told when the program has ended and its pipes are read to theirs. A child of its own
 * may hold them open: after a kill they are not waited for. */
static void check_end(struct process *p)
{
	if (!p->ended || (p->error.code == ERR_NONE && p->out.watch != NULL))
		return;
	struct process_result r = {.error = p->error,
		.status = WIFEXITED(p->status) ? WEXITSTATUS(p->status) : -1,
		.signal = WIFSIGNALED(p->status) ? WTERMSIG(p->status) : 0,
		.errors = buf_str(&p->tail)};
	p->listener.done(p->listener.ctx, &r);
	process_free(p);
}

static void kill_group(struct process *p)
{
	if (!p->ended)
		kill(-p->pid, SIGKILL);
}

static bool reap(struct process *p)
{
	pid_t pid;

	do
		pid = waitpid(p->pid, &p->status, WNOHANG);
	while (pid < 0 && errno == EINTR);
	p->ended = p->ended || pid != 0;
	return p->ended;
}

static void on_again(void *ctx)
{
	struct process *p = ctx;

	if (!reap(p)) {
		loop_timer_start(p->loop, &p->again, REAP_MS * INT64_C(1000000), on_again, p);
		return;
	}
	check_end(p);
}

static void fail(struct process *p, enum err_code code, const char *text)
{
	if (p->error.code != ERR_NONE)
		return;
	err_set(&p->error, code, "%s", text);
	kill_group(p);
	loop_timer_start(p->loop, &p->again, 0, on_again, p);
}

static void on_deadline(void *ctx)
{
	fail(ctx, ERR_LIMIT, "It took too long and was ended.");
}

static void on_end(void *ctx, int fd, unsigned events)
{
	struct process *p = ((struct stream *)ctx)->process;

	(void)fd;
	(void)events;
	/* What it left running behind itself ends with it; its number is still its own. */
	kill(-p->pid, SIGKILL);
	if (!reap(p))
		return;
	close_stream(&p->end);
	check_end(p);
}

static void on_input(void *ctx, int fd, unsigned events)
{
	struct process *p = ((struct stream *)ctx)->process;
	/* SIGPIPE is ignored by everybody who has a loop (core/net/http.c needs that, too). */
	const ssize_t n = write(fd, p->input.at, p->input.len);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0)
		buf_remove_start(&p->input, (size_t)n);
	/* A program that does not read all it is given is not wrong. */
	if (n < 0 || p->input.len == 0)
		close_stream(&p->in);
}

static ssize_t read_some(struct stream *s, char *bytes)
{
	ssize_t n;

	do
		n = read(s->fd, bytes, READ_SIZE);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return -1;
	if (n <= 0)
		close_stream(s);
	return n;
}

static void on_output(void *ctx, int fd, unsigned events)
{
	struct process *p = ((struct stream *)ctx)->process;
	char bytes[READ_SIZE];
	const ssize_t n = read_some(ctx, bytes);

	(void)fd;
	(void)events;
	if (n > 0 && p->error.code == ERR_NONE) {
		p->output += (size_t)n;
		if (p->output > p->output_max)
			fail(p, ERR_LIMIT, "It said more than is allowed and was ended.");
		else
			p->listener.output(p->listener.ctx, (struct str){bytes, (size_t)n});
	}
	if (n <= 0 && p->out.watch == NULL)
		check_end(p);
}

static void on_errors(void *ctx, int fd, unsigned events)
{
	struct process *p = ((struct stream *)ctx)->process;
	char bytes[READ_SIZE];
	const ssize_t n = read_some(ctx, bytes);

	(void)fd;
	(void)events;
	if (n <= 0)
		return;
	buf_add(&p->tail, bytes, (size_t)n);
	if (p->tail.len > ERRORS_MAX)
		buf_remove_start(&p->tail, p->tail.len - ERRORS_MAX);
}

static bool watch(struct process *p, struct stream *s, int fd, unsigned events, loop_fd_fn *fn)
{
	*s = (struct stream){.process = p, .fd = fd};
	s->watch = loop_fd_watch(p->loop, fd, events, fn, s);
	return s->watch != NULL;
}

/* Its ends of the pipes are 0, 1 and 2 there; its signals are as a shell would give them. */
static int spawn(const struct process_spec *spec, const int theirs[3], pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;

	posix_spawn_file_actions_init(&files);
	for (int i = 0; i < 3; i++)
		posix_spawn_file_actions_adddup2(&files, theirs[i], i);
	if (spec->folder != NULL)
		posix_spawn_file_actions_addchdir_np(&files, spec->folder);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	union {
		const char *const *given;
		char *const *wanted; /* posix_spawn does not change them */
	} argv = {.given = spec->argv};
	const int failed =
		posix_spawnp(pid, spec->argv[0], &files, &attributes, argv.wanted, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return failed;
}

/* Of the first pipe we write, of the others we read. */
static bool open_pipes(int ours[3], int theirs[3], struct err *e)
{
	for (int i = 0; i < 3; i++) {
		int ends[2];
		if (pipe2(ends, O_CLOEXEC) < 0) {
			err_set(e, ERR_IO, "There is no pipe for a program: %s.", strerror(errno));
			while (i-- > 0) {
				close(ours[i]);
				close(theirs[i]);
			}
			return false;
		}
		ours[i] = ends[i == 0 ? 1 : 0];
		theirs[i] = ends[i == 0 ? 0 : 1];
		fcntl(ours[i], F_SETFL, O_NONBLOCK);
	}
	return true;
}

static void watch_all(struct process *p, const int ours[3])
{
	const int pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);

	if (p->input.len == 0 || !watch(p, &p->in, ours[0], LOOP_WRITE, on_input))
		close(ours[0]);
	if (!watch(p, &p->out, ours[1], LOOP_READ, on_output) ||
		!watch(p, &p->errors, ours[2], LOOP_READ, on_errors))
		BUG("a pipe cannot be watched");
	if (pidfd < 0 || !watch(p, &p->end, pidfd, LOOP_READ, on_end))
		loop_timer_start(p->loop, &p->again, REAP_MS * INT64_C(1000000), on_again, p);
}

struct process *process_start(struct loop *loop, const struct process_spec *spec,
	const struct process_listener *listener, struct err *e)
{
	int ours[3], theirs[3];
	pid_t pid;

	if (!open_pipes(ours, theirs, e))
		return NULL;
	const int failed = spawn(spec, theirs, &pid);
	for (int i = 0; i < 3; i++) {
		close(theirs[i]);
		if (failed != 0)
			close(ours[i]);
	}
	if (failed != 0) {
		err_set(e, ERR_CONFIG, "The program %s does not start: %s.", spec->argv[0],
			strerror(failed));
		return NULL;
	}
	struct process *p = xcalloc(1, sizeof *p);
	p->loop = loop;
	p->listener = *listener;
	p->pid = pid;
	p->output_max = spec->output_max > 0 ? spec->output_max : OUTPUT_MAX;
	p->input.max = SIZE_MAX / 2;
	buf_add_str(&p->input, spec->input);
	loop_hold(loop);
	watch_all(p, ours);
	if (spec->timeout_ms > 0)
		loop_timer_start(
			loop, &p->deadline, spec->timeout_ms * INT64_C(1000000), on_deadline, p);
	return p;
}

void process_cancel(struct process *p)
{
	fail(p, ERR_CANCELLED, "It was stopped.");
}
