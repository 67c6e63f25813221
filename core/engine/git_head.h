/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_GIT_HEAD_H
#define CORE_ENGINE_GIT_HEAD_H

#include "core/base/str.h"

/* The commit that is checked out in the git repository around FOLDER, as hex digits; empty when
 * there is none. Reads git's own files (HEAD, refs, packed-refs; work trees of their own), starts
 * nothing. */
struct str git_head(struct arena *a, const char *folder);

#endif
