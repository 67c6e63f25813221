/* SPDX-License-Identifier: MIT */
#ifndef TUI_DRAW_ROLE_H
#define TUI_DRAW_ROLE_H

#include "core/base/str.h"

/*
 * What a cell means, never what colour it has: a theme says that. A cell has one role (what its
 * text is) and one ground (what it lies on). Name: as theme files write it; letter: as dumps of a
 * surface show it.
 */

#define ROLE_TABLE(X)                                                                              \
	X(TEXT, "text", '.')                                                                       \
	X(STRONG, "strong", 'S')                                                                   \
	X(DIM, "dim", 'd')                                                                         \
	X(FAINT, "faint", 'f')                                                                     \
	X(ACCENT, "accent", 'a')                                                                   \
	X(BRAND, "brand", 'A')                                                                     \
	X(GOOD, "good", 'g')                                                                       \
	X(BAD, "bad", 'b')                                                                         \
	X(WARN, "warn", 'w')                                                                       \
	X(BORDER, "border", '-')                                                                   \
	X(BORDER_FOCUS, "border-focus", '=')                                                       \
	X(SPEAKER, "speaker", 'r')                                                                 \
	X(VARIABLE, "variable", 'v')                                                               \
	X(TAG, "tag", 't')                                                                         \
	X(COMMENT, "comment", 'c')                                                                 \
	X(CITATION, "citation", 'n')                                                               \
	X(REASONING, "reasoning", 'i')                                                             \
	X(ADDED, "added", '+')                                                                     \
	X(REMOVED, "removed", '~')

#define GROUND_TABLE(X)                                                                            \
	X(NONE, "none")                                                                            \
	X(BAR, "bar")                                                                              \
	X(SELECT, "select")                                                                        \
	X(SELECT_QUIET, "select-quiet")                                                            \
	X(LAYER, "layer")                                                                          \
	X(LINE, "line")                                                                            \
	X(MATCH, "match")

#define ROLE_ENUM(id, name, letter) ROLE_##id,
enum role { ROLE_TABLE(ROLE_ENUM) ROLE_COUNT };
#undef ROLE_ENUM

#define GROUND_ENUM(id, name) GROUND_##id,
enum ground { GROUND_TABLE(GROUND_ENUM) GROUND_COUNT };
#undef GROUND_ENUM

char role_letter(enum role role);
bool role_from_name(struct str name, enum role *out);
const char *ground_name(enum ground ground);
bool ground_from_name(struct str name, enum ground *out);

#endif
