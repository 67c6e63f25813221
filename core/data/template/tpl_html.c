/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_html.h"

#include "core/data/template/tpl_chars.h"
#include "core/data/template/tpl_text.h"

#include <string.h>

static const char *entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '\'': return "&#39;";
	case '"': return "&#34;";
	default: return NULL;
	}
}

bool tpl_escape(struct render *r, struct str s, struct str *out)
{
	size_t at = 0;
	while (at < s.len && entity(s.at[at]) == NULL)
		at++;
	*out = s;
	if (at == s.len)
		return true;
	struct buf b = BUF_INIT(TPL_TEXT_MAX);
	for (size_t i = 0; i < s.len; i++) {
		const char *e = entity(s.at[i]);
		if (e != NULL)
			buf_add_cstr(&b, e);
		else
			buf_add_char(&b, s.at[i]);
	}
	return tpl_take(r, &b, out);
}

bool tpl_escape_item(struct render *r, struct item item, struct item *out)
{
	struct str s;
	if (item.kind == ITEM_STR && item.safe) {
		*out = item;
		return true;
	}
	if (!tpl_to_str(r, item, &s) || !tpl_escape(r, s, &s))
		return false;
	*out = tpl_markup(s);
	return true;
}

static const struct html_entity *find_entity(struct str name)
{
	size_t low = 0, high = tpl_entities_len;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_compare(str_from(tpl_entities[middle].name), name);
		if (order == 0)
			return &tpl_entities[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* "&#34;" and "&#x22;" after the "&#"; the bytes used, or 0. */
static size_t number_entity(struct str s, uint32_t *code)
{
	bool hex = s.len > 0 && (s.at[0] == 'x' || s.at[0] == 'X');
	size_t at = hex ? 1 : 0, from = at;
	uint64_t n = 0;
	for (; at < s.len && at < 12; at++) {
		char c = s.at[at];
		int d = c >= '0' && c <= '9'			    ? c - '0'
			: hex && (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
								    : -1;
		if (d < 0)
			break;
		n = n * (hex ? 16 : 10) + (unsigned)d;
	}
	if (at == from)
		return 0;
	*code = n == 0 || n > 0x10FFFF || (n >= 0xD800 && n < 0xE000) ? 0xFFFD : (uint32_t)n;
	return at < s.len && s.at[at] == ';' ? at + 1 : at;
}

/* A named entity after the "&"; the bytes used, or 0. The longest name without its semicolon
 * counts too, as in browsers. */
static size_t named_entity(struct str s, uint32_t *code)
{
	size_t len = 0;
	while (len < s.len && len < 9 && tpl_is_alnum((unsigned char)s.at[len]) &&
		(unsigned char)s.at[len] < 0x80)
		len++;
	const struct html_entity *e = find_entity(str_slice(s, 0, len));
	if (e != NULL && len < s.len && s.at[len] == ';') {
		*code = e->code;
		return len + 1;
	}
	for (; len > 1; len--) {
		e = find_entity(str_slice(s, 0, len));
		if (e != NULL && e->bare) {
			*code = e->code;
			return len;
		}
	}
	return 0;
}

struct str tpl_unescape(struct arena *a, struct str s)
{
	char *to = arena_alloc(a, s.len + 1, 1);
	size_t n = 0;
	for (size_t at = 0; at < s.len;) {
		uint32_t code = 0;
		size_t used = 0;
		if (s.at[at] == '&' && at + 1 < s.len && s.at[at + 1] == '#')
			used = number_entity(str_slice(s, at + 2, s.len), &code);
		if (used > 0)
			used += 1;
		else if (s.at[at] == '&')
			used = named_entity(str_slice(s, at + 1, s.len), &code);
		if (used == 0) {
			to[n++] = s.at[at++];
			continue;
		}
		n += tpl_encode(code, to + n); /* an entity is never shorter than its character */
		at += used + 1;
	}
	return (struct str){to, n};
}
