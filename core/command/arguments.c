/* SPDX-License-Identifier: MIT */
#include "core/command/arguments.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/text/suggest.h"

#include <string.h>

enum { LARGEST_INPUT_FILE = 16 << 20 };

struct parse {
	struct arena *arena;
	const struct command *command;
	char *const *words;
	size_t count;
	size_t at;
	size_t positional; /* how many were taken */
	struct value out;
	const char *name; /* "lathe run" */
	struct err *e;
};

const struct argument *argument_find(const struct command *command, struct str name)
{
	for (const struct argument *g = command->arguments; g != NULL && g->name != NULL; g++)
		if (str_is(name, g->name))
			return g;
	return NULL;
}

static const struct argument *find_letter(const struct command *command, char letter)
{
	for (const struct argument *g = command->arguments; g != NULL && g->name != NULL; g++)
		if (g->letter == letter)
			return g;
	return NULL;
}

static const struct argument *find_positional(const struct command *command, size_t which)
{
	size_t seen = 0;
	for (const struct argument *g = command->arguments; g != NULL && g->name != NULL; g++)
		if (g->positional && (seen++ == which || g->repeats))
			return g;
	return NULL;
}

static bool unknown_option(struct parse *p, const char *word)
{
	struct suggest near = suggest_for(str_from(word + strspn(word, "-")));
	for (const struct argument *g = p->command->arguments; g != NULL && g->name != NULL; g++)
		if (!g->positional)
			suggest_offer(&near, str_from(g->name));
	err_set(p->e, ERR_USAGE, "'%s' has no option %s.", p->name, word);
	if (near.best.len > 0)
		return err_hint(p->e, "Did you mean --%.*s?", STR_ARG(near.best));
	return err_hint(p->e, "Its options: %s --help", p->name);
}

static void store(struct parse *p, const struct argument *g, struct value v)
{
	struct str name = str_from(g->name);
	if (!g->repeats && g->type != ARGUMENT_PAIR) {
		value_set(p->out, name, v);
		return;
	}
	if (value_get(p->out, name) == NULL)
		value_set(p->out, name, value_list(p->arena));
	value_push(*value_get(p->out, name), v);
}

static bool set_value(struct parse *p, const struct argument *g, const char *text)
{
	struct value v = value_cstr(text);
	if (g->type == ARGUMENT_NUMBER) {
		int64_t n;
		if (!str_to_int(str_from(text), &n) || n < 0)
			return err_set(p->e, ERR_USAGE, "--%s takes a whole number, not '%s'.",
				g->name, text);
		v = value_int(n);
	}
	store(p, g, v);
	return true;
}

static bool take_value(struct parse *p, const struct argument *g, const char *given)
{
	if (given == NULL && p->at >= p->count)
		return err_set(p->e, ERR_USAGE, "--%s needs a value: --%s %s.", g->name, g->name,
			g->value != NULL ? g->value : "VALUE");
	return set_value(p, g, given != NULL ? given : p->words[p->at++]);
}

static bool parse_long(struct parse *p, const char *word)
{
	const char *equals = strchr(word, '=');
	struct str name = str_from(word + 2);
	if (equals != NULL)
		name.len = (size_t)(equals - word) - 2;
	const struct argument *g = argument_find(p->command, name);
	bool no = false;
	if (g == NULL && str_starts(name, STR("no-"))) {
		g = argument_find(p->command, str_slice(name, 3, name.len));
		no = true;
		if (g != NULL && g->type != ARGUMENT_SWITCH)
			g = NULL;
	}
	if (g == NULL || g->positional)
		return unknown_option(p, word);
	if (g->type != ARGUMENT_FLAG && g->type != ARGUMENT_SWITCH)
		return take_value(p, g, equals != NULL ? equals + 1 : NULL);
	if (equals != NULL)
		return err_set(p->e, ERR_USAGE, "--%s takes no value.", g->name);
	value_set(p->out, str_from(g->name), value_bool(!no));
	return true;
}

static bool parse_letters(struct parse *p, const char *word)
{
	for (const char *c = word + 1; *c != '\0'; c++) {
		const struct argument *g = find_letter(p->command, *c);
		if (g == NULL)
			return unknown_option(p, word);
		if (g->type != ARGUMENT_FLAG)
			return take_value(p, g, c[1] != '\0' ? c + 1 : NULL);
		value_set(p->out, str_from(g->name), value_bool(true));
	}
	return true;
}

static bool parse_word(struct parse *p, const char *word)
{
	const struct argument *g = find_positional(p->command, p->positional);
	if (g == NULL) {
		err_set(p->e, ERR_USAGE, "'%s' takes no further argument '%s'.", p->name, word);
		return err_hint(p->e, "See %s --help.", p->name);
	}
	p->positional++;
	return set_value(p, g, word);
}

static bool check_required(struct parse *p)
{
	for (const struct argument *g = p->command->arguments; g != NULL && g->name != NULL; g++) {
		if (!g->required || value_get_cstr(p->out, g->name) != NULL)
			continue;
		const char *shown = g->value != NULL ? g->value : g->name;
		err_set(p->e, ERR_USAGE, "'%s' needs %s: %s.", p->name, shown, g->help);
		return err_hint(p->e, "See %s --help.", p->name);
	}
	return true;
}

bool arguments_parse(struct arena *a, const struct command *command, char *const *words,
	size_t count, struct value *out, struct err *e)
{
	struct parse p = {.arena = a,
		.command = command,
		.words = words,
		.count = count,
		.out = value_dict(a),
		.name = str_format(
			a, "lathe%s%s", command->verb[0] != '\0' ? " " : "", command->verb)
				.at,
		.e = e};
	bool options = true;
	while (p.at < count) {
		const char *word = words[p.at++];
		bool ok;
		if (options && strcmp(word, "--") == 0) {
			options = false;
			continue;
		}
		if (options && word[0] == '-' && word[1] == '-')
			ok = parse_long(&p, word);
		else if (options && word[0] == '-' && word[1] != '\0')
			ok = parse_letters(&p, word);
		else
			ok = parse_word(&p, word);
		if (!ok)
			return false;
	}
	*out = p.out;
	return check_required(&p);
}

static bool read_pair_file(struct arena *a, const char *path, struct value *into, struct err *e)
{
	struct str text;
	struct value v;
	if (!file_read(a, path, LARGEST_INPUT_FILE, &text, e) || !json_read(a, text, path, &v, e))
		return false;
	if (v.kind != VALUE_DICT) {
		err_set(e, ERR_USAGE, "The inputs in %s must be a JSON object, but it holds %s.",
			path, value_kind_words(v.kind));
		return err_hint(e, "Write {\"name\": value, ...}.");
	}
	for (size_t i = 0; i < v.u.dict->len; i++)
		value_set(*into, v.u.dict->entries[i].key.u.str, v.u.dict->entries[i].value);
	return true;
}

bool arguments_pairs(
	struct arena *a, struct value arguments, const char *name, struct value *out, struct err *e)
{
	const struct value *list = value_get_cstr(arguments, name);
	*out = value_none();
	if (list == NULL)
		return true;
	*out = value_dict(a);
	for (size_t i = 0; i < list->u.list->len; i++) {
		struct str word = list->u.list->items[i].u.str, rest;
		if (word.len > 0 && word.at[0] == '@') {
			if (!read_pair_file(a, word.at + 1, out, e))
				return false;
			continue;
		}
		struct str key = str_cut(word, '=', &rest);
		if (rest.at == NULL || key.len == 0) {
			err_set(e, ERR_USAGE, "--%s takes %s or @FILE.json, not '%.*s'.", name,
				strcmp(name, "map") == 0 ? "INPUT=COLUMN" : "NAME=VALUE",
				STR_ARG(word));
			return false;
		}
		value_set(*out, key, value_str(rest));
	}
	return true;
}
