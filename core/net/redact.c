/* SPDX-License-Identifier: MIT */
#include "core/net/redact.h"

#include "core/base/alloc.h"
#include "core/net/redact_forms.h"

#include <sodium.h>
#include <string.h>

struct form {
	struct str bytes; /* in one of the blocks */
	size_t next; /* the next form with the same first byte + 1, 0 at the end; longest first */
};

struct redact {
	struct form *forms;
	size_t len, cap;
	size_t first[256]; /* index + 1 into forms by first byte */
	char **blocks; /* guarded memory, one a secret */
	size_t block_len, block_cap;
	size_t longest;
};

struct redact *redact_new(void)
{
	return xcalloc(1, sizeof(struct redact));
}

void redact_free(struct redact *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->block_len; i++)
		sodium_free(r->blocks[i]);
	free(r->blocks);
	free(r->forms);
	free(r);
}

size_t redact_longest(const struct redact *r)
{
	return r ? r->longest : 0;
}

static bool known(const struct redact *r, struct str bytes)
{
	if (bytes.len == 0)
		return true;
	for (size_t i = r->first[(unsigned char)bytes.at[0]]; i; i = r->forms[i - 1].next)
		if (str_eq(r->forms[i - 1].bytes, bytes))
			return true;
	return false;
}

/* Links a form into the list of its first byte, before all shorter ones. */
static void link_form(struct redact *r, struct str bytes)
{
	r->forms = array_reserve(r->forms, &r->cap, r->len + 1, sizeof *r->forms);
	size_t *place = &r->first[(unsigned char)bytes.at[0]];
	while (*place && r->forms[*place - 1].bytes.len > bytes.len)
		place = &r->forms[*place - 1].next;
	r->forms[r->len] = (struct form){.bytes = bytes, .next = *place};
	*place = ++r->len;
	if (bytes.len > r->longest)
		r->longest = bytes.len;
}

bool redact_add(struct redact *r, struct str value, struct err *e)
{
	struct redact_forms forms;

	if (value.len < REDACT_SHORTEST)
		return err_set(e, ERR_CONFIG,
			"The secret is shorter than %d characters, which is too short to be kept "
			"out of logs.",
			REDACT_SHORTEST);
	if (value.len > REDACT_LONGEST)
		return err_set(
			e, ERR_CONFIG, "The secret is longer than %d bytes.", REDACT_LONGEST);
	if (known(r, value))
		return true;
	if (!redact_forms_make(&forms, value))
		return err_set(e, ERR_IO, "There is no guarded memory left for a secret.");
	r->blocks = array_reserve(r->blocks, &r->block_cap, r->block_len + 1, sizeof *r->blocks);
	r->blocks[r->block_len++] = forms.block;
	for (size_t i = 0; i < forms.len; i++)
		if (!known(r, forms.at[i]))
			link_form(r, forms.at[i]);
	return true;
}

/* The length of the secret that begins at the start of TEXT, 0 when none does. */
static size_t match(const struct redact *r, struct str text)
{
	for (size_t i = r->first[(unsigned char)text.at[0]]; i; i = r->forms[i - 1].next)
		if (str_starts(text, r->forms[i - 1].bytes))
			return r->forms[i - 1].bytes.len;
	return 0;
}

/* TEXT, which more may follow, is the beginning of a form that is longer. */
static bool may_grow(const struct redact *r, struct str text)
{
	if (text.len >= r->longest)
		return false;
	for (size_t i = r->first[(unsigned char)text.at[0]]; i; i = r->forms[i - 1].next)
		if (r->forms[i - 1].bytes.len > text.len && str_starts(r->forms[i - 1].bytes, text))
			return true;
	return false;
}

/* The length of the beginning of a secret that TEXT starts with, where it is broken off: at the end
 * of the WHOLE text, or of a JSON string in it. What an answer that broke off leaves, or an error
 * that was cut to its first so many bytes. */
static size_t torn(const struct redact *r, struct str text, bool whole)
{
	size_t longest = 0;

	for (size_t i = r->first[(unsigned char)text.at[0]]; i; i = r->forms[i - 1].next) {
		const struct str form = r->forms[i - 1].bytes;
		size_t len = 0;
		while (len < form.len && len < text.len && form.at[len] == text.at[len])
			len++;
		const bool ends = len < text.len ? text.at[len] == '"' : whole;
		if (len < form.len && len >= REDACT_TORN && ends && len > longest)
			longest = len;
	}
	return longest;
}

/* Copies TEXT to OUT without secrets. When it is not the WHOLE, stops where more text could make a
 * secret of what stands there. Returns how many bytes of TEXT are done with. */
static size_t clean(const struct redact *r, struct str text, bool whole, struct buf *out)
{
	size_t at = 0;
	size_t copied = 0;

	while (at < text.len) {
		const struct str rest = str_slice(text, at, text.len);
		if (!whole && may_grow(r, rest))
			break;
		const size_t all = match(r, rest);
		const size_t found = all ? all : torn(r, rest, whole);
		if (!found) {
			at++;
			continue;
		}
		buf_add_str(out, str_slice(text, copied, at));
		buf_add_cstr(out, REDACT_MARK);
		at += found;
		copied = at;
	}
	buf_add_str(out, str_slice(text, copied, at));
	return at;
}

static bool holds_secret(const struct redact *r, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const struct str rest = str_slice(text, i, text.len);
		if (match(r, rest) || torn(r, rest, true))
			return true;
	}
	return false;
}

struct str redact_text(const struct redact *r, struct arena *a, struct str text)
{
	if (!r || r->longest == 0 || !holds_secret(r, text))
		return text;
	/* Each mark stands for at least REDACT_SHORTEST bytes. */
	struct buf out = BUF_INIT(text.len / REDACT_SHORTEST * sizeof REDACT_MARK + text.len + 1);
	clean(r, text, true, &out);
	const struct str copy = str_copy(a, buf_str(&out));
	buf_free(&out);
	return copy;
}

void redact_cstr(const struct redact *r, char *text, size_t size)
{
	struct arena a = ARENA_INIT;
	const struct str out = redact_text(r, &a, str_from(text));

	if (out.at != text) {
		const size_t len = out.len < size ? out.len : size - 1;
		memcpy(text, out.at, len);
		text[len] = '\0';
	}
	arena_release(&a);
}

void redact_buf(const struct redact *r, struct buf *b)
{
	struct arena a = ARENA_INIT;
	const struct str out = redact_text(r, &a, buf_str(b));

	if (out.at != b->at) {
		buf_clear(b);
		buf_add_str(b, out);
	}
	arena_release(&a);
}

void redact_err(const struct redact *r, struct err *e)
{
	redact_cstr(r, e->where, sizeof e->where);
	redact_cstr(r, e->text, sizeof e->text);
	redact_cstr(r, e->hint, sizeof e->hint);
}

void redact_stream_init(struct redact_stream *s, const struct redact *r)
{
	*s = (struct redact_stream){.redact = r, .held = BUF_INIT(0)};
}

void redact_stream_free(struct redact_stream *s)
{
	buf_free(&s->held);
}

bool redact_stream_feed(struct redact_stream *s, struct str piece, struct buf *out)
{
	const size_t longest = redact_longest(s->redact);

	if (longest == 0 && s->held.len == 0)
		return buf_add_str(out, piece);
	if (!buf_add_str(&s->held, piece))
		return false;
	buf_remove_start(&s->held, clean(s->redact, buf_str(&s->held), false, out));
	return !out->full;
}

bool redact_stream_end(struct redact_stream *s, struct buf *out)
{
	if (s->held.len)
		clean(s->redact, buf_str(&s->held), true, out);
	buf_clear(&s->held);
	return !out->full;
}
