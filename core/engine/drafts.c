/* SPDX-License-Identifier: MIT */
#include "core/engine/drafts.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/engine/draft_file.h"
#include "core/engine/engine_private.h"
#include "core/loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <unistd.h>

struct drafts {
	struct engine *engine;
	struct arena arena; /* folder and token */
	const char *folder;
	char token[DRAFT_TOKEN]; /* of this process; "" until its lock is made */
	int lock; /* held while we live */
	struct err problem;
	/* One draft is being kept; the next one waits, a newer one takes its place. */
	bool busy, has_next, idle;
	struct arena working, waiting;
	struct draft now, next;
	const char *file; /* of NOW */
	bool drop; /* NOW is given up: remove it when it is there */
	bool kept;
	struct err error;
};

static struct drafts *drafts_of(struct engine *engine)
{
	if (engine->drafts != NULL)
		return engine->drafts;
	struct drafts *d = xcalloc(1, sizeof *d);
	d->engine = engine;
	d->lock = -1;
	d->idle = true;
	const char *store = path_join(&d->arena, engine->workspace.store, ".lathe");
	d->folder = path_join(&d->arena, store, "drafts");
	engine->drafts = d;
	return d;
}

/* Makes the folder and our lock in it, at the first draft. */
static bool settle(struct drafts *d, struct err *e)
{
	unsigned long long random = 0;
	if (d->token[0] != '\0')
		return true;
	if (!file_make_folder(d->folder, 0700, e))
		return false;
	const char *ignore = path_join(&d->arena, d->folder, ".gitignore");
	int fd = open(ignore, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0) {
		if (write(fd, "*\n", 2) != 2)
			unlink(ignore);
		close(fd);
	}
	if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
		return err_set(e, ERR_IO, "There is no randomness for a draft's name.");
	struct str token = str_format(&d->arena, "%016llx", random);
	const char *lock = draft_lock_path(&d->arena, d->folder, token.at);
	if (d->lock >= 0)
		close(d->lock); /* of a try that failed */
	d->lock = open(lock, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (d->lock < 0 || flock(d->lock, LOCK_EX | LOCK_NB) != 0)
		return err_set(e, ERR_IO, "%s cannot be made: %s.", lock, strerror(errno));
	memcpy(d->token, token.at, token.len + 1);
	return true;
}

/* It lasts until a draft was kept: the next one tries again. */
static void have_problem(struct drafts *d, const struct err *e)
{
	d->problem = *e;
	err_prefix(&d->problem, "Drafts cannot be kept");
}

static bool is_ready(struct drafts *d)
{
	struct err e = ERR_INIT;
	if (settle(d, &e))
		return true;
	have_problem(d, &e);
	return false;
}

/* What a draft's file calls PATH. A workspace may be moved; what is outside of one shares a folder
 * with all that is outside. */
static const char *key_of(const struct engine *engine, struct arena *a, const char *path)
{
	const struct workspace *ws = &engine->workspace;
	return ws->is_loose ? path_join(a, ws->root, path) : str_cstr(a, str_from(path));
}

static void take(
	const struct drafts *d, struct arena *a, struct draft *to, const struct draft *from)
{
	*to = *from;
	to->path = key_of(d->engine, a, from->path);
	to->text = str_copy(a, from->text);
}

static void run_keep(void *ctx)
{
	struct drafts *d = ctx;
	err_clear(&d->error);
	d->kept = draft_write(&d->working, d->file, &d->now, &d->error);
}

static void start(struct drafts *d);

static void on_kept(void *ctx)
{
	struct drafts *d = ctx;
	d->busy = false;
	if (d->kept)
		err_clear(&d->problem);
	else
		have_problem(d, &d->error);
	if (d->drop)
		unlink(d->file);
	d->drop = false;
	arena_reset(&d->working);
	if (d->has_next)
		start(d);
	d->idle = !d->busy;
}

static void start(struct drafts *d)
{
	struct arena spare = d->working;
	d->working = d->waiting;
	d->waiting = spare;
	d->now = d->next;
	d->has_next = false;
	d->busy = true;
	d->idle = false;
	d->file = draft_path(&d->working, d->folder, d->now.path, d->token, "");
	loop_work(d->engine->loop, run_keep, on_kept, d);
}

void engine_keep_draft(struct engine *engine, const struct draft *draft)
{
	struct drafts *d = drafts_of(engine);
	if (!is_ready(d))
		return;
	arena_reset(&d->waiting);
	take(d, &d->waiting, &d->next, draft);
	d->next.at_ns = loop_now(engine->loop);
	d->has_next = true;
	if (!d->busy)
		start(d);
}

bool engine_keep_draft_now(struct engine *engine, const struct draft *draft, struct err *e)
{
	struct drafts *d = drafts_of(engine);
	struct arena a = ARENA_INIT;
	struct draft now = *draft;
	if (!is_ready(d)) {
		*e = d->problem;
		return false;
	}
	now.at_ns = loop_now(engine->loop);
	now.path = key_of(engine, &a, draft->path);
	/* A name of its own, for one that another thread still writes. */
	const char *file = draft_path(&a, d->folder, now.path, d->token, "+");
	bool ok = draft_write(&a, file, &now, e);
	arena_release(&a);
	return ok;
}

void engine_drop_draft(struct engine *engine, const char *path)
{
	struct drafts *d = engine->drafts;
	struct arena a = ARENA_INIT;
	if (d == NULL || d->token[0] == '\0')
		return;
	path = key_of(engine, &a, path);
	if (d->has_next && strcmp(d->next.path, path) == 0)
		d->has_next = false;
	d->drop = d->busy && (d->drop || strcmp(d->now.path, path) == 0);
	unlink(draft_path(&a, d->folder, path, d->token, ""));
	unlink(draft_path(&a, d->folder, path, d->token, "+"));
	arena_release(&a);
}

/* Makes what a dead process has left our own. */
static void adopt(struct drafts *d, const char *file, const struct draft *found)
{
	struct arena a = ARENA_INIT;
	char whose[DRAFT_TOKEN];
	if (is_ready(d) &&
		rename(file, draft_path(&a, d->folder, found->path, d->token, "")) == 0 &&
		draft_token(path_name(file), whose) && strcmp(whose, d->token) != 0)
		unlink(draft_lock_path(&a, d->folder, whose));
	arena_release(&a);
}

bool engine_find_draft(struct engine *engine, const char *path, struct arena *a, struct draft *out)
{
	struct drafts *d = drafts_of(engine);
	const char *file, *key = key_of(engine, a, path);
	if (!file_is_folder(d->folder) || !draft_find(a, d->folder, key, d->token, out, &file))
		return false;
	adopt(d, file, out);
	out->path = str_cstr(a, str_from(path));
	return true;
}

const struct err *engine_drafts_problem(const struct engine *engine)
{
	const struct drafts *d = engine->drafts;
	return d != NULL && d->problem.code != ERR_NONE ? &d->problem : NULL;
}

void engine_free_drafts(struct engine *engine)
{
	struct drafts *d = engine->drafts;
	if (d == NULL)
		return;
	loop_run_until(engine->loop, &d->idle);
	if (d->lock >= 0) {
		unlink(draft_lock_path(&d->arena, d->folder, d->token));
		close(d->lock);
	}
	arena_release(&d->working);
	arena_release(&d->waiting);
	arena_release(&d->arena);
	free(d);
	engine->drafts = NULL;
}
