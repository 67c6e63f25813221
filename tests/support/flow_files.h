/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_FLOW_FILES_H
#define TESTS_SUPPORT_FLOW_FILES_H

#include "core/data/value.h"

/* Writes FILES, a dict from relative paths to texts (or {"base64": ...}), into a new folder below
 * TMPDIR and returns its canonical path, in the arena. */
const char *flow_files_write(struct arena *a, struct value files);

/* Removes such a folder. */
void flow_files_remove(const char *root);

#endif
