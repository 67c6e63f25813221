/* SPDX-License-Identifier: MIT */
#include "core/engine/endpoint_merge.h"

#include "core/model/embed_api.h"
#include "core/model/moderate_api.h"
#include "core/model/rerank_api.h"
#include "core/text/utf8.h"

/* Where a text of S ends that has at most MOST code points (0: no limit). */
static size_t end_of_piece(struct str s, size_t from, size_t most)
{
	size_t at = from;
	uint32_t code;
	for (size_t n = 0; most > 0 && n < most && at < s.len; n++)
		at = utf8_next(s, at, &code);
	return most > 0 ? at : s.len;
}

static size_t step_of(enum engine_endpoint_kind kind, const struct connection *connection)
{
	switch (kind) {
	case ENDPOINT_EMBED: return embed_api_limit(connection);
	case ENDPOINT_RERANK: return rerank_api_limit(connection);
	case ENDPOINT_MODERATE: return moderate_api_limit(connection);
	}
	return 1;
}

bool endpoint_plan(struct arena *a, const struct engine_endpoint_spec *spec,
	const struct connection *connection, struct endpoint_plan *out, struct err *e)
{
	const struct value_list *texts = spec->texts.u.list;
	struct str check = value_get_str(spec->parameters, "check", STR(""));
	size_t most = spec->kind == ENDPOINT_MODERATE ? moderate_api_length(connection, check) : 0;
	size_t cap = texts->len;
	*out = (struct endpoint_plan){.kind = spec->kind,
		.texts = texts->len,
		.pieces = ARENA_ARRAY(a, struct endpoint_piece, texts->len),
		.step = step_of(spec->kind, connection)};
	for (size_t i = 0; i < texts->len; i++) {
		struct str text = texts->items[i].u.str;
		size_t from = 0;
		do {
			size_t to = end_of_piece(text, from, most);
			out->pieces = arena_reserve(a, out->pieces, out->count, &cap,
				out->count + 1, sizeof *out->pieces);
			out->pieces[out->count++] =
				(struct endpoint_piece){i, str_slice(text, from, to)};
			from = to;
		} while (from < text.len);
	}
	if (str_is(check, "grounded") && out->count > texts->len)
		return err_set(e, ERR_LIMIT,
			"The check grounded takes texts of at most %zu characters.", most);
	return true;
}

struct message *endpoint_messages(struct arena *a, const struct endpoint_plan *plan,
	struct str query, size_t first, size_t *count)
{
	bool asks = plan->kind == ENDPOINT_RERANK;
	size_t left = plan->count - first;
	size_t texts = left < plan->step ? left : plan->step;
	struct message *m = ARENA_ARRAY(a, struct message, texts + 1);
	*count = 0;
	if (asks)
		m[(*count)++] = (struct message){.role = ROLE_USER, .content = query};
	for (size_t i = 0; i < texts; i++)
		m[(*count)++] = (struct message){
			.role = ROLE_USER, .content = plan->pieces[first + i].part};
	return m;
}

static struct value member(struct value dict, const char *key)
{
	const struct value *v = value_get_cstr(dict, key);
	return v != NULL ? *v : value_none();
}

static double mark_of(struct value category)
{
	struct value v = member(category, "severity");
	if (v.kind == VALUE_NONE)
		v = member(category, "score");
	return v.kind == VALUE_INT ? (double)v.u.integer : v.kind == VALUE_FLOAT ? v.u.real : 0;
}

/* Of a text in pieces the worst counts. */
static void worsen(struct value result, struct value piece)
{
	struct value to = member(result, "categories"), from = member(piece, "categories");
	if (value_get_bool(piece, "flagged", false))
		value_set(result, STR("flagged"), value_bool(true));
	for (size_t i = 0; from.kind == VALUE_LIST && i < from.u.list->len; i++) {
		struct value item = from.u.list->items[i];
		struct str name = value_get_str(item, "name", STR(""));
		size_t k = 0;
		while (k < to.u.list->len &&
			!str_eq(value_get_str(to.u.list->items[k], "name", STR("")), name))
			k++;
		if (k == to.u.list->len)
			value_push(to, item);
		else if (mark_of(item) > mark_of(to.u.list->items[k]) ||
			 (value_get_bool(item, "flagged", false) &&
				 !value_get_bool(to.u.list->items[k], "flagged", false)))
			to.u.list->items[k] = item;
	}
}

static void merge_ranking(struct arena *a, size_t first, struct value list, struct value results)
{
	for (size_t i = 0; i < list.u.list->len; i++) {
		struct value item = value_copy(a, list.u.list->items[i]);
		value_set(item, STR("index"),
			value_int(value_get_int(item, "index", 0) + (int64_t)first));
		value_push(results, item);
	}
	rerank_sort(results);
}

bool endpoint_merge(struct arena *a, const struct endpoint_plan *plan, size_t first,
	struct value response, struct value results, struct err *e)
{
	size_t left = plan->count - first;
	size_t asked = left < plan->step ? left : plan->step;
	struct value list =
		member(response, plan->kind == ENDPOINT_EMBED ? "embeddings" : "results");
	size_t came = list.kind == VALUE_LIST ? list.u.list->len : 0;
	bool ranks = plan->kind == ENDPOINT_RERANK;
	for (size_t i = 0; ranks && i < came; i++)
		if ((size_t)value_get_int(list.u.list->items[i], "index", 0) >= asked)
			return err_set(e, ERR_PROVIDER, "The server ranks text %lld of %zu.",
				(long long)value_get_int(list.u.list->items[i], "index", 0) + 1,
				asked);
	if (came != asked && !ranks)
		return err_set(e, ERR_PROVIDER, "The server was asked for %zu texts and gave %zu.",
			asked, came);
	if (ranks && came > 0)
		merge_ranking(a, first, list, results);
	for (size_t i = 0; !ranks && i < came; i++) {
		struct value *to = &results.u.list->items[plan->pieces[first + i].text];
		struct value item = value_copy(a, list.u.list->items[i]);
		if (to->kind == VALUE_DICT)
			worsen(*to, item);
		else
			*to = item;
	}
	return true;
}
