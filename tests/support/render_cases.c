/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"
#include "core/data/template/template.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Renders many templates: a JSON object a line in, one a line out.
 * In: {"source", "name", "vars", "options": {"trim_blocks", ...}, "root"}
 * Out: {"text", "variables"} or {"error", "where", "line", "code"}
 */

static struct template_options options_of(struct arena *a, struct value request)
{
	struct template_options o = template_options_raw();
	const struct value *given = value_get_cstr(request, "options");
	struct str root = value_get_str(request, "root", STR_NONE);
	if (given != NULL) {
		o.trim_blocks = value_get_bool(*given, "trim_blocks", false);
		o.lstrip_blocks = value_get_bool(*given, "lstrip_blocks", false);
		o.keep_trailing_newline = value_get_bool(*given, "keep_trailing_newline", false);
		o.strict = value_get_bool(*given, "strict", false);
		o.fuel = (uint64_t)value_get_int(*given, "fuel", 0);
	}
	if (root.len > 0)
		o.root = str_cstr(a, root);
	return o;
}

static int64_t line_of(struct arena *a, const struct err *e)
{
	struct str rest = str_from(e->where), part, before = STR_NONE;
	int64_t line = 0;
	do {
		part = str_cut(rest, ':', &rest);
		if (rest.at == NULL)
			break;
		before = part;
	} while (true);
	(void)a;
	return str_to_int(before, &line) ? line : 0;
}

static bool render(
	struct arena *a, struct value request, struct buf *out, struct value answer, struct err *e)
{
	struct template_options options = options_of(a, request);
	struct str name = value_get_str(request, "name", STR("case"));
	const struct value *vars = value_get_cstr(request, "vars");
	struct template *t = template_compile(
		value_get_str(request, "source", STR_NONE), str_cstr(a, name), &options, e);
	if (t == NULL)
		return false;
	size_t count;
	const struct str *names = template_variables(t, &count);
	struct value list = value_list(a);
	for (size_t i = 0; i < count; i++)
		value_push(list, value_str(str_copy(a, names[i])));
	value_set(answer, STR("variables"), list);
	bool ok = template_render(t, vars != NULL ? *vars : value_none(), out, e);
	template_free(t);
	return ok;
}

static void answer(struct arena *a, struct str line)
{
	struct value request, reply = value_dict(a);
	struct err e = ERR_INIT;
	struct buf out = BUF_INIT(0);
	if (!json_read(a, line, "request", &request, &e)) {
		fprintf(stderr, "%s\n", e.text);
		exit(2);
	}
	if (render(a, request, &out, reply, &e)) {
		value_set(reply, STR("text"), value_str(buf_str(&out)));
	} else {
		value_set(reply, STR("error"), value_cstr(e.text));
		value_set(reply, STR("where"), value_cstr(e.where));
		value_set(reply, STR("line"), value_int(line_of(a, &e)));
		value_set(reply, STR("code"), value_cstr(err_code_word(e.code)));
	}
	struct str text = json_text(a, reply, JSON_COMPACT);
	fwrite(text.at, 1, text.len, stdout);
	fputc('\n', stdout);
	fflush(stdout);
	buf_free(&out);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	while ((len = getline(&line, &size, stdin)) > 0) {
		struct arena a = ARENA_INIT;
		answer(&a, (struct str){line, (size_t)len});
		arena_release(&a);
	}
	free(line);
	return 0;
}
