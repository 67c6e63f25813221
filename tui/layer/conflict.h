/* SPDX-License-Identifier: MIT */
#ifndef TUI_LAYER_CONFLICT_H
#define TUI_LAYER_CONFLICT_H

#include "tui/layer/layer.h"

/*
 * What saving would change, to be looked at. When the file was changed outside while it was edited
 * there is something to decide: keep mine (m) or take theirs (t); neither counts in the first third
 * of a second, so that what was typed ahead decides nothing. Esc leaves everything as it is.
 */

enum conflict_kind {
	CONFLICT_LOOK, /* what was edited since the last save */
	CONFLICT_OUTSIDE, /* the file was changed outside */
	CONFLICT_GONE /* the file was removed outside */
};

extern const struct layer_class conflict_layer;

struct conflict;
/* New. NAME is the file's, sanitized; DISK is what the file holds, MINE what would be saved. */
struct conflict *conflict_new(enum conflict_kind kind, const char *name, struct str disk,
	struct str mine, int64_t now_ns);

#endif
