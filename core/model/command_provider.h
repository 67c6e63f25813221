/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_COMMAND_PROVIDER_H
#define CORE_MODEL_COMMAND_PROVIDER_H

#include "core/model/provider.h"

/*
 * The provider "command": any program. The connection's `command` is its argv (no shell); it runs
 * in the workspace, gets the request as one JSON object on standard input (http_endpoint.h's
 * variables), and answers on standard output, either with bare text, or with JSON, an object a
 * line:
 *
 *	{"delta": "Hel"}                          a piece of the text
 *	{"text": "Hello"}                         all of it
 *	{"reasoning": "..."} {"refusal": "..."}
 *	{"tool_calls": [...]}                     as chat completions have them
 *	{"finish_reason": "stop", "usage": {"prompt_tokens": 3, "completion_tokens": 1}}
 *	{"error": "what happened"}
 *	{"choices": [...]}                        or chunks and answers of chat completions
 *
 * Members may stand together. The first line decides: when it is a JSON object with one of these
 * members the answer is of this kind, else it is text. The end of the program is the end of the
 * answer; a status that is not 0, or a signal, is an error told with the end of its standard error.
 *
 * Nothing is run before context->allows agreed.
 */
extern const struct provider command_provider;

#endif
