/* SPDX-License-Identifier: MIT */
#include "core/model/http_endpoint.h"

#include "core/data/json.h"
#include "core/data/template/template.h"
#include "core/data/value_path.h"
#include "core/model/wire_call.h"

struct answer {
	struct wire_answer base;
	struct value places; /* the connection's `response` */
	struct buf text, reasoning;
	struct buf held; /* a part of a character */
	struct str finish, id, model;
	struct trace_usage usage;
	struct value last; /* the last JSON that came: the whole answer, or an event */
	bool plain; /* text without JSON */
};

static struct str option(const struct connection *c, const char *key, struct str otherwise)
{
	return value_get_str(c->options, key, otherwise);
}

/* A message's text parts, joined. */
static void add_words(struct buf *out, const struct message *m)
{
	buf_add_str(out, m->part_count > 0 ? STR_NONE : m->content);
	for (size_t i = 0; i < m->part_count; i++)
		if (m->parts[i].kind == PART_TEXT)
			buf_add_str(out, m->parts[i].text);
}

static struct str take(struct arena *a, struct buf *b)
{
	const struct str text = str_copy(a, buf_str(b));

	buf_free(b);
	return text;
}

static struct str all_text(struct arena *a, const struct model_request *r)
{
	struct buf out = BUF_INIT(0);

	for (size_t i = 0; i < r->message_count; i++) {
		if (r->message_count > 1)
			buf_add_format(&out, "%s%s:\n", out.len > 0 ? "\n\n" : "",
				message_role_word(r->messages[i].role));
		add_words(&out, &r->messages[i]);
	}
	return take(a, &out);
}

static struct str system_text(struct arena *a, const struct model_request *r)
{
	struct buf out = BUF_INIT(0);

	for (size_t i = 0; i < r->message_count; i++) {
		const enum message_role role = r->messages[i].role;
		if (role != ROLE_SYSTEM && role != ROLE_DEVELOPER)
			continue;
		buf_add_cstr(&out, out.len > 0 ? "\n\n" : "");
		add_words(&out, &r->messages[i]);
	}
	return take(a, &out);
}

static struct value images(struct arena *a, const struct model_request *r)
{
	struct value list = value_list(a);

	for (size_t i = 0; i < r->message_count; i++)
		for (size_t p = 0; p < r->messages[i].part_count; p++)
			if (r->messages[i].parts[p].kind == PART_IMAGE)
				value_push(list, value_str(r->messages[i].parts[p].url));
	return list;
}

struct value http_endpoint_variables(struct arena *a, const struct model_request *r)
{
	const bool chat = r->api == API_CHAT;
	struct value v = value_dict(a);

	value_set(v, STR("model"), value_str(r->model));
	value_set(v, STR("prompt"), value_str(chat ? all_text(a, r) : r->prompt));
	value_set(v, STR("system"), value_str(system_text(a, r)));
	value_set(v, STR("messages"), messages_to_value(a, r->messages, r->message_count));
	value_set(v, STR("images"), images(a, r));
	value_set(v, STR("parameters"),
		r->parameters.kind == VALUE_DICT ? r->parameters : value_dict(a));
	value_set(v, STR("stream"), value_bool(r->stream));
	value_set(v, STR("sample"), value_int(r->sample));
	return v;
}

static bool reads(const struct template *t, const char *name)
{
	size_t count;
	const struct str *names = template_variables(t, &count);

	for (size_t i = 0; i < count; i++)
		if (str_is(names[i], name))
			return true;
	return false;
}

/* What the template does not read would not be sent. */
static bool check_reads(const struct connection *c, const struct template *t,
	const struct model_request *r, struct value variables, struct err *e)
{
	const struct value_dict *p = r->parameters.kind == VALUE_DICT ? r->parameters.u.dict : NULL;

	if (p != NULL && p->len > 0 && !reads(t, "parameters")) {
		err_set(e, ERR_CONFIG,
			"The template of the connection %.*s does not send parameters; \"%.*s\" "
			"would be lost.",
			STR_ARG(c->name), STR_ARG(p->entries[0].key.u.str));
		return err_hint(e, "Read them in the template, {{ parameters | tojson }}, or take "
				   "them out of the prompt.");
	}
	if (wire_member(variables, "images").u.list->len > 0 && !reads(t, "images") &&
		!reads(t, "messages")) {
		err_set(e, ERR_CONFIG,
			"The template of the connection %.*s does not send pictures.",
			STR_ARG(c->name));
		return err_hint(e, "Read `images` or `messages` in the template.");
	}
	return true;
}

static bool render(struct arena *a, const struct template *t, struct value variables,
	struct str *out, struct err *e)
{
	struct buf text = BUF_INIT(0);
	const bool ok = template_render(t, variables, &text, e);

	*out = take(a, &text);
	return ok;
}

static bool write_body(struct arena *a, const struct connection *c,
	const struct model_request *request, struct value variables, struct wire_request *out,
	struct err *e)
{
	const struct template_options options = template_options_flow();
	const struct value *source = value_get_cstr(c->options, "template");
	struct value ignored;

	if (source == NULL || source->kind != VALUE_STR) {
		out->body = json_text(a, variables, JSON_COMPACT);
		return true;
	}
	struct template *t = template_compile(source->u.str, "template", &options, e);
	if (t == NULL)
		return false;
	bool ok =
		check_reads(c, t, request, variables, e) && render(a, t, variables, &out->body, e);
	template_free(t);
	if (!ok || (out->content_type.len > 0 &&
			   str_find(out->content_type, STR("json"), 0) == SIZE_MAX))
		return ok;
	struct err why = ERR_INIT;
	if (json_read(a, out->body, NULL, &ignored, &why))
		return true;
	err_set(e, ERR_CONFIG, "The template of the connection %.*s gives no JSON: %s",
		STR_ARG(c->name), why.text);
	return err_hint(e, "Insert texts with {{ prompt | tojson }}, or set content_type.");
}

/* base_url with the rendered `path` behind it. */
static bool write_url(struct arena *a, const struct connection *c, struct value variables,
	struct str *out, struct err *e)
{
	const struct template_options options = template_options_raw();
	const struct str source = option(c, "path", STR_NONE);
	struct str path;

	*out = c->base_url;
	if (source.len == 0)
		return true;
	struct template *t = template_compile(source, "path", &options, e);
	const bool ok = t != NULL && render(a, t, variables, &path, e);
	template_free(t);
	if (ok)
		*out = str_format(a, "%.*s%.*s", STR_ARG(c->base_url), STR_ARG(path));
	return ok;
}

static bool is_get(const struct connection *c)
{
	return str_is(option(c, "method", STR("POST")), "GET");
}

static bool build(struct arena *a, const struct connection *c, const struct model_request *request,
	struct wire_request *out, struct err *e)
{
	const struct value variables = http_endpoint_variables(a, request);
	const struct str header = option(c, "key_header", STR("Authorization"));
	const bool usual = str_is(header, "Authorization");

	out->method = str_cstr(a, option(c, "method", STR("POST")));
	out->content_type = option(c, "content_type", STR_NONE);
	out->stream = request->stream && !str_is(option(c, "stream", STR("none")), "none");
	out->key_header = str_cstr(a, header);
	out->key_prefix = str_cstr(a, option(c, "key_prefix", usual ? STR("Bearer ") : STR("")));
	if (!write_url(a, c, variables, &out->url, e))
		return false;
	return is_get(c) || write_body(a, c, request, variables, out, e);
}

static void init(
	struct wire_answer *b, const struct connection *c, const struct model_request *request)
{
	struct answer *r = (struct answer *)b;

	(void)request;
	r->places = wire_member(c->options, "response");
	r->usage = usage_unknown();
	b->any_type = true;
	b->ends_with_body = value_get_cstr(r->places, "finish_reason") == NULL;
}

static void free_answer(struct wire_answer *b)
{
	struct answer *r = (struct answer *)b;

	buf_free(&r->text);
	buf_free(&r->reasoning);
	buf_free(&r->held);
}

static struct str place(const struct answer *r, const char *name)
{
	return value_get_str(r->places, name, STR_NONE);
}

static struct str text_at(struct answer *r, struct value v, const char *name)
{
	const struct str path = place(r, name);

	return path.len > 0 ? value_path_text(&r->base.scratch, v, path) : STR_NONE;
}

static void keep(struct answer *r, struct str *to, struct value v, const char *name)
{
	const struct str text = text_at(r, v, name);

	if (text.len > 0)
		*to = str_copy(&r->base.arena, text);
}

static void keep_count(struct answer *r, int64_t *to, struct value v, const char *name)
{
	const struct str path = place(r, name);
	const struct value count =
		path.len > 0 ? value_path_find(&r->base.scratch, v, path) : value_none();

	if (count.kind == VALUE_INT && count.u.integer >= 0)
		*to = count.u.integer;
}

/* What every JSON of the answer may say beside its text. */
static bool take_rest(struct answer *r, struct value v, struct err *e)
{
	struct wire_answer *b = &r->base;
	const struct str wrong = text_at(r, v, "error");

	keep(r, &r->finish, v, "finish_reason");
	keep(r, &r->id, v, "id");
	keep(r, &r->model, v, "model");
	keep_count(r, &r->usage.input, v, "input_tokens");
	keep_count(r, &r->usage.output, v, "output_tokens");
	if (wrong.len == 0) {
		/* A `message` without an `error` may well be the answer. */
		if (place(r, "error").len > 0 || value_get_cstr(v, "error") == NULL ||
			!wire_error_find(&b->arena, value_copy(&b->arena, v), &b->error))
			return true;
	}
	if (wrong.len > 0)
		b->error = (struct wire_error){.message = str_copy(&b->arena, wrong)};
	b->failed = true;
	return err_set(e, ERR_PROVIDER, "it is an error");
}

static bool grow(struct answer *r, struct buf *to, enum trace_delta_kind kind, struct str piece,
	struct err *e)
{
	if (!buf_add_str(to, piece))
		return err_set(e, ERR_LIMIT, "it is too long");
	wire_tell(&r->base, kind, piece);
	return true;
}

static bool event(struct wire_answer *b, struct str name, struct str data, struct err *e)
{
	struct answer *r = (struct answer *)b;
	const char *place_of_text = place(r, "delta").len > 0 ? "delta" : "text";
	struct value v;

	(void)name;
	data = str_trim(data);
	if (data.len == 0 || b->done)
		return true;
	if (str_is(data, "[DONE]")) {
		b->done = true;
		return true;
	}
	arena_reset(&b->scratch);
	const struct str text = wire_repair(&b->scratch, data);
	if (place(r, place_of_text).len == 0)
		return grow(r, &r->text, TRACE_DELTA_TEXT, text, e);
	if (!json_read(&b->scratch, text, NULL, &v, e) || !take_rest(r, v, e))
		return false;
	r->last = value_copy(&b->arena, v);
	return grow(r, &r->reasoning, TRACE_DELTA_REASONING, text_at(r, v, "reasoning_delta"), e) &&
	       grow(r, &r->text, TRACE_DELTA_TEXT, text_at(r, v, place_of_text), e);
}

/* A stream of bare text; a character that is cut waits for its rest. */
static bool feed(struct wire_answer *b, struct str bytes, struct err *e)
{
	struct answer *r = (struct answer *)b;

	r->plain = true;
	if (!buf_add_str(&r->held, bytes))
		return err_set(e, ERR_LIMIT, "it is too long");
	const size_t len = wire_whole(buf_str(&r->held));
	arena_reset(&b->scratch);
	const struct str whole_part =
		wire_repair(&b->scratch, str_slice(buf_str(&r->held), 0, len));
	const bool ok = grow(r, &r->text, TRACE_DELTA_TEXT, whole_part, e);
	buf_remove_start(&r->held, len);
	return ok;
}

static bool whole(struct wire_answer *b, struct str body, struct err *e)
{
	struct answer *r = (struct answer *)b;
	const struct str path = place(r, "text");
	struct value v;

	body = wire_repair(&b->arena, body);
	if (path.len == 0) {
		struct err ignored = ERR_INIT;
		r->plain = true;
		if (json_read(&b->arena, body, NULL, &v, &ignored) && !take_rest(r, v, e))
			return false;
		return grow(r, &r->text, TRACE_DELTA_TEXT, body, e);
	}
	if (!json_read(&b->arena, body, NULL, &v, e) || !take_rest(r, v, e))
		return false;
	r->last = v;
	if (value_path_find(&b->scratch, v, path).kind == VALUE_NONE)
		return err_set(e, ERR_PROVIDER, "it has nothing at \"%.*s\"", STR_ARG(path));
	return grow(r, &r->reasoning, TRACE_DELTA_REASONING, text_at(r, v, "reasoning"), e) &&
	       grow(r, &r->text, TRACE_DELTA_TEXT, text_at(r, v, "text"), e);
}

static bool is_complete(const struct wire_answer *b)
{
	const struct answer *r = (const struct answer *)b;

	return b->done || r->finish.len > 0;
}

static void result(struct wire_answer *b, struct model_result *m)
{
	struct answer *r = (struct answer *)b;

	buf_add_str(&r->text, wire_repair(&b->arena, buf_str(&r->held)));
	m->text = buf_str(&r->text);
	m->reasoning = buf_str(&r->reasoning);
	m->finish_reason = r->finish;
	m->response_id = r->id;
	m->response_model = r->model;
	m->usage = r->usage;
	m->response = r->plain ? value_str(m->text) : r->last;
}

#define ENDPOINT                                                                                   \
	.provider = &http_endpoint, .build = build, .answer_size = sizeof(struct answer),          \
	.init = init, .free = free_answer, .event = event, .whole = whole,                         \
	.is_complete = is_complete, .result = result

static const struct wire sse = {.framing = WIRE_SSE, ENDPOINT};
static const struct wire lines = {.framing = WIRE_LINES, ENDPOINT};
static const struct wire text = {.framing = WIRE_OWN, .feed = feed, ENDPOINT};

static const struct wire *wire_of(const struct connection *c)
{
	const struct str stream = option(c, "stream", STR("none"));

	if (str_is(stream, "lines"))
		return &lines;
	return str_is(stream, "text") ? &text : &sse;
}

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	return wire_show(wire_of(connection), a, connection, request, out, e);
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	return wire_call_start(wire_of(connection), context, connection, request, listener, e);
}

const struct provider http_endpoint = {
	.name = "http",
	.needs_url = true,
	.wire = show,
	.start = start,
	.cancel = wire_call_cancel,
};
