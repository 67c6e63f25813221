# SPDX-License-Identifier: MIT
script_tests += %D%/kill.py %D%/rows.py %D%/signals.py %D%/transport.py
EXTRA_DIST += %D%/world.py
