/* SPDX-License-Identifier: MIT */
#ifndef CORE_COMMAND_CACHE_WHY_H
#define CORE_COMMAND_CACHE_WHY_H

#include "core/command/command.h"
#include "core/store/cache_rows.h"

struct output;

/* For each request of a run: was it asked or answered from the cache, by which key, stored when and
 * by whom; of one that was asked, in what it differs from the nearest stored answer. */
bool cache_why(struct command_context *context, struct str run, struct err *e) WARN_UNUSED;

/* An entry for people, without its answer; each line begins with INDENT. */
void cache_show_entry(struct output *o, const struct cache_row *row, const char *indent);

/* The parts of a key; an empty dict when they cannot be read. */
struct value cache_parts(struct arena *a, struct str json);
const char *cache_key_text(struct arena *a, struct str key); /* in hex digits */

#endif
