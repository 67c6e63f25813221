/* SPDX-License-Identifier: MIT */
#include "core/flow/llm_attributes.h"

#include "core/flow/llm_parameters.h"

static void set_str(struct value attributes, const char *name, struct str s)
{
	if (s.len > 0)
		value_set(attributes, str_from(name), value_str(s));
}

static void set_count(struct value attributes, const char *name, int64_t n)
{
	if (n >= 0)
		value_set(attributes, str_from(name), value_int(n));
}

struct value llm_begin_attributes(struct arena *a, enum model_api api,
	const struct flow_model *model, struct value parameters)
{
	struct value v = value_dict(a);
	value_set(v, STR("gen_ai.operation.name"),
		value_cstr(api == API_CHAT ? "chat" : "text_completion"));
	if (model != NULL) {
		set_str(v, "gen_ai.provider.name", provider_otel_name(model->connection));
		set_str(v, "gen_ai.request.model", model->model);
		set_str(v, "lathe.connection", model->connection->name);
		set_str(v, "lathe.model.reason", model->reason);
	}
	llm_parameter_attributes(a, parameters, v);
	return v;
}

struct value llm_end_attributes(struct arena *a, const struct model_result *result,
	const struct trace_usage *usage, int64_t begun_ns)
{
	struct value v = value_dict(a);
	set_str(v, "gen_ai.response.id", str_copy(a, result->response_id));
	set_str(v, "gen_ai.response.model", str_copy(a, result->response_model));
	if (result->finish_reason.len > 0) {
		struct value reasons = value_list(a);
		value_push(reasons, value_str(str_copy(a, result->finish_reason)));
		value_set(v, STR("gen_ai.response.finish_reasons"), reasons);
	}
	if (result->first_ns > begun_ns)
		value_set(v, STR("gen_ai.response.time_to_first_chunk"),
			value_float((double)(result->first_ns - begun_ns) / 1e9));
	set_count(v, "gen_ai.usage.input_tokens", usage->input);
	set_count(v, "gen_ai.usage.output_tokens", usage->output);
	set_count(v, "gen_ai.usage.cache_read.input_tokens", usage->cache_read);
	set_count(v, "gen_ai.usage.cache_creation.input_tokens", usage->cache_write);
	set_count(v, "gen_ai.usage.reasoning.output_tokens", usage->reasoning);
	if (usage->estimated)
		value_set(v, STR("lathe.usage.estimated"), value_bool(true));
	return v;
}
