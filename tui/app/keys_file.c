/* SPDX-License-Identifier: MIT */
#include "tui/app/keys_file.h"

#include "core/base/file.h"
#include "core/data/yaml.h"
#include "core/text/suggest.h"
#include "tui/app/app_commands.h"
#include "tui/app/app_modes.h"

#include <string.h>

enum { FILE_MAX = 1 << 16 };

struct reader {
	struct mode *modes;
	const char *name; /* of the file */
	struct value bind; /* a dict, or none */
	struct keys_faults *faults;
};

/* Takes E, and where it is: the innermost place wins. */
static void add_fault(struct reader *r, struct err *e, struct value at)
{
	if (at.line > 0)
		(void)err_place(e, r->name, at.line, at.column);
	if (r->faults->count < KEYS_FAULTS)
		r->faults->items[r->faults->count] = *e;
	r->faults->count++;
	err_clear(e);
}

static const struct command *find_command(struct reader *r, struct value id)
{
	const struct command *row = app_command_find(id.u.str);
	if (row != NULL && !(row->where & IN_HIDDEN))
		return row;
	struct err e = ERR_INIT;
	struct suggest near = suggest_for(id.u.str);
	struct app_command_place at = {0, 0};
	while ((row = app_command_next(&at)) != NULL)
		if (!(row->where & IN_HIDDEN))
			suggest_offer(&near, str_from(row->id));
	(void)err_set(&e, ERR_CONFIG, "There is no command '%.*s'.", STR_ARG(id.u.str));
	if (near.best.len > 0)
		(void)err_hint(&e, "Did you mean '%.*s'?", STR_ARG(near.best));
	else
		(void)err_hint(&e, "The manual's section KEYS lists them: man lathe.");
	add_fault(r, &e, id);
	return NULL;
}

/* "F5" as it stands, or the file's own word for one sequence. */
static void bind_sequence(
	struct reader *r, const struct command *row, enum app_mode mode, struct value v)
{
	struct err e = ERR_INIT;
	struct str keys = v.kind == VALUE_STR ? str_trim(v.u.str) : STR_NONE;
	if (keys.len == 0)
		(void)err_set(&e, ERR_CONFIG, "Here stands a key: F5, C-r, \"g r\".");
	else if (keymap_bind_one(&r->modes[mode], keys, row->id, &e))
		return;
	add_fault(r, &e, v);
}

static void bind_value(
	struct reader *r, const struct command *row, enum app_mode mode, struct value v)
{
	if (v.kind != VALUE_LIST) {
		bind_sequence(r, row, mode, v);
		return;
	}
	for (size_t i = 0; i < v.u.list->len; i++)
		bind_sequence(r, row, mode, v.u.list->items[i]);
}

static void bind_modes(struct reader *r, const struct command *row, struct value v)
{
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct value_entry *entry = &v.u.dict->entries[i];
		enum app_mode mode;
		if (app_mode_find(entry->key.u.str, &mode)) {
			bind_value(r, row, mode, entry->value);
			continue;
		}
		struct err e = ERR_INIT;
		struct arena a = ARENA_INIT;
		struct suggest near = suggest_for(entry->key.u.str);
		struct str all = STR("");
		for (int m = 0; m < MODE_COUNT; m++) {
			const char *name = app_mode_name((enum app_mode)m);
			suggest_offer(&near, str_from(name));
			all = str_format(&a, "%.*s%s%s", STR_ARG(all), m > 0 ? ", " : "", name);
		}
		(void)err_set(
			&e, ERR_CONFIG, "There is no mode '%.*s'.", STR_ARG(entry->key.u.str));
		if (near.best.len > 0)
			(void)err_hint(&e, "Did you mean '%.*s'?", STR_ARG(near.best));
		else
			(void)err_hint(&e, "The modes are %.*s.", STR_ARG(all));
		arena_release(&a);
		add_fault(r, &e, entry->key);
	}
}

static void bind_file(struct reader *r)
{
	for (size_t i = 0; i < r->bind.u.dict->len; i++) {
		const struct value_entry *entry = &r->bind.u.dict->entries[i];
		const struct command *row = find_command(r, entry->key);
		if (row == NULL)
			continue;
		if (entry->value.kind == VALUE_DICT)
			bind_modes(r, row, entry->value);
		else
			for (int m = 0; m < MODE_COUNT; m++)
				if (app_mode_has((enum app_mode)m, row))
					bind_value(r, row, (enum app_mode)m, entry->value);
	}
}

static bool is_bound(const struct mode *mode, const char *id)
{
	for (size_t i = 0; i < mode->count; i++)
		if (strcmp(mode->bindings[i].command, id) == 0)
			return true;
	return false;
}

/* The file says which keys ROW has in MODE: at least one that holds, or [] for none. */
static bool is_said(const struct reader *r, const struct command *row, enum app_mode mode)
{
	if (r->bind.kind != VALUE_DICT)
		return false;
	const struct value_entry *entry = value_entry(r->bind, str_from(row->id));
	const struct value *v = entry != NULL ? &entry->value : NULL;
	if (v != NULL && v->kind == VALUE_DICT)
		v = value_get_cstr(*v, app_mode_name(mode));
	if (v == NULL)
		return false;
	bool none = v->kind == VALUE_LIST && v->u.list->len == 0;
	return none || is_bound(&r->modes[mode], row->id);
}

/* The command that the file gave KEYS to in MODE, and that does not have them by the table. */
static const struct value_entry *taker_of(
	const struct reader *r, const struct mode *mode, struct str keys)
{
	const char *taker = keymap_taker(mode, keys);
	if (taker == NULL || r->bind.kind != VALUE_DICT)
		return NULL;
	struct str rest = str_from(app_command_find(str_from(taker))->keys);
	while (rest.len > 0)
		if (str_eq(str_trim(str_cut(rest, ',', &rest)), keys))
			return NULL;
	return value_entry(r->bind, str_from(taker));
}

static void tell_taken(struct reader *r, const struct value_entry *by, const struct command *row,
	struct str keys, const struct mode *mode, bool here)
{
	struct err e = ERR_INIT;
	if (here)
		(void)err_set(&e, ERR_CONFIG, "%.*s takes the keys '%.*s' from %s.",
			STR_ARG(by->key.u.str), STR_ARG(keys), row->id);
	else
		(void)err_set(&e, ERR_CONFIG, "%.*s has the keys '%.*s' everywhere but in mode %s.",
			STR_ARG(by->key.u.str), STR_ARG(keys), mode->name);
	(void)err_hint(&e, "%s %s%s; give it other keys in the file too, or [] for none.", row->id,
		here ? "had them" : "has them in mode ", here ? "" : mode->name);
	add_fault(r, &e, by->key);
}

static void bind_table_row(struct reader *r, const struct command *row, struct mode *mode)
{
	struct str rest = str_from(row->keys);
	while (rest.len > 0) {
		struct err e = ERR_INIT;
		struct str keys = str_trim(str_cut(rest, ',', &rest));
		const struct value_entry *by = taker_of(r, mode, keys);
		if (by != NULL) {
			tell_taken(r, by, row, keys, mode, true);
			continue;
		}
		if (!keymap_bind_one(mode, keys, row->id, &e))
			BUG("%s", e.text);
		for (const struct mode *around = mode->parent; around != NULL;
			around = around->parent)
			if ((by = taker_of(r, around, keys)) != NULL)
				tell_taken(r, by, row, keys, mode, false);
	}
}

static void read_file(struct reader *r, struct arena *a, struct str text)
{
	struct value root;
	struct err e = ERR_INIT;
	if (text.len == 0)
		return;
	if (!yaml_read(a, text, r->name, 0, &root, &e)) {
		add_fault(r, &e, value_none());
		return;
	}
	for (size_t i = 0; root.kind == VALUE_DICT && i < root.u.dict->len; i++) {
		const struct value_entry *entry = &root.u.dict->entries[i];
		if (str_is(entry->key.u.str, "bind") && entry->value.kind == VALUE_DICT) {
			r->bind = entry->value;
			continue;
		}
		(void)err_set(&e, ERR_CONFIG, "The file has one key, bind: {COMMAND: [KEY, ...]}.");
		add_fault(r, &e, entry->key);
	}
	if (root.kind != VALUE_DICT && root.kind != VALUE_NONE) {
		(void)err_set(&e, ERR_CONFIG, "The file has one key, bind: {COMMAND: [KEY, ...]}.");
		add_fault(r, &e, root);
	}
}

void keys_file_bind(
	struct mode *modes, struct str text, const char *name, struct keys_faults *faults)
{
	struct arena a = ARENA_INIT;
	struct reader r = {.modes = modes, .name = name, .faults = faults};
	struct app_command_place at = {0, 0};
	const struct command *row;
	app_modes_set_up(modes);
	read_file(&r, &a, text);
	if (r.bind.kind == VALUE_DICT)
		bind_file(&r);
	while ((row = app_command_next(&at)) != NULL)
		for (int m = 0; m < MODE_COUNT; m++)
			if (app_mode_has((enum app_mode)m, row) &&
				!is_said(&r, row, (enum app_mode)m))
				bind_table_row(&r, row, &modes[m]);
	arena_release(&a);
}

void keys_file_load(struct mode *modes, struct keys_faults *faults)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct str text = STR_NONE;
	const char *path = path_join(&a, path_config(&a), "keys.yaml");
	if (file_exists(path) && !file_read(&a, path, FILE_MAX, &text, &e)) {
		faults->items[0] = e;
		faults->count = 1;
	}
	keys_file_bind(modes, text, "keys.yaml", faults);
	arena_release(&a);
}
