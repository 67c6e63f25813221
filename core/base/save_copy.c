/* SPDX-License-Identifier: MIT */
#include "core/base/save_copy.h"

#include "core/base/failpoint.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

enum { NAME_PART = 200, PIECE = 1 << 16, ATTRIBUTES = 1 << 16, STALE_SECONDS = 60 };

/* What the names of all copies of the file begin with. */
static struct str prefix(const struct save_copy *c)
{
	struct str name = str_slice(str_from(c->name), 0, NAME_PART);
	return str_format(c->arena, ".%.*s.lathe~", STR_ARG(name));
}

static bool open_copy(struct save_copy *c, int folder, mode_t mode)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	for (int tries = 0; tries < 16; tries++) {
		unsigned random = 0;
		if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
			return false;
		c->copy = str_format(c->arena, "%.*s%08x", STR_ARG(prefix(c)), random).at;
		c->fd = openat(folder, c->copy, flags, mode);
		if (c->fd >= 0 || errno != EEXIST)
			break;
	}
	if (c->fd < 0)
		c->copy = NULL;
	c->copy_folder = c->fd >= 0 ? folder : -1;
	return c->fd >= 0;
}

/* True when the copy has the attribute, or need not have it: security labels are the system's. */
static bool keep_attribute(int from, int to, const char *name, char *value)
{
	ssize_t size = fgetxattr(from, name, value, ATTRIBUTES);
	return strncmp(name, "security.", 9) == 0 ||
	       (size >= 0 && fsetxattr(to, name, value, (size_t)size, 0) == 0);
}

static bool keep_attributes(const struct save_copy *c)
{
	int from = openat(c->folder, c->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char *names = arena_alloc(c->arena, ATTRIBUTES, 1);
	char *value = arena_alloc(c->arena, ATTRIBUTES, 1);
	if (from < 0)
		return false;
	ssize_t len = flistxattr(from, names, ATTRIBUTES);
	bool kept = len >= 0 || errno == ENOTSUP;
	for (ssize_t at = 0; kept && at < len; at += (ssize_t)strlen(names + at) + 1)
		kept = keep_attribute(from, c->fd, names + at, value);
	close(from);
	return kept;
}

/* Gives the copy all that the file has; false when that is not ours to give. */
static bool keep_all(const struct save_copy *c)
{
	struct stat st;
	if (fstat(c->fd, &st) != 0)
		return false;
	if ((st.st_uid != c->st.st_uid || st.st_gid != c->st.st_gid) &&
		fchown(c->fd, c->st.st_uid, c->st.st_gid) != 0)
		return false;
	return keep_attributes(c) && fchmod(c->fd, c->st.st_mode & 07777) == 0;
}

bool save_copy_make(struct save_copy *c, mode_t mode, const char *spare)
{
	c->in_place = c->exists && c->st.st_nlink > 1;
	if (!open_copy(c, c->folder, c->exists ? 0600 : mode)) {
		int number = errno;
		if (!c->exists || spare == NULL || (number != EACCES && number != EPERM))
			return false;
		int folder = open(spare, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (folder < 0 || !open_copy(c, folder, 0600)) {
			if (folder >= 0)
				close(folder);
			errno = number;
			return false;
		}
		c->in_place = true;
	}
	FAILPOINT("save-made");
	if (c->exists && !c->in_place)
		c->in_place = !keep_all(c);
	return true;
}

static bool write_pieces(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		struct str piece = str_slice(bytes, 0, PIECE);
		ssize_t n = failpoint_error("save-write") ? -1 : write(fd, piece.at, piece.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes = str_slice(bytes, (size_t)n, bytes.len);
	}
	return true;
}

bool save_copy_fill(struct save_copy *c, struct str bytes)
{
	if (!write_pieces(c->fd, bytes))
		return false;
	FAILPOINT("save-written");
	return fsync(c->fd) == 0;
}

/* The name is on the disk too; some file systems have no such thing for folders. */
static bool sync_folder(int folder)
{
	return fsync(folder) == 0 || errno == EINVAL;
}

bool save_copy_rename(struct save_copy *c)
{
	FAILPOINT("save-rename");
	if (c->exists) {
		if (renameat(c->folder, c->copy, c->folder, c->name) != 0)
			return false;
	} else if (renameat2(c->folder, c->copy, c->folder, c->name, RENAME_NOREPLACE) != 0) {
		/* Not every file system knows the flag; a link does not replace either. */
		if (errno != EINVAL || linkat(c->folder, c->copy, c->folder, c->name, 0) != 0)
			return false;
		unlinkat(c->folder, c->copy, 0);
	}
	c->copy = NULL;
	FAILPOINT("save-renamed");
	return sync_folder(c->folder);
}

static bool pour(int fd, struct str bytes)
{
	return lseek(fd, 0, SEEK_SET) == 0 && write_pieces(fd, bytes) &&
	       ftruncate(fd, (off_t)bytes.len) == 0 && fsync(fd) == 0;
}

bool save_copy_pour(struct save_copy *c, struct str bytes, struct str before)
{
	struct stat st;
	if (!sync_folder(c->copy_folder))
		return false;
	int fd = openat(c->folder, c->name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool same = fstat(fd, &st) == 0 && st.st_ino == c->st.st_ino && st.st_dev == c->st.st_dev;
	errno = same ? 0 : EBUSY;
	/* The room for what is longer, before anything is overwritten. */
	bool room = same && (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0,
				     bytes.len > 0 ? (off_t)bytes.len : 1) == 0 ||
				    errno == EOPNOTSUPP || errno == ENOSYS);
	FAILPOINT("save-pour");
	bool ok = room && pour(fd, bytes);
	int number = errno;
	FAILPOINT("save-poured");
	if (room && !ok)
		c->broken = !pour(fd, before);
	close(fd);
	errno = number;
	return ok;
}

void save_copy_drop(struct save_copy *c)
{
	if (c->copy != NULL && !c->broken)
		unlinkat(c->copy_folder, c->copy, 0);
}

void save_copy_sweep(const struct save_copy *c)
{
	struct str begin = prefix(c);
	int fd = openat(c->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		struct stat st;
		if (str_starts(str_from(entry->d_name), begin) &&
			fstatat(c->folder, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			st.st_mtim.tv_sec + STALE_SECONDS < time(NULL))
			unlinkat(c->folder, entry->d_name, 0);
	}
	closedir(dir);
}

void save_copy_free(struct save_copy *c)
{
	if (c->fd >= 0)
		close(c->fd);
	if (c->copy_folder >= 0 && c->copy_folder != c->folder)
		close(c->copy_folder);
	if (c->folder >= 0)
		close(c->folder);
}
