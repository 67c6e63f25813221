/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_RENDER_H
#define CORE_FLOW_RENDER_H

#include "core/base/err.h"
#include "core/data/value.h"

/* Rendering as runs do it: Prompt flow's options, includes from the workspace, errors with the
 * place in the prompt's file. */

/* Templates compiled once, for texts that are rendered again and again. */
struct render_cache;
struct render_cache *render_cache_new(void); /* new */
void render_cache_free(struct render_cache *cache); /* CACHE may be NULL */

struct render_source {
	const char *root; /* the workspace */
	const char *path; /* of the file, relative to it */
	struct str template;
	unsigned lines_before; /* lines of the file before the template */
	struct render_cache *cache; /* where its template is kept, or NULL */
};

/* The text into the arena. TAKEN (NULL: none) is asked about each name the template reads; a true
 * answer is an error: the name is that of a parameter. */
bool render(struct arena *a, const struct render_source *from, struct value variables,
	bool (*taken)(struct str name), struct str *out, struct err *e) WARN_UNUSED;

/* Whether the template may read the variable NAME. What it includes or extends sees all of its
 * variables and is not looked into: such a template may read any. */
bool render_may_read(const struct render_source *from, struct str name);

/* Templates count lines from their own start: moves an error's place "PATH:line:column" on by the
 * lines before the template. Places in included files stay. */
void render_move_place(const struct render_source *from, struct err *e);

#endif
