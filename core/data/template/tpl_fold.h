/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TEMPLATE_TPL_FOLD_H
#define CORE_DATA_TEMPLATE_TPL_FOLD_H

#include "core/data/template/tpl_render.h"

/* What is known when a template is compiled is worked out then. R is a render without a context,
 * whose memory is the template's. */

/* Replaces an operation on constants by its result; one that fails stays, to fail when it runs. */
void tpl_fold(struct render *r, struct node *n);
/* -3 ** x, see there. */
void tpl_fold_minus(struct render *r, struct node *n);
/* Text that is known now is put out as text. */
void tpl_fold_print(struct render *r, struct node *n);

#endif
