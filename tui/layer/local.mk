# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/ask.c %D%/ask.h \
	%D%/conflict.c %D%/conflict.h \
	%D%/layer.h \
	%D%/pick.c %D%/pick.h
