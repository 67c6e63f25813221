/* SPDX-License-Identifier: MIT */
#include "core/data/shape.h"

#include "core/text/roff.h"
#include "core/text/suggest.h"

#include <math.h>
#include <string.h>

static const struct shape_key *find(const struct shape_key *keys, struct str name)
{
	for (; keys->name != NULL; keys++)
		if (str_is(name, keys->name))
			return keys;
	return NULL;
}

static bool unknown_key(
	const struct value *key, const struct shape_key *keys, const char *file, struct err *e)
{
	struct suggest near = suggest_for(key->u.str);
	struct buf all = BUF_INIT(sizeof e->hint - 16);
	for (; keys->name != NULL; keys++) {
		suggest_offer(&near, str_from(keys->name));
		buf_add_format(&all, "%s%s", all.len > 0 ? ", " : "", keys->name);
	}
	err_set(e, ERR_CONFIG, "Unknown key '%.*s'.", STR_ARG(key->u.str));
	if (near.best.len > 0)
		err_hint(e, "Did you mean '%.*s'?", STR_ARG(near.best));
	else
		err_hint(e, "Keys here: %s.", buf_str(&all).at);
	buf_free(&all);
	return err_place(e, file, key->line, key->column);
}

static bool is_choice(const char *choices, struct str word)
{
	struct str rest = str_from(choices);
	while (rest.len > 0)
		if (str_eq(str_cut(rest, ' ', &rest), word))
			return true;
	return false;
}

static bool wrong_kind(
	const struct value_entry *entry, const char *wanted, const char *file, struct err *e)
{
	err_set(e, ERR_CONFIG, "'%.*s' must be %s, but it is %s.", STR_ARG(entry->key.u.str),
		wanted, value_kind_words(entry->value.kind));
	return err_place(e, file, entry->value.line, entry->value.column);
}

static bool check_keys(const struct value *map, const struct value *at,
	const struct shape_key *keys, const char *file, struct err *e);

static bool check_named(
	const struct value *map, const struct shape_key *key, const char *file, struct err *e)
{
	for (size_t i = 0; i < map->u.dict->len; i++) {
		const struct value_entry *entry = &map->u.dict->entries[i];
		if (entry->value.kind != VALUE_DICT)
			return wrong_kind(entry, "a map", file, e);
		if (!check_keys(&entry->value, &entry->key, key->inside, file, e))
			return false;
	}
	return true;
}

static bool check_text(const struct value_entry *entry, const struct shape_key *key,
	const char *file, struct err *e)
{
	if (entry->value.kind != VALUE_STR)
		return wrong_kind(entry, "a string", file, e);
	if (key->choices == NULL || is_choice(key->choices, entry->value.u.str))
		return true;
	err_set(e, ERR_CONFIG, "'%s' cannot be '%.*s'.", key->name, STR_ARG(entry->value.u.str));
	err_hint(e, "It is one of: %s.", key->choices);
	return err_place(e, file, entry->value.line, entry->value.column);
}

int64_t shape_dollars(const struct value *v)
{
	enum { LARGEST = 1000000000 };
	double dollars = v == NULL		  ? 0
			 : v->kind == VALUE_INT	  ? (double)v->u.integer
			 : v->kind == VALUE_FLOAT ? v->u.real
						  : 0;
	return dollars > 0 && dollars <= LARGEST ? (int64_t)llround(dollars * 1e9) : 0;
}

static bool check_words(const struct value_entry *entry, const char *file, struct err *e)
{
	bool good = entry->value.kind == VALUE_LIST;
	for (size_t i = 0; good && i < entry->value.u.list->len; i++)
		good = entry->value.u.list->items[i].kind == VALUE_STR;
	return good || wrong_kind(entry, "a list of strings", file, e);
}

static bool check_count(const struct value_entry *entry, const char *file, struct err *e)
{
	if (entry->value.kind != VALUE_INT)
		return wrong_kind(entry, "a whole number", file, e);
	if (entry->value.u.integer >= 1)
		return true;
	err_set(e, ERR_CONFIG, "'%.*s' must be 1 or more.", STR_ARG(entry->key.u.str));
	return err_place(e, file, entry->value.line, entry->value.column);
}

static bool check_dollars(const struct value_entry *entry, const char *file, struct err *e)
{
	if (shape_dollars(&entry->value) > 0)
		return true;
	err_set(e, ERR_CONFIG, "'%.*s' must be a number of dollars above 0, without a sign.",
		STR_ARG(entry->key.u.str));
	return err_place(e, file, entry->value.line, entry->value.column);
}

static bool check_price(const struct value_entry *entry, const char *file, struct err *e)
{
	const struct value *v = &entry->value;
	bool zero = (v->kind == VALUE_INT && v->u.integer == 0) ||
		    (v->kind == VALUE_FLOAT && fpclassify(v->u.real) == FP_ZERO);
	if (zero || shape_dollars(v) > 0)
		return true;
	err_set(e, ERR_CONFIG, "'%.*s' must be a number of dollars, without a sign.",
		STR_ARG(entry->key.u.str));
	return err_place(e, file, v->line, v->column);
}

static bool check_entry(const struct value_entry *entry, const struct shape_key *key,
	const char *file, struct err *e)
{
	if (key->kind == SHAPE_TEXT)
		return check_text(entry, key, file, e);
	if (key->kind == SHAPE_COUNT)
		return check_count(entry, file, e);
	if (key->kind == SHAPE_DOLLARS)
		return check_dollars(entry, file, e);
	if (key->kind == SHAPE_PRICE)
		return check_price(entry, file, e);
	if (key->kind == SHAPE_WORDS)
		return check_words(entry, file, e);
	if (key->kind == SHAPE_BOOL)
		return entry->value.kind == VALUE_BOOL ||
		       wrong_kind(entry, "true or false", file, e);
	if (entry->value.kind != VALUE_DICT)
		return wrong_kind(entry, "a map", file, e);
	if (key->kind == SHAPE_KEYS)
		return check_keys(&entry->value, &entry->key, key->inside, file, e);
	return key->kind != SHAPE_NAMED || check_named(&entry->value, key, file, e);
}

/* AT: where to point when a required key is missing. */
static bool check_keys(const struct value *map, const struct value *at,
	const struct shape_key *keys, const char *file, struct err *e)
{
	for (size_t i = 0; i < map->u.dict->len; i++) {
		const struct value_entry *entry = &map->u.dict->entries[i];
		const struct shape_key *key = find(keys, entry->key.u.str);
		if (key == NULL)
			return unknown_key(&entry->key, keys, file, e);
		if (!check_entry(entry, key, file, e))
			return false;
	}
	for (; keys->name != NULL; keys++) {
		if (!keys->required || value_get_cstr(*map, keys->name) != NULL)
			continue;
		err_set(e, ERR_CONFIG, "The key '%s' is missing here.", keys->name);
		err_hint(e, "For example: %s", keys->example);
		return err_place(e, file, at->line, at->column);
	}
	return true;
}

bool shape_check(struct value v, const struct shape_key *keys, const char *file, struct err *e)
{
	if (v.kind == VALUE_NONE)
		return true;
	if (v.kind != VALUE_DICT) {
		err_set(e, ERR_CONFIG, "The file must be a map of keys, but it is %s.",
			value_kind_words(v.kind));
		return err_place(e, file, v.line, v.column);
	}
	return check_keys(&v, &v, keys, file, e);
}

static void man_keys(struct buf *out, const struct shape_key *keys, const char *prefix)
{
	for (; keys->name != NULL; keys++) {
		struct buf path = BUF_INIT(0);
		buf_add_format(&path, "%s%s", prefix, keys->name);
		buf_add_cstr(out, ".TP\n.B ");
		roff_add(out, buf_str(&path).at);
		buf_add_char(out, '\n');
		roff_add(out, keys->help);
		if (keys->required)
			buf_add_cstr(out, " Required.");
		if (keys->choices != NULL) {
			buf_add_cstr(out, " One of: ");
			roff_add(out, keys->choices);
			buf_add_char(out, '.');
		}
		buf_add_cstr(out, "\n.RS\n.PP\n.nf\n");
		roff_add(out, keys->example);
		buf_add_cstr(out, "\n.fi\n.RE\n");
		buf_add_cstr(&path, keys->kind == SHAPE_NAMED ? ".NAME." : ".");
		if (keys->inside != NULL)
			man_keys(out, keys->inside, buf_str(&path).at);
		buf_free(&path);
	}
}

void shape_man(struct buf *out, const struct shape_key *keys)
{
	man_keys(out, keys, "");
}
