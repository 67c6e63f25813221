/* SPDX-License-Identifier: MIT */
#include "core/command/output.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/text/sanitize.h"
#include "core/text/utf8.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { FLUSH_FROM = 8192 };

struct output {
	enum output_form form;
	bool out_is_terminal;
	bool err_is_terminal;
	bool styled;
	bool ascii;
	bool has_progress; /* a line that waits to be replaced */
	int error; /* errno of the first write that failed, 0 none */
	struct buf pending;
	struct sanitizer stream;
	void (*redact)(void *ctx, struct buf *bytes);
	void *redact_ctx;
};

static bool wants_style(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	return (no_color == NULL || no_color[0] == '\0') && term != NULL && term[0] != '\0' &&
	       strcmp(term, "dumb") != 0;
}

struct output *output_new(void)
{
	struct output *o = xcalloc(1, sizeof *o);
	o->out_is_terminal = isatty(STDOUT_FILENO) == 1;
	o->err_is_terminal = isatty(STDERR_FILENO) == 1;
	o->styled = o->out_is_terminal && wants_style();
	sanitize_start(&o->stream, SANITIZE_TEXT);
	return o;
}

void output_free(struct output *o)
{
	if (o == NULL)
		return;
	output_flush(o);
	buf_free(&o->pending);
	free(o);
}

void output_set_form(struct output *o, enum output_form form)
{
	o->form = form;
}

enum output_form output_form(const struct output *o)
{
	return o->form;
}

bool output_is_terminal(const struct output *o)
{
	return o->out_is_terminal;
}

bool output_is_broken(const struct output *o)
{
	return o->error == EPIPE;
}

bool output_check(const struct output *o, struct err *e)
{
	if (o->error == 0 || o->error == EPIPE)
		return true;
	return err_set(e, ERR_IO, "Cannot write to standard output: %s.", strerror(o->error));
}

void output_set_ascii(struct output *o, bool ascii)
{
	o->ascii = ascii;
}

bool output_has_style(const struct output *o)
{
	return o->styled && o->form == OUTPUT_TEXT;
}

void output_set_redactor(struct output *o, void (*fn)(void *ctx, struct buf *bytes), void *ctx)
{
	output_flush(o);
	o->redact = fn;
	o->redact_ctx = ctx;
}

/* Characters of our own drawing, and of common text, with a look-alike in ASCII. */
static const struct {
	uint32_t code;
	const char *ascii;
} look_alikes[] = {{0xB7, "-"}, {0x2013, "-"}, {0x2014, "--"}, {0x2018, "'"}, {0x2019, "'"},
	{0x201C, "\""}, {0x201D, "\""}, {0x2026, "..."}, {0x2248, "~"}, {0x2588, "#"},
	{0x258C, "|"}, {0x3002, "."}, {0xFF0C, ","}};

/* SAFE is sanitized, so it is UTF-8. */
static struct str to_ascii(struct arena *a, struct str safe)
{
	struct buf out = BUF_INIT(safe.len * 4 + 1);
	for (size_t at = 0; at < safe.len;) {
		uint32_t code;
		size_t next = utf8_next(safe, at, &code);
		const char *as = code < 128 ? NULL : "?";
		for (size_t i = 0; i < sizeof look_alikes / sizeof *look_alikes; i++)
			as = look_alikes[i].code == code ? look_alikes[i].ascii : as;
		if (as != NULL)
			buf_add_cstr(&out, as);
		else
			buf_add(&out, safe.at + at, next - at);
		at = next;
	}
	struct str copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

/* Waits for a slow reader; false when it is gone. */
static bool write_all(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);
		if (n >= 0) {
			bytes = str_slice(bytes, (size_t)n, bytes.len);
		} else if (errno == EAGAIN) {
			struct pollfd wait = {.fd = fd, .events = POLLOUT};
			poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}

void output_flush(struct output *o)
{
	if (o->pending.len == 0)
		return;
	if (o->redact != NULL)
		o->redact(o->redact_ctx, &o->pending);
	if (o->error == 0 && !write_all(STDOUT_FILENO, buf_str(&o->pending)))
		o->error = errno;
	buf_clear(&o->pending);
}

/* What is the program's own or already safe. */
static void put(struct output *o, struct str s)
{
	if (o->error != 0)
		return;
	/* More than a buffer's maximum at once can only come in one piece: go through in parts. */
	while (s.len > 0) {
		struct str part = str_slice(s, 0, FLUSH_FROM);
		buf_add_str(&o->pending, part);
		if (o->pending.len >= FLUSH_FROM)
			output_flush(o);
		s = str_slice(s, part.len, s.len);
	}
}

static void put_sanitized(struct output *o, struct str safe)
{
	struct arena scratch = ARENA_INIT;
	put(o, o->ascii && o->out_is_terminal ? to_ascii(&scratch, safe) : safe);
	arena_release(&scratch);
}

static void put_safe(struct output *o, struct str s, unsigned flags)
{
	if (!o->out_is_terminal && !(flags & SANITIZE_ONE_LINE)) {
		put(o, s);
		return;
	}
	struct arena scratch = ARENA_INIT;
	put_sanitized(o, sanitize(&scratch, s, flags));
	arena_release(&scratch);
}

void output_str(struct output *o, struct str s)
{
	put_safe(o, s, SANITIZE_TEXT);
}

void output_cstr(struct output *o, const char *s)
{
	output_str(o, str_from(s));
}

void output_format(struct output *o, const char *fmt, ...)
{
	struct arena scratch = ARENA_INIT;
	va_list args;
	va_start(args, fmt);
	output_str(o, str_vformat(&scratch, fmt, args));
	va_end(args);
	arena_release(&scratch);
}

void output_field(struct output *o, struct str s)
{
	put_safe(o, s, SANITIZE_ONE_LINE);
}

static void styled(struct output *o, const char *begin, struct str s)
{
	bool style = output_has_style(o);
	if (style)
		put(o, str_from(begin));
	output_str(o, s);
	if (style)
		put(o, STR("\033[0m"));
}

void output_dim(struct output *o, struct str s)
{
	styled(o, "\033[2m", s);
}

void output_strong(struct output *o, struct str s)
{
	styled(o, "\033[1m", s);
}

void output_stream(struct output *o, struct str piece)
{
	if (!o->out_is_terminal) {
		put(o, piece);
		return;
	}
	struct buf safe = BUF_INIT(0);
	sanitize_feed(&o->stream, piece, &safe);
	put_sanitized(o, buf_str(&safe));
	buf_free(&safe);
}

void output_stream_end(struct output *o)
{
	struct buf safe = BUF_INIT(0);
	sanitize_end(&o->stream, &safe);
	put_sanitized(o, buf_str(&safe));
	buf_free(&safe);
}

void output_json(struct output *o, struct value v)
{
	struct buf text = BUF_INIT(0);
	if (json_write(&text, v, JSON_COMPACT) && buf_add_char(&text, '\n'))
		put(o, buf_str(&text));
	buf_free(&text);
}

static void put_error_line(struct output *o, const char *before, struct str text, const char *after)
{
	struct arena scratch = ARENA_INIT;
	struct buf line = BUF_INIT(0);
	output_flush(o); /* what came before stands before it on a shared terminal */
	struct str safe = sanitize(&scratch, text, SANITIZE_ONE_LINE);
	if (o->has_progress)
		buf_add_cstr(&line, "\r\033[K");
	o->has_progress = false;
	buf_add_cstr(&line, before);
	buf_add_str(&line, o->ascii && o->err_is_terminal ? to_ascii(&scratch, safe) : safe);
	buf_add_cstr(&line, after);
	if (o->redact != NULL)
		o->redact(o->redact_ctx, &line);
	/* Nobody is left to be told when standard error is gone too. */
	(void)write_all(STDERR_FILENO, buf_str(&line));
	buf_free(&line);
	arena_release(&scratch);
}

void output_note(struct output *o, const char *fmt, ...)
{
	struct arena scratch = ARENA_INIT;
	va_list args;
	va_start(args, fmt);
	put_error_line(o, "lathe: ", str_vformat(&scratch, fmt, args), "\n");
	va_end(args);
	arena_release(&scratch);
}

void output_aside(struct output *o, const char *fmt, ...)
{
	if (o->form != OUTPUT_TEXT)
		return;
	struct arena scratch = ARENA_INIT;
	bool style = o->err_is_terminal && wants_style();
	va_list args;
	va_start(args, fmt);
	put_error_line(o, style ? "\033[2m" : "", str_vformat(&scratch, fmt, args),
		style ? "\033[0m\n" : "\n");
	va_end(args);
	arena_release(&scratch);
}

void output_question(struct output *o, struct str question)
{
	put_error_line(o, "", question, question.len > 0 ? " " : "\n");
}

bool output_has_progress(const struct output *o)
{
	return o->form == OUTPUT_TEXT && o->err_is_terminal && wants_style();
}

void output_progress(struct output *o, struct str text)
{
	if (o->form != OUTPUT_TEXT || (text.len == 0 && !o->has_progress))
		return;
	bool replaced = output_has_progress(o);
	put_error_line(o, replaced ? "\033[2m" : "", text, replaced ? "\033[0m" : "\n");
	o->has_progress = replaced && text.len > 0;
}

bool output_ask(struct output *o, struct str question)
{
	enum { GUARD_MS = 300 };
	char answer[16];
	if (!o->err_is_terminal || isatty(STDIN_FILENO) != 1)
		return false;
	put_error_line(o, "", question, " [y/N] ");
	/* Typed ahead or pasted before it could be read: not an answer. */
	poll(NULL, 0, GUARD_MS);
	tcflush(STDIN_FILENO, TCIFLUSH);
	ssize_t n = read(STDIN_FILENO, answer, sizeof answer);
	struct str word = str_trim((struct str){answer, n > 0 ? (size_t)n : 0});
	return str_is(word, "y") || str_is(word, "yes");
}

static void error_event(struct output *o, const struct err *e)
{
	struct arena a = ARENA_INIT;
	struct value v = value_dict(&a);
	value_set(v, STR("event"), value_cstr("error"));
	value_set(v, STR("code"), value_cstr(err_code_word(e->code)));
	value_set(v, STR("where"), value_cstr(e->where));
	value_set(v, STR("text"), value_cstr(e->text));
	value_set(v, STR("hint"), value_cstr(e->hint));
	output_json(o, v);
	output_flush(o);
	arena_release(&a);
}

void output_error(struct output *o, const struct err *e)
{
	char line[sizeof(struct err)];
	err_format(e, line, sizeof line);
	put_error_line(o, "lathe: ", str_from(line), "\n");
	if (o->form == OUTPUT_JSON)
		error_event(o, e);
}
