/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_ASCII_H
#define TUI_TERM_ASCII_H

#include "core/base/str.h"

/* Stand-ins for terminals and locales without UTF-8: our own lines and marks have an ASCII one, any
 * other character is "?". */
char ascii_of(struct str cluster);

#endif
