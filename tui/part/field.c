/* SPDX-License-Identifier: MIT */
#include "tui/part/field.h"

#include "core/data/json.h"
#include "core/text/words.h"

enum { SHORT_JSON = 60 };

struct type_row {
	const char *word; /* shown */
	const char *names[4]; /* in files */
};

static const struct type_row types[] = {
	[FIELD_STRING] = {N_("string"), {"string", "str", NULL}},
	[FIELD_INTEGER] = {N_("integer"), {"int", "integer", NULL}},
	[FIELD_NUMBER] = {N_("number"), {"double", "float", "number", NULL}},
	[FIELD_BOOLEAN] = {N_("boolean"), {"bool", "boolean", NULL}},
	[FIELD_LIST] = {N_("list"), {"list", "array", NULL}},
	[FIELD_OBJECT] = {N_("object"), {"object", "dict", NULL}},
	[FIELD_IMAGE] = {N_("image"), {"image", NULL}},
	[FIELD_ANY] = {N_("any"), {"any", NULL}},
};

enum { TYPES = sizeof types / sizeof types[0] };

enum field_type field_type_of(struct str word)
{
	for (size_t i = 0; i < TYPES; i++)
		for (const char *const *name = types[i].names; *name != NULL; name++)
			if (str_is(word, *name))
				return (enum field_type)i;
	return FIELD_ANY;
}

const char *field_type_word(enum field_type type)
{
	return types[type].word;
}

static bool read_boolean(struct str text, struct value *out, struct err *e)
{
	static const char *const words[2][4] = {
		{"false", "no", "off", "0"}, {"true", "yes", "on", "1"}};
	for (int truth = 0; truth <= 1; truth++)
		for (size_t i = 0; i < 4; i++)
			if (str_is(text, words[truth][i])) {
				*out = value_bool(truth);
				return true;
			}
	return err_set(e, ERR_USAGE, N_("This is true or false."));
}

/* The place in the text stands before the fault. */
static bool read_json(struct str text, struct arena *a, struct value *out, struct err *e)
{
	struct err fault = ERR_INIT;
	if (json_read(a, text, "JSON", out, &fault))
		return true;
	return err_set(e, ERR_USAGE, "%s: %s", fault.where, fault.text);
}

static bool read_list(struct str text, struct arena *a, struct value *out, struct err *e)
{
	if (!read_json(text, a, out, e))
		return false;
	return out->kind == VALUE_LIST ||
	       err_set(e, ERR_USAGE, N_("This is a list, as JSON: [\"a\", \"b\"]."));
}

static bool read_object(struct str text, struct arena *a, struct value *out, struct err *e)
{
	if (!read_json(text, a, out, e))
		return false;
	return out->kind == VALUE_DICT ||
	       err_set(e, ERR_USAGE, N_("This is an object, as JSON: {\"name\": \"value\"}."));
}

/* What begins as JSON and is none may well be meant as text. */
static struct value read_any(struct str text, struct arena *a)
{
	struct value v;
	struct err ignored = ERR_INIT;
	struct str trimmed = str_trim(text);
	bool open = trimmed.len > 0 && (trimmed.at[0] == '[' || trimmed.at[0] == '{');
	return open && json_read(a, trimmed, NULL, &v, &ignored) ? v : value_str(text);
}

bool field_read(
	enum field_type type, struct str text, struct arena *a, struct value *out, struct err *e)
{
	struct str trimmed = str_trim(text);
	int64_t n;
	double d;
	switch (type) {
	case FIELD_STRING: *out = value_str(text); return true;
	case FIELD_IMAGE: *out = value_str(trimmed); return true;
	case FIELD_ANY: *out = read_any(text, a); return true;
	case FIELD_BOOLEAN: return read_boolean(trimmed, out, e);
	case FIELD_LIST: return read_list(trimmed, a, out, e);
	case FIELD_OBJECT: return read_object(trimmed, a, out, e);
	case FIELD_INTEGER:
		if (!str_to_int(trimmed, &n))
			return err_set(e, ERR_USAGE, N_("This is a whole number, such as 12."));
		*out = value_int(n);
		return true;
	case FIELD_NUMBER:
		if (!str_to_double(trimmed, &d))
			return err_set(e, ERR_USAGE, N_("This is a number, such as 0.5."));
		*out = value_float(d);
		return true;
	}
	return true;
}

struct str field_text(struct value v, struct arena *a)
{
	if (v.kind == VALUE_STR)
		return v.u.str;
	if (v.kind == VALUE_NONE)
		return STR("");
	struct str text = json_text(a, v, JSON_COMPACT);
	bool nested = v.kind == VALUE_LIST || v.kind == VALUE_DICT;
	return nested && text.len > SHORT_JSON ? json_text(a, v, JSON_INDENTED) : text;
}
