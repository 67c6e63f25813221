/* SPDX-License-Identifier: MIT */
#include "core/model/openai_error.h"

#include "core/data/json.h"
#include "core/text/utf8.h"

#include <string.h>

enum { WORDS_MAX = 240 };

/* A member as text: a number is written out, null and other things are "". */
static struct str text_of(struct arena *a, struct value dict, const char *key)
{
	const struct value *v = value_get_cstr(dict, key);

	if (v == NULL)
		return STR_NONE;
	if (v->kind == VALUE_STR)
		return v->u.str;
	if (v->kind == VALUE_NONE)
		return STR_NONE;
	return json_text(a, *v, JSON_COMPACT);
}

static void read_object(struct arena *a, struct value v, struct openai_error *out)
{
	out->message = text_of(a, v, "message");
	out->code = text_of(a, v, "code");
	out->type = text_of(a, v, "type");
	out->param = text_of(a, v, "param");
}

/* FastAPI's list of {"loc": [...], "msg"}: the messages with the places they speak of. */
static struct str details(struct arena *a, struct value detail)
{
	struct buf out = BUF_INIT(4096);

	if (detail.kind == VALUE_STR)
		return detail.u.str;
	if (detail.kind != VALUE_LIST)
		return json_text(a, detail, JSON_COMPACT);
	for (size_t i = 0; i < detail.u.list->len; i++) {
		const struct value item = detail.u.list->items[i];
		const struct value *loc = value_get_cstr(item, "loc");
		buf_add_cstr(&out, i > 0 ? "; " : "");
		buf_add_str(&out, text_of(a, item, "msg"));
		if (loc != NULL) {
			buf_add_cstr(&out, " at ");
			buf_add_str(&out, json_text(a, *loc, JSON_COMPACT));
		}
	}
	const struct str text = str_copy(a, buf_str(&out));
	buf_free(&out);
	return text;
}

bool openai_error_find(struct arena *a, struct value body, struct openai_error *out)
{
	const struct value *error = value_get_cstr(body, "error");
	const struct value *detail = value_get_cstr(body, "detail");
	const struct value *choices = value_get_cstr(body, "choices");

	*out = (struct openai_error){.message = STR_NONE};
	if (error != NULL && error->kind == VALUE_DICT) {
		read_object(a, *error, out);
		return true;
	}
	if (error != NULL && error->kind == VALUE_STR) {
		out->message = error->u.str;
		return true;
	}
	if (choices != NULL)
		return false;
	if (detail != NULL) {
		out->message = details(a, *detail);
		return true;
	}
	if (value_get_cstr(body, "message") == NULL)
		return false;
	read_object(a, body, out);
	return true;
}

/* The text between <title> and </title>, "" when there is none. */
static struct str title(struct str body)
{
	const size_t from = str_find(body, STR("<title>"), 0);
	const size_t to = from == SIZE_MAX ? SIZE_MAX : str_find(body, STR("</title>"), from);

	if (to == SIZE_MAX)
		return STR_NONE;
	return str_trim(str_slice(body, from + sizeof "<title>" - 1, to));
}

void openai_error_from_text(struct arena *a, struct str body, struct openai_error *out)
{
	struct str words = title(body);

	*out = (struct openai_error){.message = STR_NONE};
	if (words.len == 0)
		words = str_trim(body);
	struct buf line = BUF_INIT(WORDS_MAX * 4);
	for (size_t at = 0, count = 0; at < words.len && count < WORDS_MAX; count++) {
		uint32_t c;
		at = utf8_next(words, at, &c);
		buf_add_code_point(&line, c < ' ' ? ' ' : c);
	}
	out->message = str_copy(a, buf_str(&line));
	buf_free(&line);
}

bool openai_error_is_filter(const struct openai_error *error)
{
	return str_is(error->code, "content_filter") || str_is(error->type, "content_filter") ||
	       str_is(error->code, "content_policy_violation") ||
	       str_is(error->code, "DataInspectionFailed") ||
	       str_is(error->code, "data_inspection_failed");
}

static bool out_of_money(const struct openai_error *error, int status)
{
	return status == 402 || str_is(error->code, "insufficient_quota") ||
	       str_is(error->type, "insufficient_quota") || str_is(error->code, "Arrearage");
}

static const char *hint(const struct openai_error *error, int status)
{
	if (out_of_money(error, status))
		return "The account's money or quota is used up; trying again does not help.";
	if (str_is(error->code, "context_length_exceeded"))
		return "Shorten the prompt or the passages, or choose a model with more room.";
	switch (status) {
	case 401: return "Check the secret that the connection names.";
	case 403: return "The key may not use this model, or not from here.";
	case 404: return "Check the model's name and the connection's base_url.";
	case 429: return "Wait a little and run again.";
	case 500:
	case 502:
	case 503:
	case 504:
	case 529: return "The server has a problem of its own; run again later.";
	default: return "";
	}
}

static void add_part(struct buf *out, const char *name, struct str value)
{
	if (value.len > 0)
		buf_add_format(out, "%s%s %.*s", out->len > 0 ? ", " : " (", name, STR_ARG(value));
}

static bool ends_a_sentence(struct str text)
{
	text = str_trim(text);
	return str_ends(text, STR(".")) || str_ends(text, STR("!")) || str_ends(text, STR("?"));
}

void openai_error_explain(
	const struct openai_error *error, const char *origin, int status, struct err *e)
{
	struct buf more = BUF_INIT(400);
	struct buf text = BUF_INIT(4096);
	/* Some servers write the status in the code's place; once is enough. */
	struct buf number = BUF_INIT(32);

	buf_add_format(&number, "%d", status);
	if (!str_eq(error->code, buf_str(&number)))
		add_part(&more, "code", error->code);
	if (!str_eq(error->code, error->type))
		add_part(&more, "type", error->type);
	add_part(&more, "parameter", error->param);
	buf_add_cstr(&more, more.len > 0 ? ")." : "");
	if (status >= 300)
		buf_add_format(&text, "%s answered %d", origin, status);
	else
		buf_add_format(&text, "%s reports an error", origin);
	if (error->message.len > 0)
		buf_add_format(&text, ": %.*s%s", STR_ARG(utf8_cut(error->message, 1000)),
			ends_a_sentence(error->message) || more.len > 0 ? "" : ".");
	else if (more.len == 0)
		buf_add_cstr(&text, " without saying why.");
	buf_add_str(&text, buf_str(&more));
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '\n' || text.at[i] == '\r')
			text.at[i] = ' ';
	err_set(e, ERR_PROVIDER, "%.*s", STR_ARG(buf_str(&text)));
	err_hint(e, "%s", hint(error, status));
	buf_free(&more);
	buf_free(&text);
	buf_free(&number);
}
