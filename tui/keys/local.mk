# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/key.c %D%/key.h \
	%D%/keymap.c %D%/keymap.h
