# SPDX-License-Identifier: MIT
embedded_files += themes/dark.yaml themes/light.yaml themes/mono.yaml \
	themes/high-contrast.yaml themes/high-contrast-light.yaml \
	themes/colour-blind.yaml themes/colour-blind-light.yaml

if TUI
noinst_LIBRARIES += %D%/libtui.a
%C%_libtui_a_CFLAGS = $(AM_CFLAGS) $(TUI_CFLAGS)
%C%_libtui_a_SOURCES =
include %D%/app/local.mk
include %D%/draw/local.mk
include %D%/keys/local.mk
include %D%/layer/local.mk
include %D%/pane/local.mk
include %D%/part/local.mk
include %D%/term/local.mk
include %D%/theme/local.mk

script_tests += tests/golden/run.py tests/terminal/bench.py tests/terminal/drafts.py tests/terminal/first.py tests/terminal/rows.py
# Writes the golden screens anew: look at the difference before it is committed.
golden-update: lathe
	@$(AM_TESTS_ENVIRONMENT) LATHE_GOLDEN=update $(PYTHON3) $(srcdir)/tests/golden/run.py
tui_test_libs = %D%/libtui.a $(LDADD) $(TUI_LIBS)
endif
EXTRA_DIST += tests/golden tests/terminal/bench.py tests/terminal/drafts.py tests/terminal/first.py tests/terminal/rows.py
