/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_CONFIG_H
#define CORE_ENGINE_CONFIG_H

#include "core/data/shape.h"
#include "core/engine/workspace.h"
#include "core/model/provider.h"

/*
 * lathe.yaml: the workspace's connections and defaults. Secrets stand in it only as references
 * (env:NAME, cmd:PROGRAM ARG..., file:PATH, secret:NAME); their values are resolved when a request
 * is built. A workspace without the file has the defaults below.
 */

/* What a connection's provider may be, as people write it. */
#define CONFIG_PROVIDERS                                                                           \
	"openai openai_responses azure anthropic gemini ollama bedrock http command "              \
	"content_safety scripted"

struct config {
	const char *file; /* "lathe.yaml" for errors; NULL when there is none */
	struct connection *connections;
	size_t connection_count;
	struct str default_model; /* as people write it; "" when not set */
	unsigned default_line, default_column; /* where it says so */
	struct value parameters; /* the defaults of model.parameters: dict, or VALUE_NONE */
	bool detect; /* look for model servers on the loopback; default true */
	struct str name; /* "" when not set */
	const struct str *fallback; /* models to ask instead of any that fails, in order */
	size_t fallback_count;
	int64_t budget_run_nano; /* nano-dollars a run, a day may cost; 0: not limited */
	int64_t budget_day_nano;
	struct str cache; /* "off", "on", "only"; "": each command's own default */
	int64_t cache_days, cache_megabytes; /* 0: the default */
};

enum { CONFIG_LARGEST = 1 << 20 }; /* bytes of lathe.yaml */

bool config_read(
	struct arena *a, const struct workspace *ws, struct config *out, struct err *e) WARN_UNUSED;
/* The same of a text that lathe.yaml is to have. */
bool config_read_text(struct arena *a, const struct workspace *ws, struct str text,
	struct config *out, struct err *e) WARN_UNUSED;

/* The rules of a connection's parts; E gets no place. */
bool config_check_name(struct str name, struct err *e) WARN_UNUSED;
bool config_check_url(struct str url, bool allow_http, struct err *e) WARN_UNUSED;
bool config_check_secret(struct str reference, struct err *e) WARN_UNUSED;

/* By name; NULL when there is none. */
const struct connection *config_connection(const struct config *c, struct str name);

/* The keys of lathe.yaml, for its manual. */
extern const struct shape_key config_keys[];

#endif
