/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_STORE_H
#define CORE_STORE_STORE_H

#include "core/base/buf.h"
#include "core/base/err.h"

/*
 * What a workspace remembers: runs as traces of spans, the ledger of requests, prompt versions,
 * contents once each. This is the door for writing; reading is in run_rows.h, span_rows.h,
 * attempt_rows.h, blob_rows.h and prompt_rows.h; checking is fsck.h.
 *
 * Writing never blocks and never fails at the call: rows are copied into this turn's batch, which
 * the loop's LOOP_STORE step hands to a thread with its own connection. A batch is one transaction.
 * What must not happen before the rows are on disk waits with store_when_durable. While rows are
 * under way the store holds the loop, so it is not idle.
 *
 * A locked database or a full disk only delays: the rows are kept and tried again (see
 * store_status). An I/O error, damage or a database that was replaced under us stops writing for
 * good: nothing more is written and everybody who waits is told. Several processes may have one
 * workspace open.
 *
 * Texts pass the redactor before they are queued. Times are ns since the Unix epoch. Texts named
 * "JSON" are JSON; an empty one means there is none.
 */

struct loop;
struct store;
struct database;

struct store_options {
	bool view; /* read only: fails when there is no database yet */
	bool force_fs; /* accept a network filesystem */
	size_t queue_max; /* bytes that may wait to be written; 0: 64 MiB */
};

/* False when the workspace has no database yet: there is none below the folder WORKSPACE, or it is
 * an empty file that nobody has written to. Then nothing was ever recorded, which is no error. True
 * in every other case, also when it cannot be looked at: opening it says why. */
bool store_exists(const char *workspace);

/* Opens the workspace folder's .lathe/lathe.db, making it when it is missing, and brings its schema
 * up to date. A workspace on a read-only medium is opened for viewing (store_status says so). Runs
 * whose process is gone are marked interrupted. OPTIONS may be NULL. */
bool store_open(struct loop *loop, const char *workspace, const struct store_options *options,
	struct store **out, struct err *e) WARN_UNUSED;

/* Writes what is queued, waiting at most some seconds for a lock or for room on the disk, and
 * closes. Waiters that were not called yet are called with an error. False when rows were lost.
 * STORE may be NULL. */
bool store_close(struct store *store, struct err *e);

/* Called on every text before it is queued, to take secrets out in place. */
typedef void store_redact_fn(void *ctx, struct buf *bytes);
void store_set_redactor(struct store *store, store_redact_fn *fn, void *ctx);

/* Calls FN once in the loop thread, never from within this call, when all that was queued until now
 * is on disk (ERROR is NULL) or never will be. */
typedef void store_durable_fn(void *ctx, const struct err *error);
void store_when_durable(struct store *store, store_durable_fn *fn, void *ctx);
/* Takes back every wait with this FN and CTX. */
void store_forget_wait(struct store *store, store_durable_fn *fn, void *ctx);

enum store_state {
	STORE_OK,
	STORE_LOCKED, /* another program keeps the database locked; tried again */
	STORE_FULL, /* no room on the disk, or it became read-only; tried again */
	STORE_FAILED, /* nothing more is written */
	STORE_VIEW /* opened for viewing */
};

struct store_status {
	enum store_state state;
	size_t waiting; /* bytes queued */
	struct err error; /* what is the matter, unless STORE_OK */
};
void store_status(const struct store *store, struct store_status *out);

/* False while more than queue_max bytes wait: start nothing new then. Twice as much is an error
 * (STORE_FAILED). */
bool store_has_room(const struct store *store);
/* False while a 32nd of that waits: what can be begun later as well is, so that a long run needs
 * little memory. */
bool store_keeps_up(const struct store *store);

/* A number that grows with every row ever written: where a counting id source (ids.h) goes on. */
uint64_t store_rows_ever(struct store *store);

/* True when another process or our own writer changed the database since the last call. */
bool store_changed(struct store *store);

/* The connection for reading, for the *_rows modules. */
struct database *store_reader(struct store *store);
/* The owner column of this process's own runs; 0 when it only looks. */
uint64_t store_own_token(const struct store *store);
/* True when the process that owns a running run lives; OWNER is the run's column. */
bool store_owner_lives(const struct store *store, uint64_t owner);

/* ---- what is written; all strings are copied ---- */

struct store_run {
	uint64_t id;
	int64_t at_ns;
	struct str kind; /* "prompt" or "flow" */
	struct str name; /* the file, relative to the workspace */
	struct str hash; /* hex, of the file's bytes */
	struct str source; /* those bytes: a new version of the prompt when they changed */
	struct str git;
	struct str settings; /* JSON */
	struct str inputs; /* JSON */
};

struct store_span {
	uint64_t id;
	uint64_t run;
	uint64_t parent; /* 0: the root span */
	int64_t at_ns;
	struct str name;
	struct str kind;
	struct str attributes; /* JSON */
	struct str input; /* JSON */
};

struct store_attempt {
	uint64_t id;
	uint64_t run;
	uint64_t span;
	int number;
	int64_t at_ns;
	struct str provider;
	struct str connection;
	struct str model;
	struct str request; /* the exact body */
	int64_t sample; /* which of several answers to the same request, from 0 */
	int64_t reserved_nano; /* the most that it can cost; -1: not known */
};

struct store_attempt_end {
	uint64_t id;
	int64_t at_ns;
	struct str state; /* "done" "truncated" "filtered" "error" "cancelled" */
	int64_t input_tokens; /* -1: unknown, as for the next four */
	int64_t output_tokens;
	int64_t cache_read_tokens;
	int64_t cache_write_tokens;
	int64_t reasoning_tokens;
	bool estimated;
	struct str finish_reason;
	struct str response_id;
	struct str response_model;
	int http_status; /* 0: none */
	int64_t first_ns; /* 0: none */
	int64_t cache_write_long_tokens; /* of cache_write_tokens */
	int64_t other_units; /* with prices of their own */
	struct str rate; /* usage_rate_word */
	int64_t cost_nano; /* nano-dollars; -1: not known */
	struct str price; /* by which prices */
	bool cached;
	bool possible_spend;
	int64_t sent_ns; /* 0: store_sent_attempt has told, or it was not sent */
	struct str raw;
	struct str error;
};

struct store_span_end {
	uint64_t id;
	int64_t at_ns;
	int64_t first_ns; /* 0: none */
	int64_t streamed; /* bytes that came as deltas */
	struct str status;
	bool no_partials; /* nothing was written of it while it streamed */
	struct str output; /* JSON */
	struct str attributes; /* JSON */
	struct str error;
};

struct store_run_end {
	uint64_t id;
	int64_t at_ns;
	struct str status;
	struct str output; /* JSON */
	struct str error;
};

/* A piece of an answer that is still streaming; it goes in the transaction that ends the span. SEQ
 * counts from 0 for each span. */
struct store_partial {
	uint64_t span;
	int64_t seq;
	struct str kind; /* "text", "reasoning", ... */
	struct str bytes;
};

struct store_log {
	uint64_t run;
	uint64_t span; /* 0: the run itself */
	int64_t at_ns;
	struct str level;
	struct str text;
};

/* A content of a prompt or flow file, without a run. */
struct store_version {
	struct str path; /* relative to the workspace */
	struct str hash; /* hex, of the file's bytes */
	struct str source; /* those bytes, not empty */
	int64_t at_ns;
};

/* An answer for the response cache (cache_rows.h), in place of an older one with its key. */
struct store_cached {
	struct str key; /* 32 bytes */
	struct str parts; /* JSON */
	struct str result; /* JSON */
	uint64_t run;
	uint64_t attempt;
	int64_t at_ns;
};

/* A request that was answered from the cache instead of being sent. */
struct store_cache_use {
	struct str key;
	uint64_t run;
	uint64_t attempt;
	int64_t at_ns;
	uint64_t stored_run;
	int64_t stored_ns;
};

/* What is to leave the cache. */
struct store_cache_trim {
	struct str key; /* one entry, or "": by what follows */
	int64_t before_ns; /* all stored before */
	int64_t bytes; /* of what is left then, the least recently used beyond so many bytes */
};

/* What was learned of a model's tokens (calibration_rows.h), in place of what was before. */
struct store_calibration {
	struct str model;
	struct str script;
	int64_t samples;
	int64_t factor_ppm; /* millionths */
	int64_t error_ppm;
	int64_t learned_seq; /* the last request that was looked at */
};

void store_begin_run(struct store *store, const struct store_run *run);
void store_begin_span(struct store *store, const struct store_span *span);
void store_begin_attempt(struct store *store, const struct store_attempt *attempt);
void store_sent_attempt(struct store *store, uint64_t attempt, int64_t at_ns);
void store_end_attempt(struct store *store, const struct store_attempt_end *end);
void store_end_span(struct store *store, const struct store_span_end *end);
void store_end_run(struct store *store, const struct store_run_end *end);
/* False when it was not taken, because there is no room: keep it or leave it out. */
bool store_add_partial(struct store *store, const struct store_partial *partial);
void store_add_log(struct store *store, const struct store_log *log);
/* A new version of the path, unless its latest version has these bytes. */
void store_add_version(struct store *store, const struct store_version *version);
void store_add_cached(struct store *store, const struct store_cached *cached);
void store_use_cached(struct store *store, const struct store_cache_use *use);
void store_trim_cache(struct store *store, const struct store_cache_trim *trim);
void store_put_calibration(struct store *store, const struct store_calibration *calibration);

#endif
