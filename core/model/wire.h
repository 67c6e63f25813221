/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_WIRE_H
#define CORE_MODEL_WIRE_H

#include "core/model/provider.h"
#include "core/model/wire_error.h"
#include "core/net/http.h"

/*
 * A wire format: how a request to a model is written as HTTP and how the answer is read. What all
 * formats share (the transfer, the key, limits, streams and bodies, ends that are missing, faults)
 * is wire_call.c's; a format is one `struct wire` of functions and the answer it puts together.
 *
 *	const struct provider anthropic = {.name = "anthropic", .wire = show, .start = start,
 *		.cancel = wire_call_cancel};
 *
 * with `show` calling wire_show(&wire, ...) and `start` calling wire_call_start(&wire, ...). What a
 *model or a server lacks is refused by `build` with a sentence that names the parameter, the vendor
 *and what to do: nothing is dropped in silence.
 */

enum { WIRE_HEADERS_MAX = 64, WIRE_RAW_MAX = 64 << 10 };

/* How a stream is cut into events. Whole answers are one JSON text whatever the framing. */
enum wire_framing {
	WIRE_SSE, /* server-sent events */
	WIRE_LINES, /* a JSON text a line; event names are "" */
	WIRE_OWN /* wire->feed cuts it */
};

/* A request before its key is added. */
struct wire_request {
	const char *method; /* "POST" */
	struct str url;
	struct value headers; /* dict of strings; the connection's own are added later */
	struct str body;
	struct str content_type; /* "" is application/json */
	/* Where the key goes: "Authorization" with prefix "Bearer ", "api-key" with "". A NULL
	 * header: nowhere (the format signs, or needs none). */
	const char *key_header;
	const char *key_prefix;
	bool stream; /* a stream is asked for: sets Accept and the limits */
};

/* Tells a piece of the answer. */
typedef void wire_delta_fn(void *ctx, enum trace_delta_kind kind, struct str text);

/* Every format's answer begins with this. */
struct wire_answer {
	struct arena arena; /* what lives as long as the answer */
	struct arena scratch; /* one event; `event` resets it */
	wire_delta_fn *delta; /* may be NULL */
	void *ctx;
	bool done; /* the format's last word came: nothing behind it is read */
	bool failed; /* error is set: the server told of an error */
	bool ends_with_body; /* streams have no last word: a body that ended well is whole */
	bool any_type; /* bodies are read as they were asked for, whatever type they declare */
	struct wire_error error;
};

/* How an answer that came to its end is to be judged. */
enum wire_end {
	WIRE_END_OK,
	WIRE_END_FILTERED, /* a content filter stopped the answer */
	WIRE_END_REFUSED, /* the model declined; result.refusal may hold its words */
	WIRE_END_ERROR, /* it says that it ended with an error */
	WIRE_END_OVERLOADED /* broken off for lack of resources: truncated */
};

/* Header fields and the key's memory, for `sign`. Names and values are borrowed until sent. */
struct wire_head {
	struct http_header at[WIRE_HEADERS_MAX];
	size_t len;
	struct buf key; /* wiped after sending */
};

/* What `sign` may look at. */
struct wire_signing {
	const struct provider_context *context;
	const struct connection *connection;
	const struct wire_request *request;
	struct str key; /* the connection's secret; "" for none */
	struct arena *arena; /* lives until the request is sent; not for secrets */
};

struct wire {
	const struct provider *provider; /* whose calls these are */
	enum wire_framing framing;

	/* Writes the request, all but the key; refuses what cannot be sent. Into the arena. */
	bool (*build)(struct arena *a, const struct connection *connection,
		const struct model_request *request, struct wire_request *out, struct err *e);
	/* For formats whose request is signed instead of carrying a key: adds headers to HEAD;
	 * may resolve further references from connection->options. NULL for all others. */
	bool (*sign)(const struct wire_signing *s, struct wire_head *head, struct err *e);

	/* The answer: answer_size zeroed bytes that begin with a struct wire_answer, whose delta
	 * and ctx are set. `init` prepares the rest; `free` frees all but the two arenas. Both may
	 * be NULL. */
	size_t answer_size;
	void (*init)(struct wire_answer *a, const struct connection *connection,
		const struct model_request *request);
	void (*free)(struct wire_answer *a);
	/* Takes an event of a stream. False when it is an error (a->failed) or cannot be
	 * understood, with E saying what is wrong with it ("it is a list, not an object"). */
	bool (*event)(struct wire_answer *a, struct str name, struct str data, struct err *e);
	/* Takes a whole body in the same way; also the body of a status that is no success, for
	 * its error. */
	bool (*whole)(struct wire_answer *a, struct str body, struct err *e);
	/* WIRE_OWN: takes bytes of a stream, cut anywhere. */
	bool (*feed)(struct wire_answer *a, struct str bytes, struct err *e);
	/* The answer has its end. One without is TRUNCATED. */
	bool (*is_complete)(const struct wire_answer *a);
	/* Fills what came into R: text, reasoning, refusal, tool calls, finish reason, usage, ids
	 * and the response in the API's whole form. Borrowed from A. */
	void (*result)(struct wire_answer *a, struct model_result *r);
	/* What an answer with its end is worth; R is filled. NULL: by wire_end_of. */
	enum wire_end (*end)(const struct wire_answer *a, const struct model_result *r);
};

/* The common judgement: OpenAI's words for the finish reason; a refusal without text declines. */
enum wire_end wire_end_of(const struct wire_answer *a, const struct model_result *r);

/* What will be sent: provider->wire. */
bool wire_show(const struct wire *wire, struct arena *a, const struct connection *connection,
	const struct model_request *request, struct model_wire *out, struct err *e) WARN_UNUSED;

/* Tells a piece to who listens; nothing for "". For formats' own readers. */
void wire_tell(struct wire_answer *a, enum trace_delta_kind kind, struct str text);

/* The member of a dict, VALUE_NONE when there is none, and a count of tokens, -1 when it is missing
 * or makes no sense. */
struct value wire_member(struct value dict, const char *key);
int64_t wire_count(struct value dict, const char *key);

/* A body with bad UTF-8 replaced, in the arena; BODY itself when it has none. */
struct str wire_repair(struct arena *a, struct str body);

/* How much of TEXT ends with a whole character: the rest may be the start of one. */
size_t wire_whole(struct str text);

/* BASE (without a trailing slash) with PATH put before its query, if it has one. */
struct str wire_url(struct arena *a, struct str base, struct str path);

#endif
