/* SPDX-License-Identifier: MIT */
#ifndef CORE_DATA_TOKENS_TOKENIZER_H
#define CORE_DATA_TOKENS_TOKENIZER_H

#include "core/base/buf.h"
#include "core/data/tokens/encodings.h"
#include "core/data/tokens/merge.h"

/*
 * Counts a text's tokens as a model's own tokenizer does, and turns texts into ids and back.
 *
 * Any bytes will do: what is not UTF-8 is made into the tokens of its bytes, so that decoding gives
 * the same bytes again (Qwen's texts are normalised to NFC first, as its own tokenizer does).
 *
 * A tokenizer is immutable: any number of threads may use one. Loading takes some milliseconds and
 * 3 to 8 MB, so `struct tokenizers` loads each only when first asked for.
 */

struct tokenizer;

struct tokenizer *tokenizer_load(const struct encoding *encoding, struct err *e); /* NULL: failed */
void tokenizer_free(struct tokenizer *t); /* NULL is allowed */

const struct encoding *tokenizer_encoding(const struct tokenizer *t);

enum tokenizer_special {
	SPECIAL_AS_TEXT, /* the name of a special token is text like any other */
	SPECIAL_ALLOWED /* it is that token */
};

size_t tokenizer_count(const struct tokenizer *t, struct str text);
/* Whether TEXT's tokens are those of its start up to AT (0 < AT < its length) and those of the
 * rest, one after the other, whatever stands farther away: told by the characters on both sides. */
bool tokenizer_is_seam(const struct tokenizer *t, struct str text, size_t at);
/* Adds TEXT's ids to OUT. */
void tokenizer_encode(const struct tokenizer *t, struct str text, enum tokenizer_special special,
	struct token_list *out);

/* Adds the bytes of ID to OUT, for a special token its name; false when there is no such token or
 * OUT is full. The bytes of one token may be a part of a character. */
bool tokenizer_decode(const struct tokenizer *t, uint32_t id, struct buf *out);

/* Tokens of a chat whose contents and role names are SUM tokens in COUNT messages. */
size_t tokenizer_chat(const struct tokenizer *t, size_t sum, size_t count);

/* Tokenizers by encoding, loaded when they are first asked for. Calls may come from any thread. */
struct tokenizers;

struct tokenizers *tokenizers_new(void);
void tokenizers_free(struct tokenizers *all); /* NULL is allowed */
/* Borrowed, until ALL is freed; NULL when it cannot be loaded. */
const struct tokenizer *tokenizers_get(
	struct tokenizers *all, const struct encoding *encoding, struct err *e);

#endif
