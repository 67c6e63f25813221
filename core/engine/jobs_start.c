/* SPDX-License-Identifier: MIT */
/* Starting the process of a job, and the order it is given. */
#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/data/json.h"
#include "core/engine/engine_private.h"
#include "core/engine/jobs.h"
#include "core/loop/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 << 10, ARGUMENTS = 8 };

/* A job that has not answered yet. */
struct job_start {
	struct job_start *next;
	struct engine *engine;
	jobs_started_fn *fn; /* NULL: forgotten */
	void *ctx;
	int fd; /* where it answers */
	struct loop_fd *watch;
	struct buf answer;
};

static void set_text(struct value v, const char *key, const char *text)
{
	if (text != NULL)
		value_set(v, str_from(key), value_cstr(text));
}

/* PATH from wherever the job's process is. */
static const char *absolute(struct engine *engine, struct arena *a, const char *path)
{
	const char *real = path_real(a, path);
	return real != NULL ? real : path_join(a, engine->workspace.root, path);
}

static struct str order_of_spec(
	struct engine *engine, struct arena *a, const struct rows_spec *spec)
{
	struct value v = value_dict(a);
	set_text(v, "path", absolute(engine, a, spec->path));
	if (spec->text != NULL)
		value_set(v, STR("text"), value_str(*spec->text));
	set_text(v, "model", spec->model != NULL ? spec->model : engine->options.model);
	set_text(v, "cache", spec->cache);
	set_text(v, "data", absolute(engine, a, spec->data));
	value_set(v, STR("map"), spec->map);
	value_set(v, STR("inputs"), spec->inputs);
	value_set(v, STR("repeats"), value_int(spec->repeats));
	value_set(v, STR("max_in_flight"), value_int(spec->max_in_flight));
	value_set(v, STR("max_cost"), value_int(spec->max_cost_nano));
	set_text(v, "output", spec->output);
	return json_text(a, v, JSON_COMPACT);
}

static struct str order_of_resume(struct arena *a, const struct rows_resume *how)
{
	struct value v = value_dict(a);
	value_set(v, STR("resume"), value_str(how->id));
	value_set(v, STR("retry_failed"), value_bool(how->retry_failed));
	set_text(v, "model", how->model);
	set_text(v, "output", how->output);
	value_set(v, STR("max_in_flight"), value_int(how->max_in_flight));
	value_set(v, STR("max_cost"), value_int(how->max_cost_nano));
	return json_text(a, v, JSON_COMPACT);
}

bool jobs_read_order(struct arena *a, struct str order, struct rows_spec *spec,
	struct rows_resume *how, bool *resumes, struct err *e)
{
	struct value v;
	if (!json_read(a, order, "order", &v, e))
		return false;
	const struct value *text = value_get_cstr(v, "text");
	const struct value *map = value_get_cstr(v, "map"), *inputs = value_get_cstr(v, "inputs");
	*resumes = value_get_cstr(v, "resume") != NULL;
	*how = (struct rows_resume){.id = value_get_str(v, "resume", STR("")),
		.retry_failed = value_get_bool(v, "retry_failed", false),
		.model = value_get_str(v, "model", STR_NONE).at,
		.output = value_get_str(v, "output", STR_NONE).at,
		.max_in_flight = value_get_int(v, "max_in_flight", 0),
		.max_cost_nano = value_get_int(v, "max_cost", -1)};
	*spec = (struct rows_spec){.path = value_get_str(v, "path", STR_NONE).at,
		.text = text != NULL && text->kind == VALUE_STR ? &text->u.str : NULL,
		.model = how->model,
		.cache = value_get_str(v, "cache", STR_NONE).at,
		.data = value_get_str(v, "data", STR_NONE).at,
		.map = map != NULL ? *map : value_none(),
		.inputs = inputs != NULL ? *inputs : value_none(),
		.repeats = value_get_int(v, "repeats", 1),
		.max_in_flight = how->max_in_flight,
		.max_cost_nano = how->max_cost_nano,
		.output = how->output};
	if (*resumes || (spec->path != NULL && spec->data != NULL))
		return true;
	return err_set(e, ERR_USAGE, "The order names no file and no data.");
}

struct str jobs_answer(struct arena *a, uint64_t run, const struct err *error)
{
	struct value v = value_dict(a);
	char id[ID_TEXT];
	if (run != 0)
		set_text(v, "run", str_copy(a, str_from(id_text(run, id))).at);
	if (error != NULL) {
		value_set(v, STR("code"), value_int(error->code));
		set_text(v, "where", error->where);
		set_text(v, "text", error->text);
		set_text(v, "hint", error->hint);
	}
	return json_text(a, v, JSON_COMPACT);
}

static bool read_answer(const struct job_start *s, uint64_t *run, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct value v;
	struct err nonsense = ERR_INIT;
	uint64_t high;
	/* A process may end without a word. */
	if (!json_read(&a, str_trim(buf_str(&s->answer)), NULL, &v, &nonsense))
		v = value_none();
	struct str id = value_get_str(v, "run", STR(""));
	bool ok = id.len > 0 && id_range(id, run, &high);
	if (!ok) {
		struct str text = value_get_str(v, "text", STR_NONE);
		struct str hint = value_get_str(v, "hint", STR(""));
		if (text.at == NULL) {
			text = STR("The job's process ended before the run began.");
			hint = STR(".lathe/jobs.log in the workspace may say why.");
		}
		err_set(e, (enum err_code)value_get_int(v, "code", ERR_IO), "%.*s", STR_ARG(text));
		err_hint(e, "%.*s", STR_ARG(hint));
		err_place(e, value_get_str(v, "where", STR("")).at, 0, 0);
	}
	arena_release(&a);
	return ok;
}

static void start_free(struct job_start *s)
{
	struct job_start **at = &s->engine->job_starts;
	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	if (s->watch != NULL)
		loop_fd_close(s->watch);
	loop_drop(s->engine->loop);
	close(s->fd);
	buf_free(&s->answer);
	free(s);
}

static void on_answer(void *ctx, int fd, unsigned events)
{
	struct job_start *s = ctx;
	char piece[4096];
	uint64_t run = 0;
	struct err e = ERR_INIT;
	(void)events;
	ssize_t n = read(fd, piece, sizeof piece);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0)
		buf_add(&s->answer, piece, (size_t)n);
	if (n > 0 && memchr(piece, '\n', (size_t)n) == NULL)
		return;
	bool ok = read_answer(s, &run, &e);
	if (s->fn != NULL)
		s->fn(s->ctx, ok ? run : 0, ok ? NULL : &e);
	start_free(s);
}

void jobs_forget(struct engine *engine, void *ctx)
{
	for (struct job_start *s = engine->job_starts; s != NULL; s = s->next)
		if (s->ctx == ctx)
			s->fn = NULL;
}

void engine_forget_jobs(struct engine *engine)
{
	for (struct job_start *s = engine->job_starts, *next; s != NULL; s = next) {
		next = s->next;
		start_free(s);
	}
}

/* In the process between: makes the job's, which nobody waits for, and leaves. Only what may be
 * called after a fork. */
static _Noreturn void become_job(char *const *words, const int fds[3])
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (fork() != 0)
		_exit(0);
	for (int fd = 0; fd < 3; fd++)
		if (dup2(fds[fd], fd) < 0)
			_exit(127);
	close_range(3, ~0U, 0);
	execv(words[0], words);
	_exit(127);
}

/* Where a job says what nobody hears: .lathe/jobs.log, kept short. */
static int open_log(struct engine *engine, struct arena *a)
{
	enum { LOG_MAX = 1 << 20 };
	const char *folder = path_join(a, engine->workspace.store, ".lathe");
	const char *path = path_join(a, folder, "jobs.log");
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd >= 0 && lseek(fd, 0, SEEK_END) > LOG_MAX && ftruncate(fd, 0) != 0) {
		close(fd);
		fd = -1;
	}
	return fd >= 0 ? fd : open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static bool spawn(struct engine *engine, struct arena *a, int in, int out)
{
	char *words[ARGUMENTS];
	char *exe = arena_alloc(a, 4096, 1);
	size_t n = 0;
	ssize_t len = readlink("/proc/self/exe", exe, 4095);
	int fds[3] = {in, out, open_log(engine, a)};
	words[n++] = len > 0 ? exe : arena_copy(a, "lathe", 5);
	words[n++] = arena_copy(a, "job", 3);
	words[n++] = arena_copy(a, "run", 3);
	words[n++] = arena_copy(a, "-C", 2);
	words[n++] = arena_copy(a, engine->workspace.root, strlen(engine->workspace.root));
	if (engine->options.offline)
		words[n++] = arena_copy(a, "--offline", 9);
	words[n] = NULL;
	pid_t between = fork();
	if (between == 0)
		become_job(words, fds);
	if (fds[2] >= 0)
		close(fds[2]);
	int status = 0;
	while (between > 0 && waitpid(between, &status, 0) < 0 && errno == EINTR)
		;
	return between > 0;
}

/* The order fits into a pipe whole, or the job reads it while we write. */
static void give_order(int fd, struct str order)
{
	while (order.len > 0) {
		ssize_t n = write(fd, order.at, order.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return; /* it ended: its answer says so */
		order = str_slice(order, (size_t)n, order.len);
	}
}

static bool start(
	struct engine *engine, struct str order, jobs_started_fn *fn, void *ctx, struct err *e)
{
	struct store *store;
	int in[2], out[2];
	struct arena a = ARENA_INIT;
	/* The store is there before the job comes to it. */
	if (!engine_store(engine, &store, e))
		return false;
	if (pipe2(in, O_CLOEXEC) != 0)
		return err_set(e, ERR_IO, "A job cannot be started: %s.", strerror(errno));
	if (pipe2(out, O_CLOEXEC) != 0) {
		close(in[0]);
		close(in[1]);
		return err_set(e, ERR_IO, "A job cannot be started: %s.", strerror(errno));
	}
	bool ok = spawn(engine, &a, in[0], out[1]) ||
		  err_set(e, ERR_IO, "A job cannot be started: %s.", strerror(errno));
	close(in[0]);
	close(out[1]);
	if (ok)
		give_order(in[1], order);
	close(in[1]);
	arena_release(&a);
	if (!ok) {
		close(out[0]);
		return false;
	}
	struct job_start *s = xcalloc(1, sizeof *s);
	*s = (struct job_start){.next = engine->job_starts,
		.engine = engine,
		.fn = fn,
		.ctx = ctx,
		.fd = out[0],
		.answer = BUF_INIT(ANSWER_MAX)};
	engine->job_starts = s;
	loop_hold(engine->loop);
	s->watch = loop_fd_watch(engine->loop, s->fd, LOOP_READ, on_answer, s);
	return true;
}

bool jobs_start(struct engine *engine, const struct rows_spec *spec, jobs_started_fn *fn, void *ctx,
	struct err *e)
{
	struct arena a = ARENA_INIT;
	bool ok = start(engine, order_of_spec(engine, &a, spec), fn, ctx, e);
	arena_release(&a);
	return ok;
}

bool jobs_resume(struct engine *engine, const struct rows_resume *how, jobs_started_fn *fn,
	void *ctx, struct err *e)
{
	struct arena a = ARENA_INIT;
	bool ok = start(engine, order_of_resume(&a, how), fn, ctx, e);
	arena_release(&a);
	return ok;
}
