/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_LOCK_HOLDER_H
#define CORE_STORE_LOCK_HOLDER_H

/* Who keeps a database locked: the pid of the process that holds SQLite's write lock on it, asked
 * of /proc/locks and so without touching the files. 0 when nobody does or nobody knows (no /proc, a
 * process of another pid namespace). */
long lock_holder(const char *database);

#endif
