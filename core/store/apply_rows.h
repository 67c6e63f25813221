/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_APPLY_ROWS_H
#define CORE_STORE_APPLY_ROWS_H

#include "core/store/apply.h"

/* Executes a row of a batch that is about runs over many rows (store_rows.h); as apply_batch. */
int apply_rows(struct database *d, const struct apply_owner *owner, const struct batch_row *row);

#endif
