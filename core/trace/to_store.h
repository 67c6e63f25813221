/* SPDX-License-Identifier: MIT */
#ifndef CORE_TRACE_TO_STORE_H
#define CORE_TRACE_TO_STORE_H

#include "core/trace/event.h"

/*
 * The listener that keeps what happens: events become rows. Of a stream it keeps the time of the
 * first piece and a byte count, and about once a second what came since as partial rows, so that a
 * crash loses a second of text and the database gets one small write a second a stream. The ASCII
 * word still being streamed waits for its end, so that a secret which comes in pieces is seen whole
 * by the store's redactor. That a request went out is written with its end, or with such a piece
 * when the end is long in coming.
 */

struct loop;
struct store;
struct to_store;

struct to_store *to_store_new(struct loop *loop, struct store *store); /* both outlive it */
void to_store_free(struct to_store *t);

/* A trace_listener_fn; CTX is the struct to_store. */
void to_store_listen(void *ctx, const struct trace_event *event);

/* Writes what streams hold back, as the timer would: before the program ends. */
void to_store_flush(struct to_store *t);

#endif
