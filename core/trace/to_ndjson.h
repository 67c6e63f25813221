/* SPDX-License-Identifier: MIT */
#ifndef CORE_TRACE_TO_NDJSON_H
#define CORE_TRACE_TO_NDJSON_H

#include "core/base/buf.h"
#include "core/trace/event.h"

/*
 * Each event as one line of JSON, for programs that read what `lathe run --json` prints and for
 * listeners over HTTP. Every line is an object with
 *
 *   event  "run.begin" "span.begin" "attempt.begin" "attempt.sent" "delta" "attempt.end"
 *          "span.end" "run.end" "log"
 *   time   UTC with nanoseconds, "2026-01-01T00:00:00.000000000Z"
 *   run    16 hex digits; span as well, unless the event is the run's own
 *
 * and by event:
 *
 *   run.begin      kind name hash git settings inputs
 *   span.begin     parent (not on the root) name kind attributes input
 *   attempt.begin  attempt number provider model connection
 *   attempt.sent   attempt
 *   delta          kind ("text" "reasoning" "refusal" "tool") text
 *   attempt.end    attempt status usage {input output cache_read cache_write reasoning estimated}
 *                  finish_reason response_id response_model http_status first (a time) error
 *   span.end       status output attributes error
 *   run.end        status output error
 *   log            level text
 *
 * error is {code where text hint}. What is not known is left out; names are only ever added. The
 * text is safe for a terminal (json_write).
 */

struct to_ndjson;

/* LINE ends in a line feed and is gone after the call. */
typedef void to_ndjson_write_fn(void *ctx, struct str line);
struct to_ndjson *to_ndjson_new(to_ndjson_write_fn *write, void *ctx);
void to_ndjson_free(struct to_ndjson *t);

/* Called on each line before it is written, to take secrets out in place. */
typedef void to_ndjson_redact_fn(void *ctx, struct buf *line);
void to_ndjson_set_redactor(struct to_ndjson *t, to_ndjson_redact_fn *fn, void *ctx);

/* A trace_listener_fn; CTX is the struct to_ndjson. */
void to_ndjson_listen(void *ctx, const struct trace_event *event);

#endif
