/* SPDX-License-Identifier: MIT */
#include "tui/term/decode.h"

#include "tui/term/sequence.h"

#include <string.h>

enum state { GROUND, ESCAPE, CSI, LINUX_KEY, SS3, STRING, STRING_ESCAPE, PASTE };

static const char paste_end[] = "\033[201~";
enum { PASTE_END = sizeof paste_end - 1, ESCAPE_MS = 25, CUT_MS = 500, PASTE_MS = 2000 };

void decode_init(struct decode *d, decode_fn *fn, void *ctx)
{
	*d = (struct decode){
		.fn = fn, .ctx = ctx, .paste = BUF_INIT(DECODE_PASTE), .escape_ms = ESCAPE_MS};
}

void decode_release(struct decode *d)
{
	buf_free(&d->paste);
}

void decode_add(struct decode *d, const char *bytes, struct key key)
{
	size_t len = strlen(bytes);
	if (len < 2 || bytes[0] != '\033' || d->extra_count == DECODE_EXTRA ||
		len > sizeof d->extra[0].bytes)
		return;
	struct decode_extra *extra = &d->extra[d->extra_count++];
	memcpy(extra->bytes, bytes, len);
	extra->len = len;
	extra->key = key;
}

static void tell_key(struct decode *d, uint32_t code, unsigned mods)
{
	struct input input = {.kind = INPUT_KEY, .key = {code, mods}};
	d->fn(d->ctx, &input);
}

static void ground(struct decode *d)
{
	d->state = GROUND;
	d->len = 0;
	d->mods = 0;
	d->utf8 = (struct utf8_decoder){.code = 0};
}

static void control(struct decode *d, unsigned char byte)
{
	unsigned mods = d->mods;
	ground(d);
	if (byte == '\t')
		tell_key(d, WORD_TAB, mods);
	else if (byte == '\r')
		tell_key(d, WORD_ENTER, mods);
	else if (byte == '\b' || byte == 0x7F)
		tell_key(d, WORD_BSPACE, mods);
	else if (byte == 0)
		tell_key(d, ' ', mods | MOD_CTRL);
	else if (byte < 0x1B)
		tell_key(d, 'a' + byte - 1U, mods | MOD_CTRL);
	else
		tell_key(d, '@' + byte, mods | MOD_CTRL);
}

/* Returns false when the byte belongs to what comes next and must be given again. */
static bool character(struct decode *d, unsigned char byte)
{
	switch (utf8_decode(&d->utf8, byte)) {
	case UTF8_MORE: return true;
	case UTF8_CHARACTER: {
		uint32_t code = d->utf8.code;
		unsigned mods = d->mods;
		ground(d);
		if (code >= 0xA0 || code < 0x80)
			tell_key(d, code, mods);
		return true;
	}
	case UTF8_BAD: ground(d); return true;
	case UTF8_BAD_BEFORE: break;
	}
	ground(d);
	return false;
}

static void start_escape(struct decode *d)
{
	ground(d);
	d->state = ESCAPE;
	d->seq[d->len++] = '\033';
}

static bool in_ground(struct decode *d, unsigned char byte)
{
	if (d->utf8.need == 0) {
		if (byte == 0x1B) {
			start_escape(d);
			return true;
		}
		if (byte < 0x20 || byte == 0x7F) {
			control(d, byte);
			return true;
		}
	}
	return character(d, byte);
}

static bool in_escape(struct decode *d, unsigned char byte)
{
	switch (byte) {
	case 0x1B:
		tell_key(d, WORD_ESC, 0);
		start_escape(d);
		return true;
	case '[': d->state = CSI; break;
	case 'O': d->state = SS3; break;
	case ']':
	case 'P':
	case '_':
	case '^':
	case 'X':
		d->state = STRING;
		d->swallowed = 0;
		break;
	default:
		ground(d);
		d->mods = MOD_ALT;
		return false;
	}
	d->seq[d->len++] = (char)byte;
	return true;
}

static bool find_extra(struct decode *d)
{
	for (size_t i = 0; i < d->extra_count; i++) {
		const struct decode_extra *extra = &d->extra[i];
		if (extra->len == d->len && memcmp(extra->bytes, d->seq, d->len) == 0) {
			ground(d);
			tell_key(d, extra->key.code, extra->key.mods);
			return true;
		}
	}
	return false;
}

/* A whole CSI or SS3 sequence stands in seq. */
static void finish(struct decode *d)
{
	if (find_extra(d))
		return;
	struct input input;
	enum sequence_kind kind = sequence_read(d->seq, d->len, &input);
	ground(d);
	if (kind == SEQUENCE_INPUT)
		d->fn(d->ctx, &input);
	else if (kind == SEQUENCE_OLD_MOUSE)
		d->skip = 3;
	else if (kind == SEQUENCE_PASTE) {
		d->state = PASTE;
		d->mark = 0;
		buf_clear(&d->paste);
	}
}

static bool in_sequence(struct decode *d, unsigned char byte)
{
	if (byte == 0x1B) {
		start_escape(d);
		return true;
	}
	if (byte < 0x20 || byte >= 0x7F) {
		ground(d);
		return byte >= 0x80;
	}
	if (d->len == DECODE_SEQUENCE) {
		if (byte >= 0x40 || ++d->swallowed > DECODE_STRING)
			ground(d);
		return true;
	}
	d->swallowed = 0;
	d->seq[d->len++] = (char)byte;
	if (d->state == CSI && d->len == 3 && byte == '[')
		d->state = LINUX_KEY;
	else if (d->state == LINUX_KEY || byte >= 0x40)
		finish(d);
	return true;
}

/* A whole reply; what did not fit into seq is none that we asked for. */
static void finish_string(struct decode *d)
{
	struct input input;
	bool known = d->len < DECODE_SEQUENCE &&
		     sequence_read_string((struct str){d->seq + 1, d->len - 1}, &input) ==
			     SEQUENCE_INPUT;
	ground(d);
	if (known)
		d->fn(d->ctx, &input);
}

static bool in_string(struct decode *d, unsigned char byte)
{
	if (d->state == STRING_ESCAPE) {
		if (byte == '\\') {
			finish_string(d);
			return true;
		}
		start_escape(d);
		return false;
	}
	d->swallowed++;
	if (byte == 0x1B)
		d->state = STRING_ESCAPE;
	else if (byte == '\a')
		finish_string(d);
	else if (d->swallowed > DECODE_STRING)
		ground(d);
	else if (d->len < DECODE_SEQUENCE)
		d->seq[d->len++] = (char)byte;
	return true;
}

/* Terminals send the ends of pasted lines as CR; a CR LF is one end. */
static void clean_paste(struct buf *paste)
{
	size_t kept = 0;
	unsigned char before = 0;
	for (size_t i = 0; i < paste->len; i++) {
		unsigned char raw = (unsigned char)paste->at[i];
		unsigned char byte = raw == '\r' ? '\n' : raw;
		if (raw == '\n' && before == '\r')
			byte = 0;
		before = raw;
		if (byte >= 0x20 ? byte != 0x7F : byte == '\n' || byte == '\t')
			paste->at[kept++] = (char)byte;
	}
	paste->len = kept;
}

/* What does not fit is dropped: a paste has a bound. */
static void paste_byte(struct decode *d, unsigned char byte)
{
	(void)buf_add_char(&d->paste, (char)byte);
}

static void end_paste(struct decode *d)
{
	ground(d);
	clean_paste(&d->paste);
	struct input input = {.kind = INPUT_PASTE, .text = buf_str(&d->paste)};
	d->fn(d->ctx, &input);
	buf_free(&d->paste);
}

/* An end mark that another one follows, without a new start between them, was inside the paste. */
static bool was_inside(struct str rest)
{
	size_t end = str_find(rest, STR("\033[201~"), 0);
	return end != SIZE_MAX &&
	       str_find(str_slice(rest, 0, end), STR("\033[200~"), 0) == SIZE_MAX;
}

static void in_paste(struct decode *d, unsigned char byte, struct str rest)
{
	if (byte == (unsigned char)paste_end[d->mark]) {
		if (++d->mark < PASTE_END)
			return;
		d->mark = 0;
		if (!was_inside(rest))
			end_paste(d);
		return;
	}
	for (size_t i = 0; i < d->mark; i++)
		paste_byte(d, (unsigned char)paste_end[i]);
	d->mark = 0;
	if (byte == 0x1B)
		d->mark = 1;
	else
		paste_byte(d, byte);
}

static bool step(struct decode *d, unsigned char byte, struct str rest)
{
	switch ((enum state)d->state) {
	case GROUND: return in_ground(d, byte);
	case ESCAPE: return in_escape(d, byte);
	case CSI:
	case LINUX_KEY:
	case SS3: return in_sequence(d, byte);
	case STRING:
	case STRING_ESCAPE: return in_string(d, byte);
	case PASTE: in_paste(d, byte, rest); return true;
	}
	return true;
}

void decode_feed(struct decode *d, const char *bytes, size_t len)
{
	struct str all = {bytes, len};
	for (size_t i = 0; i < len; i++) {
		if (d->skip > 0) {
			d->skip--;
			continue;
		}
		struct str rest = {all.at + i + 1, all.len - i - 1};
		while (!step(d, (unsigned char)bytes[i], rest))
			;
	}
}

unsigned decode_wait_ms(const struct decode *d)
{
	if (d->state == PASTE)
		return PASTE_MS;
	if (d->state == GROUND)
		return d->utf8.need > 0 || d->skip > 0 ? CUT_MS : 0;
	/* What cannot be a key any more is a sequence that a slow line cut. */
	return d->len > 2 ? CUT_MS : d->escape_ms;
}

void decode_timeout(struct decode *d)
{
	d->skip = 0;
	if (d->state == PASTE) {
		end_paste(d);
		return;
	}
	size_t len = d->len;
	bool whole = d->state == ESCAPE || ((d->state == CSI || d->state == SS3) && len == 2) ||
		     (d->state == STRING && d->len == 2);
	unsigned char last = len > 0 ? (unsigned char)d->seq[len - 1] : 0;
	ground(d);
	if (whole && len == 1)
		tell_key(d, WORD_ESC, 0);
	else if (whole && len == 2)
		tell_key(d, last, MOD_ALT);
}
