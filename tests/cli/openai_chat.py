#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our client reads every recorded reply as the recordings say, and sends what it should (TAP)."""
import json
import os
import pathlib
import subprocess
import sys

TESTS = pathlib.Path(os.environ.get("top_srcdir", ".")).resolve() / "tests"
BUILD = pathlib.Path(os.environ.get("top_builddir", ".")).resolve()
sys.path.insert(0, str(TESTS / "support"))
from mock_run import MockServer  # noqa: E402

CLIENT = str(BUILD / "tests" / "support" / "model_client")
KEY = "test-key-0123456789/with+odd=characters"
STATES = {"done": "ok", "length": "ok", "tools": "ok", "other": "ok", "refused": "filtered",
          "filtered": "filtered", "truncated": "truncated", "error": "error"}
PLAIN = {"text", "reasoning", "field", "refusal", "tool", "finish", "usage", "choice"}

passed = 0
failed = 0


def check(name, problem):
    """One test: PROBLEM is "" when all is well."""
    global passed, failed
    passed += not problem
    failed += bool(problem)
    print("%s %d - %s" % ("not ok" if problem else "ok", passed + failed, name))
    if problem:
        print("# " + problem.replace("\n", "\n# "))


def ask(base, names, *keys, **variables):
    clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    environment = dict(clean, LATHE_TEST_KEY=KEY, **variables)
    run = subprocess.run([CLIENT, base + "/v1", "secret=env:LATHE_TEST_KEY", *keys, *names],
                         stdout=subprocess.PIPE, env=environment, timeout=120, check=True)
    return [json.loads(line) for line in run.stdout.decode("utf-8").splitlines()]


def tools_of(answer):
    return [{"id": t["id"], "name": t["function"]["name"], "arguments": t["function"]["arguments"]}
            for t in answer["tools"] or []]


def difference(answer, expect):
    """What of the answer is not as expected."""
    error = answer["error"]
    said = error["text"]
    wanted = {
        "status": STATES[expect["state"]], "text": expect.get("text", ""),
        "reasoning": expect.get("reasoning", ""), "refusal": expect.get("refusal", ""),
        "usage": expect.get("usage"),
    }
    wrong = ["%s: want %r, got %r" % (k, v, answer[k]) for k, v in wanted.items()
             if answer[k] != v]
    if expect.get("finish") != answer["finish"] and "finish" in expect:
        wrong.append("finish: %r" % answer["finish"])
    if tools_of(answer) != expect.get("tools", []):
        wrong.append("tools: %r" % answer["tools"])
    if "class" in expect and error["code"] != expect["class"]:
        wrong.append("class: %r" % error["code"])
    if "status" in expect and answer["http_status"] != expect["status"]:
        wrong.append("http status: %r" % answer["http_status"])
    if "retry_after" in expect and answer["retry_after_ns"] != expect["retry_after"] * 1e9:
        wrong.append("retry after: %r" % answer["retry_after_ns"])
    wrong += ["the error lacks %r" % expect[k] for k in ("says", "code", "param")
              if k in expect and expect[k] not in said]
    if said and said[-1] not in ".!?":
        wrong.append("the error is no sentence")
    if (answer["status"] == "ok") != (said == "") or KEY in json.dumps(answer):
        wrong.append("status and error do not agree, or the key is shown")
    if answer["told"]["text"] != answer["text"] or \
            answer["told"]["reasoning"] != answer["reasoning"]:
        wrong.append("told: %r" % answer["told"])
    others = [c["message"]["content"] for c in answer["response"]["choices"][1:]] \
        if expect.get("others") else None
    if others != expect.get("others"):
        wrong.append("others: %r" % others)
    return "\n".join(wrong + (["error: %s | %s" % (said, error["hint"])] if wrong else []))


def whole_too(reply):
    """True when the same events also make a whole answer."""
    return not reply.get("as_stream") and "events" in reply and \
        reply.get("vendor", "helper")[:4] != "skip" and \
        all(set(e) <= PLAIN for e in reply["events"])


def recordings(base, replies):
    names = ["%s:stream" % r["name"] for r in replies if "n" not in r]
    names += ["%s:body" % r["name"] for r in replies if whole_too(r) and "n" not in r]
    answers = ask(base, names, "first_byte_ms=400", "idle_ms=400")
    answers += ask(base, ["two_choices:stream", "two_choices:body"], "n=2")
    expect = {r["name"]: r["expect"] for r in replies}
    for answer in answers:
        check("%s by %s" % (answer["name"], answer["way"]),
              difference(answer, expect[answer["name"]]))
    check("every recording was asked for", "" if {a["name"] for a in answers} == set(expect)
          else "missing: %s" % (set(expect) - {a["name"] for a in answers}))


def what_was_sent(server):
    rows = server.requests()
    bodies = [row for row in rows if row["body"]["model"] == "hello"]
    want = {"model": "hello", "messages": [{"role": "user", "content": "tell me about hello"}],
            "stream": True, "stream_options": {"include_usage": True}}
    check("a stream's request", "" if bodies[0]["body"] == want else str(bodies[0]["body"]))
    del want["stream"], want["stream_options"]
    check("a whole answer's request", "" if bodies[1]["body"] == want else str(bodies[1]["body"]))
    headers = {h.lower() for h in bodies[0]["headers"]}
    check("its headers", "" if headers == {"host", "user-agent", "accept", "accept-encoding",
                                           "content-type", "content-length", "authorization"}
          else str(headers))
    keys = {(c["where"], c["name"], c["value"]) for row in rows for c in row["credentials"]}
    check("the key is sent as a bearer token only",
          "" if keys == {("header", "authorization", "Bearer " + KEY)} else str(keys))
    strangers = [row["target"] for row in rows if row["origin"] != server.origins[0]]
    check("no redirect was followed", "\n".join(strangers))
    models = [row["body"]["model"] for row in rows]
    twice = sorted({m for m in models if models.count(m) > 2})
    check("nothing was asked for twice", " ".join(twice))


def doors(server):
    def refused(name, base, part, *keys):
        answer = ask(base, ["hello:stream"], *keys)[0]
        text = answer["refused"]["text"] if "refused" in answer else answer["error"]["text"]
        check(name, "" if part in text else json.dumps(answer))

    before = len(server.requests())
    refused("offline", server.base, "runs offline", "offline=1")
    refused("plain http to others", "http://192.0.2.1", "Plain http to 192.0.2.1")
    refused("another scheme", "ftp://127.0.0.1", "only https and http")
    refused("credentials in the URL", server.base.replace("//", "//user:pw@"), "user name")
    refused("a line break in the URL", server.base + "/a\r\nX: y", "line break")
    refused("no such key", server.base, "LATHE_TEST_NONE is not set", "secret=env:LATHE_TEST_NONE")
    check("refused requests are not sent", "" if len(server.requests()) == before else "sent")
    refused("nobody listens", "http://127.0.0.1:1", "refuses the connection")


def short_keys(server):
    """A server on this machine gets a short key, which is told of once; no other server does."""
    key = ["secret=env:LATHE_TEST_SHORT"]
    one, two = ask(server.base, ["hello:stream", "hello:body"], *key, LATHE_TEST_SHORT="EMPTY")
    check("a short key for this machine", "" if one["status"] == two["status"] == "ok" and
          "too short to be kept out of records" in one["note"] and not two["note"]
          else json.dumps([one, two]))
    sent = [c["value"] for row in server.requests()[-2:] for c in row["credentials"]]
    check("it is sent", "" if sent == ["Bearer EMPTY"] * 2 else str(sent))
    answer = ask("https://192.0.2.1", ["hello:stream"], *key, LATHE_TEST_SHORT="EMPTY")[0]
    text = answer["refused"]["text"] if "refused" in answer else answer["error"]["text"]
    check("and refused for others", "" if "shorter than 8" in text else json.dumps(answer))


def proxy(server):
    """The proxy sees CONNECT and no key; a server on loopback is never asked through one."""
    before = len(server.requests())
    answer = ask("http://model.invalid", ["hello:stream"], "allow_http=1",
                 http_proxy=server.origins[1])[0]
    check("through a proxy", "" if answer["status"] == "ok" else json.dumps(answer))
    rows = server.requests()[before:]
    seen = [(row["method"], row["host"], len(row["credentials"])) for row in rows]
    check("the proxy gets no key", "" if seen == [
        ("CONNECT", "model.invalid:80", 0), ("POST", "model.invalid", 1)] else str(rows))
    answer = ask(server.base, ["hello:stream"], http_proxy="http://127.0.0.1:1")[0]
    check("loopback goes past a proxy", "" if answer["status"] == "ok" else json.dumps(answer))


def ways_to_end(server):
    answer = ask(server.base, ["slow:stream"], "cancel=2")[0]
    check("cancelled in the middle", "" if
          (answer["status"], answer["text"], answer["error"]["code"], answer["sent"]) ==
          ("cancelled", "one two ", "cancelled", 1) else json.dumps(answer))
    answer = ask(server.base, ["slow:stream"], "total_ms=300", "idle_ms=5000")[0]
    check("out of time", "" if answer["status"] == "truncated" and
          "did not end its answer" in answer["error"]["text"] else json.dumps(answer))
    names = ["hello:stream", "one_tool:stream", "cjk_emoji:body"] * 100
    answers = ask(server.base, names, "parallel=1")
    check("300 at once", "" if len(answers) == 300 and {a["status"] for a in answers} == {"ok"}
          else str(sorted({a["status"] for a in answers})))


def main():
    recorded = TESTS / "support" / "recorded"
    replies = [r for f in sorted(recorded.glob("*.json"))
               for r in json.loads(f.read_text(encoding="utf-8"))["replies"]]
    slow = {"name": "slow", "match": {"model": "slow"}, "role_first": False,
            "piece_delay_ms": 100, "events": [{"text": t} for t in ["one ", "two "] + ["x "] * 99]}
    script = pathlib.Path(os.environ.get("TMPDIR", "/tmp")) / ("slow-%d.json" % os.getpid())
    script.write_text(json.dumps([slow]), encoding="utf-8")
    with MockServer([recorded, script], origins=2) as server:
        recordings(server.base, replies)
        what_was_sent(server)
        ways_to_end(server)
        doors(server)
        proxy(server)
        short_keys(server)
    script.unlink()
    print("1..%d" % (passed + failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
