/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_ENGINE_PRIVATE_H
#define CORE_ENGINE_ENGINE_PRIVATE_H

/* The engine's inside, for the files of this folder only. */

#include "core/base/ids.h"
#include "core/engine/config.h"
#include "core/engine/engine.h"
#include "core/engine/models.h"
#include "core/flow/flow_file.h"
#include "core/flow/prompty.h"
#include "core/model/provider.h"

struct budget;
struct catalogue;
struct tokenizers;
struct drafts;
struct file_saving;
struct http;
struct index_cache;
struct lanes;
struct job_start;
struct preview_run;
struct redact;
struct rows;
struct run;
struct secrets;
struct token_state;
struct trace_bus;

struct engine {
	struct arena arena; /* the workspace's names and the configuration */
	struct engine_options options;
	struct loop *loop;
	struct trace_bus *bus; /* what runs tells it, the store records it */
	struct trace_bus *faces; /* what the faces hear: the same, a run's end when it is on disk */
	struct workspace workspace;
	struct config config;
	struct err config_error; /* with it, config holds the defaults */
	struct redact *redact;
	struct secrets *secrets;
	struct engine_asker asker;
	struct http *http;
	struct lanes *lanes;
	struct scripted_memory *scripted;
	struct cache *cache; /* answers given before */
	struct provider_context providers;
	struct catalogue *catalogue;
	struct tokenizers *tokenizers;
	struct budget *budget;
	int64_t ledger_start; /* the last row of the ledger before ours; -1: not read */
	struct store *store; /* NULL until first needed */
	struct to_store *to_store; /* the listener that records */
	struct index_cache *indexes;
	struct detect *detect; /* the look around that is under way, or NULL */
	void (*found)(void *ctx, const struct detected *what);
	void *found_ctx;
	struct ids ids;
	struct run *runs; /* newest first */
	struct rows *rows; /* runs over rows, newest first */
	struct job_start *job_starts; /* jobs that have not answered yet */
	struct preview_run *previews; /* under way (preview.h) */
	bool no_previews; /* there is none: what is waited for at the end */
	struct file_saving *savings; /* saves under way */
	bool saved; /* there is none */
	struct drafts *drafts; /* NULL until first needed */
	struct token_state *tokens; /* NULL until first needed (token_gauge.h) */
};

/* The file a user names: as it stands from the current folder, else below the workspace's root; a
 * folder stands for the flow in it. Absolute and canonical. */
bool engine_find_file(struct engine *engine, const char *path, struct arena *a, const char **out,
	struct err *e) WARN_UNUSED;

/* A file as it is read: what it may refer to lies below ROOT. */
struct engine_file {
	const char *root;
	const char *path; /* relative to root; also its name in the record */
	const struct str *text; /* what to read instead of the file, or NULL */
};
void engine_place_file(
	struct engine *engine, const char *absolute, struct arena *a, struct engine_file *out);
/* Finds the file of SPEC; text is SPEC's. */
bool engine_locate(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct engine_file *out, struct err *e) WARN_UNUSED;

/* Reads a prompt. With WITH_ENV the variables it names are given to it and kept secret. */
bool engine_read_prompt(struct engine *engine, const struct engine_file *from, bool with_env,
	struct arena *a, struct prompt *out, struct err *e) WARN_UNUSED;
bool engine_read_flow(const struct engine_file *from, struct arena *a, struct flow *out,
	struct err *e) WARN_UNUSED;

/* The approvals of a prompt that are still open; true when none is. With a model asked for by name
 * the file's own endpoint is not used, so what it needs is not asked. */
bool engine_open_approvals(struct engine *engine, const struct prompt *prompt, bool model_asked,
	struct arena *a, struct approval **out, size_t *count) WARN_UNUSED;

/* Hex BLAKE2b-256: the name of a file's content. */
struct str engine_content_hash(struct arena *a, struct str bytes);

/* PATH, relative to the workspace, with its links followed: it lies below the root. The file itself
 * may be missing. */
bool engine_real_path(struct engine *engine, const char *path, struct arena *a, const char **out,
	struct err *e) WARN_UNUSED;
/* A save of the file (its real path) is under way. */
bool engine_is_saving(const struct engine *engine, const char *real);
/* Waits for the draft that is being kept; the others stay where they are. */
void engine_free_drafts(struct engine *engine);
/* Waits for the saves that are under way. */
void engine_finish_saves(struct engine *engine);
/* Brings to an end what the workspace has under way: runs, saves, drafts, the store. */
bool engine_close_store(struct engine *engine, struct err *e);

/* The listener between the two buses. */
void engine_hear(void *ctx, const struct trace_event *event);
void engine_free_runs(struct engine *engine);
void engine_free_rows(struct engine *engine);
void engine_forget_jobs(struct engine *engine);
void engine_free_previews(struct engine *engine);
/* Waits for what loads a tokenizer; the next gauge is looked up anew. */
void engine_forget_gauge(struct engine *engine);
void engine_free_gauge(struct engine *engine);

#endif
