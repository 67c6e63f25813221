/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_FILE_H
#define CORE_BASE_FILE_H

#include "core/base/err.h"
#include "core/base/str.h"

#include <sys/types.h>

/* Files and folders: whole reads with a bound, atomic writes, paths that stay under a root. */

/* Reads the whole of PATH (a regular file, at most MAX bytes) into the arena. */
bool file_read(
	struct arena *a, const char *path, size_t max, struct str *out, struct err *e) WARN_UNUSED;

/* Like file_read for PATH relative to the folder ROOT; a path that leaves ROOT (absolute, "..", a
 * link to elsewhere) is refused. Uses openat2(RESOLVE_BENEATH), so checking and opening are one. */
bool file_read_under(struct arena *a, const char *root, const char *path, size_t max,
	struct str *out, struct err *e) WARN_UNUSED;

/* Replaces PATH atomically: a temporary file beside it, fsync, rename, fsync of the folder. MODE is
 * for a new file; an existing file keeps its mode. */
bool file_write(const char *path, struct str bytes, mode_t mode, struct err *e) WARN_UNUSED;

/* Makes the folder and its missing parents with MODE (less the umask); fine when it is there. */
bool file_make_folder(const char *path, mode_t mode, struct err *e) WARN_UNUSED;

bool file_exists(const char *path);
bool file_is_folder(const char *path);
/* Both are there and are one and the same file, by whatever names. */
bool file_is_same(const char *one, const char *other);

/* "a/b" from "a" and "b"; B alone when it is absolute or A is empty. In the arena, ends in NUL. */
const char *path_join(struct arena *a, const char *folder, const char *name);
/* The folder part ("." when there is none) and the last part. */
const char *path_folder(struct arena *a, const char *path);
const char *path_name(const char *path);
/* The canonical absolute path of something that exists; NULL when it does not. */
const char *path_real(struct arena *a, const char *path);
/* PATH (canonical) as seen from the folder ROOT (canonical); PATH itself when it is not below. */
const char *path_relative(const char *root, const char *path);
/* The last extension with its dot, or "". */
const char *path_extension(const char *path);

/* PATH for people: "~/..." below $HOME. */
const char *path_short(struct arena *a, const char *path);

/* $XDG_CONFIG_HOME/lathe, $XDG_STATE_HOME/lathe with the defaults below $HOME; not created. */
const char *path_config(struct arena *a);
const char *path_state(struct arena *a);

#endif
