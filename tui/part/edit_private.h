/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_EDIT_PRIVATE_H
#define TUI_PART_EDIT_PRIVATE_H

#include "tui/part/edit.h"

/* Shared by the files of edit: not for anybody else. */

/* What an open step holds, so that more of the same may join it. */
enum edit_joinable { JOIN_NOTHING, JOIN_TYPING, JOIN_ERASE_LEFT, JOIN_ERASE_RIGHT };

/* How E is laid out, in its present room. */
struct stretch_rule edit_rule(const struct edit *e);
/* The stretch that holds AT; E's own, until the next call. */
const struct stretch *edit_here(struct edit *e, size_t at);
/* Where the row that holds AT begins. */
size_t edit_row_start(struct edit *e, size_t at);
/* Where the next row begins, or the one before; false when there is none. */
bool edit_row_next(struct edit *e, size_t *at);
bool edit_row_before(struct edit *e, size_t *at);

/* Begins a step of history unless the open one is of this kind and may grow. False when E cannot
 * be changed: then e->refused is set. */
bool edit_begin(struct edit *e, enum edit_joinable kind);
/* Puts TEXT in the place of [from, to), as a part of the present step. False, with e->refused set,
 * when that would be too large. */
bool edit_change(struct edit *e, size_t from, size_t to, struct str text);
/* Ends a change: the caret and the selection's other end are there now. */
void edit_end(struct edit *e, size_t caret, size_t anchor);
/* The caret to AT without looking at glyphs. */
void edit_place(struct edit *e, size_t at, bool select);
/* The border between glyphs at or before AT, or behind it. */
size_t edit_border(struct edit *e, size_t at, bool behind);
/* Ends of the caret's line, or of the lines of the selection: [*FROM, *TO) with its line feed. */
void edit_lines(const struct edit *e, size_t *from, size_t *to);

#endif
