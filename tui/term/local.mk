# SPDX-License-Identifier: MIT
tui_libtui_a_SOURCES += \
	%D%/ascii.c %D%/ascii.h \
	%D%/crash.c %D%/crash.h \
	%D%/decode.c %D%/decode.h \
	%D%/handover.c %D%/handover.h \
	%D%/keynames.c %D%/keynames.h \
	%D%/modes.c %D%/modes.h \
	%D%/pairs.c %D%/pairs.h \
	%D%/screen.c %D%/screen.h \
	%D%/sequence.c %D%/sequence.h \
	%D%/tty.c %D%/tty.h

unit_tests += tests/unit/test_decode
tests_unit_test_decode_LDADD = $(tui_test_libs)
fuzz_programs += tests/fuzz/fuzz_decode
tests_fuzz_fuzz_decode_LDADD = $(tui_test_libs)

script_tests += tests/terminal/faults.py tests/terminal/outside.py tests/terminal/tmux.py
EXTRA_DIST += tests/terminal/rigs.py
