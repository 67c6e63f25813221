/* SPDX-License-Identifier: MIT */
#include "core/knowledge/source.h"

#include "core/base/map.h"
#include "core/text/sentence.h"
#include "core/text/utf8.h"

/* Sizes in half-widths: a letter is 1, a CJK character 2. */
enum { CHUNK_SIZE = 800, CHUNK_SLACK = 200, TABLE_SIZE = 1600 };

enum { HEADING_LEVELS = 6 };

struct splitter {
	struct source *source;
	struct str file;
	struct str text;
	bool markdown;
	struct str headings[HEADING_LEVELS]; /* those above; "" where a level is missing */
	struct map names; /* section name -> how often it came */
	size_t line_at; /* `line` is that of this offset */
	unsigned line;
};

/* What chunks are put together from: a sentence, or rows of a table. */
struct piece {
	size_t start, end; /* in the document */
	size_t size;
};

static size_t size_of(struct str s)
{
	size_t size = 0;
	uint32_t c;
	for (size_t at = 0; at < s.len; size += segment_is_cjk(c) ? 2 : 1)
		at = utf8_next(s, at, &c);
	return size;
}

static unsigned line_of(struct splitter *p, size_t at)
{
	if (at < p->line_at) {
		p->line_at = 0;
		p->line = 1;
	}
	for (; p->line_at < at; p->line_at++)
		p->line += p->text.at[p->line_at] == '\n';
	return p->line;
}

static struct str heading_path(struct splitter *p)
{
	struct arena *a = &p->source->arena;
	struct str path = STR_NONE;
	for (int i = 0; i < HEADING_LEVELS; i++)
		if (p->headings[i].len > 0)
			path = path.len == 0 ? p->headings[i]
					     : str_format(a, "%.*s > %.*s", STR_ARG(path),
						       STR_ARG(p->headings[i]));
	return path;
}

static struct str innermost(const struct splitter *p)
{
	for (int i = HEADING_LEVELS; i > 0; i--)
		if (p->headings[i - 1].len > 0)
			return p->headings[i - 1];
	return (struct str){"", 0};
}

/* "file#heading"; "file#heading-2" when the file has the heading a second time. */
static struct str section_name(struct splitter *p, struct str heading)
{
	struct arena *a = &p->source->arena;
	uint64_t *seen = map_place(&p->names, heading, 0);
	if (heading.len == 0)
		return p->file;
	if (++*seen == 1)
		return str_format(a, "%.*s#%.*s", STR_ARG(p->file), STR_ARG(heading));
	return str_format(
		a, "%.*s#%.*s-%llu", STR_ARG(p->file), STR_ARG(heading), (unsigned long long)*seen);
}

static void add_chunk(struct splitter *p, struct str name, size_t number, struct piece piece)
{
	struct source *s = p->source;
	struct str text = str_slice(p->text, piece.start, piece.end);
	struct chunk c = {.id = name,
		.file = p->file,
		.path = heading_path(p),
		.heading = innermost(p),
		.text = text,
		.start = piece.start,
		.end = piece.end,
		.line = line_of(p, piece.start),
		.language = segment_language(text)};
	if (number > 1)
		c.id = str_format(&s->arena, "%.*s/%zu", STR_ARG(name), number);
	s->chunks =
		arena_reserve(&s->arena, s->chunks, s->len, &s->cap, s->len + 1, sizeof *s->chunks);
	s->chunks[s->len++] = c;
}

/* The sentence at *I as a piece, with the rows that follow it when it is a table's. */
static struct piece next_piece(struct sentences all, size_t *i, size_t base)
{
	const struct sentence *s = &all.items[(*i)++];
	struct piece piece = {.start = base + s->start,
		.end = base + s->start + s->text.len,
		.size = size_of(s->text)};
	bool table = s->kind == SENTENCE_ROW || s->kind == SENTENCE_RULE;
	while (table && *i < all.len && piece.size < TABLE_SIZE) {
		s = &all.items[*i];
		if (s->kind != SENTENCE_ROW && s->kind != SENTENCE_RULE)
			break;
		piece.end = base + s->start + s->text.len;
		piece.size += size_of(s->text);
		(*i)++;
	}
	return piece;
}

static void split_section(struct splitter *p, size_t start, size_t end)
{
	struct arena scratch = ARENA_INIT;
	struct str section = str_slice(p->text, start, end);
	struct sentences all = sentences_of(&scratch, section);
	size_t total = size_of(section), number = 0;
	size_t parts =
		total <= CHUNK_SIZE + CHUNK_SLACK ? 1 : (total + CHUNK_SIZE - 1) / CHUNK_SIZE;
	size_t target = total / parts + 1;
	struct piece chunk = {0};
	struct str name = all.len > 0 ? section_name(p, innermost(p)) : STR_NONE;
	for (size_t i = 0; i < all.len;) {
		struct piece piece = next_piece(all, &i, start);
		if (chunk.size > 0 && parts > 1 && chunk.size + piece.size / 2 > target) {
			add_chunk(p, name, ++number, chunk);
			chunk.size = 0;
		}
		if (chunk.size == 0)
			chunk = piece;
		chunk.size += chunk.start == piece.start ? 0 : piece.size;
		chunk.end = piece.end;
	}
	if (chunk.size > 0)
		add_chunk(p, name, ++number, chunk);
	arena_release(&scratch);
}

/* Level of a Markdown heading, 0 when LINE is none; *TEXT is what it says. */
static size_t heading_level(struct str line, struct str *text)
{
	size_t level = 0;
	while (level < line.len && line.at[level] == '#')
		level++;
	if (level == 0 || level > HEADING_LEVELS || level == line.len || line.at[level] != ' ')
		return 0;
	struct str s = str_trim(str_slice(line, level, line.len));
	while (s.len > 0 && s.at[s.len - 1] == '#')
		s.len--;
	*text = str_trim(s);
	return level;
}

static void enter_heading(struct splitter *p, size_t level, struct str text)
{
	p->headings[level - 1] = text;
	for (size_t i = level; i < HEADING_LEVELS; i++)
		p->headings[i] = STR_NONE;
}

/* Where the text begins after a byte order mark and a YAML front matter. */
static size_t skip_front(struct str text)
{
	size_t at = str_starts(text, STR("\xef\xbb\xbf")) ? 3 : 0;
	struct str rest = str_slice(text, at, text.len), line;
	if (!str_next_line(&rest, &line) || !str_is(line, "---"))
		return at;
	while (str_next_line(&rest, &line))
		if (str_is(line, "---"))
			return text.len - rest.len;
	return at;
}

void source_split(struct source *s, struct str file, struct str text)
{
	struct splitter p = {.source = s,
		.file = file,
		.text = text,
		.markdown = str_ends(file, STR(".md")),
		.line = 1};
	size_t start = skip_front(text);
	struct str rest = str_slice(text, start, text.len), line, heading;
	bool fenced = false;
	while (str_next_line(&rest, &line)) {
		size_t at = (size_t)(line.at - text.at);
		fenced = fenced != (str_starts(line, STR("```")) || str_starts(line, STR("~~~")));
		size_t level = p.markdown && !fenced ? heading_level(line, &heading) : 0;
		if (level == 0)
			continue;
		split_section(&p, start, at);
		enter_heading(&p, level, heading);
		start = at + line.len;
	}
	split_section(&p, start, text.len);
	map_free(&p.names);
}
