/* SPDX-License-Identifier: MIT */
#include "tui/layer/preview.h"

#include "core/base/alloc.h"
#include "core/data/json.h"
#include "core/engine/sent.h"
#include "tui/draw/frames.h"
#include "tui/part/text_view.h"
#include "tui/part/units.h"

#include <stdlib.h>

enum tab { TAB_MESSAGES, TAB_REQUEST, TAB_CURL, TAB_COUNT };
enum { WHEEL_STEP = 3 };

struct preview_layer {
	const struct words *words;
	struct arena arena; /* the requests */
	struct preview_request *requests;
	size_t count;
	struct str error;
	bool taken;
	struct token_gauge gauge; /* of the requests to GAUGED */
	struct str gauged;
	enum tab tab;
	struct arena shown; /* the tab's contents */
	struct document text;
	struct buf plain; /* the same, as it would be sent */
	struct text_view view;
	struct area box;
};

struct preview_layer *preview_layer_new(const struct words *words)
{
	struct preview_layer *p = xcalloc(1, sizeof *p);
	p->words = words;
	p->plain = (struct buf)BUF_INIT(DOCUMENT_MAX);
	document_init(&p->text);
	return p;
}

static void preview_layer_free(void *layer)
{
	struct preview_layer *p = layer;
	document_free(&p->text);
	buf_free(&p->plain);
	arena_release(&p->arena);
	arena_release(&p->shown);
	free(p);
}

static void add(struct preview_layer *p, struct str text, enum role role)
{
	if (document_add(&p->text, text, role))
		(void)buf_add_str(&p->plain, text);
}

/* Of which request it is, when there are several. */
static void add_model(struct preview_layer *p, size_t i)
{
	if (i > 0)
		add(p, STR("\n\n"), ROLE_TEXT);
	if (p->count > 1)
		add(p, str_format(&p->shown, "── %.*s ──\n\n", STR_ARG(p->requests[i].model)),
			ROLE_DIM);
}

static void add_messages(struct preview_layer *p, struct str body, struct str model)
{
	static const struct token_gauge none = {.estimated = true, .window = -1};
	struct sent_message *messages;
	size_t count;
	const struct token_gauge *gauge = str_eq(model, p->gauged) ? &p->gauge : &none;
	if (!sent_messages(body, &p->shown, &messages, &count)) {
		add(p, body, ROLE_TEXT);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		char tokens[UNIT_TEXT];
		struct token_count n = token_gauge_count(gauge, messages[i].text);
		unit_tokens(n.tokens, n.estimated, tokens);
		add(p, i > 0 ? STR("\n\n") : STR(""), ROLE_TEXT);
		add(p, messages[i].role, ROLE_SPEAKER);
		add(p, str_format(&p->shown, " · %s\n", tokens), ROLE_DIM);
		add(p, messages[i].text, ROLE_TEXT);
	}
}

/* Where it goes and with which headers: shown, but no part of what is copied. */
static void add_head(struct preview_layer *p, const struct preview_request *r)
{
	if (r->url.len == 0)
		return;
	document_add(&p->text, r->method, ROLE_SPEAKER);
	document_add(&p->text, str_format(&p->shown, " %.*s\n", STR_ARG(r->url)), ROLE_TEXT);
	for (size_t i = 0; r->headers.kind == VALUE_DICT && i < r->headers.u.dict->len; i++) {
		const struct value_entry *entry = &r->headers.u.dict->entries[i];
		document_add(&p->text,
			str_format(&p->shown, "%.*s: %.*s\n", STR_ARG(entry->key.u.str),
				STR_ARG(entry->value.u.str)),
			ROLE_DIM);
	}
	document_add(&p->text, STR("\n"), ROLE_TEXT);
}

static void add_request(struct preview_layer *p, const struct preview_request *r)
{
	struct value v;
	struct err ignored = ERR_INIT;
	bool read = json_read(&p->shown, r->body, NULL, &v, &ignored);
	add_head(p, r);
	add(p, read ? json_text(&p->shown, v, JSON_INDENTED) : r->body, ROLE_TEXT);
}

static void add_curl(struct preview_layer *p, const struct preview_request *r)
{
	if (r->curl.len > 0)
		add(p, r->curl, ROLE_TEXT);
	else
		document_add(&p->text,
			str_from(tr(p->words, "This request is not sent over HTTP.")), ROLE_DIM);
}

static void fill(struct preview_layer *p)
{
	arena_reset(&p->shown);
	document_clear(&p->text);
	buf_clear(&p->plain);
	for (size_t i = 0; i < p->count; i++) {
		add_model(p, i);
		if (p->tab == TAB_MESSAGES)
			add_messages(p, p->requests[i].body, p->requests[i].model);
		else if (p->tab == TAB_REQUEST)
			add_request(p, &p->requests[i]);
		else
			add_curl(p, &p->requests[i]);
	}
	if (p->error.len > 0)
		add(p, p->error, ROLE_BAD);
	document_end(&p->text);
	text_view_home(&p->view);
}

void preview_layer_count_by(
	struct preview_layer *p, const struct token_gauge *gauge, struct str model)
{
	p->gauge = *gauge;
	p->gauged = str_copy(&p->arena, model);
}

void preview_layer_take(struct preview_layer *p, const struct preview *what)
{
	char error[sizeof what->error.where + sizeof what->error.text + sizeof what->error.hint +
		   8];
	p->requests = ARENA_ARRAY(&p->arena, struct preview_request, what->count + 1);
	for (; p->count < what->count; p->count++)
		p->requests[p->count] = (struct preview_request){
			.model = str_copy(&p->arena, what->requests[p->count].model),
			.body = str_copy(&p->arena, what->requests[p->count].body),
			.method = str_copy(&p->arena, what->requests[p->count].method),
			.url = str_copy(&p->arena, what->requests[p->count].url),
			.headers = value_copy(&p->arena, what->requests[p->count].headers),
			.curl = str_copy(&p->arena, what->requests[p->count].curl),
			.messages = value_none()};
	if (what->error.code != ERR_NONE)
		p->error = str_copy(
			&p->arena, str_from(err_format(&what->error, error, sizeof error)));
	p->taken = true;
	fill(p);
}

static void fit(void *layer, int w, int h)
{
	struct preview_layer *p = layer;
	p->box = (struct area){0, 1, w, h - 2};
	text_view_fit(&p->view, &p->text, w - 4, h - 4);
	p->view.follow = false;
}

static void turn_to(struct preview_layer *p, enum tab tab)
{
	p->tab = tab;
	fill(p);
}

static void scroll(struct preview_layer *p, long rows)
{
	text_view_scroll(&p->view, &p->text, rows);
}

static enum layer_answer copy(struct preview_layer *p, struct layer_result *result)
{
	result->command = "text.copy";
	result->arguments = value_dict(&p->shown);
	value_set(result->arguments, STR("text"), value_str(buf_str(&p->plain)));
	return LAYER_STAYS;
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct preview_layer *p = layer;
	long page = p->box.h > 3 ? p->box.h - 3 : 1;
	(void)now_ns;
	switch (key.code) {
	case WORD_ESC:
	case WORD_F1 + 3: /* F4, which opened it */
	case 'q': return LAYER_CLOSES;
	case WORD_TAB: turn_to(p, (enum tab)((p->tab + 1) % TAB_COUNT)); break;
	case '1': turn_to(p, TAB_MESSAGES); break;
	case '2': turn_to(p, TAB_REQUEST); break;
	case '3': turn_to(p, TAB_CURL); break;
	case WORD_UP:
	case 'k': scroll(p, -1); break;
	case WORD_DOWN:
	case 'j': scroll(p, 1); break;
	case WORD_PGUP: scroll(p, -page); break;
	case WORD_PGDN:
	case ' ': scroll(p, page); break;
	case WORD_HOME: text_view_home(&p->view); break;
	case WORD_END: text_view_end(&p->view, &p->text); break;
	case 'y': return copy(p, result);
	case WORD_F1 + 4: /* F5: it is fine, run it */
		result->command = "run.start";
		return LAYER_CLOSES;
	default: break;
	}
	return LAYER_STAYS;
}

static enum layer_answer use_mouse(
	void *layer, const struct input *input, struct layer_result *result)
{
	(void)result;
	if (input->action == MOUSE_WHEEL_UP || input->action == MOUSE_WHEEL_DOWN)
		scroll(layer, input->action == MOUSE_WHEEL_UP ? -WHEEL_STEP : WHEEL_STEP);
	return LAYER_STAYS;
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct preview_layer *p = layer;
	struct pen pen = view->pen;
	const struct words *w = pen.words;
	struct span title[7] = {{str_from(tr(w, "What F5 sends")), ROLE_STRONG},
		{STR("  1 "), ROLE_ACCENT},
		{str_from(tr(w, "Messages")), p->tab == TAB_MESSAGES ? ROLE_STRONG : ROLE_DIM},
		{STR("  2 "), ROLE_ACCENT},
		{str_from(tr(w, "Request")), p->tab == TAB_REQUEST ? ROLE_STRONG : ROLE_DIM},
		{STR("  3 "), ROLE_ACCENT},
		{STR("curl"), p->tab == TAB_CURL ? ROLE_STRONG : ROLE_DIM}};
	struct span note[5] = {{p->count > 0 ? p->requests[0].model : STR(""), ROLE_TEXT},
		{STR("  y "), ROLE_ACCENT}, {str_from(tr(w, "copy")), ROLE_DIM},
		{STR("  Esc "), ROLE_ACCENT}, {str_from(tr(w, "close")), ROLE_DIM}};
	struct frame frame = {
		.title = title, .title_count = 7, .note = note, .note_count = 5, .focused = true};
	paint_clear(pen, p->box);
	struct area inner = area_inset(frame_draw(pen, p->box, &frame), 1, 0);
	if (!p->taken)
		paint_cstr(
			pen, inner.x, inner.y, tr(w, "The prompt is being rendered …"), ROLE_DIM);
	text_view_draw(pen, inner, &p->view, &p->text, (struct text_style){NULL, NULL});
}

const struct layer_class preview_layer_class = {.name = "preview",
	.fit = fit,
	.draw = draw,
	.key = press,
	.mouse = use_mouse,
	.free = preview_layer_free};
