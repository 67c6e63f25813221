# SPDX-License-Identifier: MIT
noinst_LIBRARIES += core/libcore.a
core_libcore_a_SOURCES =
nodist_core_libcore_a_SOURCES =
include %D%/base/local.mk
include %D%/text/local.mk
include %D%/data/local.mk
include %D%/loop/local.mk
include %D%/store/local.mk
include %D%/net/local.mk
include %D%/trace/local.mk
include %D%/model/local.mk
include %D%/knowledge/local.mk
include %D%/flow/local.mk
include %D%/eval/local.mk
include %D%/engine/local.mk
include %D%/command/local.mk
include %D%/cli/local.mk
