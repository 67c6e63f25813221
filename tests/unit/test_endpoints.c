/* SPDX-License-Identifier: MIT */
#include "core/data/json.h"
#include "core/model/embed_api.h"
#include "core/model/endpoint.h"
#include "core/model/moderate_api.h"
#include "core/model/rerank_api.h"

#include "tests/unit/check.h"

static struct value json(struct arena *a, const char *text)
{
	struct value v;
	struct err e = ERR_INIT;
	if (!json_read(a, str_from(text), NULL, &v, &e))
		fail_msg("%s: %s", text, e.text);
	return v;
}

static const struct message texts[] = {
	{.role = ROLE_USER, .content = {"one", 3}}, {.role = ROLE_USER, .content = {"two", 3}}};

struct sending {
	const struct provider *api;
	const char *provider, *vendor, *base_url, *options, *parameters;
	const char *url, *body; /* body: the error's sentence when url is NULL */
	const char *key_header;
};

static void check_sending(const struct sending *c)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const struct connection connection = {.name = STR("c"),
		.provider = str_from(c->provider),
		.vendor = str_from(c->vendor),
		.base_url = str_from(c->base_url),
		.secret = STR("env:KEY"),
		.options = c->options != NULL ? json(&a, c->options) : value_none()};
	const struct model_request r = {.model = STR("m"),
		.messages = texts,
		.message_count =
			c->options != NULL && strcmp(c->provider, "content_safety") == 0 ? 1 : 2,
		.parameters = json(&a, c->parameters)};
	struct model_wire w;
	const bool ok = c->api->wire(&a, &connection, &r, &w, &e);
	assert_string_equal(ok ? str_cstr(&a, w.url) : e.text, c->url != NULL ? c->url : c->body);
	if (ok) {
		assert_string_equal(str_cstr(&a, w.body), c->body);
		const struct value *key = value_get_cstr(w.headers, c->key_header);
		assert_non_null(key);
	}
	arena_release(&a);
}

#define ONE_TWO "\"input\":[\"one\",\"two\"]"

static void test_embed_requests(void **state)
{
	static const struct sending cases[] = {
		{&embed_api, "openai", "", "https://api.openai.com/v1", NULL, "{\"dimensions\":8}",
			"https://api.openai.com/v1/embeddings",
			"{\"model\":\"m\"," ONE_TWO
			",\"dimensions\":8,\"encoding_format\":\"base64\"}",
			"Authorization"},
		{&embed_api, "openai", "", "http://127.0.0.1:8000/v1", NULL, "{\"user\":\"u\"}",
			"http://127.0.0.1:8000/v1/embeddings",
			"{\"model\":\"m\"," ONE_TWO ",\"user\":\"u\"}", "Authorization"},
		{&embed_api, "azure", "", "https://x.openai.azure.com", NULL, "{}",
			"https://x.openai.azure.com/openai/deployments/m/embeddings?api-version="
			"2024-10-21",
			"{\"model\":\"m\"," ONE_TWO ",\"encoding_format\":\"base64\"}", "api-key"},
		{&embed_api, "openai", "dashscope",
			"https://dashscope.aliyuncs.com/compatible-mode/v1", NULL,
			"{\"dimensions\":8,\"text_type\":\"query\"}",
			"https://dashscope.aliyuncs.com/api/v1/services/embeddings/text-embedding/"
			"text-embedding",
			"{\"model\":\"m\",\"input\":{\"texts\":[\"one\",\"two\"]},\"parameters\":{"
			"\"dimension\":8,\"text_type\":\"query\"}}",
			"Authorization"},
		{&embed_api, "gemini", "", "", NULL,
			"{\"dimensions\":8,\"task_type\":\"RETRIEVAL_QUERY\"}",
			"https://generativelanguage.googleapis.com/v1beta/models/"
			"m:batchEmbedContents",
			"{\"requests\":[{\"model\":\"models/m\",\"content\":{\"parts\":[{\"text\":"
			"\"one\"}]},\"taskType\":\"RETRIEVAL_QUERY\",\"outputDimensionality\":8},{"
			"\"model\":\"models/m\",\"content\":{\"parts\":[{\"text\":\"two\"}]},"
			"\"taskType\":\"RETRIEVAL_QUERY\",\"outputDimensionality\":8}]}",
			"x-goog-api-key"},
		{&embed_api, "gemini", "vertex", "", "{\"project\":\"p\",\"region\":\"r\"}", "{}",
			"https://r-aiplatform.googleapis.com/v1/projects/p/locations/r/publishers/"
			"google/models/m:predict",
			"{\"instances\":[{\"content\":\"one\"},{\"content\":\"two\"}]}",
			"Authorization"},
		{&embed_api, "ollama", "", "", NULL, "{}", "http://127.0.0.1:11434/api/embed",
			"{\"model\":\"m\"," ONE_TWO ",\"truncate\":false}", "Authorization"},
		{&embed_api, "openai", "tei", "https://t.example", NULL, "{}",
			"https://t.example/embed",
			"{\"inputs\":[\"one\",\"two\"],\"truncate\":false}", "Authorization"},
		{&embed_api, "anthropic", "", "", NULL, "{}", NULL,
			"The provider anthropic has no vectors of texts.", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_sending(&cases[i]);
}

static void test_rerank_requests(void **state)
{
	static const struct sending cases[] = {
		{&rerank_api, "openai", "", "https://api.jina.ai/v1", NULL, "{\"top_n\":1}",
			"https://api.jina.ai/v1/rerank",
			"{\"model\":\"m\",\"query\":\"one\",\"documents\":[\"two\"],\"top_n\":1}",
			"Authorization"},
		{&rerank_api, "openai", "cohere", "https://api.cohere.com", NULL, "{}",
			"https://api.cohere.com/v2/rerank",
			"{\"model\":\"m\",\"query\":\"one\",\"documents\":[\"two\"]}",
			"Authorization"},
		{&rerank_api, "openai", "tei", "https://t.example", NULL, "{}",
			"https://t.example/rerank", "{\"query\":\"one\",\"texts\":[\"two\"]}",
			"Authorization"},
		{&rerank_api, "openai", "", "https://dashscope.aliyuncs.com/compatible-mode/v1",
			NULL, "{}",
			"https://dashscope.aliyuncs.com/api/v1/services/rerank/text-rerank/"
			"text-rerank",
			"{\"model\":\"m\",\"input\":{\"query\":\"one\",\"documents\":[\"two\"]},"
			"\"parameters\":{\"return_documents\":false}}",
			"Authorization"},
		{&rerank_api, "gemini", "", "", NULL, "{}", NULL,
			"The provider gemini has no API for ranking texts.", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_sending(&cases[i]);
}

#define SAFE "https://s.cognitiveservices.azure.com/contentsafety/text:"

static void test_moderate_requests(void **state)
{
	static const struct sending cases[] = {
		{&moderate_api, "openai", "", "https://api.openai.com/v1", NULL, "{}",
			"https://api.openai.com/v1/moderations", "{\"model\":\"m\"," ONE_TWO "}",
			"Authorization"},
		{&moderate_api, "content_safety", "", "https://s.cognitiveservices.azure.com", "{}",
			"{}", SAFE "analyze?api-version=2024-09-01", "{\"text\":\"one\"}",
			"Ocp-Apim-Subscription-Key"},
		{&moderate_api, "content_safety", "", "https://s.cognitiveservices.azure.com",
			"{\"auth\":\"bearer\"}", "{\"check\":\"prompt\",\"documents\":[\"d\"]}",
			SAFE "shieldPrompt?api-version=2024-09-01",
			"{\"userPrompt\":\"one\",\"documents\":[\"d\"]}", "Authorization"},
		{&moderate_api, "content_safety", "",
			"https://s.cognitiveservices.azure.com/contentsafety", "{}",
			"{\"check\":\"protected\"}",
			SAFE "detectProtectedMaterial?api-version=2024-09-01", "{\"text\":\"one\"}",
			"Ocp-Apim-Subscription-Key"},
		{&moderate_api, "content_safety", "", "https://s.cognitiveservices.azure.com", "{}",
			"{\"check\":\"grounded\",\"sources\":[\"s\"],\"query\":\"q\"}",
			SAFE "detectGroundedness?api-version=2024-09-15-preview",
			"{\"domain\":\"Generic\",\"task\":\"QnA\",\"qna\":{\"query\":\"q\"},"
			"\"text\":\"one\",\"groundingSources\":[\"s\"],\"reasoning\":false}",
			"Ocp-Apim-Subscription-Key"},
		{&moderate_api, "content_safety", "", "https://s.cognitiveservices.azure.com", "{}",
			"{\"check\":\"grounded\"}", NULL,
			"The check grounded needs the sources that the text should be borne out "
			"by.",
			NULL},
		{&moderate_api, "ollama", "", "", NULL, "{}", NULL,
			"The provider ollama has no API for checking texts.", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_sending(&cases[i]);
}

/* What a body reads as: the response and the input tokens, or the error's words. */
static const char *read_as(struct arena *keep, const struct wire *wire, const char *provider,
	const char *parameters, const char *body)
{
	struct endpoint_answer answer = {.usage = {.input = 0}};
	struct err e = ERR_INIT;
	const struct connection connection = {.provider = str_from(provider)};
	const struct model_request r = {.parameters = json(keep, parameters)};
	struct model_result m = {.status = TRACE_OK};
	const char *out;
	wire->init(&answer.base, &connection, &r);
	if (wire->whole(&answer.base, str_from(body), &e)) {
		assert_true(wire->is_complete(&answer.base));
		wire->result(&answer.base, &m);
		out = str_cstr(keep, str_format(keep, "%.*s %d",
					     STR_ARG(json_text(keep, m.response, JSON_COMPACT)),
					     (int)m.usage.input));
	} else {
		assert_false(wire->is_complete(&answer.base));
		out = str_cstr(keep, str_from(e.text));
	}
	arena_release(&answer.base.arena);
	arena_release(&answer.base.scratch);
	return out;
}

#define TWO_VECTORS "{\"embeddings\":[[1.0,0.0],[0.5,2.0]]} "

static void test_embed_answers(void **state)
{
	static const struct {
		const char *provider, *parameters, *body, *as;
	} cases[] = {
		{"openai", "{}",
			"{\"data\":[{\"index\":1,\"embedding\":[0.5,2.0]},{\"index\":0,"
			"\"embedding\":[1.0,0.0]}],\"usage\":{\"prompt_tokens\":7}}",
			TWO_VECTORS "7"},
		{"openai", "{}",
			"{\"data\":[{\"index\":0,\"embedding\":\"AACAPwAAAAA=\"},{\"index\":1,"
			"\"embedding\":\"AAAAPwAAAEA=\"}],\"usage\":{\"prompt_tokens\":7}}",
			TWO_VECTORS "7"},
		{"ollama", "{}", "{\"embeddings\":[[1.0,0.0],[0.5,2.0]],\"prompt_eval_count\":5}",
			TWO_VECTORS "5"},
		{"gemini", "{}", "{\"embeddings\":[{\"values\":[1.0,0.0]},{\"values\":[0.5,2.0]}]}",
			TWO_VECTORS "-1"},
		{"gemini", "{\"dimensions\":2}", "{\"embedding\":{\"values\":[3,4]}}",
			"{\"embeddings\":[[0.6,0.8]]} -1"},
		{"gemini", "{}",
			"{\"predictions\":[{\"embeddings\":{\"values\":[1.0,0.0],\"statistics\":{"
			"\"token_count\":3}}},{\"embeddings\":{\"values\":[0.5,2.0],"
			"\"statistics\":{\"token_count\":4}}}]}",
			TWO_VECTORS "7"},
		{"openai", "{}",
			"{\"output\":{\"embeddings\":[{\"text_index\":0,\"embedding\":[1.0,0.0]},{"
			"\"text_index\":1,\"embedding\":[0.5,2.0]}]},\"usage\":{\"total_tokens\":"
			"9}}",
			TWO_VECTORS "9"},
		{"openai", "{}", "[[1.0,0.0],[0.5,2.0]]", TWO_VECTORS "-1"},
		{"openai", "{}", "{\"data\":[{\"embedding\":\"!\"}]}",
			"it holds no vectors that can be read"},
		{"openai", "{}", "{\"data\":[]}", "it holds no vectors"},
		{"openai", "{}", "{\"error\":{\"message\":\"no\"}}", "it is an error"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = ARENA_INIT;
		assert_string_equal(read_as(&a, &embed_wire, cases[i].provider, cases[i].parameters,
					    cases[i].body),
			cases[i].as);
		arena_release(&a);
	}
}

#define RANKED "{\"results\":[{\"index\":1,\"score\":0.9},{\"index\":0,\"score\":-2.0}]} "

static void test_rerank_answers(void **state)
{
	static const struct {
		const char *body, *as;
	} cases[] = {
		{"{\"results\":[{\"index\":0,\"relevance_score\":-2},{\"index\":1,"
		 "\"relevance_score\":0.9}],\"usage\":{\"total_tokens\":4}}",
			RANKED "4"},
		{"{\"data\":[{\"index\":1,\"relevance_score\":0.9},{\"index\":0,"
		 "\"relevance_score\":-2}]}",
			RANKED "-1"},
		{"[{\"index\":1,\"score\":0.9},{\"index\":0,\"score\":-2.0}]", RANKED "-1"},
		{"{\"output\":{\"results\":[{\"index\":1,\"relevance_score\":0.9},{\"index\":0,"
		 "\"relevance_score\":-2}]},\"usage\":{\"total_tokens\":8}}",
			RANKED "8"},
		{"{\"results\":[{\"index\":1,\"relevance_score\":0.9},{\"index\":0,"
		 "\"relevance_score\":-2}],\"tokens\":{\"input_tokens\":6}}",
			RANKED "6"},
		{"{\"results\":[{\"index\":1}]}", "it holds no scores that can be read"},
		{"{\"detail\":\"no\"}", "it is an error"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = ARENA_INIT;
		assert_string_equal(
			read_as(&a, &rerank_wire, "openai", "{}", cases[i].body), cases[i].as);
		arena_release(&a);
	}
}

static void test_moderate_answers(void **state)
{
	static const struct {
		const char *provider, *parameters, *body, *as;
	} cases[] = {
		{"openai", "{}",
			"{\"results\":[{\"flagged\":true,\"categories\":{\"hate\":true,"
			"\"sexual\":false},\"category_scores\":{\"hate\":0.75,\"sexual\":0}}]}",
			"{\"results\":[{\"flagged\":true,\"categories\":[{\"name\":\"hate\","
			"\"flagged\":true,\"score\":0.75},{\"name\":\"sexual\",\"flagged\":false,"
			"\"score\":0.0}]}]} 0"},
		{"content_safety", "{}",
			"{\"blocklistsMatch\":[],\"categoriesAnalysis\":[{\"category\":\"Hate\","
			"\"severity\":2},{\"category\":\"Violence\",\"severity\":4}]}",
			"{\"results\":[{\"flagged\":true,\"categories\":[{\"name\":\"Hate\","
			"\"flagged\":false,\"severity\":2},{\"name\":\"Violence\",\"flagged\":true,"
			"\"severity\":4}]}]} 0"},
		{"content_safety", "{\"check\":\"prompt\"}",
			"{\"userPromptAnalysis\":{\"attackDetected\":false},\"documentsAnalysis\":"
			"[{\"attackDetected\":true}]}",
			"{\"results\":[{\"flagged\":true,\"categories\":[{\"name\":"
			"\"prompt attack\",\"flagged\":false},{\"name\":\"attack in document 1\","
			"\"flagged\":true}]}]} 0"},
		{"content_safety", "{\"check\":\"grounded\"}",
			"{\"ungroundedDetected\":true,\"ungroundedPercentage\":0.5,"
			"\"ungroundedDetails\":[{\"text\":\"The moon.\"}]}",
			"{\"results\":[{\"flagged\":true,\"categories\":[{\"name\":\"ungrounded\","
			"\"flagged\":true,\"score\":0.5}],\"parts\":[\"The moon.\"]}]} 0"},
		{"content_safety", "{\"check\":\"protected\"}",
			"{\"protectedMaterialAnalysis\":{\"detected\":false}}",
			"{\"results\":[{\"flagged\":false,\"categories\":[{\"name\":"
			"\"protected material\",\"flagged\":false}]}]} 0"},
		{"content_safety", "{}", "{\"error\":{\"code\":\"x\",\"message\":\"no\"}}",
			"it is an error"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = ARENA_INIT;
		assert_string_equal(read_as(&a, &moderate_wire, cases[i].provider,
					    cases[i].parameters, cases[i].body),
			cases[i].as);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_embed_requests),
		cmocka_unit_test(test_rerank_requests),
		cmocka_unit_test(test_moderate_requests),
		cmocka_unit_test(test_embed_answers),
		cmocka_unit_test(test_rerank_answers),
		cmocka_unit_test(test_moderate_answers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
