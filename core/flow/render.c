/* SPDX-License-Identifier: MIT */
#include "core/flow/render.h"

#include "core/base/alloc.h"
#include "core/base/map.h"
#include "core/data/template/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of so many, a text is found by comparing it, which is cheaper than making a key. */
enum { COMPARED = 4 };

struct compiled {
	struct str path, text;
	struct template *template;
};

struct render_cache {
	struct arena arena; /* the keys */
	struct map by_text; /* "path\0text" -> place in compiled */
	struct compiled *compiled;
	size_t len, cap;
};

struct render_cache *render_cache_new(void)
{
	return xcalloc(1, sizeof(struct render_cache));
}

void render_cache_free(struct render_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < cache->len; i++)
		template_free(cache->compiled[i].template);
	free(cache->compiled);
	map_free(&cache->by_text);
	arena_release(&cache->arena);
	free(cache);
}

static struct template *compile(const struct render_source *from, struct err *e)
{
	struct template_options options = template_options_flow();
	options.root = from->root;
	return template_compile(from->template, from->path, &options, e);
}

static struct template *compared(const struct render_source *from)
{
	const struct render_cache *cache = from->cache;
	for (size_t i = 0; i < cache->len && i < COMPARED; i++)
		if (str_eq(cache->compiled[i].text, from->template) &&
			str_is(cache->compiled[i].path, from->path))
			return cache->compiled[i].template;
	return NULL;
}

static void keep(struct render_cache *cache, struct str key, struct template *t)
{
	struct str text;
	key = str_copy(&cache->arena, key);
	struct str path = str_cut(key, '\0', &text);
	cache->compiled = array_reserve(
		cache->compiled, &cache->cap, cache->len + 1, sizeof *cache->compiled);
	map_set(&cache->by_text, key, cache->len);
	cache->compiled[cache->len++] = (struct compiled){path, text, t};
}

/* The compiled template; given back with put. */
static struct template *get(const struct render_source *from, struct err *e)
{
	struct render_cache *cache = from->cache;
	struct buf key = BUF_INIT(TEMPLATE_SOURCE_MAX + 4096);
	uint64_t at;
	if (cache == NULL)
		return compile(from, e);
	struct template *t = compared(from);
	if (t != NULL)
		return t;
	buf_add_cstr(&key, from->path);
	buf_add_char(&key, '\0');
	buf_add_str(&key, from->template);
	if (map_get(&cache->by_text, buf_str(&key), &at))
		t = cache->compiled[at].template;
	else if ((t = compile(from, e)) != NULL)
		keep(cache, buf_str(&key), t);
	buf_free(&key);
	return t;
}

static void put(const struct render_source *from, struct template *t)
{
	if (from->cache == NULL)
		template_free(t);
}

void render_move_place(const struct render_source *from, struct err *e)
{
	size_t len = strlen(from->path);
	if (from->lines_before == 0 || strncmp(e->where, from->path, len) != 0 ||
		e->where[len] != ':')
		return;
	char *end;
	unsigned long line = strtoul(e->where + len + 1, &end, 10);
	unsigned long column = *end == ':' ? strtoul(end + 1, NULL, 10) : 0;
	e->where[0] = '\0';
	err_place(e, from->path, (unsigned)line + from->lines_before, (unsigned)column);
}

static bool check_names(const struct template *t, const struct render_source *from,
	bool (*taken)(struct str name), struct err *e)
{
	size_t count;
	const struct str *names = template_variables(t, &count);
	for (size_t i = 0; taken != NULL && i < count; i++) {
		if (!taken(names[i]))
			continue;
		err_set(e, ERR_CONFIG,
			"The template uses the variable \"%.*s\", which is the name "
			"of a model parameter.",
			STR_ARG(names[i]));
		err_hint(e, "Rename the variable in the template and in the node's inputs.");
		return err_place(e, from->path, 0, 0);
	}
	return true;
}

bool render_may_read(const struct render_source *from, struct str name)
{
	struct err ignored = ERR_INIT;
	if (str_find(from->template, STR("include"), 0) != SIZE_MAX ||
		str_find(from->template, STR("extends"), 0) != SIZE_MAX)
		return true;
	struct template *t = get(from, &ignored);
	if (t == NULL)
		return true;
	size_t count;
	const struct str *names = template_variables(t, &count);
	bool found = false;
	for (size_t i = 0; i < count && !found; i++)
		found = str_eq(names[i], name);
	put(from, t);
	return found;
}

bool render(struct arena *a, const struct render_source *from, struct value variables,
	bool (*taken)(struct str name), struct str *out, struct err *e)
{
	struct template *t = get(from, e);
	if (t == NULL) {
		render_move_place(from, e);
		return false;
	}
	struct buf b = BUF_INIT(TEMPLATE_OUTPUT_MAX);
	bool ok = check_names(t, from, taken, e);
	if (ok && !template_render(t, variables, &b, e)) {
		render_move_place(from, e);
		ok = false;
	}
	*out = ok ? str_copy(a, buf_str(&b)) : STR_NONE;
	buf_free(&b);
	put(from, t);
	return ok;
}
