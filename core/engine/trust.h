/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_TRUST_H
#define CORE_ENGINE_TRUST_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * What a prompt file asks for beyond its text: an endpoint of its own, an environment variable sent
 * there as a key. Neither is used before the owner approved just that: this file's content, this
 * variable, this origin. A changed file asks again. The same list holds which connection's key may
 * go where (core/engine/key_trust.h). Approvals are kept in the user's state folder, never in the
 * workspace, which may have come from elsewhere.
 */

struct approval {
	struct str file; /* for people */
	struct str hash; /* hex of the file's content */
	struct str variable; /* "OPENAI_API_KEY", or "" when no variable is named; a connection's
				whole reference ("env:NAME", "cmd:pass show qwen") */
	struct str origin; /* "https://host[:port]", or "" for the provider's own */
};

/* What it asks for, after "wants to": "send the value of KEY to https://...". */
struct str trust_words(struct arena *a, const struct approval *what);

bool trust_is_approved(const struct approval *what);
bool trust_approve(const struct approval *what, struct err *e) WARN_UNUSED;

#endif
