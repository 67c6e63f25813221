/* SPDX-License-Identifier: MIT */
#include "tui/pane/source.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "tui/pane/pane_text.h"
#include "tui/pane/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_MAX = 32 << 20 };

void source_init(struct source *s)
{
	*s = (struct source){.view = {.numbered = true}};
	document_init(&s->text);
}

void source_free(struct source *s)
{
	document_free(&s->text);
	free(s->states);
	s->states = NULL;
}

static void find_states(struct source *s)
{
	size_t lines = document_lines(&s->text);
	free(s->states);
	s->states = xmalloc(lines + 1);
	enum highlight_state state = STATE_START;
	for (size_t i = 0; i < lines; i++) {
		s->states[i] = (uint8_t)state;
		struct str line = document_line(&s->text, i);
		if (line.len <= TEXT_STYLE_MAX)
			state = highlight_line(s->highlight, state, line, NULL);
	}
}

void source_open(struct source *s, const char *root, const struct workspace_file *file)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct str bytes = STR_NONE;
	bool same = str_is(file->path, s->path);
	snprintf(s->path, sizeof s->path, "%s", file->path.at);
	record_text(s->name, sizeof s->name, str_from(path_name(file->path.at)));
	s->kind = file->kind;
	s->highlight = highlight_kind_of(file->path.at);
	if (s->highlight == HIGHLIGHT_TEMPLATE && file->kind != FILE_PROMPT)
		s->highlight = HIGHLIGHT_PLAIN;
	s->error[0] = '\0';
	document_clear(&s->text);
	if (!file_read_under(&a, root, s->path, SOURCE_MAX, &bytes, &e)) {
		char sentence[sizeof e.where + sizeof e.text + sizeof e.hint + 8];
		err_format(&e, sentence, sizeof sentence);
		record_text(s->error, sizeof s->error, str_from(sentence));
	}
	(void)document_add(&s->text, bytes, ROLE_TEXT);
	document_end(&s->text);
	find_states(s);
	if (!same)
		text_view_home(&s->view);
	arena_release(&a);
}

static void style(const void *ctx, size_t line, struct str text, uint8_t *roles)
{
	const struct source *s = ctx;
	highlight_line(s->highlight, (enum highlight_state)s->states[line], text, roles);
}

static void fit(void *pane, int w, int h)
{
	struct source *s = pane;
	text_view_fit(&s->view, &s->text, w, h);
	/* A file does not grow: its end is no tail to follow. */
	s->view.follow = false;
}

static void move(void *pane, enum pane_move move)
{
	struct source *s = pane;
	pane_move_text(&s->view, &s->text, move);
	s->view.follow = false;
}

static void draw(const void *pane, const struct pane_view *view)
{
	const struct source *s = pane;
	char lines[32];
	size_t count = document_lines(&s->text);
	bool shown = s->path[0] != '\0';
	struct span title[2] = {
		{str_from(shown ? s->name : "Prompt"), ROLE_STRONG}, {STR(" read-only"), ROLE_DIM}};
	snprintf(lines, sizeof lines, "%zu line%s", count, count == 1 ? "" : "s");
	struct span note = {str_from(lines), ROLE_DIM};
	struct area inner = pane_frame(view, (struct frame){.title = title,
						     .title_count = shown ? 2 : 1,
						     .note = &note,
						     .note_count = shown && s->error[0] == '\0'});
	if (!shown)
		pane_hint(view, inner,
			STR("The file you open in Files is shown here. Enter opens it."));
	else if (s->error[0] != '\0')
		pane_paragraph(view->pen, inner, inner.y, str_from(s->error), ROLE_BAD);
	else if (count == 0)
		pane_hint(view, inner, STR("This file is empty."));
	else
		text_view_draw(view->pen, inner, &s->view, &s->text, (struct text_style){style, s});
	pane_more(view, text_view_below(&s->view, &s->text, PANE_BELOW_MOST));
}

const struct pane_class source_class = {
	.title = N_("Prompt"), .fit = fit, .draw = draw, .move = move};
