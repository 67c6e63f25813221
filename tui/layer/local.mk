# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/ask.c %D%/ask.h \
	%D%/connect.c %D%/connect.h \
	%D%/connect_view.c %D%/connect_view.h \
	%D%/conflict.c %D%/conflict.h \
	%D%/costs.c %D%/costs.h \
	%D%/inspector.c %D%/inspector.h %D%/inspector_private.h \
	%D%/inspector_text.c %D%/inspector_view.c \
	%D%/search_bar.c %D%/search_bar.h \
	%D%/job_list.c %D%/job_list.h \
	%D%/layer.h \
	%D%/name.c %D%/name.h \
	%D%/no_workspace.c %D%/no_workspace.h \
	%D%/pick.c %D%/pick.h \
	%D%/preview.c %D%/preview.h \
	%D%/tour.c %D%/tour.h
