/* SPDX-License-Identifier: MIT */
#include "core/model/wire_curl.h"

#include "core/base/buf.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { ARGUMENT_MOST = 60000 /* bytes: systems take 128 KiB in one argument */ };

/* 'TEXT', with each ' as '\''. */
static void add_quoted(struct buf *out, struct str text)
{
	buf_add_char(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\'')
			buf_add_cstr(out, "'\\''");
		else
			buf_add_char(out, text.at[i]);
	}
	buf_add_char(out, '\'');
}

/* Inside double quotes. */
static void add_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] != '\0' && strchr("\\\"$`", text.at[i]) != NULL)
			buf_add_char(out, '\\');
		buf_add_char(out, text.at[i]);
	}
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.at[i]) && s.at[i] != '_')
			return false;
	return s.len > 0 && !isdigit((unsigned char)s.at[0]);
}

/* The shell's variable that holds the key. */
static struct str variable_of(struct str secret)
{
	const struct str name = str_slice(secret, 4, secret.len);

	return str_starts(secret, STR("env:")) && is_name(name) ? name : STR("KEY");
}

/* What fills $KEY. */
static void add_filling(struct buf *out, struct str secret)
{
	struct str words;

	if (secret.len == 0 || !str_is(variable_of(secret), "KEY") || str_is(secret, "env:KEY"))
		return;
	str_cut(secret, ':', &words);
	if (str_starts(secret, STR("cmd:"))) {
		buf_add_cstr(out, "KEY=\"$(");
		for (bool first = true; words.len > 0;) {
			const struct str word = str_cut(words, ' ', &words);
			if (word.len == 0)
				continue;
			buf_add_cstr(out, first ? "" : " ");
			add_quoted(out, word);
			first = false;
		}
		buf_add_cstr(out, ")\"\n");
	} else if (str_starts(secret, STR("file:~/"))) {
		buf_add_cstr(out, "KEY=\"$(cat \"$HOME\"/");
		add_quoted(out, str_slice(words, 2, words.len));
		buf_add_cstr(out, ")\"\n");
	} else if (str_starts(secret, STR("file:"))) {
		buf_add_cstr(out, "KEY=\"$(cat ");
		add_quoted(out, words);
		buf_add_cstr(out, ")\"\n");
	} else {
		buf_add_cstr(out, "KEY=  # put the key here: ");
		for (size_t i = 0; i < secret.len; i++)
			buf_add_char(out, (unsigned char)secret.at[i] < ' ' ? ' ' : secret.at[i]);
		buf_add_char(out, '\n');
	}
}

static void add_header(struct buf *out, const struct model_wire *w, const struct value_entry *entry)
{
	const struct str name = entry->key.u.str, value = entry->value.u.str;
	const bool is_key =
		w->secret.len > 0 && str_eq(name, w->key_header) && str_ends(value, w->secret);

	buf_add_cstr(out, " \\\n  -H ");
	if (!is_key) {
		struct buf line = BUF_INIT(0);
		buf_add_format(&line, "%.*s: %.*s", STR_ARG(name), STR_ARG(value));
		add_quoted(out, buf_str(&line));
		buf_free(&line);
		return;
	}
	buf_add_char(out, '"');
	add_escaped(out, name);
	buf_add_cstr(out, ": ");
	add_escaped(out, str_slice(value, 0, value.len - w->secret.len));
	buf_add_format(out, "$%.*s\"", STR_ARG(variable_of(w->secret)));
}

/* As an argument, or from a here-document when it is too long for one. */
static void add_body(struct buf *out, struct str body)
{
	int number = 0;
	char mark[32] = "BODY";

	if (body.len == 0) {
		buf_add_char(out, '\n');
		return;
	}
	if (body.len <= ARGUMENT_MOST) {
		buf_add_cstr(out, " \\\n  --data-raw ");
		add_quoted(out, body);
		buf_add_char(out, '\n');
		return;
	}
	while (str_find(body, str_from(mark), 0) != SIZE_MAX && number < 1000000)
		snprintf(mark, sizeof mark, "BODY_%d", ++number);
	buf_add_format(out, " \\\n  --data-binary @- <<'%s'\n", mark);
	buf_add_str(out, body);
	buf_add_format(out, "\n%s\n", mark);
}

struct str wire_curl(struct arena *a, const struct model_wire *w)
{
	struct buf out = BUF_INIT(0);

	if (w->url.len == 0)
		return STR("");
	add_filling(&out, w->secret);
	buf_add_cstr(&out, "curl -sSN");
	if (!str_is(w->method, w->body.len > 0 ? "POST" : "GET"))
		buf_add_format(&out, " -X %.*s", STR_ARG(w->method));
	buf_add_char(&out, ' ');
	add_quoted(&out, w->url);
	for (size_t i = 0; w->headers.kind == VALUE_DICT && i < w->headers.u.dict->len; i++)
		add_header(&out, w, &w->headers.u.dict->entries[i]);
	add_body(&out, w->body);
	const struct str text = str_copy(a, buf_str(&out));
	buf_free(&out);
	return text;
}
