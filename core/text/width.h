/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_WIDTH_H
#define CORE_TEXT_WIDTH_H

#include "core/base/str.h"

/*
 * How many cells text takes on a terminal. The truth is libc's wcwidth, because ncurses places
 * characters by it; where the locale is not UTF-8 (wcwidth then knows only ASCII) utf8proc's table
 * answers instead. Text is expected to be sanitized: what cannot be shown has become something that
 * can.
 *
 * A cell's cluster is one character of one or two cells and the characters without width that
 * follow it. Emoji joined by ZWJ count as the sum of their parts: that is what ncurses draws.
 */

/* 0, 1 or 2; -1 for what has no picture here (controls, characters newer than libc's table), which
 * is drawn as U+FFFD in one cell. */
int width_code_point(uint32_t code);

/* The end of the cluster that begins at AT (< s.len), and its cells. */
size_t width_cluster(struct str s, size_t at, unsigned *cells);

/* Cells of all of S, which has no line break or tab in it. */
size_t width_text(struct str s);

/* The start of S that fits into MAX cells, whole clusters only; *CELLS (may be NULL) is its
 * width. */
struct str width_cut(struct str s, size_t max, size_t *cells);

#endif
