/* SPDX-License-Identifier: MIT */
#include "core/flow/prompty.h"

#include "core/base/file.h"
#include "core/data/json.h"
#include "core/data/yaml.h"
#include "core/flow/prompty_config.h"

#include <string.h>

struct split {
	struct str front; /* "" when there is none */
	unsigned front_line; /* lines before it */
	struct str template;
	unsigned template_line;
};

static bool is_dashes(struct str line)
{
	line = str_trim_end(line);
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] != '-')
			return false;
	return line.len >= 3;
}

/* The next line with the place after it; false at the end. */
static bool next_line(struct str s, size_t *at, struct str *line)
{
	if (*at >= s.len)
		return false;
	const char *end = memchr(s.at + *at, '\n', s.len - *at);
	size_t to = end != NULL ? (size_t)(end - s.at) : s.len;
	*line = str_slice(s, *at, to);
	*at = end != NULL ? to + 1 : s.len;
	return true;
}

/* Prompt flow ignores what comes before the first line of dashes. */
static bool split_front(struct str text, const char *path, struct split *out, struct err *e)
{
	size_t at = 0, begin = 0;
	unsigned number = 0, opened = 0;
	struct str line;
	while (next_line(text, &at, &line)) {
		number++;
		if (!is_dashes(line))
			continue;
		if (opened == 0) {
			opened = number;
			begin = at;
			continue;
		}
		out->front = str_slice(text, begin, (size_t)(line.at - text.at));
		out->front_line = opened;
		out->template = str_slice(text, at, text.len);
		out->template_line = number;
		return true;
	}
	if (opened > 0) {
		err_set(e, ERR_CONFIG, "The front matter that begins here is not closed.");
		err_hint(e, "End it with a line \"---\"; the template follows.");
		return err_place(e, path, opened, 1);
	}
	err_set(e, ERR_CONFIG, "A .prompty file needs a front matter, and this one has none.");
	err_hint(e, "Begin with a line \"---\", the settings in YAML, and a line \"---\".");
	return err_place(e, path, 1, 1);
}

/* Line breaks become "\n" and a byte order mark goes, as when Python reads a text file. */
static struct str normal_text(struct arena *a, struct str s)
{
	if (str_starts(s, STR("\xEF\xBB\xBF")))
		s = str_slice(s, 3, s.len);
	if (s.len == 0 || memchr(s.at, '\r', s.len) == NULL)
		return s;
	char *out = arena_copy(a, s.at, s.len);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] == '\r' && i + 1 < s.len && s.at[i + 1] == '\n')
			continue;
		out[len++] = s.at[i] == '\r' ? '\n' : s.at[i];
	}
	return (struct str){out, len};
}

bool prompt_parse(struct arena *a, const struct prompt_file *file, struct str text,
	struct prompt *out, struct err *e)
{
	const char *folder = path_folder(a, file->path);
	const char *name = path_name(file->path);
	const char *extension = path_extension(file->path);
	*out = (struct prompt){.path = arena_copy(a, file->path, strlen(file->path)),
		.folder = strcmp(folder, ".") == 0 ? "" : folder,
		.source = text,
		.config = value_none(),
		.name = str_copy(a, str_slice(str_from(name), 0, strlen(name) - strlen(extension))),
		.parameters = value_dict(a),
		.outputs = value_none()};
	text = normal_text(a, text);
	if (strcmp(extension, ".prompty") != 0) {
		out->is_plain = true;
		out->template = text;
		out->inputs =
			(struct inputs){.file = out->path, .sample = value_none(), .is_open = true};
		return true;
	}
	struct split split = {.front_line = 0};
	struct value config;
	if (!split_front(text, out->path, &split, e) ||
		!yaml_read(a, split.front, out->path, split.front_line, &config, e))
		return false;
	out->template = split.template;
	out->template_line = split.template_line;
	return prompty_config(a, file, config, out, e);
}

bool prompt_read(struct arena *a, const struct prompt_file *file, struct prompt *out, struct err *e)
{
	struct str text;
	if (!file_read_under(a, file->root, file->path, PROMPT_MAX, &text, e))
		return false;
	return prompt_parse(a, file, text, out, e);
}
