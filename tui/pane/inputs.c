/* SPDX-License-Identifier: MIT */
#include "tui/pane/inputs.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/text/words.h"
#include "tui/pane/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GIVEN_MAX = 8 << 20 }; /* bytes of one value */

void inputs_init(struct inputs *in)
{
	*in = (struct inputs){.count = 0};
	edit_init(&in->edit, false);
}

void inputs_free(struct inputs *in)
{
	for (size_t i = 0; i < in->given_count; i++) {
		free(in->given[i].path);
		free(in->given[i].name);
		buf_free(&in->given[i].text);
	}
	free(in->given);
	edit_free(&in->edit);
	arena_release(&in->arena);
}

const struct inputs_field *inputs_chosen(const struct inputs *in)
{
	return in->chosen < in->count ? &in->fields[in->chosen] : NULL;
}

static size_t find_given(const struct inputs *in, struct str path, struct str name)
{
	size_t i = 0;
	while (i < in->given_count &&
		(!str_is(path, in->given[i].path) || !str_is(name, in->given[i].name)))
		i++;
	return i;
}

const struct inputs_given *inputs_given_of(const struct inputs *in, const struct inputs_field *f)
{
	size_t i = find_given(in, str_from(in->path), f->name);
	return i < in->given_count ? &in->given[i] : NULL;
}

static void give(struct inputs *in, struct str path, struct str name, struct str text)
{
	struct arena a = ARENA_INIT;
	size_t i = find_given(in, path, name);
	in->changed = true;
	if (i == in->given_count) {
		in->given = array_reserve(
			in->given, &in->given_cap, in->given_count + 1, sizeof *in->given);
		in->given[in->given_count++] =
			(struct inputs_given){.path = xstrdup(str_cstr(&a, path)),
				.name = xstrdup(str_cstr(&a, name)),
				.text = BUF_INIT(GIVEN_MAX)};
	}
	buf_clear(&in->given[i].text);
	buf_add_str(&in->given[i].text, text);
	arena_release(&a);
}

static void take_back(struct inputs *in, struct str name)
{
	size_t i = find_given(in, str_from(in->path), name);
	if (i == in->given_count)
		return;
	in->changed = true;
	free(in->given[i].path);
	free(in->given[i].name);
	buf_free(&in->given[i].text);
	in->given[i] = in->given[--in->given_count];
}

struct value inputs_all(const struct inputs *in, struct arena *a)
{
	struct value all = value_dict(a);
	for (size_t i = 0; i < in->given_count; i++) {
		struct str path = str_from(in->given[i].path);
		const struct value *of = value_get(all, path);
		struct value file = of != NULL ? *of : value_dict(a);
		if (of == NULL)
			value_set(all, path, file);
		value_set(
			file, str_from(in->given[i].name), value_str(buf_str(&in->given[i].text)));
	}
	return all;
}

void inputs_restore(struct inputs *in, struct value all)
{
	for (size_t i = 0; i < all.u.dict->len; i++) {
		const struct value_entry *file = &all.u.dict->entries[i];
		if (file->value.kind != VALUE_DICT)
			continue;
		for (size_t j = 0; j < file->value.u.dict->len; j++) {
			const struct value_entry *given = &file->value.u.dict->entries[j];
			struct str path = file->key.u.str, name = given->key.u.str;
			if (given->value.kind == VALUE_STR &&
				find_given(in, path, name) == in->given_count)
				give(in, path, name, given->value.u.str);
		}
	}
	in->changed = false;
}

/* Says in the field what is wrong with what was given. */
static bool check(const struct inputs *in, struct inputs_field *f, struct arena *a,
	struct value *out, struct err *e)
{
	const struct inputs_given *given = inputs_given_of(in, f);
	f->error[0] = '\0';
	if (given == NULL || field_read(f->type, buf_str(&given->text), a, out, e))
		return true;
	record_text(f->error, sizeof f->error, str_from(tr(in->words, e->text)));
	return false;
}

static void check_all(struct inputs *in)
{
	for (size_t i = 0; i < in->count; i++) {
		struct arena a = ARENA_INIT;
		struct value v;
		struct err e = ERR_INIT;
		(void)!check(in, &in->fields[i], &a, &v, &e);
		arena_release(&a);
	}
}

static void add_field(struct inputs *in, const struct input_field *from)
{
	in->fields[in->count++] = (struct inputs_field){.name = str_copy(&in->arena, from->name),
		.label = sanitize(&in->arena, from->name, SANITIZE_ONE_LINE),
		.type = field_type_of(from->type),
		.preset = value_copy(&in->arena, from->preset),
		.has_preset = from->has_preset,
		.required = from->required};
}

/* Detection reads the file as it is being typed: a fault keeps the fields there were. */
static bool detect(struct inputs *in, struct engine *engine, const struct run_spec *spec, bool same)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct input_field *found;
	size_t count = 0;
	bool good = engine_inputs(engine, spec, &a, &found, &count, &e);
	in->error[0] = '\0';
	if (!good && !same) {
		char sentence[sizeof e.where + sizeof e.text + sizeof e.hint + 8];
		record_text(in->error, sizeof in->error,
			str_from(err_format(&e, sentence, sizeof sentence)));
	}
	if (good || !same) {
		arena_reset(&in->arena);
		in->fields = ARENA_ARRAY(&in->arena, struct inputs_field, count + 1);
		in->count = 0;
	}
	for (size_t i = 0; good && i < count; i++)
		add_field(in, &found[i]);
	arena_release(&a);
	return good;
}

static void choose_name(struct inputs *in, struct str name)
{
	for (size_t i = 0; i < in->count; i++)
		if (str_eq(in->fields[i].name, name))
			in->chosen = i;
	if (in->chosen >= in->count)
		in->chosen = in->count > 0 ? in->count - 1 : 0;
}

void inputs_load(struct inputs *in, struct engine *engine, const struct run_spec *spec)
{
	struct arena a = ARENA_INIT;
	inputs_accept(in);
	bool same = spec != NULL && strcmp(in->path, spec->path) == 0 && in->error[0] == '\0';
	const struct inputs_field *chosen = same ? inputs_chosen(in) : NULL;
	struct str name = chosen != NULL ? str_copy(&a, chosen->name) : STR_NONE;
	if (!same) {
		in->chosen = 0;
		in->top = 0;
	}
	snprintf(in->path, sizeof in->path, "%s", spec != NULL ? spec->path : "");
	if (spec == NULL) {
		in->count = 0;
		in->error[0] = '\0';
	} else if (detect(in, engine, spec, same))
		choose_name(in, name);
	check_all(in);
	arena_release(&a);
}

bool inputs_values(struct inputs *in, struct arena *a, struct value *out)
{
	bool any = false;
	struct err e = ERR_INIT;
	inputs_accept(in);
	*out = value_dict(a);
	for (size_t i = 0; i < in->count; i++) {
		struct inputs_field *f = &in->fields[i];
		bool given = inputs_given_of(in, f) != NULL;
		struct value v = f->preset;
		if (!check(in, f, a, &v, &e) || (!given && f->required)) {
			in->chosen = i;
			return false;
		}
		any |= given;
		if (given || f->has_preset)
			value_set(*out, str_copy(a, f->name), value_copy(a, v));
	}
	if (!any)
		*out = value_none();
	return true;
}

void inputs_begin(struct inputs *in)
{
	struct arena a = ARENA_INIT;
	const struct inputs_field *f = inputs_chosen(in);
	if (f == NULL || in->editing)
		return;
	const struct inputs_given *given = inputs_given_of(in, f);
	struct str text = given != NULL ? buf_str(&given->text) : field_text(f->preset, &a);
	in->editing = true;
	edit_set(&in->edit, text);
	edit_move(&in->edit, EDIT_FINISH, false);
	arena_release(&a);
}

void inputs_accept(struct inputs *in)
{
	struct arena a = ARENA_INIT;
	struct value v;
	struct err e = ERR_INIT;
	if (!in->editing)
		return;
	in->editing = false;
	struct inputs_field *f = &in->fields[in->chosen];
	struct str text = edit_text(&in->edit, &a);
	bool own = f->has_preset ? str_eq(text, field_text(f->preset, &a)) : text.len == 0;
	/* The file's own value, looked at and left, is not one that was given. */
	if (!own || inputs_given_of(in, f) != NULL)
		give(in, str_from(in->path), f->name, text);
	(void)!check(in, f, &a, &v, &e);
	edit_set(&in->edit, STR(""));
	arena_release(&a);
}

void inputs_cancel(struct inputs *in)
{
	in->editing = false;
	edit_set(&in->edit, STR(""));
}

void inputs_toggle(struct inputs *in)
{
	struct arena a = ARENA_INIT;
	struct inputs_field *f = in->count > 0 ? &in->fields[in->chosen] : NULL;
	if (f == NULL || f->type != FIELD_BOOLEAN)
		return;
	struct value v = f->preset;
	struct err e = ERR_INIT;
	(void)!check(in, f, &a, &v, &e);
	bool truth = v.kind == VALUE_BOOL && v.u.boolean;
	give(in, str_from(in->path), f->name, truth ? STR("false") : STR("true"));
	(void)!check(in, f, &a, &v, &e);
	arena_release(&a);
}

void inputs_clear(struct inputs *in)
{
	inputs_cancel(in);
	if (in->chosen >= in->count)
		return;
	take_back(in, in->fields[in->chosen].name);
	in->fields[in->chosen].error[0] = '\0';
}

void inputs_step(struct inputs *in, int by)
{
	inputs_accept(in);
	if (by < 0 && in->chosen > 0)
		in->chosen--;
	if (by > 0 && in->chosen + 1 < in->count)
		in->chosen++;
}

struct str inputs_shown(
	const struct inputs *in, const struct inputs_field *f, struct arena *a, enum role *role)
{
	const struct inputs_given *given = inputs_given_of(in, f);
	/* A look at it takes the short form; what is edited is laid out (field_text). */
	bool nested = f->preset.kind == VALUE_LIST || f->preset.kind == VALUE_DICT;
	struct str text = given != NULL ? buf_str(&given->text)
			  : nested	? json_text(a, f->preset, JSON_COMPACT)
					: field_text(f->preset, a);
	*role = given != NULL ? ROLE_TEXT : ROLE_DIM;
	if (given == NULL && f->required) {
		*role = ROLE_WARN;
		return STR(N_("! needs a value"));
	}
	if (given == NULL && !f->has_preset) {
		*role = ROLE_FAINT;
		return STR(N_("no value"));
	}
	if (text.len == 0)
		return STR("\"\"");
	return sanitize(a, str_trim_end(text), SANITIZE_ONE_LINE | SANITIZE_BREAK_MARKS);
}
