/* SPDX-License-Identifier: MIT */
#include "tui/app/app_edit.h"

#include "core/text/utf8.h"

void app_edit_said(struct app *app, const struct edit *edit)
{
	if (!edit->refused)
		return;
	if (edit->read_only)
		app_toast(app, ROLE_WARN, "This text is for reading only.");
	else
		app_toast(app, ROLE_WARN,
			"The text would be larger than %zu KB: nothing was changed.",
			edit->max >> 10);
}

void app_type(struct app *app, struct edit *edit, struct key key)
{
	char bytes[4];
	edit->now_ns = app_now(app);
	edit_type(edit, (struct str){bytes, utf8_encode(key.code, bytes)});
	app_edit_said(app, edit);
}

void app_paste(struct app *app, struct edit *edit, struct str text)
{
	edit->now_ns = app_now(app);
	edit_paste(edit, text);
	app_edit_said(app, edit);
}
