/* SPDX-License-Identifier: MIT */
#include "tui/pane/record_load.h"

#include "core/base/ids.h"
#include "core/data/json.h"
#include "core/engine/history.h"

#include <stdio.h>

struct load {
	struct engine *engine;
	struct arena arena;
	struct history past;
	struct record *record;
	int64_t end_ns; /* of the run, or the last thing known of it */
};

static void tell(struct load *l, uint64_t span, struct trace_event event)
{
	event.run = l->past.run.id;
	event.span = span;
	record_hear(l->record, &event);
}

static enum trace_status status_of(struct str word)
{
	enum trace_status status = TRACE_ERROR;
	return trace_status_from_word(word, &status) ? status : TRACE_ERROR;
}

/* What a content says as data; VALUE_NONE when it cannot be read. */
static struct value output_of(struct load *l, int64_t blob)
{
	struct str text;
	struct value v;
	struct err ignored = ERR_INIT;
	if (!history_content(l->engine, blob, &l->arena, &text, &ignored) || text.len == 0 ||
		!json_read(&l->arena, text, NULL, &v, &ignored))
		return value_none();
	return v;
}

static void tell_attempts(struct load *l, const struct span_row *span)
{
	for (size_t i = 0; i < l->past.attempts.len; i++) {
		const struct attempt_row *t = &l->past.attempts.rows[i];
		if (t->span != span->id)
			continue;
		tell(l, span->id,
			(struct trace_event){.kind = TRACE_ATTEMPT_BEGIN,
				.at_ns = t->planned_ns,
				.u.attempt_begin = {.provider = t->provider,
					.connection = t->connection,
					.model = t->model}});
		tell(l, span->id,
			(struct trace_event){.kind = TRACE_ATTEMPT_END,
				.at_ns = t->end_ns > 0 ? t->end_ns : t->planned_ns,
				.u.attempt_end = {.usage = {.input = t->input_tokens,
							  .output = t->output_tokens,
							  .cache_read = t->cache_read_tokens,
							  .cache_write = t->cache_write_tokens,
							  .reasoning = t->reasoning_tokens,
							  .estimated = t->estimated},
					.cost_nano = t->cost_nano,
					.cached = t->cached}});
	}
}

/* What an llm step said. Of a run that went well its answer is shown, which is more than one
 * step's word; of another one, what there is. */
static void tell_words(struct load *l, const struct span_row *span)
{
	struct str said = STR("");
	if (!str_is(l->past.run.status, "ok")) {
		struct value v = output_of(l, span->output_blob);
		said = v.kind == VALUE_STR ? v.u.str : history_partial(l->engine, span, &l->arena);
	}
	if (span->first_ns > 0 || said.len > 0)
		tell(l, span->id,
			(struct trace_event){.kind = TRACE_DELTA,
				.at_ns = span->first_ns > 0 ? span->first_ns : span->start_ns,
				.u.delta = {TRACE_DELTA_TEXT, said}});
}

static void tell_span(struct load *l, const struct span_row *span)
{
	bool llm = str_is(span->kind, "llm");
	tell(l, span->id,
		(struct trace_event){.kind = TRACE_SPAN_BEGIN,
			.at_ns = span->start_ns,
			.u.span_begin = {
				.parent = span->parent, .name = span->name, .kind = span->kind}});
	if (llm) {
		tell_words(l, span);
		tell_attempts(l, span);
	}
	enum trace_status status = status_of(history_status(&l->past, span));
	if (status != TRACE_RUNNING)
		tell(l, span->id,
			(struct trace_event){.kind = TRACE_SPAN_END,
				.at_ns = span->end_ns > 0 ? span->end_ns : l->end_ns,
				.u.end = {.status = status,
					.output = llm || span->parent == 0
							  ? value_none()
							  : output_of(l, span->output_blob)}});
}

static void find_end(struct load *l)
{
	l->end_ns = l->past.run.ended_ns;
	if (l->end_ns > 0)
		return;
	l->end_ns = l->past.run.started_ns;
	for (size_t i = 0; i < l->past.spans.len; i++) {
		const struct span_row *span = &l->past.spans.rows[i];
		int64_t last = span->end_ns > span->first_ns ? span->end_ns : span->first_ns;
		last = last > span->start_ns ? last : span->start_ns;
		l->end_ns = last > l->end_ns ? last : l->end_ns;
	}
}

static void tell_run(struct load *l)
{
	struct str outputs = STR("");
	struct err damaged = ERR_INIT;
	struct str error = l->past.run.error;
	enum trace_status status = status_of(l->past.run.status);
	/* The panes keep no more steps: do not read what they would not take. */
	for (size_t i = 0; i < l->past.spans.len && i < RECORD_SPANS; i++)
		tell_span(l, &l->past.spans.rows[i]);
	if (!history_content(l->engine, l->past.run.output_blob, &l->arena, &outputs, &damaged))
		error = str_format(&l->arena, "%s %s", damaged.text, damaged.hint);
	if (status == TRACE_OK)
		(void)document_add(
			&l->record->answer, history_answer(outputs, &l->arena), ROLE_TEXT);
	if (status != TRACE_RUNNING)
		tell(l, 0,
			(struct trace_event){.kind = TRACE_RUN_END,
				.at_ns = l->end_ns,
				.u.end = {.status = status}});
	record_text(l->record->error, sizeof l->record->error, error);
}

struct record *record_load(struct engine *engine, uint64_t run, struct err *e)
{
	struct load l = {.engine = engine};
	char id[ID_TEXT];
	if (history_read(engine, str_from(id_text(run, id)), &l.arena, &l.past, e)) {
		const struct run_row *row = &l.past.run;
		l.record = record_new(run, str_cstr(&l.arena, row->name), row->started_ns);
		l.record->past = true;
		l.record->open_end = row->ended_ns == 0 && status_of(row->status) != TRACE_RUNNING;
		find_end(&l);
		tell_run(&l);
		record_text(l.record->model, sizeof l.record->model, history_model(row, &l.arena));
	}
	arena_release(&l.arena);
	return l.record;
}
