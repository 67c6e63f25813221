/* SPDX-License-Identifier: MIT */
#ifndef CORE_TEXT_COMMON_WORDS_H
#define CORE_TEXT_COMMON_WORDS_H

#include "core/base/str.h"

/* Words that carry the grammar of a sentence and little of its subject: articles, pronouns,
 * question words, auxiliaries, of English and Chinese. Pure tables. */

/* WORD is folded, not stemmed. */
bool common_word(struct str word);

/* Length in bytes of the Chinese function word at the start of S, 0 when there is none. *CONTENT is
 * set when what stands there looks like one but is a word of its own (目的, 会议): its length is
 * returned then, so that it can be skipped whole. */
size_t common_chinese(struct str s, bool *content);

#endif
