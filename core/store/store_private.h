/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_STORE_PRIVATE_H
#define CORE_STORE_STORE_PRIVATE_H

#include "core/store/batch.h"

/* Queueing rows, for the store_*.c of this folder only. */

/* A new row of this turn's batch, or NULL when nothing is written any more. */
struct batch_row *store_queue(struct store *store, enum batch_kind kind);
/* Copies a text into the batch that the row is in, without secrets. */
struct str store_queue_text(struct store *store, struct str text);

#endif
