/* SPDX-License-Identifier: MIT */
#include "core/model/command_provider.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/loop/loop.h"
#include "core/loop/process.h"
#include "core/model/http_endpoint.h"
#include "core/model/openai_answer.h"
#include "core/text/sanitize.h"

#include <stdlib.h>

enum { TIMEOUT_MS = 900000, LINE_MOST = 16 << 20, ERRORS_SHOWN = 240 };

enum form { FORM_UNKNOWN, FORM_LINES, FORM_TEXT };

struct call {
	struct model_call base;
	struct loop *loop;
	struct process *process; /* NULL before its start */
	struct model_listener listener;
	struct openai_answer answer;
	struct loop_timer soon;
	struct value argv; /* list of strings, in the answer's arena */
	const char *folder;
	struct str input;
	int64_t timeout_ms;
	enum form form;
	struct buf line;
	struct buf raw;
	struct err error; /* what we found wrong with its answer */
	int64_t first_ns;
	bool cancelled;
};

static void on_delta(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct call *c = ctx;

	if (c->first_ns == 0)
		c->first_ns = loop_now(c->loop);
	if (c->listener.delta != NULL)
		c->listener.delta(c->listener.ctx, kind, text);
}

static void call_free(struct call *c)
{
	loop_timer_stop(c->loop, &c->soon);
	openai_answer_free(&c->answer);
	arena_release(&c->answer.base.arena);
	arena_release(&c->answer.base.scratch);
	buf_free(&c->line);
	buf_free(&c->raw);
	free(c);
}

/* A piece of the answer in the words of chat completions. */
static bool add(struct call *c, const char *where, const char *key, struct value v)
{
	struct arena *a = &c->answer.base.scratch;
	struct value inner = value_dict(a), item = value_dict(a), list = value_list(a),
		     chunk = value_dict(a);

	value_set(inner, str_from(key), v);
	value_set(item, str_from(where), inner);
	value_push(list, item);
	value_set(chunk, STR("choices"), list);
	return openai_answer_take(&c->answer, chunk, &c->error);
}

static bool finish_word(struct call *c, struct value v)
{
	struct arena *a = &c->answer.base.scratch;
	struct value item = value_dict(a), list = value_list(a), chunk = value_dict(a);

	value_set(item, STR("finish_reason"), v);
	value_push(list, item);
	value_set(chunk, STR("choices"), list);
	return openai_answer_take(&c->answer, chunk, &c->error);
}

static bool take_usage(struct call *c, struct value usage)
{
	struct arena *a = &c->answer.base.scratch;
	struct value own = value_copy(a, usage), chunk = value_dict(a);
	const struct value *in = value_get_cstr(usage, "input_tokens");
	const struct value *out = value_get_cstr(usage, "output_tokens");

	if (in != NULL)
		value_set(own, STR("prompt_tokens"), *in);
	if (out != NULL)
		value_set(own, STR("completion_tokens"), *out);
	value_set(chunk, STR("usage"), own);
	return openai_answer_take(&c->answer, chunk, &c->error);
}

static const char *const members[] = {"delta", "text", "reasoning", "refusal", "tool_calls",
	"finish_reason", "usage", "error", "choices", NULL};

static bool is_ours(struct value v)
{
	for (size_t i = 0; members[i] != NULL; i++)
		if (value_get_cstr(v, members[i]) != NULL)
			return true;
	return false;
}

static bool take_error(struct call *c, struct value v)
{
	struct wire_error *error = &c->answer.base.error;
	struct arena *a = &c->answer.base.arena;

	if (!wire_error_find(a, value_copy(a, v), error))
		return false;
	c->answer.base.failed = true;
	wire_error_explain(error, str_cstr(a, c->argv.u.list->items[0].u.str), 0, &c->error);
	return true;
}

static bool take_object(struct call *c, struct value v)
{
	static const struct {
		const char *name, *as;
	} pieces[] = {{"reasoning", "reasoning_content"}, {"delta", "content"}, {"text", "content"},
		{"refusal", "refusal"}, {"tool_calls", "tool_calls"}};
	const struct value finish = wire_member(v, "finish_reason");

	if (value_get_cstr(v, "error") != NULL && take_error(c, v))
		return false;
	if (value_get_cstr(v, "choices") != NULL)
		return openai_answer_take(&c->answer, v, &c->error);
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		const struct value piece = wire_member(v, pieces[i].name);
		if (piece.kind != VALUE_NONE && !add(c, "delta", pieces[i].as, piece))
			return false;
	}
	if (finish.kind == VALUE_STR && !finish_word(c, finish))
		return false;
	return wire_member(v, "usage").kind != VALUE_DICT || take_usage(c, wire_member(v, "usage"));
}

static bool take_line(struct call *c, struct str line)
{
	struct value v;
	struct err e = ERR_INIT;

	arena_reset(&c->answer.base.scratch);
	line = str_trim(wire_repair(&c->answer.base.scratch, line));
	if (line.len == 0)
		return true;
	if (json_read(&c->answer.base.scratch, line, NULL, &v, &e) && v.kind == VALUE_DICT)
		return take_object(c, v);
	return err_set(&c->error, ERR_PROVIDER,
		"The program answered with a line that is no JSON "
		"object, behind others that are.");
}

/* The text so far, whatever it is. */
static bool take_text(struct call *c, struct str text)
{
	arena_reset(&c->answer.base.scratch);
	return add(c, "delta", "content", value_str(wire_repair(&c->answer.base.scratch, text)));
}

/* The first line tells lines from text. */
static void decide(struct call *c, struct str line)
{
	struct value v;
	struct err e = ERR_INIT;
	const struct str start = str_trim(line);

	arena_reset(&c->answer.base.scratch);
	if (start.len > 0 && start.at[0] == '{' &&
		json_read(&c->answer.base.scratch, start, NULL, &v, &e) && is_ours(v))
		c->form = FORM_LINES;
	else
		c->form = FORM_TEXT;
}

/* Takes whole lines off c->line; AT_END also what has no line end. */
static bool take_lines(struct call *c, bool at_end)
{
	struct str rest = buf_str(&c->line), behind;
	bool ok = true;

	while (ok && rest.len > 0) {
		const struct str line = str_cut(rest, '\n', &behind);
		if (behind.at == NULL && !at_end)
			break;
		if (c->form == FORM_UNKNOWN && str_trim(line).len > 0)
			decide(c, line);
		if (c->form == FORM_TEXT)
			break;
		ok = take_line(c, line);
		rest = behind.at != NULL ? behind : STR_NONE;
	}
	buf_remove_start(&c->line, c->line.len - rest.len);
	if (ok && c->form == FORM_TEXT) {
		/* A last line end is the program's, not the text's; a cut character waits. */
		const struct str held = str_trim_end(buf_str(&c->line));
		const size_t len = at_end ? held.len : wire_whole(held);
		ok = take_text(c, str_slice(held, 0, len));
		buf_remove_start(&c->line, len);
	}
	return ok;
}

static void on_output(void *ctx, struct str bytes)
{
	struct call *c = ctx;

	buf_add_str(&c->raw, str_slice(bytes, 0, WIRE_RAW_MAX - c->raw.len));
	if (c->error.code != ERR_NONE)
		return;
	buf_add_str(&c->line, bytes);
	if (c->line.len > LINE_MOST)
		err_set(&c->error, ERR_LIMIT, "A line of the program's answer is too long.");
	if (c->error.code != ERR_NONE || !take_lines(c, false))
		process_cancel(c->process);
}

/* The last words on standard error, as one line that does no harm. */
static void add_words(struct call *c, struct err *e, struct str errors)
{
	struct arena *a = &c->answer.base.arena;
	struct str words = str_trim(errors);

	if (words.len > ERRORS_SHOWN)
		words = str_slice(words, words.len - ERRORS_SHOWN, words.len);
	words = sanitize(a, words, SANITIZE_ONE_LINE);
	if (words.len > 0)
		err_set(e, e->code, "%s It said: %.*s", str_cstr(a, str_from(e->text)),
			STR_ARG(words));
}

static enum trace_status judge(struct call *c, const struct process_result *end, struct err *e)
{
	const struct str program = c->argv.u.list->items[0].u.str;

	if (c->cancelled) {
		err_set(e, ERR_CANCELLED, "The request was stopped.");
		return TRACE_CANCELLED;
	}
	*e = c->error.code != ERR_NONE ? c->error : end->error;
	if (c->answer.base.failed)
		return wire_error_is_filter(&c->answer.base.error) ? TRACE_FILTERED : TRACE_ERROR;
	if (e->code == ERR_NONE && end->signal != 0)
		err_set(e, ERR_PROVIDER, "The program %.*s was ended by signal %d.",
			STR_ARG(program), end->signal);
	else if (e->code == ERR_NONE && end->status != 0)
		err_set(e, ERR_PROVIDER, "The program %.*s failed with status %d.",
			STR_ARG(program), end->status);
	else if (e->code == ERR_NONE && c->form == FORM_UNKNOWN)
		err_set(e, ERR_PROVIDER, "The program %.*s gave no answer.", STR_ARG(program));
	if (e->code == ERR_NONE)
		return TRACE_OK;
	add_words(c, e, end->errors);
	return c->first_ns > 0 && e->code == ERR_PROVIDER ? TRACE_TRUNCATED : TRACE_ERROR;
}

static void tell(struct call *c, struct model_result *r)
{
	r->first_ns = c->first_ns;
	if (r->status != TRACE_OK)
		r->raw = buf_str(&c->raw);
	c->listener.done(c->listener.ctx, r);
	call_free(c);
}

static enum model_fault fault_of(
	const struct call *c, enum trace_status status, const struct process_result *end)
{
	if (status == TRACE_OK)
		return FAULT_NONE;
	if (status == TRACE_FILTERED)
		return FAULT_FILTER;
	if (c->answer.base.failed)
		return wire_error_fault(&c->answer.base.error, 0);
	if (c->process == NULL)
		return FAULT_UNSENT;
	/* A program that says no would say it again. */
	return end->error.code == ERR_NONE && end->status > 0 ? FAULT_REQUEST : FAULT_UNKNOWN;
}

static void on_done(void *ctx, const struct process_result *end)
{
	struct call *c = ctx;
	struct model_result r = {.tool_calls = value_none(), .response = value_none()};

	if (end->error.code == ERR_NONE && c->error.code == ERR_NONE && take_lines(c, true))
		c->form = c->form == FORM_UNKNOWN && c->raw.len > 0 ? FORM_TEXT : c->form;
	r.status = judge(c, end, &r.error);
	openai_answer_result(&c->answer, &r);
	if (r.status == TRACE_OK && str_is(r.finish_reason, "content_filter")) {
		r.status = TRACE_FILTERED;
		err_set(&r.error, ERR_PROVIDER, "A content filter stopped the answer.");
	}
	r.fault = fault_of(c, r.status, end);
	tell(c, &r);
}

static void fail_start(struct call *c, const struct err *e)
{
	struct model_result r = {.status = TRACE_ERROR,
		.fault = FAULT_UNSENT,
		.tool_calls = value_none(),
		.response = value_none(),
		.usage = usage_unknown(),
		.error = *e};

	if (c->cancelled) {
		r.status = TRACE_CANCELLED;
		err_set(&r.error, ERR_CANCELLED, "The request was stopped.");
	}
	tell(c, &r);
}

/* In a turn of its own, since the listener must not be called from start. */
static void on_soon(void *ctx)
{
	struct call *c = ctx;
	const size_t count = c->argv.u.list->len;
	const char **argv = ARENA_ARRAY(&c->answer.base.arena, const char *, count + 1);
	struct err e = ERR_INIT;

	for (size_t i = 0; i < count; i++)
		argv[i] = str_cstr(&c->answer.base.arena, c->argv.u.list->items[i].u.str);
	const struct process_spec spec = {
		.argv = argv, .folder = c->folder, .input = c->input, .timeout_ms = c->timeout_ms};
	const struct process_listener listener = {c, on_output, on_done};
	if (!c->cancelled)
		c->process = process_start(c->loop, &spec, &listener, &e);
	if (c->process == NULL) {
		fail_start(c, &e);
		return;
	}
	if (c->listener.sent != NULL)
		c->listener.sent(c->listener.ctx);
}

static bool argv_of(const struct connection *connection, struct value *out, struct err *e)
{
	const struct value *given = value_get_cstr(connection->options, "command");

	if (given != NULL && given->kind == VALUE_LIST && given->u.list->len > 0) {
		*out = *given;
		return true;
	}
	err_set(e, ERR_CONFIG, "The connection %.*s names no command.", STR_ARG(connection->name));
	return err_hint(e, "For example: command: [python3, answer.py]");
}

static bool show(struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e)
{
	struct value argv;

	if (!argv_of(connection, &argv, e))
		return false;
	*out = (struct model_wire){.method = STR(""),
		.url = STR(""),
		.headers = value_none(),
		.body = json_text(a, http_endpoint_variables(a, request), JSON_COMPACT)};
	return true;
}

static struct model_call *start(const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e)
{
	struct value argv;
	struct model_wire wire;

	if (!argv_of(connection, &argv, e))
		return NULL;
	if (context->allows == NULL || !context->allows(context->allows_ctx, connection, e)) {
		if (e->code == ERR_NONE)
			err_set(e, ERR_CONFIG,
				"The command of the connection %.*s is not approved.",
				STR_ARG(connection->name));
		return NULL;
	}
	struct call *c = xcalloc(1, sizeof *c);
	c->base.provider = &command_provider;
	c->loop = context->loop;
	c->listener = *listener;
	c->raw.max = WIRE_RAW_MAX;
	c->answer.base.delta = on_delta;
	c->answer.base.ctx = c;
	openai_answer_init(&c->answer, 1);
	struct arena *a = &c->answer.base.arena;
	c->argv = value_copy(a, argv);
	c->folder = connection->folder.len > 0 ? str_cstr(a, connection->folder) : NULL;
	c->timeout_ms = connection->total_ms > 0 ? connection->total_ms : TIMEOUT_MS;
	if (!show(a, connection, request, &wire, e)) {
		call_free(c);
		return NULL;
	}
	c->input = wire.body;
	loop_timer_start(c->loop, &c->soon, 0, on_soon, c);
	return &c->base;
}

static void cancel(struct model_call *call)
{
	struct call *c = (struct call *)call;

	c->cancelled = true;
	if (c->process != NULL)
		process_cancel(c->process);
}

const struct provider command_provider = {
	.name = "command",
	.wire = show,
	.start = start,
	.cancel = cancel,
};
