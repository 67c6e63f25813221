/* SPDX-License-Identifier: MIT */
#include "core/net/secrets_command.h"

#include "core/net/redact.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS_MAX = 64 };

static int64_t milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool split(struct arena *a, struct str command, char **words, struct err *e)
{
	size_t count = 0;

	while (command.len) {
		const struct str word = str_cut(command, ' ', &command);
		if (!word.len)
			continue;
		if (count == WORDS_MAX)
			return err_set(
				e, ERR_CONFIG, "A cmd: secret has more than %d words.", WORDS_MAX);
		words[count++] = arena_copy(a, word.at, word.len);
	}
	words[count] = NULL;
	if (count)
		return true;
	return err_set(e, ERR_CONFIG, "A cmd: secret names no program.");
}

/* Starts the program as its own process group, with nothing to read and OUT to write to. */
static bool start(char **words, const char *folder, int out, pid_t *pid, struct err *e)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none;
	sigset_t defaults;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
	if (folder)
		posix_spawn_file_actions_addchdir_np(&files, folder);
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	sigfillset(&defaults);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	const int failed = posix_spawnp(pid, words[0], &files, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	if (!failed)
		return true;
	return err_set(e, ERR_CONFIG, "The program %s of a cmd: secret does not start: %s.",
		words[0], strerror(failed));
}

/* Reads until the end of the output, SIZE bytes or the deadline; false when time was up. */
static bool read_until(int fd, int64_t deadline, char *out, size_t size, size_t *len)
{
	while (*len < size) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		const int64_t left = deadline - milliseconds();
		const int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return false;
		const ssize_t n = read(fd, out + *len, size - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return true;
		*len += (size_t)n;
	}
	return true;
}

/* Waits for the end of a program that closed its output; false when time was up. */
static bool reap(pid_t pid, int64_t deadline, int *status)
{
	const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	bool ended = fd < 0; /* a kernel before 5.3: wait without a limit */

	while (!ended) {
		struct pollfd wait = {.fd = fd, .events = POLLIN};
		const int64_t left = deadline - milliseconds();
		const int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			break;
		ended = true;
	}
	if (fd >= 0)
		close(fd);
	while (ended && waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return ended;
}

static bool judge(const char *program, bool in_time, bool too_long, int status, struct err *e)
{
	if (too_long)
		return err_set(e, ERR_CONFIG,
			"The program %s of a cmd: secret printed more than %d bytes.", program,
			REDACT_LONGEST);
	if (!in_time) {
		err_set(e, ERR_CONFIG, "The program %s of a cmd: secret took longer than %d s.",
			program, SECRETS_COMMAND_SECONDS);
		return err_hint(e, "It cannot ask for anything: it has no terminal here.");
	}
	if (WIFSIGNALED(status))
		return err_set(e, ERR_CONFIG,
			"The program %s of a cmd: secret was ended by signal %d.", program,
			WTERMSIG(status));
	if (WEXITSTATUS(status)) {
		err_set(e, ERR_CONFIG, "The program %s of a cmd: secret failed with status %d.",
			program, WEXITSTATUS(status));
		return err_hint(e, "Run the command by hand to see what it says.");
	}
	return true;
}

static bool run(
	char **words, const char *folder, char *out, size_t size, size_t *len, struct err *e)
{
	int ends[2];
	pid_t pid;
	int status = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(
			e, ERR_IO, "There is no pipe for a cmd: secret: %s.", strerror(errno));
	const bool started = start(words, folder, ends[1], &pid, e);
	close(ends[1]);
	if (!started) {
		close(ends[0]);
		return false;
	}
	const int64_t deadline = milliseconds() + SECRETS_COMMAND_SECONDS * INT64_C(1000);
	bool in_time = read_until(ends[0], deadline, out, size, len);
	close(ends[0]);
	in_time = in_time && reap(pid, deadline, &status);
	if (!in_time) {
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
	}
	return judge(words[0], in_time, *len == size, status, e);
}

bool secrets_command(
	struct str command, const char *folder, char *out, size_t size, size_t *len, struct err *e)
{
	struct arena a = ARENA_INIT;
	char *words[WORDS_MAX + 1];

	*len = 0;
	const bool ok = split(&a, command, words, e) && run(words, folder, out, size, len, e);
	arena_release(&a);
	return ok;
}
