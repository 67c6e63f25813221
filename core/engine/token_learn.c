/* SPDX-License-Identifier: MIT */
#include "core/engine/token_learn.h"

#include "core/data/json.h"
#include "core/engine/engine_private.h"
#include "core/store/blob_rows.h"
#include "core/store/calibration_rows.h"
#include "core/store/store.h"

#include <math.h>

enum {
	REQUESTS = 32, /* learned from at a time */
	LARGEST_REQUEST = 256 << 10,
	DEEPEST = 24,
	PER_MESSAGE = 4,
	PER_REQUEST = 3
};

static const double million = 1e6;

/* A request as it is walked through. */
struct walk {
	const struct tokenizer *tokenizer;
	struct buf text; /* all of it, to tell its script */
	size_t tokens;
	bool other; /* there is something in it that is no text */
};

/* Keys whose strings the model does not read, or not as text. */
static bool is_setting(struct str key)
{
	static const char *const keys[] = {"model", "role", "type", "id", "tool_call_id", "stop",
		"reasoning_effort", "tool_choice", "user", "seed", "cache_control", "metadata"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

static bool is_media(struct str key)
{
	static const char *const keys[] = {"image_url", "input_audio", "inlineData", "inline_data",
		"fileData", "file_data", "file", "images", "source"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

static void walk(struct walk *w, struct value v, int depth)
{
	if (depth > DEEPEST || w->other)
		return;
	if (v.kind == VALUE_STR) {
		w->tokens += tokenizer_count(w->tokenizer, v.u.str);
		buf_add_str(&w->text, v.u.str);
	}
	for (size_t i = 0; v.kind == VALUE_LIST && i < v.u.list->len; i++)
		walk(w, v.u.list->items[i], depth + 1);
	for (size_t i = 0; v.kind == VALUE_DICT && i < v.u.dict->len; i++) {
		const struct value_entry *entry = &v.u.dict->entries[i];
		struct str key = entry->key.u.str;
		w->tokens += str_is(key, "role") ? PER_MESSAGE : 0;
		w->other = w->other || is_media(key);
		if (!is_setting(key))
			walk(w, entry->value, depth + 1);
	}
}

bool token_learn_count(
	const struct tokenizer *tokenizer, struct str body, double *tokens, enum token_script *kind)
{
	struct arena a = ARENA_INIT;
	struct value v;
	struct walk w = {.tokenizer = tokenizer, .text = BUF_INIT(LARGEST_REQUEST)};
	bool ok = body.len <= LARGEST_REQUEST && json_read(&a, body, NULL, &v, NULL) &&
		  v.kind == VALUE_DICT;
	if (ok)
		walk(&w, v, 0);
	ok = ok && !w.other;
	*tokens = (double)(w.tokens + PER_REQUEST);
	*kind = token_script_of(buf_str(&w.text));
	buf_free(&w.text);
	arena_release(&a);
	return ok;
}

/* What was kept, laid over LEARNED; returns the last request that was looked at. */
static int64_t read_kept(struct store *store, struct arena *a, struct str model,
	struct calibration learned[TOKEN_SCRIPTS])
{
	struct calibration_rows kept;
	int64_t seq = 0;
	if (!calibration_rows_list(store, a, model, &kept, NULL))
		return 0;
	for (size_t i = 0; i < kept.len; i++) {
		const struct store_calibration *row = &kept.rows[i];
		seq = row->learned_seq > seq ? row->learned_seq : seq;
		for (int k = 0; k < TOKEN_SCRIPTS; k++)
			if (str_is(row->script, token_script_word(k)) && row->factor_ppm > 0)
				learned[k] = (struct calibration){row->samples,
					(double)row->factor_ppm / million,
					(double)row->error_ppm / million};
	}
	return seq;
}

void token_learned(
	struct engine *engine, struct str model, struct calibration learned[TOKEN_SCRIPTS])
{
	struct arena a = ARENA_INIT;
	struct store *store;
	if (engine_has_store(engine) && engine_store(engine, &store, NULL))
		(void)read_kept(store, &a, model, learned);
	arena_release(&a);
}

static void keep(struct store *store, struct str model, int64_t seq,
	const struct calibration learned[TOKEN_SCRIPTS])
{
	for (int k = 0; k < TOKEN_SCRIPTS; k++) {
		if (learned[k].samples == 0)
			continue;
		struct store_calibration row = {.model = model,
			.script = str_from(token_script_word(k)),
			.samples = learned[k].samples,
			.factor_ppm = llround(learned[k].factor * million),
			.error_ppm = llround(learned[k].error * million),
			.learned_seq = seq};
		store_put_calibration(store, &row);
	}
}

void token_learn(struct engine *engine, const struct tokenizer *tokenizer, struct str model,
	struct calibration learned[TOKEN_SCRIPTS])
{
	struct arena a = ARENA_INIT;
	struct store *store;
	struct told_requests told = {.len = 0};
	int64_t seq = 0;
	if (engine_has_store(engine) && engine_store(engine, &store, NULL)) {
		seq = read_kept(store, &a, model, learned);
		if (!calibration_rows_told(store, &a, model, seq, REQUESTS, &told, NULL))
			told.len = 0;
	}
	for (size_t i = 0; i < told.len; i++) {
		struct str body;
		double tokens;
		enum token_script kind;
		if (blob_rows_read(store, &a, told.rows[i].request_blob, &body, NULL) &&
			token_learn_count(tokenizer, body, &tokens, &kind))
			calibration_learn(&learned[kind], tokens, told.rows[i].input_tokens);
	}
	if (told.len > 0 && !engine->options.read_only)
		keep(store, model, told.rows[told.len - 1].seq, learned);
	arena_release(&a);
}
