/* SPDX-License-Identifier: MIT */
#ifndef CORE_ENGINE_GIVEN_H
#define CORE_ENGINE_GIVEN_H

#include "core/engine/engine.h"

/*
 * The input values that people gave to the workspace's files last, for the next session's forms:
 * .lathe/inputs.json, {file: {input: text}}, readable by its owner alone. A convenience: it is
 * written whole beside the old one and takes its place, but not waited for, and one that cannot be
 * read counts as none. Nothing is kept before anything was recorded, so that looking at a folder
 * writes nothing into it.
 */

/* A dict of dicts of strings; empty when there is none. */
struct value given_read(struct engine *engine, struct arena *a);
void given_keep(struct engine *engine, struct value given);

#endif
