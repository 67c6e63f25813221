/* SPDX-License-Identifier: MIT */
#ifndef TUI_TERM_SEQUENCE_H
#define TUI_TERM_SEQUENCE_H

#include "tui/keys/key.h"

/* The meaning of one whole sequence (ESC [ ... or ESC O x): xterm's and the VT220's keys, kitty's
 * CSI u, modifyOtherKeys, SGR mouse, focus, and the start of a bracketed paste. */

enum sequence_kind {
	SEQUENCE_UNKNOWN, /* a reply or nothing we know: to be dropped */
	SEQUENCE_INPUT,
	SEQUENCE_PASTE, /* a paste begins */
	SEQUENCE_OLD_MOUSE /* three more bytes belong to it */
};

enum sequence_kind sequence_read(const char *bytes, size_t len, struct input *out);

#endif
