/* SPDX-License-Identifier: MIT */
#include "tui/term/handover.h"

#include "core/base/arena.h"
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORDS_MAX = 32 };

static bool is_set(const char *name)
{
	const char *value = getenv(name);
	return value != NULL && value[0] != '\0';
}

/* INPUT is what it reads and its output goes nowhere; -1: it has our terminal. */
static bool start(char *const *words, int input, pid_t *pid, struct err *e)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	posix_spawn_file_actions_init(&files);
	if (input >= 0) {
		posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
		posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
		posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	}
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int failed = posix_spawnp(pid, words[0], &files, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	if (failed == 0)
		return true;
	return err_set(
		e, ERR_IO, "The program '%s' does not start: %s.", words[0], strerror(failed));
}

bool handover_editor(const char *path, pid_t *pid, struct err *e)
{
	struct arena a = ARENA_INIT;
	const char *command = is_set("VISUAL") ? getenv("VISUAL") : getenv("EDITOR");
	struct str rest = str_trim(str_from(command));
	char *words[WORDS_MAX + 2];
	size_t count = 0;
	if (rest.len == 0)
		rest = STR("vi");
	while (rest.len > 0 && count < WORDS_MAX) {
		struct str word = str_cut(rest, ' ', &rest);
		if (word.len > 0)
			words[count++] = arena_copy(&a, word.at, word.len);
	}
	words[count++] = arena_copy(&a, path, strlen(path));
	words[count] = NULL;
	bool good = start(words, -1, pid, e);
	if (!good)
		err_hint(e, "Set EDITOR to an editor that is installed here.");
	arena_release(&a);
	return good;
}

static bool is_installed(const char *program)
{
	struct arena a = ARENA_INIT;
	struct str rest = str_from(getenv("PATH"));
	bool found = false;
	while (rest.len > 0 && !found) {
		struct str folder = str_cut(rest, ':', &rest);
		found = folder.len > 0 &&
			access(path_join(&a, str_cstr(&a, folder), program), X_OK) == 0;
	}
	arena_release(&a);
	return found;
}

const char *handover_clipboard_tool(void)
{
	if (is_set("SSH_CONNECTION") || is_set("SSH_CLIENT") || is_set("SSH_TTY"))
		return NULL;
	if (is_set("WAYLAND_DISPLAY") && is_installed("wl-copy"))
		return "wl-copy";
	if (is_set("DISPLAY") && is_installed("xclip"))
		return "xclip";
	return is_installed("pbcopy") ? "pbcopy" : NULL;
}

static bool write_all(int fd, struct str text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.at, text.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text = str_slice(text, (size_t)n, text.len);
	}
	return lseek(fd, 0, SEEK_SET) == 0;
}

bool handover_clipboard(const char *tool, struct str text, pid_t *pid, struct err *e)
{
	char name[16], selection[] = "-selection", clipboard[] = "clipboard";
	bool is_xclip = strcmp(tool, "xclip") == 0;
	char *words[] = {name, is_xclip ? selection : NULL, clipboard, NULL};
	int fd = memfd_create("lathe-clipboard", MFD_CLOEXEC);
	snprintf(name, sizeof name, "%s", tool);
	bool good = fd >= 0 && write_all(fd, text);
	if (!good)
		err_set(e, ERR_IO, "The text for %s cannot be kept: %s.", tool, strerror(errno));
	good = good && start(words, fd, pid, e);
	if (fd >= 0)
		close(fd);
	return good;
}
