#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A stream cut anywhere gives the same answer, one that ends anywhere is never half an answer.

Over real sockets, at every byte of a recorded stream: two pieces cut there (each HTTP chunk is one
call of the client's write callback), pairs of cuts from a fixed seed, and the stream truncated
there.  A truncated stream is an answer only when the event with the finish_reason came whole.
"""
import json
import os
import pathlib
import random
import subprocess
import sys

TESTS = pathlib.Path(os.environ.get("top_srcdir", ".")).resolve() / "tests"
BUILD = pathlib.Path(os.environ.get("top_builddir", ".")).resolve()
sys.path.insert(0, str(TESTS / "support"))
from mock import openai_chat  # noqa: E402
from mock_run import MockServer  # noqa: E402

CLIENT = str(BUILD / "tests" / "support" / "model_client")
SEED = 20260101
USAGE = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
STREAM = {"role_first": False, "id": "c1", "created": 1, "events": [
    {"text": "入é "}, {"comment": "ping"}, {"reasoning": "😀"},
    {"tool": {"index": 0, "id": "t", "name": "f", "arguments": "{\"q\":"}},
    {"tool": {"index": 0, "arguments": "\"\\u5165\"}"}},
    {"finish": "tool_calls"}, {"usage": USAGE}]}


def answers(script, count):
    """The answers to the models 0 ... count - 1 of a script, in order."""
    folder = pathlib.Path(os.environ.get("TMPDIR", "/tmp"))
    path = folder / ("cuts-%d.json" % os.getpid())
    path.write_text(json.dumps(script), encoding="utf-8")
    with MockServer([path]) as server:
        run = subprocess.run([CLIENT, server.base + "/v1"]
                             + ["%d:stream" % n for n in range(count)],
                             stdout=subprocess.PIPE, timeout=300, check=True)
    path.unlink()
    return [json.loads(line) for line in run.stdout.decode("utf-8").splitlines()]


def essence(answer):
    keys = ("status", "text", "reasoning", "tools", "finish", "usage", "told")
    return json.dumps([answer[k] for k in keys], ensure_ascii=False)


def variants(stream, faults):
    return [dict(stream, name=str(n), match={"model": str(n)}, **fault)
            for n, fault in enumerate(faults)]


def bytes_of(stream, model):
    request = {"model": model, "stream_options": {"include_usage": True}}
    return openai_chat.stream(request, stream)


def size_of(stream, model):
    return sum(len(piece) for piece in bytes_of(stream, model))


def check_cuts(stream):
    size = size_of(stream, "0000")
    rng = random.Random(SEED)
    faults = [{}] + [{"cuts": [k]} for k in range(1, size)]
    faults += [{"cuts": sorted(rng.sample(range(1, size), 2))} for _ in range(300)]
    faults += [{"cut_every": k} for k in range(1, 8)]
    got = answers(variants(stream, faults), len(faults))
    wrong = [(f, essence(a)) for f, a in zip(faults, got) if essence(a) != essence(got[0])]
    whole = got[0]
    if (whole["status"], whole["text"], whole["reasoning"]) != ("ok", "入é ", "😀") or \
            whole["tools"][0]["function"]["arguments"] != "{\"q\":\"\\u5165\"}":
        wrong.append(({}, essence(whole)))
    return wrong[:3]


def end_of_finish(stream, model):
    """How many bytes it takes until the event with the finish_reason is whole."""
    size = 0
    for piece in bytes_of(stream, model):
        size += len(piece)
        if b'"finish_reason":"tool_calls"' in piece:
            return size
    raise AssertionError


def check_truncated(stream):
    size = size_of(stream, "0000")
    faults = [{"truncate_at": k} for k in range(size + 1)]
    got = answers(variants(stream, faults), len(faults))
    whole = got[-1]
    wrong = []
    for k, answer in enumerate(got):
        end = end_of_finish(stream, str(k))
        # Behind a CR an LF may or may not follow: the event is whole without it.
        end -= stream.get("line_ending") == "crlf"
        want = "ok" if k >= end else "truncated"
        if answer["status"] != want or not whole["text"].startswith(answer["text"]):
            wrong.append((k, end, essence(answer)))
    return wrong[:3]


def main():
    failed = 0
    number = 0
    for ending in ("lf", "crlf", "cr"):
        stream = dict(STREAM, line_ending=ending)
        for name, test in (("cut", check_cuts), ("truncated", check_truncated)):
            number += 1
            wrong = test(stream)
            failed += bool(wrong)
            print("%s %d - %s anywhere, lines end in %s" %
                  ("not ok" if wrong else "ok", number, name, ending))
            for item in wrong:
                print("# %r" % (item,))
    print("1..%d" % number)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
