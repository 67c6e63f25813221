# SPDX-License-Identifier: MIT
script_tests += %D%/run_cases.py %D%/connections.py %D%/documents.py %D%/providers.py %D%/secret_prompt.py
script_tests += %D%/model_lists.py
EXTRA_DIST += %D%/cases
