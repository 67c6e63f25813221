#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The vendor's client reads every recorded stream as the recordings say (TAP).

    vendor_client.py [SOURCE_TESTS_DIR] [BUILD_DIR]

This runs before our own client is tested on the same recordings: it proves the recordings and the
mock server, not the vendor.  The client is installed once into BUILD_DIR by `npm ci` with the
user's own npm settings; without node, npm or a registry the test is skipped with the reason.
"""
import fcntl
import json
import os
import pathlib
import shutil
import subprocess
import sys

TESTS = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                     os.environ.get("top_srcdir", ".") + "/tests").resolve()
BUILD = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else
                     os.environ.get("top_builddir", ".") + "/tests/vendor").resolve()
sys.path.insert(0, str(TESTS / "support"))
from mock_run import MockServer  # noqa: E402

FIELDS = ("text", "reasoning", "refusal", "tools", "finish", "usage")


def skip(reason):
    if os.environ.get("LATHE_REQUIRE_TOOLS"):
        print("1..1\nnot ok 1 - %s" % reason)
        sys.exit(1)
    print("1..0 # SKIP %s" % reason)
    sys.exit(0)


def installed():
    """The folder that holds the client, installed when it is not there yet."""
    lock = TESTS / "support" / "package-lock.json"
    if not shutil.which("node") or not shutil.which("npm"):
        skip("node and npm are not installed")
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "installing", "w", encoding="ascii") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        install(lock, BUILD / "installed-lock.json")
    return BUILD


def install(lock, done):
    if not done.exists() or done.read_bytes() != lock.read_bytes():
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(TESTS / "support" / name, BUILD / name)
        run = subprocess.run(["npm", "ci", "--omit=optional", "--omit=peer", "--ignore-scripts",
                              "--no-audit", "--no-fund"], cwd=BUILD, capture_output=True,
                             text=True)
        if run.returncode:
            skip("npm ci failed: %s" % " ".join(run.stderr.split())[:200])
        shutil.copyfile(lock, done)


def ways_of(reply):
    kind = reply.get("vendor", "helper")
    if kind.startswith("skip"):
        return []
    ways = ["stream", "helper"] if kind == "helper" else ["stream"]
    return ways + ["body"] if body_equals_stream(reply) else ways


def body_equals_stream(reply):
    """True when the same events also make a whole answer."""
    plain = {"text", "reasoning", "field", "refusal", "tool", "finish", "usage", "choice"}
    return not reply.get("as_stream") and all(set(e) <= plain for e in reply.get("events", []))


def expected(reply):
    want = {"text": "", "reasoning": "", "refusal": "", "tools": []}
    want.update(reply["expect"])
    return {field: want.get(field) for field in FIELDS}


def main():
    modules = installed()
    recorded = TESTS / "support" / "recorded"
    replies = [r for f in sorted(recorded.glob("*.json"))
               for r in json.loads(f.read_text(encoding="utf-8"))["replies"]]
    jobs = [(reply, way) for reply in replies for way in ways_of(reply)]
    with MockServer([recorded]) as server:
        run = subprocess.run(
            ["node", str(TESTS / "cli" / "vendor_client.mjs"), str(modules), server.base]
            + ["%s:%s" % (reply["name"], way) for reply, way in jobs],
            stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    print("1..%d" % len(jobs))
    failed = 0
    for n, (reply, way) in enumerate(jobs, 1):
        got = answers[n - 1]
        same = {field: got.get(field) for field in FIELDS} == expected(reply)
        failed += not same
        print("%s %d - %s by %s" % ("ok" if same else "not ok", n, reply["name"], way))
        if not same:
            print("# want %s" % json.dumps(expected(reply), ensure_ascii=False))
            print("# got  %s" % json.dumps(got, ensure_ascii=False))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
