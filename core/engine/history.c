/* SPDX-License-Identifier: MIT */
#include "core/engine/history.h"

#include "core/base/map.h"
#include "core/data/json.h"
#include "core/store/blob_rows.h"

/* Of a run over rows only so many spans are looked at as a whole. */
enum { HISTORY_PART = 1500 };

bool history_list(struct engine *engine, const struct run_filter *filter, struct arena *a,
	struct run_rows *out, struct err *e)
{
	struct store *store;
	*out = (struct run_rows){.len = 0};
	if (!engine_has_store(engine))
		return true;
	return engine_store(engine, &store, e) && run_rows_list(store, a, filter, out, e);
}

/* The tree as it is walked: which span comes next, by place. */
struct family {
	size_t *first_child, *last_child, *sister; /* SIZE_MAX: none */
	size_t *parent;
};

static size_t *places(struct arena *a, size_t count)
{
	size_t *at = ARENA_ARRAY(a, size_t, count + 1);
	for (size_t i = 0; i <= count; i++)
		at[i] = SIZE_MAX;
	return at;
}

static struct str id_key(const uint64_t *id)
{
	return (struct str){(const char *)id, sizeof *id};
}

/* A parent began before its child; one that is not there (or says otherwise) counts as none, which
 * is the place after the last span. */
static void meet_family(struct family *f, const struct span_rows *spans)
{
	struct map by_id = MAP_INIT;
	size_t none = spans->len;
	for (size_t i = 0; i < spans->len; i++) {
		const struct span_row *row = &spans->rows[i];
		uint64_t found = none;
		if (row->parent != 0 && !map_get(&by_id, id_key(&row->parent), &found))
			found = none;
		size_t parent = (size_t)found;
		f->parent[i] = parent;
		if (f->first_child[parent] == SIZE_MAX)
			f->first_child[parent] = i;
		else
			f->sister[f->last_child[parent]] = i;
		f->last_child[parent] = i;
		map_set(&by_id, id_key(&row->id), i);
	}
	map_free(&by_id);
}

static struct history_row *walk_family(struct arena *a, const struct span_rows *spans)
{
	struct family f = {places(a, spans->len), places(a, spans->len), places(a, spans->len),
		places(a, spans->len)};
	struct history_row *steps = ARENA_ARRAY(a, struct history_row, spans->len + 1);
	size_t none = spans->len, count = 0;
	int depth = 0;
	meet_family(&f, spans);
	for (size_t at = f.first_child[none]; at != SIZE_MAX && count < spans->len;) {
		steps[count++] = (struct history_row){at, depth};
		if (f.first_child[at] != SIZE_MAX) {
			at = f.first_child[at];
			depth++;
			continue;
		}
		while (at != none && f.sister[at] == SIZE_MAX) {
			at = f.parent[at];
			depth--;
		}
		at = at != none ? f.sister[at] : SIZE_MAX;
	}
	return steps;
}

static bool find_run(struct engine *engine, struct str id, struct arena *a, struct store **store,
	struct history *out, struct err *e)
{
	*out = (struct history){.is_part = false};
	if (!engine_has_store(engine)) {
		err_set(e, ERR_USAGE, "No runs here yet.");
		return err_hint(e, "lathe run FILE makes one.");
	}
	return engine_store(engine, store, e) && run_rows_find(*store, a, id, &out->run, e) &&
	       span_rows_log(*store, a, out->run.id, &out->log, e);
}

bool history_read(
	struct engine *engine, struct str id, struct arena *a, struct history *out, struct err *e)
{
	struct store *store;
	if (!find_run(engine, id, a, &store, out, e))
		return false;
	bool ok = out->run.samples > 0
			  ? span_rows_first(store, a, out->run.id, HISTORY_PART, &out->spans,
				    &out->attempts, e)
			  : span_rows_list(store, a, out->run.id, &out->spans, e) &&
				    span_rows_attempts(store, a, out->run.id, &out->attempts, e);
	out->is_part = ok && out->run.samples > 0 && out->spans.len == HISTORY_PART;
	if (ok)
		out->steps = walk_family(a, &out->spans);
	return ok;
}

bool history_read_whole(
	struct engine *engine, struct str id, struct arena *a, struct history *out, struct err *e)
{
	struct store *store;
	if (!find_run(engine, id, a, &store, out, e) ||
		!span_rows_list(store, a, out->run.id, &out->spans, e) ||
		!span_rows_attempts(store, a, out->run.id, &out->attempts, e))
		return false;
	out->steps = walk_family(a, &out->spans);
	return true;
}

bool history_read_trial(struct engine *engine, struct str id, uint64_t root, struct arena *a,
	struct history *out, struct err *e)
{
	struct store *store;
	if (!find_run(engine, id, a, &store, out, e) ||
		!span_rows_tree(store, a, root, &out->spans, &out->attempts, e))
		return false;
	/* Its root has no parent in the part either. */
	out->is_part = true;
	out->steps = walk_family(a, &out->spans);
	return true;
}

bool history_content(
	struct engine *engine, int64_t blob, struct arena *a, struct str *out, struct err *e)
{
	struct store *store;
	bool ok = blob == 0 ||
		  (engine_store(engine, &store, e) && blob_rows_read(store, a, blob, out, e));
	if (blob == 0 || !ok)
		*out = STR("");
	return ok;
}

struct str history_partial(struct engine *engine, const struct span_row *span, struct arena *a)
{
	struct store *store;
	struct str text = STR("");
	struct err unreadable = ERR_INIT;
	if (span->output_blob != 0 || !str_is(span->kind, "llm") ||
		!engine_store(engine, &store, &unreadable) ||
		!span_rows_partial(store, a, span->id, &text, &unreadable))
		return STR("");
	return text;
}

struct str history_status(const struct history *h, const struct span_row *span)
{
	return str_is(span->status, "running") ? h->run.status : span->status;
}

struct str history_model(const struct run_row *run, struct arena *a)
{
	struct value settings;
	struct err ignored = ERR_INIT;
	if (!json_read(a, run->settings, NULL, &settings, &ignored))
		return run->model;
	struct str chosen = value_get_str(settings, "model", STR(""));
	return chosen.len > 0 ? chosen : run->model;
}

struct str history_readable(struct str content, struct arena *a)
{
	struct value v;
	struct err ignored = ERR_INIT;
	if (!json_read(a, content, NULL, &v, &ignored))
		return content;
	return v.kind == VALUE_STR ? v.u.str : json_text(a, v, JSON_INDENTED);
}

struct str history_answer(struct str outputs, struct arena *a)
{
	struct value v;
	const struct value *answer = NULL;
	struct err ignored = ERR_INIT;
	if (!json_read(a, outputs, NULL, &v, &ignored) || v.kind != VALUE_DICT)
		return STR("");
	for (size_t i = 0; i < v.u.dict->len; i++) {
		const struct value *output = &v.u.dict->entries[i].value;
		if (answer == NULL || (answer->kind != VALUE_STR && output->kind == VALUE_STR))
			answer = output;
	}
	if (answer == NULL)
		return STR("");
	return answer->kind == VALUE_STR ? answer->u.str : json_text(a, *answer, JSON_INDENTED);
}
