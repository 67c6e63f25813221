/* SPDX-License-Identifier: MIT */
#include "core/command/doctor.h"

#include <config.h>

#include "core/base/file.h"
#include "core/command/doctor_secrets.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/data/yaml.h"
#include "core/engine/config.h"
#include "core/engine/workspace.h"
#include "core/loop/loop.h"
#include "core/net/http.h"
#include "core/net/secrets.h"
#include "core/store/database.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum finding { GOOD, NOTE, BAD };

struct doctor {
	struct output *output;
	struct arena arena;
	size_t bad;
};

static void tell(struct doctor *d, enum finding finding, const char *what, struct str text)
{
	static const char *const words[] = {"ok", "note", "bad"};
	struct output *o = d->output;
	d->bad += finding == BAD;
	if (output_form(o) == OUTPUT_JSON) {
		struct value v = value_dict(&d->arena);
		value_set(v, STR("check"), value_cstr(what));
		value_set(v, STR("state"), value_cstr(words[finding]));
		value_set(v, STR("text"), value_str(text));
		output_json(o, v);
		return;
	}
	output_format(o, "  %-5s %-12s ", words[finding], what);
	output_field(o, text);
	output_cstr(o, "\n");
}

static void tell_error(struct doctor *d, const char *what, const struct err *e)
{
	char line[sizeof(struct err)];
	tell(d, BAD, what, str_from(err_format(e, line, sizeof line)));
}

static void check_program(struct doctor *d)
{
	struct utsname system;
	if (uname(&system) == 0)
		tell(d, GOOD, "system",
			str_format(&d->arena, "%s %s %s", system.sysname, system.release,
				system.machine));
	tell(d, GOOD, "libraries",
		str_format(&d->arena, "libcurl %s, %s, %s, %s", http_library(), database_library(),
			loop_library(), yaml_library()));
#ifdef HAVE_TUI
	tell(d, GOOD, "workbench", STR("built in"));
#else
	tell(d, NOTE, "workbench", STR("not built in (--disable-tui): verbs only"));
#endif
}

static void check_terminal(struct doctor *d)
{
	const char *term = getenv("TERM");
	const char *colour = getenv("COLORTERM");
	const char *no_color = getenv("NO_COLOR");
	bool tty = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
	if (term == NULL || term[0] == '\0')
		tell(d, NOTE, "terminal", STR("TERM is not set: verbs only, no workbench"));
	else
		tell(d, GOOD, "terminal",
			str_format(&d->arena, "TERM=%s%s%s%s%s", term,
				colour != NULL ? " COLORTERM=" : "", colour != NULL ? colour : "",
				no_color != NULL && no_color[0] != '\0' ? " NO_COLOR" : "",
				tty ? "" : ", not on a terminal now"));
	const char *codeset = nl_langinfo(CODESET);
	const char *wanted = getenv("LC_ALL");
	wanted = wanted != NULL && wanted[0] != '\0' ? wanted : getenv("LANG");
	bool utf8 = strcmp(codeset, "UTF-8") == 0;
	tell(d, utf8 ? GOOD : NOTE, "locale",
		str_format(&d->arena, "%s, %s%s", wanted != NULL ? wanted : "not set",
			setlocale(LC_CTYPE, NULL),
			utf8 ? "" : ": borders and foreign characters are shown in ASCII"));
}

static const char *secret_state(struct doctor *d, struct str reference)
{
	if (reference.len == 0)
		return "no key";
	if (str_starts(reference, STR("env:"))) {
		const char *name = str_cstr(&d->arena, str_slice(reference, 4, reference.len));
		return getenv(name) != NULL ? "its variable is set" : "its variable is not set";
	}
	if (str_starts(reference, STR("secret:")))
		return "one of your own, not opened now";
	return str_starts(reference, STR("cmd:")) ? "from a program, not run now"
						  : "from a file, not read now";
}

static void check_connections(struct doctor *d, const struct config *c)
{
	for (size_t i = 0; i < c->connection_count; i++) {
		const struct connection *to = &c->connections[i];
		const char *state = secret_state(d, to->secret);
		bool missing = strstr(state, "not set") != NULL;
		tell(d, missing ? NOTE : GOOD, "connection",
			str_format(&d->arena, "%.*s: %.*s %.*s, key %.*s (%s)", STR_ARG(to->name),
				STR_ARG(to->provider), STR_ARG(to->base_url),
				STR_ARG(to->secret.len > 0 ? to->secret : STR("none")), state));
	}
	if (c->connection_count == 0)
		tell(d, GOOD, "connection", STR("none configured; local/extract is built in"));
}

static void check_store(struct doctor *d, const struct workspace *ws)
{
	struct place place;
	struct database database;
	struct err e = ERR_INIT;
	const char *path = path_join(&d->arena, ws->store, ".lathe/lathe.db");
	if (!file_exists(path)) {
		tell(d, GOOD, "store", STR("no runs yet"));
		return;
	}
	if (!place_open(ws->store, PLACE_VIEW, &place, &e)) {
		tell_error(d, "store", &e);
		return;
	}
	if (database_open(&place, DATABASE_READ, &database, &e)) {
		tell(d, place.read_only ? NOTE : GOOD, "store",
			str_format(&d->arena, "%s%s", path, place.read_only ? " (read-only)" : ""));
		database_close(&database);
	} else {
		tell_error(d, "store", &e);
	}
	place_free(&place);
}

static void check_workspace(struct doctor *d, const char *path)
{
	struct workspace ws;
	struct config config;
	struct err e = ERR_INIT;
	if (!workspace_find(&d->arena, path, &ws, &e)) {
		tell_error(d, "workspace", &e);
		return;
	}
	tell(d, ws.is_loose ? NOTE : GOOD, "workspace",
		ws.is_loose
			? str_format(&d->arena,
				  "none around %s (lathe init DIR makes one); runs are recorded in %s",
				  ws.root, ws.store)
			: str_from(ws.root));
	check_store(d, &ws);
	if (!config_read(&d->arena, &ws, &config, &e)) {
		tell_error(d, "lathe.yaml", &e);
		return;
	}
	check_connections(d, &config);
	if (config.default_model.len > 0)
		tell(d, GOOD, "model", config.default_model);
}

static void check_face(struct doctor *d, const struct registry *registry)
{
	if (registry->examine == NULL)
		return;
	struct value findings = value_list(&d->arena);
	registry->examine(&d->arena, findings);
	for (size_t i = 0; i < findings.u.list->len; i++) {
		struct value one = findings.u.list->items[i];
		struct str state = value_get_str(one, "state", STR_NONE);
		tell(d,
			str_is(state, "ok")    ? GOOD
			: str_is(state, "bad") ? BAD
					       : NOTE,
			value_get_str(one, "check", STR_NONE).at,
			value_get_str(one, "text", STR_NONE));
	}
}

bool doctor_run(struct command_context *context, struct value arguments, struct err *e)
{
	struct doctor d = {.output = context->output};
	const char *place = value_get_str(arguments, "workspace", STR_NONE).at;
	if (value_get_bool(arguments, "secrets", false))
		return doctor_secrets(
			context, place, value_get_str(arguments, "folder", STR_NONE).at, e);
	if (output_form(context->output) != OUTPUT_JSON)
		output_cstr(context->output, PACKAGE_STRING "\n");
	check_program(&d);
	check_terminal(&d);
	check_face(&d, context->registry);
	check_workspace(&d, place);
	arena_release(&d.arena);
	(void)e;
	return d.bad == 0;
}
