# SPDX-License-Identifier: MIT
#
# How to add a test (any folder's local.mk may do it, and the folder a test is about is the best
# place):
#
#   unit_tests += tests/unit/test_NAME
#       one program from tests/unit/test_NAME.c, linked with core/libcore.a and cmocka; main ends
#       with one cmocka_run_group_tests (one group, so one TAP plan)
#   script_tests += tests/cli/test_NAME.py
#       a Python or shell (.sh) program that prints TAP; data files beside it are distributed
#
# Every test finds in its environment: LATHE (the built program), top_srcdir and top_builddir
# (absolute), TMPDIR, HOME and the XDG folders below tests/scratch, LC_ALL=C.UTF-8, TZ=UTC, and
# LATHE_DETECT=off, so that nothing looks for servers on the loopback; LATHE_TOUR=off, so that no
# tour stands over the first screen; LATHE_CANARY_KEY, a key that tests may send, of which the last
# test (tests/faults/leftovers.py) wants to find no piece anywhere.

include %D%/unit/local.mk
include %D%/lint/local.mk
include %D%/fuzz/local.mk
include %D%/cli/local.mk
include %D%/faults/local.mk

TEST_EXTENSIONS = .py .sh
tap_driver = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(tap_driver)
PY_LOG_DRIVER = $(tap_driver)
SH_LOG_DRIVER = $(tap_driver)
# A test that hangs is ended and counts as failed.
TEST_SECONDS = 600
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/support/run_unit.sh $(TEST_SECONDS)
PY_LOG_COMPILER = timeout -k 10 $(TEST_SECONDS) $(PYTHON3)
SH_LOG_COMPILER = timeout -k 10 $(TEST_SECONDS) $(SHELL)

scratch = $(abs_top_builddir)/tests/scratch
AM_TESTS_ENVIRONMENT = \
	LC_ALL=C.UTF-8; export LC_ALL; \
	unset LANG LANGUAGE NO_COLOR; \
	TZ=UTC; export TZ; \
	TERM=xterm-256color; export TERM; \
	LATHE='$(abs_top_builddir)/lathe'; export LATHE; \
	LATHE_CANARY_KEY=sk-cnry-Wq7Zt4Lx9Bv2Ny6Kd3; export LATHE_CANARY_KEY; \
	LATHE_DETECT=off; LATHE_TOUR=off; export LATHE_DETECT LATHE_TOUR; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	npm_config_userconfig="$${npm_config_userconfig-$$HOME/.npmrc}"; \
	npm_config_cache="$${npm_config_cache-$$HOME/.npm}"; \
	npm_config_fetch_retries=1; npm_config_fetch_timeout=60000; \
	export npm_config_userconfig npm_config_cache npm_config_fetch_retries \
		npm_config_fetch_timeout; \
	HOME='$(scratch)/home'; export HOME; \
	XDG_CONFIG_HOME="$$HOME/.config"; export XDG_CONFIG_HOME; \
	XDG_STATE_HOME="$$HOME/.local/state"; export XDG_STATE_HOME; \
	XDG_CACHE_HOME="$$HOME/.cache"; export XDG_CACHE_HOME; \
	XDG_DATA_HOME="$$HOME/.local/share"; export XDG_DATA_HOME; \
	TMPDIR='$(scratch)/tmp'; export TMPDIR; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE; \
	ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1; export ASAN_OPTIONS; \
	UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1; export UBSAN_OPTIONS; \
	$(MKDIR_P) "$$HOME" "$$TMPDIR" "$$XDG_CONFIG_HOME" "$$XDG_STATE_HOME";

TESTS += $(unit_tests) $(script_tests)
EXTRA_DIST += $(script_tests) $(test_data)

# Folders of test data, distributed whole; dist-hook takes out what tools left in them.
test_data += %D%/fixtures %D%/support
EXTRA_DIST += %D%/cli/vendor_client.mjs %D%/cli/vendor_clients.mjs
script_tests += %D%/cli/vendor_client.py %D%/cli/vendor_clients.py
script_tests += %D%/cli/check_golden.py

dist-hook:
	find $(distdir) -name __pycache__ -prune -exec rm -rf {} +
	find $(distdir) -name node_modules -prune -exec rm -rf {} +
	find $(distdir) -name .deps -prune -exec rm -rf {} +
	find $(distdir)/tests '(' -name '*.o' -o -name .dirstamp -o -name '*.log' -o -name '*.trs' ')' \
		-exec rm -f {} +

# A test run without its tools would pass by testing less: say so instead.
check-local:
if !CMOCKA
	@echo "The unit tests need cmocka and configure did not find it: run ./bootstrap check," \
		"which installs what the tests need." >&2; exit 1
endif
	@test -n '$(PYTHON3)' || { echo "The tests need python3 and configure did not find it:" \
		"run ./bootstrap check, which installs what the tests need." >&2; exit 1; }

# For ./bootstrap check, which counts what each of them reported.
list-tests:
	@printf '%s\n' $(TESTS)

# The flags that every C file is compiled with, for clang-tidy.
list-flags:
	@printf '%s\n' $(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(PROJECT_CFLAGS) \
		$(CORE_CFLAGS) $(TUI_CFLAGS) $(CMOCKA_CFLAGS)

test-programs: $(check_PROGRAMS) $(bench_programs)

# Figures of speed and memory as one table; never a test. bench_programs += tests/bench/bench_NAME
EXTRA_PROGRAMS += $(bench_programs) $(fuzz_programs)
CLEANFILES += $(bench_programs) $(fuzz_programs)
EXTRA_DIST += %D%/bench/run.py %D%/bench/prompt.jinja2 %D%/bench/prompt.json \
	%D%/bench/peer_tokens.mjs %D%/bench/screen.py %D%/bench/stream_server.py \
	%D%/bench/tokens.py
bench_programs += %D%/bench/bench_trace %D%/bench/bench_history
bench: all $(bench_programs)
	@$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/bench/run.py

# Fuzzers need clang and every object built for them: a build of its own below this one.
# fuzz_programs += tests/fuzz/fuzz_NAME; a first corpus may stand in tests/fuzz/corpus/NAME.
FUZZ_CC = clang-14
FUZZ_SECONDS = 20
FUZZ_LIMITS = -seed=1 -timeout=10 -rss_limit_mb=1024 -max_len=65536
tests/fuzz/fuzz_%: private AM_LDFLAGS += -fsanitize=fuzzer

fuzz:
	@command -v $(FUZZ_CC) >/dev/null || { echo "make fuzz needs $(FUZZ_CC), which is not" \
		"installed: run ./bootstrap gates." >&2; exit 1; }
	$(MKDIR_P) fuzzing
	test -f fuzzing/Makefile || { cd fuzzing && \
		$(abs_top_srcdir)/configure -q CC=$(FUZZ_CC) --enable-fuzzers; }
	$(MAKE) -C fuzzing fuzz-programs

fuzz-programs: $(fuzz_programs)

# Each program for FUZZ_SECONDS with a fixed seed; what breaks it is left in fuzzing/found.
fuzz-run: fuzz
	@test -n '$(fuzz_programs)' || { echo "There is no fuzzer." >&2; exit 1; }
	@cd fuzzing && $(MKDIR_P) found && $(AM_TESTS_ENVIRONMENT) \
		LSAN_OPTIONS=suppressions=$(abs_top_srcdir)/tests/fuzz/leaks.supp:print_suppressions=0; \
		export LSAN_OPTIONS; printf '%s\n' $(fuzz_programs) | \
		xargs -P 2 -n 1 sh -c 'name=$${0##*/fuzz_}; $(MKDIR_P) corpus/$$name; \
		first=$(abs_top_srcdir)/tests/fuzz/corpus/$$name; test -d "$$first" || first=; \
		if ./$$0 -max_total_time=$(FUZZ_SECONDS) $(FUZZ_LIMITS) -artifact_prefix=found/$$name- \
			corpus/$$name $$first >$$name.log 2>&1; then echo "fuzz $$name: nothing found"; \
		else tail -n 40 $$name.log; echo "fuzz $$name: FAILED"; exit 255; fi'

.PHONY: list-tests list-flags test-programs bench fuzz fuzz-programs fuzz-run

clean-local:
	rm -rf tests/scratch tests/vendor fuzzing
