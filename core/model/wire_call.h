/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_WIRE_CALL_H
#define CORE_MODEL_WIRE_CALL_H

#include "core/model/wire.h"

/*
 * One request over HTTP in any wire format, one attempt. How a call ends: OK when the answer has
 * its end, also when the connection breaks behind it; TRUNCATED when an answer was begun and its
 * end is missing, whatever the reason; FILTERED when a content filter or the model itself declined
 * (then `refusal` holds its words); ERROR else. An answer cut by its token limit is OK: that is
 * what was asked for. What came is in the result in every case, so that nothing that was paid for
 * is lost. `fault`, `rate` and `retry_after_ns` are filled for who tries again.
 */

/* provider->start of a wire format. */
struct model_call *wire_call_start(const struct wire *wire, const struct provider_context *context,
	const struct connection *connection, const struct model_request *request,
	const struct model_listener *listener, struct err *e);

/* provider->cancel. */
void wire_call_cancel(struct model_call *call);

#endif
