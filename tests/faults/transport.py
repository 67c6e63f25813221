#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a network does to an answer, over the whole program (TAP): resets, stalls, floods, TLS,
proxies, HTTP/2, redirects and odd HTTP (F-53, F-54, F-57, F-59, F-61, F-63 to F-66, F-68).

Each case is a run of its own with a question that chooses the mock's reply. Waits between tries
pass at once on a virtual clock; the limits of silence, which need the real one, are a second.
"""
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from world import MockServer, Tap, World

FINE = [{"text": "All "}, {"text": "fine."}, {"finish": "stop"},
        {"usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}]
SAID = "All fine."
LIVELY = "idle_seconds: 5, comments_seconds: 1, total_seconds: 20"
FEW = "connect_seconds: 1, first_byte_seconds: 1, idle_seconds: 1, total_seconds: 2"
SANITIZED = "-san" in os.environ.get("top_builddir", "")
RSS_MAX_KB = (1200 if SANITIZED else 260) * 1024


def redirect(status, to):
    return {"status": status, "headers": {"Location": to}, "body": "moved"}


# question: (the mock's reply, status of the run, text that came, requests, words of the error)
CASES = {
    # F-53, sent: one more try at most; in the middle: what came is kept; at the end: an answer.
    "reset-before-head": ({"reset": "before_head"}, "error", "", 2, "connection"),
    "reset-after-head": ({"reset": "after_head"}, "truncated", "", 2, ""),
    "reset-in-the-middle": ({"reset": 460}, "truncated", "All ", 1, ""),
    "reset-after-end": ({"reset": "after_end"}, "ok", SAID, 1, ""),
    "cut-in-the-middle": ({"truncate_at": 460}, "truncated", "All ", 1, ""),
    # F-54: a second of silence is too long here.
    "stall-before-head": ({"stall_at": "head"}, "error", "", 2, "for 1 s"),
    "stall-after-head": ({"stall_at": 0}, "truncated", "", 2, "for 1 s"),
    "stall-in-the-middle": ({"stall_at": 460}, "truncated", "All ", 1, "for 1 s"),
    "comments-for-ever": ({"events": [{"comment": "ping"}, {"pause_ms": 200}] * 40 + FINE},
                          "truncated", "", 2, "within 2 s"),
    "comments-for-long": ({"events": [{"comment": "ping"}, {"pause_ms": 200}] * 40 + FINE},
                          "truncated", "", 2, "no event for 1 s"),
    "words-then-comments": ({"events": FINE[:1] + [{"comment": "ping"}, {"pause_ms": 200}] * 40},
                            "truncated", "All ", 1, "no event for 1 s"),
    "drops": ({"cut_every": 1, "piece_delay_ms": 40, "transfer": "chunked"}, "truncated", "", 2,
              "no event for 1 s"),
    "words-and-comments": ({"events": ([{"comment": "ping"}, {"pause_ms": 300}] * 3 +
                                       [{"text": "."}]) * 2 + FINE}, "ok", ".." + SAID, 1, ""),
    "byte-by-byte": ({"cut_every": 1, "transfer": "chunked"}, "ok", SAID, 1, ""),
    # F-57, F-61
    "long-line": ({"events": [{"text": "x" * (9 << 20)}] + FINE}, "error", "", 1, "8 MiB"),
    "second-answer": ({"after": [{"json": {"choices": [{"index": 0, "delta": {
        "content": "and more"}, "finish_reason": "stop"}]}}]}, "ok", SAID, 1, ""),
    "repeated-end": ({"events": FINE[:3] + [{"finish": "length"}] + FINE[3:]}, "ok", SAID, 1, ""),
    # F-59: 70 MB of comments, of text without an end, and of nothing that unpacks to that.
    "flood": ({"fill": {"text": ": ping\n\n", "bytes": 70 << 20},
               "headers": {"Content-Type": "text/event-stream"}}, "error", "", 1, "64 MiB"),
    "page-without-end": ({"fill": {"text": "<p>no answer</p>", "bytes": 70 << 20},
                          "headers": {"Content-Type": "text/html"}}, "error", "", 1, "64 MiB"),
    "bomb": ({"fill": {"text": "\n" * 1024, "bytes": 80 << 20}, "gzip": True,
              "headers": {"Content-Type": "text/event-stream"}}, "error", "", 1, "64 MiB"),
    # F-66: never followed.
    "redirect-301": (redirect(301, "/v1/elsewhere"), "error", "", 1, "/v1/elsewhere"),
    "redirect-302": (redirect(302, "{origin1}/v1/chat/completions"), "error", "", 1, "{origin1}"),
    "redirect-307": (redirect(307, "{origin1}/v1/chat/completions"), "error", "", 1, "{origin1}"),
    "redirect-308": (redirect(308, "http://192.0.2.1/"), "error", "", 1, "192.0.2.1"),
    "redirect-loop": (redirect(302, "/v1/chat/completions"), "error", "", 1, "redirect"),
    # F-68
    "100-continue": ({"early": [100]}, "ok", SAID, 1, ""),
    "103-early-hints": ({"early": [103, 103]}, "ok", SAID, 1, ""),
    "trailers": ({"trailers": {"X-After": "words"}}, "ok", SAID, 1, ""),
    "chunk-extensions": ({"chunk_extension": ";name=\"value\"", "cut_every": 40}, "ok", SAID, 1,
                         ""),
    "http-1.0": ({"http10": True, "transfer": "close"}, "ok", SAID, 1, ""),
    "http-1.0-cut": ({"http10": True, "transfer": "close", "truncate_at": 460}, "truncated",
                     "All ", 1, ""),
    "length-too-long": ({"content_length": 100000}, "ok", SAID, 1, ""),
    "length-too-short": ({"content_length": 460}, "truncated", "All ", 1, ""),
    "whole-length-too-long": ({"as_stream": False, "content_length": 100000}, "truncated", "", 2,
                              ""),
    "no-body": ({"body": "", "headers": {"Content-Type": "text/event-stream"}}, "truncated", "",
                2, ""),
    "gzip": ({"gzip": True}, "ok", SAID, 1, ""),
}
# F-65, over TLS: REFUSED_STREAM and a GOAWAY that says so were not processed: asked again, free.
HTTP2 = {
    "h2-fine": ({}, "ok", SAID, 1, ""),
    "h2-refused-once": ({"h2": "refused", "times": 1}, "ok", SAID, 2, ""),
    "h2-goaway-once": ({"h2": "goaway", "times": 1}, "ok", SAID, 2, ""),
    "h2-calm-once": ({"h2": "calm", "times": 1}, "ok", SAID, 2, ""),
    "h2-rst-once": ({"h2": "rst", "times": 1}, "ok", SAID, 2, ""),
    "h2-rst-mid": ({"h2": "rst_mid", "truncate_at": 460}, "truncated", "All ", 1, ""),
    "h2-goaway-mid": ({"h2": "goaway_mid", "truncate_at": 460}, "truncated", "All ", 1, ""),
}


def replies():
    cases = {**CASES, **HTTP2}
    for question in sorted(cases, key=len, reverse=True):
        reply = cases[question][0]
        yield {"events": FINE, **reply, "name": question, "match": {"last_user": question}}
    yield {"match": {"last_user": "another-reset"}, "reset": "before_head", "times": 1,
           "events": FINE}
    yield {"name": "fine", "match": {}, "events": FINE}


class Result:
    def __init__(self, process):
        out, err = process.stdout.read(), process.stderr.read()
        _, wait, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(wait)
        self.code = process.returncode
        self.rss = usage.ru_maxrss
        self.err = err.decode("utf-8", "replace")
        self.events = [json.loads(line) for line in out.splitlines()]
        ends = [e for e in self.events if e["event"] == "attempt.end"]
        self.attempts = ends
        self.last = ends[-1] if ends else {}
        self.status = self.last.get("status")
        self.text = self.told()

    def told(self):
        """The text of the newest attempt."""
        text = ""
        for e in self.events:
            if e["event"] == "attempt.begin":
                text = ""
            elif e["event"] == "delta" and e["kind"] == "text":
                text += e["text"]
        return text

    def error(self):
        return json.dumps([e.get("error") for e in self.attempts], ensure_ascii=False) + self.err

    def show(self):
        return "exit %s, %s KB\n%s\n%s" % (self.code, self.rss, self.err, "\n".join(
            json.dumps(e, ensure_ascii=False)[:300] for e in self.events
            if e["event"] != "delta"))


def workspace(server):
    """A workspace with a connection to each door of the mock."""
    world = World(server.base)
    port = server.base.rpartition(":")[2]
    doors = [("few", server.base, FEW), ("lively", server.base, LIVELY),
             ("far", "http://model.invalid:" + port, "allow_http: true, " + FEW)]
    doors += [("once", server.base, FEW + ", idempotency_header: Idempotency-Key")]
    doors += [(door.replace(":", "-").replace("h2-good", "h2"), url, FEW)
              for door, url in server.also.items() if url.startswith("https:")]
    for name, base, more in doors:  # each with a key of its own: none may go to another
        key = "MOCK_KEY_" + name.upper().replace("-", "_")
        world.env[key] = "sk-canary-of-" + name
        world.connection(name, "provider: openai, base_url: '%s/v1', model: m, "
                         "secret: 'env:%s', %s" % (base, key, more))
    return world


def ask(server, question, connection="mock", clock="virtual", **environment):
    """A run in a workspace of its own: on a virtual clock all runs have the same ids."""
    world = workspace(server)
    clean = {k: v for k, v in world.env.items() if not k.lower().endswith("_proxy")}
    world_env = dict(clean, **environment)
    process = world.start("--clock", clock, "run", "prompts/ask.jinja2", "--json", "--trust",
                          "-m", connection, "-i", "question=" + question, env=world_env)
    result = Result(process)
    result.sound = world.run("fsck").returncode == 0
    result.left = b"".join(p.read_bytes() for p in world.files())
    world.close()
    return result


def judge(tap, server, question, case, result):
    _, status, text, requests, words = case
    seen = [r for r in server.requests() if isinstance(r["body"], dict)
            and r["body"].get("messages", [{}])[-1].get("content", "").strip() == question]
    words = words.replace("{origin1}", server.origins[1])
    wrong = []
    if result.status != status or (result.code == 0) != (status == "ok"):
        wrong.append("status %s" % result.status)
    if result.text != text:
        wrong.append("text %r" % result.text[:200])
    if len(seen) != requests:
        wrong.append("%d requests" % len(seen))
    if words not in result.error():
        wrong.append("the error lacks %r" % words)
    if result.rss > RSS_MAX_KB:
        wrong.append("%d KB of memory" % result.rss)
    if any(row["strangers"] for row in seen):
        wrong.append("the key went to a stranger")
    if not result.sound:
        wrong.append("the database is damaged")
    tap.check(question, not wrong, ", ".join(wrong) + "\n" + result.show())


def transfers(tap, server):
    def run(question):
        if question in ("comments-for-long", "words-then-comments", "drops",
                        "words-and-comments"):
            return ask(server, question, "lively", "real")
        if question.startswith(("stall", "comments")):
            return ask(server, question, "few", "real")
        return ask(server, question)

    # A server that makes floods has no time for others, whose limit is a second.
    small = [question for question, case in CASES.items() if "fill" not in case[0]]
    with ThreadPoolExecutor(4) as pool:
        results = dict(zip(small, pool.map(run, small)))
    for question, case in CASES.items():
        judge(tap, server, question, case, results.get(question) or run(question))
    strange = [r["target"] for r in server.requests() if r["origin"] == server.origins[1]]
    tap.check("no redirect was followed", not strange, strange)


def spends(tap, server):
    """F-53: what was sent and not answered may be paid for: told, and tried once more, under the
    same name where the server knows the header for it."""
    for connection, named in (("once", True), ("mock", False)):
        before = len(server.requests())
        result = ask(server, "reset-before-head", connection)
        seen = [r["idempotency"] for r in server.requests()[before:]]
        tap.check("sent, not answered, %s: once more%s" % (
            connection, " under the same name" if named else ""), len(seen) == 2 and
            seen[0] == seen[1] and bool(seen[0]) == named, (seen, result.show()))
        tap.check("sent, not answered, %s: each is told as possibly paid for" % connection, [
            e.get("possible_spend") for e in result.attempts] == [True, True], result.show())
    before = len(server.requests())
    result = ask(server, "another-reset", "once")
    seen = [r["idempotency"] for r in server.requests()[before:]]
    tap.check("sent, answered when tried once more: only the first is", result.status == "ok" and
              [e.get("possible_spend", False) for e in result.attempts] == [True, False] and
              len(set(seen)) == 1, (seen, result.show()))


def tls(tap, server):
    authority = {"SSL_CERT_FILE": server.authority}
    good = ask(server, "fine", "tls-good", **authority)
    tap.check("a good certificate", good.status == "ok" and good.text == SAID, good.show())
    unknown = ask(server, "fine", "tls-good")
    tap.check("an authority that is not known", unknown.status == "error", unknown.show())
    before = len(server.requests())
    for kind in ("expired", "wrong-host", "self-signed", "old", "reset"):
        result = ask(server, "fine", "tls-" + kind, **authority)
        said = result.err.strip()
        tap.check("TLS, %s: closed, in a sentence" % kind, result.code != 0 and
                  "certificate" in said + result.error() or kind in ("old", "reset") and
                  result.code != 0, result.show())
        tap.check("TLS, %s: nobody is told to look away" % kind, not any(
            word in result.error().lower() for word in ("insecure", "-k ", "disable", "verify=")),
            result.error())
    tap.check("nothing was sent to any of them", len(server.requests()) == before)


def http2(tap, server):
    authority = {"SSL_CERT_FILE": server.authority}
    for question, case in HTTP2.items():
        result = ask(server, question, "h2", **authority)
        judge(tap, server, question, case, result)
    versions = {r["origin"] for r in server.requests() if r["origin"] == server.also["h2:good"]}
    tap.check("they were asked over HTTP/2", versions, server.requests()[-1])


def proxies(tap, server):
    def through(kind, variable="http_proxy", clock="virtual", **more):
        before = len(server.ledger())
        result = ask(server, "fine", "far", clock, **{variable: server.also[kind]}, **more)
        return result, server.ledger()[before:]

    result, rows = through("proxy:tunnel")
    seen = [(r["method"], len(r["credentials"])) for r in rows if r["type"] == "request"]
    tap.check("a proxy that works gets no key", result.text == SAID and
              seen == [("CONNECT", 0), ("POST", 1)], result.show() + str(seen))
    for kind in ("407", "502", "closed"):
        result, rows = through("proxy:" + kind)
        asked = [r for r in rows if r.get("method") == "POST" or r.get("credentials")]
        tap.check("a proxy that is %s: closed, in a sentence, no key" % kind, result.code != 0 and
                  "proxy" in result.error().lower() and not asked, result.show() + str(asked))
    result, rows = through("proxy:hang", clock="real")
    tap.check("a proxy that hangs ends by the limit", result.code != 0 and
              "for 1 s" in result.error(), result.show())
    login = server.also["proxy:login"].replace("//", "//mock:mock-proxy-password@")
    result = ask(server, "fine", "far", http_proxy=login)
    tap.check("a proxy with a login", result.text == SAID, result.show())
    tap.check("whose password is not recorded", b"mock-proxy-password" not in result.left)
    result, rows = through("socks", "all_proxy")
    tap.check("SOCKS", result.text == SAID and rows[0]["type"] == "socks" and
              rows[0]["host"] == "model.invalid", result.show() + str(rows))
    result, rows = through("proxy:tunnel", NO_PROXY="model.invalid", no_proxy="model.invalid")
    tap.check("NO_PROXY goes past it", result.code != 0 and not rows, result.show() + str(rows))


def main():
    tap = Tap()
    doors = ["tls:good", "tls:expired", "tls:wrong-host", "tls:self-signed", "tls:old",
             "tls:reset", "h2:good", "proxy:tunnel", "proxy:407", "proxy:502", "proxy:hang",
             "proxy:closed", "proxy:login", "socks"]
    with MockServer([list(replies())], origins=2, also=doors) as server:
        transfers(tap, server)
        spends(tap, server)
        tls(tap, server)
        http2(tap, server)
        proxies(tap, server)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
