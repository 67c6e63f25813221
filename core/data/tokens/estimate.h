/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_ESTIMATE_H
#define CORE_DATA_TOKENS_ESTIMATE_H

#include "core/base/str.h"

/*
 * About how many tokens a text is, without any vocabulary: for previews, budgets and models that
 * report no usage. Whoever shows it marks it with an "almost equal" sign, and it is never put where
 * a provider's own count belongs.
 *
 * The sum over the text of: ASCII letters / 4, digits / 2.5, Chinese, Japanese and Korean
 * characters * 0.75 (today's large vocabularies), bytes of other scripts / 3, runs of white space
 * * 0.3, other ASCII characters * 0.5; rounded up.
 */
size_t estimate_tokens(struct str text);

/* The sum before it is rounded, in ESTIMATE_UNITS a token: for a text that is counted in pieces. */
enum { ESTIMATE_UNITS = 60 };
size_t estimate_units(struct str text);

/* Chinese, Japanese and Korean characters and the punctuation they go with. */
bool estimate_is_cjk(uint32_t c);

/* The same for a chat: COUNT messages whose contents and role names sum up to SUM tokens carry 3
 * more each, and the answer's start 3. */
size_t estimate_chat(size_t sum, size_t count);

#endif
