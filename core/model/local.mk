# SPDX-License-Identifier: MIT
core_libcore_a_SOURCES += \
	%D%/answer.c %D%/answer.h \
	%D%/ask.c %D%/ask.h %D%/ask_private.h \
	%D%/ask_attempt.c %D%/ask_fits.c %D%/ask_words.c \
	%D%/ask_run.c %D%/ask_run.h \
	%D%/answer_type.c %D%/answer_type.h \
	%D%/anthropic.c %D%/anthropic.h \
	%D%/anthropic_answer.c %D%/anthropic_answer.h \
	%D%/anthropic_bedrock.c %D%/anthropic_bedrock.h \
	%D%/anthropic_body.c %D%/anthropic_body.h \
	%D%/anthropic_messages.c %D%/anthropic_messages.h \
	%D%/aws.c %D%/aws.h \
	%D%/bedrock.c %D%/bedrock.h \
	%D%/bedrock_answer.c %D%/bedrock_answer.h \
	%D%/bedrock_body.c %D%/bedrock_body.h %D%/bedrock_messages.c \
	%D%/cache.c %D%/cache.h %D%/cache_private.h \
	%D%/cache_canonical.c \
	%D%/cache_key.c \
	%D%/cache_result.c \
	%D%/budget.c %D%/budget.h \
	%D%/catalogue.c %D%/catalogue.h \
	%D%/catalogue_file.c %D%/catalogue_file.h \
	%D%/azure_url.c %D%/azure_url.h \
	%D%/command_provider.c %D%/command_provider.h \
	%D%/dialect.c %D%/dialect.h \
	%D%/content_safety.c %D%/content_safety.h \
	%D%/embed_api.c %D%/embed_api.h \
	%D%/embed_read.c %D%/embed_read.h \
	%D%/endpoint.c %D%/endpoint.h \
	%D%/extract.c %D%/extract.h \
	%D%/extract_label.c %D%/extract_label.h \
	%D%/extract_parse.c %D%/extract_parse.h \
	%D%/extract_parts.c %D%/extract_parts.h \
	%D%/extract_score.c %D%/extract_score.h \
	%D%/extract_units.c %D%/extract_units.h \
	%D%/gemini.c %D%/gemini.h \
	%D%/gemini_answer.c %D%/gemini_answer.h \
	%D%/gemini_body.c %D%/gemini_body.h \
	%D%/gemini_candidate.c %D%/gemini_candidate.h \
	%D%/gemini_contents.c %D%/gemini_contents.h \
	%D%/http_endpoint.c %D%/http_endpoint.h \
	%D%/local_extract.c %D%/local_extract.h \
	%D%/moderate_api.c %D%/moderate_api.h \
	%D%/message.c %D%/message.h \
	%D%/neutral.c %D%/neutral.h \
	%D%/ollama.c %D%/ollama.h \
	%D%/ollama_answer.c %D%/ollama_answer.h \
	%D%/ollama_body.c %D%/ollama_body.h \
	%D%/openai_answer.c %D%/openai_answer.h \
	%D%/openai_body.c %D%/openai_body.h \
	%D%/openai_chat.c %D%/openai_chat.h \
	%D%/openai_choice.c %D%/openai_choice.h \
	%D%/price.c %D%/price.h \
	%D%/openai_extras.c %D%/openai_extras.h \
	%D%/openai_responses.c %D%/openai_responses.h \
	%D%/openai_think.c %D%/openai_think.h \
	%D%/provider.c %D%/provider.h \
	%D%/responses_body.c %D%/responses_body.h \
	%D%/rerank_api.c %D%/rerank_api.h \
	%D%/scripted.c %D%/scripted.h \
	%D%/scripted_file.c %D%/scripted_file.h \
	%D%/usage.c %D%/usage.h \
	%D%/vertex.c %D%/vertex.h \
	%D%/wire.c %D%/wire.h \
	%D%/wire_call.c %D%/wire_call.h \
	%D%/wire_curl.c %D%/wire_curl.h \
	%D%/wire_error.c %D%/wire_error.h \
	%D%/wire_read.c %D%/wire_read.h

# Our own client on the recorded streams, as tests/cli/vendor_client.mjs is the vendor's.
check_PROGRAMS += tests/support/model_client tests/support/wire_cuts
script_tests += \
	tests/cli/endpoints.py \
	tests/cli/http_endpoint.py \
	tests/cli/native_formats.py \
	tests/cli/openai_chat.py \
	tests/cli/openai_cuts.py \
	tests/cli/wire_cuts.py

unit_tests += tests/unit/test_extract tests/unit/test_extract_set tests/unit/test_local_extract tests/unit/test_scripted tests/unit/test_usage \
	tests/unit/test_budget tests/unit/test_catalogue
test_data += tests/fixtures/extract tests/fixtures/asking tests/fixtures/usage
unit_tests += tests/unit/test_cache
unit_tests += tests/unit/test_anthropic tests/unit/test_gemini tests/unit/test_ollama tests/unit/test_endpoints tests/unit/test_bedrock
bench_programs += tests/bench/bench_extract
fuzz_programs += tests/fuzz/fuzz_extract
unit_tests += tests/unit/test_wire_parts
