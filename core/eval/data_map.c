/* SPDX-License-Identifier: MIT */
#include "core/eval/data_map.h"

#include "core/base/buf.h"
#include "core/flow/names.h"

/* "${data.x}" or "x"; anything else in "${...}" has no meaning here. */
static bool column_of(struct str written, struct str *out, struct err *e)
{
	*out = written;
	if (str_starts(written, STR("${data.")) && str_ends(written, STR("}"))) {
		*out = str_slice(written, sizeof "${data." - 1, written.len - 1);
	} else if (str_starts(written, STR("${"))) {
		err_set(e, ERR_USAGE, "--map cannot take %.*s.", STR_ARG(written));
		return err_hint(e, "Write INPUT=COLUMN or INPUT=${data.COLUMN}.");
	}
	if (out->len > 0)
		return true;
	err_set(e, ERR_USAGE, "--map names an input without a column.");
	return err_hint(e, "Write INPUT=COLUMN or INPUT=${data.COLUMN}.");
}

static bool check_input(
	const struct inputs *declared, struct str name, struct arena *a, struct err *e)
{
	if (declared->is_open || inputs_find(declared, name) != NULL)
		return true;
	struct str *names = ARENA_ARRAY(a, struct str, declared->len + 1);
	for (size_t i = 0; i < declared->len; i++)
		names[i] = declared->items[i].name;
	err_set(e, ERR_USAGE, "%s has no input \"%.*s\".", declared->file, STR_ARG(name));
	return names_hint(e, name, "inputs", names, declared->len);
}

bool data_map_read(struct arena *a, struct value map, struct value fixed,
	const struct inputs *declared, struct data_map *out, struct err *e)
{
	size_t len = map.kind == VALUE_DICT ? map.u.dict->len : 0;
	*out = (struct data_map){
		.items = ARENA_ARRAY(a, struct data_binding, len + 1), .fixed = fixed};
	for (size_t i = 0; fixed.kind == VALUE_DICT && i < fixed.u.dict->len; i++)
		if (!check_input(declared, fixed.u.dict->entries[i].key.u.str, a, e))
			return false;
	for (size_t i = 0; i < len; i++) {
		const struct value_entry *entry = &map.u.dict->entries[i];
		struct data_binding *to = &out->items[out->len++];
		if (entry->value.kind != VALUE_STR)
			return err_set(e, ERR_USAGE,
				"--map takes names of columns: \"%.*s\" has %s.",
				STR_ARG(entry->key.u.str), value_kind_words(entry->value.kind));
		to->input = str_copy(a, entry->key.u.str);
		if (!column_of(str_copy(a, str_trim(entry->value.u.str)), &to->column, e) ||
			!check_input(declared, to->input, a, e))
			return false;
	}
	return true;
}

/* A column by its whole name first, then as a path into objects. */
static const struct value *look_up(struct value row, struct str path)
{
	const struct value *found = value_get(row, path);
	struct str rest = path;
	if (found != NULL)
		return found;
	found = &row;
	while (found != NULL && rest.len > 0) {
		struct str name = str_cut(rest, '.', &rest);
		found = value_get(*found, name);
	}
	return found == &row ? NULL : found;
}

static bool fail_column(const struct data_binding *b, struct value row, struct err *e)
{
	struct buf names = BUF_INIT(100);
	err_set(e, ERR_CONFIG, "The row has no column \"%.*s\", which the input \"%.*s\" takes.",
		STR_ARG(b->column), STR_ARG(b->input));
	for (size_t i = 0; i < row.u.dict->len && names.len < 80; i++)
		buf_add_format(&names, "%s%.*s", i > 0 ? ", " : "",
			STR_ARG(row.u.dict->entries[i].key.u.str));
	err_hint(e, "It has: %.*s.", STR_ARG(buf_str(&names)));
	buf_free(&names);
	return false;
}

static bool is_bound(const struct data_map *map, struct str input)
{
	for (size_t i = 0; i < map->len; i++)
		if (str_eq(map->items[i].input, input))
			return true;
	return false;
}

/* An input that has nothing to fall back on needs its column. */
static bool check_given(const struct data_map *map, const struct inputs *declared,
	struct value given, struct err *e)
{
	for (size_t i = 0; i < declared->len; i++) {
		const struct input *in = &declared->items[i];
		bool preset =
			in->has_preset && (declared->null_presets || in->preset.kind != VALUE_NONE);
		if (preset || value_get(given, in->name) != NULL || is_bound(map, in->name))
			continue;
		err_set(e, ERR_CONFIG, "The row has no column \"%.*s\" for the input of that name.",
			STR_ARG(in->name));
		return err_hint(
			e, "Say which column it takes: --map %.*s=COLUMN.", STR_ARG(in->name));
	}
	return true;
}

bool data_map_apply(const struct data_map *map, const struct inputs *declared, struct value row,
	struct arena *a, struct value *out, struct err *e)
{
	*out = value_dict(a);
	for (size_t i = 0; i < row.u.dict->len; i++) {
		const struct value_entry *entry = &row.u.dict->entries[i];
		if (declared->is_open || inputs_find(declared, entry->key.u.str) != NULL)
			value_set(*out, entry->key.u.str, entry->value);
	}
	for (size_t i = 0; i < map->len; i++) {
		const struct value *found = look_up(row, map->items[i].column);
		if (found == NULL)
			return fail_column(&map->items[i], row, e);
		value_set(*out, map->items[i].input, *found);
	}
	for (size_t i = 0; map->fixed.kind == VALUE_DICT && i < map->fixed.u.dict->len; i++)
		value_set(*out, map->fixed.u.dict->entries[i].key.u.str,
			map->fixed.u.dict->entries[i].value);
	return declared->is_open || check_given(map, declared, *out, e);
}
