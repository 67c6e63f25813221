#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Signals, closed pipes, full disks, lost servers: the answer so far is kept, the sentence says
what happened, the exit status is the documented one (F-05, F-06, F-33, F-41, F-53)."""
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

from world import KEY, LATHE, MockServer, Tap, World, script_file

REPLIES = [
    {"name": "stall", "match": {"last_user": "stall"}, "events": [
        {"text": "first "}, {"text": "second "}, {"pause_ms": 60000}, {"text": "third "},
        {"finish": "stop"}]},
    {"name": "echo", "match": {"last_user": "echo"}, "events": [
        {"text": "your key is " + KEY[:12]}, {"text": KEY[12:] + " indeed"}, {"finish": "stop"}]},
    {"name": "denied", "match": {"last_user": "denied"}, "status": 401, "body": json.dumps(
        {"error": {"message": "Incorrect API key provided: " + KEY, "type": "invalid_request_error",
                   "code": "invalid_api_key"}})},
    {"name": "plain", "match": {}, "events": [{"text": "fine"}, {"finish": "stop"}, {
        "usage": {"prompt_tokens": 7, "completion_tokens": 1, "total_tokens": 8}}]},
]


def wait_for(process, words):
    """Reads standard output until it holds the words."""
    seen = b""
    while words not in seen:
        piece = os.read(process.stdout.fileno(), 4096)
        if not piece:
            break
        seen += piece
    return seen


def stopped_by(tap, world, number, name):
    process = world.ask("stall")
    seen = wait_for(process, b"second")
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    tap.check("%s ends a run with 130" % name, process.returncode == 130, (process.returncode, err))
    tap.check("%s is said in a sentence" % name, b"stopped" in err, err)
    last = world.runs()[0]
    tap.check("%s leaves a run marked cancelled" % name, last["status"] == "cancelled", last)
    shown = world.run("trace", "show", last["run"], "--full").stdout
    tap.check("%s keeps what had come" % name, "first second" in shown and b"first" in seen, shown)


def closed_pipe(tap, world):
    process = world.ask("plain")
    process.stdout.close()
    err = process.stderr.read()
    status = process.wait(timeout=20)
    tap.check("a reader that goes away ends the run quietly", status in (0, 130) and
            b"bug" not in err, (status, err))
    tap.check("and the database stays sound", world.run("fsck").returncode == 0)


def closed_descriptors(tap, world):
    command = 'exec "%s" run prompts/ask.jinja2 -i question=plain %s'
    for what, redirect in (("standard input", "<&-"), ("standard output", ">&-"), ("all three",
            "<&- >&- 2>&-")):
        done = subprocess.run(["sh", "-c", command % (LATHE, redirect)], cwd=world.root,
                env=world.env,
                              capture_output=True, timeout=30)
        tap.check("runs with %s closed" % what, done.returncode in (0, 130), (done.returncode,
                done.stderr))
    tap.check("no row of it went into the wrong file", world.run("fsck").returncode == 0)


def small_disk(tap, world):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    bare = World("http://127.0.0.1:9", model="m")
    done = subprocess.run([LATHE, "run", "prompts/ask.jinja2", "-i", "question=x"], cwd=bare.root,
                          env=bare.env, capture_output=True, text=True, timeout=60,
                                  preexec_fn=limit)
    tap.check("a database that cannot be written is an error of the store (5)",
            done.returncode == 5,
              (done.returncode, done.stderr))
    tap.check("and says so in one sentence", done.stderr.startswith("lathe: ") and
            done.stderr.count("\n") <= 2, done.stderr)
    bare.close()


def lost_server(tap, world):
    gone = World("http://127.0.0.1:1")
    done = gone.run("run", "prompts/ask.jinja2", "-i", "question=x")
    tap.check("a server that is not there is an error of the network (4)", done.returncode == 4,
            done.stderr)
    gone.close()
    done = world.run("run", "prompts/ask.jinja2", "-i", "question=plain", "--offline")
    tap.check("--offline opens no connection (4)", done.returncode == 4 and
            "offline" in done.stderr, done.stderr)


def secrets(tap, world):
    done = world.run("run", "prompts/ask.jinja2", "-i", "question=echo")
    tap.check("a key that the model repeats is not shown", KEY not in done.stdout and
            "[redacted]" in done.stdout, done.stdout)
    done = world.run("run", "prompts/ask.jinja2", "-i", "question=denied")
    tap.check("a key in a server's error is not shown", done.returncode == 4 and
            KEY not in done.stderr, done.stderr)
    done = world.run("run", "prompts/ask.jinja2", "-i", "question=echo", "--json")
    tap.check("nor in the events", KEY not in done.stdout, done.stdout)
    found = []
    for path in world.files():
        data = path.read_bytes()
        for at in range(0, len(KEY) - 7):
            if KEY[at:at + 8].encode() in data:
                found.append((path.name, KEY[at:at + 8]))
    tap.check("and no file holds eight bytes of it", not found, found)


def main():
    tap = Tap()
    folder = tempfile.mkdtemp(prefix="signals-")
    with MockServer([script_file(folder, REPLIES)], max_seconds=300) as server:
        world = World(server.base, secret=KEY)
        done = world.run("run", "prompts/ask.jinja2", "-i", "question=plain")
        tap.check("a run that is left alone succeeds", done.returncode == 0 and
                done.stdout == "fine\n", done.stderr)
        stopped_by(tap, world, signal.SIGINT, "SIGINT")
        stopped_by(tap, world, signal.SIGTERM, "SIGTERM")
        stopped_by(tap, world, signal.SIGHUP, "SIGHUP")
        closed_pipe(tap, world)
        closed_descriptors(tap, world)
        small_disk(tap, world)
        lost_server(tap, world)
        secrets(tap, world)
        tap.check("the database is sound at the end", world.run("fsck").returncode == 0)
        keys = [c for r in server.requests() for c in r.get("credentials", [])]
        tap.check("every request carried the key to this origin only", len(keys) > 0)
        world.close()
    shutil.rmtree(folder)  # the answers hold the key on purpose
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
