/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_ENGINE_H
#define CORE_ENGINE_ENGINE_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/data/value.h"
#include "core/engine/trust.h"
#include "core/engine/workspace.h"
#include "core/trace/event.h"

/*
 * The engine owns what lasts: the loop, the workspace, its configuration, the store, the document
 * index and the runs under way. Everything above it only asks (these functions, through commands)
 * and listens (trace events). Runs are named by id; a run that is over stays known until released.
 */

struct loop;
struct store;
struct engine;

struct engine_options {
	const char *path; /* where the user points; NULL: the current folder */
	const char *model; /* --model, or NULL */
	bool virtual_clock; /* --clock=virtual: time jumps, ids count up */
	bool offline; /* --offline: no socket at all */
	bool offline_held; /* the kernel holds us and what we start to it (core/net/offline.h) */
	bool trust; /* --trust: approve what the files name, this once and from now on */
	bool read_only; /* never write: trace, fsck, doctor */
	bool mend; /* a lathe.yaml with faults is no end: it can be mended (engine_config_error) */
};

/* Opens the workspace; the store and the documents are opened when first needed. */
bool engine_new(
	const struct engine_options *options, struct engine **out, struct err *e) WARN_UNUSED;
/* Stops what runs and waits until everything recorded is on disk; false with E when it cannot be.
 */
bool engine_free(struct engine *engine, struct err *e);

struct loop *engine_loop(struct engine *engine);
const struct workspace *engine_workspace(const struct engine *engine);
/* Reads lathe.yaml again. Runs under way keep what they began with; on an error all stays as it
 * was. */
bool engine_reload_config(struct engine *engine, struct err *e) WARN_UNUSED;
/* What is wrong with lathe.yaml since it was opened so; NULL: nothing. Until it is mended and read
 * again nothing runs. */
const struct err *engine_config_error(const struct engine *engine);
/* Moves to the workspace of PATH: what was recorded so far is brought to disk, later runs are
 * recorded there. Refused while something runs; when PATH is no workspace that can be read all
 * stays as it was. */
bool engine_open_workspace(struct engine *engine, const char *path, struct err *e) WARN_UNUSED;
/* Something was recorded here before. */
bool engine_has_store(const struct engine *engine);
/* The store, opened at the first call. */
bool engine_store(struct engine *engine, struct store **out, struct err *e) WARN_UNUSED;

/* Who is asked while somebody waits; the functions block. Each may be NULL: then what needs an
 * answer fails with a sentence. */
struct guarded;
struct engine_asker {
	void *ctx;
	/* Shows what lathe.yaml wants and takes the user's word. */
	bool (*approve)(void *ctx, const struct approval *what);
	/* The passphrase of the vault VAULT, or one for a vault that is to be made, into guarded
	 * memory. */
	bool (*passphrase)(
		void *ctx, const char *vault, bool is_new, struct guarded *out, struct err *e);
};
void engine_set_asker(struct engine *engine, const struct engine_asker *asker);
/* A connection names a sealed secret, and the vault is locked. */
bool engine_wants_passphrase(struct engine *engine);
bool engine_unlock(struct engine *engine, struct err *e) WARN_UNUSED;

/* For what keeps secrets (core/net/secrets.h, redact.h); borrowed. */
struct secrets;
struct redact;
struct secrets *engine_secrets(struct engine *engine);
struct redact *engine_redactor(struct engine *engine);

/* Replaces every known secret value in B. */
void engine_redact(struct engine *engine, struct buf *b);

typedef void engine_listener_fn(void *ctx, const struct trace_event *event);
void engine_listen(struct engine *engine, engine_listener_fn *fn, void *ctx);
void engine_forget(struct engine *engine, engine_listener_fn *fn, void *ctx);

/* What to run, or to be asked about: a prompt or flow file and its inputs. Everything is copied. */
struct run_spec {
	const char *path; /* the file, absolute or relative to the workspace's root */
	const struct str *text; /* what to read instead of the file's content, or NULL */
	struct value inputs; /* dict, or VALUE_NONE: none given (then samples count) */
	const char *model; /* asked for by name, or NULL */
	/* "off", "on" or "only" (core/model/cache.h), or NULL: as lathe.yaml says; else "on" when
	 * the run is one of MANY, off for a single one: who runs a prompt wants to see what the
	 * model says now. */
	const char *cache;
	bool many;
	bool no_fallback; /* only the model that is chosen is asked */
	int64_t max_cost_nano; /* nano-dollars that it may cost; 0: as lathe.yaml says */
};

/* A run under way or just over. Borrowed; valid until the run is released. */
struct run_state {
	uint64_t id;
	enum trace_status status; /* TRACE_RUNNING while it runs */
	struct value outputs; /* dict: a flow's outputs, {"output": ...} of a prompt */
	struct str text; /* the answer as text */
	struct trace_usage usage; /* summed over the run's attempts */
	size_t requests, cached; /* attempts that ended; those answered from the cache */
	int64_t cost_nano; /* what is known of their cost, nano-dollars */
	int64_t unpriced; /* attempts whose cost is not known */
	int64_t started_ns;
	int64_t first_ns; /* first piece of an answer, 0: none yet */
	int64_t ended_ns; /* 0 while it runs */
	struct err error;
};

/* Starts a run; its events follow from the next turn on. Its end is told, and its state changes
 * from TRACE_RUNNING, only when all of it is on disk. */
bool engine_start_run(struct engine *engine, const struct run_spec *spec, uint64_t *id,
	struct err *e) WARN_UNUSED;
const struct run_state *engine_run(
	struct engine *engine, uint64_t id); /* NULL: not known (any more) */
/* Runs the loop until the run is over and on disk: for the headless faces. */
void engine_wait_run(struct engine *engine, uint64_t id);
void engine_cancel_run(struct engine *engine, uint64_t id);
void engine_release_run(struct engine *engine, uint64_t id);
size_t engine_running(const struct engine *engine); /* runs under way */

/* Does ahead of the first request what would hold it up; for a moment when nobody waits. */
void engine_prepare(struct engine *engine);

/* What the file asks for that its owner has not approved yet (core/engine/trust.h); a run of it is
 * refused until then. */
bool engine_approvals(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct approval **out, size_t *count, struct err *e) WARN_UNUSED;

/* A model that can be asked for by name. */
struct model_listing {
	struct str name; /* "local/extract", "qwen/qwen-plus" */
	struct str origin; /* where it answers: "built in", "https://..." */
	bool is_default; /* what a run without a name uses */
	/* What is known of it (core/model/catalogue.h): tokens, micro-dollars a million tokens; -1:
	 * not known. What nobody charges for has no price. */
	int64_t window, max_output;
	int64_t input_price, cache_read_price, output_price;
	struct str vendor;
	struct str as_of; /* when the price was believed, "" not said */
	struct str price; /* its version, as the ledger keeps it */
};
bool engine_models(struct engine *engine, struct arena *a, struct model_listing **out,
	size_t *count, struct err *e) WARN_UNUSED;
/* All that the catalogue knows; `origin` says which layer of it. */
bool engine_known_models(struct engine *engine, struct arena *a, struct model_listing **out,
	size_t *count, struct err *e) WARN_UNUSED;

/* Looks on the loopback for model servers that are commonly run there (Ollama, llama-server, LM
 * Studio, vLLM). Does nothing when a connection is configured (unless somebody ASKED for it), when
 * offline, when lathe.yaml or the environment (LATHE_DETECT=off) says so. FOUND is called in the
 * loop thread for each server, then once with NULL. What is found is offered, never chosen. */
struct detected {
	struct str server; /* "Ollama" */
	struct str base_url; /* for lathe.yaml */
	struct str models; /* names, comma separated; as the server says them */
};
void engine_detect(struct engine *engine, bool asked,
	void (*found)(void *ctx, const struct detected *what), void *ctx);
/* Ends the look around, if one is under way: FOUND is not called again. */
void engine_stop_detecting(struct engine *engine);

/* The model a run of SPEC would use and why: "local/extract", "the embedded default". */
struct model_choice {
	struct str model; /* as people write it: "local/extract", "qwen/qwen-plus" */
	struct str reason; /* "--model", "the prompt", "lathe.yaml", "the embedded default" */
};
bool engine_choose_model(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct model_choice *out, struct err *e) WARN_UNUSED;

/* A declared or detected input of a prompt or flow, for forms and help. */
struct input_field {
	struct str name;
	struct str type; /* "string", "list", ...; "any": not declared, named by the template */
	struct str description; /* the file's words about it, or "" */
	struct value preset; /* sample or default, or VALUE_NONE */
	bool has_preset;
	bool required; /* a run without a value for it is refused */
};
bool engine_inputs(struct engine *engine, const struct run_spec *spec, struct arena *a,
	struct input_field **out, size_t *count, struct err *e) WARN_UNUSED;

#endif
