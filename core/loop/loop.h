/* SPDX-License-Identifier: MIT */
#ifndef CORE_LOOP_LOOP_H
#define CORE_LOOP_LOOP_H

#include "core/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The one loop of the program, on libuv. A single thread owns all state; callbacks record what
 * happened and mark work, and the steps registered with loop_before_sleep do the work once a turn,
 * in the order of their ranks. Nothing may block in a callback.
 *
 * The loop owns the program's clock. With a virtual clock, time stands still while something
 * outside is awaited (a hold) and jumps to the next foreground timer when nothing else is pending,
 * so tests wait without sleeping.
 *
 * Idle means: no hold, no foreground timer, no step with more work. Whoever hands work to another
 * thread, a socket or a child takes a hold BEFORE handing it over and drops it when the result is
 * in the loop thread.
 */

struct loop;
typedef void loop_fn(void *ctx);

struct loop *loop_new(struct clock clock); /* new */
void loop_free(struct loop *loop); /* everything watched must be closed before */
int64_t loop_now(const struct loop *loop); /* ns since the Unix epoch, never goes back */

void loop_run(struct loop *loop); /* until loop_stop */
void loop_stop(struct loop *loop);
/* Runs turns until *DONE is true or the loop is stopped. */
void loop_run_until(struct loop *loop, const bool *done);
bool loop_is_idle(const struct loop *loop);
bool loop_is_held(const struct loop *loop); /* something outside the loop is awaited */
void loop_hold(struct loop *loop);
void loop_drop(struct loop *loop);

/* Steps before each sleep. A step returns true when it made new work: the loop then turns again at
 * once instead of sleeping. Ranks: the store hands over and frees, the engine starts, the app
 * draws. */
enum loop_rank { LOOP_STORE, LOOP_ENGINE, LOOP_APP, LOOP_RANKS };
typedef bool loop_step_fn(void *ctx);
void loop_before_sleep(struct loop *loop, enum loop_rank rank, loop_step_fn *fn, void *ctx);
void loop_forget_step(struct loop *loop, enum loop_rank rank, loop_step_fn *fn, void *ctx);
/* Makes sure that the steps run again before the loop sleeps. */
void loop_again(struct loop *loop);

/* Timers: one heap over one uv_timer. The struct is the caller's and may be re-started; zero it
 * first. A background timer (a toast's expiry, an autosave) does not keep the loop from being idle.
 */
struct loop_timer {
	int64_t due_ns;
	loop_fn *fn;
	void *ctx;
	size_t place; /* in the heap, 1-based; 0 = not running */
	bool background;
};
void loop_timer_start(
	struct loop *loop, struct loop_timer *timer, int64_t delay_ns, loop_fn *fn, void *ctx);
void loop_timer_stop(struct loop *loop, struct loop_timer *timer);

/* File descriptors: FN is called with the events that are ready. The descriptor stays the caller's
 * and must be open until loop_fd_close, after which FN is not called again. */
enum loop_events { LOOP_READ = 1, LOOP_WRITE = 2, LOOP_FAULT = 4 };
typedef void loop_fd_fn(void *ctx, int fd, unsigned events);
struct loop_fd;
struct loop_fd *loop_fd_watch(struct loop *loop, int fd, unsigned events, loop_fd_fn *fn,
	void *ctx); /* NULL when the descriptor cannot be polled (a regular file) */
void loop_fd_change(struct loop_fd *watch, unsigned events); /* 0: none for now */
void loop_fd_close(struct loop_fd *watch);

/* Signals, delivered in the loop thread. */
struct loop_signal;
typedef void loop_signal_fn(void *ctx, int number);
struct loop_signal *loop_signal_watch(struct loop *loop, int number, loop_signal_fn *fn, void *ctx);
void loop_signal_close(struct loop_signal *watch);

/* Wake-ups from other threads: loop_wake_send may be called from anywhere; FN runs in the loop
 * thread, at least once after the last send. */
struct loop_wake;
struct loop_wake *loop_wake_new(struct loop *loop, loop_fn *fn, void *ctx);
void loop_wake_send(struct loop_wake *wake);
void loop_wake_free(struct loop_wake *wake);

/* Files of a folder that come, go or change. FN is called in the loop thread with the file's name
 * in the folder, or NULL when that is not known; often more than once for one change, and also for
 * our own. Costs nothing while nothing happens. NULL when the folder cannot be watched. */
struct loop_folder;
typedef void loop_folder_fn(void *ctx, const char *name);
struct loop_folder *loop_folder_watch(
	struct loop *loop, const char *path, loop_folder_fn *fn, void *ctx);
void loop_folder_close(struct loop_folder *folder);

/* Work that may take long (a disk, a hash) on a thread of its own: RUN is called there, with data
 * that nobody else touches until DONE is called in the loop thread. Holds the loop for that long.
 */
void loop_work(struct loop *loop, loop_fn *run, loop_fn *done, void *ctx);

/* The library's name and version, for `lathe doctor`. */
const char *loop_library(void);

#endif
