/* SPDX-License-Identifier: MIT */
#ifndef CORE_NET_RETRY_AFTER_H
#define CORE_NET_RETRY_AFTER_H

#include "core/base/str.h"

/* How long a server asks us to wait, in ns, 0 when it does not say or says nonsense. MS is the
 * header retry-after-ms (milliseconds, may be a fraction), which goes first; SECONDS is Retry-After
 * (RFC 9110 10.2.3: seconds, here also with a fraction, or a date). At most a day. */
int64_t retry_after(struct str ms, struct str seconds, int64_t now_ns);

#endif
