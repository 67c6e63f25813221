/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_HTTP_ENDPOINT_H
#define CORE_MODEL_HTTP_ENDPOINT_H

#include "core/model/provider.h"

/*
 * The provider "http": any endpoint that answers text to text. What is sent is a Jinja2 template,
 * what is read is a place in the answer (core/data/value_path.h). Keys of the connection:
 *
 *	base_url        where; `path` (a template, "/ask?q={{ prompt | urlencode }}") is added
 *	method          POST; GET sends no body
 *	template        the body; without one a JSON object of all variables
 *	content_type    application/json: then the rendered body must be JSON
 *	key_header      where the secret goes: Authorization
 *	key_prefix      in front of it: "Bearer " with Authorization, else nothing
 *	stream          none, sse, lines (JSON) or text: how the answer comes when it is streamed
 *	response        places: text, reasoning, finish_reason, id, model, error, input_tokens,
 *	                output_tokens; delta and reasoning_delta within an event of a stream.
 *	                Without `text` the whole body is the answer
 *
 * Variables: prompt (a completion's, a single message's or all messages' text), system, messages,
 * images (their URLs), model, parameters, stream, sample. Parameters and pictures that the template
 * does not read are refused, since they would be lost.
 *
 * A stream with a place for its finish_reason has its end there, others with the body.
 */
extern const struct provider http_endpoint;

/* The variables of a request, a dict in the arena: also what a command is given. */
struct value http_endpoint_variables(struct arena *a, const struct model_request *request);

#endif
