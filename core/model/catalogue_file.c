/* SPDX-License-Identifier: MIT */
#include "core/model/catalogue_file.h"

#include "core/data/yaml.h"

#include <limits.h>
#include <stddef.h>

enum { MICRO = 1000, EXACT = 1 << 20, AT_PLACE = 1 << 21, SMALLEST = 1 };

static const char *const ability_words[ABILITIES] = {"tools", "json_schema", "n", "seed",
	"logprobs", "stop", "reasoning", "temperature", "stream", "penalty"};
static const char *const modality_words[] = {"text", "image", "audio", "video", NULL};

#define PRICE(name_, help_)                                                                        \
	{                                                                                          \
		.name = (name_), .kind = SHAPE_PRICE, .help = (help_), .example = name_ ": 1.25"   \
	}
#define PRICES                                                                                     \
	PRICE("input", "Of tokens that are not cached."), PRICE("output", "Of the answer."),       \
		PRICE("cache_read", "Of tokens read from the provider's cache."),                  \
		PRICE("cache_write", "Of tokens written to it."),                                  \
		PRICE("cache_write_long", "Of tokens written to be kept for longer."),             \
		PRICE("reasoning", "Of reasoning, where it differs from output."),                 \
		PRICE("thinking_output", "Of all output of an answer that thought."),              \
		PRICE("batch_input", "In a batch."), PRICE("batch_output", "In a batch.")

static const struct shape_key tier_keys[] = {PRICES, {.name = NULL}};
static const struct shape_key price_keys[] = {
	PRICES,
	{.name = "as_of", .kind = SHAPE_TEXT, .help = "When it was believed."},
	{.name = "source", .kind = SHAPE_TEXT, .help = "Whose word it is."},
	{.name = "free", .kind = SHAPE_BOOL, .help = "Nobody charges."},
	{.name = "above", .kind = SHAPE_NAMED, .inside = tier_keys, .help = "For long requests."},
	{.name = NULL},
};
static const struct shape_key model_keys[] = {
	{.name = "vendor", .kind = SHAPE_WORDS, .help = "Where the row counts."},
	{.name = "host", .kind = SHAPE_WORDS, .help = "Parts of addresses."},
	{.name = "connection", .kind = SHAPE_TEXT, .help = "Only there."},
	{.name = "also", .kind = SHAPE_WORDS, .help = "Other names."},
	{.name = "window", .kind = SHAPE_COUNT, .help = "Tokens."},
	{.name = "max_output", .kind = SHAPE_COUNT, .help = "Tokens."},
	{.name = "cache_min", .kind = SHAPE_COUNT, .help = "Tokens."},
	{.name = "cache_asked", .kind = SHAPE_BOOL, .help = "Cached where asked for."},
	{.name = "in", .kind = SHAPE_WORDS, .help = "Modalities."},
	{.name = "out", .kind = SHAPE_WORDS, .help = "Modalities."},
	{.name = "tokenizer", .kind = SHAPE_TEXT, .help = "An encoding."},
	{.name = "can", .kind = SHAPE_WORDS, .help = "Abilities."},
	{.name = "cannot", .kind = SHAPE_WORDS, .help = "Abilities."},
	{.name = "price", .kind = SHAPE_KEYS, .inside = price_keys, .help = "Dollars."},
	{.name = NULL},
};
static const struct shape_key file_keys[] = {
	{.name = "models", .kind = SHAPE_NAMED, .inside = model_keys, .help = "By name."},
	{.name = NULL},
};

static const struct {
	const char *name;
	size_t at;
} price_places[] = {
	{"input", offsetof(struct model_price, input)},
	{"output", offsetof(struct model_price, output)},
	{"cache_read", offsetof(struct model_price, cache_read)},
	{"cache_write", offsetof(struct model_price, cache_write)},
	{"cache_write_long", offsetof(struct model_price, cache_write_long)},
	{"reasoning", offsetof(struct model_price, reasoning)},
	{"thinking_output", offsetof(struct model_price, thinking_output)},
	{"batch_input", offsetof(struct model_price, batch_input)},
	{"batch_output", offsetof(struct model_price, batch_output)},
};

const char *catalogue_ability_word(enum ability ability)
{
	return ability_words[ability];
}

struct str catalogue_modalities(struct arena *a, unsigned bits)
{
	struct buf b = BUF_INIT(64);
	for (int i = 0; modality_words[i] != NULL; i++)
		if (bits & 1u << i)
			buf_add_format(&b, "%s%s", b.len > 0 ? ", " : "", modality_words[i]);
	struct str s = str_copy(a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* The bits of a list of words that WORDS has; false with the first that it has not. */
static bool bits_of(const struct value *list, const char *const *words, int count, unsigned *out,
	const struct value **odd)
{
	*out = 0;
	for (size_t i = 0; list != NULL && i < list->u.list->len; i++) {
		const struct value *word = &list->u.list->items[i];
		int at = 0;
		while (at < count && words[at] != NULL && !str_is(word->u.str, words[at]))
			at++;
		if (at == count || words[at] == NULL) {
			*odd = word;
			return false;
		}
		*out |= 1u << at;
	}
	return true;
}

static bool odd_word(const struct value *word, const char *const *words, int count,
	const struct catalogue_file *file, struct err *e)
{
	struct buf all = BUF_INIT(sizeof e->hint - 20);
	for (int i = 0; i < count && words[i] != NULL; i++)
		buf_add_format(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	err_set(e, ERR_CONFIG, "'%.*s' is not known here.", STR_ARG(word->u.str));
	err_hint(e, "It is one of: %s.", all.at);
	buf_free(&all);
	return err_place(e, file->name, word->line, word->column);
}

static bool check_words(
	const struct catalogue_file *file, const struct value_entry *row, struct err *e)
{
	static const char *const lists[] = {"can", "cannot", "in", "out"};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		bool abilities = i < 2;
		const char *const *words = abilities ? ability_words : modality_words;
		int count = abilities ? ABILITIES : INT_MAX;
		const struct value *odd = NULL;
		unsigned bits;
		if (!bits_of(value_get_cstr(row->value, lists[i]), words, count, &bits, &odd))
			return odd_word(odd, words, count, file, e);
	}
	return true;
}

/* The thresholds: whole numbers, each more than the one before, not too many. */
static bool check_tiers(
	const struct catalogue_file *file, const struct value_entry *row, struct err *e)
{
	const struct value *price = value_get_cstr(row->value, "price");
	const struct value *above = price != NULL ? value_get_cstr(*price, "above") : NULL;
	int64_t before = 0;
	for (size_t i = 0; above != NULL && i < above->u.dict->len; i++) {
		const struct value *key = &above->u.dict->entries[i].key;
		int64_t tokens = 0;
		if (i < PRICE_TIERS && str_to_int(key->u.str, &tokens) && tokens > before) {
			before = tokens;
			continue;
		}
		err_set(e, ERR_CONFIG,
			"'%.*s' is not a number of tokens that is more than the one before.",
			STR_ARG(key->u.str));
		err_hint(e, "At most %d of them, the smallest first.", PRICE_TIERS);
		return err_place(e, file->name, key->line, key->column);
	}
	return true;
}

bool catalogue_file_read(
	struct arena *a, struct str text, struct catalogue_file *file, struct err *e)
{
	struct value all;
	file->models = value_none();
	if (!yaml_read(a, text, file->name, 0, &all, e) ||
		!shape_check(all, file_keys, file->name, e))
		return false;
	const struct value *models = value_get_cstr(all, "models");
	if (models == NULL)
		return true;
	for (size_t i = 0; i < models->u.dict->len; i++)
		if (!check_words(file, &models->u.dict->entries[i], e) ||
			!check_tiers(file, &models->u.dict->entries[i], e))
			return false;
	file->models = *models;
	return true;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static bool same_start(struct str s, struct str start)
{
	for (size_t i = 0; i < start.len; i++)
		if (i == s.len || lower(s.at[i]) != lower(start.at[i]))
			return false;
	return true;
}

static int64_t name_fits(struct str name, struct str model)
{
	if (str_ends(name, STR("*"))) {
		name.len--;
		return same_start(model, name) ? (int64_t)name.len + SMALLEST : 0;
	}
	return name.len == model.len && same_start(model, name) ? EXACT + (int64_t)name.len : 0;
}

static bool list_has(const struct value *list, struct str word, bool within)
{
	for (size_t i = 0; i < list->u.list->len; i++) {
		struct str item = list->u.list->items[i].u.str;
		if (within ? str_find(word, item, 0) != SIZE_MAX : str_eq(word, item))
			return true;
	}
	return false;
}

int64_t catalogue_file_fits(
	const struct value_entry *row, const struct catalogue_query *query, bool *prices_count)
{
	const struct value *vendor = value_get_cstr(row->value, "vendor");
	const struct value *host = value_get_cstr(row->value, "host");
	const struct value *also = value_get_cstr(row->value, "also");
	struct str connection = value_get_str(row->value, "connection", STR(""));
	if (connection.len > 0 && !str_eq(connection, query->connection))
		return 0;
	bool any = query->vendor.len == 0;
	bool here = (vendor == NULL || any || list_has(vendor, query->vendor, false)) &&
		    (host == NULL || any || list_has(host, query->base_url, true));
	int64_t best = name_fits(row->key.u.str, query->model);
	for (size_t i = 0; also != NULL && i < also->u.list->len; i++) {
		int64_t fits = name_fits(also->u.list->items[i].u.str, query->model);
		best = fits > best ? fits : best;
	}
	*prices_count = here;
	bool names_place = vendor != NULL || host != NULL || connection.len > 0;
	return best > 0 && here && names_place ? best + AT_PLACE : best;
}

static void lay_count(struct value row, const char *key, int64_t *to)
{
	*to = value_get_int(row, key, *to);
}

static void lay_prices(struct value from, struct model_price *to)
{
	for (size_t i = 0; i < sizeof price_places / sizeof *price_places; i++) {
		const struct value *v = value_get_cstr(from, price_places[i].name);
		if (v != NULL)
			*(int64_t *)(void *)((char *)to + price_places[i].at) =
				shape_dollars(v) / MICRO;
	}
}

static void lay_tiers(const struct value *above, struct price_table *t)
{
	if (above == NULL)
		return;
	t->tier_count = 0;
	for (size_t i = 0; i < above->u.dict->len && i < PRICE_TIERS; i++) {
		const struct value_entry *entry = &above->u.dict->entries[i];
		int64_t tokens = 0;
		if (!str_to_int(entry->key.u.str, &tokens))
			continue;
		struct model_price *p = &t->tiers[t->tier_count].price;
		t->tiers[t->tier_count++].above = tokens;
		*p = t->base;
		/* Half of what, is not said. */
		p->batch_input = p->batch_output = -1;
		lay_prices(entry->value, p);
	}
}

void catalogue_file_prices(struct value from, struct price_table *t)
{
	if (from.kind != VALUE_DICT)
		return;
	bool names_base =
		value_get_cstr(from, "input") != NULL || value_get_cstr(from, "output") != NULL;
	/* Another price, but no word of long requests: those of the layer below no longer fit. */
	if (names_base)
		t->tier_count = 0;
	lay_prices(from, &t->base);
	lay_tiers(value_get_cstr(from, "above"), t);
	t->free = value_get_bool(from, "free", names_base ? false : t->free);
	t->as_of = value_get_str(from, "as_of", names_base ? STR("") : t->as_of);
	t->source = value_get_str(from, "source", names_base ? STR("") : t->source);
}

void catalogue_file_lay(struct arena *a, const struct catalogue_file *file,
	const struct value_entry *row, bool prices_count, struct model_facts *out)
{
	struct value v = row->value;
	const struct value *price = value_get_cstr(v, "price"), *odd;
	unsigned bits;
	out->id = row->key.u.str;
	lay_count(v, "window", &out->window);
	lay_count(v, "max_output", &out->max_output);
	lay_count(v, "cache_min", &out->cache_min);
	out->cache_asked = value_get_bool(v, "cache_asked", out->cache_asked);
	out->tokenizer = value_get_str(v, "tokenizer", out->tokenizer);
	if (bits_of(value_get_cstr(v, "in"), modality_words, INT_MAX, &bits, &odd) && bits != 0)
		out->in = bits;
	if (bits_of(value_get_cstr(v, "out"), modality_words, INT_MAX, &bits, &odd) && bits != 0)
		out->out = bits;
	if (bits_of(value_get_cstr(v, "can"), ability_words, ABILITIES, &bits, &odd)) {
		out->can |= bits;
		out->cannot &= ~bits;
	}
	if (bits_of(value_get_cstr(v, "cannot"), ability_words, ABILITIES, &bits, &odd)) {
		out->cannot |= bits;
		out->can &= ~bits;
	}
	if (price == NULL || !prices_count)
		return;
	catalogue_file_prices(*price, &out->price);
	out->price.version = str_ends(file->version, STR(" "))
				     ? str_format(a, "%.*s%.*s", STR_ARG(file->version),
					       STR_ARG(out->price.as_of))
				     : file->version;
}
