/* SPDX-License-Identifier: MIT */
#ifndef CORE_TRACE_BUS_H
#define CORE_TRACE_BUS_H

#include "core/trace/event.h"

/* One stream of events, several listeners. Everything that runs tells the bus; nobody else knows
 * who listens. Listeners are called in the order they were added and must not tell the bus in turn.
 */

typedef void trace_listener_fn(void *ctx, const struct trace_event *event);

struct trace_bus;

struct trace_bus *trace_bus_new(void); /* new */
void trace_bus_free(struct trace_bus *bus);
void trace_bus_listen(struct trace_bus *bus, trace_listener_fn *fn, void *ctx);
void trace_bus_forget(struct trace_bus *bus, trace_listener_fn *fn, void *ctx);
void trace_bus_tell(struct trace_bus *bus, const struct trace_event *event);

#endif
