/* SPDX-License-Identifier: MIT */
/* plain.tsv: secrets that whoever can read the file can read. */
#include "core/base/file.h"
#include "core/net/vault_private.h"

#include <string.h>

static bool read_line(struct str line, struct vault_entry *entry, struct str *value)
{
	struct str rest;
	entry->kind = VAULT_PLAIN;
	entry->name = str_cut(line, '\t', &rest);
	entry->origin = str_cut(rest, '\t', value);
	return entry->name.len > 0 && entry->origin.len > 0 && value->len > 0;
}

bool vault_plain_read(struct arena *a, const char *path, struct vault_plain *out, struct err *e)
{
	size_t cap = 0, values_cap = 0, number = 0;
	*out = (struct vault_plain){.len = 0};
	if (!file_exists(path))
		return true;
	if (!secret_file_read("secrets file", path, VAULT_FILE_MAX, &out->text, e))
		return false;
	struct str rest = guarded_str(&out->text), line;
	while (str_next_line(&rest, &line)) {
		number++;
		if (line.len == 0)
			continue;
		out->entries = arena_reserve(
			a, out->entries, out->len, &cap, out->len + 1, sizeof *out->entries);
		out->values = arena_reserve(
			a, out->values, out->len, &values_cap, out->len + 1, sizeof *out->values);
		if (!read_line(line, &out->entries[out->len], &out->values[out->len])) {
			guarded_free(&out->text);
			err_set(e, ERR_CONFIG, "This line of the secrets file is not understood.");
			err_hint(e, "It is NAME, ORIGIN and VALUE with a tab between them.");
			return err_place(e, path, (unsigned)number, 0);
		}
		out->len++;
	}
	return true;
}

static void add(struct guarded *to, struct str bytes, char end)
{
	memcpy(to->at + to->len, bytes.at, bytes.len);
	to->len += bytes.len;
	to->at[to->len++] = end;
}

static void add_entry(struct guarded *to, const struct vault_entry *entry, struct str value)
{
	add(to, entry->name, '\t');
	add(to, entry->origin, '\t');
	add(to, value, '\n');
}

bool vault_plain_write(const char *path, const struct vault_plain *was, struct str name,
	const struct vault_entry *added, struct str value, struct err *e)
{
	struct guarded out;
	/* A last line may lack its end. */
	const size_t more = added ? added->name.len + added->origin.len + value.len + 3 : 0;
	if (!guarded_make(&out, was->text.len + more + 1, e))
		return false;
	for (size_t i = 0; i < was->len; i++)
		if (!str_eq(was->entries[i].name, name))
			add_entry(&out, &was->entries[i], was->values[i]);
	if (added)
		add_entry(&out, added, value);
	const bool ok = file_write(path, guarded_str(&out), 0600, e);
	guarded_free(&out);
	return ok;
}
