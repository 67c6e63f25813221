/* SPDX-License-Identifier: MIT */
#include "core/model/azure_url.h"

#include "core/base/buf.h"

#include <string.h>

static struct str version_of(const struct connection *connection)
{
	return value_get_str(connection->options, "api_version", STR_NONE);
}

/* RFC 3986's unreserved characters as they are, all others as %XX. */
static struct str escaped(struct arena *a, struct str text)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	struct buf out = BUF_INIT(text.len * 3 + 1);

	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != '\0' && strchr(plain, text.at[i]) != NULL)
			buf_add_char(&out, text.at[i]);
		else
			buf_add_format(&out, "%%%02X", (unsigned char)text.at[i]);
	}
	const struct str copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

bool azure_url_is_v1(const struct connection *connection)
{
	const struct str version = version_of(connection);

	return str_find(connection->base_url, STR("/openai/v1"), 0) != SIZE_MAX ||
	       str_is(version, "v1") || str_is(version, "preview") || str_is(version, "latest");
}

struct str azure_url_v1(struct arena *a, const struct connection *connection, struct str path)
{
	const struct str version = version_of(connection);
	struct str query, base = str_cut(connection->base_url, '?', &query);
	size_t mark = str_find(base, STR("/openai/"), 0);
	const bool asks = str_is(version, "preview") || str_is(version, "latest");

	if (mark == SIZE_MAX && str_ends(base, STR("/openai")))
		mark = base.len - (sizeof "/openai" - 1);
	if (mark != SIZE_MAX)
		base = str_slice(base, 0, mark);
	while (str_ends(base, STR("/")))
		base.len--;
	return str_format(a, "%.*s/openai/v1%.*s%s%.*s", STR_ARG(base), STR_ARG(path),
		asks ? "?api-version=" : "", STR_ARG(asks ? version : STR("")));
}

struct str azure_url(
	struct arena *a, const struct connection *connection, struct str model, struct str path)
{
	static const char deployments[] = "/openai/deployments/";
	struct str query, rest;
	struct str base = str_cut(connection->base_url, '?', &query);
	struct str version = version_of(connection);
	const size_t mark = str_find(base, STR("/openai/deployments/"), 0);

	while (str_ends(base, STR("/")))
		base.len--;
	if (mark == SIZE_MAX && azure_url_is_v1(connection))
		return azure_url_v1(a, connection, path);
	if (mark != SIZE_MAX) {
		const size_t from = mark + sizeof deployments - 1;
		model = str_cut(str_slice(base, from, base.len), '/', &rest);
		base = str_slice(base, 0, mark);
	} else {
		model = escaped(a, model);
	}
	if (str_ends(base, STR("/openai")))
		base.len -= sizeof "/openai" - 1;
	if (version.len == 0 && str_starts(query, STR("api-version=")))
		version = str_slice(query, sizeof "api-version=" - 1, query.len);
	if (version.len == 0)
		version = STR(AZURE_API_VERSION);
	return str_format(a, "%.*s%s%.*s%.*s?api-version=%.*s", STR_ARG(base), deployments,
		STR_ARG(model), STR_ARG(path), STR_ARG(version));
}
