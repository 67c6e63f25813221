# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/aws_events.c %D%/aws_events.h \
	%D%/aws_sign.c %D%/aws_sign.h \
	%D%/backoff.c %D%/backoff.h \
	%D%/http.c %D%/http.h %D%/http_private.h \
	%D%/http_check.c \
	%D%/http_easy.c \
	%D%/http_watch.c \
	%D%/lane.c %D%/lane.h \
	%D%/pacing.c %D%/pacing.h \
	%D%/offline.c %D%/offline.h \
	%D%/rate_hints.c %D%/rate_hints.h \
	%D%/redact.c %D%/redact.h \
	%D%/redact_forms.c %D%/redact_forms.h \
	%D%/retry_after.c %D%/retry_after.h \
	%D%/secret_file.c %D%/secret_file.h \
	%D%/secret_scan.c %D%/secret_scan.h \
	%D%/secrets.c %D%/secrets.h \
	%D%/secrets_command.c %D%/secrets_command.h \
	%D%/sse.c %D%/sse.h \
	%D%/vault.c %D%/vault.h %D%/vault_private.h \
	%D%/vault_plain.c \
	%D%/vault_seal.c

unit_tests += \
	tests/unit/test_backoff \
	tests/unit/test_http \
	tests/unit/test_lane \
	tests/unit/test_pacing \
	tests/unit/test_rate_hints \
	tests/unit/test_redact \
	tests/unit/test_secrets \
	tests/unit/test_sse \
	tests/unit/test_vault
unit_tests += tests/unit/test_aws
bench_programs += tests/bench/bench_calls
tests_bench_bench_calls_SOURCES = \
	tests/bench/bench_calls.c \
	tests/bench/loopback.c tests/bench/loopback.h
