/* SPDX-License-Identifier: MIT */
#include "tui/app/script.h"

#include "core/base/file.h"
#include "core/loop/loop.h"
#include "tui/app/app_workspace.h"
#include "tui/app/view.h"
#include "tui/draw/dump.h"

enum {
	SCRIPT_MAX = 1 << 20,
	SCRIPT_W = 120,
	SCRIPT_H = 34,
	SCREEN_MAX = 16 << 20,
	WAIT_MOST = 100000000
};

struct script {
	struct app *app;
	struct loop *loop;
	const char *name; /* of the file */
	const char *folder;
	unsigned line;
	struct loop_timer timer;
	bool until_idle;
	bool waiting; /* for the timer */
	bool was_idle; /* one turn ago */
	bool done;
};

static void give(struct script *s, struct app_message message)
{
	app_update(s->app, &message);
}

/* One turn, or as many as it takes to be idle: seen twice, because a step may have made work after
 * we looked. */
static bool step(void *ctx)
{
	struct script *s = ctx;
	give(s, (struct app_message){.kind = APP_TURN});
	/* What is outside the loop (the disk, a worker) answers first: else a picture would depend
	 * on how fast it is. */
	bool idle =
		!s->waiting && !loop_is_held(s->loop) && (!s->until_idle || loop_is_idle(s->loop));
	s->done = idle && s->was_idle;
	s->was_idle = idle;
	return idle && !s->done;
}

static void turn(struct script *s, bool until_idle)
{
	s->done = s->was_idle = false;
	s->until_idle = until_idle;
	loop_again(s->loop);
	loop_run_until(s->loop, &s->done);
}

static bool fault(const struct script *s, struct err *e)
{
	return err_place(e, s->name, s->line, 0);
}

static void on_time(void *ctx)
{
	struct script *s = ctx;
	s->waiting = false;
}

static bool wait(struct script *s, struct str text, struct err *e)
{
	int64_t ms;
	if (!str_to_int(text, &ms) || ms < 0 || ms > WAIT_MOST) {
		err_set(e, ERR_CONFIG, "Here stand milliseconds, not '%.*s'.", STR_ARG(text));
		return fault(s, e);
	}
	s->waiting = true;
	loop_timer_start(s->loop, &s->timer, ms * 1000000, on_time, s);
	turn(s, false);
	return true;
}

static bool open_file(struct script *s, struct str path, struct err *e)
{
	if (!files_reveal(&s->app->files, path)) {
		err_set(e, ERR_CONFIG, "There is no file '%.*s' here.", STR_ARG(path));
		return fault(s, e);
	}
	app_open_file(s->app, &files_selected(&s->app->files)->file);
	return true;
}

static bool press_keys(struct script *s, struct str line, struct err *e)
{
	while (line.len > 0) {
		size_t end = line.at[0] == '<' ? str_find(line, STR(">"), 0) : SIZE_MAX;
		struct app_message message = {.kind = APP_INPUT, .input = {.kind = INPUT_KEY}};
		struct str name =
			end != SIZE_MAX ? str_slice(line, 0, end + 1) : utf8_first(line, 1);
		if (!key_read(name, &message.input.key)) {
			err_set(e, ERR_CONFIG, "There is no key called '%.*s'.", STR_ARG(name));
			return fault(s, e);
		}
		give(s, message);
		line = str_slice(line, name.len, line.len);
	}
	return true;
}

static bool save_screen(struct script *s, struct str name, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct surface surface = {.w = 0};
	struct buf text = BUF_INIT(SCREEN_MAX);
	app_view(s->app, &surface);
	dump_surface(&surface, &text);
	const char *path = path_join(&a, s->folder != NULL ? s->folder : "", str_cstr(&a, name));
	bool good = file_write(path, buf_str(&text), 0644, e);
	buf_free(&text);
	surface_free(&surface);
	arena_release(&a);
	return good;
}

/* Each of the three sizes that the screens are made for, and back. */
static bool save_screens(struct script *s, struct str name, struct err *e)
{
	static const int sizes[3][2] = {{80, 24}, {120, 34}, {200, 50}};
	struct arena a = ARENA_INIT;
	int w = s->app->w, h = s->app->h;
	bool good = true;
	for (int i = 0; good && i < 3; i++) {
		struct app_message size = {.kind = APP_RESIZE, .w = sizes[i][0], .h = sizes[i][1]};
		give(s, size);
		turn(s, false);
		good = save_screen(
			s, str_format(&a, "%.*s-%dx%d", STR_ARG(name), size.w, size.h), e);
	}
	give(s, (struct app_message){.kind = APP_RESIZE, .w = w, .h = h});
	arena_release(&a);
	return good;
}

static bool read_pair(const struct script *s, struct str text, int *x, int *y, struct err *e)
{
	struct str rest;
	int64_t a, b;
	struct str first = str_cut(text, ' ', &rest);
	if (!str_to_int(first, &a) || !str_to_int(str_trim(rest), &b) || a < 0 || b < 0 ||
		a > 100000 || b > 100000) {
		err_set(e, ERR_CONFIG, "Here stand two numbers, not '%.*s'.", STR_ARG(text));
		return fault(s, e);
	}
	*x = (int)a;
	*y = (int)b;
	return true;
}

static bool use_mouse(struct script *s, enum mouse_action action, struct str at, struct err *e)
{
	struct app_message message = {
		.kind = APP_INPUT, .input = {.kind = INPUT_MOUSE, .action = action}};
	if (!read_pair(s, at, &message.input.x, &message.input.y, e))
		return false;
	give(s, message);
	return true;
}

static bool resize(struct script *s, struct str size, struct err *e)
{
	struct app_message message = {.kind = APP_RESIZE};
	if (!read_pair(s, size, &message.w, &message.h, e))
		return false;
	give(s, message);
	return true;
}

/* "PATH TEXT", with \\n for line feeds: what another program would do to a file. */
static bool write_file(struct script *s, struct str rest, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct buf bytes = BUF_INIT(SCRIPT_MAX);
	struct str text, path = str_cut(rest, ' ', &text), part;
	const char *root = engine_workspace(s->app->engine)->root;
	for (size_t at; (at = str_find(text, STR("\\n"), 0)) != SIZE_MAX;) {
		part = str_slice(text, 0, at);
		buf_add_str(&bytes, part);
		buf_add_char(&bytes, '\n');
		text = str_slice(text, at + 2, text.len);
	}
	buf_add_str(&bytes, text);
	bool good = file_write(path_join(&a, root, str_cstr(&a, path)), buf_str(&bytes), 0644, e);
	buf_free(&bytes);
	arena_release(&a);
	return good;
}

static bool run_word(struct script *s, struct str line, struct err *e)
{
	struct str rest;
	struct str word = str_cut(line, ' ', &rest);
	rest = str_trim(rest);
	if (str_is(word, "wait-idle")) {
		turn(s, true);
		return true;
	}
	if (str_is(word, "wait"))
		return wait(s, rest, e);
	if (str_is(word, "open"))
		return open_file(s, rest, e);
	if (str_is(word, "save-screen"))
		return save_screen(s, rest, e);
	if (str_is(word, "save-screens"))
		return save_screens(s, rest, e);
	if (str_is(word, "resize"))
		return resize(s, rest, e);
	if (str_is(word, "write"))
		return write_file(s, rest, e);
	if (str_is(word, "click"))
		return use_mouse(s, MOUSE_PRESS, rest, e);
	if (str_is(word, "drag"))
		return use_mouse(s, MOUSE_DRAG, rest, e);
	if (str_is(word, "wheel-up") || str_is(word, "wheel-down"))
		return use_mouse(
			s, str_is(word, "wheel-up") ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN, rest, e);
	if (str_is(word, "paste")) {
		give(s, (struct app_message){
				.kind = APP_INPUT, .input = {.kind = INPUT_PASTE, .text = rest}});
		return true;
	}
	if (app_command(s->app, word, value_none()))
		return true;
	err_set(e, ERR_CONFIG, "There is no command '%.*s'.", STR_ARG(word));
	return fault(s, e);
}

static bool run_line(struct script *s, struct str line, struct err *e)
{
	if (line.len == 0 || line.at[0] == '#')
		return true;
	bool good = line.at[0] == ':' ? run_word(s, str_slice(line, 1, line.len), e)
				      : press_keys(s, line, e);
	turn(s, false);
	return good && (s->app->wants_workspace[0] == '\0' || app_move(&s->app, e));
}

static bool run_lines(struct script *s, struct str text, struct err *e)
{
	struct str line;
	bool good = true;
	while (good && !s->app->wants_quit && str_next_line(&text, &line)) {
		s->line++;
		good = run_line(s, line, e);
	}
	return good;
}

int script_run(struct engine *engine, const struct app_options *options, const char *script,
	const char *folder, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct str text;
	struct script s = {.name = script, .folder = folder, .loop = engine_loop(engine)};
	bool good =
		file_read(&a, script, SCRIPT_MAX, &text, e) && app_new(engine, options, &s.app, e);
	if (good) {
		give(&s, (struct app_message){.kind = APP_RESIZE, .w = SCRIPT_W, .h = SCRIPT_H});
		loop_before_sleep(s.loop, LOOP_APP, step, &s);
		good = run_lines(&s, text, e);
		loop_forget_step(s.loop, LOOP_APP, step, &s);
		app_free(s.app);
	}
	arena_release(&a);
	return good ? 0 : err_exit_status(e->code);
}
