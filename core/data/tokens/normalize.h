/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_NORMALIZE_H
#define CORE_DATA_TOKENS_NORMALIZE_H

#include "core/base/buf.h"

/* Unicode normalization form C, for tokenizers that begin with it. */

/* True only when TEXT (valid UTF-8) is in form C; false also where finding out is not quick. */
bool normalize_is_nfc(struct str text);
/* Adds TEXT (valid UTF-8) in form C to OUT; false when it cannot be made or OUT is full. */
bool normalize_nfc(struct str text, struct buf *out);

#endif
