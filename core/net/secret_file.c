/* SPDX-License-Identifier: MIT */
#include "core/net/secret_file.h"

#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool guarded_make(struct guarded *g, size_t size, struct err *e)
{
	*g = (struct guarded){.at = NULL};
	if (sodium_init() < 0)
		return err_set(e, ERR_BUG, "The library libsodium does not start.");
	g->at = sodium_malloc(size > 0 ? size : 1);
	return g->at || err_set(e, ERR_IO, "There is no guarded memory left for a secret.");
}

void guarded_free(struct guarded *g)
{
	sodium_free(g->at);
	*g = (struct guarded){.at = NULL};
}

struct str guarded_str(const struct guarded *g)
{
	return (struct str){g->at, g->len};
}

/* Only a regular file of the user's own that nobody else can read or write. *SIZE is what it takes
 * to read it. */
static bool check_file(
	int fd, const char *kind, const char *path, size_t max, size_t *size, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(
			e, ERR_IO, "The %s %s cannot be read: %s.", kind, path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, "The %s %s is not a regular file.", kind, path);
	if (st.st_uid != geteuid())
		return err_set(e, ERR_CONFIG, "The %s %s belongs to another user.", kind, path);
	if (st.st_mode & 077) {
		err_set(e, ERR_CONFIG, "The %s %s can be read or written by others.", kind, path);
		return err_hint(e, "Make it your own: chmod 600 %s", path);
	}
	if (st.st_size > (off_t)max)
		return err_set(
			e, ERR_CONFIG, "The %s %s is longer than %zu bytes.", kind, path, max);
	*size = (size_t)st.st_size;
	return true;
}

/* Up to SIZE bytes; false with errno set. */
static bool read_all(int fd, size_t size, struct guarded *out)
{
	while (out->len < size) {
		const ssize_t n = read(fd, out->at + out->len, size - out->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		out->len += (size_t)n;
	}
	return true;
}

bool secret_fd_read(const char *kind, int fd, size_t max, struct guarded *out, struct err *e)
{
	/* One more than the most, so that too much shows. */
	if (!guarded_make(out, max + 1, e))
		return false;
	bool ok = read_all(fd, max + 1, out) ||
		  err_set(e, ERR_IO, "The %s cannot be read: %s.", kind, strerror(errno));
	if (ok && out->len > max)
		ok = err_set(e, ERR_CONFIG, "The %s is longer than %zu bytes.", kind, max);
	if (!ok)
		guarded_free(out);
	return ok;
}

bool secret_file_read(
	const char *kind, const char *path, size_t max, struct guarded *out, struct err *e)
{
	/* O_NONBLOCK: a named pipe must not make us wait. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	const int error = errno;
	struct arena a = ARENA_INIT;
	const char *shown = path_short(&a, path);
	bool ok = fd >= 0;
	size_t size = 0;

	*out = (struct guarded){.at = NULL};
	if (!ok && error == ELOOP)
		err_set(e, ERR_CONFIG, "The %s %s is a symbolic link.", kind, shown);
	else if (!ok)
		err_set(e, ERR_CONFIG, "The %s %s cannot be opened: %s.", kind, shown,
			strerror(error));
	ok = ok && check_file(fd, kind, shown, max, &size, e) &&
	     secret_fd_read(kind, fd, size, out, e);
	if (fd >= 0)
		close(fd);
	arena_release(&a);
	return ok;
}

static bool check_folder(const char *folder, const char *shown, struct err *e)
{
	struct stat st;

	if (lstat(folder, &st) < 0)
		return err_set(e, ERR_IO, "The folder %s cannot be looked at: %s.", shown,
			strerror(errno));
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return err_set(e, ERR_CONFIG, "%s is not a folder of your own.", shown);
	if (!(st.st_mode & 077))
		return true;
	err_set(e, ERR_CONFIG, "The folder %s is open to others.", shown);
	return err_hint(e, "Make it your own: chmod 700 %s", shown);
}

bool secret_folder_make(const char *folder, struct err *e)
{
	struct arena a = ARENA_INIT;
	const bool ok = file_make_folder(folder, 0700, e) &&
			check_folder(folder, path_short(&a, folder), e);
	arena_release(&a);
	return ok;
}

struct str secret_line(struct str value)
{
	if (value.len && value.at[value.len - 1] == '\n')
		value.len--;
	if (value.len && value.at[value.len - 1] == '\r')
		value.len--;
	return value;
}

bool secret_check(struct str name, struct str value, struct err *e)
{
	if (value.len == 0)
		return err_set(e, ERR_CONFIG, "The secret %.*s is empty.", STR_ARG(name));
	for (size_t i = 0; i < value.len; i++) {
		const unsigned char c = (unsigned char)value.at[i];
		if (c < 32 || c == 127)
			return err_set(e, ERR_CONFIG,
				"The secret %.*s holds a line break or another control character.",
				STR_ARG(name));
	}
	return true;
}
