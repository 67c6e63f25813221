/* SPDX-License-Identifier: MIT */
#include "core/data/template/tpl_builtin.h"
#include "core/data/template/tpl_iterate.h"
#include "core/data/template/tpl_operate.h"
#include "core/data/template/tpl_template.h"

/* The for statement and its `loop`. */

struct loop {
	const struct for_loop *statement;
	struct frame *frame; /* recursive: what its function closes over */
	struct context *context;
	const struct template *template;
	struct item over;
	struct iter iter; /* with the statement's condition */
	struct iter plain; /* without it */
	struct frame *test_frame;
	struct list *rest; /* the items to come, once they had to be counted */
	size_t rest_at;
	int64_t index0;
	int64_t length; /* -1: not counted yet */
	int64_t depth0;
	struct item before, current, after;
	struct list *changed; /* the last arguments of changed() */
};

/* The target as a value: what a loop with a condition passes on. */
static struct item target_value(struct render *r, const struct node *target)
{
	if (target->kind != NODE_TUPLE)
		return *tpl_slot(r, target->u.name.at);
	struct list *l = tpl_list_new(r, target->u.list.len);
	for (size_t i = 0; i < target->u.list.len; i++)
		l->at[l->len++] = target_value(r, target->u.list.at[i]);
	return tpl_tuple_item(l);
}

static enum step next_tested(struct render *r, struct iter *it, struct item *out)
{
	struct loop *loop = it->state;
	const struct for_loop *f = loop->statement;
	struct item item, result;
	enum step s;
	struct frame *frame = r->frame;
	r->frame = loop->test_frame;
	while ((s = tpl_next(r, &loop->plain, &item)) == STEP_ITEM) {
		bool yes = false;
		if (!tpl_charge(r, 1) || !tpl_assign(r, f->test_target, item) ||
			!tpl_eval(r, f->test, &result) || !tpl_truth(r, result, &yes)) {
			s = STEP_FAILED;
			break;
		}
		if (yes) {
			*out = target_value(r, f->test_target);
			break;
		}
	}
	r->frame = frame;
	return s;
}

static bool begin(struct render *r, struct loop *loop)
{
	const struct for_loop *f = loop->statement;
	if (!tpl_iter(r, loop->over, &loop->plain))
		return false;
	loop->length = loop->index0 = -1;
	loop->iter = loop->plain;
	if (f->test == NULL)
		return true;
	tpl_enter(r, &f->test_scope);
	loop->test_frame = r->frame;
	loop->iter = (struct iter){.next = next_tested, .state = loop};
	return true;
}

static enum step fetch(struct render *r, struct loop *loop, struct item *out)
{
	if (loop->rest == NULL)
		return tpl_next(r, &loop->iter, out);
	if (loop->rest_at >= loop->rest->len)
		return STEP_END;
	*out = loop->rest->at[loop->rest_at++];
	return STEP_ITEM;
}

int tpl_loop_next(struct render *r, struct loop *loop, struct item *out)
{
	enum step s = STEP_ITEM;
	if (loop->after.kind != ITEM_MISSING) {
		*out = loop->after;
		loop->after.kind = ITEM_MISSING;
	} else {
		s = fetch(r, loop, out);
	}
	if (s != STEP_ITEM)
		return s;
	loop->index0++;
	loop->before = loop->current;
	loop->current = *out;
	return s;
}

static bool peek(struct render *r, struct loop *loop, bool *end)
{
	*end = false;
	if (loop->after.kind != ITEM_MISSING)
		return true;
	enum step s = fetch(r, loop, &loop->after);
	if (s != STEP_ITEM)
		loop->after.kind = ITEM_MISSING;
	*end = s == STEP_END;
	return s != STEP_FAILED;
}

/* How many items there are; what cannot be counted is read to its end first. */
static bool count(struct render *r, struct loop *loop)
{
	struct item item;
	enum step s;
	if (loop->length >= 0)
		return true;
	if (loop->statement->test == NULL && !tpl_count(r, loop->over, &loop->length))
		return false;
	if (loop->length >= 0)
		return true;
	struct list *rest = tpl_list_new(r, 0);
	while ((s = fetch(r, loop, &item)) == STEP_ITEM) {
		if (!tpl_charge(r, 1))
			return false;
		tpl_list_push(r, rest, item);
	}
	if (s == STEP_FAILED)
		return false;
	loop->rest = rest;
	loop->rest_at = 0;
	loop->length = (int64_t)rest->len + loop->index0 + 1 + (loop->after.kind != ITEM_MISSING);
	return true;
}

static bool loop_cycle(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	if (args->all->len == 0)
		return tpl_fail(r, "loop.cycle needs the items it is to go through.");
	*out = args->all->at[self.u.loop->index0 % (int64_t)args->all->len];
	return true;
}

static bool loop_changed(
	struct render *r, struct item self, const struct call_args *args, struct item *out)
{
	struct loop *loop = self.u.loop;
	struct list *now = tpl_list_new(r, args->all->len);
	bool same = false;
	for (size_t i = 0; i < args->all->len; i++)
		now->at[now->len++] = args->all->at[i];
	if (loop->changed != NULL &&
		!tpl_equal(r, tpl_tuple_item(loop->changed), tpl_tuple_item(now), &same))
		return false;
	loop->changed = now;
	*out = tpl_bool(!same);
	return true;
}

static bool neighbour(struct render *r, struct loop *loop, bool next, struct item *out)
{
	bool end;
	if (!next) {
		*out = loop->index0 == 0
			       ? tpl_undefined_hint(r, "There is no previous item in this loop.")
			       : loop->before;
		return true;
	}
	if (!peek(r, loop, &end))
		return false;
	*out = end ? tpl_undefined_hint(r, "There is no next item in this loop.") : loop->after;
	return true;
}

enum loop_field tpl_loop_field(struct str name)
{
	static const char *const names[] = {"", "index", "index0", "revindex", "revindex0", "first",
		"last", "length", "depth", "depth0", "previtem", "nextitem", "cycle", "changed"};
	for (size_t i = 1; i < sizeof names / sizeof names[0]; i++)
		if (name.len > 0 && names[i][0] == name.at[0] && str_is(name, names[i]))
			return (enum loop_field)i;
	return LOOP_NONE;
}

static struct item bound(struct render *r, struct loop *loop, const struct method *m)
{
	struct bound *b = ARENA_NEW(r->arena, struct bound);
	b->self = (struct item){.kind = ITEM_LOOP, .u.loop = loop};
	b->method = m;
	return (struct item){.kind = ITEM_BOUND, .u.bound = b};
}

static bool counted(struct render *r, struct loop *loop, enum loop_field field, struct item *out)
{
	bool end;
	switch (field) {
	case LOOP_LAST:
		if (!peek(r, loop, &end))
			return false;
		*out = tpl_bool(end);
		return true;
	case LOOP_REVINDEX:
		if (!count(r, loop))
			return false;
		*out = tpl_int(loop->length - loop->index0);
		return true;
	case LOOP_REVINDEX0:
		if (!count(r, loop))
			return false;
		*out = tpl_int(loop->length - loop->index0 - 1);
		return true;
	default:
		if (!count(r, loop))
			return false;
		*out = tpl_int(loop->length);
		return true;
	}
}

bool tpl_loop_get(struct render *r, struct loop *loop, enum loop_field field, struct item *out)
{
	static const struct method cycle = {"cycle", loop_cycle, CLASS_OTHER, 0, 0, true, NULL};
	static const struct method changed = {
		"changed", loop_changed, CLASS_OTHER, 0, 0, true, NULL};
	switch (field) {
	case LOOP_INDEX: *out = tpl_int(loop->index0 + 1); return true;
	case LOOP_INDEX0: *out = tpl_int(loop->index0); return true;
	case LOOP_FIRST: *out = tpl_bool(loop->index0 == 0); return true;
	case LOOP_DEPTH: *out = tpl_int(loop->depth0 + 1); return true;
	case LOOP_DEPTH0: *out = tpl_int(loop->depth0); return true;
	case LOOP_PREVITEM: return neighbour(r, loop, false, out);
	case LOOP_NEXTITEM: return neighbour(r, loop, true, out);
	case LOOP_CYCLE: *out = bound(r, loop, &cycle); return true;
	case LOOP_CHANGED: *out = bound(r, loop, &changed); return true;
	default: return counted(r, loop, field, out);
	}
}

/* Goes through the items in the current frame. */
static bool run(struct render *r, struct loop *loop)
{
	const struct for_loop *f = loop->statement;
	struct item item;
	bool any = false;
	enum step s;
	if (!begin(r, loop))
		return false;
	while ((s = (enum step)tpl_loop_next(r, loop, &item)) == STEP_ITEM) {
		any = true;
		if (!tpl_charge(r, 1) || !tpl_assign(r, f->target, item))
			return false;
		if (f->extended)
			*tpl_slot(r, f->loop) = (struct item){.kind = ITEM_LOOP, .u.loop = loop};
		tpl_enter(r, &f->scope);
		if (!tpl_run(r, &f->body))
			return false;
	}
	if (s == STEP_FAILED)
		return false;
	if (f->function == NULL)
		tpl_leave(r, &f->scope);
	if (any || f->otherwise.len == 0)
		return true;
	tpl_enter(r, &f->else_scope);
	if (!tpl_run(r, &f->otherwise))
		return false;
	tpl_leave(r, &f->else_scope);
	return true;
}

static bool enough_calls(struct render *r)
{
	return r->calls < TPL_CALLS_MAX ||
	       tpl_limit(r, "More than %d calls are going on inside one another.", TPL_CALLS_MAX);
}

/* A recursive loop's function: a frame of its own, its text as the result. */
static bool call_recursive(struct render *r, const struct loop *like, struct item over,
	int64_t depth, struct item *out)
{
	struct loop *loop = ARENA_NEW(r->arena, struct loop);
	struct frame frame = {NULL, like->frame}, *caller = r->frame;
	struct context *context = r->context;
	const struct template *template = r->template;
	size_t mark = tpl_mark(r);
	if (!enough_calls(r))
		return false;
	loop->statement = like->statement;
	loop->frame = like->frame;
	loop->context = like->context;
	loop->template = like->template;
	loop->over = over;
	loop->depth0 = depth;
	frame.slots = ARENA_ARRAY(r->arena, struct item, like->statement->function->slots + 1);
	struct frame *kept = ARENA_NEW(r->arena, struct frame);
	*kept = frame;
	r->frame = kept;
	r->context = like->context;
	r->template = like->template;
	r->calls++;
	*out = tpl_str(STR_NONE);
	bool ok = run(r, loop) && tpl_cut(r, mark, &out->u.str);
	r->calls--;
	r->frame = caller;
	r->context = context;
	r->template = template;
	return ok;
}

bool tpl_loop_call(struct render *r, struct loop *loop, struct item over, struct item *out)
{
	if (!loop->statement->recursive)
		return tpl_fail(r, "Only a loop marked 'recursive' can be called.");
	return call_recursive(r, loop, over, loop->depth0 + 1, out);
}

bool tpl_for(struct render *r, const struct node *n)
{
	const struct for_loop *f = n->u.loop;
	struct item over, text;
	if (!tpl_eval(r, f->iter, &over))
		return false;
	if (f->recursive) {
		struct loop like = {
			.statement = f,
			.frame = r->frame,
			.context = r->context,
			.template = r->template,
		};
		return call_recursive(r, &like, over, 0, &text) && tpl_print(r, text);
	}
	struct loop *loop = ARENA_NEW(r->arena, struct loop);
	loop->statement = f;
	loop->over = over;
	return run(r, loop);
}
