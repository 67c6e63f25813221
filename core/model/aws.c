/* SPDX-License-Identifier: MIT */
#include "core/model/aws.h"

#include "core/loop/loop.h"
#include "core/net/aws_sign.h"
#include "core/net/secrets.h"

static struct str option(const struct connection *connection, const char *key)
{
	return value_get_str(connection->options, key, STR_NONE);
}

static struct str region_of(const struct connection *connection)
{
	return value_get_str(connection->options, "region", STR("us-east-1"));
}

struct str aws_url(
	struct arena *a, const struct connection *connection, struct str model, struct str verb)
{
	struct str base = connection->base_url;

	if (base.len == 0)
		base = str_format(a, "https://bedrock-runtime.%.*s.amazonaws.com",
			STR_ARG(region_of(connection)));
	return wire_url(a, base,
		str_format(a, "/model/%.*s/%.*s", STR_ARG(aws_encode(a, model)), STR_ARG(verb)));
}

void aws_key(const struct connection *connection, struct wire_request *out)
{
	const bool signs = option(connection, "access_key").len > 0;

	out->key_header = signs ? NULL : "Authorization";
	out->key_prefix = "Bearer ";
}

/* A word as it stands, or what a reference names, for the request's address. */
static bool resolve(const struct wire_signing *s, struct str given, struct str *out, struct err *e)
{
	bool ignored;

	*out = given;
	if (given.len == 0 || !secrets_is_reference(given))
		return true;
	return secrets_resolve_for(s->context->secrets, given, s->request->url, out, &ignored, e);
}

static bool add(struct wire_head *head, const char *name, struct str value)
{
	if (head->len == WIRE_HEADERS_MAX)
		return false;
	head->at[head->len++] = (struct http_header){str_from(name), value};
	return true;
}

bool aws_sign_request(const struct wire_signing *s, struct wire_head *head, struct err *e)
{
	const struct str access = option(s->connection, "access_key");
	struct aws_sign what = {.secret_key = s->key,
		.region = region_of(s->connection),
		.service = STR("bedrock"),
		.time_ns = loop_now(s->context->loop),
		.method = s->request->method,
		.url = s->request->url,
		.body = s->request->body};
	char authorization[AWS_SIGN_MAX], date[AWS_DATE_MAX];

	if (access.len == 0)
		return true;
	if (s->key.len == 0) {
		err_set(e, ERR_CONFIG, "The connection %.*s has an access_key and no secret.",
			STR_ARG(s->connection->name));
		return err_hint(e, "Add secret: env:AWS_SECRET_ACCESS_KEY to it in lathe.yaml.");
	}
	if (!resolve(s, access, &what.access_key, e) ||
		!resolve(s, option(s->connection, "session_token"), &what.session_token, e) ||
		!aws_sign(&what, authorization, date, e))
		return false;
	bool ok = add(head, "X-Amz-Date", str_copy(s->arena, str_from(date))) &&
		  add(head, "Authorization", str_copy(s->arena, str_from(authorization)));
	if (what.session_token.len > 0)
		ok = ok && add(head, "X-Amz-Security-Token", what.session_token);
	return ok || err_set(e, ERR_CONFIG, "The connection %.*s has too many headers.",
			     STR_ARG(s->connection->name));
}
