/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_LOCAL_EXTRACT_H
#define CORE_MODEL_LOCAL_EXTRACT_H

#include "core/model/provider.h"

/*
 * The provider "local": the extractive answerer (core/model/extract.h) behind the vtable, so that
 * everything works on a fresh machine with no key and no network. It calls itself local/extract in
 * every answer, streams sentence by sentence without any pause of its own, and counts tokens by the
 * estimate. The response says how it went: "local_extract": {"outcome", "support", "citations"}.
 *
 * It refuses to start what it could only fake: JSON output, a forced tool call, another model's
 * name.
 */
extern const struct provider local_extract;

#define LOCAL_EXTRACT_MODEL "local/extract"

/* "answered", "not_in_passages", ...: in responses and tests. */
const char *local_extract_outcome_word(int outcome);

#endif
