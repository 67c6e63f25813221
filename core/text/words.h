/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_WORDS_H
#define CORE_TEXT_WORDS_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * The interface's languages. The source is English; a catalogue in gettext's PO form
 * (data/locale/LANGUAGE.po, inside the program) gives each text in another language. A text without
 * a translation stays English.
 *
 * Invariant: a translation has the printf conversions of its English in the same order, so it may
 * stand as the format wherever that may; words_load refuses a catalogue in which one has not.
 */

struct words; /* lives in its arena; NULL is English */

/* Marks a text that is translated where it is shown. */
#define N_(text) text

/* The translation of ENGLISH, or ENGLISH itself. W may be NULL. Borrowed from the catalogue. */
const char *tr(const struct words *w, const char *english) __attribute__((format_arg(2)));

/* Reads a catalogue: msgid and msgstr, in one string or several, with C's escapes \n \t \" \\;
 * fuzzy and empty translations are left out. FILE is its name in errors, which carry
 * file:line. */
bool words_load(struct arena *a, struct str po_text, const char *file, struct words **out,
	struct err *e) WARN_UNUSED;

/* The catalogue of a language that travels inside the program; *OUT is NULL for English. ASKED is
 * what the person named ("zh_CN", "zh", "en"; an unknown one is an error) or NULL: then LANGUAGE
 * says it, and where that is not set the first of LC_ALL, LC_MESSAGES and LANG that is, installed
 * or not; LANGUAGE counts for nothing in the C locale, as with gettext. Every zh is zh_CN. */
bool words_open(
	struct arena *a, const char *asked, const struct words **out, struct err *e) WARN_UNUSED;

#endif
