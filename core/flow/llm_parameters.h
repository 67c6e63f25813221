/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_LLM_PARAMETERS_H
#define CORE_FLOW_LLM_PARAMETERS_H

#include "core/data/value.h"
#include "core/model/provider.h"

/* Which inputs of an llm node go to the API; every other input is a variable of its template. */

bool llm_is_chat_parameter(struct str name);
bool llm_is_completion_parameter(struct str name);

/* The parameter that NAME, which is none, may be a slip for; "" when none is near. */
struct str llm_near_parameter(struct str name, enum model_api api);

/* V as the API takes it (numbers may be written as strings); false when it is not to be sent: null,
 * "", an empty list or map, max_tokens "inf", or a name that is not of the request's body
 * (deployment_name, model, stream). */
bool llm_parameter(struct arena *a, struct str name, struct value v, struct value *out);

/* Drops what cannot go together: "tools" wins over "functions". */
struct value llm_parameters_settle(struct arena *a, struct value parameters);

/* The "gen_ai.request.*" attributes of a request (OpenTelemetry GenAI 1.41), into ATTRIBUTES. */
void llm_parameter_attributes(struct arena *a, struct value parameters, struct value attributes);

/* Asks for a JSON answer: response_format of the type json_object or json_schema. */
bool llm_wants_json(struct value parameters);

#endif
