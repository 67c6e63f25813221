/* SPDX-License-Identifier: MIT */
#ifndef CORE_FLOW_PROMPTY_H
#define CORE_FLOW_PROMPTY_H

#include "core/flow/inputs.h"
#include "core/model/provider.h"

/*
 * A prompt file. ".prompty": a front matter in YAML between two lines of three or more dashes, then
 * a Jinja2 template, read as Prompt flow reads it; any other extension: the whole text is the
 * template. Keys that are not known are kept in `config` and named in `notes`.
 *
 * References: a string that is "${file:PATH}" as a whole becomes the file's content (parsed when it
 * is JSON or YAML); the path is relative to the prompt's folder and stays under the workspace.
 * "${env:NAME}" is left as it stands within model.configuration, where values are secrets and never
 * become plain text here; elsewhere it becomes the variable's value when prompt_file.env gives one,
 * and stays literal otherwise. So the first reading, without env, tells through prompt_approvals
 * what the file asks for; after its owner has agreed it is read again.
 */

enum { PROMPT_MAX = 8 << 20 }; /* bytes of a prompt file */

struct prompt_file {
	const char *root; /* the workspace, canonical */
	const char *path; /* of the prompt, relative to root: also its name in errors */
	/* The value of an environment variable that this file may use; NULL: none. */
	const char *(*env)(void *ctx, struct str name);
	/* Whether the workspace has a connection or a model of this name; NULL: taken as if it had.
	 */
	bool (*has_model)(void *ctx, struct str name);
	void *env_ctx; /* of both */
};

/* What a file asks to use: an environment variable, an address, or a variable for an address. */
struct prompt_approval {
	struct str variable; /* "" when only the address matters */
	struct str origin; /* "https://host:port", "${env:NAME}" as written, or "" for any model */
	uint32_t line, column;
};

struct prompt_note {
	struct str text;
	uint32_t line, column;
};

/* model.configuration, with env references as written ("${env:NAME}"). "type: openai" with a model
 * that the workspace does not have and nothing else means, as in Prompt flow, OpenAI's own address
 * with the key in OPENAI_API_KEY: it is read as if "api_key: ${env:OPENAI_API_KEY}" were written.
 */
struct prompt_endpoint {
	bool is_named; /* the file names an endpoint of its own: address or credential */
	struct str connection; /* a connection's name instead of all else, or "" */
	struct str type; /* "openai", "azure_openai" or "" */
	struct str model; /* "model" or "azure_deployment", or "" */
	struct str base_url; /* "base_url" or "azure_endpoint", or "" */
	struct str api_version;
	struct str organization;
	struct str api_key; /* always a reference, or "" */
};

struct prompt {
	const char *path; /* relative to the workspace */
	const char *folder; /* its folder, "" for the root */
	struct str source; /* the file's bytes */
	struct value config; /* the whole front matter, references resolved; VALUE_NONE: none */
	struct str name; /* the file's name without extension when not given */
	struct str description;
	enum model_api api;
	struct prompt_endpoint endpoint;
	struct value parameters; /* dict */
	bool response_all; /* model.response: the whole answer, not the first choice's text */
	struct inputs inputs;
	struct value outputs; /* dict, or VALUE_NONE */
	struct str template;
	unsigned template_line; /* lines of the file before the template */
	bool is_plain; /* no front matter: without roles it is one user message */
	const struct prompt_approval *approvals;
	size_t approval_count;
	const struct prompt_note *notes;
	size_t note_count;
};

/* Reads the file into OUT; everything lives in the arena. */
bool prompt_read(struct arena *a, const struct prompt_file *file, struct prompt *out,
	struct err *e) WARN_UNUSED;

/* The same for a text that is not (yet) in the file. */
bool prompt_parse(struct arena *a, const struct prompt_file *file, struct str text,
	struct prompt *out, struct err *e) WARN_UNUSED;

/* The variable of a string that is "${env:NAME}" as a whole. */
bool prompt_env_name(struct str s, struct str *name);

#endif
