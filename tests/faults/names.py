#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names and addresses that fail, over the whole program (TAP), F-62: a name server that fails once,
that fails for ever, that says nothing; a name whose first address (IPv6) is dead. Each in a network
and mount namespace of its own, with a name server on its loopback.
"""
import json
import pathlib
import select
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from pacing import loopback
from transport import FINE, SAID, Result
from world import MockServer, Tap, World

A, AAAA = 1, 28
NO_ERROR, SERVFAIL = 0, 2


class Names(threading.Thread):
    """A name server. What it says is in the name: NAME.fail.test, .once.test, .silent.test."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 53))
        self.failed = set()
        self.asked = []
        self.start()

    def run(self):
        while True:
            question, who = self.socket.recvfrom(4096)
            end = question.index(b"\0", 12)
            kind = struct.unpack(">H", question[end + 1:end + 3])[0]
            labels = question[12:end]
            self.asked.append((labels, kind))
            if b"silent" in labels:
                continue
            fails = b"fail" in labels or b"once" in labels and (labels, kind) not in self.failed
            self.failed.add((labels, kind))
            self.socket.sendto(self.answer(question[:end + 5], kind, fails), who)

    @staticmethod
    def answer(asked, kind, fails):
        address = {A: socket.inet_aton("127.0.0.1"),
                   AAAA: socket.inet_pton(socket.AF_INET6, "::1")}.get(kind, b"")
        count = 1 if address and not fails else 0
        head = asked[:2] + struct.pack(">HHHHH", 0x8180 | (SERVFAIL if fails else NO_ERROR),
                                       1, count, 0, 0)
        record = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 0, len(address)) + address
        return head + asked[12:] + (record if count else b"")


def dead(port):
    """A listener at ::1 whose queue is full: the kernel drops who else knocks. The connections
    that fill it are kept in what is returned."""
    listener = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    listener.bind(("::1", port))
    listener.listen(0)
    kept = [listener]
    for _ in range(4):
        one = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
        one.setblocking(False)
        one.connect_ex(("::1", port))
        kept.append(one)
        select.select([], [one], [], 0.2)
    return kept


def ask(server, name, more=""):
    world = World(server.base)
    world.connection("named", "provider: openai, base_url: 'http://%s:%s/v1', model: m, "
                     "allow_http: true%s" % (name, server.base.rpartition(":")[2], more))
    begun = time.monotonic()
    process = world.start("run", "prompts/ask.jinja2", "--json", "-m", "named", "-i", "question=q")
    result = Result(process)
    world.close()
    return {"code": result.code, "text": result.text, "error": result.error(),
            "tries": len(result.attempts), "seconds": time.monotonic() - begun}


def inside(folder):
    """In the namespaces: asks by each kind of name, and prints what came of it."""
    loopback(True)
    resolv = pathlib.Path(folder) / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\noptions timeout:6 attempts:3\n")
    subprocess.run(["mount", "--bind", str(resolv), "/etc/resolv.conf"], check=True)
    names = Names()
    with MockServer([[{"match": {}, "events": FINE}]]) as server:
        kept = dead(int(server.base.rpartition(":")[2]))
        said = {name: ask(server, "model.%s.test" % name, more) for name, more in (
            ("good", ""), ("once", ""), ("fail", ""), ("silent", ", connect_seconds: 1"))}
        del kept
        said["asked"] = len(names.asked)
    print(json.dumps(said))


def main():
    if "--inside" in sys.argv:
        return inside(sys.argv[-1])

    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["unshare", "-n", "-m", sys.executable, "-B", __file__, "--inside",
                               folder], capture_output=True, text=True, timeout=200)
    if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        print("1..0 # SKIP no namespace of its own can be made here")
        return 0
    try:
        said = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        tap.check("the namespaces", False, done.stdout + done.stderr)
        return tap.end()
    good, once, fail, silent = (said[name] for name in ("good", "once", "fail", "silent"))
    tap.check("a first address that is dead: the second is taken within a moment (%.1f s)" %
              good["seconds"], good["text"] == SAID and good["tries"] == 1 and
              good["seconds"] < 3, good)
    tap.check("a name server that fails once: asked again", once["text"] == SAID and
              once["seconds"] < 10, once)
    tap.check("a name server that fails for ever: said in a sentence", fail["code"] != 0 and
              "model.fail.test" in fail["error"] and "name server" in fail["error"] and
              fail["tries"] == 3 and fail["seconds"] < 10, fail)
    tap.check("a name server that says nothing: ended by the limit, %.1f s for 3 tries" %
              silent["seconds"], silent["code"] != 0 and silent["tries"] == 3 and
              "No name server answered" in silent["error"] and silent["seconds"] < 9, silent)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
