/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_EDIT_SEARCH_H
#define TUI_PART_EDIT_SEARCH_H

#include "tui/part/edit.h"

/*
 * Searching in a text that is being edited, and replacing. A pattern is plain text, or a regular
 * expression as PCRE2 has them ("^" and "$" at lines, Unicode letters); letter case matters once
 * there is a capital letter in it. Every search is bounded: a pattern that would take too long says
 * so.
 *
 * In the replacement of an expression $1 to $99 and ${1} are its groups, $0 the match, $$ a dollar
 * sign, \n and \t a line break and a tab.
 */

enum { SEARCH_COUNTED = 9999, SEARCH_PATTERN = 1024 };

struct edit_search {
	void *code; /* pcre2_code; NULL: nothing to search */
	bool regex;
	struct buf pattern; /* as it was set */
	char error[256]; /* why it cannot be searched, a sentence; "" it can */
	/* The text in one piece, bytes that are no UTF-8 blotted out: for this revision of this
	 * edit. */
	struct buf flat;
	const struct edit *flat_of;
	uint64_t flat_revision;
	/* All matches of that revision, found by edit_search_show. */
	struct edit_match *all;
	size_t count, cap;
	bool counted;
	bool more; /* there are more than COUNT: they are not all looked for */
	size_t current; /* the one that is selected, from 1; 0 none */
};

void edit_search_init(struct edit_search *s);
void edit_search_free(struct edit_search *s);
/* Drops the copy of the text, which may be large. */
void edit_search_rest(struct edit_search *s);

/* False, with s->error set, when PATTERN is not one. The empty pattern is found nowhere. */
bool edit_search_set(struct edit_search *s, struct str pattern, bool regex);
/* Selects the first match at or behind FROM; behind the last comes the first. False: there is
 * none, or s->error says why. */
bool edit_search_from(struct edit_search *s, struct edit *e, size_t from);
/* Selects the next match, or the one before. */
bool edit_search_step(struct edit_search *s, struct edit *e, bool forward);
/* Gives E the matches that its window shows, to be drawn, and counts all of them. */
void edit_search_show(struct edit_search *s, struct edit *e);

/* Replaces the match that is selected and selects the next; when none is, only does the latter.
 * True when something was replaced. */
bool edit_search_replace(struct edit_search *s, struct edit *e, struct str with);
/* Replaces all matches as one step of undo. Returns how many; 0 also when s->error says why. */
size_t edit_search_replace_all(struct edit_search *s, struct edit *e, struct str with);

#endif
