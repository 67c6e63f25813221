# SPDX-License-Identifier: MIT
embedded_files += themes/dark.yaml themes/light.yaml themes/mono.yaml

if TUI
noinst_LIBRARIES += %D%/libtui.a
%C%_libtui_a_CFLAGS = $(AM_CFLAGS) $(TUI_CFLAGS)
%C%_libtui_a_SOURCES = \
	%D%/app/app.c %D%/app/app.h \
	%D%/app/app_commands.c %D%/app/app_commands.h \
	%D%/app/app_input.c %D%/app/app_input.h \
	%D%/app/footer.c %D%/app/footer.h \
	%D%/app/layout.c %D%/app/layout.h \
	%D%/app/script.c %D%/app/script.h \
	%D%/app/session.c %D%/app/session.h \
	%D%/app/themes.c %D%/app/themes.h \
	%D%/app/tui.c %D%/app/tui.h \
	%D%/app/view.c %D%/app/view.h \
	%D%/draw/dump.c %D%/draw/dump.h \
	%D%/draw/frames.c %D%/draw/frames.h \
	%D%/draw/paint.c %D%/draw/paint.h \
	%D%/draw/role.c %D%/draw/role.h \
	%D%/draw/surface.c %D%/draw/surface.h \
	%D%/keys/key.c %D%/keys/key.h \
	%D%/keys/keymap.c %D%/keys/keymap.h \
	%D%/layer/ask.c %D%/layer/ask.h \
	%D%/layer/help.c %D%/layer/help.h \
	%D%/pane/files.c %D%/pane/files.h \
	%D%/pane/inputs.c %D%/pane/inputs.h \
	%D%/pane/output.c %D%/pane/output.h \
	%D%/pane/pane.c %D%/pane/pane.h \
	%D%/pane/pane_text.c %D%/pane/pane_text.h \
	%D%/pane/record.c %D%/pane/record.h \
	%D%/pane/source.c %D%/pane/source.h \
	%D%/pane/timeline.c %D%/pane/timeline.h \
	%D%/part/document.c %D%/part/document.h \
	%D%/part/highlight.c %D%/part/highlight.h \
	%D%/part/list_view.c %D%/part/list_view.h \
	%D%/part/text_view.c %D%/part/text_view.h \
	%D%/part/units.c %D%/part/units.h \
	%D%/part/wrap.c %D%/part/wrap.h \
	%D%/term/ascii.c %D%/term/ascii.h \
	%D%/term/crash.c %D%/term/crash.h \
	%D%/term/decode.c %D%/term/decode.h \
	%D%/term/keynames.c %D%/term/keynames.h \
	%D%/term/modes.c %D%/term/modes.h \
	%D%/term/pairs.c %D%/term/pairs.h \
	%D%/term/screen.c %D%/term/screen.h \
	%D%/term/sequence.c %D%/term/sequence.h \
	%D%/term/tty.c %D%/term/tty.h \
	%D%/theme/theme.c %D%/theme/theme.h

unit_tests += tests/unit/test_decode tests/unit/test_draw tests/unit/test_text_view
tests_unit_test_decode_LDADD = $(tui_test_libs)
tests_unit_test_draw_LDADD = $(tui_test_libs)
tests_unit_test_text_view_LDADD = $(tui_test_libs)
script_tests += tests/golden/run.py tests/terminal/bench.py
# Writes the golden screens anew: look at the difference before it is committed.
golden-update: lathe
	@$(AM_TESTS_ENVIRONMENT) LATHE_GOLDEN=update $(PYTHON3) $(srcdir)/tests/golden/run.py
fuzz_programs += tests/fuzz/fuzz_decode
tests_fuzz_fuzz_decode_LDADD = $(tui_test_libs)
tui_test_libs = %D%/libtui.a $(LDADD) $(TUI_LIBS)
endif
EXTRA_DIST += tests/golden tests/terminal/bench.py
