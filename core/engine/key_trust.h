/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_KEY_TRUST_H
#define CORE_ENGINE_KEY_TRUST_H

#include "core/engine/trust.h"

/*
 * Whether a connection's key may go where lathe.yaml says. The file may have come from elsewhere
 * with its workspace, and could name a variable of the user's and a server of somebody else's, or a
 * program. So each pair of a reference and an origin is approved once, by a word of the user's:
 * when it is asked about, by --trust, or by entering the connection (lathe connection add and
 * change, the workbench's form). Nothing is asked for
 *
 *	a server on this machine, but for cmd: references, which run a program
 *	a vendor's own variable at the vendor's own address (OPENAI_API_KEY at api.openai.com)
 *	secret: references, which carry the origin they were entered for
 *
 * The program of a connection with provider command is asked about in the same way. The approval
 * of a program is of its words, the folder it runs in and, when it is named by a path,
 * of what the file holds: once changed, it is asked about again.
 */

struct connection;
struct engine;

/* True when nothing has to be asked (any more). OUT, which may be NULL, gets the approval that it
 * takes, in the arena. ORIGIN is as http_url_origin gives it. */
bool key_trust_allows(struct engine *engine, struct arena *a, struct str reference,
	struct str origin, struct approval *out);
/* The same of a connection; true when it has no key or no address. */
bool key_trust_allows_connection(struct engine *engine, struct arena *a,
	const struct connection *connection, struct approval *out);

/* A person has entered this: where its key goes is approved. */
bool key_trust_entered(
	struct engine *engine, const struct connection *connection, struct err *e) WARN_UNUSED;
/* The connection NAME of lathe.yaml: a person has looked at it. */
bool key_trust_named(struct engine *engine, struct str name, struct err *e) WARN_UNUSED;

/* Lets the engine's secrets ask here, and whoever was set by engine_set_asker; the redactor gets to
 * know what the connections name. Again whenever they change. */
void key_trust_watch(struct engine *engine);

#endif
