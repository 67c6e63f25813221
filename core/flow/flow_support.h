/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_FLOW_SUPPORT_H
#define CORE_FLOW_FLOW_SUPPORT_H

#include "core/flow/flow_file.h"

/* The last part of flow_check: what of Prompt flow runs here. Refuses by name what does not, and
 * checks what the kinds that do run ask for. */
bool flow_support(const struct flow *f, struct arena *a, struct err *e) WARN_UNUSED;

#endif
