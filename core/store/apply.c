/* SPDX-License-Identifier: MIT */
#include "core/store/apply.h"

#include "core/store/apply_call.h"
#include "core/store/apply_rows.h"
#include "core/store/cache_rows.h"
#include "core/store/row_hash.h"

#include "config.h"

#include <sqlite3.h>

/* A new version of the path unless its latest one has these bytes. */
static int add_version(struct database *d, const struct store_version *v)
{
	int64_t blob = 0, version = 0, latest = 0;
	int rc = blob_rows_put(d, v->source, &blob);
	struct call find = call(d, SQL_PROMPT_LATEST);
	keep(&find, rc);
	text(&find, v->path);
	if (find.rc != SQLITE_OK)
		return find.rc;
	rc = sqlite3_step(find.s);
	if (rc == SQLITE_ROW) {
		version = sqlite3_column_int64(find.s, 0);
		latest = sqlite3_column_int64(find.s, 1);
	}
	sqlite3_reset(find.s);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return rc;
	if (version > 0 && latest == blob)
		return SQLITE_OK;
	struct call c = call(d, SQL_PROMPT_ADD);
	text(&c, v->path);
	integer(&c, version + 1);
	text(&c, v->hash);
	integer(&c, blob);
	integer(&c, v->at_ns);
	return run(&c);
}

static int add_run(struct database *d, const struct apply_owner *owner, const struct store_run *r)
{
	struct call c = call(d, SQL_RUN_ADD);
	integer(&c, (int64_t)r->id);
	integer(&c, (int64_t)owner->token);
	integer(&c, owner->pid);
	integer(&c, r->at_ns);
	text(&c, r->kind);
	text(&c, r->name);
	text(&c, r->hash);
	content(d, &c, r->source);
	text(&c, r->git);
	text(&c, STR(PACKAGE_VERSION));
	text(&c, r->settings);
	content(d, &c, r->inputs);
	int rc = run_then(d, &c, SQL_RUN_SEAL, r->id);
	struct store_version version = {r->name, r->hash, r->source, r->at_ns};
	return rc == SQLITE_OK && r->source.len > 0 ? add_version(d, &version) : rc;
}

static int end_run(struct database *d, const struct store_run_end *r)
{
	struct call c = call(d, SQL_RUN_END);
	integer(&c, (int64_t)r->id);
	integer(&c, r->at_ns);
	text(&c, r->status);
	content(d, &c, r->output);
	text(&c, r->error);
	return run_then(d, &c, SQL_RUN_SEAL, r->id);
}

/* A span that begins, or one that has begun and ended. */
static int add_span(struct database *d, const struct batch_span *span)
{
	const struct store_span *s = &span->begin;
	const struct store_span_end *end = span->end;
	struct call c = call(d, end == NULL ? SQL_SPAN_ADD : SQL_SPAN_WHOLE);
	integer(&c, (int64_t)s->id);
	integer(&c, (int64_t)s->run);
	integer_unless(&c, (int64_t)s->parent, 0);
	text(&c, s->name);
	text(&c, s->kind);
	integer(&c, s->at_ns);
	text(&c, s->attributes);
	content(d, &c, s->input);
	if (end != NULL) {
		integer(&c, end->at_ns);
		integer_unless(&c, end->first_ns, 0);
		integer(&c, end->streamed);
		text(&c, end->status);
		content(d, &c, end->output);
		text(&c, end->attributes);
		text(&c, end->error);
	}
	return run(&c);
}

static int end_span(struct database *d, const struct store_span_end *s)
{
	struct call c = call(d, SQL_SPAN_END);
	integer(&c, (int64_t)s->id);
	integer(&c, s->at_ns);
	integer_unless(&c, s->first_ns, 0);
	integer(&c, s->streamed);
	text(&c, s->status);
	content(d, &c, s->output);
	text(&c, s->attributes);
	text(&c, s->error);
	int rc = run(&c);
	return rc == SQLITE_OK && !s->no_partials ? run_with(d, SQL_PARTIAL_DROP, s->id) : rc;
}

static int add_attempt(struct database *d, const struct store_attempt *a)
{
	struct call c = call(d, SQL_ATTEMPT_ADD);
	integer(&c, (int64_t)a->id);
	integer(&c, (int64_t)a->run);
	integer(&c, (int64_t)a->span);
	integer(&c, a->number);
	text(&c, a->provider);
	text(&c, a->connection);
	text(&c, a->model);
	content(d, &c, a->request);
	integer(&c, a->at_ns);
	integer(&c, a->sample);
	integer_unless(&c, a->reserved_nano, -1);
	return run(&c);
}

static int sent_attempt(struct database *d, const struct batch_sent *s)
{
	struct call c = call(d, SQL_ATTEMPT_SENT);
	integer(&c, (int64_t)s->attempt);
	integer(&c, s->at_ns);
	return run(&c);
}

static int end_attempt(struct database *d, const struct store_attempt_end *a)
{
	struct call c = call(d, SQL_ATTEMPT_END);
	integer(&c, (int64_t)a->id);
	integer(&c, a->at_ns);
	text(&c, a->state);
	content(d, &c, a->raw);
	integer_unless(&c, a->input_tokens, -1);
	integer_unless(&c, a->output_tokens, -1);
	integer_unless(&c, a->cache_read_tokens, -1);
	integer_unless(&c, a->cache_write_tokens, -1);
	integer_unless(&c, a->reasoning_tokens, -1);
	integer(&c, a->estimated);
	text(&c, a->finish_reason);
	text(&c, a->response_id);
	text(&c, a->response_model);
	integer_unless(&c, a->http_status, 0);
	integer_unless(&c, a->first_ns, 0);
	text(&c, a->error);
	integer(&c, a->cache_write_long_tokens);
	integer(&c, a->other_units);
	text(&c, a->rate);
	integer_unless(&c, a->cost_nano, -1);
	text(&c, a->price);
	integer(&c, a->cached);
	integer(&c, a->possible_spend);
	integer_unless(&c, a->sent_ns, 0);
	return run(&c);
}

static int add_partial(struct database *d, const struct store_partial *p)
{
	struct call c = call(d, SQL_PARTIAL_ADD);
	integer(&c, (int64_t)p->span);
	integer(&c, p->seq);
	text(&c, p->kind);
	bytes(&c, p->bytes);
	return run(&c);
}

static int add_log(struct database *d, const struct store_log *l)
{
	struct call c = call(d, SQL_LOG_ADD);
	integer(&c, (int64_t)l->run);
	integer_unless(&c, (int64_t)l->span, 0);
	integer(&c, l->at_ns);
	text(&c, l->level);
	text(&c, l->text);
	return run(&c);
}

static int lose_run(struct database *d, uint64_t id)
{
	static const enum statement names[] = {SQL_LOST_ATTEMPTS, SQL_LOST_ATTEMPTS_SEAL,
		SQL_LOST_SPANS, SQL_LOST_SPANS_SEAL, SQL_LOST_TRIALS, SQL_LOST_TRIALS_SEAL,
		SQL_LOST_SAMPLES, SQL_LOST_SAMPLES_SEAL, SQL_LOST_RUN, SQL_RUN_SEAL};
	int rc = SQLITE_OK;
	for (size_t i = 0; rc == SQLITE_OK && i < sizeof names / sizeof *names; i++)
		rc = run_with(d, names[i], id);
	return rc;
}

static int apply_row(
	struct database *d, const struct apply_owner *owner, const struct batch_row *row)
{
	switch (row->kind) {
	case BATCH_RUN: return add_run(d, owner, &row->u.run);
	case BATCH_SPAN: return add_span(d, &row->u.span);
	case BATCH_ATTEMPT: return add_attempt(d, &row->u.attempt);
	case BATCH_ATTEMPT_SENT: return sent_attempt(d, &row->u.sent);
	case BATCH_ATTEMPT_END: return end_attempt(d, &row->u.attempt_end);
	case BATCH_SPAN_END: return end_span(d, &row->u.span_end);
	case BATCH_RUN_END: return end_run(d, &row->u.run_end);
	case BATCH_PARTIAL: return add_partial(d, &row->u.partial);
	case BATCH_LOG: return add_log(d, &row->u.log);
	case BATCH_VERSION: return add_version(d, &row->u.version);
	case BATCH_CACHED: return cache_rows_put(d, &row->u.cached);
	case BATCH_CACHE_USE: return cache_rows_used(d, &row->u.cache_use);
	case BATCH_CACHE_TRIM: return cache_rows_trim(d, &row->u.cache_trim);
	case BATCH_LOST: return lose_run(d, row->u.lost);
	default: return apply_rows(d, owner, row);
	}
}

int apply_batch(struct database *d, const struct apply_owner *owner, const struct batch *batch)
{
	for (const struct batch_row *row = batch->first; row != NULL; row = row->next) {
		int rc = apply_row(d, owner, row);
		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}
