/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_LOAD_H
#define CORE_DATA_TEMPLATE_TPL_LOAD_H

#include "core/data/template/tpl_render.h"

/* What only the objects of other templates need. */

/* Frees the templates that were read for this render. */
void tpl_loaded_free(struct render *r);
/* An exported name of an imported template; false when there is none. */
bool tpl_module_attr(const struct module *m, struct str name, struct item *out);
/* A block of `self`; false when there is none. */
bool tpl_self_attr(struct render *r, struct context *context, struct str name, struct item *out);

#endif
