/* SPDX-License-Identifier: MIT */
#include "core/loop/loop.h"

#include "core/base/alloc.h"
#include "core/base/err.h"
#include "core/loop/timers.h"

#include <stdlib.h>
#include <uv.h>

#define LOOP_STRING_(x) #x
#define LOOP_STRING(x)	LOOP_STRING_(x)

struct step {
	loop_step_fn *fn;
	void *ctx;
};

enum { STEPS_PER_RANK = 8 };

struct loop {
	uv_loop_t uv;
	uv_prepare_t prepare;
	uv_idle_t idle;
	uv_timer_t timer;
	struct clock clock;
	struct timers timers;
	struct step steps[LOOP_RANKS][STEPS_PER_RANK];
	size_t step_count[LOOP_RANKS];
	size_t holds;
	bool more; /* a step has more work */
	bool stopped;
	const bool *until; /* what loop_run_until waits for */
};

struct loop_fd {
	uv_poll_t poll;
	loop_fd_fn *fn;
	void *ctx;
	int fd;
};

struct loop_signal {
	uv_signal_t signal;
	loop_signal_fn *fn;
	void *ctx;
};

struct loop_wake {
	uv_async_t async;
	loop_fn *fn;
	void *ctx;
};

struct loop_folder {
	uv_fs_event_t watch;
	loop_folder_fn *fn;
	void *ctx;
};

struct work {
	uv_work_t work;
	struct loop *loop;
	loop_fn *run;
	loop_fn *done;
	void *ctx;
};

static void on_idle(uv_idle_t *idle)
{
	(void)idle;
}

static void on_timer(uv_timer_t *timer)
{
	(void)timer; /* due timers run in turn(), before the next sleep */
}

static void run_due(struct loop *loop)
{
	struct loop_timer *t;
	int64_t now = loop_now(loop);
	while ((t = timers_take_due(&loop->timers, now)) != NULL)
		t->fn(t->ctx);
}

static bool run_steps(struct loop *loop)
{
	bool more = false;
	for (int rank = 0; rank < LOOP_RANKS; rank++)
		for (size_t i = 0; i < loop->step_count[rank]; i++)
			more |= loop->steps[rank][i].fn(loop->steps[rank][i].ctx);
	return more;
}

static void jump(struct loop *loop)
{
	const struct loop_timer *next = timers_next_foreground(&loop->timers);
	if (next == NULL || loop->holds > 0)
		return;
	if (next->due_ns > loop->clock.now_ns)
		loop->clock.now_ns = next->due_ns;
	loop->more = true;
}

static void plan_sleep(struct loop *loop)
{
	if (loop->more || loop->stopped || *loop->until) {
		uv_idle_start(&loop->idle, on_idle);
		return;
	}
	uv_idle_stop(&loop->idle);
	const struct loop_timer *next = timers_next(&loop->timers);
	if (next == NULL || loop->clock.is_virtual) {
		uv_timer_stop(&loop->timer);
		return;
	}
	int64_t wait = next->due_ns - loop_now(loop);
	uint64_t ms = wait > 0 ? (uint64_t)(wait + 999999) / 1000000 : 0;
	uv_update_time(&loop->uv);
	uv_timer_start(&loop->timer, on_timer, ms, 0);
}

/* A turn's work, before the loop sleeps in poll. */
static void turn(uv_prepare_t *prepare)
{
	struct loop *loop = prepare->data;
	loop->more = false;
	run_due(loop);
	if (run_steps(loop))
		loop->more = true;
	if (loop->clock.is_virtual && !loop->more)
		jump(loop);
	plan_sleep(loop);
}

struct loop *loop_new(struct clock clock)
{
	struct loop *loop = xcalloc(1, sizeof *loop);
	loop->clock = clock;
	if (uv_loop_init(&loop->uv) != 0)
		BUG("the event loop cannot be made");
	uv_prepare_init(&loop->uv, &loop->prepare);
	uv_idle_init(&loop->uv, &loop->idle);
	uv_timer_init(&loop->uv, &loop->timer);
	loop->prepare.data = loop;
	uv_prepare_start(&loop->prepare, turn);
	return loop;
}

void loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	uv_close((uv_handle_t *)&loop->prepare, NULL);
	uv_close((uv_handle_t *)&loop->idle, NULL);
	uv_close((uv_handle_t *)&loop->timer, NULL);
	while (uv_run(&loop->uv, UV_RUN_DEFAULT) != 0)
		;
	int result = uv_loop_close(&loop->uv);
	if (result != 0)
		BUG("the loop is freed while something is still watched: %s", uv_strerror(result));
	timers_release(&loop->timers);
	free(loop);
}

int64_t loop_now(const struct loop *loop)
{
	return clock_now(&loop->clock);
}

void loop_run(struct loop *loop)
{
	static const bool never = false;
	loop_run_until(loop, &never);
}

void loop_stop(struct loop *loop)
{
	loop->stopped = true;
	uv_idle_start(&loop->idle, on_idle);
}

void loop_run_until(struct loop *loop, const bool *done)
{
	const bool *outer = loop->until;
	loop->stopped = false;
	loop->until = done;
	while (!loop->stopped && !*done)
		uv_run(&loop->uv, UV_RUN_ONCE);
	loop->until = outer; /* what DONE points at may be gone soon */
}

bool loop_is_idle(const struct loop *loop)
{
	return loop->holds == 0 && !loop->more && timers_next_foreground(&loop->timers) == NULL;
}

bool loop_is_held(const struct loop *loop)
{
	return loop->holds > 0;
}

void loop_hold(struct loop *loop)
{
	loop->holds++;
}

void loop_drop(struct loop *loop)
{
	if (loop->holds == 0)
		BUG("a hold on the loop was dropped twice");
	loop->holds--;
}

void loop_before_sleep(struct loop *loop, enum loop_rank rank, loop_step_fn *fn, void *ctx)
{
	if (loop->step_count[rank] == STEPS_PER_RANK)
		BUG("too many steps of one rank");
	loop->steps[rank][loop->step_count[rank]++] = (struct step){fn, ctx};
}

void loop_forget_step(struct loop *loop, enum loop_rank rank, loop_step_fn *fn, void *ctx)
{
	struct step *steps = loop->steps[rank];
	for (size_t i = 0; i < loop->step_count[rank]; i++) {
		if (steps[i].fn != fn || steps[i].ctx != ctx)
			continue;
		for (size_t j = i + 1; j < loop->step_count[rank]; j++)
			steps[j - 1] = steps[j];
		loop->step_count[rank]--;
		return;
	}
}

void loop_again(struct loop *loop)
{
	loop->more = true;
	uv_idle_start(&loop->idle, on_idle);
}

void loop_timer_start(
	struct loop *loop, struct loop_timer *timer, int64_t delay_ns, loop_fn *fn, void *ctx)
{
	timers_remove(&loop->timers, timer);
	timer->due_ns = loop_now(loop) + (delay_ns > 0 ? delay_ns : 0);
	timer->fn = fn;
	timer->ctx = ctx;
	timers_add(&loop->timers, timer);
}

void loop_timer_stop(struct loop *loop, struct loop_timer *timer)
{
	timers_remove(&loop->timers, timer);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct loop_fd *watch = poll->data;
	unsigned ready = status < 0 ? LOOP_FAULT : 0;
	ready |= events & UV_READABLE ? LOOP_READ : 0;
	ready |= events & UV_WRITABLE ? LOOP_WRITE : 0;
	ready |= events & UV_DISCONNECT ? LOOP_FAULT : 0;
	watch->fn(watch->ctx, watch->fd, ready);
}

void loop_fd_change(struct loop_fd *watch, unsigned events)
{
	int wanted = 0;
	wanted |= events & LOOP_READ ? UV_READABLE : 0;
	wanted |= events & LOOP_WRITE ? UV_WRITABLE : 0;
	if (wanted == 0)
		uv_poll_stop(&watch->poll);
	else
		uv_poll_start(&watch->poll, wanted, on_poll);
}

struct loop_fd *loop_fd_watch(struct loop *loop, int fd, unsigned events, loop_fd_fn *fn, void *ctx)
{
	struct loop_fd *watch = xcalloc(1, sizeof *watch);
	watch->fn = fn;
	watch->ctx = ctx;
	watch->fd = fd;
	if (uv_poll_init(&loop->uv, &watch->poll, fd) != 0) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	loop_fd_change(watch, events);
	return watch;
}

static void free_handle(uv_handle_t *handle)
{
	free(handle->data);
}

void loop_fd_close(struct loop_fd *watch)
{
	if (watch != NULL)
		uv_close((uv_handle_t *)&watch->poll, free_handle);
}

static void on_signal(uv_signal_t *signal, int number)
{
	struct loop_signal *watch = signal->data;
	watch->fn(watch->ctx, number);
}

struct loop_signal *loop_signal_watch(struct loop *loop, int number, loop_signal_fn *fn, void *ctx)
{
	struct loop_signal *watch = xcalloc(1, sizeof *watch);
	watch->fn = fn;
	watch->ctx = ctx;
	uv_signal_init(&loop->uv, &watch->signal);
	watch->signal.data = watch;
	if (uv_signal_start(&watch->signal, on_signal, number) != 0)
		BUG("signal %d cannot be watched", number);
	return watch;
}

void loop_signal_close(struct loop_signal *watch)
{
	if (watch != NULL)
		uv_close((uv_handle_t *)&watch->signal, free_handle);
}

static void on_wake(uv_async_t *async)
{
	struct loop_wake *wake = async->data;
	wake->fn(wake->ctx);
}

struct loop_wake *loop_wake_new(struct loop *loop, loop_fn *fn, void *ctx)
{
	struct loop_wake *wake = xcalloc(1, sizeof *wake);
	wake->fn = fn;
	wake->ctx = ctx;
	if (uv_async_init(&loop->uv, &wake->async, on_wake) != 0)
		BUG("a wake-up cannot be made");
	wake->async.data = wake;
	return wake;
}

void loop_wake_send(struct loop_wake *wake)
{
	uv_async_send(&wake->async);
}

void loop_wake_free(struct loop_wake *wake)
{
	if (wake != NULL)
		uv_close((uv_handle_t *)&wake->async, free_handle);
}

static void on_folder(uv_fs_event_t *watch, const char *name, int events, int status)
{
	struct loop_folder *folder = watch->data;
	(void)events;
	folder->fn(folder->ctx, status == 0 ? name : NULL);
}

struct loop_folder *loop_folder_watch(
	struct loop *loop, const char *path, loop_folder_fn *fn, void *ctx)
{
	struct loop_folder *folder = xcalloc(1, sizeof *folder);
	folder->fn = fn;
	folder->ctx = ctx;
	if (uv_fs_event_init(&loop->uv, &folder->watch) != 0)
		BUG("a folder's watch cannot be made");
	folder->watch.data = folder;
	if (uv_fs_event_start(&folder->watch, on_folder, path, 0) != 0) {
		loop_folder_close(folder);
		return NULL;
	}
	return folder;
}

void loop_folder_close(struct loop_folder *folder)
{
	if (folder != NULL)
		uv_close((uv_handle_t *)&folder->watch, free_handle);
}

static void on_work(uv_work_t *work)
{
	struct work *w = work->data;
	w->run(w->ctx);
}

static void on_work_done(uv_work_t *work, int status)
{
	struct work *w = work->data;
	(void)status;
	loop_drop(w->loop);
	w->done(w->ctx);
	free(w);
}

void loop_work(struct loop *loop, loop_fn *run, loop_fn *done, void *ctx)
{
	struct work *w = xcalloc(1, sizeof *w);
	*w = (struct work){.loop = loop, .run = run, .done = done, .ctx = ctx};
	w->work.data = w;
	loop_hold(loop);
	if (uv_queue_work(&loop->uv, &w->work, on_work, on_work_done) != 0)
		BUG("work cannot be handed to the worker pool");
}

const char *loop_library(void)
{
	return "libuv " LOOP_STRING(UV_VERSION_MAJOR) "." LOOP_STRING(UV_VERSION_MINOR);
}
