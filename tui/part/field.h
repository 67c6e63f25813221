/* SPDX-License-Identifier: MIT */
#ifndef TUI_PART_FIELD_H
#define TUI_PART_FIELD_H

#include "core/base/err.h"
#include "core/data/value.h"

/* Values that people type: from text to a value of the type that is wanted, and back. Types have
 * the words of JSON, whatever the file calls them. */

enum field_type {
	FIELD_STRING,
	FIELD_INTEGER,
	FIELD_NUMBER,
	FIELD_BOOLEAN,
	FIELD_LIST, /* lists and objects are written as JSON */
	FIELD_OBJECT,
	FIELD_IMAGE, /* a path, a URL or base64 */
	FIELD_ANY /* text; a list or an object when it is JSON of one */
};

/* WORD as the file has it: "int", "bool", ... */
enum field_type field_type_of(struct str word);
const char *field_type_word(enum field_type type); /* "integer"; marked N_ */

/* E says in a sentence what is wrong and, in JSON, at which line and column. */
bool field_read(enum field_type type, struct str text, struct arena *a, struct value *out,
	struct err *e) WARN_UNUSED;
/* V as it would be typed. */
struct str field_text(struct value v, struct arena *a);

#endif
