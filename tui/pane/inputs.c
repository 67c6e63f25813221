/* SPDX-License-Identifier: MIT */
#include "tui/pane/inputs.h"

#include "core/data/json.h"
#include "tui/pane/pane_text.h"
#include "tui/pane/record.h"

#include <stdio.h>

void inputs_init(struct inputs *in)
{
	*in = (struct inputs){.count = 0};
	document_init(&in->text);
}

void inputs_free(struct inputs *in)
{
	document_free(&in->text);
}

static void add_field(struct inputs *in, const struct input_field *field, struct arena *a)
{
	struct str name = sanitize(a, field->name, SANITIZE_ONE_LINE);
	struct str type = sanitize(a, field->type, SANITIZE_ONE_LINE);
	(void)document_add(&in->text, name, ROLE_VARIABLE);
	(void)document_add(&in->text, str_format(a, " %.*s\n", STR_ARG(type)), ROLE_FAINT);
	struct str value = STR("no value yet");
	if (field->has_preset)
		value = field->preset.kind == VALUE_STR ? field->preset.u.str
							: json_text(a, field->preset, JSON_COMPACT);
	value = str_trim(sanitize(a, value, SANITIZE_ONE_LINE));
	bool empty = field->has_preset && value.len == 0;
	(void)document_add(&in->text, empty ? STR("\"\"") : value,
		field->has_preset && !empty ? ROLE_TEXT : ROLE_DIM);
	(void)document_add(&in->text, STR("\n"), ROLE_TEXT);
}

void inputs_load(struct inputs *in, struct engine *engine, const char *path)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct input_field *fields;
	struct run_spec spec = {.path = path, .inputs = value_none()};
	document_clear(&in->text);
	text_view_home(&in->view);
	in->count = 0;
	in->error[0] = '\0';
	in->applies = path != NULL;
	if (path != NULL && !engine_inputs(engine, &spec, &a, &fields, &in->count, &e)) {
		char sentence[sizeof e.where + sizeof e.text + sizeof e.hint + 8];
		record_text(in->error, sizeof in->error,
			str_from(err_format(&e, sentence, sizeof sentence)));
		in->count = 0;
	}
	for (size_t i = 0; i < in->count; i++)
		add_field(in, &fields[i], &a);
	document_end(&in->text);
	arena_release(&a);
}

static void fit(void *pane, int w, int h)
{
	struct inputs *in = pane;
	text_view_fit(&in->view, &in->text, w, h);
	in->view.follow = false;
}

static void move(void *pane, enum pane_move move)
{
	struct inputs *in = pane;
	pane_move_text(&in->view, &in->text, move);
}

static void draw(const void *pane, const struct pane_view *view)
{
	const struct inputs *in = pane;
	char count[24];
	snprintf(count, sizeof count, "%zu", in->count);
	struct span title = {STR("Inputs"), view->focused ? ROLE_STRONG : ROLE_DIM};
	struct span note = {str_from(count), ROLE_DIM};
	struct area inner = pane_frame(view, (struct frame){.title = &title,
						     .title_count = 1,
						     .note = &note,
						     .note_count = in->count > 0});
	if (in->error[0] != '\0')
		pane_paragraph(view->pen, inner, inner.y, str_from(in->error), ROLE_BAD);
	else if (!in->applies)
		pane_hint(view, inner, STR("Inputs of the open prompt or flow are listed here."));
	else if (in->count == 0)
		pane_hint(view, inner, STR("This file takes no inputs."));
	else
		text_view_draw(
			view->pen, inner, &in->view, &in->text, (struct text_style){NULL, NULL});
	pane_more(view, text_view_below(&in->view, &in->text, PANE_BELOW_MOST));
}

const struct pane_class inputs_class = {
	.title = N_("Inputs"), .fit = fit, .draw = draw, .move = move};
