/* SPDX-License-Identifier: MIT */
#include "core/model/ask_private.h"

#include <stdio.h>

struct str ask_model_name(struct arena *a, const struct ask_target *target)
{
	const struct str name = target->connection->name;

	if (name.len == 0)
		return target->model;
	return str_format(a, "%.*s/%.*s", STR_ARG(name), STR_ARG(target->model));
}

static void say(const struct ask *ask, enum trace_level level, struct str text)
{
	struct trace_event event = {.kind = TRACE_LOG, .u.log = {level, text}};

	ask_tell(ask, &event);
}

/* "0.4 s", "12 s". */
static void add_wait(struct buf *out, int64_t ns)
{
	const double seconds = (double)ns / 1e9;

	buf_add_format(out, seconds < 9.95 ? "%.1f s" : "%.0f s", seconds);
}

void ask_say_again(const struct ask *ask, const struct err *error, int64_t wait_ns)
{
	struct arena a = ARENA_INIT;
	struct buf text = BUF_INIT(2048);
	const struct str model = ask_model_name(&a, ask_target_of(ask));

	buf_add_format(&text, "%.*s: %s It is asked again", STR_ARG(model), error->text);
	if (wait_ns > 0) {
		buf_add_cstr(&text, " in ");
		add_wait(&text, wait_ns);
	}
	buf_add_char(&text, '.');
	say(ask, TRACE_INFO, buf_str(&text));
	buf_free(&text);
	arena_release(&a);
}

void ask_say_next(const struct ask *ask, const struct err *error)
{
	struct arena a = ARENA_INIT;
	const struct str from = ask_model_name(&a, ask_target_of(ask));
	const struct str to = ask_model_name(&a, &ask->spec.targets[ask->target + 1]);

	say(ask, TRACE_WARNING,
		str_format(&a, "%.*s was asked instead of %.*s. %s", STR_ARG(to), STR_ARG(from),
			error->text));
	arena_release(&a);
}

void ask_parked_error(const struct ask *ask, int64_t resume_at_ns, struct err *e)
{
	const struct ask_target *target = ask_target_of(ask);
	char when[CLOCK_TEXT];

	err_set(e, ERR_NET, "The connection %.*s takes no requests before %s.",
		STR_ARG(target->connection->name), clock_text(resume_at_ns, when));
	err_hint(e, "Go on after that, or choose another model.");
}

void ask_parked_hint(int64_t resume_at_ns, struct err *e)
{
	char when[CLOCK_TEXT];

	err_hint(e, "It takes no requests before %s: go on after that, or choose another model.",
		clock_text(resume_at_ns, when));
}
