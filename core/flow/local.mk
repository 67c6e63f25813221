# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/chat.c %D%/chat.h \
	%D%/escape.c %D%/escape.h \
	%D%/execute.c %D%/execute.h \
	%D%/flow_check.c %D%/flow_check.h \
	%D%/flow_file.c %D%/flow_file.h \
	%D%/flow_shared.c %D%/flow_shared.h \
	%D%/flow_support.c %D%/flow_support.h \
	%D%/graph.c %D%/graph.h \
	%D%/images.c %D%/images.h \
	%D%/inputs.c %D%/inputs.h \
	%D%/literal.c %D%/literal.h \
	%D%/llm_attributes.c %D%/llm_attributes.h \
	%D%/llm_parameters.c %D%/llm_parameters.h \
	%D%/names.c %D%/names.h \
	%D%/node.c %D%/node.h \
	%D%/node_llm.c \
	%D%/node_prompt.c \
	%D%/node_retrieve.c \
	%D%/prompty.c %D%/prompty.h \
	%D%/prompty_config.c %D%/prompty_config.h \
	%D%/reference.c %D%/reference.h \
	%D%/render.c %D%/render.h \
	%D%/response.c %D%/response.h \
	%D%/space.c %D%/space.h

# The cases of tests/conformance/promptflow; every program that writes a case's files links these.
unit_tests += tests/unit/test_flow_parts tests/unit/test_promptflow tests/unit/test_execute
tests_unit_test_promptflow_SOURCES = tests/unit/test_promptflow.c \
	tests/support/flow_files.c tests/support/flow_files.h
tests_unit_test_execute_SOURCES = tests/unit/test_execute.c \
	tests/support/flow_files.c tests/support/flow_files.h
EXTRA_DIST += tests/conformance/promptflow
