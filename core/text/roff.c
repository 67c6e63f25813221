/* SPDX-License-Identifier: MIT */
#include "core/text/roff.h"

void roff_add(struct buf *out, const char *text)
{
	bool at_start = true;
	for (; *text != '\0'; text++) {
		if (at_start && (*text == '.' || *text == '\''))
			buf_add_cstr(out, "\\&");
		at_start = *text == '\n';
		if (*text == '\\')
			buf_add_cstr(out, "\\e");
		else if (*text == '-')
			buf_add_cstr(out, "\\-");
		else
			buf_add_char(out, *text);
	}
}
