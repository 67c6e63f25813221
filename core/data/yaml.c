/* SPDX-License-Identifier: MIT */
#include "core/data/yaml.h"

#include "core/base/map.h"
#include "core/data/yaml_scalar.h"
#include "core/text/utf8.h"

#include <libfyaml.h>
#include <string.h>

enum { MAX_DEPTH = 64, MAX_ALIASES = 100, MAX_NODES = 1000000, MAX_BYTES = 10 << 20 };

/* An anchored value, and what it weighs each time it is used. */
struct anchor {
	struct value value;
	size_t nodes, bytes;
	bool open; /* we are still inside it */
};

struct reader {
	struct arena *arena;
	struct fy_parser *parser;
	struct fy_event *event; /* the one looked at */
	const char *name;
	unsigned first_line;
	struct map anchors; /* name -> struct anchor */
	size_t aliases, nodes, bytes, depth;
	bool in_key; /* keys are text, whatever they look like */
	struct err *e;
};

static struct fy_event *next_event(struct reader *r)
{
	if (r->event != NULL)
		fy_parser_event_free(r->parser, r->event);
	r->event = fy_parser_parse(r->parser);
	return r->event;
}

static enum fy_scalar_style style_of(struct fy_event *event)
{
	struct fy_token *token = event->type == FYET_SCALAR ? fy_event_get_token(event) : NULL;
	return token != NULL ? fy_token_scalar_style(token) : FYSS_PLAIN;
}

/* Marks count from 0 and stand after a quote or an alias's star. */
static void place_of(struct reader *r, uint32_t *line, uint32_t *column)
{
	const struct fy_mark *m = r->event != NULL ? fy_event_start_mark(r->event) : NULL;
	*line = *column = 0;
	if (m == NULL || m->line < 0 || m->column < 0)
		return;
	*line = (uint32_t)m->line + 1 + r->first_line;
	*column = (uint32_t)m->column + 1;
	if (r->event->type == FYET_ALIAS || style_of(r->event) == FYSS_SINGLE_QUOTED ||
		style_of(r->event) == FYSS_DOUBLE_QUOTED)
		*column -= *column > 1;
}

/* Adds the place of the event looked at. Always false. */
static bool fail_here(struct reader *r)
{
	uint32_t line, column;
	place_of(r, &line, &column);
	return err_place(r->e, r->name, line, column);
}

static struct value placed(struct reader *r, struct value v)
{
	place_of(r, &v.line, &v.column);
	return v;
}

/* What the parser has to say, or that the text just ends. */
static bool fail_parse(struct reader *r, struct fy_diag *diag)
{
	void *at = NULL;
	const struct fy_diag_error *why = fy_diag_errors_iterate(diag, &at);
	if (why == NULL)
		return err_set(r->e, ERR_CONFIG, "This YAML ends in the middle of something.");
	err_set(r->e, ERR_CONFIG, "This is not valid YAML: %s.", why->msg);
	return err_place(r->e, r->name, why->line > 0 ? (unsigned)why->line + r->first_line : 0,
		why->column > 0 ? (unsigned)why->column : 0);
}

static bool weigh(struct reader *r, size_t nodes, size_t bytes)
{
	r->nodes += nodes;
	r->bytes += bytes;
	if (r->nodes <= MAX_NODES && r->bytes <= MAX_BYTES)
		return true;
	err_set(r->e, ERR_LIMIT,
		"This YAML grows past %d values or %d MiB once aliases are resolved.", MAX_NODES,
		MAX_BYTES >> 20);
	return fail_here(r);
}

static struct str token_text(struct fy_token *token)
{
	size_t len = 0;
	const char *at = token != NULL ? fy_token_get_text(token, &len) : NULL;
	return (struct str){at, at != NULL ? len : 0};
}

/* The event's tag as "str", "int", ... of the core schema; "" when it has none. */
static bool read_tag(struct reader *r, struct str *out)
{
	static const char *const known[] = {"str", "int", "float", "bool", "null", "seq", "map"};
	struct str tag = token_text(fy_event_get_tag_token(r->event));
	struct str core = STR("tag:yaml.org,2002:");
	*out = STR_NONE;
	if (tag.len == 0)
		return true;
	if (str_is(tag, "!")) {
		bool scalar = r->event->type == FYET_SCALAR;
		*out = scalar ? STR("str") : STR_NONE;
		return true;
	}
	if (str_starts(tag, core))
		*out = str_slice(tag, core.len, tag.len);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_is(*out, known[i]))
			return true;
	tag = utf8_cut(tag, 80);
	err_set(r->e, ERR_CONFIG, "The tag %.*s is not supported.", STR_ARG(tag));
	err_hint(r->e, "Only the tags !!str, !!int, !!float, !!bool, !!null, !!seq and !!map are.");
	return fail_here(r);
}

/* A tagged scalar, which has to be what the tag says. */
static bool apply_tag(struct reader *r, struct str tag, struct str text, struct value *v)
{
	bool ok = true;
	if (str_is(tag, "str"))
		*v = value_str(text);
	else if (str_is(tag, "int"))
		ok = v->kind == VALUE_INT;
	else if (str_is(tag, "bool"))
		ok = v->kind == VALUE_BOOL;
	else if (str_is(tag, "null"))
		ok = v->kind == VALUE_NONE;
	else if (str_is(tag, "float") && v->kind == VALUE_INT)
		*v = value_float((double)v->u.integer);
	else if (str_is(tag, "float"))
		ok = v->kind == VALUE_FLOAT;
	else
		ok = tag.len == 0;
	if (ok)
		return true;
	err_set(r->e, ERR_CONFIG, "The tag !!%.*s does not fit this value.", STR_ARG(tag));
	return fail_here(r);
}

static bool read_scalar(struct reader *r, struct value *out)
{
	struct str text = str_copy(r->arena, token_text(fy_event_get_token(r->event))), tag;
	if (!weigh(r, 1, text.len) || !read_tag(r, &tag))
		return false;
	if (text.len > 0 && memchr(text.at, '\0', text.len) != NULL) {
		err_set(r->e, ERR_CONFIG, "This YAML has a NUL character in it.");
		return fail_here(r);
	}
	*out = value_str(text);
	if (!r->in_key) {
		bool plain = style_of(r->event) == FYSS_PLAIN || tag.len > 0;
		if (plain && !str_is(tag, "str") && !yaml_scalar(text, out, r->e))
			return fail_here(r);
		if (!apply_tag(r, tag, text, out))
			return false;
	}
	*out = placed(r, *out);
	return true;
}

static bool read_alias(struct reader *r, struct value *out)
{
	struct str name = token_text(fy_event_get_token(r->event));
	uint64_t found = 0;
	struct anchor *a = NULL;
	if (map_get(&r->anchors, name, &found))
		a = (struct anchor *)(uintptr_t)found;
	name = utf8_cut(name, 80);
	if (a == NULL || a->open) {
		err_set(r->e, ERR_CONFIG,
			a == NULL ? "The alias *%.*s has no anchor before it."
				  : "The alias *%.*s stands inside its own anchor.",
			STR_ARG(name));
		return fail_here(r);
	}
	if (++r->aliases > MAX_ALIASES) {
		err_set(r->e, ERR_LIMIT, "This YAML has more than %d aliases.", MAX_ALIASES);
		return fail_here(r);
	}
	if (!weigh(r, a->nodes, a->bytes))
		return false;
	*out = placed(r, a->value);
	return true;
}

static bool read_node(struct reader *r, struct value *out);

/* The key whose event is looked at: a scalar, as the text it is written as. */
static bool read_key(struct reader *r, struct value *out, bool *is_merge)
{
	enum fy_event_type type = r->event->type;
	if (type == FYET_SCALAR || type == FYET_ALIAS) {
		r->in_key = true;
		bool ok = read_node(r, out);
		r->in_key = false;
		if (!ok)
			return false;
		*is_merge = type == FYET_SCALAR && str_is(out->u.str, "<<") &&
			    style_of(r->event) == FYSS_PLAIN;
		if (out->kind == VALUE_STR)
			return true;
	}
	err_set(r->e, ERR_CONFIG, "A key has to be plain text here, not %s.",
		type == FYET_SEQUENCE_START  ? "a list"
		: type == FYET_MAPPING_START ? "a mapping"
					     : "an alias of something else");
	return fail_here(r);
}

static bool merge_one(struct reader *r, struct value into, struct value from)
{
	if (from.kind != VALUE_DICT) {
		err_set(r->e, ERR_CONFIG, "A merge key (<<) takes a mapping or a list of them.");
		return err_place(r->e, r->name, from.line, from.column);
	}
	for (size_t i = 0; i < from.u.dict->len; i++) {
		const struct value_entry *entry = &from.u.dict->entries[i];
		value_set(into, entry->key.u.str, entry->value);
	}
	return true;
}

/* What is merged comes first, the earlier source winning, and OWN keys win over all of it. */
static bool merge(struct reader *r, struct value source, struct value own, struct value *out)
{
	struct value all = value_dict(r->arena);
	all.line = own.line;
	all.column = own.column;
	if (source.kind == VALUE_LIST) {
		for (size_t i = source.u.list->len; i > 0; i--)
			if (!merge_one(r, all, source.u.list->items[i - 1]))
				return false;
	} else if (!merge_one(r, all, source)) {
		return false;
	}
	*out = all;
	return merge_one(r, all, own);
}

static bool read_entry(struct reader *r, struct value dict, struct value *merged)
{
	struct value key, v;
	bool is_merge = false;
	if (!read_key(r, &key, &is_merge))
		return false;
	const struct value_entry *twice = value_entry(dict, key.u.str);
	uint32_t first = twice != NULL ? twice->key.line : merged->line;
	if (twice != NULL || (is_merge && merged->kind != VALUE_NONE)) {
		struct str shown = utf8_cut(key.u.str, 80);
		err_set(r->e, ERR_CONFIG, "The key \"%.*s\" is here twice, first in line %u.",
			STR_ARG(shown), first);
		return err_place(r->e, r->name, key.line, key.column);
	}
	if (next_event(r) == NULL || !read_node(r, &v))
		return false;
	if (v.line == 0) { /* nothing is written there */
		v.line = key.line;
		v.column = key.column;
	}
	if (is_merge) {
		*merged = v;
		return true;
	}
	value_set(dict, key.u.str, v);
	dict.u.dict->entries[dict.u.dict->len - 1].key = key;
	return true;
}

static bool read_mapping(struct reader *r, struct value *out)
{
	struct value dict = placed(r, value_dict(r->arena)), merged = value_none();
	while (next_event(r) != NULL && r->event->type != FYET_MAPPING_END)
		if (!read_entry(r, dict, &merged))
			return false;
	*out = dict;
	if (r->event == NULL)
		return false;
	return merged.kind == VALUE_NONE || merge(r, merged, dict, out);
}

static bool read_sequence(struct reader *r, struct value *out)
{
	*out = placed(r, value_list(r->arena));
	while (next_event(r) != NULL && r->event->type != FYET_SEQUENCE_END) {
		struct value item;
		if (!read_node(r, &item))
			return false;
		value_push(*out, item);
	}
	return r->event != NULL;
}

static bool read_collection(struct reader *r, struct value *out)
{
	bool mapping = r->event->type == FYET_MAPPING_START;
	struct str tag;
	if (!read_tag(r, &tag) || !weigh(r, 1, 0))
		return false;
	if (tag.len > 0 && !str_is(tag, mapping ? "map" : "seq")) {
		err_set(r->e, ERR_CONFIG, "The tag !!%.*s does not fit a %s.", STR_ARG(tag),
			mapping ? "mapping" : "list");
		return fail_here(r);
	}
	if (++r->depth > MAX_DEPTH) {
		err_set(r->e, ERR_LIMIT, "This YAML is nested more than %d deep.", MAX_DEPTH);
		return fail_here(r);
	}
	bool ok = mapping ? read_mapping(r, out) : read_sequence(r, out);
	r->depth--;
	return ok;
}

/* The node whose first event is looked at. False without an error set means that the parser
 * stopped. */
static bool read_node(struct reader *r, struct value *out)
{
	struct fy_token *token = fy_event_get_anchor_token(r->event);
	struct anchor *a = NULL;
	bool ok;
	if (r->event->type == FYET_ALIAS)
		return read_alias(r, out);
	if (token != NULL) {
		a = ARENA_NEW(r->arena, struct anchor);
		*a = (struct anchor){.nodes = r->nodes, .bytes = r->bytes, .open = true};
		map_set(&r->anchors, str_copy(r->arena, token_text(token)), (uintptr_t)a);
	}
	if (r->event->type == FYET_SCALAR)
		ok = read_scalar(r, out);
	else if (r->event->type == FYET_MAPPING_START || r->event->type == FYET_SEQUENCE_START)
		ok = read_collection(r, out);
	else
		return err_set(r->e, ERR_CONFIG, "This YAML ends too early.");
	if (ok && a != NULL)
		*a = (struct anchor){*out, r->nodes - a->nodes, r->bytes - a->bytes, false};
	return ok;
}

static bool read_document(struct reader *r, struct value *out)
{
	*out = value_none();
	while (next_event(r) != NULL && r->event->type != FYET_STREAM_END) {
		if (r->event->type != FYET_DOCUMENT_START)
			continue;
		if (r->nodes > 0) {
			err_set(r->e, ERR_CONFIG, "A second YAML document begins here.");
			err_hint(r->e,
				"Only one is read: remove the line \"---\" and what follows.");
			return fail_here(r);
		}
		if (next_event(r) == NULL || !read_node(r, out))
			return false;
	}
	return r->event != NULL;
}

/* libfyaml takes bytes as they come; we want them whole and without NUL. */
static bool check_bytes(struct reader *r, struct str text)
{
	size_t bad = 0;
	const char *nul = text.len > 0 ? memchr(text.at, '\0', text.len) : NULL;
	if (text.len > MAX_BYTES) {
		err_set(r->e, ERR_LIMIT, "This YAML is larger than %d MiB.", MAX_BYTES >> 20);
		return err_place(r->e, r->name, 0, 0);
	}
	if (nul != NULL) {
		bad = (size_t)(nul - text.at);
		err_set(r->e, ERR_CONFIG, "This YAML has a NUL byte in it.");
	} else if (!utf8_valid(text, &bad)) {
		err_set(r->e, ERR_CONFIG, "This YAML is not UTF-8: byte 0x%02X is out of place.",
			(unsigned char)text.at[bad]);
	} else {
		return true;
	}
	struct str before = str_slice(text, 0, bad);
	size_t line_start = 0;
	unsigned line = 1 + r->first_line;
	for (size_t at = 0; at < bad; at++)
		if (text.at[at] == '\n') {
			line++;
			line_start = at + 1;
		}
	size_t column = utf8_count(str_slice(before, line_start, bad)) + 1;
	return err_place(r->e, r->name, line, (unsigned)column);
}

bool yaml_read(struct arena *a, struct str text, const char *name, unsigned first_line,
	struct value *out, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct reader r = {
		.arena = a, .name = name, .first_line = first_line, .e = e != NULL ? e : &ignored};
	if (!check_bytes(&r, text))
		return false;
	struct fy_diag_cfg quiet;
	fy_diag_cfg_default(&quiet);
	quiet.fp = NULL;
	struct fy_diag *diag = fy_diag_create(&quiet);
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg cfg = {.flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2, .diag = diag};
	r.parser = fy_parser_create(&cfg);
	if (diag == NULL || r.parser == NULL ||
		fy_parser_set_string(r.parser, text.at, text.len) != 0)
		BUG("libfyaml cannot be set up");
	err_clear(r.e);
	bool ok = read_document(&r, out);
	if (!ok && r.e->code == ERR_NONE)
		fail_parse(&r, diag);
	if (r.event != NULL)
		fy_parser_event_free(r.parser, r.event);
	fy_parser_destroy(r.parser);
	fy_diag_destroy(diag);
	map_free(&r.anchors);
	return ok;
}

const char *yaml_library(void)
{
	return "libfyaml";
}
