/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_FILES_H
#define CORE_ENGINE_FILES_H

#include "core/base/save.h"
#include "core/engine/engine.h"

/*
 * The workspace's files as an editor needs them: read with a stamp, saved on another thread and
 * only over what was read, watched, and numbered. PATH is relative to the workspace's root; nothing
 * outside is read or written, links included.
 *
 * A save of a prompt or flow is a version: what the file held before and what it holds now are both
 * recorded, so that no content that ever was in the file is lost.
 */

enum { FILE_BYTES_MAX = 32 << 20 };

/* The file's bytes and what they are; a file that is not there has a stamp that says so. */
bool engine_read_file(struct engine *engine, const char *path, struct arena *a, struct str *bytes,
	struct file_stamp *stamp, struct err *e) WARN_UNUSED;

/* The number of the newest version of PATH with these contents (a stamp's hash), 0: none. */
int64_t engine_version(struct engine *engine, const char *path, const char *hash);

struct file_saved {
	enum save_outcome outcome;
	const char *path;
	struct file_stamp stamp; /* what is on disk now; on a conflict too */
	int64_t version; /* 0: not recorded */
	struct str disk; /* on a conflict: what the file holds now */
	const struct err *error; /* when it failed */
};
typedef void file_saved_fn(void *ctx, const struct file_saved *saved);

/* Saves BYTES if the file still holds what EXPECTED says. DONE is called once in the loop thread,
 * never from within this call; what it is given lives until it returns. Two saves of one file: wait
 * for the first. */
void engine_save_file(struct engine *engine, const char *path, struct str bytes,
	const struct file_stamp *expected, file_saved_fn *done, void *ctx);
/* The saves go on, their callers are not called. */
void engine_forget_saves(struct engine *engine, void *ctx);

/* Watches a file's content. CHANGED is called in the loop thread when it is no longer what KNOWN
 * says, once for each new content, also when that came before; BYTES live until it returns. NULL
 * when the folder cannot be watched: then nothing is noticed before the save. */
struct file_watch;
typedef void file_changed_fn(void *ctx, struct str bytes, const struct file_stamp *stamp);
struct file_watch *file_watch_new(struct engine *engine, const char *path,
	const struct file_stamp *known, file_changed_fn *changed, void *ctx);
/* The content that is known by now: after a save, or when it was read again. */
void file_watch_know(struct file_watch *watch, const struct file_stamp *known);
void file_watch_free(struct file_watch *watch); /* NULL is fine */

#endif
