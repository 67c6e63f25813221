/* SPDX-License-Identifier: MIT */
#include "tui/app/session.h"

#include "core/base/failpoint.h"
#include "core/loop/loop.h"
#include "tui/app/app_workspace.h"
#include "tui/app/outside.h"
#include "tui/app/themes.h"
#include "tui/app/view.h"
#include "tui/term/crash.h"
#include "tui/term/decode.h"
#include "tui/term/keynames.h"
#include "tui/term/screen.h"

#include <signal.h>
#include <stdlib.h>

static const int64_t frame_ns = INT64_C(1000000000) / 30, tick_ns = 250000000, leave_ns = 200000000,
		     ms_ns = 1000000;

static const int signals[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT};

enum { SIGNALS = sizeof signals / sizeof signals[0], READ_BYTES = 4096, SSH_ESCAPE_MS = 50 };

struct session {
	struct engine *engine;
	struct loop *loop;
	struct app *app;
	struct screen *screen;
	struct surface surface;
	struct theme theme;
	enum theme_terminal terminal; /* as it told itself */
	struct decode decode;
	struct outside outside;
	struct loop_fd *in, *out;
	struct loop_signal *watches[SIGNALS];
	struct loop_timer escape, frame, tick, leave;
	int64_t drawn_ns; /* when the last frame was drawn */
	bool at_once; /* a key came: do not wait for the frame's turn */
	bool resized;
	bool looked; /* for model servers on this machine, once, behind the first picture */
	bool moving; /* to another workspace */
	bool leaving, done;
	int status;
};

static void leave(struct session *s, int status)
{
	if (!s->leaving && status != 0 && s->app != NULL)
		desk_keep_now(s->app);
	if (!s->leaving)
		s->status = status;
	s->leaving = true;
	loop_again(s->loop);
}

static void set_theme(struct session *s)
{
	struct err e = ERR_INIT;
	struct theme theme;
	enum colour_depth depth = screen_depth(s->screen);
	s->app->dirty = s->app->wants_redraw = true;
	if (s->app->wants_theme && depth == DEPTH_MONO)
		app_toast(
			s->app, ROLE_DIM, "There are no colours here: NO_COLOR, or the terminal.");
	s->app->wants_theme = false;
	if (!themes_choose(&theme, s->app->theme, depth, s->terminal, &e)) {
		app_toast(s->app, ROLE_BAD, "%s", e.text);
		return;
	}
	s->theme = theme;
	screen_set_theme(s->screen, &s->theme);
}

/* The terminal says what its background is: the theme follows, unless the user named one. */
static void follow_background(struct session *s, bool light)
{
	enum theme_terminal terminal = light ? TERMINAL_LIGHT : TERMINAL_DARK;
	if (terminal == s->terminal)
		return;
	s->terminal = terminal;
	set_theme(s);
}

static void on_decoded(void *ctx, const struct input *input)
{
	struct session *s = ctx;
	if (input->kind == INPUT_SCHEME) {
		follow_background(s, input->light);
		return;
	}
	struct app_message message = {.kind = APP_INPUT, .input = *input};
	app_update(s->app, &message);
	s->at_once = true;
}

static void on_escape(void *ctx)
{
	struct session *s = ctx;
	if (s->app != NULL)
		decode_timeout(&s->decode);
}

static void await_escape(struct session *s)
{
	unsigned ms = decode_wait_ms(&s->decode);
	if (ms > 0)
		loop_timer_start(s->loop, &s->escape, ms * ms_ns, on_escape, s);
	else
		loop_timer_stop(s->loop, &s->escape);
}

static void on_readable(void *ctx, int fd, unsigned events)
{
	struct session *s = ctx;
	char bytes[READ_BYTES];
	(void)fd;
	(void)events;
	long n = screen_read(s->screen, bytes, sizeof bytes);
	if (n < 0) {
		loop_fd_change(s->in, 0);
		leave(s, 130);
		return;
	}
	decode_feed(&s->decode, bytes, (size_t)n);
	await_escape(s);
}

static void after_send(struct session *s, enum screen_state state)
{
	loop_fd_change(s->out, state == SCREEN_BUSY ? LOOP_WRITE : 0);
	if (state == SCREEN_GONE)
		leave(s, 130);
}

static void on_writable(void *ctx, int fd, unsigned events)
{
	struct session *s = ctx;
	(void)fd;
	(void)events;
	after_send(s, screen_send(s->screen));
}

static void on_signal(void *ctx, int number)
{
	struct session *s = ctx;
	/* Keys that make signals mean the editor that has the terminal. */
	bool away = outside_is_away(&s->outside);
	bool moving = s->app == NULL; /* between two workspaces */
	switch (number) {
	case SIGWINCH: s->resized = true; break;
	case SIGTSTP:
		if (!moving)
			s->app->wants_suspend = !away;
		break;
	case SIGINT:
		if (!away)
			leave(s, 130);
		break;
	case SIGCONT:
		if (away || moving)
			break;
		screen_resume(s->screen);
		s->resized = s->app->dirty = true;
		break;
	default: leave(s, 130); break;
	}
	loop_again(s->loop);
}

static void on_wake(void *ctx)
{
	(void)ctx; /* the step does the work */
}

/* The clock of a run goes on without events; four times a second is enough, and calm. */
static void on_tick(void *ctx)
{
	struct session *s = ctx;
	if (s->app != NULL)
		s->app->dirty = true;
}

static void resize(struct session *s)
{
	struct app_message message = {.kind = APP_RESIZE};
	screen_measure(s->screen, &message.w, &message.h);
	screen_resize(s->screen, message.w, message.h);
	app_update(s->app, &message);
	s->resized = false;
}

static void suspend(struct session *s)
{
	s->app->wants_suspend = false;
	screen_suspend(s->screen);
	s->resized = s->at_once = true;
}

static void on_found(void *ctx, const struct detected *what)
{
	struct session *s = ctx;
	if (what != NULL)
		app_toast(s->app, ROLE_TEXT, "%.*s runs here (%.*s): Connections (g c) add it.",
			STR_ARG(what->server), STR_ARG(what->base_url));
}

static void look_around(struct session *s)
{
	if (s->looked)
		return;
	s->looked = true;
	engine_prepare(s->engine);
	engine_detect(s->engine, false, on_found, s);
}

static void draw(struct session *s)
{
	int64_t now = loop_now(s->loop), due = s->drawn_ns + frame_ns;
	if (!s->at_once && now < due) {
		loop_timer_start(s->loop, &s->frame, due - now, on_wake, s);
		return;
	}
	if (s->resized)
		resize(s);
	if (s->app->wants_redraw)
		screen_resume(s->screen);
	FAILPOINT("screen-draw");
	app_view(s->app, &s->surface);
	s->app->dirty = s->app->wants_redraw = s->at_once = false;
	s->drawn_ns = now;
	after_send(s, screen_draw(s->screen, &s->surface));
	look_around(s);
}

/* A toast goes away, a run's clock goes on: the next time to look. */
static void plan_tick(struct session *s)
{
	int64_t now = loop_now(s->loop), wakes = app_wakes_ns(s->app);
	int64_t wait = app_running(s->app) > 0 ? tick_ns : 0;
	if (wakes != 0 && (wait == 0 || wakes - now < wait))
		wait = wakes > now ? wakes - now : ms_ns;
	if (wait == 0)
		loop_timer_stop(s->loop, &s->tick);
	else if (s->tick.place == 0 || s->tick.due_ns > now + wait)
		loop_timer_start(s->loop, &s->tick, wait, on_tick, s);
}

/* The terminal goes to another program and comes back. */
static void hand_over(struct session *s)
{
	if (s->app->wants_suspend)
		suspend(s);
	if (s->app->wants_editor) {
		loop_fd_change(s->in, 0);
		loop_fd_change(s->out, 0);
		outside_edit(&s->outside);
	}
	if (s->outside.returned) {
		s->outside.returned = false;
		s->resized = s->at_once = true;
		loop_fd_change(s->in, LOOP_READ);
	}
}

static bool step(void *ctx)
{
	struct session *s = ctx;
	struct app_message turn = {.kind = APP_TURN};
	if (s->done)
		return false;
	app_update(s->app, &turn);
	if (s->app->wants_quit)
		leave(s, 0);
	s->moving = s->app->wants_workspace[0] != '\0';
	if (s->leaving || s->moving) {
		s->done = true;
		return false;
	}
	hand_over(s);
	if (outside_is_away(&s->outside))
		return false;
	if (s->app->wants_theme)
		set_theme(s);
	if (s->app->wants_copy)
		outside_copy(&s->outside);
	if (s->app->mouse != screen_has_mouse(s->screen))
		screen_mouse(s->screen, s->app->mouse);
	if ((s->app->dirty || s->resized) && screen_now(s->screen) == SCREEN_FREE)
		draw(s);
	plan_tick(s);
	return false;
}

static void watch_signals(struct session *s)
{
	/* Before ncurses starts, which otherwise takes some of them. */
	for (int i = 0; i < SIGNALS; i++)
		s->watches[i] = loop_signal_watch(s->loop, signals[i], on_signal, s);
}

/* A terminal that goes says so more than once (the line, the shell): what comes after the first is
 * not to cut short what brings the runs' ends to the disk. */
static void forget_signals(struct session *s)
{
	for (int i = 0; i < SIGNALS; i++)
		loop_signal_close(s->watches[i]);
	if (s->status != 0) {
		signal(SIGHUP, SIG_IGN);
		signal(SIGTERM, SIG_IGN);
	}
}

static bool start(struct session *s, const struct app_options *options, struct err *e)
{
	if (!app_new(s->engine, options, &s->app, e) || !screen_open(&s->screen, e))
		return false;
	crash_watch();
	if (!themes_choose(&s->theme, "", screen_depth(s->screen), TERMINAL_ANY, e))
		return false;
	screen_set_theme(s->screen, &s->theme);
	decode_init(&s->decode, on_decoded, s);
	keynames_seed(&s->decode);
	if (getenv("SSH_CONNECTION") != NULL)
		s->decode.escape_ms = SSH_ESCAPE_MS;
	outside_init(&s->outside, s->app, s->screen, s->loop);
	s->in = loop_fd_watch(s->loop, screen_input(s->screen), LOOP_READ, on_readable, s);
	s->out = loop_fd_watch(s->loop, screen_output(s->screen), 0, on_writable, s);
	if (s->in == NULL || s->out == NULL)
		return err_set(e, ERR_IO, "The terminal cannot be waited for.");
	loop_before_sleep(s->loop, LOOP_APP, step, s);
	s->tick.background = true;
	s->resized = s->at_once = true;
	return true;
}

static void on_leave(void *ctx)
{
	bool *done = ctx;
	*done = true;
}

static bool watch_runs(void *ctx)
{
	struct session *s = ctx;
	s->done = s->done || engine_running(s->engine) == 0;
	return false;
}

/* What runs is stopped, and its end recorded, in a fraction of the half second we have. */
static void stop_runs(struct session *s)
{
	if (engine_running(s->engine) == 0)
		return;
	for (size_t i = 0; i < s->app->record_count; i++)
		if (s->app->records[i]->status == TRACE_RUNNING)
			engine_cancel_run(s->engine, s->app->records[i]->run);
	s->done = false;
	loop_timer_start(s->loop, &s->leave, leave_ns, on_leave, &s->done);
	loop_before_sleep(s->loop, LOOP_APP, watch_runs, s);
	loop_run_until(s->loop, &s->done);
	loop_forget_step(s->loop, LOOP_APP, watch_runs, s);
	loop_timer_stop(s->loop, &s->leave);
}

static void finish(struct session *s)
{
	engine_stop_detecting(s->engine);
	loop_forget_step(s->loop, LOOP_APP, step, s);
	loop_timer_stop(s->loop, &s->escape);
	loop_timer_stop(s->loop, &s->frame);
	loop_timer_stop(s->loop, &s->tick);
	outside_close(&s->outside);
	loop_fd_close(s->in);
	loop_fd_close(s->out);
	if (s->screen != NULL)
		crash_forget();
	screen_close(s->screen);
	if (s->app != NULL)
		stop_runs(s);
	app_free(s->app);
	decode_release(&s->decode);
	surface_free(&s->surface);
	forget_signals(s);
}

static bool move(struct session *s, struct err *e)
{
	/* The loop may turn while the old workspace closes, and nobody is there to be told. */
	loop_fd_change(s->in, 0);
	s->outside.app = NULL;
	if (!app_move(&s->app, e))
		return false;
	s->outside.app = s->app;
	loop_fd_change(s->in, LOOP_READ);
	s->done = s->moving = s->looked = false;
	s->resized = s->at_once = true;
	return true;
}

int session_run(struct engine *engine, const struct app_options *options, struct err *e)
{
	struct session s = {.engine = engine, .loop = engine_loop(engine)};
	watch_signals(&s);
	bool good = start(&s, options, e);
	if (good)
		loop_run_until(s.loop, &s.done);
	while (good && s.moving && !s.leaving) {
		good = move(&s, e);
		if (good)
			loop_run_until(s.loop, &s.done);
	}
	finish(&s);
	return good ? s.status : err_exit_status(e->code);
}
