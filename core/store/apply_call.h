/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_APPLY_CALL_H
#define CORE_STORE_APPLY_CALL_H

#include "core/store/apply.h"
#include "core/store/blob_rows.h"

#include <sqlite3.h>

/* Binding a statement's parameters and running it, for apply.c and apply_rows.c alone. */

/* A statement on its way: parameters are bound in order, the first failure is kept. */
struct call {
	sqlite3_stmt *s;
	int at;
	int rc;
};

static inline struct call call(struct database *d, enum statement name)
{
	struct call c = {.s = database_statement(d, name), .rc = SQLITE_OK};
	if (c.s == NULL)
		c.rc = sqlite3_errcode(d->db);
	return c;
}

static inline void keep(struct call *c, int rc)
{
	if (c->rc == SQLITE_OK)
		c->rc = rc;
}

static inline void integer(struct call *c, int64_t n)
{
	if (c->rc == SQLITE_OK)
		keep(c, sqlite3_bind_int64(c->s, ++c->at, n));
}

static inline void integer_unless(struct call *c, int64_t n, int64_t none)
{
	if (c->rc == SQLITE_OK)
		keep(c, n == none ? sqlite3_bind_null(c->s, ++c->at)
				  : sqlite3_bind_int64(c->s, ++c->at, n));
}

static inline void text(struct call *c, struct str s)
{
	if (c->rc == SQLITE_OK)
		keep(c, sqlite3_bind_text64(c->s, ++c->at, s.len > 0 ? s.at : "", s.len,
				SQLITE_STATIC, SQLITE_UTF8));
}

static inline void bytes(struct call *c, struct str s)
{
	if (c->rc == SQLITE_OK)
		keep(c, sqlite3_bind_blob64(
				c->s, ++c->at, s.len > 0 ? s.at : "", s.len, SQLITE_STATIC));
}

/* Binds the id of the content, added when it is new; an empty one is NULL. */
static inline void content(struct database *d, struct call *c, struct str s)
{
	int64_t id = 0;
	if (s.len > 0)
		keep(c, blob_rows_put(d, s, &id));
	integer_unless(c, id, 0);
}

static inline int run(struct call *c)
{
	if (c->rc != SQLITE_OK)
		return c->rc;
	int rc = sqlite3_step(c->s);
	sqlite3_reset(c->s);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* Runs the statement NAME with one id as its only parameter. */
static inline int run_with(struct database *d, enum statement name, uint64_t id)
{
	struct call c = call(d, name);
	integer(&c, (int64_t)id);
	return run(&c);
}

static inline int run_then(struct database *d, struct call *c, enum statement seal, uint64_t id)
{
	int rc = run(c);
	return rc == SQLITE_OK ? run_with(d, seal, id) : rc;
}

#endif
