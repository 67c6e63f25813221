/* SPDX-License-Identifier: MIT */
#include "core/data/tokens/tokenizer.h"

/* Any bytes become tokens that give them back, as many as are counted. The first byte says which
 * encoding. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct tokenizer *load(size_t i)
{
	static struct tokenizers *all;
	struct err e = ERR_INIT;
	if (all == NULL)
		all = tokenizers_new();
	const struct tokenizer *t = tokenizers_get(all, &encodings[i], &e);
	if (t == NULL)
		BUG("%s", e.text);
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct token_list list = {.ids = NULL};
	struct buf back = BUF_INIT(0);
	if (size == 0)
		return 0;
	const struct tokenizer *t = load(data[0] % ENCODING_COUNT);
	struct str text = {(const char *)data + 1, size - 1};
	tokenizer_encode(t, text, SPECIAL_AS_TEXT, &list);
	if (tokenizer_count(t, text) != list.len)
		BUG("%zu ids, counted %zu", list.len, tokenizer_count(t, text));
	for (size_t i = 0; i < list.len; i++)
		if (!tokenizer_decode(t, list.ids[i], &back))
			BUG("%u is no token", list.ids[i]);
	if (!tokenizer_encoding(t)->nfc && !str_eq(buf_str(&back), text))
		BUG("the text does not come back");
	list.len = 0;
	tokenizer_encode(t, text, SPECIAL_ALLOWED, &list);
	token_list_free(&list);
	buf_free(&back);
	return 0;
}
