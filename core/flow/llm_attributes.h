/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_LLM_ATTRIBUTES_H
#define CORE_FLOW_LLM_ATTRIBUTES_H

#include "core/flow/execute.h"

/* The attributes of an llm span: OpenTelemetry GenAI 1.41, and "lathe.*" where it has none. */

/* MODEL is NULL when none could be chosen. */
struct value llm_begin_attributes(struct arena *a, enum model_api api,
	const struct flow_model *model, struct value parameters);

/* BEGUN_NS: when the span began, for the time to the first piece. */
struct value llm_end_attributes(struct arena *a, const struct model_result *result,
	const struct trace_usage *usage, int64_t begun_ns);

#endif
