# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/message.c %D%/message.h \
	%D%/openai_answer.c %D%/openai_answer.h \
	%D%/openai_body.c %D%/openai_body.h \
	%D%/openai_chat.c %D%/openai_chat.h \
	%D%/openai_choice.c %D%/openai_choice.h \
	%D%/openai_error.c %D%/openai_error.h \
	%D%/provider.c %D%/provider.h \
	%D%/scripted.c %D%/scripted.h \
	%D%/scripted_file.c %D%/scripted_file.h

# Our own client on the recorded streams, as tests/cli/vendor_client.mjs is the vendor's.
check_PROGRAMS += tests/support/model_client
script_tests += \
	tests/cli/openai_chat.py \
	tests/cli/openai_cuts.py

unit_tests += tests/unit/test_scripted
