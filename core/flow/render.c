/* SPDX-License-Identifier: MIT */
#include "core/flow/render.h"

#include "core/data/template/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void render_move_place(const struct render_source *from, struct err *e)
{
	size_t len = strlen(from->path);
	if (from->lines_before == 0 || strncmp(e->where, from->path, len) != 0 ||
		e->where[len] != ':')
		return;
	char *end;
	unsigned long line = strtoul(e->where + len + 1, &end, 10);
	unsigned long column = *end == ':' ? strtoul(end + 1, NULL, 10) : 0;
	e->where[0] = '\0';
	err_place(e, from->path, (unsigned)line + from->lines_before, (unsigned)column);
}

static bool check_names(const struct template *t, const struct render_source *from,
	bool (*taken)(struct str name), struct err *e)
{
	size_t count;
	const struct str *names = template_variables(t, &count);
	for (size_t i = 0; taken != NULL && i < count; i++) {
		if (!taken(names[i]))
			continue;
		err_set(e, ERR_CONFIG,
			"The template uses the variable \"%.*s\", which is the name "
			"of a model parameter.",
			STR_ARG(names[i]));
		err_hint(e, "Rename the variable in the template and in the node's inputs.");
		return err_place(e, from->path, 0, 0);
	}
	return true;
}

bool render_may_read(const struct render_source *from, struct str name)
{
	struct template_options options = template_options_flow();
	struct err ignored = ERR_INIT;
	if (str_find(from->template, STR("include"), 0) != SIZE_MAX ||
		str_find(from->template, STR("extends"), 0) != SIZE_MAX)
		return true;
	options.root = from->root;
	struct template *t = template_compile(from->template, from->path, &options, &ignored);
	if (t == NULL)
		return true;
	size_t count;
	const struct str *names = template_variables(t, &count);
	bool found = false;
	for (size_t i = 0; i < count && !found; i++)
		found = str_eq(names[i], name);
	template_free(t);
	return found;
}

bool render(struct arena *a, const struct render_source *from, struct value variables,
	bool (*taken)(struct str name), struct str *out, struct err *e)
{
	struct template_options options = template_options_flow();
	options.root = from->root;
	struct template *t = template_compile(from->template, from->path, &options, e);
	if (t == NULL) {
		render_move_place(from, e);
		return false;
	}
	struct buf b = BUF_INIT(TEMPLATE_OUTPUT_MAX);
	bool ok = check_names(t, from, taken, e);
	if (ok && !template_render(t, variables, &b, e)) {
		render_move_place(from, e);
		ok = false;
	}
	*out = ok ? str_copy(a, buf_str(&b)) : STR_NONE;
	buf_free(&b);
	template_free(t);
	return ok;
}
