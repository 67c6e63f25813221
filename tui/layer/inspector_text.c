/* SPDX-License-Identifier: MIT */
/* The texts of the inspector's tabs. */
#include "core/data/json.h"
#include "core/engine/sent.h"
#include "core/text/width.h"
#include "tui/layer/inspector_private.h"
#include "tui/pane/verdict.h"
#include "tui/part/units.h"

#include <inttypes.h>
#include <stdio.h>

enum { KEY_CELLS = 26, HASH_SHOWN = 16 };

static void add(struct inspector *i, struct str text, enum role role)
{
	if (!document_add(&i->text, text, role))
		return;
	(void)buf_add_str(&i->plain, text);
}

static void add_line(struct inspector *i, struct str text, enum role role)
{
	add(i, text, role);
	if (text.len == 0 || text.at[text.len - 1] != '\n')
		add(i, STR("\n"), role);
}

static void add_words(struct inspector *i, const char *english, enum role role)
{
	add_line(i, str_from(tr(i->words, english)), role);
}

/* An empty line between two parts. */
static void add_gap(struct inspector *i)
{
	if (i->plain.len > 0)
		add(i, STR("\n"), ROLE_TEXT);
}

static void add_title(struct inspector *i, const char *english)
{
	add_gap(i);
	add_words(i, english, ROLE_SPEAKER);
}

/* The content BLOB; a damaged one is a line that says so by its name. */
static bool read_content(struct inspector *i, int64_t blob, struct str *out)
{
	struct err e = ERR_INIT;
	if (history_content(i->engine, blob, &i->shown, out, &e))
		return true;
	add_line(i, str_format(&i->shown, "%s %s", e.text, e.hint), ROLE_BAD);
	return false;
}

/* The last request of a span, which is the one that was answered; NULL none. */
static const struct attempt_row *last_attempt(const struct inspector *i, uint64_t span)
{
	const struct attempt_row *last = NULL;
	for (size_t n = 0; n < i->past.attempts.len; n++)
		if (i->past.attempts.rows[n].span == span)
			last = &i->past.attempts.rows[n];
	return last;
}

static enum role speaker_role(struct str role)
{
	return str_is(role, "assistant")			     ? ROLE_ACCENT
	       : str_is(role, "system") || str_is(role, "developer") ? ROLE_TAG
	       : str_is(role, "user")				     ? ROLE_SPEAKER
								     : ROLE_VARIABLE;
}

static void add_hidden(struct inspector *i, struct str text)
{
	size_t hidden = sanitize_count(text);
	if (hidden > 0)
		add(i,
			str_format(
				&i->shown, tr(i->words, " · %zu hidden characters shown"), hidden),
			ROLE_WARN);
}

static void add_message(struct inspector *i, struct str role, struct str note, struct str text)
{
	add_gap(i);
	add(i, role, speaker_role(role));
	if (note.len > 0)
		add(i, str_format(&i->shown, " · %.*s", STR_ARG(note)), ROLE_DIM);
	add_hidden(i, text);
	add(i, STR("\n"), ROLE_TEXT);
	add_line(i, text, ROLE_TEXT);
}

/* "partial · stopped" beside what did not come whole; "" for what did. */
static struct str partial_note(struct inspector *i, const struct span_row *span)
{
	enum trace_status status = inspector_span_status(i, span);
	if (status == TRACE_OK)
		return STR("");
	if (status == TRACE_RUNNING)
		return str_from(tr(i->words, N_("so far")));
	return str_format(&i->shown, "%s · %s", tr(i->words, N_("partial")),
		tr(i->words, verdict_of(status).word));
}

/* What came out of a span as text, whole or not. */
static bool read_answer(struct inspector *i, const struct span_row *span, struct str *out)
{
	if (span->output_blob == 0) {
		*out = history_partial(i->engine, span, &i->shown);
		return true;
	}
	if (!read_content(i, span->output_blob, out))
		return false;
	*out = history_readable(*out, &i->shown);
	return true;
}

static void fill_messages(struct inspector *i, const struct span_row *span)
{
	const struct attempt_row *attempt = last_attempt(i, span->id);
	struct sent_message *messages;
	struct str body, answer;
	size_t count;
	if (attempt == NULL) {
		add_words(i, N_("This step asked no model: 3 shows what went in and came out."),
			ROLE_DIM);
		return;
	}
	if (!read_content(i, attempt->request_blob, &body))
		return;
	if (!sent_messages(body, &i->shown, &messages, &count))
		add_words(i, N_("The request is no list of messages: 4 shows it as it is."),
			ROLE_DIM);
	for (size_t n = 0; n < count; n++)
		add_message(i, messages[n].role, messages[n].name, messages[n].text);
	if (read_answer(i, span, &answer) && answer.len > 0)
		add_message(i, STR("assistant"), partial_note(i, span), answer);
	else if (span->output_blob == 0)
		add_message(i, STR("assistant"), partial_note(i, span),
			str_from(tr(i->words, inspector_span_status(i, span) == TRACE_RUNNING
						      ? N_("(nothing yet)")
						      : N_("(nothing came)"))));
}

static void add_pair(struct inspector *i, struct str key, struct str value)
{
	if (value.len == 0)
		return;
	int cells = (int)width_text(key);
	add(i,
		str_format(&i->shown, "%.*s%*s ", STR_ARG(key),
			cells < KEY_CELLS ? KEY_CELLS - cells : 0, ""),
		ROLE_DIM);
	add_line(i, value, ROLE_TEXT);
}

/* KEY is a word of ours, not one of the data's; marked N_. */
static void add_said(struct inspector *i, const char *key, struct str value)
{
	add_pair(i, str_from(tr(i->words, key)), value);
}

static void add_pairs(struct inspector *i, struct value dict)
{
	for (size_t n = 0; dict.kind == VALUE_DICT && n < dict.u.dict->len; n++) {
		const struct value_entry *entry = &dict.u.dict->entries[n];
		struct value v = entry->value;
		add_pair(i, entry->key.u.str,
			v.kind == VALUE_STR ? v.u.str : json_text(&i->shown, v, JSON_COMPACT));
	}
}

static void add_count(struct inspector *i, const char *key, int64_t count, bool estimated)
{
	char text[UNIT_TEXT];
	if (count >= 0)
		add_said(
			i, key, str_copy(&i->shown, str_from(unit_tokens(count, estimated, text))));
}

static void add_time(struct inspector *i, const char *key, int64_t from, int64_t to)
{
	char text[UNIT_TEXT];
	if (from > 0 && to > 0)
		add_said(i, key, str_copy(&i->shown, str_from(unit_duration(to - from, text))));
}

static void add_attempt(struct inspector *i, const struct attempt_row *t)
{
	/* A word of the store's; what the catalogue does not know stays. */
	add_said(i, N_("state"), str_from(tr(i->words, str_cstr(&i->shown, t->state))));
	if (t->cached)
		add_said(i, N_("answered by"),
			str_from(tr(i->words, N_("the cache, nothing paid"))));
	if (t->http_status > 0)
		add_said(i, N_("http status"), str_format(&i->shown, "%d", t->http_status));
	add_said(i, N_("finish reason"), t->finish_reason);
	add_count(i, N_("input"), t->input_tokens, t->estimated);
	add_count(i, N_("output"), t->output_tokens, t->estimated);
	add_count(i, N_("cached"), t->cache_read_tokens, t->estimated);
	add_count(i, N_("cache written"), t->cache_write_tokens, t->estimated);
	add_count(i, N_("reasoning"), t->reasoning_tokens, t->estimated);
	/* How fast it was found again says nothing about the model. */
	if (!t->cached)
		add_time(i, N_("first token"), t->planned_ns, t->first_ns);
	add_time(i, N_("took"), t->planned_ns, t->end_ns);
	add_said(i, N_("response model"), t->response_model);
	add_said(i, N_("response id"), t->response_id);
}

static struct value parse(struct inspector *i, struct str text)
{
	struct value v;
	struct err ignored = ERR_INIT;
	if (text.len == 0)
		return value_none();
	return json_read(&i->shown, text, NULL, &v, &ignored) ? v : value_str(text);
}

static void fill_parameters(struct inspector *i, const struct span_row *span)
{
	const struct attempt_row *attempt = last_attempt(i, span->id);
	const struct run_row *run = &i->past.run;
	struct str body;
	if (attempt != NULL) {
		add_title(i, N_("request"));
		add_said(i, N_("provider"), attempt->provider);
		add_said(i, N_("connection"), attempt->connection);
		if (read_content(i, attempt->request_blob, &body))
			add_pairs(i, sent_parameters(body, &i->shown));
		add_title(i, N_("answer"));
		add_attempt(i, attempt);
	}
	add_title(i, N_("step"));
	add_said(i, N_("kind"), span->kind);
	add_said(i, N_("name"), span->name);
	add_pairs(i, parse(i, span->attributes));
	add_title(i, N_("run"));
	add_said(i, N_("file"), run->name);
	if (run->prompt_version > 0)
		add_said(i, N_("version"), str_format(&i->shown, "v%" PRId64, run->prompt_version));
	add_said(i, N_("content hash"), str_slice(run->hash, 0, HASH_SHOWN));
	add_pair(i, STR("git"), run->git);
	add_pairs(i, parse(i, run->settings));
}

/* A dict entry by entry, so that its texts keep their lines; other values as they read best. */
static void add_data(struct inspector *i, int64_t blob)
{
	struct str text;
	if (!read_content(i, blob, &text))
		return;
	struct value v = parse(i, text);
	if (v.kind == VALUE_NONE)
		add_words(i, N_("(nothing)"), ROLE_DIM);
	else if (v.kind != VALUE_DICT)
		add_line(i, history_readable(text, &i->shown), ROLE_TEXT);
	for (size_t n = 0; v.kind == VALUE_DICT && n < v.u.dict->len; n++) {
		const struct value_entry *entry = &v.u.dict->entries[n];
		add_line(i, entry->key.u.str, ROLE_VARIABLE);
		add_line(i,
			entry->value.kind == VALUE_STR
				? entry->value.u.str
				: json_text(&i->shown, entry->value, JSON_INDENTED),
			ROLE_TEXT);
	}
}

static void fill_data(struct inspector *i, const struct span_row *span)
{
	add_title(i, N_("inputs"));
	add_data(i, span->input_blob);
	add_title(i, N_("output"));
	struct str partial = history_partial(i->engine, span, &i->shown);
	if (partial.len > 0) {
		add_line(i, partial_note(i, span), ROLE_WARN);
		add_line(i, partial, ROLE_TEXT);
		return;
	}
	if (span->output_blob != 0 && inspector_span_status(i, span) != TRACE_OK)
		add_line(i, partial_note(i, span), ROLE_WARN);
	add_data(i, span->output_blob);
}

static void set_text(struct value v, const char *key, struct str text)
{
	if (text.len > 0)
		value_set(v, str_from(key), value_str(text));
}

static void set_count(struct value v, const char *key, int64_t n)
{
	if (n >= 0)
		value_set(v, str_from(key), value_int(n));
}

/* The response as it was recorded: what streams is kept put together, not piece by piece. */
static struct value response_of(
	struct inspector *i, const struct span_row *span, const struct attempt_row *t)
{
	struct value v = value_dict(&i->shown), usage = value_dict(&i->shown);
	struct str output = STR("");
	struct err damaged = ERR_INIT;
	set_text(v, "id", t->response_id);
	set_text(v, "model", t->response_model);
	set_text(v, "state", t->state);
	set_text(v, "finish_reason", t->finish_reason);
	if (t->http_status > 0)
		set_count(v, "http_status", t->http_status);
	if (history_content(i->engine, span->output_blob, &i->shown, &output, &damaged))
		value_set(v, STR("output"), parse(i, output));
	else
		set_text(v, "output", str_from(damaged.text));
	set_text(v, "partial", history_partial(i->engine, span, &i->shown));
	set_count(usage, "input_tokens", t->input_tokens);
	set_count(usage, "output_tokens", t->output_tokens);
	set_count(usage, "cache_read_tokens", t->cache_read_tokens);
	set_count(usage, "cache_write_tokens", t->cache_write_tokens);
	set_count(usage, "reasoning_tokens", t->reasoning_tokens);
	if (t->estimated)
		value_set(usage, STR("estimated"), value_bool(true));
	if (usage.u.dict->len > 0)
		value_set(v, STR("usage"), usage);
	set_text(v, "error", t->error);
	return v;
}

static void add_exchange(
	struct inspector *i, const struct span_row *span, const struct attempt_row *t)
{
	struct str text;
	add_gap(i);
	add_line(i,
		str_format(&i->shown, tr(i->words, N_("request %d, to %.*s/%.*s")), (int)t->number,
			STR_ARG(t->connection.len > 0 ? t->connection : t->provider),
			STR_ARG(t->model)),
		ROLE_SPEAKER);
	if (read_content(i, t->request_blob, &text))
		add_line(i, history_readable(text, &i->shown), ROLE_TEXT);
	if (t->raw_blob != 0) {
		add_title(i, N_("response, as it came"));
		if (read_content(i, t->raw_blob, &text))
			add_line(i, history_readable(text, &i->shown), ROLE_TEXT);
	}
	add_title(i, N_("response, as recorded"));
	add_line(i, json_text(&i->shown, response_of(i, span, t), JSON_INDENTED), ROLE_TEXT);
}

static void fill_raw(struct inspector *i, const struct span_row *span)
{
	struct str text;
	bool any = false;
	for (size_t n = 0; n < i->past.attempts.len; n++)
		if (i->past.attempts.rows[n].span == span->id) {
			add_exchange(i, span, &i->past.attempts.rows[n]);
			any = true;
		}
	if (any)
		return;
	add_title(i, N_("inputs"));
	if (read_content(i, span->input_blob, &text) && text.len > 0)
		add_line(i, json_text(&i->shown, parse(i, text), JSON_INDENTED), ROLE_TEXT);
	add_title(i, N_("output"));
	if (read_content(i, span->output_blob, &text) && text.len > 0)
		add_line(i, json_text(&i->shown, parse(i, text), JSON_INDENTED), ROLE_TEXT);
}

static void add_error(struct inspector *i, const char *title, struct str error)
{
	if (error.len == 0)
		return;
	add_title(i, title);
	add_line(i, error, ROLE_BAD);
}

static void add_damage(struct inspector *i, const char *title, bool damaged)
{
	if (damaged)
		add_error(i, title,
			str_from(tr(i->words, N_("What the database holds of it is damaged. "
						 "`lathe fsck` says what else is."))));
}

static void fill_errors(struct inspector *i, const struct span_row *span)
{
	add_error(i, N_("run"), i->past.run.error);
	add_damage(i, N_("run"), i->past.run.damaged);
	add_error(i, N_("step"), span->error);
	add_damage(i, N_("step"), span->damaged);
	for (size_t n = 0; n < i->past.attempts.len; n++)
		if (i->past.attempts.rows[n].span == span->id) {
			add_error(i, N_("request"), i->past.attempts.rows[n].error);
			add_damage(i, N_("request"), i->past.attempts.rows[n].damaged);
		}
	for (size_t n = 0; n < i->past.log.len; n++) {
		const struct log_row *row = &i->past.log.rows[n];
		add_gap(i);
		add_line(i, row->level, str_is(row->level, "warning") ? ROLE_WARN : ROLE_SPEAKER);
		add_line(i, row->text, ROLE_TEXT);
	}
	if (i->plain.len == 0)
		add_words(i, N_("Nothing went wrong in this step."), ROLE_DIM);
}

void inspector_fill(struct inspector *i)
{
	static void (*const fill[TAB_COUNT])(struct inspector *, const struct span_row *) = {
		fill_messages, fill_parameters, fill_data, fill_raw, fill_errors};
	const struct span_row *span = inspector_span(i);
	document_clear(&i->text);
	buf_clear(&i->plain);
	arena_reset(&i->shown);
	text_view_home(&i->view);
	if (span != NULL)
		fill[i->tab](i, span);
	document_end(&i->text);
	find_again(&i->find);
}

/* In JSON the keys stand out; then what was found. */
void inspector_style(const void *ctx, size_t line, struct str text, uint8_t *roles)
{
	const struct inspector *i = ctx;
	size_t at = text.len - str_trim_start(text).len, end = SIZE_MAX;
	if (i->tab == TAB_RAW && at < text.len && text.at[at] == '"')
		end = str_find(text, STR("\": "), at + 1);
	for (; end != SIZE_MAX && at <= end; at++)
		roles[at] = ROLE_VARIABLE;
	find_style(&i->find, &i->text, line, text, roles);
}
