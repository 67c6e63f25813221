/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_SCRIPTED_H
#define CORE_MODEL_SCRIPTED_H

#include "core/model/provider.h"

/*
 * The provider "scripted": a model that says what a file tells it to, for tests and for trying a
 * workspace without a model. Nothing leaves the machine; delays are the loop's timers, so a virtual
 * clock jumps over them. The file is JSON:
 *
 *	{"replies": [
 *	  {"match": "annual leave",           a part of the last user text; any when it is absent
 *	   "model": "small",                  the request's model; any when it is absent
 *	   "times": 1,                        how often; default: once without match and model, else
 *	                                      always
 *	   "delay_ms": 200,                   before the first piece
 *	   "between_ms": 20,                  between pieces
 *	   "chunk": 4,                        cuts texts into pieces of so many characters
 *	   "pieces": ["Ten ", {"text": "days."}, {"reasoning": "..."}, {"refusal": "..."},
 *	              {"tool": {"index": 0, "id": "c1", "name": "add", "arguments": "{}"}},
 *	              {"wait_ms": 1000}],
 *	   "text": "Ten days.",               short for one piece
 *	   "finish": "stop",                  default: "stop", "tool_calls" behind a tool
 *	   "usage": {"prompt_tokens": 12, "completion_tokens": 3},
 *	   "end": "ok",                       or "error", "truncated", "filtered", "never"
 *	   "error": {"kind": "net",           or "provider" (default), "limit", or what may
 *	                                     be done about it (enum model_fault): "unsent",
 *	                                     "unknown", "busy", "server", "quota", "key",
 *	                                     "context", "filter"; else the status says so
 *	             "message": "...", "status": 429, "retry_after_ms": 2000}}
 *	]}
 *
 * Replies that fit are taken in the order of the file; one that has been used up is passed over. A
 * request that no reply fits ends with an error. "never" sends its pieces and then waits to be
 * cancelled, without keeping the loop from being idle.
 */
extern const struct provider scripted;

/* Which replies have been used, over the calls of one engine. A call without one begins anew. */
struct scripted_memory;
struct scripted_memory *scripted_memory_new(void);
void scripted_memory_free(struct scripted_memory *memory);

#endif
