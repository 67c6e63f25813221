/* SPDX-License-Identifier: MIT */
#include "core/engine/config_provider.h"

#include "core/data/template/template.h"
#include "core/data/value_path.h"
#include "core/model/dialect.h"
#include "core/text/suggest.h"

const struct shape_key config_response_keys[] = {
	{.name = "text",
		.kind = SHAPE_TEXT,
		.help = "Where the answer's text is; without it the whole body is the text.",
		.example = "response: {text: \"choices[0].text\"}"},
	{.name = "delta",
		.kind = SHAPE_TEXT,
		.help = "Where a piece of the text is within an event of a stream.",
		.example = "response: {delta: token.text}"},
	{.name = "reasoning",
		.kind = SHAPE_TEXT,
		.help = "Where the thoughts are.",
		.example = "response: {reasoning: a.b}"},
	{.name = "reasoning_delta",
		.kind = SHAPE_TEXT,
		.help = "The same within an event.",
		.example = "response: {reasoning_delta: a.b}"},
	{.name = "finish_reason",
		.kind = SHAPE_TEXT,
		.help = "Where it says why it ends; a stream without it counts as truncated.",
		.example = "response: {finish_reason: a.b}"},
	{.name = "error",
		.kind = SHAPE_TEXT,
		.help = "Where it says what went wrong: text there makes the answer an error.",
		.example = "response: {error: a.b}"},
	{.name = "id",
		.kind = SHAPE_TEXT,
		.help = "Where the answer's name is.",
		.example = "response: {id: a.b}"},
	{.name = "model",
		.kind = SHAPE_TEXT,
		.help = "Where the model's name is.",
		.example = "response: {model: a.b}"},
	{.name = "input_tokens",
		.kind = SHAPE_TEXT,
		.help = "Where the tokens sent are counted.",
		.example = "response: {input_tokens: a.b}"},
	{.name = "output_tokens",
		.kind = SHAPE_TEXT,
		.help = "Where the tokens answered are counted.",
		.example = "response: {output_tokens: a.b}"},
	{.name = NULL},
};

static bool fail_at(const struct value *at, const char *file, struct err *e)
{
	return err_place(e, file, at->line, at->column);
}

static const struct value *option(const struct connection *c, const char *key)
{
	return value_get_cstr(c->options, key);
}

/* Vendors of whom lathe embed and lathe rerank know the way, and who have no chat that differs. */
static bool is_endpoint_vendor(struct str vendor)
{
	return str_is(vendor, "tei") || str_is(vendor, "cohere") || str_is(vendor, "voyage");
}

static bool check_vendor(const struct connection *c, const char *file, struct err *e)
{
	const struct value *vendor = option(c, "vendor");
	struct str rest = str_from(dialect_words);

	/* Elsewhere it says whose prices count. */
	if (vendor == NULL || dialect_find(c->vendor) != NULL || is_endpoint_vendor(c->vendor) ||
		!(str_is(c->provider, "openai") || str_is(c->provider, "openai_responses")))
		return true;
	struct suggest near = suggest_for(c->vendor);
	while (rest.len > 0)
		suggest_offer(&near, str_cut(rest, ' ', &rest));
	err_set(e, ERR_CONFIG, "There is no vendor '%.*s'.", STR_ARG(c->vendor));
	if (near.best.len > 0)
		err_hint(e, "Did you mean '%.*s'? vendor: generic suits any server.",
			STR_ARG(near.best));
	else
		err_hint(e, "vendor: generic suits any server; lathe.yaml(5) names the others.");
	return fail_at(vendor, file, e);
}

static bool check_command(const struct connection *c, const char *file, struct err *e)
{
	const struct value *command = option(c, "command");

	if (!str_is(c->provider, "command"))
		return true;
	if (command == NULL || command->u.list->len == 0) {
		err_set(e, ERR_CONFIG, "The connection '%.*s' has no command.", STR_ARG(c->name));
		err_hint(e, "For example: command: [python3, answer.py]");
		return fail_at(&c->options, file, e);
	}
	if (c->secret.len == 0)
		return true;
	err_set(e, ERR_CONFIG, "A command is given no secret: it finds its own.");
	err_hint(e, "Take out 'secret:'; the program sees the environment.");
	return fail_at(option(c, "secret"), file, e);
}

static bool check_template(
	const struct connection *c, const char *key, const char *file, struct err *e)
{
	const struct template_options options = template_options_flow();
	const struct value *source = option(c, key);

	if (source == NULL)
		return true;
	struct template *t = template_compile(source->u.str, NULL, &options, e);
	template_free(t);
	if (t != NULL)
		return true;
	e->where[0] = '\0';
	return fail_at(source, file, e);
}

static bool check_places(const struct connection *c, const char *file, struct err *e)
{
	const struct value *places = option(c, "response");

	for (size_t i = 0; places != NULL && i < places->u.dict->len; i++) {
		const struct value *place = &places->u.dict->entries[i].value;
		if (!value_path_check(place->u.str, e))
			return fail_at(place, file, e);
	}
	return true;
}

static bool check_idempotency(const struct connection *c, const char *file, struct err *e)
{
	const struct value *name = option(c, "idempotency_header");
	bool good = true;

	for (size_t i = 0; name != NULL && i < name->u.str.len; i++) {
		const char at = name->u.str.at[i];
		good = good && ((at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z') || at == '-');
	}
	if (good)
		return true;
	err_set(e, ERR_CONFIG, "'%.*s' is not the name of a request header.", STR_ARG(name->u.str));
	err_hint(e, "For example: idempotency_header: Idempotency-Key");
	return fail_at(name, file, e);
}

bool config_check_provider(const struct connection *c, const char *file, struct err *e)
{
	return check_vendor(c, file, e) && check_command(c, file, e) &&
	       check_template(c, "template", file, e) && check_template(c, "path", file, e) &&
	       check_places(c, file, e) && check_idempotency(c, file, e);
}
