#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`lathe connection test` against a server: what it asks, and what it says of each answer (TAP)."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(os.environ.get("top_srcdir", ".")).resolve() / "tests"
sys.path.insert(0, str(TESTS / "support"))
from mock_run import MockServer  # noqa: E402

LATHE = os.environ["LATHE"]
KEY = "test-key-0123456789/with+odd=characters"
LIST = {"match": {"path": "/v1/models"}}
CHAT = {"match": {"path": "/v1/chat/completions"}}
ANSWER = {"choices": [{"index": 0, "finish_reason": "length",
                       "message": {"role": "assistant", "content": "H"}}]}

# name, replies, works, status, models, what the note or the error says
CASES = [
    ("a list", [dict(LIST, json={"data": [{"id": "m"}, {"id": "n"}]})], True, 200, ["m", "n"], ""),
    ("another list", [dict(LIST, json={"models": [{"name": "m"}]})], True, 200, ["m"], ""),
    ("the model is not in it", [dict(LIST, json={"data": [{"id": "n"}]})], True, 200, ["n"],
     "does not list the model 'm'"),
    ("no list, an answer", [dict(LIST, status=404, json={"detail": "Not Found"}),
                            dict(CHAT, json=ANSWER)], True, 200, [], ""),
    ("no list, no answer", [dict(LIST, status=405, body="no"),
                            dict(CHAT, status=400, json={"error": {"message": "No such model"}})],
     False, 400, [], "No such model"),
    ("a page instead of a list", [dict(LIST, body="<html><title>Welcome</title>"),
                                  dict(CHAT, status=404, body="<title>Lost</title>")],
     False, 404, [], "Lost"),
    ("a wrong key", [dict(LIST, status=401, json={"error": {"message": "Bad key " + KEY}})],
     False, 401, [], "answered 401: Bad key [redacted]"),
    ("overloaded", [dict(LIST, status=503, body="later")], False, 503, [], "answered 503"),
]

count = failed = 0


def check(name, problem):
    global count, failed
    count += 1
    failed += bool(problem)
    print("%s %d - %s" % ("not ok" if problem else "ok", count, name))
    if problem:
        print("# " + problem.replace("\n", "\n# "))


def lathe(folder, *words):
    clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    done = subprocess.run([LATHE, "-C", str(folder), "connection", *words], text=True,
                          env=dict(clean, LATHE_TEST_KEY=KEY, HOME=str(folder)),
                          capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def play(name, replies, works, status, models, says):
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        (folder / "script.json").write_text(json.dumps(replies))
        with MockServer([folder / "script.json"]) as server:
            lathe(folder, "add", "mine", "--url", server.base + "/v1", "--model", "m", "--key",
                  "env:LATHE_TEST_KEY")
            code, out, err = lathe(folder, "test", "mine", "--json")
            asked = server.ledger()
    got = json.loads(out.splitlines()[0]) if out else {}
    wrong = []
    if got.get("works") is not works or (code == 0) is not works:
        wrong.append("works: %r, exit %d" % (got.get("works"), code))
    if got.get("status") != status or got.get("models") != models:
        wrong.append("status %r, models %r" % (got.get("status"), got.get("models")))
    if says not in got.get("note", "") + got.get("error", ""):
        wrong.append("says %r %r" % (got.get("note"), got.get("error")))
    if KEY in out + err:
        wrong.append("the key is shown")
    if sum(row["type"] == "request" for row in asked) != len(replies):
        wrong.append("asked: %r" % asked)
    check(name, "\n".join(wrong))


for case in CASES:
    play(*case)
print("1..%d" % count)
sys.exit(1 if failed else 0)
