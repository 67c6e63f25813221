/* SPDX-License-Identifier: MIT */
#include "core/model/wire.h"

#include "core/text/utf8.h"

enum wire_end wire_end_of(const struct wire_answer *a, const struct model_result *r)
{
	(void)a;
	if (str_is(r->finish_reason, "content_filter"))
		return WIRE_END_FILTERED;
	if (str_is(r->finish_reason, "error"))
		return WIRE_END_ERROR;
	if (str_is(r->finish_reason, "insufficient_system_resource"))
		return WIRE_END_OVERLOADED;
	return r->refusal.len > 0 && r->text.len == 0 ? WIRE_END_REFUSED : WIRE_END_OK;
}

static void add_all(struct value to, struct value from)
{
	for (size_t i = 0; from.kind == VALUE_DICT && i < from.u.dict->len; i++)
		value_set(to, from.u.dict->entries[i].key.u.str, from.u.dict->entries[i].value);
}

bool wire_show(const struct wire *wire, struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	struct wire_request r = {.method = "POST"};
	if (!wire->build(a, connection, request, &r, e))
		return false;
	*out = (struct model_wire){.method = str_from(r.method), .url = r.url, .body = r.body};
	out->headers = value_dict(a);
	value_set(out->headers, STR("Content-Type"),
		value_str(r.content_type.len > 0 ? r.content_type : STR("application/json")));
	add_all(out->headers, r.headers);
	add_all(out->headers, connection->headers);
	if (r.key_header == NULL || connection->secret.len == 0)
		return true;
	out->key_header = str_from(r.key_header);
	out->secret = connection->secret;
	value_set(out->headers, out->key_header,
		value_str(str_format(a, "%s%.*s", r.key_prefix, STR_ARG(connection->secret))));
	return true;
}

void wire_tell(struct wire_answer *a, enum trace_delta_kind kind, struct str text)
{
	if (a->delta != NULL && text.len > 0)
		a->delta(a->ctx, kind, text);
}

struct value wire_member(struct value dict, const char *key)
{
	const struct value *v = value_get_cstr(dict, key);
	return v != NULL ? *v : value_none();
}

int64_t wire_count(struct value dict, const char *key)
{
	const struct value v = wire_member(dict, key);
	if (v.kind == VALUE_FLOAT && v.u.real >= 0 && v.u.real < 1e15)
		return (int64_t)v.u.real;
	return v.kind == VALUE_INT && v.u.integer >= 0 ? v.u.integer : -1;
}

struct str wire_repair(struct arena *a, struct str body)
{
	if (utf8_valid(body, NULL))
		return body;
	struct buf out = BUF_INIT(body.len * 3 + 1); /* a bad byte becomes three */
	for (size_t at = 0; at < body.len;) {
		uint32_t c;
		at = utf8_next(body, at, &c);
		buf_add_code_point(&out, c);
	}
	const struct str copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

size_t wire_whole(struct str text)
{
	for (size_t back = 1; back <= 3 && back <= text.len; back++) {
		const unsigned char c = (unsigned char)text.at[text.len - back];
		const size_t size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
		if ((c & 0xC0) != 0x80)
			return size > back ? text.len - back : text.len;
	}
	return text.len;
}

struct str wire_url(struct arena *a, struct str base, struct str path)
{
	struct str query;
	struct str head = str_cut(base, '?', &query);
	while (str_ends(head, STR("/")))
		head.len--;
	return str_format(a, "%.*s%.*s%s%.*s", STR_ARG(head), STR_ARG(path),
		query.at != NULL ? "?" : "", STR_ARG(query));
}
