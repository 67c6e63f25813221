/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_ROFF_H
#define CORE_TEXT_ROFF_H

#include "core/base/buf.h"

/* Text for a manual page in man(7) macros: what would be a command or change its look is escaped (a
 * backslash, a hyphen, a dot or quote at the start of a line). */
void roff_add(struct buf *out, const char *text);

#endif
