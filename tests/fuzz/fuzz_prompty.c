/* SPDX-License-Identifier: MIT */
/* Any bytes as a prompt file, as rendered text and as an input: parsing ends, escaped text has no
 * role line, and the way back gives the same bytes. */
#include "core/base/buf.h"
#include "core/flow/chat.h"
#include "core/flow/escape.h"
#include "core/flow/images.h"
#include "core/flow/prompty.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str between_lines(struct arena *a, struct str one, struct str two)
{
	struct buf b = BUF_INIT(0);
	buf_add_char(&b, '\n');
	buf_add_str(&b, one);
	buf_add_str(&b, two);
	buf_add_char(&b, '\n');
	struct str out = str_copy(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static void check_escape(struct arena *a, struct str text)
{
	struct ids ids = {.counting = true};
	struct escape x = escape_new(&ids);
	/* The fuzzer finds the marker by watching the comparison; a real one is random. */
	if (!str_eq(escape_undo(&x, a, text), text))
		return;
	struct str escaped = escape_str(&x, a, text);
	/* Between lines of a template, cut at a character, and completed by a line break. */
	size_t cut = text.len / 2;
	while (cut < text.len && ((unsigned char)text.at[cut] & 0xC0) == 0x80)
		cut++;
	struct str head = escape_str(&x, a, str_slice(text, 0, cut));
	struct str tail = escape_str(&x, a, str_slice(text, cut, text.len));
	if (chat_has_roles(between_lines(a, escaped, STR_NONE)) ||
		chat_has_roles(between_lines(a, head, tail)))
		BUG("escaped text has a role line");
	if (!str_eq(escape_undo(&x, a, escaped), text))
		BUG("escaping does not come back to the same text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct str text = str_copy(&a, (struct str){(const char *)data, size});
	struct prompt_file file = {.root = "/proc/self/fdinfo", .path = "p.prompty"};
	struct prompt prompt;
	struct message *messages;
	size_t count;
	if (prompt_parse(&a, &file, text, &prompt, &e)) {
		struct value inputs;
		e = (struct err)ERR_INIT;
		if (prompt.template_line > size || prompt.template.len > size)
			BUG("a template longer than its file");
		if (!inputs_resolve(&prompt.inputs, value_none(), &a, &inputs, &e) &&
			e.code == ERR_NONE)
			BUG("inputs fail without a reason");
	} else if (e.code == ERR_NONE) {
		BUG("a prompt fails without a reason");
	}
	e = (struct err)ERR_INIT;
	if (!chat_split(&a, text, NULL, &messages, &count, &e) && e.code == ERR_NONE)
		BUG("a chat fails without a reason");
	images_in_template(&a, text);
	check_escape(&a, text);
	arena_release(&a);
	return 0;
}
