/* SPDX-License-Identifier: MIT */
/* What a run over rows is made of, before anything of it begins. */
#include "core/engine/rows_private.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/data/json.h"

#include <string.h>

static const uint64_t samples_max = 100000000;

uint64_t rows_index(const struct rows *rows, const struct sample_at *at)
{
	return (uint64_t)at->case_number * (uint64_t)rows->state.repeats + (uint64_t)at->repeat;
}

bool rows_bit(const struct rows *rows, uint64_t index)
{
	return (rows->ended[index / 64] >> (index % 64) & 1) != 0;
}

void rows_set_bit(struct rows *rows, uint64_t index)
{
	rows->ended[index / 64] |= UINT64_C(1) << (index % 64);
}

static const struct inputs *declared(const struct rows *rows)
{
	return rows->run.is_flow ? &rows->run.flow.inputs : &rows->run.prompt.inputs;
}

static bool open_data(struct rows *rows, const char *path, struct err *e)
{
	struct arena *a = &rows->run.arena;
	const char *root = rows->run.engine->workspace.root;
	const char *real = path_real(a, path);
	if (real == NULL)
		real = path_real(a, path_join(a, root, path));
	if (real == NULL) {
		err_set(e, ERR_IO, "There is no file '%s'.", path);
		return err_hint(e, "Looked in the current folder and in %s.", root);
	}
	const char *name = path_relative(root, real);
	rows->data_name = arena_copy(a, name, strlen(name));
	return dataset_open(real, rows->data_name, &rows->data, e);
}

/* Names that a template reads and that nothing declares; which of them some row has. */
struct wanted {
	struct input_field *fields;
	size_t count;
	bool *met;
};

static bool want_names(
	struct rows *rows, const struct rows_spec *spec, struct wanted *w, struct err *e)
{
	struct run_spec run = {.path = spec->path, .text = spec->text, .inputs = value_none()};
	*w = (struct wanted){.count = 0};
	if (!declared(rows)->is_open)
		return true;
	if (!engine_inputs(rows->run.engine, &run, &rows->run.arena, &w->fields, &w->count, e))
		return false;
	w->met = ARENA_ARRAY(&rows->run.arena, bool, w->count + 1);
	return true;
}

static void meet_names(struct wanted *w, struct value inputs)
{
	for (size_t i = 0; i < w->count; i++)
		w->met[i] |= value_get(inputs, w->fields[i].name) != NULL;
}

/* A template of which no row has a name at all was meant for other data; one that lacks some says
 * so. */
static bool judge_names(struct rows *rows, const struct wanted *w, struct err *e)
{
	size_t missing = 0;
	const struct input_field *first = NULL;
	for (size_t i = 0; i < w->count; i++) {
		if (w->met[i])
			continue;
		first = first == NULL ? &w->fields[i] : first;
		missing++;
	}
	if (first == NULL)
		return true;
	if (missing == w->count) {
		err_set(e, ERR_CONFIG, "%s has no column \"%.*s\", which the template names.",
			rows->data_name, STR_ARG(first->name));
		return err_hint(
			e, "Say which column it takes: --map %.*s=COLUMN.", STR_ARG(first->name));
	}
	rows->state.note = str_format(&rows->run.arena,
		"The template names \"%.*s\", which no row of %s has: it is empty there.",
		STR_ARG(first->name), rows->data_name);
	return true;
}

static bool check_row(struct rows *rows, const struct dataset_row *row, struct arena *a,
	struct wanted *w, struct err *e)
{
	struct value inputs;
	if (row->columns.kind != VALUE_DICT)
		return true;
	if (!data_map_apply(&rows->map, declared(rows), row->columns, a, &inputs, e))
		return err_place(e, rows->data_name, (unsigned)row->line, 0);
	meet_names(w, inputs);
	return true;
}

/* Reads all rows once: how many there are, and that each has what the inputs need. */
static bool check_data(struct rows *rows, const struct rows_spec *spec, struct err *e)
{
	struct arena scratch = ARENA_INIT;
	struct wanted wanted;
	struct dataset_row row;
	struct err first_bad = ERR_INIT;
	int64_t bad = 0;
	enum dataset_step step = DATASET_ROW;
	bool ok = want_names(rows, spec, &wanted, e);
	while (ok && (step = dataset_next(rows->data, &scratch, &row, e)) == DATASET_ROW) {
		ok = check_row(rows, &row, &scratch, &wanted, e);
		if (row.columns.kind != VALUE_DICT && bad++ == 0)
			first_bad = row.error;
		rows->state.cases++;
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	if (!ok || step == DATASET_FAILED)
		return false;
	if (rows->state.cases == 0)
		return err_set(e, ERR_CONFIG, "%s has no rows.", rows->data_name);
	if (bad == rows->state.cases) {
		*e = first_bad;
		return false;
	}
	dataset_hash(rows->data, rows->data_hash);
	return judge_names(rows, &wanted, e);
}

static bool size_up(struct rows *rows, const struct rows_spec *spec, struct err *e)
{
	struct rows_state *s = &rows->state;
	s->repeats = spec->repeats;
	if ((uint64_t)s->cases * (uint64_t)s->repeats > samples_max)
		return err_set(e, ERR_LIMIT, "%s has too many rows for one run.", rows->data_name);
	s->total = s->cases * s->repeats;
	rows->ended = xcalloc((size_t)s->total / 64 + 1, sizeof *rows->ended);
	return true;
}

/* The templates of a flow's nodes, {path: hash}: a resumed run is of these. */
static struct value files_of(struct rows *rows)
{
	struct arena *a = &rows->run.arena;
	struct value files = value_dict(a);
	for (size_t i = 0; rows->run.is_flow && i < rows->run.flow.node_count; i++) {
		const struct prompt *p = rows->shared->prompts[i];
		if (p != NULL)
			value_set(files, str_from(p->path),
				value_str(engine_content_hash(a, p->source)));
	}
	return files;
}

static void set_text(struct value v, const char *key, const char *text)
{
	if (text != NULL)
		value_set(v, str_from(key), value_cstr(text));
}

bool rows_settings(struct rows *rows, const struct rows_spec *spec, struct err *e)
{
	struct arena *a = &rows->run.arena;
	struct value data = value_dict(a), files = files_of(rows);
	if (!run_settings(&rows->run, &rows->settings, e))
		return false;
	set_text(rows->settings, "asked", rows->run.asked);
	set_text(data, "file", rows->data_name);
	set_text(data, "hash", rows->data_hash);
	value_set(data, STR("rows"), value_int(rows->state.cases));
	value_set(data, STR("repeats"), value_int(rows->state.repeats));
	if (rows->mapping.kind == VALUE_DICT)
		value_set(data, STR("map"), rows->mapping);
	if (rows->fixed.kind == VALUE_DICT)
		value_set(data, STR("inputs"), rows->fixed);
	set_text(data, "output", spec->output);
	set_text(data, "cache", spec->cache);
	value_set(rows->settings, STR("data"), data);
	if (files.u.dict->len > 0)
		value_set(rows->settings, STR("files"), files);
	return true;
}

static bool is_file(struct rows *rows, const char *output, const char *name)
{
	const char *root = rows->run.engine->workspace.root;
	return file_is_same(output, name) ||
	       file_is_same(output, path_join(&rows->run.arena, root, name));
}

/* Results must not be written over what they are made from. */
static bool check_output(struct rows *rows, const struct rows_spec *spec, struct err *e)
{
	if (spec->output == NULL)
		return true;
	/* Both are looked for in the current folder and in the workspace. */
	bool is_data = is_file(rows, spec->output, spec->data);
	if (!is_data && !is_file(rows, spec->output, spec->path))
		return true;
	err_set(e, ERR_USAGE, "%s is the file that %s read from: it would be overwritten.",
		spec->output, is_data ? "the rows are" : "the prompt is");
	return err_hint(e, "Name another file for the results.");
}

bool rows_plan(struct rows *rows, const struct rows_spec *spec, struct err *e)
{
	struct engine *engine = rows->run.engine;
	struct arena *a = &rows->run.arena;
	struct run_spec run = {.path = spec->path,
		.text = spec->text,
		.inputs = value_none(),
		.model = spec->model,
		.cache = spec->cache,
		.many = true};
	rows->mapping = value_copy(a, spec->map);
	rows->fixed = value_copy(a, spec->inputs);
	if (spec->output != NULL)
		rows->state.output = arena_copy(a, spec->output, strlen(spec->output));
	if (!check_output(rows, spec, e) || !run_prepare(&rows->run, &run, &rows->spec, e) ||
		!flow_shared_new(engine->loop, rows->spec.flow, &rows->shared, e) ||
		!flow_shared_read(rows->shared, rows->spec.root, e) ||
		!open_data(rows, spec->data, e) ||
		!data_map_read(a, rows->mapping, rows->fixed, declared(rows), &rows->map, e) ||
		!check_data(rows, spec, e) || !size_up(rows, spec, e) ||
		!rows_settings(rows, spec, e) || !dataset_rewind(rows->data, e))
		return false;
	rows->state.name =
		str_from(rows->run.is_flow ? rows->run.flow.path : rows->run.prompt.path);
	rows->state.model = value_get_str(rows->settings, "model", STR(""));
	return true;
}
