/* SPDX-License-Identifier: MIT */
#include "core/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#undef err_set
#undef err_place
#undef err_hint
#undef err_prefix

/* A cut in the middle of a character would make the sentence invalid UTF-8. */
static void trim_partial_character(char *s)
{
	size_t len = strlen(s), at = len;
	while (at > 0 && len - at < 3 && ((unsigned char)s[at - 1] & 0xC0) == 0x80)
		at--;
	if (at == 0)
		return;
	unsigned char lead = (unsigned char)s[at - 1];
	size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (want > 1 && len - (at - 1) < want)
		s[at - 1] = '\0';
}

static void flatten(char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '\n' || *s == '\r')
			*s = ' ';
}

__attribute__((format(printf, 3, 0))) static void put(
	char *out, size_t size, const char *fmt, va_list args)
{
	int n = vsnprintf(out, size, fmt, args);
	if (n < 0)
		out[0] = '\0';
	else if ((size_t)n >= size)
		trim_partial_character(out);
	flatten(out);
}

bool err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	if (e == NULL)
		return false;
	err_clear(e);
	e->code = code;
	va_list args;
	va_start(args, fmt);
	put(e->text, sizeof e->text, fmt, args);
	va_end(args);
	return false;
}

bool err_place(struct err *e, const char *file, unsigned line, unsigned column)
{
	if (e == NULL || e->where[0] != '\0' || file == NULL)
		return false;
	char tail[32] = "";
	if (line > 0 && column > 0)
		snprintf(tail, sizeof tail, ":%u:%u", line, column);
	else if (line > 0)
		snprintf(tail, sizeof tail, ":%u", line);
	size_t room = sizeof e->where - strlen(tail) - 1;
	size_t len = strlen(file);
	const char *start = file;
	const char *dots = "";
	if (len > room) {
		dots = "...";
		start = file + (len - (room - 3));
		while (((unsigned char)*start & 0xC0) == 0x80)
			start++;
	}
	snprintf(e->where, sizeof e->where, "%s%s%s", dots, start, tail);
	flatten(e->where);
	return false;
}

bool err_hint(struct err *e, const char *fmt, ...)
{
	if (e == NULL)
		return false;
	va_list args;
	va_start(args, fmt);
	put(e->hint, sizeof e->hint, fmt, args);
	va_end(args);
	return false;
}

bool err_prefix(struct err *e, const char *fmt, ...)
{
	if (e == NULL)
		return false;
	char before[sizeof e->text], text[sizeof e->text];
	va_list args;
	va_start(args, fmt);
	put(before, sizeof before, fmt, args);
	va_end(args);
	memcpy(text, e->text, sizeof text);
	int n = snprintf(e->text, sizeof e->text, "%s: %s", before, text);
	if (n >= (int)sizeof e->text)
		trim_partial_character(e->text);
	return false;
}

void err_clear(struct err *e)
{
	e->code = ERR_NONE;
	e->where[0] = e->text[0] = e->hint[0] = '\0';
}

char *err_format(const struct err *e, char *out, unsigned size)
{
	snprintf(out, size, "%s%s%s%s%s", e->where, e->where[0] != '\0' ? ": " : "", e->text,
		e->hint[0] != '\0' ? " " : "", e->hint);
	trim_partial_character(out);
	return out;
}

int err_exit_status(enum err_code code)
{
	switch (code) {
	case ERR_NONE: return 0;
	case ERR_USAGE: return 2;
	case ERR_CONFIG:
	case ERR_KEY:
	case ERR_IO:
	case ERR_LIMIT: return 3;
	case ERR_NET:
	case ERR_PROVIDER: return 4;
	case ERR_STORE: return 5;
	case ERR_BUG: return 70;
	case ERR_CANCELLED: return 130;
	}
	return 70;
}

const char *err_code_word(enum err_code code)
{
	static const char *const words[] = {"none", "usage", "config", "io", "net", "provider",
		"limit", "cancelled", "store", "key", "bug"};
	return words[code];
}

_Noreturn void err_bug(const char *file, int line, const char *fmt, ...)
{
	char text[512];
	int n = snprintf(text, sizeof text, "lathe: bug at %s:%d: ", file, line);
	va_list args;
	va_start(args, fmt);
	int m = vsnprintf(text + n, sizeof text - (size_t)n, fmt, args);
	va_end(args);
	size_t len = (size_t)n + (m > 0 ? (size_t)m : 0);
	if (len >= sizeof text - 1)
		len = sizeof text - 2;
	text[len++] = '\n';
	ssize_t written = write(STDERR_FILENO, text, len);
	(void)written;
	abort();
}
