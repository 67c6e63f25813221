#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a server asks for, and what becomes of it, over the whole program (TAP): storms of 429 with
every kind of Retry-After, errors of 5xx, revoked keys, quotas, names that are not known, a network
that is gone (F-50, F-51, F-52, F-60, F-62, F-67). Waits pass on a virtual clock, whose times show
how long was waited.
"""
import fcntl
import json
import random
import socket
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from transport import FINE, SAID, Result
from world import MockServer, Tap, World

START = "2026-01-01T00:00:00"


def error(status, code=None, message="no", kind="mock_error", **more):
    return {"status": status, **more, "json": {"error": {
        "message": message, "type": kind, "param": None, "code": code}}}


def busy(times, **headers):
    return error(429, "rate_limit_exceeded", times=times,
                 headers={name.replace("_", "-"): value for name, value in headers.items()})


def page(status, **more):
    return {"status": status, "body": "<html><title>Down for a moment</title></html>", **more}


QUOTA = error(429, "insufficient_quota", "You exceeded your current quota.", "insufficient_quota")

# question: (replies before a good one, works, requests, seconds from, to, words of the error)
CASES = {
    # F-50
    "wait seconds": ([busy(2, Retry_After="7")], True, 3, 14, 17, ""),
    "wait milliseconds": ([busy(1, retry_after_ms="1500")], True, 2, 1.5, 3, ""),
    "wait until": ([busy(1, Retry_After="Thu, 01 Jan 2026 00:00:30 GMT")], True, 2, 29, 33, ""),
    "wait 0": ([busy(2, Retry_After="0")], True, 3, 0.1, 10, ""),
    "wait -5": ([busy(1, Retry_After="-5")], True, 2, 0.1, 10, ""),
    "wait for words": ([busy(1, Retry_After="a while")], True, 2, 0.1, 10, ""),
    "wait for a past": ([busy(1, Retry_After="Thu, 01 Jan 1970 00:00:30 GMT")], True, 2, 0.1, 10,
                        ""),
    "wait, no hint": ([busy(3)], True, 4, 0.3, 60, ""),
    "wait 2 minutes": ([busy(1, Retry_After="120")], True, 2, 120, 127, ""),
    "wait 10 minutes": ([busy(1, Retry_After="600")], False, 1, 0, 0, "no requests before"),
    "wait for ever": ([busy(1, Retry_After="1e12")], None, None, 0, 60, ""),
    "reset in 20 s": ([busy(1, x_ratelimit_remaining_requests="0",
                            x_ratelimit_reset_requests="20s")], True, 2, 0.1, 25, ""),
    "busy for ever": ([busy(99)], False, 6, 1, 200, "429"),
    # F-51
    **{"once %d" % status: ([error(status, times=1)], True, 2, 0.1, 35, "")
       for status in (500, 502, 503, 504, 529, 408, 409)},
    "500 for ever": ([error(500)], False, 6, 2, 160, "500"),
    "503 page": ([page(503)], False, 6, 2, 160, "Down for a moment"),
    "502 empty": ([{"status": 502, "body": "", "times": 1}], True, 2, 0.1, 35, ""),
    **{"never %d" % status: ([error(status, message="It is wrong so.")], False, 1, 0, 0,
                             "It is wrong so.") for status in (400, 404, 413, 422)},
    "200 with an error": ([error(200, message="It is wrong so.", times=1)], None, None, 0, 35, ""),
    # F-52
    "401": ([error(401, "invalid_api_key", "Bad key.")], False, 1, 0, 0, "Bad key."),
    "403": ([error(403, message="Not for you.")], False, 1, 0, 0, "Not for you."),
    "no quota": ([QUOTA], False, 1, 0, 0, "quota"),
    "no money": ([error(402, message="Insufficient Balance")], False, 1, 0, 0,
                 "Insufficient Balance"),
}
# F-60: question: (events, status, finish reason, usage told)
ENDS = {
    "end length": ([{"text": "Cut"}, {"finish": "length"}], "ok", "length", False),
    "end filter": ([{"text": "Cut"}, {"finish": "content_filter"}], "filtered", "content_filter",
                   False),
    "end refusal": ([{"refusal": "No."}, {"finish": "stop"}], "filtered", "stop", False),
    "end unknown": ([{"text": "Cut"}, {"finish": "moon_phase"}], "ok", "moon_phase", False),
    "end without usage": (FINE[:3], "ok", "stop", False),
    "end with usage twice": (FINE + FINE[3:], "ok", "stop", True),
    "end with null usage": (FINE[:3] + [{"usage": {
        "prompt_tokens": None, "completion_tokens": None}}], "ok", "stop", False),
}


def replies():
    for question, (before, *_) in CASES.items():
        for reply in before:
            yield dict(reply, match={"last_user": question + "."})
    for question, (events, *_) in ENDS.items():
        yield {"match": {"last_user": question + "."}, "events": events}
    yield {"match": {}, "events": FINE}


def ask(base, question, **more):
    world = World(base, **more)
    process = world.start("--clock", "virtual", "run", "prompts/ask.jinja2", "--json", "-i",
                          "question=" + question + ".")
    result = Result(process)
    result.sound = world.run("fsck").returncode == 0
    world.close()
    return result


def seconds(result):
    """How long after its start the run's last event was, on its own clock."""
    times = [e["time"] for e in result.events if "time" in e]
    stamp = max(times)[len("2026-01-01T"):-1]
    hours, minutes, rest = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def waits(tap, server):
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda question: ask(server.base, question), CASES))
    rows = server.requests()
    for (question, case), result in zip(CASES.items(), results):
        _, works, requests, least, most, words = case
        seen = [r for r in rows if question + "." in json.dumps(r["body"], ensure_ascii=False)]
        wrong = []
        if works is not None and (result.code == 0 and result.text == SAID) != works:
            wrong.append("exit %d" % result.code)
        if requests is not None and len(seen) != requests or len(seen) > 6:
            wrong.append("%d requests" % len(seen))
        if not least <= seconds(result) <= most:
            wrong.append("%.3f s" % seconds(result))
        if words not in result.error():
            wrong.append("the error lacks %r" % words)
        if not result.sound:
            wrong.append("the database is damaged")
        tap.check(question, not wrong, ", ".join(wrong) + "\n" + result.show())


def ends(tap, server):
    for question, (_, status, finish, told) in ENDS.items():
        result = ask(server.base, question)
        usage = result.last.get("usage", {})
        known = not usage.get("estimated") and usage.get("input", -1) == 7
        fine = result.status == status and result.last.get("finish_reason") == finish and \
            known == told and len(result.attempts) == 1 and \
            (told or result.last.get("cost_nano") in (None, -1) or usage.get("estimated"))
        tap.check(question, fine, result.show())


def names(tap):
    """F-62: a name that nobody knows, and a port that nobody listens at."""
    unknown = World("https://model.invalid")
    done = unknown.run("run", "prompts/ask.jinja2", "--trust", "-i", "question=q", timeout=30)
    tap.check("a name that nobody knows is said in a sentence", done.returncode != 0 and
              "model.invalid" in done.stderr and "name" in done.stderr, done.stderr)
    unknown.close()
    closed = World("http://127.0.0.1:1")
    done = closed.run("--clock", "virtual", "run", "prompts/ask.jinja2", "-i", "question=q")
    tap.check("a closed port is said in a sentence", done.returncode != 0 and
              "refuses the connection" in done.stderr, done.stderr)
    closed.close()


class Rows(World):
    def __init__(self, base, count):
        super().__init__(base)
        (self.root / "rows.jsonl").write_text("".join(
            json.dumps({"question": "row %d" % n}) + "\n" for n in range(count)))

    def go(self, *words):
        return self.run("--clock", "virtual", "run", "prompts/ask.jinja2", "--data", "rows.jsonl",
                        *words, timeout=120)

    def state(self):
        return json.loads(self.run("job", "show", "last", "--json").stdout)


def storm(tap):
    """F-50 over many rows: a server that says 429 to every tenth, then to all for a while."""
    script = [busy(8, Retry_After="2"), {"match": {}, "events": FINE}]
    script[0]["match"] = {}
    with MockServer([script]) as server:
        world = Rows(server.base, 120)
        done = world.go()
        state = world.state()
        asked = len(server.requests())
        tap.check("a storm of 429: every row has its answer", done.returncode == 0 and
                  state["counts"].get("ok") == 120, (done.stderr, state))
        tap.check("with at most a tenth more requests (%d for 120)" % asked, asked <= 132, state)
        world.close()


def mixed(part, seed, more):
    """1,500 replies of which PART are 429, in any order, then MORE for ever."""
    dice = random.Random(seed)
    return [dict(busy(1), match={}) if dice.random() < part else
            {"match": {}, "events": FINE, "times": 1} for _ in range(1500)] + [dict(more, match={})]


def many(tap):
    """F-50 over a thousand rows: a server that refuses now and then costs at most a tenth more
    requests; one that refuses every second request pauses the run, which says how to go on."""
    fine = {"events": FINE}
    with MockServer([mixed(0.07, 1, fine)]) as server:
        world = Rows(server.base, 1000)
        done = world.go()
        state = world.state()
        asked = len(server.requests())
        tap.check("a thousand rows, 7 of 100 refused: all have their answers", done.returncode == 0
                  and state["counts"]["ok"] == 1000, (done.stderr, state))
        tap.check("with at most a tenth more requests (%d)" % asked, 1000 < asked <= 1100, state)
        world.close()
    with MockServer([mixed(0.5, 2, busy(10000))]) as server:
        world = Rows(server.base, 1000)
        done = world.go()
        state = world.state()
        asked, ok = len(server.requests()), state["counts"]["ok"]
        tap.check("a thousand rows, every second refused: a pause after %d requests" % asked,
                  done.returncode != 0 and state["status"] == "paused" and asked < 100 and
                  state["counts"]["error"] == 0, (done.stderr, state))
        tap.check("which says how to go on", "Go on with: lathe job resume" in done.stderr and
                  "429" in done.stderr, done.stderr)
    with MockServer([[dict(fine, match={})]], port=int(server.base.rpartition(":")[2])) as server:
        again = world.run("--clock", "virtual", "job", "resume", "last", timeout=120)
        state = world.state()
        tap.check("and goes on where it was", state["counts"]["ok"] == 1000 and
                  len(server.requests()) == 1000 - ok, (again.stderr, state))
        world.close()


def paused(tap, name, reply, words, most):
    """A run over rows that cannot go on pauses at once, says why, and goes on when it can."""
    with MockServer([[dict(reply, match={})]]) as server:
        world = Rows(server.base, 40)
        done = world.go("--max-in-flight", "4")
        state = world.state()
        asked = len(server.requests())
        tap.check("%s: the run pauses after %d requests" % (name, asked), asked <= most and
                  done.returncode != 0 and state["status"] == "paused", (done.stderr, state))
        tap.check("%s: no row is marked failed" % name, state["counts"].get("error", 0) == 0 and
                  state["counts"].get("failed", 0) == 0, state)
        tap.check("%s: it says why" % name, words in done.stderr + json.dumps(state),
                  (done.stderr, state))
    with MockServer([[{"match": {}, "events": FINE}]], port=int(server.base.rpartition(":")[2])):
        again = world.run("--clock", "virtual", "job", "resume", "last", timeout=120)
        state = world.state()
        tap.check("%s: it goes on" % name, state["counts"].get("ok") == 40,
                  (again.stdout[-500:], again.stderr, state))
    world.close()


def keyless(tap):
    """A key that is not there pauses a run as one that is refused does: no row has failed."""
    with MockServer([[{"match": {}, "events": FINE}]]) as server:
        world = Rows(server.base, 40)
        key = world.env.pop("MOCK_KEY")
        done = world.go("--max-in-flight", "4")
        state = world.state()
        tap.check("a key that is not there: the run pauses", done.returncode != 0 and
                  state["status"] == "paused" and state["counts"].get("error", 0) == 0 and
                  "MOCK_KEY is not set" in done.stderr, (done.stderr, state))
        world.env["MOCK_KEY"] = key
        again = world.run("--clock", "virtual", "job", "resume", "last", timeout=120)
        tap.check("a key that is not there: it goes on", world.state()["counts"].get("ok") == 40,
                  (again.stderr, world.state()))
        world.close()


def parked(tap):
    """F-50: longer than two minutes: the run waits until then, and goes on by itself."""
    with MockServer([[dict(busy(6, Retry_After="900"), match={}),
                      {"match": {}, "events": FINE}]]) as server:
        world = Rows(server.base, 40)
        done = world.go("--max-in-flight", "4")
        state = world.state()
        tap.check("a long wait: the run says until when", "no requests before 2026-01-01 00:15" in
                  done.stderr, done.stderr)
        tap.check("a long wait: it goes on by itself", done.returncode == 0 and
                  state["counts"]["ok"] == 40, (done.stderr, state))
        world.close()


def gone(tap):
    """F-67: the server is gone when the run begins, and comes when it has waited for a while."""
    with MockServer([[{"match": {}, "events": FINE}]]) as server:
        port = int(server.base.rpartition(":")[2])
    world = Rows("http://127.0.0.1:%d" % port, 20)
    process = world.start("run", "prompts/ask.jinja2", "--data", "rows.jsonl")
    said = process.stderr.readline() + process.stderr.readline()
    with MockServer([[{"match": {}, "events": FINE}]], port=port):
        rest = process.communicate(timeout=120)[1]
        state = world.state()
        tap.check("a network that is gone: the run waits, and goes on when it is back",
                  process.returncode == 0 and state["counts"]["ok"] == 20, (said, rest, state))
        tap.check("a network that is gone: no row is marked failed", state["counts"]["error"] == 0,
                  state)
    world.close()


def never(tap):
    """F-67: a server that was never there: the run pauses after the first request that gave up, and
    does not try as long with each row."""
    world = Rows("http://127.0.0.1:1", 40)
    done = world.go("--max-in-flight", "4")
    state = world.state()
    tap.check("a network that was never there: the run pauses, and says what it is",
              done.returncode != 0 and state["status"] == "paused" and
              "refuses the connection" in done.stderr + state["error"], (done.stderr, state))
    tap.check("a network that was never there: %d requests for 40 rows, none marked failed" %
              state["requests"], 0 < state["requests"] <= 24 and state["counts"]["error"] == 0 and
              state["counts"]["ok"] == 0, state)
    with MockServer([[{"match": {}, "events": FINE}]]) as server:
        text = (world.root / "lathe.yaml").read_text()
        (world.root / "lathe.yaml").write_text(text.replace("http://127.0.0.1:1", server.base))
        again = world.run("--clock", "virtual", "job", "resume", "last", timeout=120)
        state = world.state()
        tap.check("a network that was never there: it goes on when it is", state["counts"]["ok"] ==
                  40, (again.stdout[-500:], again.stderr, state))
    world.close()


def loopback(up):
    """Takes this network namespace's loopback down, or up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        flags = struct.pack("16sh14x", b"lo", 1 if up else 0)
        fcntl.ioctl(any_socket, 0x8914, flags)  # SIOCSIFFLAGS


def inside():
    """In a network namespace of its own: the network goes in the middle of a run, and comes."""
    loopback(True)
    replies = [{"match": {}, "delay_ms": 30, "events": FINE}]
    with MockServer([replies]) as server:
        world = Rows(server.base, 30)
        process = world.start("run", "prompts/ask.jinja2", "--data", "rows.jsonl",
                              "--max-in-flight", "2")
        process.stdout.readline()  # a row has ended
        loopback(False)
        said = process.stderr.readline()  # it says what it waits for
        loopback(True)
        out, rest = process.communicate(timeout=90)
        print(json.dumps({"code": process.returncode, "counts": world.state()["counts"],
                          "said": (said + rest).decode("utf-8", "replace")}))
        world.close()


def namespace(tap):
    """F-67 with a true network that goes, where a namespace may be made; gone() is everywhere."""
    done = subprocess.run(["unshare", "-n", sys.executable, "-B", __file__, "--inside"],
                          capture_output=True, text=True, timeout=200)
    if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        return
    try:
        end = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        end = {"code": done.stderr, "counts": {}}
    tap.check("a network that goes in the middle: every row has its answer when it is back",
              end["code"] == 0 and end["counts"].get("ok") == 30, end)


def main():
    if "--inside" in sys.argv:
        return inside()

    tap = Tap()
    with MockServer([list(replies())]) as server:
        waits(tap, server)
        ends(tap, server)
    names(tap)
    storm(tap)
    many(tap)
    paused(tap, "a revoked key", error(401, "invalid_api_key", "Bad key."), "Bad key.", 4)
    paused(tap, "no money", QUOTA, "quota", 4)
    keyless(tap)
    parked(tap)
    never(tap)
    gone(tap)
    namespace(tap)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
