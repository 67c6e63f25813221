/* SPDX-License-Identifier: MIT */
#ifndef CORE_BASE_ERR_H
#define CORE_BASE_ERR_H

#include <stdbool.h>

/*
 * Errors are sentences for people. A function that can fail returns bool and fills the
 * `struct err *` it takes last; the caller adds the place or the hint it knows better, shows the
 * error or passes it on, and never prints the same failure twice.
 *
 * Invariants: `text` is one full sentence without a line break; `where` is "" when the fault has no
 * place; all three strings are valid UTF-8 (cut at a character) and always end in NUL. They may
 * hold foreign text (a file name, a server's words): whoever shows them sanitizes them.
 */

enum err_code {
	ERR_NONE,
	ERR_USAGE, /* the command line or a call's arguments are wrong */
	ERR_CONFIG, /* a file of the user's (lathe.yaml, flow, prompt, template) is wrong */
	ERR_IO, /* a file cannot be read or written */
	ERR_NET, /* no answer: name, connection, TLS, time-out */
	ERR_PROVIDER, /* an answer that is an error or makes no sense */
	ERR_LIMIT, /* a bound of ours was reached */
	ERR_CANCELLED, /* somebody stopped it */
	ERR_STORE, /* the database */
	ERR_KEY, /* a secret that cannot be had, or may not go there */
	ERR_BUG /* ours */
};

struct err {
	enum err_code code;
	char where[96]; /* "flow.dag.yaml:12:5" */
	char text[400]; /* what happened */
	char hint[160]; /* what to do about it, may be "" */
};

#define ERR_INIT                                                                                   \
	{                                                                                          \
		.code = ERR_NONE                                                                   \
	}

/* Sets code and text, clears place and hint. Always false, so: return err_set(e, ...). E may be
 * NULL. */
bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds the place: FILE:LINE:COLUMN, 1-based; without the parts that are 0. A long file name keeps
 * its end. Does nothing when a place is set already: the innermost knows best. Always false. */
bool err_place(struct err *e, const char *file, unsigned line, unsigned column);

/* Adds what to do about it, replacing an earlier hint. Always false. */
bool err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Puts "PREFIX: " before the text. Always false. */
bool err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *e);

/* Writes "where: text hint" into OUT (always ended by NUL) and returns OUT. */
char *err_format(const struct err *e, char *out, unsigned size);

#ifdef __clang_analyzer__
/* The analyzer sees one file at a time and must know that these are always false. */
#define err_set(...)	(err_set(__VA_ARGS__) && false)
#define err_place(...)	(err_place(__VA_ARGS__) && false)
#define err_hint(...)	(err_hint(__VA_ARGS__) && false)
#define err_prefix(...) (err_prefix(__VA_ARGS__) && false)
#endif

/* The one map from code to exit status: 0 ok, 2 usage, 3 config and files, 4 network or provider,
 * 5 store, 70 bug, 130 cancelled. */
int err_exit_status(enum err_code code);

/* A stable word for the code: "config", "net", ... for JSON and for the store. */
const char *err_code_word(enum err_code code);

/* Our own mistake: says so on standard error and aborts. */
#define BUG(...) err_bug(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void err_bug(const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define WARN_UNUSED __attribute__((warn_unused_result))

#endif
