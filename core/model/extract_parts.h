/* SPDX-License-Identifier: MIT */
#ifndef CORE_MODEL_EXTRACT_PARTS_H
#define CORE_MODEL_EXTRACT_PARTS_H

#include "core/base/str.h"

/*
 * The questions in a question: "How much is it, and whom do I ask?" has two. It is parted at
 * question marks, and at commas, "and" and 以及 where both sides ask something of their own.
 * Internal to the extractive answerer.
 */

enum { EXTRACT_MAX_PARTS = 3 };

/* Fills PARTS with slices of QUESTION in its order; returns how many, at least 1. */
size_t extract_parts(struct str question, struct str parts[EXTRACT_MAX_PARTS]);

#endif
