/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_SAVE_H
#define CORE_BASE_SAVE_H

#include "core/base/content_hash.h"
#include "core/base/err.h"

#include <sys/types.h>

/*
 * Saving what somebody wrote, so that neither a crash nor a full disk nor another program's change
 * costs a text.
 *
 * A file is replaced: the new content goes into a file beside it, is brought to the disk, takes the
 * old one's mode, owner, group and extended attributes (access lists among them), and is renamed
 * over it; then the folder is brought to the disk. At every moment the name gives the whole old or
 * the whole new content. A symbolic link stays one: what it leads to is replaced.
 *
 * Replacing would undo hard links, and give a file that others own to us. Such a file is written in
 * place, after the copy beside it is on the disk and its room is reserved: a crash in between
 * leaves the whole new text in that copy (".NAME.lathe~..."), an error brings the old text back.
 *
 * Nothing is written when the file does not hold what it is expected to hold. All of it may run on
 * any thread.
 */

enum { SAVE_MAX = 64 << 20 }; /* bytes of a file */

/* What a file was when it was looked at. Equal hashes are equal contents; the rest only saves
 * reading it again. */
struct file_stamp {
	bool exists;
	uint64_t dev, inode;
	int64_t size;
	int64_t mtime_ns;
	char hash[CONTENT_HASH];
};

/* Reads PATH (a regular file of at most MAX bytes) with its stamp. A file that is not there is no
 * error: the stamp says so. */
bool stamp_read(struct arena *a, const char *path, size_t max, struct str *out,
	struct file_stamp *stamp, struct err *e) WARN_UNUSED;

/* What can be seen of PATH without reading it: all but the hash, which stays "". Look first, read
 * then: what changes in between shows. */
void stamp_look(const char *path, struct file_stamp *stamp);

/* True when PATH certainly is as STAMP says, by looking and without reading it. */
bool stamp_holds(const char *path, const struct file_stamp *stamp);

struct save_request {
	const char *path;
	struct str bytes; /* at most SAVE_MAX */
	/* Hash of what the file must hold for it to be saved, "" when there must be none (a missing
	 * folder is made then); NULL: whatever it holds. */
	const char *expected;
	mode_t mode; /* of a new file, less the umask */
	const char *spare; /* a folder for the copy where the file's own takes none, or NULL */
};

enum save_outcome {
	SAVE_DONE,
	SAVE_CONFLICT, /* the file holds something else than expected: nothing was written */
	SAVE_FAILED /* nothing was changed; E says why */
};

struct save_result {
	struct file_stamp stamp; /* the file as it is now, when done or in conflict */
	struct str before; /* what it held (in the arena), unless failed */
	int64_t before_ns; /* since when */
	bool existed;
};

enum save_outcome save_file(struct arena *a, const struct save_request *request,
	struct save_result *out, struct err *e) WARN_UNUSED;

#endif
