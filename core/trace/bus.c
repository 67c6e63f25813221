/* SPDX-License-Identifier: MIT */
#include "core/trace/bus.h"

#include "core/base/alloc.h"

#include <stdlib.h>

struct listener {
	trace_listener_fn *fn;
	void *ctx;
};

struct trace_bus {
	struct listener *listeners;
	size_t len;
	size_t cap;
	bool telling;
};

struct trace_bus *trace_bus_new(void)
{
	return xcalloc(1, sizeof(struct trace_bus));
}

void trace_bus_free(struct trace_bus *bus)
{
	if (bus != NULL)
		free(bus->listeners);
	free(bus);
}

void trace_bus_listen(struct trace_bus *bus, trace_listener_fn *fn, void *ctx)
{
	bus->listeners =
		array_reserve(bus->listeners, &bus->cap, bus->len + 1, sizeof *bus->listeners);
	bus->listeners[bus->len++] = (struct listener){fn, ctx};
}

void trace_bus_forget(struct trace_bus *bus, trace_listener_fn *fn, void *ctx)
{
	size_t kept = 0;
	for (size_t i = 0; i < bus->len; i++)
		if (bus->listeners[i].fn != fn || bus->listeners[i].ctx != ctx)
			bus->listeners[kept++] = bus->listeners[i];
	bus->len = kept;
}

void trace_bus_tell(struct trace_bus *bus, const struct trace_event *event)
{
	if (bus->telling)
		BUG("a listener told the trace bus something while being told");
	bus->telling = true;
	for (size_t i = 0; i < bus->len; i++)
		bus->listeners[i].fn(bus->listeners[i].ctx, event);
	bus->telling = false;
}
