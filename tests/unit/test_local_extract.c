/* SPDX-License-Identifier: MIT */
/* The provider "local": the extractive answerer as a model among models. */
#include "core/model/local_extract.h"

#include "core/base/buf.h"
#include "core/data/json.h"
#include "core/loop/loop.h"
#include "tests/unit/check.h"

struct heard {
	struct arena arena;
	struct buf deltas; /* ended by '|' each */
	struct model_call *call;
	bool sent, done, cancel_at_first;
	enum trace_status status;
	struct str text, finish, model, response;
	struct trace_usage usage;
	int64_t first_ns;
};

static void on_sent(void *ctx)
{
	struct heard *h = ctx;
	assert_false(h->sent);
	h->sent = true;
}

static void on_delta(void *ctx, enum trace_delta_kind kind, struct str text)
{
	struct heard *h = ctx;
	assert_true(h->sent);
	assert_int_equal(kind, TRACE_DELTA_TEXT);
	buf_add_str(&h->deltas, text);
	buf_add_char(&h->deltas, '|');
	if (h->cancel_at_first)
		h->call->provider->cancel(h->call);
}

static void on_done(void *ctx, const struct model_result *r)
{
	struct heard *h = ctx;
	assert_false(h->done);
	h->done = true;
	h->status = r->status;
	h->text = str_copy(&h->arena, r->text);
	h->finish = str_copy(&h->arena, r->finish_reason);
	h->model = str_copy(&h->arena, r->response_model);
	h->response = json_text(&h->arena, r->response, JSON_COMPACT);
	h->usage = r->usage;
	h->first_ns = r->first_ns;
}

static const struct message prompt[] = {
	{.role = ROLE_SYSTEM, .content = {"Answer from the passages.", 25}},
	{.role = ROLE_USER,
		.content = {"[1] The pool opens at 8:00. The pool opens late on Sunday.\n\n"
			    "Question: When does the pool open?",
			93}},
};

/* Runs a call to its end; the text is in H's arena. */
static void run(struct heard *h, const struct model_request *request)
{
	struct loop *loop = loop_new(clock_virtual());
	struct provider_context context = {.loop = loop};
	struct connection connection = {.name = STR("local")};
	struct model_listener listener = {h, on_sent, on_delta, on_done};
	struct err e = ERR_INIT;
	h->call = local_extract.start(&context, &connection, request, &listener, &e);
	assert_non_null(h->call);
	assert_ptr_equal(h->call->provider, &local_extract);
	assert_false(h->sent || h->done);
	loop_run_until(loop, &h->done);
	loop_free(loop);
}

static void release(struct heard *h)
{
	buf_free(&h->deltas);
	arena_release(&h->arena);
}

static void test_streams_sentences(void **state)
{
	(void)state;
	struct heard h = {.deltas = BUF_INIT(0)};
	struct model_request request = {.model = STR("extract"),
		.messages = prompt,
		.message_count = 2,
		.parameters = value_none(),
		.stream = true};
	run(&h, &request);
	assert_int_equal(h.status, TRACE_OK);
	assert_str(buf_str(&h.deltas),
		"The pool opens at 8:00. [1]| The pool opens late on Sunday. [1]|");
	assert_str(h.text, "The pool opens at 8:00. [1] The pool opens late on Sunday. [1]");
	assert_str(h.finish, "stop");
	assert_str(h.model, "local/extract");
	assert_true(h.usage.estimated);
	assert_true(h.usage.input > 20 && h.usage.output > 10);
	assert_int_equal(h.usage.reasoning, -1);
	assert_true(h.first_ns >= CLOCK_VIRTUAL_START);
	assert_non_null(strstr(h.response.at, "\"outcome\":\"answered\""));
	assert_non_null(strstr(h.response.at, "\"citations\":[1,1]"));
	release(&h);
}

static void test_completion(void **state)
{
	(void)state;
	struct heard h = {.deltas = BUF_INIT(0)};
	struct model_request request = {
		.api = API_COMPLETION, .prompt = prompt[1].content, .parameters = value_none()};
	run(&h, &request);
	assert_true(str_starts(h.text, STR("The pool opens at 8:00. [1]")));
	release(&h);
}

static void test_cancel(void **state)
{
	(void)state;
	struct heard h = {.deltas = BUF_INIT(0), .cancel_at_first = true};
	struct model_request request = {
		.messages = prompt, .message_count = 2, .parameters = value_none()};
	run(&h, &request);
	assert_int_equal(h.status, TRACE_CANCELLED);
	assert_str(h.text, "The pool opens at 8:00. [1]");
	assert_str(h.finish, "");
	release(&h);
}

static void test_refuses_what_it_cannot(void **state)
{
	(void)state;
	static const char *const parameters[] = {"{\"response_format\":{\"type\":\"json_object\"}}",
		"{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{}}}",
		"{\"tool_choice\":\"required\"}", "{\"tool_choice\":{\"type\":\"function\"}}"};
	static const char *const fine[] = {"{\"response_format\":{\"type\":\"text\"}}",
		"{\"temperature\":0.2,\"tool_choice\":\"auto\"}"};
	struct arena a = ARENA_INIT;
	struct provider_context context = {.loop = NULL};
	struct connection connection = {.name = STR("local")};
	struct model_listener listener = {NULL, on_sent, on_delta, on_done};
	struct model_request request = {.messages = prompt, .message_count = 2};
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
		struct err e = ERR_INIT;
		assert_true(json_read(&a, str_from(parameters[i]), NULL, &request.parameters, &e));
		assert_null(local_extract.start(&context, &connection, &request, &listener, &e));
		assert_int_equal(e.code, ERR_PROVIDER);
		assert_non_null(
			strstr(e.text, i < 2 ? "cannot answer in JSON" : "cannot call tools"));
		assert_true(e.hint[0] != '\0');
	}
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
		struct heard h = {.deltas = BUF_INIT(0)};
		struct err e = ERR_INIT;
		assert_true(json_read(&a, str_from(fine[i]), NULL, &request.parameters, &e));
		run(&h, &request);
		assert_int_equal(h.status, TRACE_OK);
		release(&h);
	}
	arena_release(&a);
}

static void test_is_found(void **state)
{
	(void)state;
	assert_ptr_equal(provider_find(STR("local")), &local_extract);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams_sentences),
		cmocka_unit_test(test_completion),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_refuses_what_it_cannot),
		cmocka_unit_test(test_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
