/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_YAML_SCALAR_H
#define CORE_DATA_YAML_SCALAR_H

#include "core/base/err.h"
#include "core/data/value.h"

/* What a plain YAML scalar means: the core schema of YAML 1.2.2, section 10.3.2. */

/* TEXT as null, boolean, integer, float or (borrowed) string. Fails for an integer past 64 bits. */
bool yaml_scalar(struct str text, struct value *out, struct err *e) WARN_UNUSED;

#endif
