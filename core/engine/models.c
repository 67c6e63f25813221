/* SPDX-License-Identifier: MIT */
#include "core/engine/models.h"

#include "core/text/suggest.h"

static bool set_target(const struct connection *connection, struct str model, struct arena *a,
	struct model_target *out, struct err *e)
{
	out->provider = provider_find(connection->provider);
	if (out->provider == NULL)
		return err_set(e, ERR_CONFIG, "There is no provider '%.*s'.",
			STR_ARG(connection->provider));
	if (model.len == 0) {
		err_set(e, ERR_CONFIG, "The connection '%.*s' has no default model.",
			STR_ARG(connection->name));
		return err_hint(e, "Ask for %.*s/MODEL, or add 'model:' to it in lathe.yaml.",
			STR_ARG(connection->name));
	}
	out->connection = *connection;
	out->model = model;
	out->name = str_format(a, "%.*s/%.*s", STR_ARG(connection->name), STR_ARG(model));
	return true;
}

static bool unknown_name(const struct config *c, struct str name, struct err *e)
{
	struct suggest near = suggest_for(name);
	suggest_offer(&near, STR("local/extract"));
	for (size_t i = 0; i < c->connection_count; i++) {
		suggest_offer(&near, c->connections[i].name);
		suggest_offer(&near, c->connections[i].model);
	}
	err_set(e, ERR_CONFIG, "There is no model or connection '%.*s' here.", STR_ARG(name));
	if (near.best.len > 0)
		return err_hint(
			e, "Did you mean '%.*s'? lathe models lists them.", STR_ARG(near.best));
	return err_hint(e, "lathe models lists them; connections are named in lathe.yaml.");
}

bool models_find(const struct config *c, struct str name, struct arena *a, struct model_target *out,
	struct err *e)
{
	static const struct connection local = {
		.name = {"local", 5}, .provider = {"local", 5}, .model = {"extract", 7}};
	struct str rest, first = str_cut(name, '/', &rest);
	if (str_is(name, "local/extract"))
		return set_target(&local, local.model, a, out, e);
	const struct connection *connection = config_connection(c, first);
	if (connection != NULL)
		return set_target(connection, rest.len > 0 ? rest : connection->model, a, out, e);
	size_t found = 0;
	for (size_t i = 0; i < c->connection_count; i++) {
		if (!str_eq(c->connections[i].model, name))
			continue;
		connection = &c->connections[i];
		found++;
	}
	if (found == 1)
		return set_target(connection, name, a, out, e);
	return unknown_name(c, name, e);
}

static bool choose_file(const struct config *c, const struct model_wish *wish, struct arena *a,
	struct model_target *out, struct err *e)
{
	out->reason = "the prompt";
	if (wish->own != NULL)
		return set_target(
			wish->own, wish->model.len > 0 ? wish->model : wish->own->model, a, out, e);
	if (wish->connection.len == 0)
		return models_find(c, wish->model, a, out, e);
	const struct connection *connection = config_connection(c, wish->connection);
	if (connection != NULL)
		return set_target(connection, wish->model.len > 0 ? wish->model : connection->model,
			a, out, e);
	struct suggest near = suggest_for(wish->connection);
	for (size_t i = 0; i < c->connection_count; i++)
		suggest_offer(&near, c->connections[i].name);
	err_set(e, ERR_CONFIG, "The connection '%.*s' is not in lathe.yaml.",
		STR_ARG(wish->connection));
	if (near.best.len > 0)
		return err_hint(e, "Did you mean '%.*s'?", STR_ARG(near.best));
	return err_hint(e, "Add it under 'connections:', or choose another with --model.");
}

bool models_choose(const struct config *c, const struct model_wish *wish, struct arena *a,
	struct model_target *out, struct err *e)
{
	bool ok;
	*out = (struct model_target){.reason = "the embedded default"};
	if (wish->asked != NULL) {
		out->reason = "--model";
		return models_find(c, str_from(wish->asked), a, out, e);
	}
	if (wish->own != NULL || wish->connection.len > 0 || wish->model.len > 0) {
		ok = choose_file(c, wish, a, out, e);
		return ok || err_place(e, wish->file, wish->line, wish->column);
	}
	if (c->default_model.len > 0) {
		out->reason = "lathe.yaml";
		ok = models_find(c, c->default_model, a, out, e);
		return ok || err_place(e, c->file, c->default_line, c->default_column);
	}
	return models_find(c, STR("local/extract"), a, out, e);
}
