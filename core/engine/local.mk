# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/config.c %D%/config.h \
	%D%/config_provider.c %D%/config_provider.h \
	%D%/connection_offers.c \
	%D%/connection_test.c %D%/connection_test.h \
	%D%/connections.c %D%/connections.h \
	%D%/cost.c %D%/cost.h \
	%D%/detect.c %D%/detect.h \
	%D%/draft_file.c %D%/draft_file.h \
	%D%/drafts.c %D%/drafts.h \
	%D%/endpoint.c %D%/endpoint.h \
	%D%/endpoint_merge.c %D%/endpoint_merge.h \
	%D%/engine.c %D%/engine.h %D%/engine_private.h \
	%D%/engine_files.c \
	%D%/file_watch.c \
	%D%/estimate.c %D%/estimate.h \
	%D%/files.c %D%/files.h \
	%D%/engine_runs.c \
	%D%/engine_workspace.c \
	%D%/given.c %D%/given.h \
	%D%/git_head.c %D%/git_head.h \
	%D%/history.c %D%/history.h \
	%D%/index_cache.c %D%/index_cache.h \
	%D%/key_trust.c %D%/key_trust.h \
	%D%/jobs.c %D%/jobs.h %D%/jobs_start.c \
	%D%/model_lists.c %D%/model_lists.h \
	%D%/model_refresh.c %D%/model_refresh.h \
	%D%/models.c %D%/models.h \
	%D%/pacing_state.c %D%/pacing_state.h \
	%D%/money.c %D%/money.h \
	%D%/preview.c %D%/preview.h \
	%D%/rows.c %D%/rows.h %D%/rows_private.h \
	%D%/rows_plan.c %D%/rows_start.c %D%/rows_trial.c \
	%D%/run.h %D%/run_model.c \
	%D%/sent.c %D%/sent.h \
	%D%/token_gauge.c %D%/token_gauge.h \
	%D%/token_learn.c %D%/token_learn.h \
	%D%/trust.c %D%/trust.h \
	%D%/workspace.c %D%/workspace.h

unit_tests += tests/unit/test_connections tests/unit/test_files tests/unit/test_history
unit_tests += tests/unit/test_token_gauge
