/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_WRAP_H
#define TUI_PART_WRAP_H

#include "core/base/str.h"

/*
 * Lines into rows of a given width. A row ends after spaces (which then hang out of it unseen),
 * after or before a CJK character except where its punctuation forbids it, after '/' and '-' in
 * words, else at the last whole cluster that fits. A tab reaches to the next multiple of 4.
 */

enum { WRAP_TAB = 4 };

struct row {
	size_t from, to; /* bytes of the line that are drawn */
	size_t next; /* where the next row begins; the line's length at its end */
};

/* The row of LINE that begins at FROM. WIDTH at least 1; a cluster wider than the row still gets
 * one. */
struct row wrap_row(struct str line, size_t from, size_t width);

#endif
