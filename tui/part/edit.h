/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_EDIT_H
#define TUI_PART_EDIT_H

#include "core/base/err.h"
#include "tui/part/edit_history.h"
#include "tui/part/stretch.h"
#include "tui/part/text_view.h"

/*
 * Text that is being edited: content, caret, selection, history and the window on it. The prompt
 * editor, the fields of forms and the search line are all one of these.
 *
 * The bytes are the file's own: what is loaded and not changed comes out as it went in, with its
 * CR, byte order mark, broken UTF-8 and missing last line feed. Hidden characters are shown as
 * tokens (tui/part/glyph.h) and the caret passes over each in one step.
 *
 * Positions are byte offsets. Invariants: caret and anchor lie between glyphs; without a selection
 * they are equal; a single-line edit has no line feed; nothing grows past max.
 */

enum edit_move {
	EDIT_LEFT,
	EDIT_RIGHT,
	EDIT_WORD_LEFT,
	EDIT_WORD_RIGHT,
	EDIT_UP, /* rows as they are seen */
	EDIT_DOWN,
	EDIT_PAGE_UP,
	EDIT_PAGE_DOWN,
	EDIT_PARAGRAPH_UP,
	EDIT_PARAGRAPH_DOWN,
	EDIT_HOME, /* the row's first word, then the row's start, then the line's */
	EDIT_END, /* the row's end, then the line's */
	EDIT_START, /* of the text */
	EDIT_FINISH
};

enum edit_erase {
	ERASE_LEFT,
	ERASE_RIGHT,
	ERASE_WORD_LEFT,
	ERASE_WORD_RIGHT,
	ERASE_LINE,
	ERASE_TO_LINE_END
};

/* A change: the bytes at AT, and of the lines from LINE on how many breaks went and came. */
struct edit_changed {
	size_t at;
	size_t removed, added; /* bytes */
	size_t line;
	size_t lines_removed, lines_added;
};

/* Told of every change, before it is made and after. */
struct edit_watch {
	void (*before)(void *ctx, const struct edit_changed *change);
	void (*after)(void *ctx, const struct edit_changed *change);
	void *ctx; /* NULL: nobody watches */
};

/* Bytes [from, to) to be drawn as found. */
struct edit_match {
	size_t from, to;
};

struct edit {
	struct piece_table text;
	struct edit_history history;
	size_t caret, anchor;
	long goal; /* the column that moves by rows keep to, -1: the caret's own */
	uint64_t revision;
	size_t max; /* bytes */
	bool single_line;
	bool read_only;
	bool crlf; /* lines end in CR LF: the CR is not shown, Enter writes both */
	bool refused; /* the last change was not made: too large, or read-only */
	bool starting; /* the next change begins a step of history */
	int joinable; /* what the open step holds: enum edit_joinable */
	int64_t now_ns, typed_ns; /* for the pause that ends a step; 0: no clock */
	struct edit_watch watch;

	int w, h; /* the room there is, set by edit_fit */
	int gutter; /* cells for line numbers, 0: none */
	bool numbered;
	bool follow; /* the next fit brings the caret into view */
	size_t top; /* in the first row shown; after a fit, where it begins */
	size_t left; /* of a single line: cells scrolled out */
	struct edit_match *matches; /* in view, in order; set by a search */
	size_t match_count, match_cap;
	struct stretch here; /* the layout asked for last */
	uint64_t here_revision;
	size_t here_width;
	struct stretch *shown; /* what the window shows, laid out by edit_fit */
	size_t shown_count, shown_cap;
	uint64_t shown_revision;
	size_t shown_width;
	size_t bottom; /* where the row below the window begins, or the text's end */
	bool more; /* there is such a row */
};

void edit_init(struct edit *e, bool single_line);
void edit_free(struct edit *e);

/* New content (a copy), the caret at its start (in a single line at its end); history starts anew
 * and watchers are not told. False when it is larger than max: then it is cut there. */
bool edit_set(struct edit *e, struct str text);
struct str edit_text(const struct edit *e, struct arena *a); /* a copy */
struct str edit_read(const struct edit *e, size_t from, size_t to, struct arena *a); /* a copy */
size_t edit_size(const struct edit *e);
/* Differs after every change. */
uint64_t edit_revision(const struct edit *e);
/* A number for the present state of the history: undoing back to a state gives its number again.
 * What comes after this call is a step of its own. */
uint64_t edit_mark(struct edit *e);
uint64_t edit_state(const struct edit *e);

/* Typed text replaces the selection. A step of undo is a word of typing without a pause. */
void edit_type(struct edit *e, struct str text);
/* Enter: a line feed and the indent of the line. */
void edit_newline(struct edit *e);
/* As one step of undo; line ends become the text's own, or spaces in a single line. */
void edit_paste(struct edit *e, struct str text);
/* Puts TEXT in the place of [from, to) as one step; the caret stands behind it. */
void edit_replace(struct edit *e, size_t from, size_t to, struct str text);
/* Removes the selection when there is one, else what ERASE says. */
void edit_erase(struct edit *e, enum edit_erase erase);

/* Over the lines of the selection, or the caret's line. */
void edit_indent(struct edit *e);
void edit_outdent(struct edit *e);
void edit_move_lines(struct edit *e, int by); /* -1 up, 1 down */
void edit_duplicate(struct edit *e);

bool edit_undo(struct edit *e); /* false: there is nothing to undo */
bool edit_redo(struct edit *e);
bool edit_undo_branch(struct edit *e); /* to the end of the next branch at the nearest fork */
bool edit_older(struct edit *e); /* the state before this one in time, on whatever branch */
bool edit_newer(struct edit *e);

void edit_move(struct edit *e, enum edit_move move, bool select);
/* The caret to AT (brought to a border between glyphs). */
void edit_go(struct edit *e, size_t at, bool select);
void edit_select(struct edit *e, size_t from, size_t to);
void edit_select_all(struct edit *e);
void edit_select_word(struct edit *e); /* the one at the caret */
void edit_select_line(struct edit *e);
bool edit_has_selection(const struct edit *e);
/* [*FROM, *TO) in order. */
void edit_selected(const struct edit *e, size_t *from, size_t *to);
struct str edit_selection(const struct edit *e, struct arena *a); /* a copy */
/* The caret's line and column from 1; a column is a glyph. */
void edit_position(struct edit *e, size_t *line, size_t *column);

/* Takes the room there is; brings the caret into view when it was moved. Call it before drawing. */
void edit_fit(struct edit *e, int w, int h);
/* Moves the window by rows; the caret stays. */
void edit_scroll(struct edit *e, long rows);
/* Lines below the window, the rest of one that is partly seen counting as one. */
size_t edit_below(const struct edit *e);
/* What the window shows lies in [*FROM, *TO). */
void edit_visible(const struct edit *e, size_t *from, size_t *to);
/* Draws it; STYLE gets lines with their raw bytes. Sets the surface's caret when focused. */
void edit_draw(struct pen pen, struct area area, const struct edit *e, bool focused,
	struct text_style style);
/* The caret to the cell X, Y of the area drawn into. */
void edit_click(struct edit *e, int x, int y, bool select);

#endif
