/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_INPUTS_H
#define CORE_FLOW_INPUTS_H

#include "core/base/err.h"
#include "core/data/value.h"

/* Declared inputs of a prompt or flow and the values they get. */

enum input_type {
	INPUT_STRING,
	INPUT_INT,
	INPUT_DOUBLE,
	INPUT_BOOL,
	INPUT_LIST,
	INPUT_OBJECT,
	INPUT_IMAGE,
	INPUT_OTHER /* no type, or one that is not known: taken as it comes */
};

struct input {
	struct str name;
	enum input_type type;
	struct str type_word; /* as written, "" when absent or not a string */
	uint32_t type_line, type_column; /* of that word; 0 when there is no type */
	struct str description;
	struct value preset; /* the default; VALUE_NONE when absent or null */
	bool has_preset; /* the key "default" is there */
	struct value sample; /* the input's own "sample", or VALUE_NONE */
	struct value choices; /* "enum": a list, or VALUE_NONE */
	bool is_chat_input;
	bool is_chat_history;
	uint32_t line, column; /* of its name in the file */
};

struct inputs {
	struct input *items;
	size_t len;
	const char *file; /* for errors */
	struct value sample; /* dict used when nothing is given, or VALUE_NONE */
	bool is_open; /* nothing is declared: whatever is given goes through */
	bool null_presets; /* "default: null" counts as a default (prompts; not flows) */
};

/* Reads a map name -> definition (VALUE_NONE: no inputs). Keys that are not known are ignored. */
bool inputs_read(struct arena *a, struct value map, const char *file, struct inputs *out,
	struct err *e) WARN_UNUSED;

/* The declaration a sample implies, for a prompt that has a sample and declares nothing. */
void inputs_from_sample(struct arena *a, struct value sample, struct inputs *out);

/* The types a flow's inputs may have: any other word is an error with its place. An input without a
 * type is taken as it comes. */
bool inputs_check_types(const struct inputs *in, struct err *e) WARN_UNUSED;

const struct input *inputs_find(const struct inputs *in, struct str name);

/* The values of a run as a new dict: what is given (a dict or VALUE_NONE), when nothing is given
 * the sample, then the defaults, each brought to its type. Errors: a given name that is not
 * declared, a declared one that has no value, a value that is not of the type. */
bool inputs_resolve(const struct inputs *in, struct value given, struct arena *a, struct value *out,
	struct err *e) WARN_UNUSED;

/* V as TYPE, by Prompt flow's rules: numbers and booleans from strings, lists and objects from
 * JSON, an object that is not JSON stays a string. NAME is for errors. */
bool input_coerce(struct arena *a, enum input_type type, struct str name, struct value v,
	struct value *out, struct err *e) WARN_UNUSED;

#endif
