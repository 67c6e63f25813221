/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool fail_errno(struct err *e, const char *what, const char *path)
{
	int number = errno;
	err_set(e, ERR_IO, "%s %s: %s.", what, path, strerror(number));
	return false;
}

static bool read_open(
	struct arena *a, int fd, const char *path, size_t max, struct str *out, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return fail_errno(e, "Cannot read", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_IO, "%s is not a regular file.", path);
	if ((uintmax_t)st.st_size > max)
		return err_set(e, ERR_LIMIT, "%s has %jd bytes; at most %zu are read.", path,
			(intmax_t)st.st_size, max);
	size_t size = (size_t)st.st_size, len = 0;
	char *at = arena_alloc(a, size + 1, 1);
	while (len < size) {
		ssize_t n = read(fd, at + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(e, "Cannot read", path);
		if (n == 0)
			break;
		len += (size_t)n;
	}
	at[len] = '\0';
	*out = (struct str){at, len};
	return true;
}

bool file_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *e)
{
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return fail_errno(e, "Cannot open", path);
	bool ok = read_open(a, fd, path, max, out, e);
	close(fd);
	return ok;
}

static int open_beneath(int folder, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

bool file_read_under(struct arena *a, const char *root, const char *path, size_t max,
	struct str *out, struct err *e)
{
	int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return fail_errno(e, "Cannot open the folder", root);
	int fd = open_beneath(folder, path);
	int number = errno;
	close(folder);
	errno = number;
	if (fd < 0 && number == EXDEV) {
		err_set(e, ERR_CONFIG, "%s leads out of the folder %s.", path, root);
		return err_hint(e, "Copy the file into the workspace.");
	}
	if (fd < 0)
		return fail_errno(e, "Cannot open", path);
	bool ok = read_open(a, fd, path, max, out, e);
	close(fd);
	return ok;
}

static bool write_all(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes = str_slice(bytes, (size_t)n, bytes.len);
	}
	return fsync(fd) == 0;
}

static void sync_folder(struct arena *a, const char *path)
{
	int fd = open(path_folder(a, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
}

static bool write_beside(
	struct arena *a, const char *path, struct str bytes, mode_t mode, struct err *e)
{
	struct stat st;
	bool exists = stat(path, &st) == 0;
	const char *real =
		exists ? path_real(a, path) : path; /* a link keeps pointing where it did */
	if (real == NULL)
		return fail_errno(e, "Cannot write", path);
	size_t size = strlen(real) + sizeof ".XXXXXX";
	char *temporary = arena_alloc(a, size, 1);
	snprintf(temporary, size, "%s.XXXXXX", real);
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return fail_errno(e, "Cannot write", path);
	mode_t mask = umask(0);
	umask(mask);
	bool ok =
		fchmod(fd, exists ? st.st_mode & 07777 : mode & ~mask) == 0 && write_all(fd, bytes);
	ok = close(fd) == 0 && ok;
	if (!ok || rename(temporary, real) != 0) {
		fail_errno(e, "Cannot write", path);
		unlink(temporary);
		return false;
	}
	sync_folder(a, real);
	return true;
}

bool file_write(const char *path, struct str bytes, mode_t mode, struct err *e)
{
	struct arena a = ARENA_INIT;
	bool ok = write_beside(&a, path, bytes, mode, e);
	arena_release(&a);
	return ok;
}

bool file_make_folder(const char *path, mode_t mode, struct err *e)
{
	char part[PATH_MAX];
	size_t len = strlen(path);
	if (len == 0 || len >= sizeof part)
		return err_set(e, ERR_IO, "Cannot make the folder '%s': its name is %s.", path,
			len == 0 ? "empty" : "too long");
	memcpy(part, path, len + 1);
	for (size_t i = 1; i <= len; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		char kept = part[i];
		part[i] = '\0';
		if (mkdir(part, mode) != 0 && errno != EEXIST)
			return fail_errno(e, "Cannot make the folder", part);
		part[i] = kept;
	}
	if (!file_is_folder(path))
		return err_set(e, ERR_IO, "%s is in the way: it is not a folder.", path);
	return true;
}

bool file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

bool file_is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool file_is_same(const char *one, const char *other)
{
	struct stat a, b;
	return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

const char *path_join(struct arena *a, const char *folder, const char *name)
{
	if (folder[0] == '\0' || name[0] == '/')
		return arena_copy(a, name, strlen(name));
	bool slash = folder[strlen(folder) - 1] == '/';
	return str_format(a, "%s%s%s", folder, slash ? "" : "/", name).at;
}

const char *path_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		return ".";
	if (slash == path)
		return "/";
	return arena_copy(a, path, (size_t)(slash - path));
}

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

const char *path_real(struct arena *a, const char *path)
{
	char *real = realpath(path, NULL);
	if (real == NULL)
		return NULL;
	const char *copy = arena_copy(a, real, strlen(real));
	free(real);
	return copy;
}

const char *path_relative(const char *root, const char *path)
{
	size_t len = strlen(root);
	if (strncmp(root, path, len) != 0)
		return path;
	if (path[len] == '\0')
		return ".";
	return path[len] == '/' ? path + len + 1 : path;
}

const char *path_extension(const char *path)
{
	const char *name = path_name(path);
	const char *dot = strrchr(name, '.');
	return dot != NULL && dot != name ? dot : "";
}

const char *path_short(struct arena *a, const char *path)
{
	const char *home = getenv("HOME");
	if (home == NULL || home[0] != '/' || home[1] == '\0')
		return path;
	const char *below = path_relative(home, path);
	if (strcmp(below, ".") == 0)
		return "~";
	return below != path ? path_join(a, "~", below) : path;
}

static const char *xdg(struct arena *a, const char *variable, const char *below_home)
{
	const char *base = getenv(variable);
	if (base != NULL && base[0] == '/')
		return path_join(a, base, "lathe");
	const char *home = getenv("HOME");
	base = path_join(a, home != NULL && home[0] == '/' ? home : "/tmp", below_home);
	return path_join(a, base, "lathe");
}

const char *path_config(struct arena *a)
{
	return xdg(a, "XDG_CONFIG_HOME", ".config");
}

const char *path_state(struct arena *a)
{
	return xdg(a, "XDG_STATE_HOME", ".local/state");
}
