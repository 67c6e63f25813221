/* SPDX-License-Identifier: MIT */
#include "core/data/yaml_edit.h"

#include "core/data/json.h"
#include "core/data/yaml.h"
#include "core/data/yaml_scalar.h"
#include "core/text/utf8.h"

#include <string.h>

enum { STEP = 2, LARGEST = 4 << 20 };

struct editing {
	struct arena *arena;
	const char *name;
	struct str text;
	struct value root;
	struct str newline;
};

/* The way down a path, as far as it exists. */
struct found {
	size_t level; /* parts that exist */
	const struct value *map; /* the map around the last of them; NULL at level 0 */
	const struct value_entry *entry; /* the last of them; NULL at level 0 */
	const struct value *at; /* its value; the root at level 0 */
	bool flow; /* the entry stands between braces */
};

static size_t line_start(struct str text, size_t at)
{
	while (at > 0 && text.at[at - 1] != '\n')
		at--;
	return at;
}

/* Behind the line's end. */
static size_t line_next(struct str text, size_t at)
{
	size_t end = str_find(text, STR("\n"), at);
	return end == SIZE_MAX ? text.len : end + 1;
}

/* Where a value or key stands; SIZE_MAX when it has no place in the text. */
static size_t offset_of(struct str text, const struct value *v)
{
	size_t at = 0;
	if (v->line == 0 || v->column == 0)
		return SIZE_MAX;
	for (uint32_t line = 1; line < v->line && at < text.len; line++)
		at = line_next(text, at);
	if (v->line == 1 && str_starts(text, STR("\xEF\xBB\xBF")))
		at = 3;
	for (uint32_t column = 1; column < v->column && at < text.len; column++) {
		uint32_t ignored;
		at = utf8_next(text, at, &ignored);
	}
	return at < text.len ? at : SIZE_MAX;
}

static bool is_braced(const struct editing *e, const struct value *map)
{
	size_t at = offset_of(e->text, map);
	return map->kind == VALUE_DICT && at != SIZE_MAX && e->text.at[at] == '{';
}

static struct found find(const struct editing *e, struct yaml_path path)
{
	struct found f = {.at = &e->root};
	while (f.level < path.count) {
		const struct value_entry *entry = value_entry(*f.at, path.parts[f.level]);
		if (entry == NULL)
			break;
		f.flow = f.flow || is_braced(e, f.at);
		f.map = f.at;
		f.entry = entry;
		f.at = &entry->value;
		f.level++;
	}
	return f;
}

static bool refuse(const struct editing *e, const struct value *near, struct err *err)
{
	err_set(err, ERR_CONFIG, "This is written in a form that cannot be changed in place.");
	err_hint(err, "Change it in the file itself.");
	return err_place(err, e->name, near != NULL ? near->line : 0, 0);
}

/* Behind the quoted text that begins at AT; SIZE_MAX when it does not end. */
static size_t quoted_end(struct str text, size_t at)
{
	char quote = text.at[at++];
	for (; at < text.len; at++) {
		if (quote == '"' && text.at[at] == '\\')
			at++;
		else if (text.at[at] == quote && quote == '\'' && at + 1 < text.len &&
			 text.at[at + 1] == quote)
			at++;
		else if (text.at[at] == quote)
			return at + 1;
	}
	return SIZE_MAX;
}

static bool is_quote(char c)
{
	return c == '"' || c == '\'';
}

/* Behind the scalar that begins at AT, within its line. */
static size_t scalar_end(struct str text, size_t at, bool flow)
{
	size_t end = at;
	if (at < text.len && is_quote(text.at[at]))
		return quoted_end(text, at);
	while (end < text.len && text.at[end] != '\n') {
		char c = text.at[end];
		if (c == '#' && (end == at || text.at[end - 1] == ' ' || text.at[end - 1] == '\t'))
			break;
		if (flow && strchr(",}]", c) != NULL)
			break;
		end++;
	}
	while (end > at && strchr(" \t\r", text.at[end - 1]) != NULL)
		end--;
	return end;
}

/* Behind the key's colon; SIZE_MAX when it is not where it should be. */
static size_t key_end(const struct editing *e, const struct value *key)
{
	size_t at = offset_of(e->text, key);
	if (at == SIZE_MAX)
		return SIZE_MAX;
	if (is_quote(e->text.at[at]))
		at = quoted_end(e->text, at);
	else if (str_starts(str_slice(e->text, at, e->text.len), key->u.str))
		at += key->u.str.len;
	else
		return SIZE_MAX;
	while (at < e->text.len && e->text.at[at] == ' ')
		at++;
	return at < e->text.len && e->text.at[at] == ':' ? at + 1 : SIZE_MAX;
}

static void splice(struct editing *e, size_t from, size_t to, struct str with)
{
	e->text = str_format(e->arena, "%.*s%.*s%.*s", (int)from, e->text.at, STR_ARG(with),
		STR_ARG(str_slice(e->text, to, e->text.len)));
}

/* Text that means itself without quotes, in a line and between braces. */
static bool is_plain(struct str s)
{
	struct value v;
	struct err ignored = ERR_INIT; /* a number past 64 bits: quoted */
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		bool word = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
		if (!word && (i == 0 || c == '\0' || strchr("_./:@%+=~-", c) == NULL))
			return false;
	}
	return s.len > 0 && s.at[s.len - 1] != ':' && yaml_scalar(s, &v, &ignored) &&
	       v.kind == VALUE_STR;
}

static void add_scalar(struct buf *b, struct value v)
{
	if (v.kind != VALUE_STR)
		json_write(b, v, JSON_COMPACT);
	else if (is_plain(v.u.str))
		buf_add_str(b, v.u.str);
	else
		json_write_str(b, v.u.str);
}

static void add_flow(struct buf *b, struct str key, struct value v)
{
	add_scalar(b, value_str(key));
	buf_add_cstr(b, ": ");
	if (v.kind != VALUE_DICT) {
		add_scalar(b, v);
		return;
	}
	buf_add_char(b, '{');
	for (size_t i = 0; i < v.u.dict->len; i++) {
		buf_add_cstr(b, i > 0 ? ", " : "");
		add_flow(b, v.u.dict->entries[i].key.u.str, v.u.dict->entries[i].value);
	}
	buf_add_char(b, '}');
}

static void add_block(
	const struct editing *e, struct buf *b, size_t indent, struct str key, struct value v)
{
	for (size_t i = 0; i < indent; i++)
		buf_add_char(b, ' ');
	add_scalar(b, value_str(key));
	buf_add_char(b, ':');
	if (v.kind != VALUE_DICT) {
		buf_add_char(b, ' ');
		add_scalar(b, v);
	}
	buf_add_str(b, e->newline);
	for (size_t i = 0; v.kind == VALUE_DICT && i < v.u.dict->len; i++)
		add_block(e, b, indent + STEP, v.u.dict->entries[i].key.u.str,
			v.u.dict->entries[i].value);
}

/* Puts lines at AT, the start of a line or the end of the text. */
static void insert_lines(
	struct editing *e, size_t at, size_t indent, struct str key, struct value v)
{
	struct buf b = BUF_INIT(LARGEST);
	bool open = at > 0 && e->text.at[at - 1] != '\n';
	struct str before = str_slice(e->text, 0, at), last;
	if (open)
		buf_add_str(&b, e->newline);
	/* A new part of the file stands apart from the one before. */
	last = str_slice(before, line_start(before, at > 0 ? at - 1 : 0), at);
	if (indent == 0 && str_trim(last).len > 0)
		buf_add_str(&b, e->newline);
	add_block(e, &b, indent, key, v);
	splice(e, at, at, str_copy(e->arena, buf_str(&b)));
	buf_free(&b);
}

/* Spaces at the start of the line at AT; *BODY is what follows them, without the line's end. */
static size_t indent_of(struct str text, size_t at, struct str *body)
{
	size_t end = line_next(text, at);
	struct str line = str_slice(text, at, end);
	*body = str_trim(line);
	return line.len - str_trim_start(line).len;
}

/* The start of the line behind the block entry whose key stands at AT: the lines that are indented
 * deeper, with the comments among them and right behind them. */
static size_t entry_end(struct str text, size_t at, bool is_list)
{
	size_t start = line_start(text, at), indent = at - start;
	size_t end = line_next(text, at);
	bool apart = false; /* something else came between: a comment there is not the entry's */
	for (size_t line = end; line < text.len; line = line_next(text, line)) {
		struct str body;
		size_t depth = indent_of(text, line, &body);
		bool item = is_list && depth == indent && str_starts(body, STR("-"));
		bool comment = str_starts(body, STR("#"));
		if (body.len == 0 || (comment && (depth <= indent || apart))) {
			apart = true;
			continue;
		}
		if (depth <= indent && !item)
			break;
		apart = false;
		end = line_next(text, line);
	}
	return end;
}

/* Where the lines of a further entry of the block map go. */
static size_t block_end(const struct editing *e, const struct value *map)
{
	const struct value_entry *last = &map->u.dict->entries[map->u.dict->len - 1];
	size_t at = offset_of(e->text, &last->key);
	if (map == &e->root)
		return e->text.len;
	return at == SIZE_MAX ? at : entry_end(e->text, at, last->value.kind == VALUE_LIST);
}

/* Into a map that has braces. */
static bool insert_flow(
	struct editing *e, const struct value *map, struct str key, struct value v, struct err *err)
{
	struct buf b = BUF_INIT(LARGEST);
	size_t at = offset_of(e->text, map);
	if (at == SIZE_MAX)
		return refuse(e, map, err);
	add_flow(&b, key, v);
	buf_add_cstr(&b, map->u.dict->len > 0 ? ", " : "");
	splice(e, at + 1, at + 1, str_copy(e->arena, buf_str(&b)));
	buf_free(&b);
	return true;
}

/* Below an entry that has nothing yet: no value, null or {}. */
static bool insert_below(
	struct editing *e, const struct found *f, struct str key, struct value v, struct err *err)
{
	size_t at = offset_of(e->text, &f->entry->key), colon = key_end(e, &f->entry->key);
	if (at == SIZE_MAX || colon == SIZE_MAX || f->flow)
		return refuse(e, &f->entry->key, err);
	size_t end = scalar_end(e->text, colon, false), indent = at - line_start(e->text, at);
	splice(e, colon, end, STR_NONE);
	insert_lines(e, line_next(e->text, colon), indent + STEP, key, v);
	return true;
}

static bool insert(
	struct editing *e, const struct found *f, struct str key, struct value v, struct err *err)
{
	const struct value *map = f->at;
	bool empty = map->kind == VALUE_NONE || (map->kind == VALUE_DICT && map->u.dict->len == 0);
	if (map->kind != VALUE_NONE && map->kind != VALUE_DICT)
		return refuse(e, map, err);
	if (empty && f->entry != NULL && !f->flow)
		return insert_below(e, f, key, v, err);
	if (is_braced(e, map))
		return insert_flow(e, map, key, v, err);
	if (f->flow)
		return refuse(e, map, err);
	if (empty) {
		insert_lines(e, e->text.len, 0, key, v);
		return true;
	}
	size_t at = offset_of(e->text, &map->u.dict->entries[0].key), end = block_end(e, map);
	if (at == SIZE_MAX || end == SIZE_MAX)
		return refuse(e, map, err);
	insert_lines(e, end, at - line_start(e->text, at), key, v);
	return true;
}

static bool replace(struct editing *e, const struct found *f, struct value v, struct err *err)
{
	struct buf b = BUF_INIT(LARGEST);
	bool none = f->at->kind == VALUE_NONE;
	size_t from = none ? key_end(e, &f->entry->key) : offset_of(e->text, f->at);
	if (from == SIZE_MAX || f->at->kind == VALUE_DICT || f->at->kind == VALUE_LIST ||
		v.kind == VALUE_DICT)
		return refuse(e, &f->entry->key, err);
	size_t skip = from;
	while (none && skip < e->text.len && e->text.at[skip] == ' ')
		skip++;
	size_t to = scalar_end(e->text, skip, f->flow);
	if (to == SIZE_MAX)
		return refuse(e, &f->entry->key, err);
	buf_add_cstr(&b, none ? " " : "");
	add_scalar(&b, v);
	splice(e, from, none && to == skip ? from : to, str_copy(e->arena, buf_str(&b)));
	buf_free(&b);
	return true;
}

/* Behind the entry of a map with braces: at its comma or the closing brace. */
static size_t flow_end(struct str text, size_t at)
{
	int depth = 0;
	while (at < text.len) {
		char c = text.at[at];
		if (is_quote(c)) {
			at = quoted_end(text, at);
			continue;
		}
		if (depth == 0 && strchr(",}]", c) != NULL)
			return at;
		depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
		at++;
	}
	return SIZE_MAX;
}

static bool remove_flow(struct editing *e, const struct found *f, struct err *err)
{
	size_t from = offset_of(e->text, &f->entry->key);
	size_t to = from != SIZE_MAX ? flow_end(e->text, from) : SIZE_MAX;
	if (to == SIZE_MAX)
		return refuse(e, &f->entry->key, err);
	if (e->text.at[to] == ',') {
		to++;
		while (to < e->text.len && e->text.at[to] == ' ')
			to++;
	} else {
		while (from > 0 && strchr(" ,", e->text.at[from - 1]) != NULL)
			from--;
	}
	splice(e, from, to, STR_NONE);
	return true;
}

static bool remove_block(
	struct editing *e, const struct found *f, struct yaml_path path, struct err *err)
{
	size_t at = offset_of(e->text, &f->entry->key);
	bool last = f->map->u.dict->len == 1 && f->level > 1;
	if (at == SIZE_MAX)
		return refuse(e, &f->entry->key, err);
	size_t from = line_start(e->text, at);
	if (str_trim(str_slice(e->text, from, at)).len > 0)
		return refuse(e, &f->entry->key, err);
	splice(e, from, entry_end(e->text, at, f->at->kind == VALUE_LIST), STR_NONE);
	if (!last)
		return true;
	/* Its map has nothing left: the key above stays, and so do the comments around. */
	struct found above = find(e, (struct yaml_path){path.parts, path.count - 1});
	size_t colon = key_end(e, &above.entry->key);
	if (colon == SIZE_MAX)
		return refuse(e, &above.entry->key, err);
	splice(e, colon, colon, STR(" {}"));
	return true;
}

/* ROOT with PATH set to V, or without it when V is NULL, as the changed text has to mean it. */
static struct value changed(struct arena *a, struct value old, const struct str *parts,
	size_t count, const struct value *v)
{
	struct value dict = value_dict(a);
	for (size_t i = 0; old.kind == VALUE_DICT && i < old.u.dict->len; i++) {
		const struct value_entry *entry = &old.u.dict->entries[i];
		if (count > 1 || v != NULL || !str_eq(entry->key.u.str, parts[0]))
			value_set(dict, entry->key.u.str, entry->value);
	}
	const struct value *inner = value_get(old, parts[0]);
	if (count > 1)
		value_set(dict, parts[0],
			changed(a, inner != NULL ? *inner : value_none(), parts + 1, count - 1, v));
	else if (v != NULL)
		value_set(dict, parts[0], *v);
	return dict;
}

static bool begin(struct editing *e, struct err *err)
{
	size_t end = str_find(e->text, STR("\n"), 0);
	bool carriage = end != SIZE_MAX && end > 0 && e->text.at[end - 1] == '\r';
	e->newline = carriage ? STR("\r\n") : STR("\n");
	return yaml_read(e->arena, e->text, e->name, 0, &e->root, err);
}

/* The text means what it should, and nothing else. */
static bool finish(struct editing *e, const struct found *f, struct value wanted, struct str *text,
	struct err *err)
{
	const struct value *near = f->entry != NULL ? &f->entry->key : NULL;
	struct value got;
	struct err unread = ERR_INIT;
	if (!yaml_read(e->arena, e->text, e->name, 0, &got, &unread))
		return refuse(e, near, err);
	bool nothing = got.kind == VALUE_NONE && wanted.u.dict->len == 0;
	if (!nothing && !value_equal(got, wanted))
		return refuse(e, near, err);
	*text = e->text;
	return true;
}

bool yaml_edit_set(struct arena *a, const char *name, struct str *text, struct yaml_path path,
	struct value v, struct err *e)
{
	struct editing ed = {.arena = a, .name = name, .text = *text};
	if (!begin(&ed, e))
		return false;
	struct found f = find(&ed, path);
	struct value wanted = changed(a, ed.root, path.parts, path.count, &v), rest = v;
	for (size_t i = path.count; i-- > f.level + 1;) {
		struct value outer = value_dict(a);
		value_set(outer, path.parts[i], rest);
		rest = outer;
	}
	bool ok = f.level == path.count ? replace(&ed, &f, v, e)
					: insert(&ed, &f, path.parts[f.level], rest, e);
	return ok && finish(&ed, &f, wanted, text, e);
}

bool yaml_edit_remove(
	struct arena *a, const char *name, struct str *text, struct yaml_path path, struct err *e)
{
	struct editing ed = {.arena = a, .name = name, .text = *text};
	if (!begin(&ed, e))
		return false;
	struct found f = find(&ed, path);
	if (f.level < path.count)
		return true;
	struct value wanted = changed(a, ed.root, path.parts, path.count, NULL);
	bool ok = f.flow ? remove_flow(&ed, &f, e) : remove_block(&ed, &f, path, e);
	return ok && finish(&ed, &f, wanted, text, e);
}

bool yaml_edit_rename(struct arena *a, const char *name, struct str *text, struct yaml_path path,
	struct str key, struct err *e)
{
	struct editing ed = {.arena = a, .name = name, .text = *text};
	struct str to_parts[8];
	if (path.count == 0 || path.count > 8)
		BUG("a key is renamed by a path of one to eight parts");
	if (!begin(&ed, e))
		return false;
	struct found f = find(&ed, path);
	if (f.level < path.count || f.entry == NULL)
		return err_set(e, ERR_CONFIG, "There is no '%.*s' in %s.",
			STR_ARG(path.parts[path.count - 1]), name);
	size_t from = offset_of(ed.text, &f.entry->key), colon = key_end(&ed, &f.entry->key);
	if (from == SIZE_MAX || colon == SIZE_MAX)
		return refuse(&ed, &f.entry->key, e);
	memcpy(to_parts, path.parts, path.count * sizeof *to_parts);
	to_parts[path.count - 1] = key;
	struct value wanted = changed(a, ed.root, path.parts, path.count, NULL), moved = *f.at;
	wanted = changed(a, wanted, to_parts, path.count, &moved);
	struct buf b = BUF_INIT(LARGEST);
	add_scalar(&b, value_str(key));
	splice(&ed, from, colon - 1, str_copy(a, buf_str(&b)));
	buf_free(&b);
	return finish(&ed, &f, wanted, text, e);
}
