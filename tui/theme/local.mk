# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/theme.c %D%/theme.h
