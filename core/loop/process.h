/* SPDX-License-Identifier: MIT */
#ifndef CORE_LOOP_PROCESS_H
#define CORE_LOOP_PROCESS_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * A program run beside the loop: text in on its standard input, text out as it comes, the end of
 * what it says on standard error kept. It is the leader of a process group of its own, without a
 * terminal, and the whole group is killed when it is cancelled, takes too long, or says too much.
 *
 * Rules: no listener is called from within process_start or process_cancel; `done` is called once,
 * after which the process is gone from here (nothing of it is left behind as a zombie). It holds
 * the loop until then. Time runs on the loop's clock.
 */

struct loop;
struct process;

struct process_spec {
	const char *const *argv; /* ends with NULL; argv[0] is looked up in PATH */
	const char *folder; /* where it runs; NULL: here */
	struct str input; /* all of its standard input; copied */
	int64_t timeout_ms; /* 0: not limited */
	size_t output_max; /* bytes of standard output; 0: 64 MiB */
};

struct process_result {
	struct err error; /* ERR_CANCELLED, ERR_LIMIT (time, output), or ERR_NONE: it ended */
	int status; /* its exit status, -1 when a signal ended it */
	int signal; /* that signal, or 0 */
	struct str errors; /* the last 4 KiB of its standard error */
};

struct process_listener {
	void *ctx;
	/* A piece of standard output. */
	void (*output)(void *ctx, struct str bytes);
	void (*done)(void *ctx, const struct process_result *result);
};

/* NULL with E set when it does not start. */
struct process *process_start(struct loop *loop, const struct process_spec *spec,
	const struct process_listener *listener, struct err *e);
/* Kills it; done comes with ERR_CANCELLED. */
void process_cancel(struct process *p);

#endif
