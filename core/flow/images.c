/* SPDX-License-Identifier: MIT */
#include "core/flow/images.h"

#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/flow/space.h"

#include <sodium.h>
#include <string.h>

enum { MARKER_HASH = 8 };

struct load {
	struct arena *arena;
	const struct image_source *from;
	struct image_set *set;
	struct err *e;
	int depth;
};

static bool starts(struct str s, size_t at, const char *bytes, size_t len)
{
	return s.len >= at + len && memcmp(s.at + at, bytes, len) == 0;
}

/* The image type of the first bytes, or NULL. */
static const char *sniff(struct str s)
{
	if (starts(s, 0, "\x89PNG\r\n\x1a\n", 8))
		return "png";
	if (starts(s, 0, "\xFF\xD8\xFF", 3))
		return "jpeg";
	if (starts(s, 0, "GIF87a", 6) || starts(s, 0, "GIF89a", 6))
		return "gif";
	if (starts(s, 0, "RIFF", 4) && starts(s, 8, "WEBP", 4))
		return "webp";
	return starts(s, 0, "BM", 2) && s.len > 26 ? "bmp" : NULL;
}

const struct image *image_find(const struct image_set *set, struct str marker)
{
	for (size_t i = 0; set != NULL && i < set->len; i++)
		if (str_eq(set->items[i].marker, marker))
			return &set->items[i];
	return NULL;
}

/* Puts the image with this URL into the set and gives its marker. */
static struct value add_image(struct load *l, struct str url)
{
	unsigned char hash[crypto_generichash_BYTES_MIN];
	char hex[MARKER_HASH * 2 + 1];
	crypto_generichash(hash, sizeof hash, (const unsigned char *)url.at, url.len, NULL, 0);
	sodium_bin2hex(hex, sizeof hex, hash, MARKER_HASH);
	struct str marker = str_format(l->arena, "Image(%s)", hex);
	if (image_find(l->set, marker) == NULL) {
		l->set->items = arena_reserve(l->arena, l->set->items, l->set->len, &l->set->cap,
			l->set->len + 1, sizeof *l->set->items);
		l->set->items[l->set->len++] = (struct image){marker, url};
	}
	return value_str(marker);
}

static struct str data_url(struct arena *a, struct str type, struct str base64)
{
	return str_format(a, "data:image/%.*s;base64,%.*s", STR_ARG(type), STR_ARG(base64));
}

/* TYPE is what the file says; "*" and "" mean: look at the bytes. */
static struct value add_bytes(struct load *l, struct str type, struct str bytes)
{
	size_t size = sodium_base64_encoded_len(bytes.len, sodium_base64_VARIANT_ORIGINAL);
	char *base64 = arena_alloc(l->arena, size, 1);
	sodium_bin2base64(base64, size, (const unsigned char *)bytes.at, bytes.len,
		sodium_base64_VARIANT_ORIGINAL);
	if (type.len == 0 || str_is(type, "*"))
		type = str_from(sniff(bytes));
	return add_image(l, data_url(l->arena, type, (struct str){base64, size - 1}));
}

static bool decode(struct arena *a, struct str base64, struct str *out)
{
	size_t room = base64.len / 4 * 3 + 3, len = 0;
	const char *end = NULL;
	unsigned char *to = arena_alloc(a, room, 1);
	if (sodium_base642bin(to, room, base64.at, base64.len, "\r\n ", &len, &end,
		    sodium_base64_VARIANT_ORIGINAL) != 0)
		return false;
	*out = (struct str){(const char *)to, len};
	return end == base64.at + base64.len;
}

static bool fail_limit(struct load *l)
{
	return err_set(l->e, ERR_LIMIT, "An image is larger than the %d MiB that one may have.",
		IMAGE_MAX >> 20);
}

static bool load_base64(struct load *l, struct str type, struct str text, struct value *out)
{
	if (str_starts(text, STR("data:image/"))) {
		struct str after;
		struct str head = str_cut(text, ',', &after);
		struct str declared = str_cut(str_slice(head, 11, head.len), ';', &head);
		type = type.len == 0 || str_is(type, "*") ? declared : type;
		text = after;
	}
	struct str bytes;
	if (text.len / 4 * 3 > IMAGE_MAX)
		return fail_limit(l);
	if (!decode(l->arena, text, &bytes))
		return err_set(l->e, ERR_CONFIG, "The image is not valid base64.");
	const char *seen = sniff(bytes);
	if (seen == NULL && (type.len == 0 || str_is(type, "*"))) {
		err_set(l->e, ERR_CONFIG, "The base64 given is not an image of a known type.");
		return err_hint(l->e, "PNG, JPEG, GIF, WebP and BMP are known.");
	}
	*out = add_bytes(l, type, bytes);
	return true;
}

static bool load_path(struct load *l, struct str type, struct str path, struct value *out)
{
	struct str bytes;
	const char *name = str_cstr(l->arena, path);
	if (name[0] != '/' && l->from->folder[0] != '\0')
		name = path_join(l->arena, l->from->folder, name);
	if (!file_read_under(l->arena, l->from->root, name, IMAGE_MAX, &bytes, l->e))
		return false;
	/* Text that names a file must not make a model read it: only images are taken. */
	if (sniff(bytes) == NULL) {
		err_set(l->e, ERR_CONFIG, "%s is not an image of a known type.", name);
		return err_hint(l->e, "PNG, JPEG, GIF, WebP and BMP are known.");
	}
	*out = add_bytes(l, type, bytes);
	return true;
}

static bool is_url(struct str s)
{
	size_t mark = str_find(s, STR("://"), 0);
	if (mark == SIZE_MAX || mark == 0 || s.len == mark + 3)
		return false;
	for (size_t i = 0; i < mark; i++)
		if (!((s.at[i] | 32) >= 'a' && (s.at[i] | 32) <= 'z') && s.at[i] != '+')
			return false;
	return true;
}

static bool load_url(struct load *l, struct str url, struct value *out)
{
	if (!str_starts(url, STR("https://")) && !str_starts(url, STR("http://")))
		return err_set(l->e, ERR_CONFIG, "\"%.*s\" is not the http(s) URL of an image.",
			STR_ARG(str_slice(url, 0, 100)));
	*out = add_image(l, str_copy(l->arena, url));
	return true;
}

static bool load_string(struct load *l, struct str s, struct value *out)
{
	struct str bytes;
	if (s.len == 0)
		return err_set(l->e, ERR_CONFIG, "An image is asked for and the text is empty.");
	if (str_starts(s, STR("data:image/")))
		return load_base64(l, STR_NONE, s, out);
	if (is_url(s))
		return load_url(l, s, out);
	if (s.len >= 16 && s.len / 4 * 3 <= IMAGE_MAX && decode(l->arena, s, &bytes) &&
		sniff(bytes) != NULL) {
		*out = add_bytes(l, STR_NONE, bytes);
		return true;
	}
	return load_path(l, STR_NONE, s, out);
}

/* "data:image/TYPE;KIND" taken apart. */
static bool split_key(struct str key, struct str *type, struct str *kind)
{
	if (!str_starts(key, STR("data:image/")))
		return false;
	key = str_slice(key, 11, key.len);
	size_t mark = str_find_last(key, STR(";"));
	if (mark == SIZE_MAX)
		return false;
	*type = str_slice(key, 0, mark);
	*kind = str_slice(key, mark + 1, key.len);
	return str_is(*kind, "path") || str_is(*kind, "base64") || str_is(*kind, "url");
}

static bool load_kind(
	struct load *l, struct str type, struct str kind, struct str s, struct value *out)
{
	if (str_is(kind, "path"))
		return load_path(l, type, s, out);
	return str_is(kind, "url") ? load_url(l, s, out) : load_base64(l, type, s, out);
}

/* The string "data:image/TYPE;KIND: VALUE", which prompts may hold for any input. */
static bool split_line(struct str s, struct str *type, struct str *kind, struct str *rest)
{
	if (!str_starts(s, STR("data:image/")))
		return false;
	size_t mark = str_find(s, STR(":"), 5);
	if (mark == SIZE_MAX || !split_key(str_slice(s, 0, mark), type, kind))
		return false;
	*rest = space_trim(str_slice(s, mark + 1, s.len));
	return true;
}

static struct str member(struct value map, const char *key, const char *inner)
{
	const struct value *v = value_get_cstr(map, key);
	return v != NULL ? value_get_str(*v, inner, STR_NONE) : STR_NONE;
}

/* *DONE: V was one of the maps that stand for an image or a text. */
static bool load_map(struct load *l, struct value v, struct value *out, bool *done)
{
	struct str type, kind;
	const struct value_dict *dict = v.u.dict;
	*done = true;
	if (dict->len == 1 && dict->entries[0].value.kind == VALUE_STR &&
		split_key(dict->entries[0].key.u.str, &type, &kind))
		return load_kind(l, type, kind, dict->entries[0].value.u.str, out);
	struct str word = value_get_str(v, "type", STR_NONE);
	struct str url = member(v, "image_url", "url");
	if (str_is(word, "image_url") && url.len > 0)
		return str_starts(url, STR("data:")) ? load_base64(l, STR_NONE, url, out)
						     : load_url(l, url, out);
	struct str path = member(v, "image_file", "path");
	if (str_is(word, "image_file") && path.len > 0)
		return load_path(l, STR_NONE, path, out);
	const struct value *text = value_get_cstr(v, "text");
	if (dict->len == 2 && str_is(word, "text") && text != NULL &&
		(text->kind == VALUE_STR || text->kind == VALUE_DICT)) {
		*out = text->kind == VALUE_STR ? *text
					       : value_str(value_get_str(*text, "value", STR_NONE));
		return true;
	}
	*done = false;
	return true;
}

static bool load_any(struct load *l, struct value v, bool is_image, struct value *out);

static bool load_list(struct load *l, struct value v, bool is_image, struct value *out)
{
	*out = value_list(l->arena);
	for (size_t i = 0; i < v.u.list->len; i++) {
		struct value item = value_none();
		if (!load_any(l, v.u.list->items[i], is_image, &item))
			return false;
		value_push(*out, item);
	}
	return true;
}

static bool load_dict(struct load *l, struct value v, struct value *out)
{
	*out = value_dict(l->arena);
	for (size_t i = 0; i < v.u.dict->len; i++) {
		struct value item = value_none();
		if (!load_any(l, v.u.dict->entries[i].value, false, &item))
			return false;
		value_set(*out, v.u.dict->entries[i].key.u.str, item);
	}
	return true;
}

static bool load_any(struct load *l, struct value v, bool is_image, struct value *out)
{
	struct str type, kind, rest;
	bool done = false, ok;
	if (v.kind == VALUE_STR && split_line(v.u.str, &type, &kind, &rest))
		return load_kind(l, type, kind, rest, out);
	if (v.kind == VALUE_STR && is_image)
		return load_string(l, v.u.str, out);
	if (v.kind == VALUE_DICT) {
		ok = load_map(l, v, out, &done);
		if (done)
			return ok;
	}
	if (is_image && v.kind != VALUE_LIST) {
		err_set(l->e, ERR_CONFIG, "An image is asked for and %s is given.",
			value_kind_words(v.kind));
		return err_hint(l->e, "Give a path, a URL, base64, or a map such as "
				      "{\"data:image/png;path\": \"logo.png\"}.");
	}
	*out = v;
	if (v.kind != VALUE_LIST && v.kind != VALUE_DICT)
		return true;
	if (++l->depth > 256)
		return err_set(l->e, ERR_LIMIT, "An input is nested deeper than 256.");
	ok = v.kind == VALUE_LIST ? load_list(l, v, is_image, out) : load_dict(l, v, out);
	l->depth--;
	return ok;
}

bool images_load(struct arena *a, const struct image_source *from, struct value v, bool is_image,
	struct image_set *set, struct value *out, struct err *e)
{
	struct load l = {.arena = a, .from = from, .set = set, .e = e};
	return load_any(&l, v, is_image, out);
}

/* "![image]({{ name }})" at AT, with white space around image and name; its end, or 0. */
static size_t match_decorated(struct str s, size_t at, struct str *name)
{
	if (!starts(s, at, "![", 2))
		return 0;
	at = space_skip(s, at + 2);
	if (!starts(s, at, "image", 5))
		return 0;
	at = space_skip(s, at + 5);
	if (!starts(s, at, "]({{", 4))
		return 0;
	size_t from = space_skip(s, at + 4);
	size_t to = from;
	while (to < s.len && space_at(s, to) == 0 && s.at[to] != '{' && s.at[to] != '}')
		to++;
	size_t close = space_skip(s, to);
	if (to == from || !starts(s, close, "}})", 3))
		return 0;
	*name = str_slice(s, from, to);
	return close + 3;
}

struct str images_in_template(struct arena *a, struct str template)
{
	struct buf b = BUF_INIT(SIZE_MAX / 2);
	size_t done = 0;
	for (size_t at = 0; (at = str_find(template, STR("!["), at)) != SIZE_MAX;) {
		struct str name;
		size_t end = match_decorated(template, at, &name);
		if (end == 0) {
			at++;
			continue;
		}
		buf_add_str(&b, str_slice(template, done, at));
		/* Line breaks as expressions: the template keeps its line numbers. */
		buf_add_format(&b, "{{ \"\\n\" }}{{ %.*s }}{{ \"\\n\" }}", STR_ARG(name));
		done = at = end;
	}
	if (done == 0)
		return template;
	buf_add_str(&b, str_slice(template, done, template.len));
	struct str out = str_copy(a, buf_str(&b));
	buf_free(&b);
	return out;
}
