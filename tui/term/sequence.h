/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_SEQUENCE_H
#define TUI_TERM_SEQUENCE_H

#include "tui/keys/key.h"

/* The meaning of one whole sequence (ESC [ ... or ESC O x): xterm's and the VT220's keys, kitty's
 * CSI u, modifyOtherKeys, SGR mouse, focus, a change of colours, the start of a bracketed paste. */

enum sequence_kind {
	SEQUENCE_UNKNOWN, /* a reply or nothing we know: to be dropped */
	SEQUENCE_INPUT,
	SEQUENCE_PASTE, /* a paste begins */
	SEQUENCE_OLD_MOUSE /* three more bytes belong to it */
};

enum sequence_kind sequence_read(const char *bytes, size_t len, struct input *out);
/* The meaning of a string sequence from the character after ESC to before its end: the answer to
 * the question for the background's colour is understood (XParseColor's rgb: form). */
enum sequence_kind sequence_read_string(struct str bytes, struct input *out);

#endif
