/* SPDX-License-Identifier: MIT */
#include "core/base/save.h"

#include "core/base/failpoint.h"
#include "core/base/file.h"
#include "core/base/save_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_save(struct err *e, const char *path, int number)
{
	err_set(e, ERR_IO, "%s was not saved: %s.", path, strerror(number));
	if (number == ENOSPC || number == EDQUOT)
		return err_hint(e, "The file is as it was. Make room on the disk and save again.");
	return err_hint(e, "The file is as it was.");
}

static struct file_stamp seen(const struct stat *st)
{
	return (struct file_stamp){.exists = true,
		.dev = st->st_dev,
		.inode = st->st_ino,
		.size = st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec};
}

static void stamp_of(const struct stat *st, struct str bytes, struct file_stamp *out)
{
	*out = seen(st);
	content_hash(bytes, out->hash);
}

void stamp_look(const char *path, struct file_stamp *stamp)
{
	struct stat st;
	*stamp = stat(path, &st) == 0 ? seen(&st) : (struct file_stamp){.exists = false};
}

bool stamp_holds(const char *path, const struct file_stamp *stamp)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return errno == ENOENT && !stamp->exists;
	struct file_stamp now = seen(&st);
	return stamp->exists && now.dev == stamp->dev && now.inode == stamp->inode &&
	       now.size == stamp->size && now.mtime_ns == stamp->mtime_ns;
}

/* All of an open file; *ST is from before, so that a change while reading shows. */
static bool read_fd(struct arena *a, int fd, size_t max, struct stat *st, struct str *out)
{
	if (fstat(fd, st) != 0)
		return false;
	if (!S_ISREG(st->st_mode) || (uintmax_t)st->st_size > max) {
		errno = S_ISDIR(st->st_mode) ? EISDIR : S_ISREG(st->st_mode) ? EFBIG : EINVAL;
		return false;
	}
	size_t size = (size_t)st->st_size, len = 0;
	char *at = arena_alloc(a, size + 1, 1);
	while (len < size) {
		ssize_t n = read(fd, at + len, size - len);
		if (n < 0 && errno != EINTR)
			return false;
		if (n == 0)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	*out = (struct str){at, len};
	return true;
}

bool stamp_read(struct arena *a, const char *path, size_t max, struct str *out,
	struct file_stamp *stamp, struct err *e)
{
	struct stat st;
	*stamp = (struct file_stamp){.exists = false};
	*out = STR_NONE;
	/* O_NONBLOCK: opening a FIFO must not wait for a writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT)
		return true;
	bool ok = fd >= 0 && read_fd(a, fd, max, &st, out);
	int number = errno;
	if (fd >= 0)
		close(fd);
	if (!ok)
		return err_set(e, ERR_IO, "%s cannot be read: %s.", path, strerror(number));
	stamp_of(&st, *out, stamp);
	return true;
}

/* The folder may have gone with the file. Whoever expects no file gets it made again; -1 and
 * ENOENT where one is expected. */
static int open_folder(struct arena *a, const struct save_request *r, const char *real)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
	const char *folder = path_folder(a, real);
	struct err e = ERR_INIT; /* opening it says why */
	int fd = open(folder, flags);
	bool none = r->expected != NULL && r->expected[0] == '\0';
	if (fd < 0 && errno == ENOENT && none && file_make_folder(folder, 0777, &e))
		fd = open(folder, flags);
	return fd;
}

/* Finds the folder and the name that the path leads to, links followed. Without a folder: it went
 * with the file that is expected. */
static bool find_place(struct save_copy *c, const struct save_request *r, struct err *e)
{
	struct stat st;
	const char *path = r->path;
	const char *real = path_real(c->arena, path);
	if (real == NULL && errno == ENOENT && lstat(path, &st) == 0) {
		err_set(e, ERR_IO, "%s was not saved: it is a link to a file that is not there.",
			path);
		return err_hint(e, "Remove the link, or make what it leads to.");
	}
	if (real == NULL && errno != ENOENT)
		return fail_save(e, path, errno);
	if (real == NULL)
		real = path;
	c->name = path_name(real);
	c->folder = open_folder(c->arena, r, real);
	bool gone =
		c->folder < 0 && errno == ENOENT && r->expected != NULL && r->expected[0] != '\0';
	return c->folder >= 0 || gone || fail_save(e, path, errno);
}

static bool read_present(
	struct save_copy *c, const char *path, struct save_result *out, struct err *e)
{
	int fd = openat(c->folder, c->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return true;
	bool ok = fd >= 0 && read_fd(c->arena, fd, SAVE_MAX, &c->st, &out->before);
	if (!ok)
		fail_save(e, path, errno);
	if (fd >= 0)
		close(fd);
	if (!ok)
		return false;
	out->existed = c->exists = true;
	stamp_of(&c->st, out->before, &out->stamp);
	out->before_ns = out->stamp.mtime_ns;
	return true;
}

static bool is_expected(const struct save_request *r, const struct save_result *now)
{
	if (r->expected == NULL)
		return true;
	return now->existed ? strcmp(r->expected, now->stamp.hash) == 0 : r->expected[0] == '\0';
}

static bool may_write(const struct save_copy *c, const char *path, struct err *e)
{
	bool marked = c->exists && (c->st.st_mode & 0222) == 0;
	if (!c->exists || (!marked && faccessat(c->folder, c->name, W_OK, AT_EACCESS) == 0))
		return true;
	if (!marked)
		return fail_save(e, path, errno);
	err_set(e, ERR_IO, "%s was not saved: the file is marked read-only.", path);
	return err_hint(e, "Give yourself the right to write it: chmod u+w %s", path_name(path));
}

/* Nobody has touched the file since it was read; what is left is a moment that no file system
 * closes. */
static bool is_untouched(const struct save_copy *c)
{
	struct stat st;
	if (fstatat(c->folder, c->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT && !c->exists;
	return c->exists && st.st_ino == c->st.st_ino && st.st_dev == c->st.st_dev &&
	       st.st_size == c->st.st_size && st.st_mtim.tv_sec == c->st.st_mtim.tv_sec &&
	       st.st_mtim.tv_nsec == c->st.st_mtim.tv_nsec;
}

/* Brings the copy to the file's name, one way or the other. */
static enum save_outcome put(struct save_copy *c, const struct save_request *r,
	const struct save_result *present, struct err *e)
{
	if (!save_copy_make(c, r->mode, r->spare) || !save_copy_fill(c, r->bytes)) {
		fail_save(e, r->path, errno);
		return SAVE_FAILED;
	}
	if (!is_untouched(c))
		return SAVE_CONFLICT;
	bool ok = c->in_place ? save_copy_pour(c, r->bytes, present->before) : save_copy_rename(c);
	if (ok)
		return SAVE_DONE;
	if (!c->exists && errno == EEXIST)
		return SAVE_CONFLICT;
	if (!c->in_place && c->copy == NULL) {
		err_set(e, ERR_IO, "%s was saved, but the disk does not confirm it: %s.", r->path,
			strerror(errno));
	} else if (c->broken) {
		err_set(e, ERR_IO, "%s was written only in part: %s.", r->path, strerror(errno));
		err_hint(e, "The whole text is in %.100s beside it.", c->copy);
	} else {
		fail_save(e, r->path, errno);
	}
	return SAVE_FAILED;
}

static enum save_outcome save_at(
	struct save_copy *c, const struct save_request *r, struct save_result *out, struct err *e)
{
	struct str now;
	if (r->bytes.len > SAVE_MAX) {
		err_set(e, ERR_LIMIT, "%s was not saved: it would have more than %d MiB.", r->path,
			SAVE_MAX >> 20);
		return SAVE_FAILED;
	}
	if (!find_place(c, r, e))
		return SAVE_FAILED;
	if (c->folder < 0)
		return SAVE_CONFLICT;
	if (!read_present(c, r->path, out, e))
		return SAVE_FAILED;
	if (!is_expected(r, out))
		return SAVE_CONFLICT;
	if (out->existed && str_eq(out->before, r->bytes))
		return SAVE_DONE;
	if (!may_write(c, r->path, e))
		return SAVE_FAILED;
	enum save_outcome outcome = put(c, r, out, e);
	save_copy_drop(c);
	if (outcome == SAVE_FAILED)
		return outcome;
	if (outcome == SAVE_DONE)
		save_copy_sweep(c);
	/* In a conflict: what there is now instead of what there was a moment ago. */
	struct str *after = outcome == SAVE_CONFLICT ? &out->before : &now;
	if (!stamp_read(c->arena, r->path, SAVE_MAX, after, &out->stamp, e))
		return SAVE_FAILED;
	out->existed = outcome == SAVE_CONFLICT ? out->stamp.exists : out->existed;
	return outcome;
}

enum save_outcome save_file(
	struct arena *a, const struct save_request *request, struct save_result *out, struct err *e)
{
	struct save_copy copy = {.arena = a, .folder = -1, .copy_folder = -1, .fd = -1};
	struct save_result result = {.existed = false}; /* EXPECTED may lie in *OUT */
	enum save_outcome outcome = save_at(&copy, request, &result, e);
	save_copy_free(&copy);
	*out = result;
	return outcome;
}
