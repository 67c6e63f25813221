/* SPDX-License-Identifier: MIT */
#include "core/engine/connections.h"

#include "core/base/file.h"
#include "core/data/yaml_edit.h"
#include "core/engine/engine_private.h"
#include "core/engine/key_trust.h"
#include "core/model/provider.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { KEY_TRIES = 100, KEY_LARGEST = 1 << 16 };

static const char file_name[] = "lathe.yaml";

/* lathe.yaml while it is changed. */
struct change {
	struct arena arena;
	struct engine *engine;
	const char *path;
	struct str text;
};

size_t connections_list(struct engine *engine, struct arena *a, struct connection_form **out)
{
	const struct config *c = &engine->config;
	*out = ARENA_ARRAY(a, struct connection_form, c->connection_count + 1);
	for (size_t i = 0; i < c->connection_count; i++) {
		const struct connection *from = &c->connections[i];
		const char *script = from->script.len > 0 ? path_relative(engine->workspace.root,
								    from->script.at)
							  : "";
		(*out)[i] = (struct connection_form){.name = from->name,
			.provider = from->provider,
			.base_url = from->base_url,
			.model = from->model,
			.secret = from->secret,
			.script = str_from(script),
			.allow_http = from->allow_http};
	}
	return c->connection_count;
}

struct str connections_default(const struct engine *engine)
{
	return engine->config.default_model;
}

static bool check_name(const struct engine *engine, struct str name, struct str was, struct err *e)
{
	if (name.len == 0)
		return err_set(e, ERR_CONFIG, "A connection needs a name, for example: qwen.");
	if (!str_eq(name, was) && config_connection(&engine->config, name) != NULL)
		return err_set(
			e, ERR_CONFIG, "There is a connection '%.*s' already.", STR_ARG(name));
	return config_check_name(name, e);
}

static bool check_secret(struct str secret, struct err *e)
{
	if (secret.len == 0 || config_check_secret(secret, e))
		return true;
	err_set(e, ERR_CONFIG,
		"This is not a reference; a key itself does not belong into lathe.yaml.");
	return err_hint(e, "Write env:NAME, cmd:PROGRAM ARG..., file:PATH or secret:NAME.");
}

/* A line break or the like in a value would be a mistake of pasting. */
static bool check_line(struct str text, struct err *e)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < ' ' || text.at[i] == 127)
			return err_set(e, ERR_CONFIG,
				"This holds a line break or another control character.");
	return true;
}

static bool needs_url(struct str provider)
{
	const struct provider *p = provider_find(provider);
	return p == NULL || p->needs_url;
}

bool connections_check(const struct engine *engine, const struct connection_form *form,
	struct str was, enum connection_part part, struct err *e)
{
	bool scripted = str_is(form->provider, "scripted");
	switch (part) {
	case CONNECTION_NAME: return check_name(engine, form->name, was, e);
	case CONNECTION_PROVIDER:
		return (provider_find(form->provider) != NULL &&
			       !str_is(form->provider, "local")) ||
		       err_set(e, ERR_CONFIG, "A provider is one of: %s.", CONFIG_PROVIDERS);
	case CONNECTION_URL:
		if (form->base_url.len == 0 && !needs_url(form->provider))
			return true;
		return config_check_url(form->base_url, form->allow_http, e);
	case CONNECTION_MODEL: return check_line(form->model, e);
	case CONNECTION_SECRET: return check_line(form->secret, e) && check_secret(form->secret, e);
	case CONNECTION_SCRIPT:
		if (scripted && form->script.len == 0)
			return err_set(e, ERR_CONFIG, "A scripted connection needs a script.");
		return check_line(form->script, e);
	default: return true;
	}
}

static bool begin(struct change *c, struct engine *engine, struct err *e)
{
	*c = (struct change){.engine = engine};
	c->path = path_join(&c->arena, engine->workspace.root, file_name);
	c->text = STR("# The settings of this workspace. The man page lathe.yaml(5) lists every "
		      "key.\n");
	return !file_exists(c->path) || file_read(&c->arena, c->path, CONFIG_LARGEST, &c->text, e);
}

/* Ends the change: writes the file when all went well (OK) and lathe will be able to read it. */
static bool finish(struct change *c, bool ok, struct err *e)
{
	struct config checked;
	ok = ok && config_read_text(&c->arena, &c->engine->workspace, c->text, &checked, e) &&
	     file_write(c->path, c->text, 0666, e) && engine_reload_config(c->engine, e);
	arena_release(&c->arena);
	return ok;
}

static struct yaml_path path_of(struct str parts[3], struct str name, const char *key)
{
	parts[0] = STR("connections");
	parts[1] = name;
	parts[2] = str_from(key);
	return (struct yaml_path){parts, key != NULL ? 3 : 2};
}

static bool set_default(struct change *c, struct str model, struct err *e)
{
	struct str parts[2] = {STR("default"), STR("model")};
	struct yaml_path path = {parts, 2};
	if (model.len == 0)
		return yaml_edit_remove(&c->arena, file_name, &c->text, path, e);
	return yaml_edit_set(&c->arena, file_name, &c->text, path, value_str(model), e);
}

/* Sets one key of the connection NAME, or takes it out. */
static bool put(struct change *c, struct str name, const char *key, struct value v, struct err *e)
{
	struct str parts[3];
	struct yaml_path path = path_of(parts, name, key);
	bool gone =
		(v.kind == VALUE_STR && v.u.str.len == 0) || (v.kind == VALUE_BOOL && !v.u.boolean);
	return gone ? yaml_edit_remove(&c->arena, file_name, &c->text, path, e)
		    : yaml_edit_set(&c->arena, file_name, &c->text, path, v, e);
}

static bool put_text(struct change *c, struct str name, const char *key, struct str old,
	struct str text, struct err *e)
{
	return str_eq(old, text) || put(c, name, key, value_str(text), e);
}

/* The part of a default model behind the connection's name; {NULL, 0} when it is not this one's. */
static struct str default_of(const struct engine *engine, struct str name)
{
	struct str model = engine->config.default_model;
	if (!str_starts(model, name) || (model.len > name.len && model.at[name.len] != '/'))
		return STR_NONE;
	return (struct str){model.at + name.len, model.len - name.len};
}

static bool rename_in(struct change *c, struct str was, struct str name, struct err *e)
{
	struct str parts[3], rest = default_of(c->engine, was);
	if (!yaml_edit_rename(&c->arena, file_name, &c->text, path_of(parts, was, NULL), name, e))
		return false;
	return rest.at == NULL ||
	       set_default(c, str_format(&c->arena, "%.*s%.*s", STR_ARG(name), STR_ARG(rest)), e);
}

static bool change(
	struct change *c, const struct connection_form *form, struct str was, struct err *e)
{
	struct connection_form *all, old = {.name = was};
	size_t count = connections_list(c->engine, &c->arena, &all);
	struct str name = form->name;
	for (size_t i = 0; i < count; i++)
		if (str_eq(all[i].name, was))
			old = all[i];
	if (!str_eq(name, was) && !rename_in(c, was, name, e))
		return false;
	return put_text(c, name, "provider", old.provider, form->provider, e) &&
	       put_text(c, name, "base_url", old.base_url, form->base_url, e) &&
	       put_text(c, name, "model", old.model, form->model, e) &&
	       put_text(c, name, "secret", old.secret, form->secret, e) &&
	       put_text(c, name, "script", old.script, form->script, e) &&
	       (old.allow_http == form->allow_http ||
		       put(c, name, "allow_http", value_bool(form->allow_http), e));
}

static void add_text(struct value dict, const char *key, struct str text)
{
	if (text.len > 0)
		value_set(dict, str_from(key), value_str(text));
}

/* Who uses OpenAI's variables uses this one, too. */
static void add_organization(struct change *c, const struct connection_form *form, struct value v)
{
	const char *organization = getenv("OPENAI_ORG_ID");
	if (organization == NULL || organization[0] == '\0' ||
		!str_is(form->secret, "env:OPENAI_API_KEY"))
		return;
	struct value headers = value_dict(&c->arena);
	value_set(headers, STR("OpenAI-Organization"), value_cstr(organization));
	value_set(v, STR("headers"), headers);
}

static bool add(struct change *c, const struct connection_form *form, struct err *e)
{
	struct str parts[3];
	struct value v = value_dict(&c->arena);
	add_text(v, "provider", form->provider);
	add_text(v, "base_url", form->base_url);
	add_text(v, "model", form->model);
	add_text(v, "secret", form->secret);
	add_text(v, "script", form->script);
	if (form->allow_http)
		value_set(v, STR("allow_http"), value_bool(true));
	add_organization(c, form, v);
	struct yaml_path path = path_of(parts, form->name, NULL);
	return yaml_edit_set(&c->arena, file_name, &c->text, path, v, e);
}

bool connections_save(
	struct engine *engine, const struct connection_form *form, struct str was, struct err *e)
{
	struct change c;
	struct connection_form clean = *form;
	while (str_ends(clean.base_url, STR("/")))
		clean.base_url.len--;
	for (int part = 0; part < CONNECTION_PARTS; part++)
		if (!connections_check(engine, &clean, was, (enum connection_part)part, e))
			return false;
	bool ok = begin(&c, engine, e);
	ok = ok && (was.len > 0 ? change(&c, &clean, was, e) : add(&c, &clean, e));
	const struct connection entered = {.secret = clean.secret, .base_url = clean.base_url};
	return finish(&c, ok, e) && key_trust_entered(engine, &entered, e);
}

/* The default model still means something in the changed text. */
static bool default_is_known(struct change *c)
{
	struct config config;
	struct model_target target;
	struct err unknown = ERR_INIT;
	return !config_read_text(&c->arena, &c->engine->workspace, c->text, &config, &unknown) ||
	       config.default_model.len == 0 ||
	       models_find(&config, config.default_model, &c->arena, &target, &unknown);
}

bool connections_remove(struct engine *engine, struct str name, struct err *e)
{
	struct change c;
	struct str parts[3];
	if (config_connection(&engine->config, name) == NULL)
		return err_set(e, ERR_CONFIG, "There is no connection '%.*s' in lathe.yaml.",
			STR_ARG(name));
	bool ok = begin(&c, engine, e) &&
		  yaml_edit_remove(&c.arena, file_name, &c.text, path_of(parts, name, NULL), e);
	if (ok && !default_is_known(&c))
		ok = set_default(&c, STR(""), e);
	return finish(&c, ok, e);
}

bool connections_set_default(struct engine *engine, struct str model, struct err *e)
{
	struct change c;
	struct model_target target;
	bool ok = begin(&c, engine, e);
	ok = ok && (model.len == 0 || models_find(&engine->config, model, &c.arena, &target, e));
	ok = ok && set_default(&c, model, e);
	return finish(&c, ok, e);
}

/* "file:~/..." where that is the same, so that the file can be shared between machines. */
static struct str reference_to(struct arena *a, const char *path)
{
	return str_format(a, "file:%s", path_short(a, path));
}

bool connections_keep_key(
	struct arena *a, struct str name, struct str key, struct str *reference, struct err *e)
{
	const char *folder = path_join(a, path_config(a), "keys");
	if (!config_check_name(name, e) || !check_line(key, e) ||
		!file_make_folder(folder, 0700, e))
		return false;
	for (int i = 1; i < KEY_TRIES; i++) {
		struct str file = i == 1 ? name : str_format(a, "%.*s-%d", STR_ARG(name), i), old;
		const char *path = path_join(a, folder, str_cstr(a, file));
		bool there = file_exists(path);
		struct err other = ERR_INIT; /* somebody else's: the next number */
		if (there && (!file_read(a, path, KEY_LARGEST, &old, &other) ||
				     !str_eq(str_trim_end(old), key)))
			continue;
		*reference = reference_to(a, path);
		return file_write(path, str_format(a, "%.*s\n", STR_ARG(key)), 0600, e) &&
		       (chmod(path, 0600) == 0 ||
			       err_set(e, ERR_IO, "The file %s cannot be made private.", path));
	}
	return err_set(
		e, ERR_IO, "There are too many keys called %.*s in %s.", STR_ARG(name), folder);
}

const char *connection_offer_url(const struct connection_offer *offer)
{
	const char *given = offer->address != NULL ? getenv(offer->address) : NULL;
	return given != NULL && given[0] != '\0' ? given : offer->base_url;
}

static bool is_used(const struct engine *engine, const struct connection_offer *offer)
{
	const struct config *c = &engine->config;
	for (size_t i = 0; i < c->connection_count; i++) {
		struct str secret = c->connections[i].secret;
		if (str_starts(secret, STR("env:")) &&
			str_is(str_slice(secret, 4, secret.len), offer->variable))
			return true;
	}
	return false;
}

size_t connections_offered(
	const struct engine *engine, struct arena *a, const struct connection_offer *const **out)
{
	size_t all = 0, count = 0;
	while (connection_offers[all].variable != NULL)
		all++;
	const struct connection_offer **list =
		ARENA_ARRAY(a, const struct connection_offer *, all + 1);
	for (size_t i = 0; i < all; i++) {
		const char *value = getenv(connection_offers[i].variable);
		if (value != NULL && value[0] != '\0' && !is_used(engine, &connection_offers[i]))
			list[count++] = &connection_offers[i];
	}
	*out = list;
	return count;
}
