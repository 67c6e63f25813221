/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_MODEL_LISTS_H
#define CORE_ENGINE_MODEL_LISTS_H

#include "core/data/value.h"
#include "core/model/provider.h"

/* The lists of models that servers give: where they are asked for, and what they say, as rows of
 * models.yaml. */

/* Where CONNECTION's server has its list; "" when its format has none. */
struct str model_lists_url(struct arena *a, const struct connection *connection);

/* Adds to ROWS (a dict) a row for each model of REPLY. DAY is today, for the prices. */
struct model_list_counts {
	size_t models, windows, prices;
};
bool model_lists_read(struct arena *a, const struct connection *connection, struct value reply,
	struct str day, struct value rows, struct model_list_counts *out);

#endif
