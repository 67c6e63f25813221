/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_CATALOGUE_H
#define CORE_MODEL_CATALOGUE_H

#include "core/base/err.h"
#include "core/data/value.h"
#include "core/model/price.h"

/*
 * What is known of models: window, abilities, tokenizer, prices. It comes in layers, each laid over
 * the one before key by key: models.yaml inside the program, what `lathe models --refresh` learned
 * in this workspace, the user's own models.yaml in the configuration folder, the workspace's.
 *
 * What nobody knows stays unknown (-1, "", neither can nor cannot); it is never taken for 0. A
 * price is only valid at the vendors it is given for: a model of the same name at another server
 * has the window and the abilities, and no price.
 */

struct connection;

enum ability {
	CAN_TOOLS,
	CAN_JSON_SCHEMA,
	CAN_N,
	CAN_SEED,
	CAN_LOGPROBS,
	CAN_STOP,
	CAN_REASONING, /* an effort or a budget of thinking can be asked for */
	CAN_TEMPERATURE,
	CAN_STREAM,
	CAN_PENALTY, /* frequency and presence */
	ABILITIES
};

enum modality { MODALITY_TEXT = 1, MODALITY_IMAGE = 2, MODALITY_AUDIO = 4, MODALITY_VIDEO = 8 };

struct model_facts {
	struct str id; /* the row that told; "" when there is none */
	int64_t window; /* tokens in and out together; -1 unknown, as for the next two */
	int64_t max_output;
	int64_t cache_min; /* tokens a prompt must have to be cached by the provider */
	bool cache_asked; /* ... and only where the request marks it */
	unsigned in, out; /* enum modality; 0: unknown */
	struct str tokenizer; /* "o200k_base"; "" unknown */
	unsigned can, cannot; /* 1 << enum ability */
	struct price_table price;
};

struct catalogue;

/* Where the layers lie; NULL: that layer is not. */
struct catalogue_files {
	const char *learned;
	const char *user;
	const char *workspace;
};

struct catalogue *catalogue_new(const struct catalogue_files *files);
void catalogue_free(struct catalogue *c);

/* Reads the files that are new or have changed. On an error (a sentence with its place) the layer
 * is left out and the others count. What was found before stays valid. */
bool catalogue_refresh(struct catalogue *c, struct err *e);
/* One more layer over all others, for `--prices FILE`. */
bool catalogue_add_file(struct catalogue *c, const char *path, struct err *e) WARN_UNUSED;

/* What is known of MODEL at the connection; never NULL. Valid as long as the catalogue. */
const struct model_facts *catalogue_find(
	struct catalogue *c, const struct connection *connection, struct str model);
/* The same for a vendor, without a connection: "" for any. */
const struct model_facts *catalogue_find_at(
	struct catalogue *c, struct str vendor, struct str model);

/* The vendor whose prices and abilities count at the connection: its word, or as its provider and
 * address tell. "generic" when nobody knows. */
struct str catalogue_vendor(const struct connection *connection);

/* Every row of every layer, as it is written, for lists. */
struct catalogue_row {
	struct str id;
	struct str vendor; /* the first one, or "" */
	struct str layer; /* "built in", "learned", "user", "workspace" */
	int at_layer; /* where it stands */
	size_t at;
};
/* What one row alone says. */
const struct model_facts *catalogue_row_facts(struct catalogue *c, const struct catalogue_row *row);
size_t catalogue_rows(struct catalogue *c, struct arena *a, struct catalogue_row **out);

/* "tools", "json_schema", ...: the words of models.yaml. */
const char *catalogue_ability_word(enum ability ability);
/* "text, image"; "" when unknown. */
struct str catalogue_modalities(struct arena *a, unsigned bits);

#endif
