# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/editor.c %D%/editor.h \
	%D%/editor_file.c %D%/editor_file.h \
	%D%/files.c %D%/files.h \
	%D%/inputs.c %D%/inputs.h %D%/inputs_view.c \
	%D%/output.c %D%/output.h \
	%D%/pane.c %D%/pane.h \
	%D%/pane_text.c %D%/pane_text.h \
	%D%/record.c %D%/record.h \
	%D%/record_load.c %D%/record_load.h \
	%D%/runs.c %D%/runs.h \
	%D%/timeline.c %D%/timeline.h \
	%D%/token_meter.c %D%/token_meter.h \
	%D%/verdict.c %D%/verdict.h

unit_tests += tests/unit/test_runs
tests_unit_test_runs_LDADD = $(tui_test_libs)
