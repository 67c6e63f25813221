/* SPDX-License-Identifier: MIT */
#include "tui/layer/connect.h"

#include "core/base/alloc.h"
#include "core/text/sanitize.h"
#include "core/text/utf8.h"
#include "core/text/words.h"
#include "tui/layer/connect_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIST_LEAST = 24, LIST_MOST = 44, ONE_COLUMN = 60, NS_PER_MS = 1000000 };

/* The last is the scripted one. */
static const char *const providers[] = {N_("OpenAI-compatible"), N_("OpenAI Responses"),
	N_("Azure OpenAI"), N_("Anthropic"), N_("Gemini"), N_("Ollama"), N_("scripted (for tests)"),
	NULL};
static const char *const provider_words[] = {
	"openai", "openai_responses", "azure", "anthropic", "gemini", "ollama", "scripted"};

enum { PROVIDERS = sizeof provider_words / sizeof *provider_words, SCRIPTED = PROVIDERS - 1 };

static const char *const part_names[CONNECTION_PARTS] = {[CONNECTION_NAME] = "name",
	[CONNECTION_PROVIDER] = "provider",
	[CONNECTION_URL] = "url",
	[CONNECTION_MODEL] = "model",
	[CONNECTION_SECRET] = "secret",
	[CONNECTION_SCRIPT] = "script"};

static void add_field(struct connect *c, enum form_kind kind, const char *name, const char *label,
	const char *hint)
{
	struct form_field *field = form_add(&c->form, kind, str_from(name), label, 1);
	field->hint = hint;
	if (kind == FORM_CHOICE)
		field->choices = providers;
}

struct connect *connect_new(const struct words *words)
{
	struct connect *c = xcalloc(1, sizeof *c);
	c->words = c->form.words = words;
	add_field(c, FORM_TEXT, "name", N_("Name"), N_("what you call it: qwen"));
	add_field(c, FORM_CHOICE, "provider", N_("Provider"), NULL);
	add_field(c, FORM_TEXT, "url", N_("Address"), "https://api.openai.com/v1");
	add_field(c, FORM_TEXT, "secret", N_("Key"),
		N_("where it is found: env:NAME, secret:NAME, cmd:PROGRAM, file:PATH"));
	add_field(c, FORM_TEXT, "model", N_("Default model"), N_("used when none is named"));
	add_field(c, FORM_TEXT, "script", N_("Script"), "tests/answers.json");
	add_field(c, FORM_SWITCH, "http", N_("Plain http"), NULL);
	return c;
}

static void connect_free(void *layer)
{
	struct connect *c = layer;
	form_free(&c->form);
	arena_release(&c->arena);
	free(c);
}

void connect_forget_rows(struct connect *c)
{
	c->count = 0;
}

void connect_add(struct connect *c, enum connect_kind kind, const struct connection_form *form,
	struct str note, bool is_default)
{
	struct arena *a = &c->arena;
	if (c->count == CONNECT_ROWS)
		return;
	struct connect_row *row = &c->rows[c->count++];
	*row = (struct connect_row){.kind = kind,
		.note = sanitize(a, note, SANITIZE_ONE_LINE),
		.is_default = is_default};
	row->form = (struct connection_form){.name = str_copy(a, form->name),
		.provider = str_copy(a, form->provider),
		.base_url = str_copy(a, form->base_url),
		.model = str_copy(a, form->model),
		.secret = str_copy(a, form->secret),
		.script = str_copy(a, form->script),
		.allow_http = form->allow_http};
}

static const struct connect_row *chosen(const struct connect *c)
{
	return c->list.selected < c->count ? &c->rows[c->list.selected] : NULL;
}

/* Differs after every change of the form. */
static uint64_t state_of(const struct connect *c)
{
	uint64_t state = 0;
	for (size_t i = 0; i < c->form.count; i++) {
		const struct form_field *f = c->form.fields[i];
		state = state * 1000003 + edit_revision(&f->edit) * 4 + f->chosen * 2 + f->on;
	}
	return state;
}

static bool is_edited(const struct connect *c)
{
	return state_of(c) != c->clean;
}

static void clear_said(struct connect *c)
{
	for (size_t i = 0; i < c->form.count; i++)
		c->form.fields[i]->said[0] = '\0';
	c->dropping = false;
}

static void put(struct connect *c, const char *name, struct str text)
{
	(void)!edit_set(&form_find(&c->form, name)->edit, text);
}

static size_t provider_index(struct str word)
{
	for (size_t i = 0; i < PROVIDERS; i++)
		if (str_is(word, provider_words[i]))
			return i;
	return 0;
}

/* The word of the chosen provider; one that the form does not know stays what it was. */
static struct str provider_word(struct connect *c)
{
	const struct connect_row *row = chosen(c);
	size_t now = form_find(&c->form, "provider")->chosen;
	bool same = row != NULL && now == c->provider && row->form.provider.len > 0;
	return same ? row->form.provider : str_from(provider_words[now]);
}

/* The chosen row into the form. */
static void load(struct connect *c)
{
	const struct connect_row *row = chosen(c);
	if (row == NULL)
		return;
	put(c, "name", row->form.name);
	put(c, "url", row->form.base_url);
	put(c, "secret", row->form.secret);
	put(c, "model", row->form.model);
	put(c, "script", row->form.script);
	c->provider = provider_index(row->form.provider);
	form_find(&c->form, "provider")->chosen = c->provider;
	form_find(&c->form, "http")->on = row->form.allow_http;
	c->form.focus = 0;
	c->result[0] = '\0';
	c->model_count = 0;
	clear_said(c);
	c->clean = state_of(c);
}

void connect_choose(struct connect *c, struct str name)
{
	list_view_fit(&c->list, c->count, (int)c->list.height);
	for (size_t i = 0; i < c->count; i++)
		if (name.len == 0 ||
			(str_eq(c->rows[i].form.name, name) && c->rows[i].kind == CONNECT_SAVED)) {
			list_view_select(&c->list, i);
			break;
		}
	load(c);
}

void connect_fault(struct connect *c, enum connection_part part, struct str sentence)
{
	struct form_field *field = form_find(&c->form, part_names[part]);
	form_say(field, ROLE_BAD, sentence);
	c->in_form = true;
	for (size_t i = 0; i < c->form.count; i++)
		if (c->form.fields[i] == field)
			c->form.focus = i;
}

void connect_set_secret(struct connect *c, struct str reference)
{
	clear_said(c);
	put(c, "secret", reference);
	form_say(form_find(&c->form, "secret"), ROLE_GOOD,
		str_from(tr(c->words, "The key lies in a file that only you can read.")));
}

void connect_testing(struct connect *c)
{
	c->testing = true;
	c->result[0] = '\0';
	c->model_count = 0;
}

static void set_result(struct connect *c, enum role role, const char *text)
{
	struct arena a = ARENA_INIT;
	struct str clean = sanitize(&a, str_from(text), SANITIZE_ONE_LINE);
	snprintf(c->result, sizeof c->result, "%.*s",
		STR_ARG(utf8_cut(clean, sizeof c->result - 1)));
	c->result_role = role;
	arena_release(&a);
}

void connect_tested(struct connect *c, const struct connection_report *report)
{
	char text[CONNECT_RESULT];
	long long ms = report->took_ns / NS_PER_MS;
	const struct words *w = c->words;
	c->testing = false;
	if (report->error.code != ERR_NONE) {
		set_result(c, ROLE_BAD, err_format(&report->error, text, sizeof text));
		return;
	}
	if (report->model_count > 0)
		snprintf(text, sizeof text, tr(w, "Works: %d in %lld ms, %zu models. %.*s"),
			report->status, ms, report->model_count, STR_ARG(report->note));
	else if (report->status > 0)
		snprintf(text, sizeof text, tr(w, "Works: the model answered in %lld ms. %.*s"), ms,
			STR_ARG(report->note));
	else
		snprintf(text, sizeof text, "%.*s", STR_ARG(report->note));
	set_result(c, report->note.len > 0 ? ROLE_WARN : ROLE_GOOD, text);
	c->models = ARENA_ARRAY(&c->arena, struct str, report->model_count + 1);
	for (c->model_count = 0; c->model_count < report->model_count; c->model_count++)
		c->models[c->model_count] =
			sanitize(&c->arena, report->models[c->model_count], SANITIZE_ONE_LINE);
}

/* The form as arguments; they live in the layer's arena. */
static struct value to_arguments(struct connect *c)
{
	struct arena *a = &c->arena;
	const struct connect_row *row = chosen(c);
	struct value v = value_dict(a);
	bool saved = row != NULL && row->kind == CONNECT_SAVED;
	bool scripted = form_find(&c->form, "provider")->chosen == SCRIPTED;
	value_set(v, STR("was"), value_str(saved ? row->form.name : STR("")));
	value_set(v, STR("provider"), value_str(provider_word(c)));
	value_set(v, STR("name"), value_str(str_trim(form_text(&c->form, "name", a))));
	value_set(v, STR("base_url"),
		value_str(scripted ? STR("") : str_trim(form_text(&c->form, "url", a))));
	value_set(v, STR("secret"),
		value_str(scripted ? STR("") : str_trim(form_text(&c->form, "secret", a))));
	value_set(v, STR("model"), value_str(str_trim(form_text(&c->form, "model", a))));
	value_set(v, STR("script"),
		value_str(scripted ? str_trim(form_text(&c->form, "script", a)) : STR("")));
	value_set(v, STR("allow_http"), value_bool(form_find(&c->form, "http")->on));
	return v;
}

static enum layer_answer give(struct connect *c, const char *command, struct layer_result *result)
{
	clear_said(c);
	*result = (struct layer_result){command, to_arguments(c)};
	return LAYER_STAYS;
}

/* For a connection that is in lathe.yaml. */
static enum layer_answer give_saved(
	struct connect *c, const char *command, struct layer_result *result)
{
	const struct connect_row *row = chosen(c);
	if (row == NULL || row->kind != CONNECT_SAVED)
		return LAYER_STAYS;
	struct value v = value_dict(&c->arena);
	value_set(v, STR("name"), value_str(row->form.name));
	*result = (struct layer_result){command, v};
	return LAYER_STAYS;
}

/* Esc over what is typed: the first one warns, the second one drops it. */
static enum layer_answer step_back(struct connect *c)
{
	if (is_edited(c) && !c->dropping) {
		set_result(c, ROLE_WARN,
			tr(c->words, "Not saved yet. F2 saves it; Esc again drops it."));
		c->dropping = true;
		return LAYER_STAYS;
	}
	if (is_edited(c))
		load(c);
	else if (!c->in_form)
		return LAYER_CLOSES;
	c->in_form = false;
	c->dropping = false;
	return LAYER_STAYS;
}

static void move(struct connect *c, long rows)
{
	if (is_edited(c)) {
		set_result(c, ROLE_WARN,
			tr(c->words, "Not saved yet. F2 saves it; Esc again drops it."));
		c->dropping = true;
		return;
	}
	list_view_move(&c->list, rows);
	load(c);
}

static enum layer_answer press_in_list(
	struct connect *c, struct key key, struct layer_result *result)
{
	switch (key.code) {
	case WORD_UP:
	case 'k': move(c, -1); break;
	case WORD_DOWN:
	case 'j': move(c, 1); break;
	case WORD_PGUP: move(c, -(long)c->list.height); break;
	case WORD_PGDN: move(c, (long)c->list.height); break;
	case WORD_HOME: move(c, -(long)c->count); break;
	case WORD_END: move(c, (long)c->count); break;
	case WORD_ENTER:
	case WORD_TAB:
	case WORD_RIGHT: c->in_form = true; break;
	case 'n':
		move(c, (long)c->count); /* the empty one stands last */
		c->in_form = !is_edited(c);
		break;
	case 't': return give(c, "connect.test", result);
	case 'd': return give_saved(c, "connect.default", result);
	case 'x':
	case WORD_DEL: return give_saved(c, "connect.ask-remove", result);
	default: break;
	}
	return LAYER_STAYS;
}

static bool is_save(struct key key)
{
	return (key.code == WORD_F1 + 1 && key.mods == 0) ||
	       (key.code == 's' && key.mods == MOD_CTRL);
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct connect *c = layer;
	(void)now_ns;
	if (key.code == WORD_ESC && c->testing) {
		c->testing = false;
		set_result(c, ROLE_DIM, tr(c->words, "The test was stopped."));
		result->command = "connect.stop-test";
		return LAYER_STAYS;
	}
	if (key.code == WORD_ESC)
		return step_back(c);
	c->dropping = false;
	if (is_save(key))
		return give(c, "connect.save", result);
	if (key.code == WORD_F1 + 3 && key.mods == 0)
		return give(c, "connect.keep-key", result);
	if (key.code == WORD_F1 + 4 && key.mods == 0)
		return give(c, "connect.test", result);
	if (!c->in_form)
		return press_in_list(c, key, result);
	if (form_key(&c->form, key))
		return LAYER_STAYS;
	if (key.code == WORD_TAB) {
		c->in_form = false;
		return LAYER_STAYS;
	}
	if (key.code == WORD_ENTER)
		return give(c, "connect.save", result);
	return LAYER_PASS;
}

static struct edit *edit(void *layer)
{
	struct connect *c = layer;
	return c->in_form ? form_edit(&c->form) : NULL;
}

static enum layer_answer mouse(void *layer, const struct input *input, struct layer_result *result)
{
	struct connect *c = layer;
	(void)result;
	int wheel = input->action == MOUSE_WHEEL_UP	? -1
		    : input->action == MOUSE_WHEEL_DOWN ? 1
							: 0;
	if (wheel != 0) {
		if (area_has(c->left, input->x, input->y))
			list_view_scroll(&c->list, wheel);
		return LAYER_STAYS;
	}
	if (input->action != MOUSE_PRESS || input->button != 0)
		return LAYER_STAYS;
	if (area_has(c->left, input->x, input->y)) {
		size_t row = c->list.top + (size_t)(input->y - c->left.y);
		c->in_form = false;
		if (row < c->count)
			move(c, (long)row - (long)c->list.selected);
	} else if (area_has(c->right, input->x, input->y)) {
		c->in_form = form_click(&c->form, input->x - c->right.x, input->y - c->right.y);
	}
	return LAYER_STAYS;
}

/* The areas inside the frames. */
static void fit(void *layer, int w, int h)
{
	struct connect *c = layer;
	struct area all = {0, 1, w, h - 2 > 0 ? h - 2 : 0};
	int list = w / 3 > LIST_MOST ? LIST_MOST : w / 3 < LIST_LEAST ? LIST_LEAST : w / 3;
	bool scripted = form_find(&c->form, "provider")->chosen == SCRIPTED;
	c->w = w;
	c->h = h;
	c->left = c->right = area_inset(all, 2, 1);
	if (w >= ONE_COLUMN) {
		c->left = area_inset((struct area){0, 1, list, all.h}, 2, 1);
		c->right = area_inset((struct area){list, 1, w - list, all.h}, 2, 1);
	} else if (c->in_form) {
		c->left = (struct area){0, 0, 0, 0};
	} else {
		c->right = (struct area){0, 0, 0, 0};
	}
	form_find(&c->form, "script")->hidden = !scripted;
	form_find(&c->form, "url")->hidden = scripted;
	form_find(&c->form, "secret")->hidden = scripted;
	form_find(&c->form, "http")->hidden = scripted;
	list_view_fit(&c->list, c->count, c->left.h);
	form_fit(&c->form, c->right.w, c->right.h * 2 / 3);
}
const struct layer_class connect_layer = {.name = "connections",
	.fit = fit,
	.draw = connect_draw,
	.key = press,
	.mouse = mouse,
	.edit = edit,
	.free = connect_free};
