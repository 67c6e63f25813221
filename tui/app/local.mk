# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/app.c %D%/app.h \
	%D%/app_edit.c %D%/app_edit.h \
	%D%/app_find.c %D%/app_find.h \
	%D%/app_commands.c %D%/app_commands.h \
	%D%/app_input.c %D%/app_input.h \
	%D%/app_inputs.c %D%/app_inputs.h \
	%D%/app_modes.c %D%/app_modes.h \
	%D%/app_workspace.c %D%/app_workspace.h \
	%D%/approve.c \
	%D%/bench_commands.c \
	%D%/cost_commands.c \
	%D%/desk.c %D%/desk.h \
	%D%/connect_commands.c \
	%D%/edit_commands.c \
	%D%/copy_commands.c \
	%D%/file_commands.c \
	%D%/find_commands.c \
	%D%/footer.c %D%/footer.h \
	%D%/keys_file.c %D%/keys_file.h \
	%D%/history_commands.c \
	%D%/keys_box.c %D%/keys_box.h \
	%D%/pane_commands.c \
	%D%/layout.c %D%/layout.h \
	%D%/model_commands.c \
	%D%/outside.c %D%/outside.h \
	%D%/palette_commands.c \
	%D%/past.c %D%/past.h \
	%D%/rows_commands.c \
	%D%/script.c %D%/script.h \
	%D%/session.c %D%/session.h \
	%D%/welcome_commands.c \
	%D%/workspace_commands.c \
	%D%/terminal_commands.c \
	%D%/theme_commands.c \
	%D%/themes.c %D%/themes.h \
	%D%/tui.c %D%/tui.h \
	%D%/view.c %D%/view.h \
	%D%/view_commands.c

unit_tests += tests/unit/test_keys_file
tests_unit_test_keys_file_LDADD = $(tui_test_libs)
