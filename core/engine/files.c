/* SPDX-License-Identifier: MIT */
#include "core/engine/files.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/engine/engine_private.h"
#include "core/loop/loop.h"
#include "core/net/redact.h"
#include "core/store/prompt_rows.h"
#include "core/store/store.h"

#include <stdlib.h>
#include <string.h>

/* How long a save waits to learn its version's number. */
static const int64_t version_wait_ns = INT64_C(2000000000);

struct file_saving {
	struct file_saving *next;
	struct engine *engine;
	struct arena arena;
	struct save_request request;
	struct save_result result;
	enum save_outcome outcome;
	struct err error;
	const char *path; /* as given */
	char expected[CONTENT_HASH];
	file_saved_fn *done; /* NULL: nobody asks any more */
	void *ctx;
	struct loop_timer patience;
};

bool engine_real_path(
	struct engine *engine, const char *path, struct arena *a, const char **out, struct err *e)
{
	const char *root = engine->workspace.root;
	const char *joined = path_join(a, root, path);
	const char *real = path_real(a, joined);
	if (real == NULL) { /* not there yet: its folder is */
		const char *folder = path_real(a, path_folder(a, joined));
		real = folder != NULL ? path_join(a, folder, path_name(joined)) : joined;
	}
	if (path_relative(root, real) == real) {
		err_set(e, ERR_CONFIG, "%s leads out of the folder %s.", path, root);
		return err_hint(e, "Copy the file into the workspace.");
	}
	*out = real;
	return true;
}

bool engine_read_file(struct engine *engine, const char *path, struct arena *a, struct str *bytes,
	struct file_stamp *stamp, struct err *e)
{
	const char *real;
	*bytes = STR_NONE;
	*stamp = (struct file_stamp){.exists = false};
	return engine_real_path(engine, path, a, &real, e) &&
	       stamp_read(a, real, FILE_BYTES_MAX, bytes, stamp, e);
}

int64_t engine_version(struct engine *engine, const char *path, const char *hash)
{
	struct store *store;
	struct err ignored = ERR_INIT; /* a number that cannot be read is not shown */
	int64_t version = 0;
	if (!engine_has_store(engine) || !engine_store(engine, &store, &ignored) ||
		!prompt_rows_find(store, str_from(path), str_from(hash), &version, &ignored))
		return 0;
	return version;
}

static void end_saving(struct file_saving *s, int64_t version)
{
	struct engine *engine = s->engine;
	struct file_saved saved = {.outcome = s->outcome,
		.path = s->path,
		.stamp = s->result.stamp,
		.version = version,
		.disk = s->result.before,
		.error = s->outcome == SAVE_FAILED ? &s->error : NULL};
	loop_timer_stop(engine->loop, &s->patience);
	for (struct file_saving **at = &engine->savings; *at != NULL; at = &(*at)->next) {
		if (*at != s)
			continue;
		*at = s->next;
		break;
	}
	if (s->done != NULL)
		s->done(s->ctx, &saved);
	engine->saved = engine->savings == NULL;
	arena_release(&s->arena);
	free(s);
}

static void on_durable(void *ctx, const struct err *failed)
{
	struct file_saving *s = ctx;
	end_saving(
		s, failed != NULL ? 0 : engine_version(s->engine, s->path, s->result.stamp.hash));
}

static void on_impatience(void *ctx)
{
	struct file_saving *s = ctx;
	store_forget_wait(s->engine->store, on_durable, s);
	end_saving(s, 0);
}

/* What the file held and what it holds now, as versions; false when nothing is recorded. */
static bool record(struct file_saving *s)
{
	struct store *store;
	struct store_status status;
	enum file_kind kind = workspace_run_kind(s->path);
	struct err ignored = ERR_INIT; /* saved is saved: the version has no number then */
	if (s->outcome != SAVE_DONE || (kind != FILE_PROMPT && kind != FILE_FLOW) ||
		!engine_store(s->engine, &store, &ignored))
		return false;
	store_status(store, &status);
	if (status.state == STORE_VIEW || status.state == STORE_FAILED)
		return false;
	char hash[CONTENT_HASH];
	struct store_version version = {.path = str_from(s->path),
		.hash = str_from(content_hash(s->result.before, hash)),
		.source = s->result.before,
		.at_ns = s->result.before_ns};
	if (s->result.before.len > 0)
		store_add_version(store, &version);
	version.hash = str_from(s->result.stamp.hash);
	version.source = s->request.bytes;
	version.at_ns = loop_now(s->engine->loop);
	if (version.source.len > 0)
		store_add_version(store, &version);
	store_when_durable(store, on_durable, s);
	loop_timer_start(s->engine->loop, &s->patience, version_wait_ns, on_impatience, s);
	return true;
}

static void run_saving(void *ctx)
{
	struct file_saving *s = ctx;
	s->outcome = save_file(&s->arena, &s->request, &s->result, &s->error);
}

static void on_saved(void *ctx)
{
	struct file_saving *s = ctx;
	redact_err(s->engine->redact, &s->error);
	if (!record(s))
		end_saving(s, 0);
}

static void refuse(void *ctx)
{
	struct file_saving *s = ctx;
	s->outcome = SAVE_FAILED;
}

void engine_save_file(struct engine *engine, const char *path, struct str bytes,
	const struct file_stamp *expected, file_saved_fn *done, void *ctx)
{
	struct file_saving *s = xcalloc(1, sizeof *s);
	const char *real;
	s->engine = engine;
	s->done = done;
	s->ctx = ctx;
	s->path = str_cstr(&s->arena, str_from(path));
	s->patience.background = true;
	memcpy(s->expected, expected->exists ? expected->hash : "",
		expected->exists ? CONTENT_HASH : 1);
	s->next = engine->savings;
	engine->savings = s;
	engine->saved = false;
	if (!engine_real_path(engine, path, &s->arena, &real, &s->error)) {
		loop_work(engine->loop, refuse, on_saved, s);
		return;
	}
	s->request = (struct save_request){.path = real,
		.bytes = str_copy(&s->arena, bytes),
		.expected = s->expected,
		.mode = 0666,
		.spare = path_join(&s->arena, engine->workspace.store, ".lathe")};
	loop_work(engine->loop, run_saving, on_saved, s);
}

void engine_forget_saves(struct engine *engine, void *ctx)
{
	for (struct file_saving *s = engine->savings; s != NULL; s = s->next)
		if (s->ctx == ctx)
			s->done = NULL;
}

bool engine_is_saving(const struct engine *engine, const char *real)
{
	const struct file_saving *s = engine->savings;
	while (s != NULL && (s->request.path == NULL || strcmp(s->request.path, real) != 0))
		s = s->next;
	return s != NULL;
}

void engine_finish_saves(struct engine *engine)
{
	engine->saved = engine->savings == NULL;
	loop_run_until(engine->loop, &engine->saved);
}
