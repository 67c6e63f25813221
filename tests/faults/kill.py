#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""kill -9 at random moments of runs (F-01): whatever was shown as done is in the database, no
request is made that has no row, and the database is sound after every kill. KILLS and SEED may be
set; both are printed."""
import os
import random
import signal
import sys
import tempfile
import time

from world import MockServer, Tap, World, script_file

KILLS = int(os.environ.get("KILLS", "40"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)

PIECES = ["piece %d " % i for i in range(12)]
REPLY = {"name": "slow", "match": {"model": "m"}, "piece_delay_ms": 3, "cut_every": 400,
         "events": [{"text": p} for p in PIECES] + [
             {"finish": "stop"},
             {"usage": {"prompt_tokens": 7, "completion_tokens": 12, "total_tokens": 19}}]}


def main():
    print("# kills %d seed %d" % (KILLS, SEED))
    chance = random.Random(SEED)
    tap = Tap()
    folder = tempfile.mkdtemp(prefix="kill-")
    acknowledged = unsound = 0
    with MockServer([script_file(folder, [REPLY])], max_seconds=500) as server:
        world = World(server.base)
        whole = []
        for _ in range(3):
            begun = time.monotonic()
            process = world.ask("whole")
            out, err = process.communicate(timeout=60)
            whole.append(time.monotonic() - begun)
            acknowledged += process.returncode == 0
        tap.check("a run that is left alone succeeds", acknowledged == 3, out + err)
        for n in range(KILLS):
            process = world.ask("kill %d" % n)
            moment = chance.uniform(0, max(whole) * 1.1)
            try:
                process.wait(timeout=moment)
            except Exception:
                process.send_signal(signal.SIGKILL)
            process.communicate(timeout=60)
            acknowledged += process.returncode == 0
            check = world.run("fsck")
            if check.returncode not in (0,) and "no runs" not in check.stderr:
                unsound += 1
                print("# after kill %d at %.4f s: %s%s" % (n, moment, check.stdout, check.stderr))
        runs = world.runs()
        words = [r["status"] for r in runs]
        tap.check("the database is sound after each of %d kills" % KILLS, unsound == 0, unsound)
        tap.check("every run that ended well is recorded so (%d of %d)" % (words.count("ok"),
                acknowledged),
                  words.count("ok") >= acknowledged, words)
        tap.check("no run is left running", "running" not in words, words)
        requests = len(server.requests())
        attempts = 0
        for r in runs:
            shown = world.run("trace", "show", r["run"], "--json").stdout
            attempts += shown.count('"row":"attempt"')
        tap.check("every request has its row (%d requests, %d rows)" % (requests, attempts),
                  requests <= attempts, (requests, attempts))
        interrupted = words.count("interrupted")
        tap.check("runs that were killed are found interrupted (%d)" % interrupted,
                  interrupted + words.count("ok") == len(words), words)
        world.close()
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
