/* SPDX-License-Identifier: MIT */
#include "core/engine/model_lists.h"

#include "core/model/catalogue.h"
#include "core/model/dialect.h"

enum { MODELS_MAX = 5000, PER_MILLION = 1000000 };

struct str model_lists_url(struct arena *a, const struct connection *c)
{
	struct str base = c->base_url;
	bool openai = str_is(c->provider, "openai") || str_is(c->provider, "openai_responses");
	if (openai && !str_is(str_from(dialect_of(c)->vendor), "azure"))
		return str_format(a, "%.*s/models", STR_ARG(base));
	if (str_is(c->provider, "anthropic") && c->base_url.len == 0)
		base = STR("https://api.anthropic.com");
	if (str_is(c->provider, "anthropic"))
		return str_format(a, "%.*s%s/models?limit=1000", STR_ARG(base),
			str_ends(base, STR("/v1")) ? "" : "/v1");
	if (str_is(c->provider, "gemini") && base.len == 0)
		base = STR("https://generativelanguage.googleapis.com/v1beta");
	if (str_is(c->provider, "gemini") && str_find(base, STR("aiplatform"), 0) == SIZE_MAX)
		return str_format(a, "%.*s%s/models?pageSize=1000", STR_ARG(base),
			str_find(base, STR("/v1"), 0) == SIZE_MAX ? "/v1beta" : "");
	if (str_is(c->provider, "ollama") && base.len == 0)
		base = STR("http://127.0.0.1:11434");
	if (str_is(c->provider, "ollama"))
		return str_format(a, "%.*s/api/tags", STR_ARG(base));
	return STR("");
}

static struct value member(struct value dict, const char *key)
{
	const struct value *v = value_get_cstr(dict, key);
	return v != NULL ? *v : value_none();
}

/* The first of the keys that has a number of tokens; 0: none. */
static int64_t tokens_of(struct value item, const char *const *keys)
{
	int64_t n = 0;
	for (; n <= 0 && *keys != NULL; keys++)
		n = value_get_int(item, *keys, 0);
	return n > 0 ? n : 0;
}

/* "0.0000025", dollars a token, as a price a million; false when it is none. */
static bool price_of(struct value pricing, const char *key, struct value *out)
{
	double dollars;
	struct str text = value_get_str(pricing, key, STR(""));
	if (!str_to_double(text, &dollars) || dollars < 0)
		return false;
	*out = value_float(dollars * PER_MILLION);
	return true;
}

static bool add_prices(struct arena *a, struct value item, struct str day, struct value row)
{
	static const char *const names[][2] = {{"prompt", "input"}, {"completion", "output"},
		{"input_cache_read", "cache_read"}, {"input_cache_write", "cache_write"},
		{"internal_reasoning", "reasoning"}};
	struct value pricing = member(item, "pricing"), price = value_dict(a), v;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (price_of(pricing, names[i][0], &v) && (i < 2 || v.u.real > 0))
			value_set(price, str_from(names[i][1]), v);
	if (value_get_cstr(price, "input") == NULL || value_get_cstr(price, "output") == NULL)
		return false;
	value_set(price, STR("as_of"), value_str(day));
	value_set(price, STR("source"), value_cstr("the server's own list"));
	value_set(row, STR("price"), price);
	return true;
}

/* The words of LIST that models.yaml has for modalities. */
static void add_modalities(struct arena *a, struct value list, const char *key, struct value row)
{
	static const char *const words[] = {"text", "image", "audio", "video"};
	struct value known = value_list(a);
	for (size_t i = 0; list.kind == VALUE_LIST && i < list.u.list->len; i++)
		for (size_t w = 0; w < sizeof words / sizeof *words; w++)
			if (list.u.list->items[i].kind == VALUE_STR &&
				str_is(list.u.list->items[i].u.str, words[w]))
				value_push(known, value_cstr(words[w]));
	if (known.u.list->len > 0)
		value_set(row, str_from(key), known);
}

static void add_row(struct arena *a, const struct connection *c, struct value item, struct str day,
	struct value rows, struct model_list_counts *out)
{
	static const char *const windows[] = {"context_length", "context_window",
		"max_context_length", "max_model_len", "inputTokenLimit", "max_input_tokens", NULL};
	static const char *const outputs[] = {
		"max_completion_tokens", "outputTokenLimit", "max_tokens", NULL};
	struct str id = value_get_str(item, "id", STR(""));
	if (id.len == 0)
		id = value_get_str(item, "name", STR(""));
	if (str_starts(id, STR("models/")))
		id = str_slice(id, 7, id.len);
	if (id.len == 0)
		return;
	struct value row = value_dict(a), also = value_list(a);
	int64_t window = tokens_of(item, windows);
	if (window == 0)
		window = tokens_of(member(item, "details"), windows);
	if (window == 0)
		window = value_get_int(member(item, "meta"), "n_ctx_train", 0);
	int64_t output = tokens_of(item, outputs);
	if (output == 0)
		output = tokens_of(member(item, "top_provider"), outputs);
	value_push(also, value_str(id));
	value_set(row, STR("connection"), value_str(c->name));
	value_set(row, STR("also"), also);
	if (window > 0)
		value_set(row, STR("window"), value_int(window));
	if (output > 0)
		value_set(row, STR("max_output"), value_int(output));
	struct value shape = member(item, "architecture");
	add_modalities(a, member(shape, "input_modalities"), "in", row);
	add_modalities(a, member(shape, "output_modalities"), "out", row);
	out->models++;
	out->windows += window > 0;
	out->prices += add_prices(a, item, day, row);
	value_set(rows, str_format(a, "%.*s/%.*s", STR_ARG(c->name), STR_ARG(id)), row);
}

bool model_lists_read(struct arena *a, const struct connection *connection, struct value reply,
	struct str day, struct value rows, struct model_list_counts *out)
{
	struct value list = member(reply, "data");
	*out = (struct model_list_counts){.models = 0};
	if (list.kind != VALUE_LIST)
		list = member(reply, "models");
	if (list.kind != VALUE_LIST)
		list = reply;
	if (list.kind != VALUE_LIST)
		return false;
	for (size_t i = 0; i < list.u.list->len && i < MODELS_MAX; i++)
		if (list.u.list->items[i].kind == VALUE_DICT)
			add_row(a, connection, list.u.list->items[i], day, rows, out);
	return true;
}
