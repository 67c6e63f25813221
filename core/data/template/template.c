/* SPDX-License-Identifier: MIT */
#include "core/data/template/template.h"

#include "core/base/alloc.h"
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_load.h"
#include "core/data/template/tpl_parser.h"
#include "core/data/template/tpl_template.h"

#include <stdlib.h>

/* Enough for most renders: one allocation. */
enum { FIRST_BLOCK = 32 << 10 };

struct template_options template_options_flow(void)
{
	return (struct template_options){.trim_blocks = true, .keep_trailing_newline = true};
}

struct template_options template_options_raw(void)
{
	return (struct template_options){.root = NULL};
}

static struct template *template_new(const char *name, const struct template_options *options)
{
	struct template *t = xcalloc(1, sizeof *t);
	t->arena = (struct arena)ARENA_INIT;
	t->name = str_cstr(&t->arena, str_from(name != NULL ? name : "template"));
	t->options = *options;
	if (options->root != NULL)
		t->options.root = str_cstr(&t->arena, str_from(options->root));
	if (t->options.fuel == 0)
		t->options.fuel = TEMPLATE_FUEL;
	return t;
}

struct template *template_compile(
	struct str source, const char *name, const struct template_options *options, struct err *e)
{
	struct template *t = template_new(name, options);
	struct parser p = {.arena = &t->arena, .name = t->name, .err = e};
	bool ok = source.len <= TEMPLATE_SOURCE_MAX;
	if (!ok) {
		err_set(e, ERR_LIMIT, "The template is longer than %d MiB.",
			TEMPLATE_SOURCE_MAX >> 20);
		err_place(e, t->name, 0, 0);
	} else {
		tpl_lexer_init(&p.lexer, &t->arena, source, t->name, &t->options, e);
		ok = tpl_parse(&p, &t->body) && tpl_compile(t, e);
	}
	if (ok)
		return t;
	template_free(t);
	return NULL;
}

void template_free(struct template *t)
{
	if (t == NULL)
		return;
	arena_release(&t->arena);
	free(t);
}

const char *tpl_template_name(const struct template *t)
{
	return t->name;
}

const struct str *template_variables(const struct template *t, size_t *count)
{
	*count = t->nvariables;
	return t->variables;
}

bool template_render(const struct template *t, struct value context, struct buf *out, struct err *e)
{
	struct arena arena = {.next_size = FIRST_BLOCK};
	struct err own = ERR_INIT;
	struct render r = {
		.arena = &arena,
		.err = e != NULL ? e : &own,
		.options = &t->options,
		.fuel = t->options.fuel,
		.out = out,
		.template = t,
	};
	size_t before = out->len, max = out->max;
	if (max == 0 || max > before + TEMPLATE_OUTPUT_MAX)
		out->max = before + TEMPLATE_OUTPUT_MAX;
	struct dict *vars = tpl_dict_new(&r);
	if (context.kind == VALUE_DICT)
		vars->source = context.u.dict;
	r.context = tpl_context_new(&r, tpl_dict_open(&r, vars), t);
	bool ok = tpl_render_root(&r, t);
	out->max = max;
	if (!ok) {
		err_place(r.err, t->name, 1, 1);
		out->len = before;
		out->full = false;
		if (out->at != NULL)
			out->at[before] = '\0';
	}
	tpl_loaded_free(&r);
	arena_release(&arena);
	return ok;
}
