/* SPDX-License-Identifier: MIT */
#include "core/engine/jobs.h"

#include "core/engine/engine_private.h"
#include "core/store/store.h"
#include "core/store/store_rows.h"

static bool read_rest(
	struct store *store, struct arena *a, struct job_state *out, bool *found, struct err *e)
{
	return job_rows_read(store, a, out->run.id, &out->job, found, e) &&
	       sample_rows_count(store, out->run.id, &out->counts, e);
}

bool jobs_read(
	struct engine *engine, struct arena *a, struct str id, struct job_state *out, struct err *e)
{
	struct store *store;
	bool found;
	if (!engine_has_store(engine))
		return err_set(e, ERR_USAGE, "No runs here yet.");
	if (!engine_store(engine, &store, e) || !run_rows_find(store, a, id, &out->run, e) ||
		!read_rest(store, a, out, &found, e))
		return false;
	if (found)
		return true;
	char text[ID_TEXT];
	err_set(e, ERR_USAGE, "Run %.8s is not one over rows.", id_text(out->run.id, text));
	return err_hint(e, "`lathe job list` shows those that are.");
}

bool jobs_list(struct engine *engine, struct arena *a, size_t limit, struct job_state **out,
	size_t *count, struct err *e)
{
	struct store *store;
	uint64_t *ids;
	*count = 0;
	*out = NULL;
	if (!engine_has_store(engine))
		return true;
	if (!engine_store(engine, &store, e) || !job_rows_list(store, a, limit, &ids, count, e))
		return false;
	*out = ARENA_ARRAY(a, struct job_state, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		char id[ID_TEXT];
		bool found;
		if (!run_rows_find(store, a, str_from(id_text(ids[i], id)), &(*out)[i].run, e) ||
			!read_rest(store, a, &(*out)[i], &found, e))
			return false;
	}
	return true;
}

bool jobs_ask(struct engine *engine, const struct job_state *job, const struct job_ask *ask,
	struct err *e)
{
	struct store *store;
	struct store_job row = {.run = job->run.id, .max_cost = -1};
	char id[ID_TEXT];
	if (!engine_store(engine, &store, e))
		return false;
	if (!str_is(job->run.status, "running")) {
		err_set(e, ERR_USAGE, "Run %.8s does not go on: it ended as %.*s.",
			id_text(job->run.id, id), STR_ARG(job->run.status));
		return sample_counts_done(&job->counts) < job->job.total
			       ? err_hint(e, "`lathe job resume %.8s` takes it up again.", id)
			       : false;
	}
	if (ask->wish == JOB_RETUNE) {
		row.max_in_flight = ask->max_in_flight;
		row.max_cost = ask->max_cost_nano;
	} else {
		row.wanted = ask->wish == JOB_PAUSE ? STR("pause") : STR("cancel");
	}
	store_ask_job(store, &row);
	return true;
}
