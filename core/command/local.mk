# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/arguments.c %D%/arguments.h \
	%D%/cache_commands.c \
	%D%/cache_why.c %D%/cache_why.h \
	%D%/command.h \
	%D%/connection_commands.c \
	%D%/data_run.c %D%/data_run.h \
	%D%/cost_commands.c \
	%D%/doctor.c %D%/doctor.h \
	%D%/endpoint_commands.c \
	%D%/estimate_view.c %D%/estimate_view.h \
	%D%/doctor_secrets.c %D%/doctor_secrets.h \
	%D%/help_keys.c %D%/help_keys.h \
	%D%/help_text.c %D%/help_text.h \
	%D%/job_commands.c \
	%D%/catalogue_commands.c \
	%D%/output.c %D%/output.h \
	%D%/output_hidden.c \
	%D%/plumbing_commands.c \
	%D%/registry.c %D%/registry.h \
	%D%/render_commands.c \
	%D%/rows_view.c %D%/rows_view.h \
	%D%/run_commands.c %D%/run_commands.h \
	%D%/run_view.c %D%/run_view.h \
	%D%/text_input.c %D%/text_input.h \
	%D%/token_commands.c \
	%D%/secret_commands.c \
	%D%/tour_commands.c \
	%D%/trace_commands.c \
	%D%/trace_show.c %D%/trace_show.h \
	%D%/workspace_commands.c
