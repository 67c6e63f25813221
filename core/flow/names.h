/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_NAMES_H
#define CORE_FLOW_NAMES_H

#include "core/base/err.h"
#include "core/base/str.h"

/* Sets E's hint to the name that WORD may have meant, or to what names there are. WHAT is their
 * plural, "inputs". Always false. */
bool names_hint(
	struct err *e, struct str word, const char *what, const struct str *names, size_t count);

#endif
