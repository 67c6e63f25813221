/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_symbols.h"

#include <string.h>

struct symbols *tpl_symbols_new(
	struct arena *a, struct symbols *parent, struct function *function, unsigned tag)
{
	struct symbols *s = ARENA_NEW(a, struct symbols);
	s->parent = parent;
	s->function = function;
	s->level = parent != NULL ? parent->level + 1 : 0;
	s->tag = tag;
	return s;
}

static struct symbol *find_here(const struct symbols *s, struct str name)
{
	for (size_t i = 0; i < s->len; i++)
		if (str_eq(s->at[i].name, name))
			return &s->at[i];
	return NULL;
}

const struct symbols *tpl_symbols_find(const struct symbols *s, struct str name)
{
	for (; s != NULL; s = s->parent)
		if (find_here(s, name) != NULL)
			return s;
	return NULL;
}

static struct symbol *define(
	struct arena *a, struct symbols *s, struct str name, enum load_kind kind)
{
	struct symbol *there = find_here(s, name);
	if (there == NULL && s->len == SYMBOLS_MAX) {
		s->full = true;
		there = &s->at[SYMBOLS_MAX - 1];
	}
	if (there == NULL) {
		s->at = arena_reserve(a, s->at, s->len, &s->cap, s->len + 1, sizeof *s->at);
		there = &s->at[s->len++];
		*there = (struct symbol){.name = name};
	}
	there->kind = kind;
	return there;
}

void tpl_symbols_parameter(struct arena *a, struct symbols *s, struct str name)
{
	define(a, s, name, LOAD_PARAMETER)->stored = true;
}

void tpl_symbols_load(struct arena *a, struct symbols *s, struct str name)
{
	if (tpl_symbols_find(s, name) == NULL)
		define(a, s, name, LOAD_RESOLVE);
}

static void store(struct arena *a, struct symbols *s, struct str name)
{
	struct symbol *there = find_here(s, name);
	if (there == NULL) {
		const struct symbols *outer = tpl_symbols_find(s->parent, name);
		there = define(a, s, name, outer != NULL ? LOAD_ALIAS : LOAD_UNDEFINED);
		there->alias = outer;
	}
	there->stored = true;
}

/* What is going through a scope. */
struct seer {
	struct arena *arena;
	struct symbols *symbols;
	bool parameters; /* names assigned are the scope's parameters */
};

static bool see(void *self, struct node *n);

static struct symbols *branch_copy(struct seer *s)
{
	struct symbols *copy = ARENA_NEW(s->arena, struct symbols);
	*copy = *s->symbols;
	copy->at = NULL;
	copy->cap = 0;
	if (copy->len > 0) {
		copy->at = arena_reserve(
			s->arena, NULL, 0, &copy->cap, copy->len + 4, sizeof *copy->at);
		memcpy(copy->at, s->symbols->at, copy->len * sizeof *copy->at);
	}
	return copy;
}

/* In how many of the branches NAME is assigned. */
static unsigned count_stores(struct symbols *const branches[3], struct str name)
{
	unsigned n = 0;
	for (size_t i = 0; i < 3; i++) {
		const struct symbol *there = find_here(branches[i], name);
		n += there != NULL && there->stored;
	}
	return n;
}

/* After the branches of an if: a name that not all of them assign may still have its old value. */
static void merge_branches(struct seer *s, struct symbols *const branches[3])
{
	struct symbols *into = s->symbols;
	into->full |= branches[0]->full || branches[1]->full || branches[2]->full;
	const struct symbols before = *branch_copy(s);
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < branches[i]->len; k++) {
			const struct symbol *from = &branches[i]->at[k];
			struct symbol *to = define(s->arena, into, from->name, from->kind);
			bool stored = to->stored || from->stored;
			*to = *from;
			to->stored = stored;
		}
	for (size_t i = 0; i < into->len; i++) {
		struct symbol *to = &into->at[i];
		const struct symbol *old = find_here(&before, to->name);
		if (!to->stored || (old != NULL && old->stored) ||
			count_stores(branches, to->name) == 3)
			continue;
		to->alias = tpl_symbols_find(into->parent, to->name);
		to->kind = to->alias != NULL ? LOAD_ALIAS : LOAD_RESOLVE;
	}
}

/* COUNT branches of an if from FROM on; with their tests. */
static void see_if(struct seer *s, const struct branches *all, size_t from, bool alone)
{
	struct symbols *mine = s->symbols, *branches[3];
	size_t len = all->len;
	bool has_else = !alone && len > 0 && all->at[len - 1].test == NULL;
	see(s, all->at[from].test);
	branches[0] = s->symbols = branch_copy(s);
	tpl_children_body(&all->at[from].body, see, s);
	s->symbols = mine;
	branches[1] = s->symbols = branch_copy(s);
	for (size_t i = from + 1; !alone && i < len - (has_else ? 1 : 0); i++)
		see_if(s, all, i, true);
	s->symbols = mine;
	branches[2] = s->symbols = branch_copy(s);
	if (has_else)
		tpl_children_body(&all->at[len - 1].body, see, s);
	s->symbols = mine;
	merge_branches(s, branches);
}

static void see_from(struct seer *s, const struct load_template *l)
{
	see(s, l->name);
	for (size_t i = 0; i < l->len; i++)
		store(s->arena, s->symbols, l->names[i].alias.text);
}

static void see_name(struct seer *s, const struct node *n)
{
	if (!n->u.name.store)
		tpl_symbols_load(s->arena, s->symbols, n->u.name.text);
	else if (s->parameters)
		tpl_symbols_parameter(s->arena, s->symbols, n->u.name.text);
	else
		store(s->arena, s->symbols, n->u.name.text);
}

/* One node of a scope. What has a scope of its own is only seen from outside. */
static bool see(void *self, struct node *n)
{
	struct seer *s = self;
	switch ((enum node_kind)n->kind) {
	case NODE_NAME: see_name(s, n); return true;
	case NODE_NSREF: tpl_symbols_load(s->arena, s->symbols, n->u.name.text); return true;
	case NODE_IF: see_if(s, &n->u.branches, 0, false); return true;
	case NODE_MACRO: store(s->arena, s->symbols, n->u.macro->name); return true;
	case NODE_IMPORT:
		see(s, n->u.load->name);
		store(s->arena, s->symbols, n->u.load->alias.text);
		return true;
	case NODE_FROM: see_from(s, n->u.load); return true;
	case NODE_SET: return see(s, n->u.set->value) && see(s, n->u.set->target);
	case NODE_SET_BLOCK: return see(s, n->u.set->target);
	case NODE_FOR: return see(s, n->u.loop->iter);
	case NODE_CALL_BLOCK: return see(s, n->u.macro->call);
	case NODE_FILTER_BLOCK:
		if (n->u.filtered->filter == NULL)
			return tpl_children_body(&n->u.filtered->body, see, s);
		return see(s, n->u.filtered->filter);
	case NODE_WITH:
		for (size_t i = 0; i < n->u.with->len; i++)
			see(s, n->u.with->values[i]);
		return true;
	case NODE_BLOCK: return true;
	default: return tpl_children(n, see, s);
	}
}

void tpl_symbols_body(struct arena *a, struct symbols *s, const struct body *body)
{
	struct seer seer = {.arena = a, .symbols = s};
	tpl_children_body(body, see, &seer);
}

void tpl_symbols_node(struct arena *a, struct symbols *s, const struct node *n)
{
	struct seer seer = {.arena = a, .symbols = s};
	struct node *child = (struct node *)(uintptr_t)n;
	see(&seer, child);
}

void tpl_symbols_for(
	struct arena *a, struct symbols *s, const struct for_loop *f, enum for_part part)
{
	struct seer seer = {.arena = a, .symbols = s, .parameters = part != FOR_ELSE};
	if (part == FOR_ELSE) {
		tpl_symbols_body(a, s, &f->otherwise);
		return;
	}
	see(&seer, f->target);
	seer.parameters = false;
	if (part == FOR_BODY)
		tpl_children_body(&f->body, see, &seer);
	else
		see(&seer, f->test);
}

void tpl_symbols_macro(struct arena *a, struct symbols *s, const struct macro *m)
{
	struct seer seer = {.arena = a, .symbols = s, .parameters = true};
	for (size_t i = 0; i < m->len; i++)
		see(&seer, m->params[i]);
	seer.parameters = false;
	for (size_t i = 0; i < m->ndefaults; i++)
		see(&seer, m->defaults[i]);
	tpl_children_body(&m->body, see, &seer);
}

void tpl_symbols_with(struct arena *a, struct symbols *s, const struct with *w)
{
	struct seer seer = {.arena = a, .symbols = s, .parameters = true};
	for (size_t i = 0; i < w->len; i++)
		see(&seer, w->targets[i]);
	seer.parameters = false;
	tpl_children_body(&w->body, see, &seer);
}

struct slot tpl_symbols_slot(
	struct arena *a, const struct function *from, const struct symbols *of, struct str name)
{
	struct slot slot = {0, 0};
	struct function *owner = of->function;
	for (; from != owner && from != NULL; from = from->outer)
		slot.hops++;
	for (struct named_slot *n = owner->named; n != NULL; n = n->next)
		if (n->level == of->level && n->tag == of->tag && str_eq(n->name, name)) {
			slot.at = n->slot;
			return slot;
		}
	struct named_slot *fresh = ARENA_NEW(a, struct named_slot);
	*fresh = (struct named_slot){
		owner->named, name, of->level, of->tag, (uint16_t)owner->slots++};
	owner->named = fresh;
	slot.at = fresh->slot;
	return slot;
}
