# SPDX-License-Identifier: MIT
"""A run over rows from the workbench: asked about, followed, tuned, paused, left alone, resumed."""
import json
import signal
import subprocess
import time

from rigs import LATHE, QUIT, os, open_bench, run_tests, say

ROWS, JOBS = b"\x1bt", b"\x1bj"
COUNT = 60


def make(workspace):
    (workspace / "replies.json").write_text(json.dumps({"replies": [
        {"match": "row", "times": 100000, "delay_ms": 150, "text": "Yes.",
         "usage": {"prompt_tokens": 10, "completion_tokens": 2}}]}))
    (workspace / "prompts" / "row.jinja2").write_text("user:\nrow {{ n }}\n")
    (workspace / "rows.jsonl").write_text("".join('{"n": %d}\n' % n for n in range(COUNT)))


def job(workspace):
    done = subprocess.run([LATHE, "-C", str(workspace), "job", "show", "last", "--json"],
                          capture_output=True, text=True, check=False, timeout=30)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def wait_for(workspace, status, seconds=30):
    end = time.monotonic() + seconds
    state = {}
    while time.monotonic() < end:
        state = job(workspace)
        if state.get("status") == status:
            break
        time.sleep(0.1)
    return state


def start(workspace):
    rig = open_bench(workspace, workspace / "prompts" / "row.jinja2")
    assert rig.wait("F5 run"), rig.text()
    rig.keys(ROWS)
    say(rig.wait("Run over rows of") and rig.wait("rows.jsonl"), "files of rows are offered",
        rig.text())
    rig.keys(b"rows\r")
    say(rig.wait("%d requests to fake/parrot" % COUNT), "what it will take is asked first",
        rig.text())
    time.sleep(0.4)  # no letter counts in the first third of a second
    rig.keys(b"y")
    say(rig.wait("Runs over rows") and rig.wait("running", 20), "the run is followed", rig.text())
    return rig


def test_followed(workspace):
    make(workspace)
    rig = start(workspace)
    rig.keys(b"-")
    say(rig.wait("at most 7 at a time", 20), "fewer at a time", rig.text())
    rig.keys(b"p")
    say(rig.wait("paused", 20), "it is paused", rig.text())
    state = wait_for(workspace, "paused")
    say(0 < state.get("done", 0) < COUNT and state["counts"]["running"] == 0,
        "with what was under way brought to its end", state)
    rig.keys(b"r")
    say(rig.wait("%d/%d" % (COUNT, COUNT), 30), "and resumed to its end", rig.text())
    say(wait_for(workspace, "ok").get("counts", {}).get("ok") == COUNT, "every row once")
    rig.keys(b"\x1b")
    say(rig.wait("F5 run"), "Esc leads back", rig.text())
    rig.keys(QUIT)
    say(rig.exit() == 0, "the workbench is left", rig.text())
    rig.close()


def test_goes_on_alone(workspace):
    make(workspace)
    rig = start(workspace)
    os.kill(rig.pid, signal.SIGKILL)
    rig.exit()
    rig.close()
    state = job(workspace)
    say(state.get("status") == "running", "the run outlives its workbench", state)
    rig = open_bench(workspace, workspace / "prompts" / "row.jinja2")
    rig.wait("F5 run")
    rig.keys(JOBS)
    say(rig.wait("Runs over rows") and rig.wait("running", 20), "another one follows it",
        rig.text())
    say(rig.wait("%d/%d" % (COUNT, COUNT), 30), "to its end", rig.text())
    say(wait_for(workspace, "ok").get("counts", {}).get("ok") == COUNT, "every row once")
    rig.keys(b"\x1b")
    rig.wait("F5 run")
    rig.keys(QUIT)
    rig.exit()
    rig.close()


run_tests(globals())
