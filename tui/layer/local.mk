# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/ask.c %D%/ask.h \
	%D%/layer.h \
	%D%/pick.c %D%/pick.h
