/* SPDX-License-Identifier: MIT */
#include "core/command/cache_why.h"

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/command/output.h"
#include "core/data/json.h"
#include "core/engine/history.h"
#include "core/loop/loop.h"
#include "core/model/cache.h"

#include <inttypes.h>
#include <sodium.h>

/* How many entries are looked at for the nearest one. */
enum { NEAREST_OF = 2000 };

struct value cache_parts(struct arena *a, struct str json)
{
	struct value v;
	struct err none = ERR_INIT;
	if (!json_read(a, json, NULL, &v, &none) || v.kind != VALUE_DICT)
		return value_dict(a);
	return v;
}

const char *cache_key_text(struct arena *a, struct str key)
{
	char *out = arena_alloc(a, key.len * 2 + 1, 1);
	sodium_bin2hex(out, key.len * 2 + 1, (const unsigned char *)key.at, key.len);
	return out;
}

static void show_parts(struct output *o, struct arena *a, struct str json, const char *indent)
{
	struct value parts = cache_parts(a, json);
	for (size_t i = 0; i < parts.u.dict->len; i++) {
		const struct value_entry *p = &parts.u.dict->entries[i];
		output_format(o, "%s  %-14.*s ", indent, STR_ARG(p->key.u.str));
		output_field(o, p->value.kind == VALUE_STR ? p->value.u.str
							   : json_text(a, p->value, JSON_COMPACT));
		output_cstr(o, "\n");
	}
}

void cache_show_entry(struct output *o, const struct cache_row *row, const char *indent)
{
	struct arena a = ARENA_INIT;
	char when[CLOCK_TEXT], id[ID_TEXT];
	output_format(o, "%skey %s\n", indent, cache_key_text(&a, row->key));
	output_format(o,
		"%sstored %s by run %.8s, given out %" PRId64 " time%s, %" PRId64 " bytes\n",
		indent, clock_text(row->stored_ns, when), id_text(row->run, id), row->hits,
		row->hits == 1 ? "" : "s", row->size);
	output_format(o, "%sthe key is made of\n", indent);
	show_parts(o, &a, row->parts, indent);
	arena_release(&a);
}

/* What is known of one run's requests. */
struct why {
	struct arena arena;
	struct store *store;
	struct output *output;
	struct history history;
	struct cache_uses uses;
	struct cache_rows stored; /* by this run */
	struct cache_rows all; /* read when it is first asked for */
	bool all_read;
};

static const struct cache_use_row *use_of(const struct why *w, uint64_t attempt)
{
	for (size_t i = 0; i < w->uses.len; i++)
		if (w->uses.rows[i].attempt == attempt)
			return &w->uses.rows[i];
	return NULL;
}

static const struct cache_row *stored_by(const struct why *w, uint64_t attempt)
{
	for (size_t i = 0; i < w->stored.len; i++)
		if (w->stored.rows[i].attempt == attempt)
			return &w->stored.rows[i];
	return NULL;
}

/* The names of the parts in which two keys differ; their number. */
static size_t differences(struct value a, struct value b, struct buf *names)
{
	size_t count = 0;
	for (int side = 0; side < 2; side++) {
		struct value from = side == 0 ? a : b, other = side == 0 ? b : a;
		for (size_t i = 0; i < from.u.dict->len; i++) {
			const struct value_entry *p = &from.u.dict->entries[i];
			const struct value *q = value_get(other, p->key.u.str);
			bool differs =
				side == 0 ? q == NULL || !value_equal(*q, p->value) : q == NULL;
			if (!differs || str_is(p->key.u.str, "request_bytes"))
				continue;
			buf_add_format(
				names, "%s%.*s", count > 0 ? ", " : "", STR_ARG(p->key.u.str));
			count++;
		}
	}
	return count;
}

/* The entry that was there before ROW and differs from it in the fewest parts. */
static const struct cache_row *nearest(
	struct why *w, const struct cache_row *row, struct buf *names)
{
	struct value parts = cache_parts(&w->arena, row->parts);
	const struct cache_row *best = NULL;
	size_t fewest = SIZE_MAX;
	struct err none = ERR_INIT; /* then there is no nearest one */
	struct cache_filter filter = {.prefix = STR(""), .limit = NEAREST_OF};
	if (!w->all_read && !cache_rows_list(w->store, &w->arena, &filter, &w->all, &none))
		return NULL;
	w->all_read = true;
	for (size_t i = 0; i < w->all.len; i++) {
		const struct cache_row *other = &w->all.rows[i];
		struct buf found = BUF_INIT(1024);
		size_t count = SIZE_MAX;
		if (other->stored_ns <= row->stored_ns && !str_eq(other->key, row->key))
			count = differences(cache_parts(&w->arena, other->parts), parts, &found);
		if (count < fewest) {
			fewest = count;
			best = other;
			buf_clear(names);
			buf_add_str(names, buf_str(&found));
		}
		buf_free(&found);
	}
	return best;
}

static void show_use(struct why *w, const struct cache_use_row *use)
{
	struct output *o = w->output;
	struct cache_row row;
	struct err none = ERR_INIT;
	bool found = false;
	char when[CLOCK_TEXT], id[ID_TEXT];
	output_cstr(o, "answered from the cache\n");
	if (cache_rows_find(w->store, &w->arena, use->key, &row, &found, &none) && found &&
		row.stored_ns == use->stored_ns) {
		cache_show_entry(o, &row, "  ");
		return;
	}
	output_format(o, "  key %s\n  stored %s by run %.8s; the entry is gone since\n",
		cache_key_text(&w->arena, use->key), clock_text(use->stored_ns, when),
		id_text(use->stored_run, id));
}

static void show_stored(struct why *w, const struct cache_row *row)
{
	struct output *o = w->output;
	struct buf names = BUF_INIT(1024);
	const struct cache_row *other = nearest(w, row, &names);
	output_cstr(o, "asked, and its answer stored\n");
	cache_show_entry(o, row, "  ");
	if (other != NULL)
		output_format(o, "  the nearest older one, %.*s, differs in: %.*s\n",
			CACHE_KEY_SHOWN, cache_key_text(&w->arena, other->key),
			STR_ARG(buf_str(&names)));
	buf_free(&names);
}

static struct str model_of(struct arena *a, const struct attempt_row *t)
{
	struct str from = t->connection.len > 0 ? t->connection : t->provider;
	return str_format(a, "%.*s/%.*s", STR_ARG(from), STR_ARG(t->model));
}

static void show_attempt(struct why *w, size_t i)
{
	const struct attempt_row *t = &w->history.attempts.rows[i];
	const struct cache_use_row *use = use_of(w, t->id);
	const struct cache_row *row = stored_by(w, t->id);
	output_format(w->output, "request %zu to ", i + 1);
	output_field(w->output, model_of(&w->arena, t));
	output_cstr(w->output, ": ");
	if (use != NULL)
		show_use(w, use);
	else if (row != NULL)
		show_stored(w, row);
	else
		output_format(w->output, "asked, and nothing stored (%.*s)\n", STR_ARG(t->state));
}

static void show_json(struct why *w, size_t i)
{
	const struct attempt_row *t = &w->history.attempts.rows[i];
	const struct cache_use_row *use = use_of(w, t->id);
	const struct cache_row *row = stored_by(w, t->id);
	struct value v = value_dict(&w->arena);
	char id[ID_TEXT];
	struct cache_row entry;
	bool found = false;
	struct err none = ERR_INIT;
	if (use != NULL && cache_rows_find(w->store, &w->arena, use->key, &entry, &found, &none) &&
		found)
		row = &entry;
	value_set(v, STR("request"), value_int((int64_t)i + 1));
	value_set(v, STR("attempt"), value_str(str_copy(&w->arena, str_from(id_text(t->id, id)))));
	value_set(v, STR("model"), value_str(model_of(&w->arena, t)));
	value_set(v, STR("cached"), value_bool(use != NULL));
	value_set(v, STR("state"), value_str(t->state));
	if (use != NULL || row != NULL) {
		uint64_t run = use != NULL ? use->stored_run : row->run;
		value_set(v, STR("key"),
			value_cstr(cache_key_text(&w->arena, use != NULL ? use->key : row->key)));
		value_set(v, STR("stored_ns"),
			value_int(use != NULL ? use->stored_ns : row->stored_ns));
		value_set(v, STR("stored_by"),
			value_str(str_copy(&w->arena, str_from(id_text(run, id)))));
	}
	if (row != NULL) {
		value_set(v, STR("hits"), value_int(row->hits));
		value_set(v, STR("parts"), cache_parts(&w->arena, row->parts));
	}
	output_json(w->output, v);
}

bool cache_why(struct command_context *context, struct str run, struct err *e)
{
	struct why w = {.output = context->output};
	bool ok = history_read(context->engine, run, &w.arena, &w.history, e) &&
		  engine_store(context->engine, &w.store, e);
	struct cache_filter filter = {.prefix = STR(""), .run = ok ? w.history.run.id : 0};
	ok = ok && cache_rows_uses(w.store, &w.arena, w.history.run.id, &w.uses, e) &&
	     cache_rows_list(w.store, &w.arena, &filter, &w.stored, e);
	for (size_t i = 0; ok && i < w.history.attempts.len; i++) {
		if (output_form(w.output) == OUTPUT_JSON)
			show_json(&w, i);
		else
			show_attempt(&w, i);
	}
	if (ok && w.history.attempts.len == 0)
		output_aside(w.output, "The run asked no model.");
	arena_release(&w.arena);
	return ok;
}
