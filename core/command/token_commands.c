/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"
#include "core/command/output.h"
#include "core/command/registry.h"
#include "core/data/json.h"
#include "core/data/tokens/tokenizer.h"
#include "core/engine/token_gauge.h"
#include "core/text/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

enum { LARGEST_TEXT = 64 << 20, READ_STEP = 65536 };

static const char encodings_words[] =
	"cl100k_base llama3 o200k_base o200k_harmony p50k_base p50k_edit qwen2 r50k_base";

static const struct argument token_arguments[] = {
	{.name = "files",
		.type = ARGUMENT_FILE,
		.value = "FILE|-",
		.help = "texts to count, - for standard input",
		.positional = true,
		.required = true,
		.repeats = true},
	{.name = "encoding",
		.type = ARGUMENT_TEXT,
		.value = "NAME",
		.help = "the tokenizer; o200k_base otherwise",
		.choices = encodings_words},
	{.name = "model",
		.letter = 'm',
		.type = ARGUMENT_TEXT,
		.value = "M",
		.help = "the tokenizer of this model, or an estimate where it has none that is "
			"public",
		.choices = "models"},
	{.name = "ids", .type = ARGUMENT_FLAG, .help = "a line for each token: its id and text"},
	{.name = "special",
		.type = ARGUMENT_FLAG,
		.help = "take names like <|endoftext|> for the special tokens that they name"},
	{.name = "json", .type = ARGUMENT_FLAG, .help = "one JSON object a line"},
	{.name = NULL},
};

/* One call of the command. */
struct counting {
	struct output *output;
	const struct tokenizer *tokenizer;
	enum tokenizer_special special;
	bool ids;
	bool estimated;
	/* Of a model without a public tokenizer: what is known of it. */
	struct token_gauge gauge;
	double error; /* the largest of those told */
	size_t sum;
};

static bool read_stdin(struct buf *b, struct err *e)
{
	for (;;) {
		char *to = buf_space(b, READ_STEP);
		if (to == NULL)
			return err_set(e, ERR_LIMIT, "Standard input is larger than %d MiB.",
				LARGEST_TEXT >> 20);
		ssize_t n = read(STDIN_FILENO, to, READ_STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(
				e, ERR_IO, "Standard input cannot be read: %s.", strerror(errno));
		if (n == 0)
			return true;
		b->len += (size_t)n;
	}
}

/* A token's bytes in quotes; what is only a part of a character byte by byte. */
static void quote(struct str bytes, struct buf *out)
{
	if (utf8_valid(bytes, NULL)) {
		json_write_str(out, bytes);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < bytes.len; i++)
		buf_add_format(out, "\\x%02x", (unsigned char)bytes.at[i]);
	buf_add_char(out, '"');
}

static void write_ids(const struct counting *c, const struct token_list *list)
{
	struct buf bytes = BUF_INIT(0), line = BUF_INIT(0);
	for (size_t i = 0; i < list->len && !output_is_broken(c->output); i++) {
		buf_clear(&bytes);
		buf_clear(&line);
		tokenizer_decode(c->tokenizer, list->ids[i], &bytes);
		quote(buf_str(&bytes), &line);
		output_format(c->output, "%6" PRIu32 "  ", list->ids[i]);
		output_str(c->output, buf_str(&line));
		output_cstr(c->output, "\n");
	}
	buf_free(&bytes);
	buf_free(&line);
}

static void add_ids(
	const struct counting *c, struct arena *a, const struct token_list *list, struct value row)
{
	struct value ids = value_list(a), texts = value_list(a);
	struct buf bytes = BUF_INIT(0);
	for (size_t i = 0; i < list->len; i++) {
		buf_clear(&bytes);
		tokenizer_decode(c->tokenizer, list->ids[i], &bytes);
		value_push(ids, value_int(list->ids[i]));
		value_push(texts, value_str(str_copy(a, buf_str(&bytes))));
	}
	value_set(row, STR("ids"), ids);
	value_set(row, STR("texts"), texts);
	buf_free(&bytes);
}

/* A line of figures: of the file NAME, or of all of them. */
static void write_count(const struct counting *c, struct str name, size_t tokens, bool alone)
{
	output_format(c->output, "%s%zu", c->estimated ? "≈" : "", tokens);
	if (!alone) {
		output_cstr(c->output, "  ");
		output_field(c->output, name);
	}
	output_cstr(c->output, "\n");
}

static struct value json_row(const struct counting *c, struct arena *a, size_t tokens)
{
	struct value row = value_dict(a);
	value_set(row, STR("tokens"), value_int((int64_t)tokens));
	value_set(row, STR("encoding"), value_cstr(tokenizer_encoding(c->tokenizer)->name));
	value_set(row, STR("estimated"), value_bool(c->estimated));
	if (c->estimated)
		value_set(row, STR("error"), value_float(round(c->error * 1000) / 1000));
	return row;
}

static void count_text(struct counting *c, struct str name, struct str text, bool alone)
{
	struct arena a = ARENA_INIT;
	struct token_list list = {.ids = NULL};
	size_t tokens;
	bool listed = c->ids || c->special == SPECIAL_ALLOWED;
	if (listed)
		tokenizer_encode(c->tokenizer, text, c->special, &list);
	tokens = listed ? list.len : tokenizer_count(c->tokenizer, text);
	if (c->estimated) {
		struct token_count about =
			token_gauge_apply(&c->gauge, (int64_t)tokens, token_script_of(text));
		tokens = (size_t)about.tokens;
		c->error = about.error > c->error ? about.error : c->error;
	}
	c->sum += tokens;
	if (output_form(c->output) == OUTPUT_JSON) {
		struct value row = json_row(c, &a, tokens);
		value_set(row, STR("file"), value_str(name));
		value_set(row, STR("bytes"), value_int((int64_t)text.len));
		if (c->ids)
			add_ids(c, &a, &list, row);
		output_json(c->output, row);
	} else if (c->ids) {
		write_ids(c, &list);
	} else {
		write_count(c, name, tokens, alone);
	}
	token_list_free(&list);
	arena_release(&a);
}

static bool count_file(struct counting *c, struct str name, bool alone, struct err *e)
{
	struct arena a = ARENA_INIT;
	struct buf input = BUF_INIT(LARGEST_TEXT);
	struct str text = STR_NONE;
	bool is_stdin = str_is(name, "-");
	bool ok = is_stdin ? read_stdin(&input, e)
			   : file_read(&a, str_cstr(&a, name), LARGEST_TEXT, &text, e);
	if (ok)
		count_text(c, name, is_stdin ? buf_str(&input) : text, alone);
	buf_free(&input);
	arena_release(&a);
	return ok;
}

static bool count_files(struct counting *c, struct value files, struct err *e)
{
	struct arena a = ARENA_INIT;
	size_t count = files.u.list->len;
	bool ok = true;
	for (size_t i = 0; ok && i < count; i++)
		ok = count_file(c, files.u.list->items[i].u.str, count == 1, e);
	if (ok && count > 1 && output_form(c->output) == OUTPUT_JSON) {
		struct value row = json_row(c, &a, c->sum);
		value_set(row, STR("files"), value_int((int64_t)count));
		output_json(c->output, row);
	} else if (ok && count > 1 && !c->ids) {
		write_count(c, STR("all"), c->sum, false);
	}
	arena_release(&a);
	return ok;
}

static const struct encoding *find_encoding(struct str name, struct err *e)
{
	const struct encoding *encoding = encoding_by_name(name);
	if (encoding != NULL)
		return encoding;
	err_set(e, ERR_USAGE, "There is no encoding '%.*s' here.", STR_ARG(name));
	err_hint(e, "Those known are %s.", encodings_words);
	return NULL;
}

/* What was learned of the model in the workspace here, if there is one; else what is said of its
 * family. */
static void know_model(struct token_gauge *gauge, struct str model)
{
	struct engine_options options = {.read_only = true, .offline = true};
	struct engine *engine = NULL;
	*gauge = (struct token_gauge){.estimated = true, .window = -1};
	for (int k = 0; k < TOKEN_SCRIPTS; k++)
		gauge->learned[k] = calibration_new(model, k);
	if (engine_new(&options, &engine, NULL))
		engine_token_learned(engine, model, gauge->learned);
	(void)engine_free(engine, NULL);
}

static const struct encoding *choose(struct counting *c, struct value arguments, struct err *e)
{
	struct str name = value_get_str(arguments, "encoding", STR_NONE);
	struct str model = value_get_str(arguments, "model", STR_NONE);
	enum model_encoding how;
	if (name.len > 0 && model.len > 0) {
		err_set(e, ERR_USAGE, "--encoding and --model both say how to count.");
		err_hint(e, "Give one of them.");
		return NULL;
	}
	if (model.len == 0)
		return find_encoding(name.len > 0 ? name : STR("o200k_base"), e);
	const struct encoding *encoding = encoding_of_model(model, &how);
	c->estimated = how != MODEL_EXACT;
	if (c->estimated)
		know_model(&c->gauge, model);
	if (!c->estimated || !c->ids)
		return encoding;
	err_set(e, ERR_USAGE, "The tokenizer of '%.*s' is not known here, so it has no ids.",
		STR_ARG(model));
	err_hint(e, "--encoding %s shows those of the nearest.", encoding->name);
	return NULL;
}

static bool run_tokens(struct command_context *context, struct value arguments, struct err *e)
{
	struct counting c = {.output = context->output};
	c.ids = value_get_bool(arguments, "ids", false);
	c.special = value_get_bool(arguments, "special", false) ? SPECIAL_ALLOWED : SPECIAL_AS_TEXT;
	if (value_get_bool(arguments, "json", false))
		output_set_form(c.output, OUTPUT_JSON);
	const struct encoding *encoding = choose(&c, arguments, e);
	struct tokenizer *tokenizer = encoding != NULL ? tokenizer_load(encoding, e) : NULL;
	c.tokenizer = tokenizer;
	bool ok = tokenizer != NULL && count_files(&c, *value_get_cstr(arguments, "files"), e);
	if (ok && c.estimated)
		output_aside(c.output, "An estimate, usually off by %.0f%%.", 100 * c.error);
	tokenizer_free(tokenizer);
	return ok;
}

const struct command token_commands[] = {
	{.id = "tokens",
		.verb = "tokens",
		.title = "Count tokens",
		.help = "Counts the tokens of texts as a model's own tokenizer does, or lists them.",
		.keys = "",
		.where = IN_CLI,
		.arguments = token_arguments,
		.run = run_tokens},
	{.id = NULL},
};
