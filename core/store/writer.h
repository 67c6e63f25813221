/* SPDX-License-Identifier: MIT */
#ifndef CORE_STORE_WRITER_H
#define CORE_STORE_WRITER_H

#include "core/store/apply.h"
#include "core/store/store.h"

/*
 * The thread that writes. It has a connection of its own; batches come in, "durable up to n" goes
 * out. All batches that wait when it is free become one transaction. When the database is locked or
 * the disk is full it rolls back and tries again, first after a millisecond, then after twice as
 * long up to a second; it gives up for good on anything else.
 */

struct writer;
struct loop_wake;

struct writer_progress {
	uint64_t durable; /* batches up to this number are on disk */
	enum store_state state;
	size_t waiting; /* bytes in the queue */
	struct err error; /* unless STORE_OK */
};

/* Takes over the connection and the lock's descriptor, but not WAKE, which it sends when something
 * above changed. */
struct writer *writer_start(
	struct database *database, int lock, struct apply_owner owner, struct loop_wake *wake);

/* Queues a batch, which becomes the writer's. */
void writer_push(struct writer *writer, struct batch *batch);
void writer_progress(struct writer *writer, struct writer_progress *out);

/* Nothing more will be written: as if the disk had failed. */
void writer_fail(struct writer *writer, const struct err *error);

/* Writes what is queued, for at most some seconds, ends the thread, closes the connection. OUT gets
 * what became of it; the writer is gone. */
void writer_stop(struct writer *writer, struct writer_progress *out);

#endif
