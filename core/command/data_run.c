/* SPDX-License-Identifier: MIT */
#include "core/command/data_run.h"

#include "core/base/file.h"
#include "core/command/arguments.h"
#include "core/command/output.h"
#include "core/command/rows_view.h"

#include <math.h>
#include <signal.h>

/* How long a first signal waits for what is under way. */
static const int64_t patience_ns = INT64_C(10000000000);

bool data_run_cost(struct value arguments, int64_t *nano, struct err *e)
{
	struct str text = value_get_str(arguments, "max-cost", STR(""));
	double dollars;
	*nano = -1;
	if (text.len == 0)
		return true;
	if (str_starts(text, STR("$")))
		text = str_slice(text, 1, text.len);
	if (!str_to_double(text, &dollars) || !(dollars > 0) || dollars > 1e9) {
		err_set(e, ERR_USAGE, "--max-cost takes dollars, not '%.*s'.", STR_ARG(text));
		return err_hint(e, "For example: --max-cost 2.50.");
	}
	*nano = (int64_t)llround(dollars * 1e9);
	return true;
}

/* A path that means the same from any folder. */
static const char *lasting_path(struct arena *a, const char *path)
{
	const char *folder = path != NULL ? path_real(a, path_folder(a, path)) : NULL;
	return folder != NULL ? path_join(a, folder, path_name(path)) : path;
}

bool data_run_spec(struct arena *a, struct value arguments, struct rows_spec *out, struct err *e)
{
	static const char *const only[] = {"map", "repeat", "max-in-flight", "output", NULL};
	*out = (struct rows_spec){
		.model = value_get_str(arguments, "model", STR_NONE).at,
		.cache = value_get_str(arguments, "cache", STR_NONE).at,
		.data = value_get_str(arguments, "data", STR_NONE).at,
		.repeats = value_get_int(arguments, "repeat", 1),
		.max_in_flight = value_get_int(arguments, "max-in-flight", 0),
	};
	for (size_t i = 0; out->data == NULL && only[i] != NULL; i++)
		if (value_get_cstr(arguments, only[i]) != NULL)
			return err_set(e, ERR_USAGE, "--%s needs --data.", only[i]);
	if (out->data == NULL)
		return false;
	if (value_get_cstr(arguments, "max-in-flight") != NULL && out->max_in_flight < 1)
		return err_set(e, ERR_USAGE, "--max-in-flight takes 1 to %d.", ROWS_IN_FLIGHT_MAX);
	out->output = lasting_path(a, value_get_str(arguments, "output", STR_NONE).at);
	return arguments_pairs(a, arguments, "map", &out->map, e) &&
	       arguments_pairs(a, arguments, "input", &out->inputs, e) &&
	       data_run_cost(arguments, &out->max_cost_nano, e);
}

struct interrupt {
	struct command_context *context;
	uint64_t run;
	int count;
	struct loop_timer timer;
	struct loop_signal *watches[3];
};

static void on_patience(void *ctx)
{
	struct interrupt *i = ctx;
	rows_cancel(i->context->engine, i->run);
}

/* Once: nothing more begins, what is under way may end. Twice: it is stopped. */
static void on_signal(void *ctx, int number)
{
	struct interrupt *i = ctx;
	struct err e = ERR_INIT;
	(void)number;
	if (i->count++ > 0) {
		rows_cancel(i->context->engine, i->run);
		return;
	}
	err_set(&e, ERR_CANCELLED, "The run was interrupted.");
	rows_pause(i->context->engine, i->run, &e);
	output_aside(
		i->context->output, "Waiting for what is under way; interrupt again to stop it.");
	loop_timer_start(engine_loop(i->context->engine), &i->timer, patience_ns, on_patience, i);
}

static bool follow(
	struct command_context *context, struct rows_view *view, uint64_t run, struct err *e)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	size_t count = view->is_job ? 2 : 3; /* a job has no terminal to lose */
	struct interrupt i = {.context = context, .run = run, .timer.background = true};
	struct loop *loop = engine_loop(context->engine);
	for (size_t n = 0; n < count; n++)
		i.watches[n] = loop_signal_watch(loop, numbers[n], on_signal, &i);
	bool ok = rows_view_follow(view, run, e);
	for (size_t n = 0; n < count; n++)
		loop_signal_close(i.watches[n]);
	loop_timer_stop(loop, &i.timer);
	rows_release(context->engine, run);
	return ok;
}

bool data_run(struct command_context *context, const struct rows_spec *spec, struct err *e)
{
	struct rows_view view;
	uint64_t id;
	if (!rows_view_begin(&view, context, spec->output, e))
		return false;
	if (rows_start(context->engine, spec, &id, e))
		return follow(context, &view, id, e);
	rows_view_drop(&view);
	return false;
}

/* A run that is begun and cannot be followed ends here. */
static bool give_up(struct command_context *context, uint64_t run)
{
	rows_cancel(context->engine, run);
	return false;
}

bool data_run_job(struct command_context *context, uint64_t run, struct err *e)
{
	struct rows_view view;
	const char *path = rows_state(context->engine, run)->output;
	if (!rows_view_begin(&view, context, path, e))
		return give_up(context, run);
	view.is_job = true;
	return follow(context, &view, run, e);
}

bool data_run_resume(struct command_context *context, const struct rows_resume *how, struct err *e)
{
	struct rows_view view;
	uint64_t id;
	if (!rows_resume(context->engine, how, &id, e))
		return false;
	const char *path = rows_state(context->engine, id)->output;
	if (!rows_view_begin(&view, context, path, e))
		return give_up(context, id);
	return follow(context, &view, id, e);
}
