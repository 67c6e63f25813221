/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TEMPLATE_H
#define CORE_DATA_TEMPLATE_TEMPLATE_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/data/value.h"

/*
 * Jinja2 templates: compiled once into a resolved tree, rendered many times. The text that comes
 * out is the text that jinja2 3.1 gives with autoescape off; tests/conformance/template compares
 * the two. A compiled template never changes: threads may render it at the same time.
 *
 * A template sees only the dict it is given and, below options.root, the templates it names. What
 * it inserts is never read as a template again. It may change its own copy of what it was given
 * (append, update), never the caller's.
 *
 * Every error has its place, "NAME:line:column". ERR_CONFIG: the template or its data are wrong.
 * ERR_LIMIT: a bound was reached: steps (fuel), 16 MiB of output or of one string, 256 MiB of
 * memory, range() over 100,000 items, lists of 1,000,000 items, 64 calls (macros, blocks, recursive
 * loops) inside one another, 16 templates inside one another, nesting in the source.
 *
 * Left out, each refused with its name:
 *   statements: autoescape, and the extensions' do, break, continue, trans, debug;
 *   filters and functions: random, lipsum;
 *   line statements, line comments and delimiters other than {{ }}, {% %}, {# #};
 *   integers past 64 bits, complex numbers;
 *   strings: encode, translate, maketrans, format_map; \N{...} escapes, lone surrogates;
 *   sort and dictsort by a key function: list.sort(key=...);
 *   methods of numbers; format conversions: n in str.format.
 * Different on purpose:
 *   names that begin with two underscores (Python's internals) are undefined;
 *   what Python prints with a memory address (functions, methods, generators) prints without it;
 *   striptags knows the entities of HTML 4; case and character classes are those of utf8proc;
 *   an error's line is that of the failing part, where jinja2 names its statement's first line;
 *   slicing a constant that cannot be sliced is an error, as it is with a variable.
 */

struct template;

struct template_options {
	bool trim_blocks; /* the line break after a block is dropped */
	bool lstrip_blocks; /* blanks before a block, from the line's start, are dropped */
	bool keep_trailing_newline;
	bool strict; /* printing or testing what is undefined is an error */
	const char *root; /* folder of include, import and extends; NULL: there is none */
	uint64_t fuel; /* steps of one render; 0: TEMPLATE_FUEL */
};

#define TEMPLATE_FUEL UINT64_C(1000000)

enum { TEMPLATE_OUTPUT_MAX = 16 << 20, TEMPLATE_SOURCE_MAX = 4 << 20 };

/* Prompt flow's way: trim_blocks, the trailing newline kept, lenient. */
struct template_options template_options_flow(void);
/* Jinja2's own defaults. */
struct template_options template_options_raw(void);

/* A new template with copies of all it is given, or NULL with E set. NAME is for errors; it may be
 * NULL. Free it with template_free. */
struct template *template_compile(struct str source, const char *name,
	const struct template_options *options, struct err *e) WARN_UNUSED;
void template_free(struct template *t);

/* Appends the text to OUT. CONTEXT is a dict with string keys, or VALUE_NONE for an empty one. On
 * failure OUT is as it was. */
bool template_render(
	const struct template *t, struct value context, struct buf *out, struct err *e) WARN_UNUSED;

/* The names the template reads and does not define itself, in order of first use, without the
 * built-in functions. Borrowed from T. The templates it includes are not looked into. */
const struct str *template_variables(const struct template *t, size_t *count);

#endif
