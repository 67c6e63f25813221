/* SPDX-License-Identifier: MIT */
/* What listens to the trace bus: rows in the store and lines of JSON. */
#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/store/blob_rows.h"
#include "core/store/run_rows.h"
#include "core/store/span_rows.h"
#include "core/trace/bus.h"
#include "core/trace/to_ndjson.h"
#include "core/trace/to_store.h"

#include "tests/unit/store_world.h"

enum { SECOND = 1000000000 };

struct listening {
	struct world w;
	struct trace_bus *bus;
	struct to_store *to_store;
	struct to_ndjson *to_ndjson;
	struct buf lines;
};

static void add_line(void *ctx, struct str line)
{
	struct buf *lines = ctx;
	assert_true(buf_add_str(lines, line));
}

static int set_up(void **state)
{
	struct listening *l = calloc(1, sizeof *l);
	world_init(&l->w);
	loop_free(l->w.loop);
	l->w.loop = loop_new(clock_virtual());
	world_open(&l->w);
	l->bus = trace_bus_new();
	l->to_store = to_store_new(l->w.loop, l->w.store);
	l->to_ndjson = to_ndjson_new(add_line, &l->lines);
	trace_bus_listen(l->bus, to_store_listen, l->to_store);
	trace_bus_listen(l->bus, to_ndjson_listen, l->to_ndjson);
	*state = l;
	return 0;
}

static int tear_down(void **state)
{
	struct listening *l = *state;
	to_store_free(l->to_store);
	to_ndjson_free(l->to_ndjson);
	trace_bus_free(l->bus);
	buf_free(&l->lines);
	world_release(&l->w);
	free(l);
	return 0;
}

static void tell(struct listening *l, uint64_t span, struct trace_event event)
{
	event.at_ns = loop_now(l->w.loop);
	event.run = 0x11;
	event.span = span;
	trace_bus_tell(l->bus, &event);
}

static void tell_delta(struct listening *l, enum trace_delta_kind kind, const char *text)
{
	struct trace_delta delta = {.kind = kind, .text = str_from(text)};
	tell(l, 0x22, (struct trace_event){.kind = TRACE_DELTA, .u.delta = delta});
}

/* Lets virtual time pass: what is due on the way happens. */
static void pass(struct listening *l, int64_t ns)
{
	bool done = false;
	struct loop_timer timer = {.due_ns = 0};
	loop_timer_start(l->w.loop, &timer, ns, world_timer, &done);
	loop_run_until(l->w.loop, &done);
}

static void tell_begin(struct listening *l)
{
	struct arena *a = &l->w.arena;
	struct value settings = value_dict(a), inputs = value_dict(a), attributes = value_dict(a);
	value_set(settings, STR("model"), value_cstr("fake/tiny"));
	value_set(inputs, STR("question"), value_cstr("why\x1b[31m?"));
	value_set(attributes, STR("gen_ai.operation.name"), value_cstr("chat"));
	struct trace_run_begin run = {.kind = STR("prompt"),
		.name = STR("p.prompty"),
		.hash = STR("ab"),
		.source = STR("text"),
		.settings = settings,
		.inputs = inputs};
	struct trace_span_begin span = {.name = STR("answer"),
		.kind = STR("llm"),
		.attributes = attributes,
		.input = value_cstr("in")};
	struct trace_attempt_begin attempt = {.attempt = 0x33,
		.number = 1,
		.provider = STR("scripted"),
		.model = STR("tiny"),
		.connection = STR("fake"),
		.request = STR("{}")};
	tell(l, 0, (struct trace_event){.kind = TRACE_RUN_BEGIN, .u.run_begin = run});
	tell(l, 0x22, (struct trace_event){.kind = TRACE_SPAN_BEGIN, .u.span_begin = span});
	tell(l, 0x22,
		(struct trace_event){.kind = TRACE_ATTEMPT_BEGIN, .u.attempt_begin = attempt});
}

static void tell_end(struct listening *l, const struct err *error)
{
	struct trace_attempt_end attempt = {.attempt = 0x33,
		.status = error == NULL ? TRACE_OK : TRACE_ERROR,
		.usage = {7, 3, -1, -1, 0, .estimated = true},
		.finish_reason = STR("stop"),
		.response_id = STR("id-1"),
		.response_model = STR("tiny-2"),
		.http_status = 200,
		.first_ns = loop_now(l->w.loop),
		.cost_nano = 1250,
		.price = STR("models.yaml 2026-01-01"),
		.error = error};
	struct trace_end end = {.status = error == NULL ? TRACE_OK : TRACE_ERROR,
		.output = value_cstr("because"),
		.error = error};
	tell(l, 0x22, (struct trace_event){.kind = TRACE_ATTEMPT_END, .u.attempt_end = attempt});
	tell(l, 0x22, (struct trace_event){.kind = TRACE_SPAN_END, .u.end = end});
	tell(l, 0, (struct trace_event){.kind = TRACE_RUN_END, .u.end = end});
}

static void events_become_rows(void **state)
{
	struct listening *l = *state;
	struct world *w = &l->w;
	int64_t start = loop_now(w->loop);
	tell_begin(l);
	pass(l, SECOND);
	struct trace_attempt_begin sent = {.attempt = 0x33};
	tell(l, 0x22, (struct trace_event){.kind = TRACE_ATTEMPT_SENT, .u.attempt_begin = sent});
	pass(l, SECOND);
	tell_delta(l, TRACE_DELTA_REASONING, "hm");
	tell_delta(l, TRACE_DELTA_TEXT, "because");
	struct trace_log log = {.level = TRACE_WARNING, .text = STR("slow")};
	tell(l, 0, (struct trace_event){.kind = TRACE_LOG, .u.log = log});
	pass(l, SECOND);
	tell_end(l, NULL);
	world_settle(w);

	struct run_row run;
	struct span_rows spans;
	struct attempt_rows attempts;
	struct log_rows logs;
	struct str bytes;
	assert_ok(run_rows_find(w->store, &w->arena, STR("0000000000000011"), &run, &e));
	assert_str(run.settings, "{\"model\":\"fake/tiny\"}");
	assert_int_equal(run.started_ns, start);
	assert_int_equal(run.ended_ns, start + 3 * (int64_t)SECOND);
	assert_true(run.estimated);
	assert_ok(span_rows_list(w->store, &w->arena, 0x11, &spans, &e));
	assert_int_equal(spans.len, 1);
	assert_int_equal(spans.rows[0].first_ns, start + 2 * (int64_t)SECOND);
	assert_int_equal(spans.rows[0].streamed, 9);
	assert_str(spans.rows[0].attributes, "{\"gen_ai.operation.name\":\"chat\"}");
	assert_ok(blob_rows_read(w->store, &w->arena, spans.rows[0].output_blob, &bytes, &e));
	assert_str(bytes, "\"because\"");
	assert_ok(span_rows_attempts(w->store, &w->arena, 0x11, &attempts, &e));
	assert_str(attempts.rows[0].state, "done");
	assert_int_equal(attempts.rows[0].sent_ns, start + SECOND);
	assert_int_equal(attempts.rows[0].input_tokens, 7);
	assert_int_equal(attempts.rows[0].cache_write_tokens, -1);
	assert_int_equal(attempts.rows[0].cost_nano, 1250);
	assert_str(attempts.rows[0].price, "models.yaml 2026-01-01");
	assert_ok(span_rows_log(w->store, &w->arena, 0x11, &logs, &e));
	assert_int_equal(logs.len, 1);
	assert_str(logs.rows[0].level, "warning");
	assert_str(logs.rows[0].text, "slow");
}

static void an_error_is_kept_as_a_sentence(void **state)
{
	struct listening *l = *state;
	struct err error = ERR_INIT;
	err_set(&error, ERR_NET, "No answer from the server.");
	err_place(&error, "p.prompty", 3, 1);
	tell_begin(l);
	tell_end(l, &error);
	world_settle(&l->w);
	struct run_row run;
	struct attempt_rows attempts;
	assert_ok(run_rows_find(l->w.store, &l->w.arena, STR("last"), &run, &e));
	assert_str(run.status, "error");
	assert_str(run.error, "p.prompty:3:1: No answer from the server.");
	assert_ok(span_rows_attempts(l->w.store, &l->w.arena, 0x11, &attempts, &e));
	assert_str(attempts.rows[0].state, "error");
}

static struct str partial(struct listening *l)
{
	struct str text;
	world_settle(&l->w);
	assert_ok(span_rows_partial(l->w.store, &l->w.arena, 0x22, &text, &e));
	return text;
}

static void a_stream_is_kept_every_second(void **state)
{
	struct listening *l = *state;
	tell_begin(l);
	tell_delta(l, TRACE_DELTA_TEXT, "one two ");
	tell_delta(l, TRACE_DELTA_TEXT, "thr");
	pass(l, SECOND / 2);
	assert_str(partial(l), "");
	pass(l, SECOND);
	/* The word under way waits: a secret must be seen whole. */
	assert_str(partial(l), "one two ");
	tell_delta(l, TRACE_DELTA_TEXT, "ee \xE5\x9B\x9B\xE5\x9B\x9B");
	pass(l, SECOND);
	assert_str(partial(l), "one two three \xE5\x9B\x9B\xE5\x9B\x9B");
	tell_delta(l, TRACE_DELTA_TEXT, " five");
	to_store_flush(l->to_store);
	assert_str(partial(l), "one two three \xE5\x9B\x9B\xE5\x9B\x9B five");
	tell_end(l, NULL);
	assert_str(partial(l), "");
	/* Nothing streams any more, so nothing ticks. */
	int64_t now = loop_now(l->w.loop);
	pass(l, 1);
	assert_int_equal(loop_now(l->w.loop), now + 1);
}

static void events_become_lines(void **state)
{
	struct listening *l = *state;
	struct err error = ERR_INIT;
	err_set(&error, ERR_NET, "No answer.");
	err_hint(&error, "Try again.");
	tell_begin(l);
	pass(l, SECOND / 2);
	struct trace_attempt_begin sent = {.attempt = 0x33};
	tell(l, 0x22, (struct trace_event){.kind = TRACE_ATTEMPT_SENT, .u.attempt_begin = sent});
	tell_delta(l, TRACE_DELTA_TEXT, "a\nb\xE2\x80\xAE");
	struct trace_log log = {.text = STR("note")};
	tell(l, 0, (struct trace_event){.kind = TRACE_LOG, .u.log = log});
	tell_end(l, &error);
#define RUN   "\"run\":\"0000000000000011\""
#define SPAN  RUN ",\"span\":\"0000000000000022\""
#define EARLY "\"time\":\"2026-01-01T00:00:00.000000000Z\","
#define LATE  "\"time\":\"2026-01-01T00:00:00.500000000Z\","
#define ERROR "\"error\":{\"code\":\"net\",\"text\":\"No answer.\",\"hint\":\"Try again.\"}"
	assert_str(buf_str(&l->lines),
		"{\"event\":\"run.begin\"," EARLY RUN ",\"kind\":\"prompt\",\"name\":\"p.prompty\","
		"\"hash\":\"ab\",\"settings\":{\"model\":\"fake/tiny\"},"
		"\"inputs\":{\"question\":\"why\\u001b[31m?\"}}\n"
		"{\"event\":\"span.begin\"," EARLY SPAN ",\"name\":\"answer\",\"kind\":\"llm\","
		"\"attributes\":{\"gen_ai.operation.name\":\"chat\"},\"input\":\"in\"}\n"
		"{\"event\":\"attempt.begin\"," EARLY SPAN ",\"attempt\":\"0000000000000033\","
		"\"number\":1,\"provider\":\"scripted\",\"model\":\"tiny\","
		"\"connection\":\"fake\"}\n"
		"{\"event\":\"attempt.sent\"," LATE SPAN ",\"attempt\":\"0000000000000033\"}\n"
		"{\"event\":\"delta\"," LATE SPAN ",\"kind\":\"text\","
		"\"text\":\"a\\nb\\u202e\"}\n"
		"{\"event\":\"log\"," LATE RUN ",\"level\":\"info\",\"text\":\"note\"}\n"
		"{\"event\":\"attempt.end\"," LATE SPAN ",\"attempt\":\"0000000000000033\","
		"\"status\":\"error\",\"usage\":{\"input\":7,\"output\":3,\"reasoning\":0,"
		"\"estimated\":true},\"finish_reason\":\"stop\",\"response_id\":\"id-1\","
		"\"response_model\":\"tiny-2\",\"http_status\":200,"
		"\"first\":\"2026-01-01T00:00:00.500000000Z\",\"cost_nano\":1250,"
		"\"price\":\"models.yaml 2026-01-01\"," ERROR "}\n"
		"{\"event\":\"span.end\"," LATE SPAN
		",\"status\":\"error\",\"output\":\"because\"," ERROR "}\n"
		"{\"event\":\"run.end\"," LATE RUN
		",\"status\":\"error\",\"output\":\"because\"," ERROR "}\n");
}

static void hide(void *ctx, struct buf *line)
{
	size_t at;
	(void)ctx;
	while ((at = str_find(buf_str(line), STR("because"), 0)) != SIZE_MAX)
		memset(line->at + at, '*', 7);
}

static void lines_pass_the_redactor(void **state)
{
	struct listening *l = *state;
	to_ndjson_set_redactor(l->to_ndjson, hide, NULL);
	tell_begin(l);
	tell_end(l, NULL);
	assert_true(str_find(buf_str(&l->lines), STR("*******"), 0) != SIZE_MAX);
	assert_true(str_find(buf_str(&l->lines), STR("because"), 0) == SIZE_MAX);
	assert_true(str_ends(buf_str(&l->lines), STR("}\n")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_become_rows),
		TEST(an_error_is_kept_as_a_sentence),
		TEST(a_stream_is_kept_every_second),
		TEST(events_become_lines),
		TEST(lines_pass_the_redactor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
