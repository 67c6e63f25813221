/* SPDX-License-Identifier: MIT */
#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/engine/engine_private.h"
#include "core/engine/files.h"
#include "core/loop/loop.h"

#include <stdlib.h>
#include <string.h>

/* Programs write in several steps: look when they have paused. */
static const int64_t pause_ns = 60000000;

struct file_watch {
	struct engine *engine;
	struct loop *loop;
	struct loop_folder *folder;
	struct loop_timer pause;
	const char *real, *name;
	struct file_stamp known;
	file_changed_fn *changed; /* NULL: freed, once the look under way is over */
	void *ctx;
	struct arena arena; /* the names */
	/* The look on another thread. */
	bool looking, again;
	struct file_stamp before, found;
	struct arena scratch;
	struct str bytes;
	bool differs;
};

static bool is_same(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->exists == b->exists && strcmp(a->hash, b->hash) == 0;
}

static void look(void *ctx)
{
	struct file_watch *w = ctx;
	struct err e = ERR_INIT; /* what cannot be read now is seen when it is saved */
	w->differs = false;
	if (stamp_holds(w->real, &w->before))
		return;
	if (stamp_read(&w->scratch, w->real, FILE_BYTES_MAX, &w->bytes, &w->found, &e))
		w->differs = !is_same(&w->found, &w->before);
}

static void release(struct file_watch *w)
{
	arena_release(&w->scratch);
	arena_release(&w->arena);
	free(w);
}

static void on_pause(void *ctx);

static bool same_stamp(const struct file_stamp *a, const struct file_stamp *b)
{
	return a->exists == b->exists && a->dev == b->dev && a->inode == b->inode &&
	       a->size == b->size && a->mtime_ns == b->mtime_ns && strcmp(a->hash, b->hash) == 0;
}

static void on_looked(void *ctx)
{
	struct file_watch *w = ctx;
	w->looking = false;
	if (w->changed == NULL) {
		release(w);
		return;
	}
	bool same = w->found.exists == w->known.exists && strcmp(w->found.hash, w->known.hash) == 0;
	/* A save of ours may have come between: then what was found is known by now, or old. */
	bool stale = !same_stamp(&w->before, &w->known);
	if (w->differs && !same && !stale) {
		w->known = w->found;
		w->changed(w->ctx, w->bytes, &w->found);
	}
	arena_reset(&w->scratch);
	if (w->again || stale)
		loop_timer_start(w->loop, &w->pause, pause_ns, on_pause, w);
	w->again = false;
}

static void on_pause(void *ctx)
{
	struct file_watch *w = ctx;
	w->again = w->looking;
	if (w->looking)
		return;
	w->looking = true;
	w->before = w->known;
	w->found = w->known;
	loop_work(w->loop, look, on_looked, w);
}

static void on_folder(void *ctx, const char *name)
{
	struct file_watch *w = ctx;
	if (name == NULL || strcmp(name, w->name) == 0)
		loop_timer_start(w->loop, &w->pause, pause_ns, on_pause, w);
}

struct file_watch *file_watch_new(struct engine *engine, const char *path,
	const struct file_stamp *known, file_changed_fn *changed, void *ctx)
{
	struct file_watch *w = xcalloc(1, sizeof *w);
	struct err ignored = ERR_INIT; /* it could not be read either, and that was said */
	w->engine = engine;
	w->loop = engine->loop;
	w->known = *known;
	w->changed = changed;
	w->ctx = ctx;
	if (engine_real_path(engine, path, &w->arena, &w->real, &ignored)) {
		w->name = path_name(w->real);
		w->folder =
			loop_folder_watch(w->loop, path_folder(&w->arena, w->real), on_folder, w);
	}
	if (w->folder == NULL) {
		release(w);
		return NULL;
	}
	if (!stamp_holds(w->real, known)) /* since it was read, or not known */
		loop_timer_start(w->loop, &w->pause, pause_ns, on_pause, w);
	return w;
}

void file_watch_know(struct file_watch *watch, const struct file_stamp *known)
{
	if (watch != NULL)
		watch->known = *known;
}

void file_watch_free(struct file_watch *watch)
{
	if (watch == NULL)
		return;
	loop_folder_close(watch->folder);
	loop_timer_stop(watch->loop, &watch->pause);
	watch->changed = NULL;
	if (!watch->looking)
		release(watch);
}
