/* SPDX-License-Identifier: MIT */
#include "core/model/wire_error.h"

#include "core/data/json.h"
#include "core/text/utf8.h"

#include <string.h>
#include <strings.h>

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

/* "17s", "0.5s" in nanoseconds; 0 when it is none. */
static int64_t delay_ns(struct str text)
{
	double seconds;

	if (!str_ends(text, STR("s")) || !str_to_double(str_slice(text, 0, text.len - 1), &seconds))
		return 0;
	return seconds > 0 && seconds < 1e9 ? (int64_t)(seconds * 1e9) : 0;
}

/* Google's list of details (when to come back, which quota, which reason), and Anthropic's map. */
static void read_details(struct arena *a, struct value details, struct wire_error *out)
{
	static const char *const words[] = {
		"PerDay", "API_KEY_INVALID", "enforced_spend_limit_reached"};
	const struct value_list *list = details.kind == VALUE_LIST ? details.u.list : NULL;

	for (size_t i = 0; list != NULL && i < list->len; i++) {
		const int64_t delay =
			delay_ns(value_get_str(list->items[i], "retryDelay", STR_NONE));
		if (delay > 0)
			out->retry_after_ns = delay;
	}
	if (details.kind != VALUE_LIST && details.kind != VALUE_DICT)
		return;
	const struct str text = json_text(a, details, JSON_COMPACT);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (out->inner.len == 0 && str_find(text, str_from(words[i]), 0) != SIZE_MAX)
			out->inner = str_from(words[i]);
}

static void read_object(struct arena *a, struct value v, struct wire_error *out)
{
	out->message = text_of(a, v, "message");
	out->code = text_of(a, v, "code");
	out->type = text_of(a, v, "type");
	if (out->type.len == 0)
		out->type = value_get_str(v, "status", STR_NONE);
	out->param = text_of(a, v, "param");
	const struct value *inner = value_get_cstr(v, "innererror");
	const struct value *metadata = value_get_cstr(v, "metadata");
	if (inner != NULL)
		out->inner = text_of(a, *inner, "code");
	else if (metadata != NULL && value_get_cstr(*metadata, "reasons") != NULL)
		out->inner = STR("moderation");
	if (value_get_cstr(v, "details") != NULL)
		read_details(a, *value_get_cstr(v, "details"), out);
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

bool wire_error_find(struct arena *a, struct value body, struct wire_error *out)
{
	const struct value *error = value_get_cstr(body, "error");
	const struct value *detail = value_get_cstr(body, "detail");
	const struct value *choices = value_get_cstr(body, "choices");

	*out = (struct wire_error){.message = STR_NONE};
	if (body.kind == VALUE_LIST)
		return body.u.list->len == 1 && body.u.list->items[0].kind == VALUE_DICT &&
		       wire_error_find(a, body.u.list->items[0], out);
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
	if (value_get_cstr(body, "message") == NULL && value_get_cstr(body, "Message") == NULL)
		return false;
	read_object(a, body, out);
	if (out->message.len == 0)
		out->message = text_of(a, body, "Message");
	if (out->type.len == 0)
		out->type = text_of(a, body, "__type");
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

void wire_error_from_text(struct arena *a, struct str body, struct wire_error *out)
{
	struct str words = title(body);

	*out = (struct wire_error){.message = STR_NONE};
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

/* True when WORD is the code or the type. */
static bool says(const struct wire_error *error, const char *word)
{
	return str_is(error->code, word) || str_is(error->type, word);
}

static bool says_any(const struct wire_error *error, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (says(error, words[i]))
			return true;
	return false;
}

/* NEEDLE (lower case) somewhere in the message, in any case. */
static bool mentions(const struct wire_error *error, const char *needle)
{
	const size_t len = strlen(needle);
	for (size_t i = 0; i + len <= error->message.len; i++)
		if (strncasecmp(error->message.at + i, needle, len) == 0)
			return true;
	return false;
}

bool wire_error_is_filter(const struct wire_error *error)
{
	static const char *const words[] = {"content_filter", "content_policy_violation",
		"DataInspectionFailed", "data_inspection_failed", NULL};
	return says_any(error, words) || str_is(error->inner, "ResponsibleAIPolicyViolation") ||
	       str_is(error->inner, "moderation");
}

static bool is_out_of_money(const struct wire_error *error, int status)
{
	static const char *const words[] = {"insufficient_quota", "credit_balance_exhausted",
		"organization_spend_limit_exceeded", "project_spend_limit_exceeded",
		"organization_usage_limit_exceeded", "billing_error", "billing_hard_limit_reached",
		"Arrearage", "exceeded_current_quota_error", "InsufficientBalance", NULL};
	return status == 402 || says_any(error, words) ||
	       mentions(error, "credit balance is too low") ||
	       mentions(error, "enforced_spend_limit_reached") ||
	       str_is(error->inner, "enforced_spend_limit_reached") ||
	       str_is(error->inner, "PerDay");
}

static bool is_too_long(const struct wire_error *error)
{
	static const char *const phrases[] = {"maximum context length", "prompt is too long",
		"context length exceeded", "exceeds the context", "context window",
		"exceed context size", "exceeds the maximum number of tokens",
		"range of input length", "input is too long", NULL};
	static const char *const words[] = {"context_length_exceeded", "exceed_context_size_error",
		"string_above_max_length", NULL};
	if (says_any(error, words))
		return true;
	for (size_t i = 0; phrases[i] != NULL; i++)
		if (mentions(error, phrases[i]))
			return true;
	return false;
}

static bool is_bad_key(const struct wire_error *error, int status)
{
	static const char *const words[] = {"invalid_api_key", "authentication_error",
		"permission_error", "InvalidApiKey", "UNAUTHENTICATED", "PERMISSION_DENIED",
		"UnrecognizedClientException", "AccessDeniedException", NULL};
	/* Gemini answers 400 to a wrong key. */
	return status == 401 || status == 403 || says_any(error, words) ||
	       mentions(error, "api key not valid") || str_is(error->inner, "API_KEY_INVALID");
}

static bool is_busy(const struct wire_error *error, int status)
{
	static const char *const words[] = {"rate_limit_exceeded", "rate_limit_error", "slow_down",
		"overloaded_error", "server_is_overloaded", "RESOURCE_EXHAUSTED", "UNAVAILABLE",
		"Throttling", "Throttling.RateQuota", "Throttling.AllocationQuota",
		"ThrottlingException", "throttlingException", "serviceUnavailableException",
		"modelNotReadyException", "engine_overloaded_error", "429", NULL};
	return status == 429 || status == 503 || status == 529 || says_any(error, words);
}

/* An error inside a stream has no status but a word, or a number in its code. */
static enum model_fault fault_of_words(const struct wire_error *error)
{
	static const char *const server[] = {"server_error", "api_error", "internal_error",
		"INTERNAL", "timeout_error", "internalServerException", "modelStreamErrorException",
		"modelTimeoutException", NULL};
	static const char *const request[] = {"invalid_request_error", "INVALID_ARGUMENT",
		"not_found_error", "validationException", NULL};
	int64_t number;
	if (str_to_int(error->code, &number) && number >= 400 && number < 600)
		return number >= 500 || number == 408 || number == 409 ? FAULT_SERVER
								       : FAULT_REQUEST;
	if (says_any(error, server))
		return FAULT_SERVER;
	return says_any(error, request) ? FAULT_REQUEST : FAULT_UNKNOWN;
}

enum model_fault wire_error_fault(const struct wire_error *error, int status)
{
	if (wire_error_is_filter(error))
		return FAULT_FILTER;
	if (is_out_of_money(error, status))
		return FAULT_QUOTA;
	if (is_bad_key(error, status))
		return FAULT_KEY;
	if ((status < 500 && is_too_long(error)))
		return FAULT_CONTEXT;
	if (is_busy(error, status))
		return FAULT_BUSY;
	if (status >= 500 || status == 408 || status == 409)
		return FAULT_SERVER;
	return status >= 300 ? FAULT_REQUEST : fault_of_words(error);
}

static const char *hint(const struct wire_error *error, int status)
{
	if (is_out_of_money(error, status))
		return "The account's money or quota is used up; trying again does not help.";
	if (says(error, "context_length_exceeded") || (status == 400 && is_too_long(error)))
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

void wire_error_explain(
	const struct wire_error *error, const char *origin, int status, struct err *e)
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
