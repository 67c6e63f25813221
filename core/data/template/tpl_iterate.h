/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_ITERATE_H
#define CORE_DATA_TEMPLATE_TPL_ITERATE_H

#include "core/data/template/tpl_render.h"

/* Walking over whatever can be walked over. */

enum step { STEP_ITEM, STEP_END, STEP_FAILED };

struct iter {
	enum step (*next)(struct render *r, struct iter *it, struct item *out);
	struct item of; /* what is walked over */
	size_t at;
	size_t limit; /* dicts: the size at the start; a generator's own use */
	void *state; /* a generator's own */
};

/* Begins; an error for what cannot be walked over. */
bool tpl_iter(struct render *r, struct item of, struct iter *it) WARN_UNUSED;
bool tpl_is_iterable(struct item of);

/* One step, paid for. */
static inline enum step tpl_next(struct render *r, struct iter *it, struct item *out)
{
	return it->next(r, it, out);
}

/* A generator: walks with NEXT, STATE being its own. */
struct item tpl_generator(struct render *r, struct item over,
	enum step (*next)(struct render *, struct iter *, struct item *), void *state);

/* Everything in a new list. */
bool tpl_collect(struct render *r, struct item of, struct list **out) WARN_UNUSED;

/* Everything in reverse order, as a generator; false for what cannot be reversed. */
bool tpl_reversed(struct render *r, struct item of, struct item *out, bool *can) WARN_UNUSED;

#endif
