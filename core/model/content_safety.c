/* SPDX-License-Identifier: MIT */
#include "core/model/content_safety.h"

enum { THRESHOLD = 4, DOCUMENTS_MAX = 5 };

static struct str check_of(struct value parameters)
{
	return value_get_str(parameters, "check", STR("text"));
}

static void set_given(struct value body, const char *name, struct value v)
{
	if (v.kind != VALUE_NONE)
		value_set(body, str_from(name), v);
}

static struct value text_body(struct arena *a, struct str text, struct value parameters)
{
	struct value body = value_dict(a);

	value_set(body, STR("text"), value_str(text));
	set_given(body, "categories", wire_member(parameters, "categories"));
	set_given(body, "blocklistNames", wire_member(parameters, "blocklists"));
	set_given(body, "haltOnBlocklistHit", wire_member(parameters, "halt"));
	set_given(body, "outputType", wire_member(parameters, "output_type"));
	return body;
}

static struct value grounded_body(struct arena *a, struct str text, struct value parameters)
{
	const struct value query = wire_member(parameters, "query");
	struct value body = value_dict(a), qna = value_dict(a);

	value_set(body, STR("domain"),
		value_str(value_get_str(parameters, "domain", STR("Generic"))));
	value_set(body, STR("task"), value_cstr(query.kind == VALUE_STR ? "QnA" : "Summarization"));
	if (query.kind == VALUE_STR) {
		value_set(qna, STR("query"), query);
		value_set(body, STR("qna"), qna);
	}
	value_set(body, STR("text"), value_str(text));
	value_set(body, STR("groundingSources"), wire_member(parameters, "sources"));
	value_set(
		body, STR("reasoning"), value_bool(value_get_bool(parameters, "reasoning", false)));
	set_given(body, "llmResource", wire_member(parameters, "llm_resource"));
	return body;
}

static size_t length_of(struct value list)
{
	return list.kind == VALUE_LIST ? list.u.list->len : 0;
}

static bool body_of(struct arena *a, struct str text, struct value parameters, const char **verb,
	struct value *body, struct err *e)
{
	const struct str check = check_of(parameters);
	const struct value documents = wire_member(parameters, "documents");

	*body = value_dict(a);
	if (str_is(check, "text")) {
		*verb = "text:analyze?api-version=2024-09-01";
		*body = text_body(a, text, parameters);
	} else if (str_is(check, "prompt")) {
		if (length_of(documents) > DOCUMENTS_MAX)
			return err_set(e, ERR_CONFIG,
				"Prompt Shields takes at most %d documents, and %zu are given.",
				DOCUMENTS_MAX, length_of(documents));
		*verb = "text:shieldPrompt?api-version=2024-09-01";
		value_set(*body, STR("userPrompt"), value_str(text));
		value_set(*body, STR("documents"),
			documents.kind == VALUE_LIST ? documents : value_list(a));
	} else if (str_is(check, "protected")) {
		*verb = "text:detectProtectedMaterial?api-version=2024-09-01";
		value_set(*body, STR("text"), value_str(text));
	} else if (str_is(check, "grounded")) {
		if (length_of(wire_member(parameters, "sources")) == 0) {
			err_set(e, ERR_CONFIG,
				"The check grounded needs the sources that the "
				"text should be borne out by.");
			return err_hint(e, "Give them with --source FILE.");
		}
		*verb = "text:detectGroundedness?api-version=2024-09-15-preview";
		*body = grounded_body(a, text, parameters);
	} else {
		return err_set(e, ERR_CONFIG,
			"There is no check '%.*s'; it is one of text, prompt, protected, grounded.",
			STR_ARG(check));
	}
	return true;
}

bool content_safety_build(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct wire_request *out, struct err *e)
{
	const struct str base = connection->base_url;
	const bool bearer = str_is(value_get_str(connection->options, "auth", STR_NONE), "bearer");
	const bool has_path = str_ends(base, STR("/contentsafety"));
	const char *verb = "";
	struct value body;

	if (request->message_count != 1)
		return err_set(e, ERR_BUG, "Content Safety checks one text a request.");
	if (!body_of(a, request->messages[0].content, request->parameters, &verb, &body, e))
		return false;
	const struct str url =
		wire_url(a, base, str_format(a, "%s/%s", has_path ? "" : "/contentsafety", verb));
	if (!endpoint_post(a, connection, url, body, out, e))
		return false;
	out->key_header = bearer ? "Authorization" : "Ocp-Apim-Subscription-Key";
	out->key_prefix = bearer ? "Bearer " : "";
	return true;
}

void content_safety_add(
	struct arena *a, struct value categories, struct str name, bool flagged, struct value mark)
{
	struct value v = value_dict(a);

	value_set(v, STR("name"), value_str(name));
	value_set(v, STR("flagged"), value_bool(flagged));
	if (mark.kind == VALUE_INT)
		value_set(v, STR("severity"), mark);
	else if (mark.kind == VALUE_FLOAT)
		value_set(v, STR("score"), mark);
	value_push(categories, v);
}

/* What a result is made of while it is read. */
struct reading {
	struct arena *arena;
	struct value categories, parts;
	bool flagged;
};

static void add(struct reading *r, struct str name, bool flagged, struct value mark)
{
	r->flagged = r->flagged || flagged;
	content_safety_add(r->arena, r->categories, name, flagged, mark);
}

static bool read_text(struct reading *r, struct value parameters, struct value body)
{
	const struct value list = wire_member(body, "categoriesAnalysis");
	const struct value blocked = wire_member(body, "blocklistsMatch");
	const int64_t threshold = value_get_int(parameters, "threshold", THRESHOLD);

	for (size_t i = 0; i < length_of(list); i++) {
		const struct value item = list.u.list->items[i];
		const int64_t severity = value_get_int(item, "severity", 0);
		add(r, value_get_str(item, "category", STR("?")), severity >= threshold,
			value_int(severity));
	}
	for (size_t i = 0; i < length_of(blocked); i++) {
		const struct value item = blocked.u.list->items[i];
		const struct str name = value_get_str(item, "blocklistName", STR("?"));
		add(r, str_format(r->arena, "blocklist %.*s", STR_ARG(name)), true, value_none());
		value_push(r->parts, value_str(value_get_str(item, "blocklistItemText", STR_NONE)));
	}
	return list.kind == VALUE_LIST;
}

static bool read_prompt(struct reading *r, struct value body)
{
	const struct value user = wire_member(body, "userPromptAnalysis");
	const struct value list = wire_member(body, "documentsAnalysis");

	add(r, STR("prompt attack"), value_get_bool(user, "attackDetected", false), value_none());
	for (size_t i = 0; i < length_of(list); i++)
		add(r, str_format(r->arena, "attack in document %zu", i + 1),
			value_get_bool(list.u.list->items[i], "attackDetected", false),
			value_none());
	return user.kind == VALUE_DICT || list.kind == VALUE_LIST;
}

static bool read_protected(struct reading *r, struct value body)
{
	const struct value found = wire_member(body, "protectedMaterialAnalysis");

	add(r, STR("protected material"), value_get_bool(found, "detected", false), value_none());
	return found.kind == VALUE_DICT;
}

static bool read_grounded(struct reading *r, struct value body)
{
	const struct value list = wire_member(body, "ungroundedDetails");
	const struct value share = wire_member(body, "ungroundedPercentage");
	const struct value *found = value_get_cstr(body, "ungroundedDetected");

	add(r, STR("ungrounded"), value_get_bool(body, "ungroundedDetected", false),
		share.kind == VALUE_INT ? value_float((double)share.u.integer) : share);
	for (size_t i = 0; i < length_of(list); i++)
		value_push(r->parts,
			value_str(value_get_str(list.u.list->items[i], "text", STR_NONE)));
	return found != NULL;
}

bool content_safety_read(
	struct arena *a, struct value parameters, struct value body, struct value *out)
{
	const struct str check = check_of(parameters);
	struct reading r = {.arena = a, .categories = value_list(a), .parts = value_list(a)};
	bool ok;

	if (str_is(check, "prompt"))
		ok = read_prompt(&r, body);
	else if (str_is(check, "protected"))
		ok = read_protected(&r, body);
	else if (str_is(check, "grounded"))
		ok = read_grounded(&r, body);
	else
		ok = read_text(&r, parameters, body);
	*out = value_dict(a);
	value_set(*out, STR("flagged"), value_bool(r.flagged));
	value_set(*out, STR("categories"), r.categories);
	if (r.parts.u.list->len > 0)
		value_set(*out, STR("parts"), r.parts);
	return ok;
}
