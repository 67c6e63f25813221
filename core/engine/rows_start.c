/* SPDX-License-Identifier: MIT */
/* How a run over rows begins, and begins again. */
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/engine/history.h"
#include "core/engine/money.h"
#include "core/engine/rows_private.h"
#include "core/net/redact.h"
#include "core/store/blob_rows.h"
#include "core/store/store.h"
#include "core/store/store_rows.h"
#include "core/trace/bus.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool check_spec(const struct rows_spec *spec, struct err *e)
{
	if (spec->repeats < 1 || spec->repeats > ROWS_REPEATS_MAX)
		return err_set(e, ERR_USAGE, "--repeat takes 1 to %d.", ROWS_REPEATS_MAX);
	if (spec->max_in_flight < 0 || spec->max_in_flight > ROWS_IN_FLIGHT_MAX)
		return err_set(e, ERR_USAGE, "--max-in-flight takes 1 to %d.", ROWS_IN_FLIGHT_MAX);
	return true;
}

/* A store that takes rows. */
static bool writable_store(struct engine *engine, struct store **out, struct err *e)
{
	struct store_status status;
	if (!engine_store(engine, out, e))
		return false;
	store_status(*out, &status);
	if (status.state != STORE_VIEW && status.state != STORE_FAILED)
		return true;
	*e = status.error;
	return err_prefix(e, "The run could not be recorded, so it was not started");
}

static void tell_begin(struct rows *rows)
{
	bool is_flow = rows->run.is_flow;
	struct trace_event event = {.kind = TRACE_RUN_BEGIN,
		.at_ns = rows->state.started_ns,
		.run = rows->state.id,
		.u.run_begin = {.kind = is_flow ? STR("flow") : STR("prompt"),
			.name = rows->state.name,
			.hash = rows->spec.hash,
			.source = is_flow ? rows->run.flow.source : rows->run.prompt.source,
			.git = rows->spec.git,
			.settings = rows->settings,
			.inputs = value_none()}};
	trace_bus_tell(rows->run.bus, &event);
}

static void note(struct rows *rows, struct str text)
{
	struct trace_event event = {.kind = TRACE_LOG,
		.at_ns = rows->state.started_ns,
		.run = rows->state.id,
		.u.log = {TRACE_WARNING, text}};
	if (text.len > 0)
		trace_bus_tell(rows->run.bus, &event);
}

static void record_begin(struct rows *rows, struct store *store)
{
	struct store_job job = {.run = rows->state.id,
		.total = rows->state.total,
		.max_in_flight = rows->state.max_in_flight,
		.max_cost = rows->max_cost_nano};
	struct store_column column = {.run = rows->state.id,
		.label = rows->state.model.len > 0 ? rows->state.model : rows->state.name,
		.settings = STR("{}")};
	tell_begin(rows);
	store_begin_job(store, &job);
	store_add_column(store, &column);
	note(rows, rows->state.note);
}

bool rows_start(struct engine *engine, const struct rows_spec *spec, uint64_t *id, struct err *e)
{
	struct rows *rows = rows_new(engine, spec->model);
	struct store *store;
	/* The store first: with a virtual clock it says where ids go on. */
	if (!check_spec(spec, e) || !writable_store(engine, &store, e) ||
		!rows_plan(rows, spec, e)) {
		redact_err(engine->redact, e);
		rows_free(rows);
		return false;
	}
	rows->state.id = spec->id != 0 ? spec->id : ids_next(&engine->ids);
	rows->state.max_in_flight = spec->max_in_flight > 0 ? spec->max_in_flight : ROWS_IN_FLIGHT;
	rows->max_cost_nano = spec->max_cost_nano;
	if (!money_open_run(engine, rows->state.id, rows->max_cost_nano, e)) {
		rows_free(rows);
		return false;
	}
	rows_enter(rows);
	record_begin(rows, store);
	rows_begin(rows);
	*id = rows->state.id;
	return true;
}

/* What a run was made of, from its record. */
struct record {
	struct run_row run;
	struct job_row job;
	struct value settings;
	struct value data;
	struct str source;
};

static bool read_record(
	struct store *store, struct arena *a, struct str id, struct record *out, struct err *e)
{
	bool found;
	struct err damaged = ERR_INIT;
	if (!run_rows_find(store, a, id, &out->run, e) ||
		!job_rows_read(store, a, out->run.id, &out->job, &found, e))
		return false;
	const struct value *data = NULL;
	if (found && json_read(a, out->run.settings, NULL, &out->settings, &damaged))
		data = value_get_cstr(out->settings, "data");
	if (data == NULL) {
		char text[ID_TEXT];
		err_set(e, ERR_USAGE, "Run %.8s is not one over rows.", id_text(out->run.id, text));
		return err_hint(e, "`lathe job list` shows those that have.");
	}
	out->data = *data;
	if (str_is(out->run.status, "running")) {
		err_set(e, ERR_USAGE, "The run goes on in process %lld.", (long long)out->run.pid);
		return err_hint(e, "`lathe job show` follows it.");
	}
	return blob_rows_read(store, a, out->run.source_blob, &out->source, e);
}

static struct value part(struct value v, const char *key)
{
	const struct value *found = value_get_cstr(v, key);
	return found != NULL ? *found : value_none();
}

/* The run goes on with what it began with, or not at all. */
static bool check_same(struct rows *rows, const struct record *r, struct err *e)
{
	struct str hash = value_get_str(r->data, "hash", STR(""));
	struct str model = value_get_str(r->settings, "model", STR(""));
	if (!str_is(hash, rows->data_hash)) {
		err_set(e, ERR_CONFIG, "%s is not what it was when the run began.",
			rows->data_name);
		return err_hint(e, "Put back what it was, or begin a new run.");
	}
	if (!str_eq(model, rows->state.model)) {
		err_set(e, ERR_CONFIG, "The run began with %.*s, and would now go on with %.*s.",
			STR_ARG(model), STR_ARG(rows->state.model));
		return err_hint(e, "Resume it with --model %.*s.", STR_ARG(model));
	}
	struct value then = part(r->settings, "files"), now = part(rows->settings, "files");
	for (size_t i = 0; now.kind == VALUE_DICT && i < now.u.dict->len; i++) {
		struct str path = now.u.dict->entries[i].key.u.str;
		const struct value *before = value_get(then, path);
		if (before != NULL && value_equal(*before, now.u.dict->entries[i].value))
			continue;
		err_set(e, ERR_CONFIG, "%.*s was changed since the run began.", STR_ARG(path));
		return err_hint(e, "Put back what it was, or begin a new run.");
	}
	return true;
}

/* The file itself may have changed since: its kept version runs. */
static void note_changed(struct rows *rows, const struct record *r)
{
	struct arena *a = &rows->run.arena;
	struct str now;
	struct err gone = ERR_INIT;
	const char *path = path_join(a, rows->spec.root, str_cstr(a, r->run.name));
	if (file_read(a, path, PROMPT_MAX, &now, &gone) && !str_eq(now, r->source))
		rows->state.note = str_format(a,
			"%.*s was changed since: the run goes on with the version it began with.",
			STR_ARG(r->run.name));
}

struct skip {
	struct rows *rows;
	bool retry_failed;
};

static void skip_ended(void *ctx, const struct sample_at *at, struct str state)
{
	struct skip *s = ctx;
	struct rows *rows = s->rows;
	bool again = s->retry_failed && str_is(state, "error");
	if (!again && at->case_number < rows->state.cases && at->repeat < rows->state.repeats)
		rows_set_bit(rows, rows_index(rows, at));
}

/* A run that was stopped between its last sample's end and its own has only that left. */
static bool has_ended(const struct record *r)
{
	return str_is(r->run.status, "ok") || str_is(r->run.status, "error");
}

static bool count_before(
	struct rows *rows, const struct record *r, bool retry_failed, struct err *e)
{
	struct store *store = rows->run.engine->store;
	struct skip skip = {rows, retry_failed};
	struct sample_sums sums;
	struct rows_state *s = &rows->state;
	if (!sample_rows_ended(store, s->id, skip_ended, &skip, e) ||
		!sample_rows_count(store, s->id, &s->counts, e) ||
		!sample_rows_sum(store, s->id, &sums, e))
		return false;
	if (retry_failed)
		s->counts.error = 0;
	s->counts.open = s->counts.running = 0;
	s->before = sample_counts_done(&s->counts);
	s->spent_nano = sums.cost_nano;
	if (s->before < s->total || !has_ended(r))
		return true;
	err_set(e, ERR_USAGE, "All of the run's %lld samples have ended.", (long long)s->total);
	return s->counts.error > 0 ? err_hint(e, "--retry-failed tries those with errors again.")
				   : false;
}

/* The claim is on disk: unless another process was faster, the run is ours. */
static void on_claimed(void *ctx, const struct err *failed)
{
	struct rows *rows = ctx;
	struct store *store = rows->run.engine->store;
	struct arena scratch = ARENA_INIT;
	struct run_row row;
	struct job_row job = {.asked = 0};
	struct err e = ERR_INIT;
	char id[ID_TEXT];
	bool found;
	bool ok = failed == NULL &&
		  run_rows_find(store, &scratch, str_from(id_text(rows->state.id, id)), &row, &e) &&
		  job_rows_read(store, &scratch, rows->state.id, &job, &found, &e);
	if (failed != NULL)
		e = *failed;
	if (ok && row.pid != getpid()) {
		ok = false;
		err_set(&e, ERR_USAGE, "The run goes on in process %lld.", (long long)row.pid);
	}
	if (ok) {
		rows->asked = job.asked;
		rows_begin(rows);
	} else {
		rows->state.status = TRACE_ERROR;
		rows->state.error = e;
		rows->over = true;
		loop_again(rows->run.engine->loop);
	}
	arena_release(&scratch);
}

static void claim(struct rows *rows, const struct rows_resume *how)
{
	struct store *store = rows->run.engine->store;
	struct store_job job = {.run = rows->state.id,
		.max_in_flight = how->max_in_flight,
		.max_cost = how->max_cost_nano,
		.wanted = STR("run")};
	store_begin_again(store, rows->state.id, rows->state.started_ns);
	store_ask_job(store, &job);
	note(rows, rows->state.note);
	store_when_durable(store, on_claimed, rows);
}

static bool resume(struct rows *rows, const struct rows_resume *how, struct err *e)
{
	struct engine *engine = rows->run.engine;
	struct arena *a = &rows->run.arena;
	struct store *store;
	struct record r;
	if (!writable_store(engine, &store, e) || !read_record(store, a, how->id, &r, e))
		return false;
	if (rows->run.asked == NULL)
		rows->run.asked = value_get_str(r.settings, "asked", STR_NONE).at;
	struct rows_spec spec = {
		.path = path_join(a, engine->workspace.root, str_cstr(a, r.run.name)),
		.text = &r.source,
		.model = rows->run.asked,
		.cache = value_get_str(r.data, "cache", STR_NONE).at,
		.data = str_cstr(a, value_get_str(r.data, "file", STR(""))),
		.map = part(r.data, "map"),
		.inputs = part(r.data, "inputs"),
		.repeats = value_get_int(r.data, "repeats", 1),
		.output = how->output != NULL ? how->output
					      : value_get_str(r.data, "output", STR_NONE).at,
	};
	spec.data = path_join(a, engine->workspace.root, spec.data);
	rows->state.id = r.run.id;
	if (!rows_plan(rows, &spec, e) || !check_same(rows, &r, e) ||
		!count_before(rows, &r, how->retry_failed, e))
		return false;
	rows->state.max_in_flight =
		how->max_in_flight > 0 ? how->max_in_flight : r.job.max_in_flight;
	rows->max_cost_nano = how->max_cost_nano >= 0 ? how->max_cost_nano : r.job.max_cost;
	note_changed(rows, &r);
	return money_open_run(engine, r.run.id, rows->max_cost_nano, e);
}

bool rows_resume(struct engine *engine, const struct rows_resume *how, uint64_t *id, struct err *e)
{
	struct rows *rows = rows_new(engine, how->model);
	if (how->max_in_flight < 0 || how->max_in_flight > ROWS_IN_FLIGHT_MAX)
		err_set(e, ERR_USAGE, "--max-in-flight takes 1 to %d.", ROWS_IN_FLIGHT_MAX);
	if (e->code != ERR_NONE || !resume(rows, how, e)) {
		redact_err(engine->redact, e);
		rows_free(rows);
		return false;
	}
	rows_enter(rows);
	claim(rows, how);
	*id = rows->state.id;
	return true;
}
