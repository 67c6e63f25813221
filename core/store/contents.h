/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_CONTENTS_H
#define CORE_STORE_CONTENTS_H

#include "core/base/err.h"
#include "core/base/str.h"

/* Everything that lies compressed in a database, for who looks for something in all of it. */

/* WHAT names the place for people: "content 12", "cached answer 3". */
typedef void contents_fn(void *ctx, const char *what, struct str bytes);

/* Calls FN for each content of the database below the folder WORKSPACE; none when there is no
 * database. What is damaged is passed over: `lathe fsck` says so. */
bool contents_each(const char *workspace, contents_fn *fn, void *ctx, struct err *e) WARN_UNUSED;

#endif
