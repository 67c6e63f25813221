#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Many requests on one HTTP/2 connection, over the whole program (TAP), F-65: a hundred at once,
one that stalls among them, and a server that gives no room to send.
"""
import json
import sys

from pacing import Rows
from transport import FINE
from world import MockServer, Tap

AT_ONCE = 100
STALLS = "row 177"
REPLIES = [
    {"match": {"last_user": STALLS}, "events": FINE[:1] + [{"pause_ms": 20000}] + FINE[1:]},
    {"match": {}, "events": [{"pause_ms": 400}] + FINE},
]


def go(server, door, count, *words):
    """A run over rows; its state, and the connections that the server saw. A run of one has a long
    question, which does not fit into the window that HTTP/2 begins with."""
    world = Rows(server.base, count)
    if count == 1:
        (world.root / "rows.jsonl").write_text(json.dumps({"question": "word " * 30000}) + "\n")
    world.env["SSL_CERT_FILE"] = server.authority
    world.connection("h2", "provider: openai, base_url: '%s/v1', model: m, secret: 'env:MOCK_KEY', "
                     "connect_seconds: 5, first_byte_seconds: 2, idle_seconds: 2" %
                     server.also[door])
    done = world.run("run", "prompts/ask.jinja2", "--data", "rows.jsonl", "-m", "h2", *words,
                     timeout=100)
    state = world.state()
    world.close()
    links = [row for row in server.ledger() if row["type"] == "connection"]
    return done, state["counts"], links


def main():
    tap = Tap()
    with MockServer([REPLIES], also=["h2:good", "h2:still"]) as server:
        done, counts, links = go(server, "h2:good", 1200, "--max-in-flight", str(AT_ONCE))
        most = max((link["at_once"] for link in links), default=0)
        print("# %d connections, at most %d streams at once on one" % (len(links), most))
        tap.check("a hundred streams at once on one connection", most >= 0.9 * AT_ONCE, links)
        tap.check("on few connections", 0 < len(links) <= 8, links)
        tap.check("a stream that stalls is cut off alone", counts.get("ok") == 1199 and
                  counts.get("truncated") == 1, (counts, done.stderr))
        before = len(links)
        done, counts, links = go(server, "h2:still", 1)
        tap.check("a server that gives no room to send: ended by the limit, tried twice",
                  done.returncode != 0 and counts.get("error") == 1 and
                  "2 requests have no known answer" in done.stderr and
                  sum(link["streams"] for link in links[before:]) == 2,
                  (counts, done.stderr, links[before:]))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
