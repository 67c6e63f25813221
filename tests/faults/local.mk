# SPDX-License-Identifier: MIT
script_tests += %D%/canary.py %D%/kill.py %D%/leftovers.py %D%/names.py %D%/offline.py \
	%D%/pacing.py %D%/rows.py %D%/signals.py %D%/streams.py \
	%D%/transport.py

# Looks through what all the others left.
%D%/leftovers.log: $(filter-out %D%/leftovers.log,$(TEST_LOGS))
EXTRA_DIST += %D%/world.py
