/* SPDX-License-Identifier: MIT */
/* The scripted model: what it says, when, and what a bad script is told. */
#include "core/model/scripted.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/loop/loop.h"

#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct rig {
	char path[64];
	struct loop *loop;
	struct provider_context context;
	struct connection connection;
};

struct call {
	struct rig *rig;
	struct model_call *call;
	struct buf told; /* "ms:kind:text;" each */
	int64_t started;
	size_t pieces, cancel_after;
	bool sent, done;
	enum trace_status status;
	struct err error;
	struct arena arena;
	struct str text, reasoning, refusal, finish, model;
	struct trace_usage usage;
	struct value tools;
	int http_status;
	int64_t retry_after_ns;
};

static int set_up(void **state)
{
	struct rig *r = xcalloc(1, sizeof *r);
	strcpy(r->path, "/tmp/lathe-script-XXXXXX");
	const int fd = mkstemp(r->path);
	if (fd < 0)
		return -1;
	close(fd);
	r->loop = loop_new(clock_virtual());
	r->context.loop = r->loop;
	r->context.scripted = scripted_memory_new();
	r->connection.name = STR("fake");
	r->connection.script = str_from(r->path);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct rig *r = *state;
	unlink(r->path);
	scripted_memory_free(r->context.scripted);
	loop_free(r->loop);
	free(r);
	return 0;
}

static void write_script(const struct rig *r, const char *text)
{
	struct err e = ERR_INIT;
	assert_true(file_write(r->path, str_from(text), 0600, &e));
}

static void on_sent(void *ctx)
{
	struct call *c = ctx;
	c->sent = true;
}

static void on_delta(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct call *c = ctx;
	const int64_t ms = (loop_now(c->rig->loop) - c->started) / 1000000;
	assert_true(c->sent);
	buf_add_format(
		&c->told, "%lld:%s:%.*s;", (long long)ms, trace_delta_word(kind), STR_ARG(text));
	if (++c->pieces == c->cancel_after)
		c->call->provider->cancel(c->call);
}

static void on_done(void *ctx, const struct model_result *r)
{
	struct call *c = ctx;
	assert_false(c->done);
	c->done = true;
	c->status = r->status;
	c->error = r->error;
	c->text = str_copy(&c->arena, r->text);
	c->reasoning = str_copy(&c->arena, r->reasoning);
	c->refusal = str_copy(&c->arena, r->refusal);
	c->finish = str_copy(&c->arena, r->finish_reason);
	c->model = str_copy(&c->arena, r->response_model);
	c->tools = value_copy(&c->arena, r->tool_calls);
	c->usage = r->usage;
	c->http_status = r->http_status;
	c->retry_after_ns = r->retry_after_ns;
}

static struct call begin(struct rig *r, struct call *c, const char *text, struct err *e)
{
	const struct message message = {
		.role = ROLE_USER, .content = str_from(text), .tool_calls = value_none()};
	const struct model_request request = {
		.model = STR("m1"),
		.messages = &message,
		.message_count = 1,
		.parameters = value_none(),
		.stream = true,
	};
	const struct model_listener listener = {c, on_sent, on_delta, on_done};
	c->rig = r;
	c->started = loop_now(r->loop);
	c->call = scripted.start(&r->context, &r->connection, &request, &listener, e);
	return *c;
}

static void run(struct rig *r, struct call *c, const char *text)
{
	struct err e = ERR_INIT;
	begin(r, c, text, &e);
	if (c->call == NULL)
		fail_msg("%s", e.text);
	assert_int_equal(c->told.len, 0); /* nobody is called from within start */
	assert_false(c->sent);
	loop_run_until(r->loop, &c->done);
	assert_true(loop_is_idle(r->loop));
}

static void drop(struct call *c)
{
	buf_free(&c->told);
	arena_release(&c->arena);
}

static void says_what_it_is_told(void **state)
{
	struct rig *r = *state;
	struct call c = {.cancel_after = 0};
	write_script(r, "{\"replies\": [{\"delay_ms\": 200, \"between_ms\": 50,"
			"\"pieces\": [{\"reasoning\": \"hm\"}, \"Ten \", {\"wait_ms\": 60000},"
			"{\"text\": \"days.\"}],"
			"\"usage\": {\"prompt_tokens\": 7, \"completion_tokens\": 2}}]}");
	run(r, &c, "how long?");
	assert_string_equal(c.told.at, "200:reasoning:hm;250:text:Ten ;60300:text:days.;");
	assert_int_equal(c.status, TRACE_OK);
	assert_str(c.text, "Ten days.");
	assert_str(c.reasoning, "hm");
	assert_str(c.finish, "stop");
	assert_str(c.model, "m1");
	assert_int_equal(c.usage.input, 7);
	assert_int_equal(c.usage.output, 2);
	assert_int_equal(c.usage.cache_read, -1);
	drop(&c);
}

static void cuts_at_characters(void **state)
{
	struct rig *r = *state;
	struct call c = {.cancel_after = 0};
	write_script(r, "{\"replies\": [{\"text\": \"\xe5\x85\xa5\xe8\x81\x8c"
			"abc\", "
			"\"chunk\": 2}]}");
	run(r, &c, "x");
	assert_string_equal(c.told.at, "0:text:\xe5\x85\xa5\xe8\x81\x8c;0:text:ab;0:text:c;");
	assert_int_equal(c.usage.input, -1);
	drop(&c);
}

static void chooses(void **state)
{
	static const struct {
		const char *ask, *say;
	} steps[] = {{"a", "first"}, {"about leave", "leave"}, {"a", "second"},
		{"more about leave", "leave"}, {"once", "only once"}, {"once", "third"}};
	struct rig *r = *state;
	struct err e = ERR_INIT;
	write_script(r, "{\"replies\": [{\"match\": \"leave\", \"text\": \"leave\"},"
			"{\"match\": \"once\", \"times\": 1, \"text\": \"only once\"},"
			"{\"model\": \"m2\", \"text\": \"another model\"},"
			"{\"text\": \"first\"}, {\"text\": \"second\"}, {\"text\": \"third\"}]}");
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct call c = {.cancel_after = 0};
		run(r, &c, steps[i].ask);
		assert_str(c.text, steps[i].say);
		drop(&c);
	}
	struct call c = {.cancel_after = 0};
	begin(r, &c, "a", &e);
	assert_null(c.call);
	assert_int_equal(e.code, ERR_PROVIDER);
	assert_non_null(strstr(e.text, "no reply left"));
}

static void faults(void **state)
{
	static const struct {
		const char *reply;
		enum trace_status status;
		enum err_code code;
		const char *text;
	} cases[] = {
		{"{\"text\": \"half\", \"end\": \"truncated\", \"error\": {\"kind\": \"net\"}}",
			TRACE_TRUNCATED, ERR_NET, "half"},
		{"{\"end\": \"filtered\"}", TRACE_FILTERED, ERR_PROVIDER, ""},
		{"{\"end\": \"error\", \"error\": {\"kind\": \"provider\", \"message\": \"Slow "
		 "down.\", \"status\": 429, \"retry_after_ms\": 2000}}",
			TRACE_ERROR, ERR_PROVIDER, ""},
	};
	struct rig *r = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct call c = {.cancel_after = 0};
		char script[400];
		snprintf(script, sizeof script, "{\"replies\": [%s]}", cases[i].reply);
		scripted_memory_free(r->context.scripted);
		r->context.scripted = scripted_memory_new();
		write_script(r, script);
		run(r, &c, "x");
		assert_int_equal(c.status, cases[i].status);
		assert_int_equal(c.error.code, cases[i].code);
		assert_str(c.text, cases[i].text);
		if (i == 2) {
			assert_string_equal(c.error.text, "Slow down.");
			assert_int_equal(c.http_status, 429);
			assert_int_equal(c.retry_after_ns, 2000000000);
		}
		drop(&c);
	}
}

static void tools_and_refusal(void **state)
{
	struct rig *r = *state;
	struct call c = {.cancel_after = 0};
	write_script(r,
		"{\"replies\": [{\"pieces\": [{\"tool\": {\"id\": \"c1\", \"name\": \"add\", "
		"\"arguments\": \"{\\\"a\\\":\"}}, {\"tool\": {\"arguments\": \"1}\"}}]},"
		"{\"pieces\": [{\"refusal\": \"No.\"}]}]}");
	run(r, &c, "x");
	assert_str(c.finish, "tool_calls");
	const struct value call = c.tools.u.list->items[0];
	assert_str(value_get_str(call, "id", STR_NONE), "c1");
	const struct value *function = value_get_cstr(call, "function");
	assert_str(value_get_str(*function, "arguments", STR_NONE), "{\"a\":1}");
	drop(&c);
	struct call second = {.cancel_after = 0};
	run(r, &second, "x");
	assert_str(second.refusal, "No.");
	drop(&second);
}

static void cancelled(void **state)
{
	struct rig *r = *state;
	struct call c = {.cancel_after = 2};
	write_script(r, "{\"replies\": [{\"pieces\": [\"a\", \"b\", \"c\"], \"between_ms\": 9}]}");
	run(r, &c, "x");
	assert_int_equal(c.status, TRACE_CANCELLED);
	assert_int_equal(c.error.code, ERR_CANCELLED);
	assert_str(c.text, "ab");
	drop(&c);
}

static void never_ends(void **state)
{
	struct rig *r = *state;
	struct call c = {.cancel_after = 1};
	write_script(r, "{\"replies\": [{\"text\": \"a\", \"end\": \"never\"}]}");
	run(r, &c, "x");
	assert_int_equal(c.status, TRACE_CANCELLED);
	drop(&c);
}

static void bad_scripts(void **state)
{
	static const struct {
		const char *script, *where, *text;
	} cases[] = {
		{"{\"replies\":\n [{\"txt\": \"a\"}]}", ":2:4", "has no key \"txt\""},
		{"{\"replies\": [{\"text\": 1}]}", ":1:15", "\"text\" is"},
		{"{\"replies\": [{\"pieces\": [{\"sleep\": 1}]}]}", ":1:27", "no key \"sleep\""},
		{"{\"replies\": [{\"end\": \"boom\"}]}", ":1:22", "cannot be \"boom\""},
		{"{\"replies\": [{\"error\": {\"kind\": \"x\"}}]}", ":1:33", "cannot be \"x\""},
		{"{\"reply\": []}", ":1:1", "a list of \"replies\""},
		{"{\"replies\": [", ":1:", "not valid JSON"},
	};
	struct rig *r = *state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct call c = {.cancel_after = 0};
		struct err e = ERR_INIT;
		write_script(r, cases[i].script);
		begin(r, &c, "x", &e);
		assert_null(c.call);
		assert_int_equal(e.code, ERR_CONFIG);
		if (strstr(e.text, cases[i].text) == NULL ||
			strstr(e.where, cases[i].where) == NULL)
			fail_msg("%s: %s %s", cases[i].script, e.where, e.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_what_it_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cuts_at_characters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(chooses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tools_and_refusal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cancelled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(never_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bad_scripts, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
