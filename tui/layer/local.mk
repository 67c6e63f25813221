# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/ask.c %D%/ask.h \
	%D%/help.c %D%/help.h \
	%D%/layer.h
