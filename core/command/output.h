/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_OUTPUT_H
#define CORE_COMMAND_OUTPUT_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/data/value.h"

/*
 * The one door to standard output and standard error of the headless faces. Text for a terminal
 * passes sanitize(); text for a pipe or a file is kept byte for byte. Known secret values are
 * replaced everywhere. Nothing else in core writes to a descriptor of the user's.
 *
 * When the reader goes away (a closed pipe) writing stops, output_is_broken says so, and the verb
 * ends its work. When writing fails for another reason, output_check says so at the end.
 */

struct output;

enum output_form {
	OUTPUT_TEXT, /* for people */
	OUTPUT_PLAIN, /* for people who are read to: no drawing characters, no colour */
	OUTPUT_JSON /* one JSON object a line */
};

struct output *output_new(void); /* new; on descriptors 1 and 2 */
void output_free(struct output *o);

void output_set_form(struct output *o, enum output_form form);
enum output_form output_form(const struct output *o);
bool output_is_terminal(const struct output *o);
/* The reader went away (a closed pipe). */
bool output_is_broken(const struct output *o);
/* What could not be written for another reason than that (a full disk); false and E set then. */
bool output_check(const struct output *o, struct err *e);
/* The terminal's locale is not UTF-8: what is beyond ASCII is shown there by look-alikes or '?'. */
void output_set_ascii(struct output *o, bool ascii);
/* Bold and dim are used: a terminal, no NO_COLOR, TERM not dumb, form TEXT. */
bool output_has_style(const struct output *o);

/* Called on all text before it is written; replaces secrets in place. */
void output_set_redactor(struct output *o, void (*fn)(void *ctx, struct buf *bytes), void *ctx);

/* Adds text; it goes out at output_flush or when much has come. */
void output_str(struct output *o, struct str s);
void output_cstr(struct output *o, const char *s);
void output_format(struct output *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Foreign text in a one-line place: line breaks become spaces. */
void output_field(struct output *o, struct str s);
/* A dim aside (a time, a unit) where style is on; plain text elsewhere. */
void output_dim(struct output *o, struct str s);
void output_strong(struct output *o, struct str s);
/* A piece of a stream, which may be cut anywhere; output_stream_end ends it. */
void output_stream(struct output *o, struct str piece);
void output_stream_end(struct output *o);
/* V as one line of JSON. */
void output_json(struct output *o, struct value v);
void output_flush(struct output *o);

/* A line on standard error beside the answer (figures, what was chosen), dim on a terminal. Shown
 * in text form only: the other forms have it in their lines. */
void output_aside(struct output *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* How far something is, on standard error, in text form only: on a terminal one line that the next
 * one replaces and that goes when anything else is written there; else a line of its own. An empty
 * text takes it away. */
void output_progress(struct output *o, struct str text);
bool output_has_progress(const struct output *o); /* it is a line that is replaced */

/* Asks on the terminal: shows QUESTION (foreign parts made safe by this function) and true when the
 * answer typed after it was shown is "y" or "yes". What was typed ahead is thrown away. False
 * without asking when there is no terminal. */
bool output_ask(struct output *o, struct str question);

/* Asks for a line that is not shown while it is typed, on the controlling terminal, whatever
 * standard input is: at most SIZE bytes into OUT, which the caller wipes. False with E set when
 * there is no terminal or nothing is given (Ctrl+C, Ctrl+D). */
bool output_ask_hidden(struct output *o, struct str question, char *out, size_t size, size_t *len,
	struct err *e) WARN_UNUSED;

/* QUESTION on standard error, without a line end; "" ends the line. */
void output_question(struct output *o, struct str question);

/* A sentence on standard error, with "lathe: " before it. */
void output_note(struct output *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* An error; in JSON form also as an event {"event":"error",...} on standard output. */
void output_error(struct output *o, const struct err *e);

#endif
