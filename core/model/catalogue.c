/* SPDX-License-Identifier: MIT */
#include "core/model/catalogue.h"

#include "core/base/alloc.h"
#include "core/base/embedded.h"
#include "core/base/file.h"
#include "core/base/map.h"
#include "core/model/catalogue_file.h"
#include "core/model/dialect.h"
#include "core/model/provider.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LARGEST = 4 << 20, LAYERS = 5 };

enum layer { BUILT_IN, LEARNED, USER, WORKSPACE, ADDED };

struct layer_file {
	const char *path; /* NULL: there is none */
	struct timespec stamp;
	off_t size;
	bool is_read;
	struct catalogue_file file;
};

enum { KNOWN = 8 };

struct known {
	struct str provider, vendor, connection, base_url, model;
	const struct model_facts *facts;
};

struct catalogue {
	struct arena arena;
	struct layer_file layers[LAYERS];
	struct map found; /* by vendor, connection, address and model: struct model_facts */
	struct known known[KNOWN]; /* the first few found, for who asks the same over and over */
	size_t known_len;
};

struct catalogue *catalogue_new(const struct catalogue_files *files)
{
	struct catalogue *c = xcalloc(1, sizeof *c);
	const char *const paths[] = {files != NULL ? files->learned : NULL,
		files != NULL ? files->user : NULL, files != NULL ? files->workspace : NULL};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (paths[i] != NULL)
			c->layers[LEARNED + i].path =
				arena_copy(&c->arena, paths[i], strlen(paths[i]));
	return c;
}

void catalogue_free(struct catalogue *c)
{
	if (c == NULL)
		return;
	map_free(&c->found);
	arena_release(&c->arena);
	free(c);
}

/* The first 8 hex digits of a hash of the text: which of its states a price was taken from. */
static struct str version_of(struct arena *a, const char *whose, struct str text)
{
	return str_format(
		a, "%s models.yaml %08x", whose, (unsigned)(str_hash(text) >> 32 & 0xffffffff));
}

static void forget_found(struct catalogue *c)
{
	map_free(&c->found);
	c->known_len = 0;
}

static bool read_layer(
	struct catalogue *c, enum layer which, const char *path, struct str text, struct err *e)
{
	static const char *const names[] = {"built in", "learned", "user", "workspace", "--prices"};
	struct layer_file *l = &c->layers[which];
	l->file = (struct catalogue_file){.name = path, .layer = str_from(names[which])};
	if (which == BUILT_IN)
		l->file.version = STR("models.yaml ");
	else if (which == LEARNED)
		l->file.version = STR("learned ");
	else
		l->file.version = version_of(&c->arena, names[which], text);
	l->is_read = true;
	forget_found(c);
	return catalogue_file_read(&c->arena, text, &l->file, e);
}

static void read_built_in(struct catalogue *c)
{
	const struct embedded_file *file = embedded_find("data/models.yaml");
	struct err e = ERR_INIT;
	if (c->layers[BUILT_IN].is_read)
		return;
	if (file == NULL || !read_layer(c, BUILT_IN, file->path, embedded_str(file), &e))
		BUG("data/models.yaml: %s: %s", e.where, e.text);
}

static bool refresh_layer(struct catalogue *c, enum layer which, struct err *e)
{
	struct layer_file *l = &c->layers[which];
	struct stat st;
	struct str text;
	if (l->path == NULL || stat(l->path, &st) != 0) {
		if (l->is_read)
			forget_found(c);
		l->is_read = false;
		l->file.models = value_none();
		return true;
	}
	if (l->is_read && l->size == st.st_size && l->stamp.tv_sec == st.st_mtim.tv_sec &&
		l->stamp.tv_nsec == st.st_mtim.tv_nsec)
		return true;
	bool ok = file_read(&c->arena, l->path, LARGEST, &text, e) &&
		  read_layer(c, which, l->path, text, e);
	/* One with a fault is read, and told about, each time. */
	l->is_read = ok;
	l->size = st.st_size;
	l->stamp = st.st_mtim;
	return ok;
}

bool catalogue_refresh(struct catalogue *c, struct err *e)
{
	bool ok = true;
	for (int i = LEARNED; i <= WORKSPACE; i++)
		ok = refresh_layer(c, (enum layer)i, ok ? e : &(struct err)ERR_INIT) && ok;
	return ok;
}

bool catalogue_add_file(struct catalogue *c, const char *path, struct err *e)
{
	struct str text;
	const char *kept = arena_copy(&c->arena, path, strlen(path));
	return file_read(&c->arena, kept, LARGEST, &text, e) && read_layer(c, ADDED, kept, text, e);
}

static const struct {
	const char *host;
	const char *vendor;
} hosts[] = {
	{"api.openai.com", "openai"},
	{".azure.com", "azure"},
	{"dashscope", "dashscope"},
	{".maas.aliyuncs.com", "dashscope"},
	{"api.deepseek.com", "deepseek"},
	{"openrouter.ai", "openrouter"},
	{"api.groq.com", "groq"},
	{"api.mistral.ai", "mistral"},
	{"api.moonshot", "moonshot"},
	{"bigmodel.cn", "zhipu"},
	{"api.z.ai", "zhipu"},
	{"api.siliconflow", "siliconflow"},
	{".volces.com", "ark"},
	{"api.anthropic.com", "anthropic"},
	{"generativelanguage.googleapis.com", "gemini"},
	{"aiplatform.googleapis.com", "vertex"},
	{"bedrock-runtime.", "bedrock"},
	{":11434", "ollama"},
	{":1234", "lmstudio"},
};

struct str catalogue_vendor(const struct connection *connection)
{
	static const char *const formats[] = {
		"anthropic", "gemini", "ollama", "bedrock", "azure", "local", "scripted"};
	if (connection->vendor.len > 0)
		return connection->vendor;
	if (str_is(connection->provider, "openai") ||
		str_is(connection->provider, "openai_responses"))
		return str_from(dialect_of(connection)->vendor);
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++)
		if (str_find(connection->base_url, str_from(hosts[i].host), 0) != SIZE_MAX)
			return str_from(hosts[i].vendor);
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (str_is(connection->provider, formats[i]))
			return connection->provider;
	return STR("generic");
}

/* The name without what the vendor adds to it: "models/", "us.anthropic.", "@20250929", "-v1:0",
 * "anthropic/" and ":free"; dots become dashes where OpenRouter writes "4.5" for "4-5". */
static struct str plain_name(struct arena *a, struct str vendor, struct str model)
{
	struct str rest;
	if (str_starts(model, STR("models/")))
		return str_slice(model, 7, model.len);
	if (str_is(vendor, "openrouter")) {
		struct str owner = str_cut(model, '/', &rest);
		struct str name = str_cut(rest.len > 0 ? rest : model, ':', &rest);
		if (!str_is(owner, "anthropic"))
			return name;
		char *copy = arena_copy(a, name.at, name.len);
		for (size_t i = 0; i < name.len; i++)
			copy[i] = copy[i] == '.' ? '-' : copy[i];
		return (struct str){copy, name.len};
	}
	if (str_is(vendor, "bedrock")) {
		size_t at = str_find(model, STR("anthropic."), 0);
		size_t end = str_find(model, STR("-v"), 0);
		return at == SIZE_MAX ? model : str_slice(model, at + 10, end);
	}
	return model;
}

/* What runs on this machine, or plays a file, is charged by nobody. A model that Ollama only passes
 * on to its cloud is not of them. */
static bool is_free(struct str vendor, const struct connection *connection, struct str model)
{
	static const char *const local[] = {
		"ollama", "lmstudio", "llama-server", "vllm", "local", "scripted"};
	static const char *const here[] = {"://localhost", "://127.", "://[::1]"};
	bool is_local = false, at_home = connection == NULL || connection->base_url.len == 0;
	for (size_t i = 0; i < sizeof local / sizeof *local; i++)
		is_local = is_local || str_is(vendor, local[i]);
	for (size_t i = 0; connection != NULL && i < sizeof here / sizeof *here; i++)
		at_home =
			at_home || str_find(connection->base_url, str_from(here[i]), 0) != SIZE_MAX;
	return is_local && at_home && !str_ends(model, STR("-cloud")) &&
	       !str_ends(model, STR(":cloud"));
}

/* The row that fits best, by the name as it is or without what the vendor adds. */
static const struct value_entry *best_row(const struct catalogue_file *file,
	const struct catalogue_query *asked, const struct catalogue_query *plain,
	bool *prices_count)
{
	const struct value_entry *best = NULL;
	int64_t most = 0;
	for (size_t i = 0; file->models.kind == VALUE_DICT && i < file->models.u.dict->len; i++) {
		const struct value_entry *row = &file->models.u.dict->entries[i];
		bool here, plain_here;
		int64_t fits = catalogue_file_fits(row, asked, &here);
		int64_t also = catalogue_file_fits(row, plain, &plain_here);
		if (also > fits) {
			fits = also;
			here = plain_here;
		}
		if (fits <= most)
			continue;
		most = fits;
		best = row;
		*prices_count = here;
	}
	return best;
}

static struct model_facts *no_facts(struct catalogue *c)
{
	struct model_facts *facts = ARENA_NEW(&c->arena, struct model_facts);
	*facts = (struct model_facts){.id = STR(""),
		.window = -1,
		.max_output = -1,
		.cache_min = -1,
		.tokenizer = STR(""),
		.price = price_unknown()};
	return facts;
}

static struct model_facts *gather(struct catalogue *c, const struct connection *connection,
	const struct catalogue_query *asked)
{
	struct model_facts *facts = no_facts(c);
	struct catalogue_query plain = *asked;
	plain.model = plain_name(&c->arena, asked->vendor, asked->model);
	for (int layer = BUILT_IN; layer < LAYERS; layer++) {
		const struct layer_file *l = &c->layers[layer];
		bool counts = false;
		const struct value_entry *row =
			l->is_read ? best_row(&l->file, asked, &plain, &counts) : NULL;
		if (row != NULL)
			catalogue_file_lay(&c->arena, &l->file, row, counts, facts);
	}
	if (!price_is_known(&facts->price) && is_free(asked->vendor, connection, asked->model)) {
		facts->price.free = true;
		facts->price.source = facts->price.version = STR("local");
	}
	return facts;
}

static const struct model_facts *find(struct catalogue *c, const struct connection *connection,
	const struct catalogue_query *query)
{
	struct arena a = ARENA_INIT;
	uint64_t at;
	read_built_in(c);
	struct str key = str_format(&a, "%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(query->vendor),
		STR_ARG(query->connection), STR_ARG(query->base_url), STR_ARG(query->model));
	if (!map_get(&c->found, key, &at)) {
		struct catalogue_query kept = *query;
		kept.model = str_copy(&c->arena, query->model);
		at = (uint64_t)(uintptr_t)gather(c, connection, &kept);
		map_set(&c->found, str_copy(&c->arena, key), at);
	}
	arena_release(&a);
	return (const struct model_facts *)(uintptr_t)at;
}

static bool is_known(const struct known *l, const struct connection *connection, struct str model)
{
	return str_eq(l->model, model) && str_eq(l->connection, connection->name) &&
	       str_eq(l->vendor, connection->vendor) && str_eq(l->base_url, connection->base_url) &&
	       str_eq(l->provider, connection->provider);
}

static void keep_known(struct catalogue *c, const struct connection *connection, struct str model,
	const struct model_facts *facts)
{
	struct arena *a = &c->arena;
	if (c->known_len == KNOWN)
		return;
	c->known[c->known_len++] = (struct known){str_copy(a, connection->provider),
		str_copy(a, connection->vendor), str_copy(a, connection->name),
		str_copy(a, connection->base_url), str_copy(a, model), facts};
}

const struct model_facts *catalogue_find(
	struct catalogue *c, const struct connection *connection, struct str model)
{
	for (size_t i = 0; i < c->known_len; i++)
		if (is_known(&c->known[i], connection, model))
			return c->known[i].facts;
	struct catalogue_query query = {.vendor = catalogue_vendor(connection),
		.connection = connection->name,
		.base_url = connection->base_url,
		.model = model};
	const struct model_facts *facts = find(c, connection, &query);
	keep_known(c, connection, model, facts);
	return facts;
}

const struct model_facts *catalogue_find_at(
	struct catalogue *c, struct str vendor, struct str model)
{
	struct catalogue_query query = {.vendor = vendor, .model = model};
	query.connection = query.base_url = STR("");
	return find(c, NULL, &query);
}

const struct model_facts *catalogue_row_facts(struct catalogue *c, const struct catalogue_row *row)
{
	const struct catalogue_file *file = &c->layers[row->at_layer].file;
	struct model_facts *facts = no_facts(c);
	catalogue_file_lay(&c->arena, file, &file->models.u.dict->entries[row->at], true, facts);
	return facts;
}

size_t catalogue_rows(struct catalogue *c, struct arena *a, struct catalogue_row **out)
{
	size_t count = 0, cap = 0;
	*out = NULL;
	read_built_in(c);
	for (int layer = LAYERS - 1; layer >= BUILT_IN; layer--) {
		const struct catalogue_file *file = &c->layers[layer].file;
		if (!c->layers[layer].is_read || file->models.kind != VALUE_DICT)
			continue;
		for (size_t i = 0; i < file->models.u.dict->len; i++) {
			const struct value_entry *row = &file->models.u.dict->entries[i];
			const struct value *vendor = value_get_cstr(row->value, "vendor");
			*out = arena_reserve(a, *out, count, &cap, count + 1, sizeof **out);
			(*out)[count++] = (struct catalogue_row){.id = row->key.u.str,
				.vendor = vendor != NULL && vendor->u.list->len > 0
						  ? vendor->u.list->items[0].u.str
						  : STR(""),
				.layer = file->layer,
				.at_layer = layer,
				.at = i};
		}
	}
	return count;
}
