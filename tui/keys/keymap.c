/* SPDX-License-Identifier: MIT */
#include "tui/keys/keymap.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

static bool read_sequence(struct str text, struct binding *b, struct err *e)
{
	struct str rest = str_trim(text);
	while (rest.len > 0) {
		struct str name = str_cut(rest, ' ', &rest);
		rest = str_trim_start(rest);
		if (b->count == KEYMAP_KEYS)
			return err_set(e, ERR_CONFIG,
				"The key sequence '%.*s' is longer than %d keys.", STR_ARG(text),
				KEYMAP_KEYS);
		if (!key_read(name, &b->keys[b->count++])) {
			err_set(e, ERR_CONFIG, "There is no key called '%.*s'.", STR_ARG(name));
			return err_hint(e,
				"Keys are written F5, C-r (Ctrl), M-x (Alt), S-Tab, PgUp, Space; "
				"one after another \"g r\".");
		}
	}
	if (b->count == 0)
		return err_set(e, ERR_CONFIG, "A key sequence is empty.");
	return true;
}

/* True when the first COUNT keys of both are the same. */
static bool same_start(const struct key *a, const struct key *b, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!key_equal(a[i], b[i]))
			return false;
	return true;
}

/* The binding whose keys are B's, begin with them or are their beginning; NULL: none. */
static const struct binding *taken_by(const struct mode *mode, const struct binding *b)
{
	for (size_t i = 0; i < mode->count; i++) {
		const struct binding *other = &mode->bindings[i];
		size_t common = b->count < other->count ? b->count : other->count;
		if (same_start(b->keys, other->keys, common))
			return other;
	}
	return NULL;
}

static bool add(struct mode *mode, const struct binding *b, struct str text, struct err *e)
{
	const struct binding *other = taken_by(mode, b);
	if (other != NULL)
		return err_set(e, ERR_CONFIG, "The keys '%.*s' for %s are taken by %s in mode %s.",
			STR_ARG(text), b->command, other->command, mode->name);
	if (mode->text && key_is_text(b->keys[0]))
		return err_set(e, ERR_CONFIG,
			"The keys '%.*s' for %s cannot be in mode %s: there they are typed.",
			STR_ARG(text), b->command, mode->name);
	mode->bindings =
		array_reserve(mode->bindings, &mode->cap, mode->count + 1, sizeof *mode->bindings);
	mode->bindings[mode->count++] = *b;
	return true;
}

bool keymap_bind_one(struct mode *mode, struct str keys, const char *command, struct err *e)
{
	struct binding b = {.command = command};
	return read_sequence(keys, &b, e) && add(mode, &b, keys, e);
}

bool keymap_bind(struct mode *mode, const char *keys, const char *command, struct err *e)
{
	struct str rest = str_from(keys);
	while (rest.len > 0)
		if (!keymap_bind_one(mode, str_trim(str_cut(rest, ',', &rest)), command, e))
			return false;
	return true;
}

const char *keymap_taker(const struct mode *mode, struct str keys)
{
	struct err e = ERR_INIT;
	struct binding b = {.command = ""};
	const struct binding *other = read_sequence(keys, &b, &e) ? taken_by(mode, &b) : NULL;
	return other != NULL ? other->command : NULL;
}

void keymap_free(struct mode *mode)
{
	free(mode->bindings);
	mode->bindings = NULL;
	mode->count = mode->cap = 0;
}

enum keymap_result keymap_press(
	const struct mode *mode, struct chord *chord, struct key key, const char **command)
{
	chord->keys[chord->count++] = key;
	for (; mode != NULL; mode = mode->parent)
		for (size_t i = 0; i < mode->count; i++) {
			const struct binding *b = &mode->bindings[i];
			if (b->count < chord->count ||
				!same_start(b->keys, chord->keys, chord->count))
				continue;
			if (b->count > chord->count)
				return KEYMAP_MORE;
			chord->count = 0;
			*command = b->command;
			return KEYMAP_FOUND;
		}
	chord->count = 0;
	return KEYMAP_NONE;
}

size_t keymap_follow(
	const struct mode *mode, const struct chord *chord, struct keymap_next *out, size_t most)
{
	size_t count = 0;
	for (; mode != NULL; mode = mode->parent)
		for (size_t i = 0; i < mode->count; i++) {
			const struct binding *b = &mode->bindings[i];
			if (b->count <= chord->count ||
				!same_start(b->keys, chord->keys, chord->count))
				continue;
			struct key key = b->keys[chord->count];
			size_t known = 0;
			while (known < count && !key_equal(out[known].key, key))
				known++;
			if (known < count || count == most)
				continue;
			bool last = b->count == chord->count + 1;
			out[count++] = (struct keymap_next){key, last ? b->command : NULL};
		}
	return count;
}

static struct str label(const struct binding *b, struct arena *a)
{
	char name[KEY_TEXT];
	struct str text = str_copy(a, str_from(key_label(b->keys[0], name)));
	for (size_t i = 1; i < b->count; i++)
		text = str_format(a, "%.*s %s", STR_ARG(text), key_label(b->keys[i], name));
	return text;
}

/* B, which stands in OWNER, can be given in MODE: nothing nearer takes its keys. */
static bool is_reachable(const struct mode *mode, const struct mode *owner, const struct binding *b)
{
	if (mode->text && key_is_text(b->keys[0]))
		return false;
	for (; mode != owner; mode = mode->parent)
		for (size_t i = 0; i < mode->count; i++) {
			const struct binding *other = &mode->bindings[i];
			size_t common = b->count < other->count ? b->count : other->count;
			if (same_start(b->keys, other->keys, common))
				return false;
		}
	return true;
}

/* The next binding of COMMAND that can be given in MODE, from *OWNER and *PLACE on. */
static const struct binding *next_of(
	const struct mode *mode, const char *command, const struct mode **owner, size_t *place)
{
	for (; *owner != NULL; *owner = (*owner)->parent, *place = 0)
		while (*place < (*owner)->count) {
			const struct binding *b = &(*owner)->bindings[(*place)++];
			if (strcmp(b->command, command) == 0 && is_reachable(mode, *owner, b))
				return b;
		}
	return NULL;
}

struct str keymap_label(const struct mode *mode, const char *command, struct arena *a)
{
	const struct mode *owner = mode;
	size_t place = 0;
	const struct binding *b = next_of(mode, command, &owner, &place);
	return b != NULL ? label(b, a) : STR("");
}

struct str keymap_labels(const struct mode *mode, const char *command, struct arena *a)
{
	struct str all = STR("");
	const struct mode *owner = mode;
	size_t place = 0;
	for (const struct binding *b; (b = next_of(mode, command, &owner, &place)) != NULL;) {
		struct str one = label(b, a);
		all = str_format(
			a, "%.*s%s%.*s", STR_ARG(all), all.len > 0 ? "  " : "", STR_ARG(one));
	}
	return all;
}
