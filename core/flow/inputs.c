/* SPDX-License-Identifier: MIT */
#include "core/flow/inputs.h"

#include "core/data/json.h"
#include "core/flow/names.h"
#include "core/flow/space.h"

#include <math.h>
#include <string.h>
#include <strings.h>

static const char *const type_words[] = {
	"string", "int", "double", "bool", "list", "object", "image"};

static enum input_type type_from_word(struct str word)
{
	for (size_t i = 0; i < sizeof type_words / sizeof *type_words; i++)
		if (str_is(word, type_words[i]))
			return (enum input_type)i;
	return INPUT_OTHER;
}

static bool read_one(
	const struct value_entry *entry, const char *file, struct input *out, struct err *e)
{
	struct value v = entry->value;
	*out = (struct input){.name = entry->key.u.str,
		.type = INPUT_OTHER,
		.line = entry->key.line,
		.column = entry->key.column};
	if (v.kind == VALUE_NONE)
		return true;
	if (v.kind != VALUE_DICT) {
		err_set(e, ERR_CONFIG, "The input \"%.*s\" must be a map, but it is %s.",
			STR_ARG(out->name), value_kind_words(v.kind));
		err_hint(e, "Write it as {type: string, default: ...}.");
		return err_place(e, file, v.line, v.column);
	}
	out->type_word = value_get_str(v, "type", STR_NONE);
	out->type = type_from_word(out->type_word);
	const struct value *type = value_get_cstr(v, "type");
	if (type != NULL && type->kind != VALUE_NONE) {
		out->type_line = type->line;
		out->type_column = type->column;
	}
	out->description = value_get_str(v, "description", STR_NONE);
	const struct value *preset = value_get_cstr(v, "default");
	const struct value *sample = value_get_cstr(v, "sample");
	const struct value *choices = value_get_cstr(v, "enum");
	out->has_preset = preset != NULL;
	out->preset = preset != NULL ? *preset : value_none();
	out->sample = sample != NULL ? *sample : value_none();
	out->choices = choices != NULL && choices->kind == VALUE_LIST ? *choices : value_none();
	out->is_chat_input = value_get_bool(v, "is_chat_input", false);
	out->is_chat_history = value_get_bool(v, "is_chat_history", false);
	return true;
}

bool inputs_read(
	struct arena *a, struct value map, const char *file, struct inputs *out, struct err *e)
{
	*out = (struct inputs){.file = file, .sample = value_none()};
	if (map.kind == VALUE_NONE)
		return true;
	if (map.kind != VALUE_DICT) {
		err_set(e, ERR_CONFIG,
			"\"inputs\" must be a map from names to definitions, but it is %s.",
			value_kind_words(map.kind));
		return err_place(e, file, map.line, map.column);
	}
	out->items = ARENA_ARRAY(a, struct input, map.u.dict->len + 1);
	for (size_t i = 0; i < map.u.dict->len; i++)
		if (!read_one(&map.u.dict->entries[i], file, &out->items[out->len++], e))
			return false;
	return true;
}

/* What other programs call our types: too far from our words to be found by their letters. */
static struct str type_elsewhere(struct str word)
{
	static const struct {
		const char *theirs;
		const char *ours;
	} rows[] = {{"integer", "int"}, {"long", "int"}, {"float", "double"}, {"number", "double"},
		{"boolean", "bool"}, {"str", "string"}, {"text", "string"}, {"array", "list"},
		{"dict", "object"}, {"map", "object"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (word.len == strlen(rows[i].theirs) &&
			strncasecmp(word.at, rows[i].theirs, word.len) == 0)
			return str_from(rows[i].ours);
	return word;
}

bool inputs_check_types(const struct inputs *in, struct err *e)
{
	enum { KNOWN = sizeof type_words / sizeof *type_words };
	struct str names[KNOWN];
	for (size_t i = 0; i < KNOWN; i++)
		names[i] = str_from(type_words[i]);
	for (size_t i = 0; i < in->len; i++) {
		const struct input *input = &in->items[i];
		if (input->type != INPUT_OTHER || input->type_line == 0)
			continue;
		if (input->type_word.len == 0)
			err_set(e, ERR_CONFIG, "The type of the input \"%.*s\" must be a word.",
				STR_ARG(input->name));
		else
			err_set(e, ERR_CONFIG, "\"%.*s\" is not a type of input.",
				STR_ARG(input->type_word));
		names_hint(e, type_elsewhere(input->type_word), "types", names, KNOWN);
		return err_place(e, in->file, input->type_line, input->type_column);
	}
	return true;
}

static enum input_type type_of(struct value v)
{
	switch (v.kind) {
	case VALUE_BOOL: return INPUT_BOOL;
	case VALUE_INT: return INPUT_INT;
	case VALUE_FLOAT: return INPUT_DOUBLE;
	case VALUE_STR: return INPUT_STRING;
	case VALUE_LIST: return INPUT_LIST;
	case VALUE_DICT: return INPUT_OBJECT;
	case VALUE_NONE: break;
	}
	return INPUT_OTHER;
}

void inputs_from_sample(struct arena *a, struct value sample, struct inputs *out)
{
	if (sample.kind != VALUE_DICT)
		return;
	out->items = ARENA_ARRAY(a, struct input, sample.u.dict->len + 1);
	for (size_t i = 0; i < sample.u.dict->len; i++) {
		const struct value_entry *entry = &sample.u.dict->entries[i];
		enum input_type type = type_of(entry->value);
		out->items[out->len++] = (struct input){.name = entry->key.u.str,
			.type = type,
			.type_word = type == INPUT_OTHER ? STR_NONE : str_from(type_words[type]),
			.line = entry->key.line,
			.column = entry->key.column};
	}
}

const struct input *inputs_find(const struct inputs *in, struct str name)
{
	for (size_t i = 0; i < in->len; i++)
		if (str_eq(in->items[i].name, name))
			return &in->items[i];
	return NULL;
}

static bool fail_type(
	struct str name, const char *wanted, struct arena *a, struct value v, struct err *e)
{
	struct str text = str_slice(json_text(a, v, JSON_COMPACT), 0, 60);
	return err_set(e, ERR_CONFIG, "The input \"%.*s\" must be %s, but it is %s: %.*s",
		STR_ARG(name), wanted, value_kind_words(v.kind), STR_ARG(text));
}

static bool coerce_int(struct value v, struct value *out)
{
	int64_t n;
	switch (v.kind) {
	case VALUE_INT: *out = v; return true;
	case VALUE_BOOL: *out = value_int(v.u.boolean); return true;
	case VALUE_FLOAT:
		if (!(fabs(v.u.real) < 9.2e18))
			return false;
		*out = value_int((int64_t)v.u.real);
		return true;
	case VALUE_STR:
		if (!str_to_int(space_trim(v.u.str), &n))
			return false;
		*out = value_int(n);
		return true;
	default: return false;
	}
}

static bool coerce_double(struct value v, struct value *out)
{
	double d;
	switch (v.kind) {
	case VALUE_FLOAT: *out = v; return true;
	case VALUE_INT: *out = value_float((double)v.u.integer); return true;
	case VALUE_BOOL: *out = value_float(v.u.boolean ? 1 : 0); return true;
	case VALUE_STR:
		if (!str_to_double(space_trim(v.u.str), &d))
			return false;
		*out = value_float(d);
		return true;
	default: return false;
	}
}

static bool coerce_bool(struct value v, struct value *out)
{
	if (v.kind == VALUE_BOOL) {
		*out = v;
		return true;
	}
	if (v.kind != VALUE_STR)
		return false;
	bool is_true = v.u.str.len == 4 && strncasecmp(v.u.str.at, "true", 4) == 0;
	bool is_false = v.u.str.len == 5 && strncasecmp(v.u.str.at, "false", 5) == 0;
	*out = value_bool(is_true);
	return is_true || is_false;
}

/* Scalars as Python's str() has them; lists and objects as JSON. */
static struct value coerce_string(struct arena *a, struct value v)
{
	switch (v.kind) {
	case VALUE_STR: return v;
	case VALUE_NONE: return value_cstr("None");
	case VALUE_BOOL: return value_cstr(v.u.boolean ? "True" : "False");
	default: return value_str(json_text(a, v, JSON_COMPACT));
	}
}

/* A string as the JSON it holds, when that is JSON. */
static bool from_json(struct arena *a, struct value v, struct value *out)
{
	struct err ignored = ERR_INIT;
	return v.kind == VALUE_STR && json_read(a, v.u.str, NULL, out, &ignored);
}

bool input_coerce(struct arena *a, enum input_type type, struct str name, struct value v,
	struct value *out, struct err *e)
{
	*out = v;
	switch (type) {
	case INPUT_INT:
		return coerce_int(v, out) || fail_type(name, "an int (a whole number)", a, v, e);
	case INPUT_DOUBLE:
		return coerce_double(v, out) || fail_type(name, "a double (a number)", a, v, e);
	case INPUT_BOOL:
		return coerce_bool(v, out) || fail_type(name, "a bool (true or false)", a, v, e);
	case INPUT_STRING: *out = coerce_string(a, v); return true;
	case INPUT_LIST:
		if (v.kind == VALUE_LIST || (from_json(a, v, out) && out->kind == VALUE_LIST))
			return true;
		return fail_type(name, "a list, or a string that is a JSON list", a, v, e);
	case INPUT_OBJECT:
		if (!from_json(a, v, out))
			*out = v;
		return true;
	case INPUT_IMAGE:
	case INPUT_OTHER: return true;
	}
	return true;
}

static bool check_names(const struct inputs *in, struct value given, struct arena *a, struct err *e)
{
	for (size_t i = 0; i < given.u.dict->len; i++) {
		struct str name = given.u.dict->entries[i].key.u.str;
		if (inputs_find(in, name) != NULL)
			continue;
		struct str *names = ARENA_ARRAY(a, struct str, in->len + 1);
		for (size_t k = 0; k < in->len; k++)
			names[k] = in->items[k].name;
		err_set(e, ERR_USAGE, "%s has no input \"%.*s\".", in->file, STR_ARG(name));
		return names_hint(e, name, "inputs", names, in->len);
	}
	return true;
}

/* Where the values of a run come from. */
struct values {
	struct value from; /* dict: what is given, or the sample */
	bool is_sample;
};

static const struct value *find_value(
	const struct inputs *in, const struct input *input, const struct values *values)
{
	const struct value *found = value_get(values->from, input->name);
	if (found == NULL && values->is_sample && input->sample.kind != VALUE_NONE)
		found = &input->sample;
	if (found == NULL && input->has_preset &&
		(in->null_presets || input->preset.kind != VALUE_NONE))
		found = &input->preset;
	return found;
}

static bool fail_missing(const struct inputs *in, const struct values *values, struct err *e)
{
	struct buf names = BUF_INIT(300);
	const struct input *first = NULL;
	size_t missing = 0;
	for (size_t i = 0; i < in->len; i++) {
		const struct input *input = &in->items[i];
		if (find_value(in, input, values) != NULL)
			continue;
		first = first != NULL ? first : input;
		buf_add_format(
			&names, "%s\"%.*s\"", missing++ > 0 ? ", " : "", STR_ARG(input->name));
	}
	err_set(e, ERR_USAGE, "No value is given for the input%s %.*s.", missing > 1 ? "s" : "",
		STR_ARG(buf_str(&names)));
	buf_free(&names);
	err_hint(e, "Give it one, or write a default or a sample into the file.");
	return err_place(
		e, in->file, first != NULL ? first->line : 0, first != NULL ? first->column : 0);
}

bool inputs_resolve(const struct inputs *in, struct value given, struct arena *a, struct value *out,
	struct err *e)
{
	struct values values = {.from = given};
	values.is_sample = given.kind != VALUE_DICT || given.u.dict->len == 0;
	if (values.is_sample)
		values.from = in->sample.kind == VALUE_DICT ? in->sample : value_dict(a);
	*out = value_dict(a);
	if (in->is_open) {
		*out = value_copy(a, values.from);
		return true;
	}
	if (!values.is_sample && !check_names(in, given, a, e))
		return false;
	for (size_t i = 0; i < in->len; i++) {
		const struct input *input = &in->items[i];
		const struct value *found = find_value(in, input, &values);
		if (found == NULL)
			return fail_missing(in, &values, e);
		struct value v;
		if (!input_coerce(a, input->type, input->name, *found, &v, e))
			return err_place(e, in->file, input->line, input->column);
		value_set(*out, input->name, value_copy(a, v));
	}
	return true;
}
