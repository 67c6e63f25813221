/* SPDX-License-Identifier: MIT */
#include "core/flow/names.h"

#include "core/base/buf.h"
#include "core/text/suggest.h"

bool names_hint(
	struct err *e, struct str word, const char *what, const struct str *names, size_t count)
{
	struct suggest near = suggest_for(word);
	for (size_t i = 0; i < count; i++)
		suggest_offer(&near, names[i]);
	if (near.best.len > 0)
		return err_hint(e, "Did you mean \"%.*s\"?", STR_ARG(near.best));
	if (count == 0)
		return err_hint(e, "There are no %s.", what);
	struct buf b = BUF_INIT(100);
	for (size_t i = 0; i < count && !b.full; i++)
		buf_add_format(&b, "%s%.*s", i > 0 ? ", " : "", STR_ARG(names[i]));
	err_hint(e, "The %s are %.*s%s.", what, STR_ARG(buf_str(&b)), b.full ? " ..." : "");
	buf_free(&b);
	return false;
}
