/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_SAVE_COPY_H
#define CORE_BASE_SAVE_COPY_H

#include "core/base/str.h"

#include <sys/stat.h>

/* The copy that core/base/save.c writes before it touches a file. Functions that fail leave the
 * reason in errno. */

struct save_copy {
	struct arena *arena;
	int folder; /* of the file */
	const char *name; /* of the file in it */
	bool exists;
	struct stat st; /* the file's, when it exists */
	int copy_folder; /* the file's own, or the spare one */
	const char *copy; /* its name, NULL: none (any more) */
	int fd; /* of the copy */
	bool in_place; /* the file cannot be replaced: it is to be written in place */
	bool broken; /* it was written in part, and could not be brought back */
};

/* Makes the copy beside the file, with its attributes; else in SPARE, for writing in place. */
bool save_copy_make(struct save_copy *c, mode_t mode, const char *spare);
/* Puts the text in it and brings it to the disk. */
bool save_copy_fill(struct save_copy *c, struct str bytes);
/* Renames it to the file's name. EEXIST: there must be no file and there is one. */
bool save_copy_rename(struct save_copy *c);
/* Writes BYTES over the file; on an error writes BEFORE again. */
bool save_copy_pour(struct save_copy *c, struct str bytes, struct str before);
/* Removes the copy if it is still there and not needed. */
void save_copy_drop(struct save_copy *c);
/* Removes what crashes have left beside the file. */
void save_copy_sweep(const struct save_copy *c);
void save_copy_free(struct save_copy *c);

#endif
