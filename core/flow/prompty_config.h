/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_PROMPTY_CONFIG_H
#define CORE_FLOW_PROMPTY_CONFIG_H

#include "core/flow/prompty.h"

/* The front matter of a prompt: from the YAML value to the fields of struct prompt, with the
 * references in it resolved and what needs its owner's approval collected. */
bool prompty_config(struct arena *a, const struct prompt_file *file, struct value config,
	struct prompt *out, struct err *e) WARN_UNUSED;

#endif
