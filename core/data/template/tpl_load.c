/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_load.h"
#include "core/base/file.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_template.h"
#include "core/data/template/tpl_text.h"

/* include, import, extends and blocks. */

/* A template read in this render. */
struct loaded {
	struct str name;
	struct template *template;
	const struct module *module; /* imported without context; made once */
	struct loaded *next;
};

void tpl_loaded_free(struct render *r)
{
	for (struct loaded *l = r->loaded; l != NULL; l = l->next)
		template_free(l->template);
	r->loaded = NULL;
}

static bool load_name(struct render *r, struct str name, struct loaded **out, bool *missing)
{
	struct str source;
	*missing = false;
	for (struct loaded *l = r->loaded; l != NULL; l = l->next)
		if (str_eq(l->name, name)) {
			*out = l;
			return true;
		}
	if (r->options->root == NULL)
		return tpl_fail(r,
			"The template '%.*s' cannot be read: this template has no folder.",
			STR_ARG(str_slice(name, 0, 80)));
	const char *path = str_cstr(r->arena, name);
	while (*path == '/')
		path++;
	if (*path == '\0' || !file_read_under(r->arena, r->options->root, path, TEMPLATE_SOURCE_MAX,
				     &source, r->err)) {
		*missing = *path == '\0' || r->err == NULL || r->err->code == ERR_IO;
		if (*missing)
			tpl_fail(r, "There is no template '%.*s' to read here.",
				STR_ARG(str_slice(name, 0, 80)));
		return false;
	}
	struct template *t = template_compile(source, path, r->options, r->err);
	if (t == NULL)
		return false;
	struct loaded *l = ARENA_NEW(r->arena, struct loaded);
	*l = (struct loaded){str_copy(r->arena, name), t, NULL, r->loaded};
	r->loaded = l;
	*out = l;
	return true;
}

/* The first of several names that exists. */
static bool load_first(struct render *r, struct item names, struct loaded **out, bool *missing)
{
	struct iter it;
	struct item name;
	enum step s;
	if (!tpl_iter(r, names, &it))
		return false;
	while ((s = tpl_next(r, &it, &name)) == STEP_ITEM) {
		if (name.kind != ITEM_STR)
			return tpl_fail(r, "The names of templates must be strings.");
		if (load_name(r, name.u.str, out, missing))
			return true;
		if (!*missing)
			return false;
	}
	*missing = s == STEP_END;
	if (*missing)
		tpl_fail(r, "None of these templates can be read.");
	return false;
}

static bool load(struct render *r, const struct load_template *l, bool several, struct loaded **out,
	bool *missing)
{
	struct item name;
	*missing = false;
	if (!tpl_eval(r, l->name, &name))
		return false;
	if (name.kind == ITEM_UNDEFINED)
		return tpl_undefined_fail(r, name);
	if (name.kind == ITEM_STR)
		return load_name(r, name.u.str, out, missing);
	if (several && (name.kind == ITEM_LIST || name.kind == ITEM_TUPLE))
		return load_first(r, name, out, missing);
	return tpl_fail(r, "A template's name must be a string, not a value of type %s.",
		tpl_type_name(name));
}

static bool enter_load(struct render *r, const struct template *t)
{
	if (r->loads < TPL_LOADS_MAX) {
		r->loads++;
		return true;
	}
	tpl_limit(r, "More than %d templates are inside one another, '%s' the last of them.",
		TPL_LOADS_MAX, t->name);
	return err_hint(r->err, "Does a template include or extend itself?");
}

struct context *tpl_context_new(struct render *r, struct dict *parent, const struct template *t)
{
	struct context *c = ARENA_NEW(r->arena, struct context);
	c->vars = tpl_dict_new(r);
	c->exported = tpl_dict_new(r);
	c->parent = parent;
	c->template = t;
	tpl_blocks_add(r, c, t);
	return c;
}

/* All variables that are seen here: the context's and SCOPE's. */
static struct dict *everything(struct render *r, const struct scope *scope)
{
	struct dict *all = tpl_dict_copy(r, r->context->parent);
	const struct dict *vars = r->context->vars;
	for (size_t i = 0; i < vars->len; i++) {
		struct key key = tpl_key(vars->at[i].key.u.str);
		tpl_dict_put(r, all, &key, vars->at[i].value);
	}
	for (size_t i = 0; i < scope->nstores; i++) {
		struct item *value = tpl_slot(r, scope->stores[i].at);
		if (value->kind != ITEM_MISSING)
			tpl_dict_put(r, all, &scope->stores[i].name, *value);
	}
	return all;
}

struct block_list *tpl_blocks_find(const struct context *c, const struct key *name)
{
	struct block_list *b = c->blocks;
	while (b != NULL && (b->name.hash != name->hash || !str_eq(b->name.text, name->text)))
		b = b->next;
	return b;
}

void tpl_blocks_add(struct render *r, struct context *c, const struct template *t)
{
	for (size_t i = 0; i < t->nblocks; i++) {
		const struct block *b = t->blocks[i];
		struct block_list *list = tpl_blocks_find(c, &b->name);
		if (list == NULL) {
			list = ARENA_NEW(r->arena, struct block_list);
			list->name = b->name;
			list->next = c->blocks;
			c->blocks = list;
		}
		list->at = arena_reserve(
			r->arena, list->at, list->len, &list->cap, list->len + 1, sizeof *list->at);
		list->at[list->len++] = b;
	}
}

static struct item self_item(struct context *c)
{
	return (struct item){.kind = ITEM_SELF, .u.context = c};
}

static struct frame *frame_new(struct render *r, const struct function *f)
{
	struct frame *frame = ARENA_NEW(r->arena, struct frame);
	frame->slots = ARENA_ARRAY(r->arena, struct item, f->slots + 1);
	return frame;
}

bool tpl_render_root(struct render *r, const struct template *t)
{
	struct frame *frame = r->frame;
	const struct template *template = r->template, *parent = r->parent;
	bool ok = true;
	unsigned loads = r->loads;
	while (ok && t != NULL) {
		r->frame = frame_new(r, &t->root);
		r->template = t;
		r->parent = NULL;
		if (t->uses_self)
			r->frame->slots[t->self] = self_item(r->context);
		tpl_enter(r, &t->root.scope);
		ok = tpl_run(r, &t->body);
		t = r->parent;
		ok = ok && (t == NULL || enter_load(r, t));
	}
	r->loads = loads;
	r->frame = frame;
	r->template = template;
	r->parent = parent;
	return ok;
}

bool tpl_extends(struct render *r, const struct node *n)
{
	struct loaded *l;
	bool missing;
	if (r->parent != NULL)
		return tpl_fail(r, "A template can extend only one other.");
	if (!load(r, n->u.load, false, &l, &missing))
		return false;
	tpl_blocks_add(r, r->context, l->template);
	r->parent = l->template;
	return true;
}

/* Renders T in CONTEXT to the output. */
static bool run_in(struct render *r, const struct template *t, struct context *context)
{
	struct context *outer = r->context;
	if (!enter_load(r, t))
		return false;
	r->context = context;
	bool ok = tpl_render_root(r, t);
	r->context = outer;
	r->loads--;
	return ok;
}

static bool module_new(
	struct render *r, struct loaded *l, struct dict *parent, const struct module **out)
{
	struct module *m = ARENA_NEW(r->arena, struct module);
	size_t mark = tpl_mark(r);
	m->template = l->template;
	m->context = tpl_context_new(r, parent, l->template);
	if (!run_in(r, l->template, m->context) || !tpl_cut(r, mark, &m->body))
		return false;
	*out = m;
	return true;
}

static bool module_of(struct render *r, struct loaded *l, const struct load_template *how,
	const struct module **out)
{
	if (how->with_context)
		return module_new(r, l, everything(r, &how->around), out);
	if (l->module == NULL && !module_new(r, l, tpl_dict_new(r), &l->module))
		return false;
	*out = l->module;
	return true;
}

bool tpl_include(struct render *r, const struct node *n)
{
	const struct load_template *how = n->u.load;
	const struct module *m;
	struct loaded *l;
	bool missing;
	if (!load(r, how, true, &l, &missing)) {
		if (!missing || !how->ignore_missing)
			return false;
		err_clear(r->err);
		return true;
	}
	if (!how->with_context)
		return module_of(r, l, how, &m) && tpl_put(r, m->body);
	struct dict *all = everything(r, &how->around);
	return run_in(r, l->template, tpl_context_new(r, all, l->template));
}

static struct item exported(const struct module *m, const struct key *name)
{
	const struct item *value = NULL;
	if (tpl_dict_find(m->context->exported, name) != NULL)
		value = tpl_dict_find(m->context->vars, name);
	return value != NULL ? *value : (struct item){.kind = ITEM_MISSING};
}

bool tpl_module_attr(const struct module *m, struct str name, struct item *out)
{
	struct key key = tpl_key(name);
	*out = exported(m, &key);
	return out->kind != ITEM_MISSING;
}

/* A name that an import brings is seen below, but not exported again. */
static void bring(struct render *r, const struct load_template *how, struct slot to,
	const struct key *alias, struct item value)
{
	size_t at;
	*tpl_slot(r, to) = value;
	if (!how->exports)
		return;
	tpl_export(r, alias, value, false);
	if (tpl_dict_search(r, r->context->exported, tpl_str(alias->text), &at) && at != SIZE_MAX)
		tpl_dict_remove(r->context->exported, at);
}

bool tpl_import(struct render *r, const struct node *n)
{
	const struct load_template *how = n->u.load;
	const struct module *m = NULL;
	struct loaded *l;
	bool missing;
	if (!load(r, how, false, &l, &missing) || !module_of(r, l, how, &m))
		return false;
	if (n->kind == NODE_IMPORT) {
		struct item module = {.kind = ITEM_MODULE, .u.module = m};
		bring(r, how, how->to, &how->alias, module);
		return true;
	}
	for (size_t i = 0; i < how->len; i++) {
		const struct from_name *name = &how->names[i];
		struct item value = exported(m, &name->name);
		if (value.kind == ITEM_MISSING) {
			struct str hint = str_format(r->arena,
				"The template '%s' does not define '%.*s', which is imported from it.",
				l->template->name, STR_ARG(name->name.text));
			value = tpl_undefined_hint(r, hint.at);
		}
		bring(r, how, name->to, &name->alias, value);
	}
	return true;
}

struct item tpl_super(
	struct render *r, const struct block_list *list, size_t depth, struct context *context)
{
	if (list == NULL || depth + 1 >= list->len)
		return tpl_undefined_hint(r, "There is no parent block of this name.");
	struct block_value *v = ARENA_NEW(r->arena, struct block_value);
	*v = (struct block_value){list, depth + 1, context};
	return (struct item){.kind = ITEM_BLOCK, .u.block = v};
}

bool tpl_self_attr(struct render *r, struct context *context, struct str name, struct item *out)
{
	struct key key = tpl_key(name);
	const struct block_list *list = tpl_blocks_find(context, &key);
	if (list == NULL)
		return false;
	struct block_value *v = ARENA_NEW(r->arena, struct block_value);
	*v = (struct block_value){list, 0, context};
	*out = (struct item){.kind = ITEM_BLOCK, .u.block = v};
	return true;
}

static bool run_block(
	struct render *r, const struct block_list *list, size_t depth, struct context *context)
{
	const struct block *b = list->at[depth];
	struct frame *frame = r->frame;
	struct context *outer = r->context;
	const struct template *template = r->template;
	if (r->calls >= TPL_CALLS_MAX)
		return tpl_limit(
			r, "More than %d calls are going on inside one another.", TPL_CALLS_MAX);
	r->calls++;
	r->frame = frame_new(r, b->function);
	r->context = context;
	r->template = b->template;
	if (b->uses_self)
		r->frame->slots[b->self] = self_item(context);
	if (b->uses_super)
		r->frame->slots[b->super] = tpl_super(r, list, depth, context);
	tpl_enter(r, &b->function->scope);
	bool ok = tpl_run(r, &b->body);
	r->calls--;
	r->frame = frame;
	r->context = outer;
	r->template = template;
	return ok;
}

bool tpl_block(struct render *r, const struct node *n)
{
	const struct block *b = n->u.block;
	struct context *context = r->context;
	if (n->check && r->parent != NULL)
		return true;
	const struct block_list *list = tpl_blocks_find(context, &b->name);
	if (list == NULL)
		return tpl_fail(r, "There is no block '%.*s' here.", STR_ARG(b->name.text));
	if (b->required && list->len <= 1)
		return tpl_fail(r,
			"The required block '%.*s' is not defined by a template that "
			"extends this one.",
			STR_ARG(str_slice(b->name.text, 0, 80)));
	if (b->scoped) {
		context = ARENA_NEW(r->arena, struct context);
		*context = *r->context;
		context->parent = everything(r, &b->around);
		context->vars = tpl_dict_new(r);
		context->exported = tpl_dict_new(r);
	}
	return run_block(r, list, 0, context);
}

bool tpl_block_call(struct render *r, const struct block_value *b, struct item *out)
{
	size_t mark = tpl_mark(r);
	*out = tpl_str(STR_NONE);
	return run_block(r, b->list, b->depth, b->context) && tpl_cut(r, mark, &out->u.str);
}
