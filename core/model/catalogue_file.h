/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_CATALOGUE_FILE_H
#define CORE_MODEL_CATALOGUE_FILE_H

#include "core/data/shape.h"
#include "core/model/catalogue.h"

/*
 * One models.yaml: read strictly, and its rows laid over facts. data/models.yaml says at its top
 * what may stand in one.
 */

struct catalogue_file {
	struct value models; /* dict by name, or VALUE_NONE */
	const char *name; /* for errors */
	struct str
		version; /* of its prices in the ledger; with the row's date when it ends in ' ' */
	struct str layer;
};

bool catalogue_file_read(
	struct arena *a, struct str text, struct catalogue_file *file, struct err *e) WARN_UNUSED;

/* What a row is asked about. */
struct catalogue_query {
	struct str vendor; /* "" any: every row counts */
	struct str connection;
	struct str base_url;
	struct str model;
};

/* How well the row fits, by the length of the name that does; 0: not at all. An exact name comes
 * before every beginning, a row that names the place before one that does not. */
int64_t catalogue_file_fits(
	const struct value_entry *row, const struct catalogue_query *query, bool *prices_count);

/* Lays what the row says over OUT. */
void catalogue_file_lay(struct arena *a, const struct catalogue_file *file,
	const struct value_entry *row, bool prices_count, struct model_facts *out);

/* Lays the prices of a dict over T, which may be VALUE_NONE. */
void catalogue_file_prices(struct value from, struct price_table *t);

#endif
