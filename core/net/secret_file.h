/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_SECRET_FILE_H
#define CORE_NET_SECRET_FILE_H

#include "core/base/err.h"
#include "core/base/str.h"

/* Files that hold secrets, read into libsodium's guarded memory and nowhere else. */

struct guarded {
	char *at; /* NULL: nothing */
	size_t len;
};

/* Room for SIZE bytes (len is 0 then); false when there is none left. */
bool guarded_make(struct guarded *g, size_t size, struct err *e) WARN_UNUSED;
void guarded_free(struct guarded *g); /* wipes it; {NULL, 0} is fine */
struct str guarded_str(const struct guarded *g);

/* Reads PATH: a regular file of the user's own that nobody else can read or write, not a link, of
 * at most MAX bytes. KIND names it in errors: "secret file". */
bool secret_file_read(const char *kind, const char *path, size_t max, struct guarded *out,
	struct err *e) WARN_UNUSED;
/* All that comes from a descriptor, at most MAX bytes. */
bool secret_fd_read(
	const char *kind, int fd, size_t max, struct guarded *out, struct err *e) WARN_UNUSED;

/* FOLDER is the user's own and closed to others; made so when it is missing. */
bool secret_folder_make(const char *folder, struct err *e) WARN_UNUSED;

/* Less one line end at its end. */
struct str secret_line(struct str value);
/* Refuses what cannot be a secret's value: nothing, or control characters. NAME is for people. */
bool secret_check(struct str name, struct str value, struct err *e) WARN_UNUSED;

#endif
