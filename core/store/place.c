/* SPDX-License-Identifier: MIT */
#include "core/store/place.h"

#include "core/base/alloc.h"
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { HEADER_BYTES = 100 }; /* of an SQLite file (its file format, 1.3) */

const char *place_network_name(unsigned long magic)
{
	/* Values from statfs(2) and linux/magic.h. */
	static const struct {
		unsigned long magic;
		const char *name;
	} rows[] = {
		{0x6969, "NFS"},
		{0x517B, "SMB"},
		{0xFF534D42, "CIFS"},
		{0xFE534D42, "SMB"},
		{0x5346414F, "AFS"},
		{0x6B414653, "AFS"},
		{0x01021997, "9p"},
		{0x65735546, "FUSE"},
		{0x73757245, "Coda"},
		{0x564C, "NCP"},
		{0x00C36400, "Ceph"},
		{0x0BD00BD0, "Lustre"},
		{0x47504653, "GPFS"},
		{0x7461636F, "OCFS2"},
		{0x01161970, "GFS2"},
		{0x786F4256, "a virtual machine's shared folder"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].magic == (magic & 0xFFFFFFFF))
			return rows[i].name;
	return NULL;
}

static bool check_filesystem(const char *folder, struct err *e)
{
	struct statfs fs;
	if (statfs(folder, &fs) != 0)
		return err_set(e, ERR_STORE, "The filesystem of %s cannot be asked: %s.", folder,
			strerror(errno));
	const char *name = place_network_name((unsigned long)fs.f_type);
	if (name == NULL)
		return true;
	err_set(e, ERR_STORE,
		"%s is on a network filesystem (%s), where a database's locks cannot be trusted "
		"and runs can be lost.",
		folder, name);
	return err_hint(e, "Keep the workspace on a local disk.");
}

static bool make_folder(struct place *place, unsigned flags, struct err *e)
{
	struct stat st;
	if (lstat(place->folder, &st) != 0) {
		if (errno != ENOENT)
			return err_set(e, ERR_STORE, "The folder %s cannot be looked at: %s.",
				place->folder, strerror(errno));
		if (flags & PLACE_VIEW)
			return err_set(e, ERR_STORE, "There are no runs here: %s does not exist.",
				place->folder);
		if (mkdir(place->folder, 0700) != 0 && errno != EEXIST)
			return err_set(e, ERR_STORE, "The folder %s cannot be made: %s.",
				place->folder, strerror(errno));
		if (lstat(place->folder, &st) != 0)
			return err_set(e, ERR_STORE, "The folder %s cannot be read: %s.",
				place->folder, strerror(errno));
	}
	if (!S_ISDIR(st.st_mode)) {
		err_set(e, ERR_STORE, "%s is not a folder%s.", place->folder,
			S_ISLNK(st.st_mode) ? " but a link" : "");
		return err_hint(e, "Move it away; lathe then makes its own.");
	}
	if (st.st_mode & S_IWOTH) {
		err_set(e, ERR_STORE, "Everybody may write to %s.", place->folder);
		return err_hint(e, "Take that right away: chmod o-w %s", place->folder);
	}
	place->read_only = access(place->folder, W_OK) != 0;
	return true;
}

/* Makes NAME with TEXT when it is missing; a failure only means that it stays missing. */
static void make_small_file(const struct place *place, const char *name, struct str text)
{
	struct arena a = ARENA_INIT;
	const char *path = path_join(&a, place->folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0) {
		if (write(fd, text.at, text.len) != (ssize_t)text.len)
			unlink(path);
		close(fd);
	}
	arena_release(&a);
}

static const char *kind_of_file(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a folder";
	if (S_ISLNK(mode))
		return "a link";
	if (S_ISFIFO(mode))
		return "a pipe";
	if (S_ISSOCK(mode))
		return "a socket";
	return "a device";
}

/* SQLite takes what is shorter than its header for an empty file and writes over it. */
static bool check_size(const struct place *place, off_t size, struct err *e)
{
	if (size == 0 || size >= HEADER_BYTES)
		return true;
	err_set(e, ERR_STORE, "%s has %lld byte%s and is not a database.", place->database,
		(long long)size, size == 1 ? "" : "s");
	return err_hint(e, "Move it away; lathe then starts a new one.");
}

static bool check_database(struct place *place, unsigned flags, struct err *e)
{
	struct stat st;
	if (lstat(place->database, &st) == 0) {
		if (S_ISREG(st.st_mode))
			return check_size(place, st.st_size, e);
		err_set(e, ERR_STORE, "%s is %s, not a database.", place->database,
			kind_of_file(st.st_mode));
		return err_hint(e, "Move it away; lathe then starts a new database.");
	}
	if (errno != ENOENT) {
		err_set(e, ERR_STORE, "%s cannot be looked at: %s.", place->database,
			strerror(errno));
		return err_hint(e, "The folder must be your own: ls -ld shows whose it is.");
	}
	if ((flags & PLACE_VIEW) || place->read_only)
		return err_set(e, ERR_STORE, "There are no runs here: %s does not exist.",
			place->database);
	int fd = open(place->database, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		return err_set(
			e, ERR_STORE, "%s cannot be made: %s.", place->database, strerror(errno));
	if (fd >= 0) {
		place->is_new = true;
		close(fd);
	}
	return true;
}

static char *below(const char *folder, const char *name)
{
	struct arena a = ARENA_INIT;
	char *path = xstrdup(path_join(&a, folder, name));
	arena_release(&a);
	return path;
}

bool place_open(const char *workspace, unsigned flags, struct place *out, struct err *e)
{
	*out = (struct place){.folder = NULL};
	char *real = realpath(workspace, NULL);
	if (real == NULL)
		return err_set(e, ERR_STORE, "The workspace %s cannot be opened: %s.", workspace,
			strerror(errno));
	out->folder = below(real, ".lathe");
	out->database = below(out->folder, "lathe.db");
	free(real);
	bool ok = make_folder(out, flags, e);
	ok = ok && ((flags & PLACE_FORCE_FS) || check_filesystem(out->folder, e));
	ok = ok && check_database(out, flags, e);
	if (!ok) {
		place_free(out);
		return false;
	}
	if (!(flags & PLACE_VIEW) && !out->read_only)
		make_small_file(out, ".gitignore", STR("*\n"));
	return true;
}

bool place_has_database(const char *workspace)
{
	struct arena a = ARENA_INIT;
	struct stat st;
	const char *path = path_join(&a, path_join(&a, workspace, ".lathe"), "lathe.db");
	bool has = lstat(path, &st) == 0 ? !S_ISREG(st.st_mode) || st.st_size > 0 : errno != ENOENT;
	arena_release(&a);
	return has;
}

void place_free(struct place *place)
{
	free(place->folder);
	free(place->database);
	*place = (struct place){.folder = NULL};
}

int place_probe(const char *path)
{
	static const char block[4096];
	struct arena a = ARENA_INIT;
	struct stat st;
	off_t offset = stat(path, &st) == 0 ? st.st_size : 0;
	int fd = open(path_folder(&a, path), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	int result = fd < 0 && errno != EOPNOTSUPP ? errno : 0;
	if (fd >= 0) {
		/* Several blocks: a single one may still fit into what a filesystem reserves. */
		for (int i = 0; result == 0 && i < 16; i++)
			if (pwrite(fd, block, sizeof block, offset + i * (off_t)sizeof block) < 0)
				result = errno;
		close(fd);
	}
	arena_release(&a);
	return result;
}

int place_file(const struct place *place, const char *name, struct err *e)
{
	char *path = below(place->folder, name);
	int flags = O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
	int fd = open(path, place->read_only ? O_RDONLY | flags : O_RDWR | O_CREAT | flags, 0600);
	struct stat st;
	if (fd < 0) {
		err_set(e, ERR_STORE, "%s cannot be opened: %s.", path, strerror(errno));
	} else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		err_set(e, ERR_STORE, "%s is not a plain file: move it away.", path);
		close(fd);
		fd = -1;
	}
	free(path);
	return fd;
}
