/* SPDX-License-Identifier: MIT */
/* Whatever a terminal sends, keys are valid, and how reads are cut changes nothing but what waits
 * for time. */
#include "core/base/err.h"
#include "tui/term/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(void *ctx, const struct input *input)
{
	size_t *events = ctx;
	++*events;
	uint32_t code = input->key.code;
	if (input->kind == INPUT_KEY && (code < 0x20 || code > WORD_F24))
		BUG("the key %u is none", code);
	struct key back;
	char name[KEY_TEXT];
	if (input->kind == INPUT_KEY && code < 0xD800 &&
		!key_read(str_from(key_text(input->key, name)), &back))
		BUG("the key name '%s' cannot be read back", name);
	for (size_t i = 0; i < input->text.len; i++) {
		unsigned char byte = (unsigned char)input->text.at[i];
		if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F)
			BUG("a paste holds the control character %u", byte);
	}
}

static size_t run(const uint8_t *data, size_t size, size_t step)
{
	size_t events = 0;
	struct decode *d = malloc(sizeof *d);
	if (d == NULL)
		return 0;
	decode_init(d, check, &events);
	for (size_t at = 0; at < size; at += step)
		decode_feed(d, (const char *)data + at, step < size - at ? step : size - at);
	decode_timeout(d);
	decode_release(d);
	free(d);
	return events;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t cut = run(data, size, 1);
	size_t whole = run(data, size, size > 0 ? size : 1);
	/* Only an end mark inside a paste is seen in one read and not in another. */
	if (whole > cut)
		BUG("%zu events in one read and %zu in many", whole, cut);
	return 0;
}
