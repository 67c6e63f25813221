/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_CONNECTIONS_H
#define CORE_ENGINE_CONNECTIONS_H

#include "core/base/err.h"
#include "core/base/str.h"

/*
 * The connections of lathe.yaml for people: listed, changed, checked, tried out. Changes are
 * spliced into the file (core/data/yaml_edit.h), which is made when it is missing; the engine then
 * reads its settings again. Runs under way keep the settings they began with.
 *
 * A key never comes near the file: `secret` is a reference (core/net/secrets.h), and a key that
 * somebody types can be put into a file of its own first (connections_keep_key).
 */

struct engine;

/* What a connection says; "" for what it does not say. */
struct connection_form {
	struct str name;
	struct str provider; /* "openai", "scripted" */
	struct str base_url;
	struct str model; /* the default model */
	struct str secret; /* a reference */
	struct str script; /* relative to the workspace */
	bool allow_http;
	bool entered; /* a person has just entered it: its key may go where it says (a test) */
};

enum connection_part {
	CONNECTION_NAME,
	CONNECTION_PROVIDER,
	CONNECTION_URL,
	CONNECTION_MODEL,
	CONNECTION_SECRET,
	CONNECTION_SCRIPT,
	CONNECTION_PARTS
};

/* All of lathe.yaml. The strings live as long as the engine. */
size_t connections_list(struct engine *engine, struct arena *a, struct connection_form **out);
/* The model of runs that name none, as lathe.yaml says it; "" when it does not. */
struct str connections_default(const struct engine *engine);

/* One part of FORM, which is new (WAS is "") or replaces the connection WAS. */
bool connections_check(const struct engine *engine, const struct connection_form *form,
	struct str was, enum connection_part part, struct err *e) WARN_UNUSED;

/* Writes FORM in place of the connection WAS, or as a new one (WAS is ""). With another name the
 * workspace's default model follows. */
bool connections_save(struct engine *engine, const struct connection_form *form, struct str was,
	struct err *e) WARN_UNUSED;
/* Takes it out; a default model that it was goes with it. */
bool connections_remove(struct engine *engine, struct str name, struct err *e) WARN_UNUSED;
/* MODEL as people write it, or "": none. */
bool connections_set_default(struct engine *engine, struct str model, struct err *e) WARN_UNUSED;

/* Puts KEY into a file below the user's configuration folder that nobody else can read, and gives
 * the reference to it, "file:PATH". An existing file with another key is not touched: the new one
 * is numbered. */
bool connections_keep_key(struct arena *a, struct str name, struct str key, struct str *reference,
	struct err *e) WARN_UNUSED;

/* A vendor of models whose key is usually found in a variable of this name. */
struct connection_offer {
	const char *variable; /* "DASHSCOPE_API_KEY" */
	const char *name; /* "qwen" */
	const char *vendor; /* for people */
	const char *base_url;
	const char *model; /* a name the vendor keeps for its everyday model, or "" */
	const char *provider; /* the wire format; NULL: "openai" */
	const char *address; /* a variable that may hold another base_url, or NULL */
};

/* Where OFFER's server is: what its variable says, else its base_url; "" when nothing does. */
const char *connection_offer_url(const struct connection_offer *offer);

/* All known; ends with a row without a variable. */
extern const struct connection_offer connection_offers[];
/* The offers whose variable is set and that no connection uses yet. */
size_t connections_offered(
	const struct engine *engine, struct arena *a, const struct connection_offer *const **out);

#endif
