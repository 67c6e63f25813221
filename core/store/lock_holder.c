/* SPDX-License-Identifier: MIT */
#include "core/store/lock_holder.h"

#include "core/base/str.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* SQLite's file format: the write lock of a log is byte 120 of the -shm file, that of the database
 * itself begins at byte 2^30. */
static const int64_t log_lock = 120, file_lock = 1 << 30, file_lock_end = (1 << 30) + 512;

struct lock {
	char kind[16];
	long pid;
	unsigned major, minor;
	unsigned long inode;
	long long start;
};

/* "1: POSIX  ADVISORY  WRITE 1234 fe:00:5678 120 120"; a waiting one has "->" after the number. */
static bool read_lock(const char *line, struct lock *out)
{
	return sscanf(line, "%*d: %*15s %*15s %15s %ld %x:%x:%lu %lld", out->kind, &out->pid,
		       &out->major, &out->minor, &out->inode, &out->start) == 6 &&
	       str_is(str_from(out->kind), "WRITE");
}

static bool is_on(const struct lock *lock, const struct stat *st)
{
	return lock->inode == st->st_ino && lock->major == major(st->st_dev) &&
	       lock->minor == minor(st->st_dev);
}

long lock_holder(const char *database)
{
	struct arena a = ARENA_INIT;
	struct stat file = {.st_ino = 0}, index = {.st_ino = 0};
	struct lock lock = {.pid = 0};
	char line[256];
	long pid = 0;
	(void)stat(database, &file);
	(void)stat(str_format(&a, "%s-shm", database).at, &index);
	FILE *locks = fopen("/proc/locks", "re");
	while (locks != NULL && pid <= 0 && fgets(line, sizeof line, locks) != NULL) {
		if (!read_lock(line, &lock))
			continue;
		if ((is_on(&lock, &index) && lock.start == log_lock) ||
			(is_on(&lock, &file) && lock.start >= file_lock &&
				lock.start < file_lock_end))
			pid = lock.pid;
	}
	if (locks != NULL)
		fclose(locks);
	arena_release(&a);
	return pid > 0 ? pid : 0;
}
