/* SPDX-License-Identifier: MIT */
#include "tui/layer/no_workspace.h"

#include "core/base/alloc.h"
#include "core/base/file.h"
#include "core/text/sanitize.h"
#include "core/text/width.h"
#include "core/text/words.h"
#include "tui/draw/frames.h"
#include "tui/part/wrap.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

enum { WIDEST = 78, MENU_ROWS = 12, PATH_ROWS = 15, READ_MOST = 5000, ROWS = 3 };

struct choice {
	const char *key, *title, *help;
};

static const struct choice menu[ROWS] = {
	{"n", N_("Make one here"), N_("lathe.yaml and a first prompt")},
	{"w", N_("Open the welcome copy"), N_("documents, prompts, a flow; needs no key")},
	{"o", N_("Open another"), N_("a workspace elsewhere, by its path")}};

struct no_workspace *no_workspace_new(const char *root, enum no_workspace_step step)
{
	struct no_workspace *n = xcalloc(1, sizeof *n);
	n->root = arena_copy(&n->arena, root, strlen(root));
	n->here = sanitize(&n->arena, str_from(path_short(&n->arena, root)), SANITIZE_ONE_LINE);
	n->only_path = step != NO_WORKSPACE_MENU;
	n->step = step;
	edit_init(&n->path, true);
	n->revision = edit_revision(&n->path) - 1;
	return n;
}

static void no_workspace_free(void *layer)
{
	struct no_workspace *n = layer;
	edit_free(&n->path);
	arena_release(&n->found);
	arena_release(&n->arena);
	free(n);
}

const char *no_workspace_path(struct arena *a, struct str path)
{
	const char *home = getenv("HOME");
	path = str_trim(path);
	if (home != NULL && str_is(path, "~"))
		return home;
	if (home != NULL && str_starts(path, STR("~/")))
		return path_join(a, home, str_cstr(a, str_slice(path, 2, path.len)));
	return str_cstr(a, path);
}

static void begin_path(struct no_workspace *n, enum no_workspace_step step, const char *preset)
{
	n->step = step;
	(void)!edit_set(&n->path, str_from(preset));
	edit_move(&n->path, EDIT_FINISH, false);
}

static enum layer_answer give(
	struct no_workspace *n, const char *command, struct str path, struct layer_result *result)
{
	struct value v = value_dict(&n->arena);
	value_set(v, STR("path"), value_str(path));
	value_set(v, STR("welcome"), value_bool(n->step == NO_WORKSPACE_WELCOME));
	*result = (struct layer_result){command, v};
	return LAYER_STAYS;
}

static enum layer_answer choose(struct no_workspace *n, size_t row, struct layer_result *result)
{
	n->chosen = row;
	if (row == 0)
		return give(n, "workspace.make", str_from(n->root), result);
	if (row == 1)
		begin_path(n, NO_WORKSPACE_WELCOME, "~/lathe-welcome");
	else
		begin_path(n, NO_WORKSPACE_OTHER, "~/");
	return LAYER_STAYS;
}

static enum layer_answer press_in_menu(
	struct no_workspace *n, struct key key, struct layer_result *result)
{
	for (size_t i = 0; i < ROWS; i++)
		if (key.mods == 0 && key.code == (unsigned char)menu[i].key[0])
			return choose(n, i, result);
	switch (key.code) {
	case WORD_ESC: return LAYER_CLOSES;
	case WORD_ENTER: return choose(n, n->chosen, result);
	case WORD_UP: n->chosen -= n->chosen > 0; break;
	case WORD_TAB:
	case WORD_DOWN: n->chosen += n->chosen + 1 < ROWS; break;
	default: break;
	}
	return LAYER_STAYS;
}

static enum layer_answer press(
	void *layer, struct key key, int64_t now_ns, struct layer_result *result)
{
	struct no_workspace *n = layer;
	(void)now_ns;
	if (n->step == NO_WORKSPACE_MENU)
		return press_in_menu(n, key, result);
	if (key.code == WORD_ESC) {
		n->step = NO_WORKSPACE_MENU;
		return n->only_path ? LAYER_CLOSES : LAYER_STAYS;
	}
	if (key.code == WORD_TAB) {
		edit_move(&n->path, EDIT_FINISH, false);
		if (n->common.len > 0)
			edit_paste(&n->path, n->common);
		return LAYER_STAYS;
	}
	if (key.code == WORD_ENTER)
		return give(n,
			n->step == NO_WORKSPACE_WELCOME ? "workspace.make" : "workspace.open",
			edit_text(&n->path, &n->arena), result);
	return LAYER_PASS;
}

static struct edit *edit(void *layer)
{
	struct no_workspace *n = layer;
	return n->step != NO_WORKSPACE_MENU ? &n->path : NULL;
}

static bool is_folder(struct arena *a, const char *folder, const struct dirent *entry)
{
	if (entry->d_type == DT_DIR)
		return true;
	bool maybe = entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
	return maybe && file_is_folder(path_join(a, folder, entry->d_name));
}

static int compare(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void note_folder(struct no_workspace *n, struct str name, struct str typed)
{
	struct str rest = str_copy(&n->found, str_slice(name, typed.len, name.len));
	if (n->folder_count == 0)
		n->common = str_format(&n->found, "%.*s/", STR_ARG(rest));
	size_t same = 0;
	while (same < n->common.len && same < rest.len && n->common.at[same] == rest.at[same])
		same++;
	if (n->folder_count > 0)
		n->common.len = same;
	if (n->folder_count < NO_WORKSPACE_FOLDERS)
		n->folders[n->folder_count] = str_copy(&n->found, name);
	n->folder_count++;
}

/* The folders that the typed path may go on to. */
static void complete(struct no_workspace *n)
{
	struct arena a = ARENA_INIT;
	const char *typed = no_workspace_path(&a, edit_text(&n->path, &a));
	const char *slash = strrchr(typed, '/');
	struct str last = str_from(slash != NULL ? slash + 1 : typed);
	const char *folder = slash == NULL    ? n->root
			     : slash == typed ? "/"
					      : arena_copy(&a, typed, (size_t)(slash - typed));
	arena_reset(&n->found);
	n->folder_count = 0;
	n->common = STR_NONE;
	DIR *d = opendir(folder);
	struct dirent *entry;
	for (int i = 0; d != NULL && i < READ_MOST && (entry = readdir(d)) != NULL; i++) {
		struct str name = str_from(entry->d_name);
		bool hidden = name.at[0] == '.' && last.len == 0;
		if (!hidden && !str_is(name, ".") && !str_is(name, "..") &&
			str_starts(name, last) && is_folder(&a, folder, entry))
			note_folder(n, name, last);
	}
	if (d != NULL)
		closedir(d);
	size_t shown = n->folder_count < NO_WORKSPACE_FOLDERS ? n->folder_count
							      : (size_t)NO_WORKSPACE_FOLDERS;
	qsort(n->folders, shown, sizeof *n->folders, compare);
	arena_release(&a);
}

static void fit(void *layer, int w, int h)
{
	struct no_workspace *n = layer;
	int wide = w - 2 < WIDEST ? w - 2 : WIDEST;
	int tall = n->step == NO_WORKSPACE_MENU ? MENU_ROWS : PATH_ROWS;
	tall = h - 2 < tall ? h - 2 : tall;
	n->box = (struct area){(w - wide) / 2, (h - tall) / 2, wide, tall};
	edit_fit(&n->path, wide > 8 ? wide - 6 : 2, 1);
	if (n->step == NO_WORKSPACE_MENU || n->revision == edit_revision(&n->path))
		return;
	n->revision = edit_revision(&n->path);
	complete(n);
}

/* Wrapped from row Y on; returns the row below it. */
static int draw_text(struct pen pen, struct area area, int y, struct str text, enum role role)
{
	for (size_t at = 0; at < text.len && y < area.y + area.h && area.w > 0; y++) {
		struct row r = wrap_row(text, at, (size_t)area.w);
		paint_text(pen, area.x, y, str_slice(text, r.from, r.to), role);
		at = r.next;
	}
	return y;
}

static void draw_menu(const struct no_workspace *n, struct pen pen, struct area area, int y)
{
	int widest = 0;
	for (size_t i = 0; i < ROWS; i++) {
		int width = (int)width_text(str_from(tr(pen.words, menu[i].title)));
		widest = width > widest ? width : widest;
	}
	for (size_t i = 0; i < ROWS; i++, y++) {
		int x = paint_cstr(pen, area.x, y, i == n->chosen ? "▸ " : "  ", ROLE_ACCENT);
		x = paint_cstr(pen, x, y, menu[i].key, ROLE_BRAND) + 2;
		paint_cstr(pen, x, y, tr(pen.words, menu[i].title), ROLE_STRONG);
		x += widest + 2;
		paint_fitted(pen, x, y, area.x + area.w - x, str_from(tr(pen.words, menu[i].help)),
			ROLE_DIM);
		if (i == n->chosen)
			paint_ground(pen, (struct area){area.x, y, area.w, 1}, GROUND_SELECT);
	}
	paint_cstr(pen, area.x + 2, y + 1, "Esc", ROLE_BRAND);
	paint_fitted(pen, area.x + 7, y + 1, area.w - 7,
		str_from(tr(pen.words, "Look around without one: runs go to your state folder.")),
		ROLE_DIM);
}

static void draw_path(const struct no_workspace *n, struct pen pen, struct area area, int y)
{
	struct text_style plain = {.fn = NULL};
	struct area field = {area.x + 1, y + 1, area.w - 2, 1};
	const char *label = n->step == NO_WORKSPACE_WELCOME ? N_("Copy it into this folder:")
							    : N_("The workspace's folder:");
	struct arena a = ARENA_INIT;
	paint_cstr(pen, area.x, y, tr(pen.words, label), ROLE_TEXT);
	edit_draw(pen, field, &n->path, true, plain);
	paint_ground(pen, field, GROUND_SELECT_QUIET);
	y += 3;
	for (size_t i = 0; i < n->folder_count && i < NO_WORKSPACE_FOLDERS; i++, y++)
		if (y < area.y + area.h - 1)
			paint_fitted(pen, area.x + 1, y, area.w - 1,
				str_format(&a, "%.*s/",
					STR_ARG(sanitize(&a, n->folders[i], SANITIZE_ONE_LINE))),
				ROLE_DIM);
	struct span keys[6] = {{STR("Enter "), ROLE_BRAND},
		{str_from(tr(pen.words, "open")), ROLE_DIM}, {STR("   Tab "), ROLE_BRAND},
		{str_from(tr(pen.words, "complete")), ROLE_DIM}, {STR("   Esc "), ROLE_BRAND},
		{str_from(tr(pen.words, "back")), ROLE_DIM}};
	paint_spans(pen, area.x, area.y + area.h - 1, keys, 6);
	arena_release(&a);
}

static void draw(const void *layer, const struct layer_view *view)
{
	const struct no_workspace *n = layer;
	struct pen pen = view->pen;
	struct arena a = ARENA_INIT;
	const char *title =
		n->only_path ? N_("Open a workspace") : N_("There is no workspace here");
	struct span span = {str_from(tr(pen.words, title)), ROLE_STRONG};
	struct frame frame = {.title = &span, .title_count = 1, .focused = true};
	paint_clear(pen, n->box);
	paint_ground(pen, n->box, GROUND_LAYER);
	struct area inner = area_inset(frame_draw(pen, n->box, &frame), 2, 0);
	struct pen in = pen_within(pen, inner);
	int y = inner.y;
	if (inner.h > 8 && n->step == NO_WORKSPACE_MENU) {
		y = draw_text(in, inner, y + 1,
			str_format(&a, tr(pen.words, "No lathe.yaml in %.*s or above it."),
				STR_ARG(n->here)),
			ROLE_TEXT);
		y = draw_text(in, inner, y,
			str_from(tr(pen.words,
				"A workspace is a plain folder with prompts, flows and "
				"data; lathe records its runs beside them, in .lathe.")),
			ROLE_DIM);
		y++;
	}
	if (n->step == NO_WORKSPACE_MENU)
		draw_menu(n, in, inner, y);
	else
		draw_path(n, in, inner, y);
	arena_release(&a);
}

const struct layer_class no_workspace_layer = {.name = "no workspace",
	.fit = fit,
	.draw = draw,
	.key = press,
	.edit = edit,
	.free = no_workspace_free};
