/* SPDX-License-Identifier: MIT */
#include "core/net/secrets.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/net/http.h"
#include "core/net/redact.h"
#include "core/net/secrets_command.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct kept {
	struct str name; /* the reference, in the arena */
	char *value; /* guarded */
	size_t len;
	bool plain; /* too short to be redacted: only for servers on this machine */
};

struct secrets {
	struct redact *redact;
	const char *folder;
	struct arena arena;
	struct kept *kept;
	size_t len, cap;
	bool local; /* what is resolved just now goes to a server on this machine */
};

/* Room for a value on its way in; one more than the longest, so that too long shows. */
enum { SCRATCH = REDACT_LONGEST + 3 };

struct secrets *secrets_new(struct redact *redact, const char *folder)
{
	struct secrets *s = xcalloc(1, sizeof *s);

	s->redact = redact;
	s->folder = folder;
	return s;
}

void secrets_free(struct secrets *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->len; i++)
		sodium_free(s->kept[i].value);
	free(s->kept);
	arena_release(&s->arena);
	free(s);
}

bool secrets_is_reference(struct str text)
{
	return str_starts(text, STR("env:")) || str_starts(text, STR("cmd:")) ||
	       str_starts(text, STR("file:"));
}

static struct kept *find(const struct secrets *s, struct str name)
{
	for (size_t i = 0; i < s->len; i++)
		if (str_eq(s->kept[i].name, name))
			return &s->kept[i];
	return NULL;
}

/* Refuses what cannot stand in a header or cannot be redacted. WHAT names the reference. */
static bool check(struct str what, struct str value, struct err *e)
{
	if (value.len == 0)
		return err_set(e, ERR_CONFIG, "The secret %.*s is empty.", STR_ARG(what));
	for (size_t i = 0; i < value.len; i++) {
		const unsigned char c = (unsigned char)value.at[i];
		if (c < 32 || c == 127)
			return err_set(e, ERR_CONFIG,
				"The secret %.*s holds a line break or another control character.",
				STR_ARG(what));
	}
	return true;
}

static bool keep(struct secrets *s, struct str name, struct str value, struct err *e)
{
	if (!check(name, value, e))
		return false;
	const bool plain = s->local && value.len < REDACT_SHORTEST;
	if (!plain && !redact_add(s->redact, value, e))
		return err_prefix(e, "%.*s", STR_ARG(name));
	if (sodium_init() < 0)
		return err_set(e, ERR_BUG, "The library libsodium does not start.");
	char *copy = sodium_malloc(value.len);
	if (!copy)
		return err_set(e, ERR_IO, "There is no guarded memory left for a secret.");
	memcpy(copy, value.at, value.len);
	sodium_mprotect_readonly(copy);
	s->kept = array_reserve(s->kept, &s->cap, s->len + 1, sizeof *s->kept);
	s->kept[s->len++] = (struct kept){
		.name = str_copy(&s->arena, name), .value = copy, .len = value.len, .plain = plain};
	return true;
}

bool secrets_keep(struct secrets *s, struct str name, struct str value, struct err *e)
{
	const struct kept *old = find(s, name);

	if (old && str_eq((struct str){old->value, old->len}, value))
		return true;
	return keep(s, name, value, e);
}

static bool variable_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.at[i];
		const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if (!letter && !(i > 0 && c >= '0' && c <= '9'))
			return false;
	}
	return name.len > 0;
}

static bool from_env(struct secrets *s, struct str reference, struct err *e)
{
	const struct str name = str_slice(reference, 4, reference.len);

	if (!variable_name(name)) {
		err_set(e, ERR_CONFIG, "What follows env: is not the name of a variable.");
		return err_hint(e, "Write env:NAME with letters, digits and underscores.");
	}
	const char *value = getenv(str_cstr(&s->arena, name));
	if (!value || !*value) {
		err_set(e, ERR_CONFIG, "The environment variable %.*s is not set.", STR_ARG(name));
		return err_hint(e, "Set it before starting: export %.*s=...", STR_ARG(name));
	}
	return keep(s, reference, str_from(value), e);
}

static struct str without_line_end(struct str value)
{
	if (value.len && value.at[value.len - 1] == '\n')
		value.len--;
	if (value.len && value.at[value.len - 1] == '\r')
		value.len--;
	return value;
}

static const char *file_path(struct secrets *s, struct str path)
{
	const char *home = getenv("HOME");

	if (str_starts(path, STR("~/")) && home)
		return path_join(
			&s->arena, home, str_cstr(&s->arena, str_slice(path, 2, path.len)));
	return path_join(&s->arena, s->folder ? s->folder : "", str_cstr(&s->arena, path));
}

/* Only a regular file of the user's own that nobody else can read or write. */
static bool check_file(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(
			e, ERR_IO, "The secret file %s cannot be read: %s.", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_CONFIG, "The secret file %s is not a regular file.", path);
	if (st.st_uid != geteuid())
		return err_set(e, ERR_CONFIG, "The secret file %s belongs to another user.", path);
	if (st.st_mode & 077) {
		err_set(e, ERR_CONFIG, "The secret file %s can be read or written by others.",
			path);
		return err_hint(e, "Make it your own: chmod 600 %s", path);
	}
	if (st.st_size > REDACT_LONGEST)
		return err_set(e, ERR_CONFIG, "The secret file %s is longer than %d bytes.", path,
			REDACT_LONGEST);
	return true;
}

static bool read_file(int fd, const char *path, char *scratch, size_t *len, struct err *e)
{
	*len = 0;
	while (*len < SCRATCH) {
		const ssize_t n = read(fd, scratch + *len, SCRATCH - *len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_IO, "The secret file %s cannot be read: %s.", path,
				strerror(errno));
		if (n == 0)
			return true;
		*len += (size_t)n;
	}
	return true;
}

static bool fetch_file(
	struct secrets *s, struct str reference, char *scratch, size_t *len, struct err *e)
{
	const char *path = file_path(s, str_slice(reference, 5, reference.len));
	/* O_NONBLOCK: a named pipe must not make us wait. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 && errno == ELOOP)
		return err_set(e, ERR_CONFIG, "The secret file %s is a symbolic link.", path);
	if (fd < 0)
		return err_set(e, ERR_CONFIG, "The secret file %s cannot be opened: %s.", path,
			strerror(errno));
	const bool ok = check_file(fd, path, e) && read_file(fd, path, scratch, len, e);
	close(fd);
	return ok;
}

/* Reads a value into guarded scratch memory, so that it never lies elsewhere. */
static bool from_outside(struct secrets *s, struct str reference, struct err *e)
{
	size_t len = 0;

	if (sodium_init() < 0)
		return err_set(e, ERR_BUG, "The library libsodium does not start.");
	char *scratch = sodium_malloc(SCRATCH);
	if (!scratch)
		return err_set(e, ERR_IO, "There is no guarded memory left for a secret.");
	const bool is_file = str_starts(reference, STR("file:"));
	bool ok = is_file ? fetch_file(s, reference, scratch, &len, e)
			  : secrets_command(str_slice(reference, 4, reference.len), s->folder,
				    scratch, SCRATCH, &len, e);
	ok = ok && keep(s, reference, without_line_end((struct str){scratch, len}), e);
	sodium_free(scratch);
	return ok;
}

bool secrets_resolve(struct secrets *s, struct str reference, struct str *value, struct err *e)
{
	const struct kept *kept = find(s, reference);

	if (!kept) {
		bool ok;
		if (str_starts(reference, STR("env:")))
			ok = from_env(s, reference, e);
		else if (secrets_is_reference(reference))
			ok = from_outside(s, reference, e);
		else {
			err_set(e, ERR_CONFIG,
				"A secret is not written as a reference (it is not shown here, in "
				"case it is the secret itself).");
			return err_hint(e, "Write env:NAME, cmd:PROGRAM ARGUMENTS or file:PATH.");
		}
		if (!ok)
			return false;
		kept = find(s, reference);
	}
	*value = (struct str){kept->value, kept->len};
	if (!kept->plain || s->local)
		return true;
	if (!redact_add(s->redact, *value, e)) /* says what is wrong with it */
		return err_prefix(e, "%.*s", STR_ARG(reference));
	return true;
}

bool secrets_resolve_local(
	struct secrets *s, struct str reference, struct str *value, bool *news, struct err *e)
{
	const bool known = find(s, reference) != NULL;

	s->local = true;
	const bool ok = secrets_resolve(s, reference, value, e);
	s->local = false;
	const struct kept *kept = find(s, reference);
	*news = ok && !known && kept && kept->plain;
	return ok;
}

bool secrets_resolve_for(struct secrets *s, struct str reference, struct str url, struct str *value,
	bool *news, struct err *e)
{
	*news = false;
	if (http_is_local(url))
		return secrets_resolve_local(s, reference, value, news, e);
	return secrets_resolve(s, reference, value, e);
}
