/* SPDX-License-Identifier: MIT */
#include "core/command/text_input.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/text/utf8.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { READ_STEP = 65536 };

static bool read_stdin(struct arena *a, struct str *out, struct err *e)
{
	struct buf b = BUF_INIT(TEXT_INPUT_MAX);
	ssize_t n = 1;
	while (n != 0) {
		char *to = buf_space(&b, READ_STEP);
		n = to != NULL ? read(STDIN_FILENO, to, READ_STEP) : -1;
		if (n < 0 && to != NULL && errno == EINTR)
			continue;
		if (n < 0) {
			if (to == NULL)
				err_set(e, ERR_LIMIT, "Standard input is larger than %d MiB.",
					TEXT_INPUT_MAX >> 20);
			else
				err_set(e, ERR_IO, "Standard input cannot be read: %s.",
					strerror(errno));
			buf_free(&b);
			return false;
		}
		b.len += (size_t)n;
	}
	*out = str_copy(a, buf_str(&b));
	buf_free(&b);
	return true;
}

static bool read_word(
	struct arena *a, struct str word, enum text_input_kind kind, struct str *out, struct err *e)
{
	const char *path = str_cstr(a, word);
	if (str_is(word, "-"))
		return read_stdin(a, out, e);
	if (kind == TEXT_INPUT_TEXT_OR_FILE && !file_exists(path)) {
		*out = word;
		return true;
	}
	return file_read(a, path, TEXT_INPUT_MAX, out, e);
}

static bool add_text(
	struct str text, struct str word, size_t line, struct value list, struct err *e)
{
	const char *name = str_is(word, "-") ? "standard input" : word.at;
	if (text.len == 0) {
		err_set(e, ERR_USAGE, "A text is empty.");
		return line > 0 ? err_place(e, name, (unsigned)line, 0) : false;
	}
	if (!utf8_valid(text, NULL)) {
		err_set(e, ERR_USAGE, "A text is not UTF-8.");
		return err_place(e, name, (unsigned)line, 0);
	}
	value_push(list, value_str(text));
	return true;
}

/* A line of a file: JSON where it looks so, else as it is. */
static bool add_line(struct arena *a, struct str text, struct str word, size_t line,
	struct value list, struct err *e)
{
	struct err ignored = ERR_INIT;
	struct value v;
	if ((str_starts(text, STR("{")) || str_starts(text, STR("\""))) &&
		json_read(a, text, NULL, &v, &ignored))
		text = v.kind == VALUE_STR ? v.u.str : value_get_str(v, "text", STR_NONE);
	return add_text(text, word, line, list, e);
}

static bool add_lines(
	struct arena *a, struct str text, struct str word, struct value list, struct err *e)
{
	struct str line;
	for (size_t n = 1; str_next_line(&text, &line); n++)
		if (str_trim(line).len > 0 && !add_line(a, str_trim(line), word, n, list, e))
			return false;
	return true;
}

bool text_inputs(struct arena *a, struct value words, enum text_input_kind kind, struct value *out,
	struct err *e)
{
	*out = value_list(a);
	for (size_t i = 0; i < words.u.list->len; i++) {
		struct str word = str_copy(a, words.u.list->items[i].u.str), text;
		if (!read_word(a, word, kind, &text, e))
			return false;
		bool ok = kind == TEXT_INPUT_LINES ? add_lines(a, text, word, *out, e)
						   : add_text(str_trim_end(text), word, 0, *out, e);
		if (!ok)
			return false;
	}
	return out->u.list->len > 0 || err_set(e, ERR_USAGE, "There is no text to ask about.");
}
