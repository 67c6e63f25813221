# SPDX-License-Identifier: MIT
# run_unit.sh SECONDS PROGRAM: runs a cmocka program for at most so long. cmocka 1.1 calls a skipped
# test "not ok ... # SKIP", which TAP readers count as a failure: it is "ok" here.
seconds=$1
shift
exec 4>&1
status=$({
	{
		timeout -k 10 "$seconds" "$@" 3>&- 4>&-
		echo $? >&3
	} | sed 's/^not ok \([0-9]*\) # SKIP \(.*\)$/ok \1 - \2 # SKIP not here/' >&4
} 3>&1)
exit "$status"
