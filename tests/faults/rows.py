#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs over many rows: killed at random and at labelled moments, interrupted, paused and changed by
other processes, refused by a server, out of disk (F-01, F-02, F-05, F-06, F-11, F-53, F-81). What
was given out is in the database, no row ends twice, and no more requests are made than rows there
are and requests that were under way. KILLS and SEED may be set; both are printed."""
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time

from world import MockServer, Tap, World

KILLS = int(os.environ.get("KILLS", "12"))
SEED = int(os.environ.get("SEED", "0")) or random.SystemRandom().randrange(1, 1 << 31)
ROWS, IN_FLIGHT = 60, 4
POINTS = ["attempt-before-commit", "attempt-after-commit", "attempt-sent", "trial-before-commit",
          "trial-after-commit", "end-before-commit", "end-after-commit"]


def reply(**more):
    spec = {"name": "fine", "match": {"model": "m"}, "delay_ms": 12, "events": [
        {"text": "fine"}, {"finish": "stop"},
        {"usage": {"prompt_tokens": 7, "completion_tokens": 1, "total_tokens": 8}}]}
    spec.update(more)
    return spec


class Rows(World):
    """A workspace with a file of rows."""

    def __init__(self, base, rows=ROWS):
        super().__init__(base)
        self.data = self.root / "rows.jsonl"
        self.data.write_text("".join(json.dumps({"question": "q%d." % n}) + "\n"
                                     for n in range(rows)))

    def begin(self, *words, **options):
        return self.start("run", "prompts/ask.jinja2", "--data", "rows.jsonl", "--max-in-flight",
                          str(IN_FLIGHT), *words, **options)

    def state(self):
        return json.loads(self.run("job", "show", "last", "--json").stdout)

    def results(self):
        return [json.loads(line) for line in
                self.run("job", "show", "last", "--rows").stdout.splitlines()]

    def until(self, wanted, seconds=30):
        """Looks until wanted(state) holds; the state, or None."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.state()
            if "counts" in state and wanted(state):
                return state
            time.sleep(0.05)
        return None


def given_out(text):
    """The samples that were written out whole: (row, span)."""
    lines = text.split("\n")[:-1]
    return {(r["row"], r["span"]) for r in map(json.loads, lines) if r["status"] == "ok"}


def settle(tap, world, server, name, kills):
    """What must hold of a run that was taken up again until its end."""
    state, results = world.state(), world.results()
    tap.check("%s: every row has its answer" % name,
              state["status"] == "ok" and state["counts"]["ok"] == ROWS and len(results) == ROWS
              and sorted(r["row"] for r in results) == list(range(ROWS)), state)
    requests = len(server.requests())
    tap.check("%s: %d requests for %d rows, %d under way at %d kills" % (
        name, requests, ROWS, state["unknown"], kills),
        requests <= ROWS + IN_FLIGHT * kills and state["unknown"] <= IN_FLIGHT * kills, state)
    check = world.run("fsck")
    tap.check("%s: the database is sound" % name, check.returncode == 0, check.stdout)


def random_kills(tap):
    chance = random.Random(SEED)
    with MockServer([[reply(delay_ms=40)]], max_seconds=300) as server:
        world = Rows(server.base)
        seen, lost, unsound = set(), [], []
        process = world.begin()
        kills = 0
        while True:
            try:
                process.wait(timeout=chance.uniform(0.02, 0.3) if kills < KILLS else 60)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                kills += 1
            out, err = process.communicate(timeout=60)
            seen |= given_out(out.decode())
            have = {(r["row"], r["span"]) for r in world.results()}
            lost += sorted(seen - have)
            check = world.run("fsck")
            if check.returncode != 0 and "no runs" not in check.stderr:
                unsound.append(check.stdout)
            if process.returncode == 0:
                break
            if process.returncode != -signal.SIGKILL:
                # The last kill may have come between the run's end and the program's.
                tap.check("a run that is taken up again goes on",
                          b"samples have ended" in err and kills > 0, err)
                break
            began = world.run("job", "list").stdout != ""
            process = world.start("job", "resume", "last") if began else world.begin()
        tap.check("no row that was given out is lost to %d kills" % kills, not lost, lost)
        tap.check("the database is sound after each", not unsound, unsound)
        settle(tap, world, server, "killed at random", kills)
        world.close()


def labelled_kills(tap):
    for point in POINTS:
        with MockServer([[reply(delay_ms=1)]], max_seconds=120) as server:
            world = Rows(server.base)
            kills = 0
            for nth in (1, 9):
                world.env["LATHE_FAIL"] = "%s:%d:kill" % (point, nth)
                begun = world.run("job", "list").stdout != ""
                process = world.start("job", "resume", "last") if begun else world.begin()
                process.communicate(timeout=60)
                kills += process.returncode == -signal.SIGKILL
            del world.env["LATHE_FAIL"]
            if kills == 0:
                print("# built without failpoints: nothing is killed at %s" % point)
            state = world.run("job", "list").stdout
            if not state:
                world.begin().communicate(timeout=60)
            elif "  ok " not in state:
                done = world.run("job", "resume", "last")
                if done.returncode != 0:
                    tap.check("a run killed at %s goes on" % point, False, done.stderr)
            settle(tap, world, server, point, kills)
            world.close()


def interrupts(tap):
    with MockServer([[reply(delay_ms=300)]], max_seconds=120) as server:
        world = Rows(server.base)
        process = world.begin()
        world.until(lambda s: s["counts"]["running"] > 0)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        state = world.state()
        tap.check("an interrupted run ends with 130 and says how to go on",
                  process.returncode == 130 and b"lathe job resume" in err, err)
        tap.check("what was under way has ended, nothing more began",
                  state["status"] == "paused" and state["counts"]["running"] == 0
                  and state["counts"]["open"] == 0 and 0 < state["done"] < ROWS, state)
        process = world.start("job", "resume", "last")
        world.until(lambda s: s["counts"]["running"] > 0)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        process.communicate(timeout=30)
        state = world.state()
        tap.check("interrupted twice it stops at once, and can be resumed",
                  process.returncode == 130 and time.monotonic() - begun < 5
                  and state["status"] == "cancelled" and state["counts"]["open"] > 0, state)
        tap.check("the database is sound after interrupts", world.run("fsck").returncode == 0)
        world.close()


def other_processes(tap):
    with MockServer([[reply(delay_ms=60)]], max_seconds=120) as server:
        world = Rows(server.base)
        started = world.run("job", "start", "prompts/ask.jinja2", "--data", "rows.jsonl",
                            "--max-in-flight", "1", "--output", "out.jsonl")
        state = world.until(lambda s: s["done"] > 0)
        tap.check("a job goes on in a session of its own", started.returncode == 0
                  and state["run"] == started.stdout.strip()
                  and os.getsid(state["pid"]) != os.getsid(0), (started, state))
        second = world.run("job", "resume", "last")
        tap.check("a run that goes on is not taken up twice", second.returncode == 2
                  and "goes on in process" in second.stderr, second.stderr)
        world.run("job", "retune", "last", "--max-in-flight", "3")
        state = world.until(lambda s: s["max_in_flight"] == 3)
        tap.check("it can be changed while it goes on", state is not None, world.state())
        world.run("job", "pause", "last")
        state = world.until(lambda s: s["status"] == "paused")
        tap.check("it pauses when it is asked to", state is not None and state["done"] < ROWS
                  and state["counts"]["running"] == 0, world.state())
        again = [world.start("job", "resume", "last", "--max-in-flight", "8") for _ in range(2)]
        ends = [(p.communicate(timeout=60), p.returncode)[1] for p in again]
        tap.check("of two that take it up one goes on", sorted(ends) == [0, 2], ends)
        settle(tap, world, server, "two processes", 0)
        lines = (world.root / "out.jsonl").read_text().splitlines()
        tap.check("the results are whole and in order",
                  [json.loads(line)["row"] for line in lines] == list(range(ROWS)), len(lines))
        world.close()


def money(tap):
    """What a run may cost is changed while it goes on."""
    with MockServer([[reply(delay_ms=60, match={})]], max_seconds=120) as server:
        world = Rows(server.base)
        text = (world.root / "lathe.yaml").read_text()
        (world.root / "lathe.yaml").write_text(text.replace("model: m\n",
                                               "model: gpt-4o\n    vendor: openai\n"))
        world.run("job", "start", "prompts/ask.jinja2", "--data", "rows.jsonl", "--max-in-flight",
                  "1", "--max-cost", "5")
        world.until(lambda s: s["done"] > 0)
        changed = world.run("job", "retune", "last", "--max-cost", "0.01")
        state = world.until(lambda s: s["status"] == "paused")
        tap.check("a lower ceiling pauses a run that goes on, before it is passed",
                  changed.returncode == 0 and state is not None and 0 < state["done"] < ROWS
                  and 0 < state["cost"] < 0.01 and "$0.01" in state["error"],
                  (changed, world.state()))
        again = world.start("job", "resume", "last", "--max-cost", "0.2")
        world.until(lambda s: s["status"] == "running" and s["counts"]["running"] > 0)
        changed = world.run("job", "retune", "last", "--max-cost", "5", "--max-in-flight", "6")
        end = world.until(lambda s: s["counts"]["running"] > 1)
        tap.check("a higher one lets more of it run at once", end is not None, world.state())
        again.communicate(timeout=60)
        settle(tap, world, server, "another ceiling", 0)
        world.close()


def refused_key(tap):
    denied = reply(name="denied", status=401, times=1, events=[], delay_ms=1,
                   body=json.dumps({"error": {"message": "no", "code": "invalid_api_key"}}))
    with MockServer([[denied, reply(delay_ms=1)]], max_seconds=120) as server:
        world = Rows(server.base)
        out, err = world.begin().communicate(timeout=60)
        state = world.state()
        tap.check("a key that is refused pauses the run; no row has failed",
                  state["status"] == "paused" and state["counts"]["error"] == 0
                  and state["done"] < ROWS, (state, err))
        done = world.run("job", "resume", "last")
        state = world.state()
        tap.check("with a good key it goes on to the end", done.returncode == 0
                  and state["counts"]["ok"] == ROWS, (state, done.stderr))
        world.close()


def full_disk(tap):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (420 << 10, resource.RLIM_INFINITY))

    with MockServer([[reply(delay_ms=1)]], max_seconds=120) as server:
        world = Rows(server.base)
        process = world.begin(preexec_fn=limit)
        seen = b""
        while b"cannot be saved" not in seen:
            piece = os.read(process.stderr.fileno(), 4096)
            if not piece:
                break
            seen += piece
        waits = process.poll() is None
        tap.check("a full disk makes a run wait, and it says so", waits, seen)
        if waits:
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE,
                             (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        process.communicate(timeout=60)
        settle(tap, world, server, "a full disk", 0)
        world.close()


def changed_data(tap):
    with MockServer([[reply(delay_ms=60)]], max_seconds=120) as server:
        world = Rows(server.base, rows=9000)
        process = world.begin()
        world.until(lambda s: s["done"] > 0)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        world.data.write_text(world.data.read_text() + '{"question":"new"}\n')
        done = world.run("job", "resume", "last")
        tap.check("other rows are no run that goes on", done.returncode == 3
                  and "not what it was" in done.stderr, done.stderr)
        world.close()


def main():
    print("# kills %d seed %d" % (KILLS, SEED))
    tap = Tap()
    random_kills(tap)
    labelled_kills(tap)
    interrupts(tap)
    other_processes(tap)
    money(tap)
    refused_key(tap)
    full_disk(tap)
    changed_data(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
