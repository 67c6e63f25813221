# SPDX-License-Identifier: MIT
# Files that travel inside the program: any local.mk adds names to embedded_files, from the top of
# the source tree; core/base/embedded.h finds them by that name. They are distributed too.
embedded_files += \
	%D%/schema/001-first.sql \
	%D%/schema/002-prompt-versions.sql \
	%D%/schema/003-prompt-by-content.sql \
	%D%/schema/004-response-cache.sql \
	%D%/schema/005-rows.sql \
	%D%/schema/006-ledger.sql \
	%D%/schema/007-calibration.sql

# The welcome workspace, every file of it (tests/unit/test_embedded compares with the folder).
embedded_files += \
	%D%/samples/welcome/README.md \
	%D%/samples/welcome/data/golden.jsonl \
	%D%/samples/welcome/faq/everyday.en.md \
	%D%/samples/welcome/faq/everyday.zh.md \
	%D%/samples/welcome/flows/onboarding/answer.jinja2 \
	%D%/samples/welcome/flows/onboarding/flow.dag.yaml \
	%D%/samples/welcome/flows/onboarding/prompt.jinja2 \
	%D%/samples/welcome/handbook/equipment.en.md \
	%D%/samples/welcome/handbook/equipment.zh.md \
	%D%/samples/welcome/handbook/first-days.en.md \
	%D%/samples/welcome/handbook/first-days.zh.md \
	%D%/samples/welcome/handbook/growth.en.md \
	%D%/samples/welcome/handbook/growth.zh.md \
	%D%/samples/welcome/handbook/leave.en.md \
	%D%/samples/welcome/handbook/leave.zh.md \
	%D%/samples/welcome/handbook/leaving.en.md \
	%D%/samples/welcome/handbook/leaving.zh.md \
	%D%/samples/welcome/handbook/office.en.md \
	%D%/samples/welcome/handbook/office.zh.md \
	%D%/samples/welcome/handbook/pay.en.md \
	%D%/samples/welcome/handbook/pay.zh.md \
	%D%/samples/welcome/handbook/security.en.md \
	%D%/samples/welcome/handbook/security.zh.md \
	%D%/samples/welcome/handbook/travel.en.md \
	%D%/samples/welcome/handbook/travel.zh.md \
	%D%/samples/welcome/handbook/working-time.en.md \
	%D%/samples/welcome/handbook/working-time.zh.md \
	%D%/samples/welcome/lathe.yaml \
	%D%/samples/welcome/prompts/answer.prompty \
	%D%/samples/welcome/prompts/judge.prompty \
	%D%/samples/welcome/prompts/tldr.md

embedded_files += %D%/locale/zh_CN.po

# The vocabularies of core/data/tokens, as data/tokens/generate.py made them.
embedded_files += \
	%D%/tokens/cl100k_base.vocab \
	%D%/tokens/llama3.vocab \
	%D%/tokens/o200k_base.vocab \
	%D%/tokens/p50k_base.vocab \
	%D%/tokens/qwen2.vocab \
	%D%/tokens/r50k_base.vocab
EXTRA_DIST += %D%/tokens/generate.py %D%/tokens/NOTICE %D%/tokens/LICENSE.llama3 \
	%D%/tokens/LICENSE.qwen
# What is known of models.
embedded_files += %D%/models.yaml

EXTRA_DIST += $(embedded_files)

noinst_PROGRAMS += %D%/embed
data_embed_SOURCES = %D%/embed.c
data_embed_LDADD =

nodist_core_libcore_a_SOURCES += %D%/embedded.c
CLEANFILES += %D%/embedded.c
%D%/embedded.c: %D%/embed$(EXEEXT) Makefile $(embedded_files)
	$(AM_V_GEN)%D%/embed$(EXEEXT) $@ $(srcdir) $(embedded_files)

# Pictures of the screen in README.md.
EXTRA_DIST += %D%/pictures/bench.png %D%/pictures/costs.png %D%/pictures/palette.png %D%/pictures/request.png %D%/pictures/zh.png

# What `lathe init --bare` writes.
embedded_files += \
	%D%/samples/bare/lathe.yaml \
	%D%/samples/bare/prompts/first.prompty

# The manual and the completion are written by the program itself, off its tables.
man_MANS += %D%/man/lathe.1 %D%/man/lathe.yaml.5
EXTRA_DIST += %D%/man/lathe.1.in %D%/man/lathe.yaml.5.in
CLEANFILES += %D%/man/lathe.1 %D%/man/lathe.yaml.5 %D%/completions/lathe
%D%/man/lathe.1: %D%/man/lathe.1.in lathe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D%/man && ./lathe$(EXEEXT) generate $(srcdir)/%D%/man/lathe.1.in >$@.tmp && mv $@.tmp $@
%D%/man/lathe.yaml.5: %D%/man/lathe.yaml.5.in lathe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D%/man && ./lathe$(EXEEXT) generate $(srcdir)/%D%/man/lathe.yaml.5.in >$@.tmp && mv $@.tmp $@

bashcompletiondir = $(datadir)/bash-completion/completions
nodist_bashcompletion_DATA = %D%/completions/lathe
%D%/completions/lathe: lathe$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D%/completions && ./lathe$(EXEEXT) generate completion >$@.tmp && mv $@.tmp $@
