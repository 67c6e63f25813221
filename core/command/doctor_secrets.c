/* SPDX-License-Identifier: MIT */
#include "core/command/doctor_secrets.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/command/output.h"
#include "core/engine/config.h"
#include "core/engine/connections.h"
#include "core/engine/workspace.h"
#include "core/net/redact.h"
#include "core/net/secret_scan.h"
#include "core/net/secrets.h"
#include "core/net/vault.h"
#include "core/store/contents.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 20, DEPTH_MAX = 64 };

struct search {
	struct output *output;
	struct arena arena;
	struct redact *redact;
	struct secrets *secrets;
	struct secret_scan *scan;
	const char *keys[2]; /* folders whose files are the secrets themselves */
	char *piece;
	size_t files, contents, found;
	uint64_t bytes;
};

static void say(struct search *s, const char *level, struct str text)
{
	if (output_form(s->output) == OUTPUT_JSON) {
		struct value v = value_dict(&s->arena);
		value_set(v, STR("check"), value_cstr("secrets"));
		value_set(v, STR("state"), value_cstr(level));
		value_set(v, STR("text"), value_str(text));
		output_json(s->output, v);
		return;
	}
	output_format(s->output, "  %-5s %-12s ", level, "secrets");
	output_field(s->output, text);
	output_cstr(s->output, "\n");
}

static void report(struct search *s, struct str where, struct str name)
{
	struct arena a = ARENA_INIT;
	s->found++;
	say(s, "bad",
		str_format(
			&a, "%.*s holds a part of the secret %.*s", STR_ARG(where), STR_ARG(name)));
	arena_release(&a);
}

static void add(struct search *s, struct str name, struct str value)
{
	struct err e = ERR_INIT;
	if (!secret_scan_add(s->scan, name, value, &e))
		say(s, "note", str_from(e.text));
}

static void add_reference(struct search *s, struct str reference)
{
	struct err e = ERR_INIT;
	struct str value;
	bool news;
	if (reference.len == 0 || str_starts(reference, STR("secret:")))
		return;
	if (str_starts(reference, STR("cmd:")))
		say(s, "note",
			str_format(&s->arena, "%.*s is not run, its value is not looked for",
				STR_ARG(reference)));
	else if (secrets_resolve_local(s->secrets, reference, &value, &news, &e))
		add(s, reference, value);
	else
		say(s, "note",
			str_format(&s->arena, "%.*s is not looked for: %s", STR_ARG(reference),
				e.text));
}

static void add_vault(struct search *s)
{
	struct vault *v = secrets_vault(s->secrets);
	struct vault_list list;
	struct err e = ERR_INIT;
	if (!vault_read_list(v, &s->arena, &list, &e)) {
		say(s, "note", str_from(e.text));
		return;
	}
	for (size_t i = 0; i < list.len; i++) {
		const struct vault_entry *entry = &list.at[i];
		struct str name = str_format(&s->arena, "secret:%.*s", STR_ARG(entry->name));
		struct guarded value = {.at = NULL};
		err_clear(&e);
		if ((entry->kind == VAULT_SEALED && !secrets_unlock(s->secrets, &e)) ||
			!vault_value(v, entry, &value, &e))
			say(s, "note",
				str_format(&s->arena, "%.*s is not looked for: %s", STR_ARG(name),
					e.text));
		else
			add(s, name, guarded_str(&value));
		guarded_free(&value);
	}
}

/* Variables that are called like keys, whether lathe.yaml names them or not. */
static void add_environment(struct search *s)
{
	static const char *const ends[] = {"_API_KEY", "_TOKEN", "_SECRET", "_ACCESS_KEY"};
	for (char **e = environ; *e != NULL; e++) {
		struct str value, name = str_cut(str_from(*e), '=', &value);
		for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
			if (!str_ends(name, str_from(ends[i])))
				continue;
			add(s, str_format(&s->arena, "env:%.*s", STR_ARG(name)), value);
			break;
		}
	}
}

static void look(struct search *s, const char *where, struct str bytes, uint64_t offset)
{
	struct str name;
	size_t at = secret_scan_find(s->scan, bytes, 0, &name);
	if (at != SIZE_MAX)
		report(s,
			str_format(&s->arena, "%s (byte %" PRIu64 ")", path_short(&s->arena, where),
				offset + at),
			name);
}

/* The first piece of a secret in a file; one a file is enough to look at it. */
static void search_file(struct search *s, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	size_t kept = 0, before = s->found;
	uint64_t offset = 0;
	ssize_t n;
	if (fd < 0) {
		say(s, "note",
			str_format(&s->arena, "%s cannot be read: %s", path, strerror(errno)));
		return;
	}
	s->files++;
	while (s->found == before && (n = read(fd, s->piece + kept, PIECE)) > 0) {
		size_t len = kept + (size_t)n;
		look(s, path, (struct str){s->piece, len}, offset);
		kept = len < SECRET_SCAN_OVERLAP ? len : SECRET_SCAN_OVERLAP;
		memmove(s->piece, s->piece + len - kept, kept);
		offset += len - kept;
		s->bytes += (uint64_t)n;
	}
	close(fd);
}

static bool is_key_folder(const struct search *s, const char *path)
{
	return strcmp(path, s->keys[0]) == 0 || strcmp(path, s->keys[1]) == 0;
}

static void search_folder(struct search *s, const char *path, int depth)
{
	DIR *folder = depth < DEPTH_MAX && !is_key_folder(s, path) ? opendir(path) : NULL;
	const struct dirent *entry;
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		struct arena a = ARENA_INIT;
		struct stat st;
		const char *inside = path_join(&a, path, entry->d_name);
		bool is_dot = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
		if (is_dot || lstat(inside, &st) < 0)
			st.st_mode = 0;
		if (S_ISDIR(st.st_mode))
			search_folder(s, inside, depth + 1);
		else if (S_ISREG(st.st_mode))
			search_file(s, inside);
		arena_release(&a);
	}
	if (folder != NULL)
		closedir(folder);
}

static void search_content(void *ctx, const char *what, struct str bytes)
{
	struct search *s = ctx;
	struct str name;
	s->contents++;
	s->bytes += bytes.len;
	if (secret_scan_find(s->scan, bytes, 0, &name) != SIZE_MAX)
		report(s, str_format(&s->arena, "the database's %s", what), name);
}

static void search_all(struct search *s, const struct workspace *ws, const char *folder)
{
	struct arena *a = &s->arena;
	struct err e = ERR_INIT;
	const char *config = path_config(a), *state = path_state(a);
	s->keys[0] = path_join(a, config, "secrets");
	s->keys[1] = path_join(a, config, "keys");
	/* The contents first: the database's file may be opened by hand only when SQLite has it no
	 * more (core/store/place.h). */
	if (!contents_each(ws->store, search_content, s, &e))
		say(s, "note", str_from(e.text));
	if (folder != NULL) {
		search_folder(s, folder, 0);
		return;
	}
	search_folder(s, ws->root, 0);
	if (strcmp(path_relative(ws->root, ws->store), ws->store) == 0)
		search_folder(s, ws->store, 0);
	search_folder(s, config, 0);
	search_folder(s, state, 0);
}

static bool ask(void *ctx, struct guarded *out, struct err *e)
{
	struct search *s = ctx;
	return guarded_make(out, VAULT_PASSPHRASE_MAX, e) &&
	       output_ask_hidden(s->output, STR("Passphrase of the vault:"), out->at,
		       VAULT_PASSPHRASE_MAX, &out->len, e);
}

static void gather(struct search *s, const struct workspace *ws)
{
	struct config config;
	struct err e = ERR_INIT;
	if (!config_read(&s->arena, ws, &config, &e))
		say(s, "note", str_from(e.text));
	for (size_t i = 0; i < config.connection_count; i++)
		add_reference(s, config.connections[i].secret);
	add_vault(s);
	add_environment(s);
}

bool doctor_secrets(
	struct command_context *context, const char *workspace, const char *folder, struct err *e)
{
	struct search s = {.output = context->output};
	struct workspace ws;
	struct secrets_hooks hooks = {.ctx = &s, .passphrase = ask};
	if (!workspace_find(&s.arena, workspace, &ws, e)) {
		arena_release(&s.arena);
		return false;
	}
	s.redact = redact_new();
	s.secrets = secrets_new(s.redact, ws.root);
	s.scan = secret_scan_new();
	s.piece = xmalloc(PIECE + SECRET_SCAN_OVERLAP);
	secrets_set_hooks(s.secrets, &hooks);
	gather(&s, &ws);
	search_all(&s, &ws, folder);
	say(&s, s.found == 0 ? "ok" : "bad",
		str_format(&s.arena,
			"%zu secret%s looked for in %zu files and %zu contents, %.1f MB: %zu found",
			secret_scan_count(s.scan), secret_scan_count(s.scan) == 1 ? "" : "s",
			s.files, s.contents, (double)s.bytes / 1e6, s.found));
	bool good = s.found == 0;
	free(s.piece);
	secret_scan_free(s.scan);
	secrets_free(s.secrets);
	redact_free(s.redact);
	arena_release(&s.arena);
	return good;
}
