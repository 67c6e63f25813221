/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_RESPONSE_H
#define CORE_FLOW_RESPONSE_H

#include "core/model/provider.h"

/* From a model's answer to a node's output, by Prompt flow's rules. */

struct response_form {
	bool whole; /* model.response: all: the API's whole answer */
	bool message; /* tools or functions were offered: the message as a map */
	bool json; /* a prompt with a JSON response format: the object */
	struct value outputs; /* with json: only these keys, each of which must be there; or
				 VALUE_NONE */
};

/* RESULT must be TRACE_OK. The output is copied into the arena. */
bool response_output(const struct response_form *form, const struct model_result *result,
	struct arena *a, struct value *out, struct err *e) WARN_UNUSED;

#endif
