/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_UNITS_H
#define TUI_PART_UNITS_H

#include "core/base/str.h"

/* Numbers for people, always with their unit: three digits that mean something. */

enum { UNIT_TEXT = 32 };

char *unit_duration(int64_t ns, char out[UNIT_TEXT]); /* "0.2 ms" "212 ms" "1.18 s" "2 m 03 s" */
char *unit_bytes(int64_t bytes, char out[UNIT_TEXT]); /* "812 B" "4.1 KB" "12 MB" */
/* "412 tok", with "≈" before it when it is only an estimate. */
char *unit_tokens(int64_t tokens, bool estimated, char out[UNIT_TEXT]);
/* When it was, in local time: "19:02" on the day of NOW_NS, "11-21" in its year, else
 * "2025-11-21". */
char *unit_time(int64_t ns, int64_t now_ns, char out[UNIT_TEXT]);

#endif
