#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--offline under strace: no command of the program, nor any program that it starts, gets a socket
that could leave the machine; and what was asked online before is answered from the cache."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from world import LATHE, MockServer, Tap, World, script_file

REPLIES = [{"match": {}, "events": [{"text": "Ten "}, {"text": "days."}, {"finish": "stop"}, {
    "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}]}]

# What a child says of the network, on its standard output.
PROBE = """import socket, sys
try:
    socket.socket(%s, socket.SOCK_STREAM)
    print("reached-the-network")
except OSError as e:
    print("kept-off-by-%%d" %% e.errno)
"""

LEAVES = re.compile(r"\b(socket|connect|sendto|sendmsg|bind)\(.*\b(AF_INET6?|AF_PACKET|AF_VSOCK)\b")
GIVEN = re.compile(r"= \d+$")

OFFLINE = [
    ("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "local/extract"),
    ("run", "prompts/ask.jinja2", "-i", "question=a"),
    ("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "elsewhere"),
    ("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "claude"),
    ("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "gemini"),
    ("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "ollama"),
    ("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "probed", "--trust"),
    ("run", "prompts/ask.jinja2", "-i", "question=a", "--dry-run"),
    ("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "proxied"),
    ("connection", "list"), ("connection", "test", "mock"), ("connection", "test", "elsewhere"),
    ("models",), ("models", "--json"), ("doctor",), ("tour",), ("fsck",), ("trace", "list"),
    ("trace", "show"), ("cache", "list"), ("secret", "list"), ("secret", "test", "nothing"),
    ("render", "prompts/ask.jinja2", "-i", "question=a"), ("--plain",),
    ("--script", "keys.txt", "--screens", "screens"),
]
# Verbs of other parts of the program, when it has them.
MORE = {
    "models": [("models", "--refresh")],
    "embed": [("embed", "text", "-m", "mock")],
    "rerank": [("rerank", "question", "one", "two", "-m", "mock")],
    "moderate": [("moderate", "text", "-m", "mock")],
    "cost": [("cost",)],
    "tokens": [("tokens", "prompts/ask.jinja2")],
    "job": [("job", "list")],
}

YAML = """
  elsewhere: {provider: openai, base_url: "https://api.example.com/v1", model: m, secret: "env:MOCK_KEY"}
  proxied: {provider: openai, base_url: "https://api.example.com/v1", model: m}
  claude: {provider: anthropic, base_url: "https://api.anthropic.com", model: m}
  gemini: {provider: gemini, base_url: "https://generativelanguage.googleapis.com", model: m}
  ollama: {provider: ollama, base_url: "http://127.0.0.1:11434", model: m}
  probed: {provider: openai, base_url: "http://127.0.0.1:11434/v1", model: m, secret: "cmd:sh probe.sh"}
"""


def traced(world, words, env=None, offline=("--offline",)):
    """Runs it; what strace saw of sockets, by process, and what it printed."""
    out = world.folder / "strace"
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", str(out), "-e", "trace=network,io_uring_setup", LATHE,
         *offline, *words], cwd=world.root, stdin=subprocess.DEVNULL, capture_output=True,
        timeout=120, env=dict(world.env, ASAN_OPTIONS="detect_leaks=0", **(env or {})))
    lines = out.read_text(errors="replace").splitlines()
    return done, [line for line in lines if LEAVES.search(line)]


def no_socket(tap, world, words, env=None):
    done, lines = traced(world, words, env)
    given = [line for line in lines if GIVEN.search(line)]
    tap.check("no socket: " + " ".join(words), not given, "\n".join(given))
    return done, lines


def verbs(world):
    text = world.run("--help").stdout
    return {line.split()[0] for line in text.splitlines() if re.match(r"  [a-z]", line)}


def the_commands(tap, world):
    refused = 0
    known = verbs(world)
    extra = [words for verb, rows in MORE.items() if verb in known for words in rows]
    env = {"https_proxy": "http://127.0.0.1:9", "LATHE_DETECT": "on"}
    for words in OFFLINE + extra:
        done, lines = no_socket(tap, world, words, env)
        refused += b"offline" in done.stdout + done.stderr
        if "probed" not in words:
            tap.check("it does not even try: " + " ".join(words), not lines, "\n".join(lines))
    tap.check("what needs the network says so", refused >= 8, refused)


def the_children(tap, world):
    """The program of a cmd: reference tries, and the kernel keeps it off."""
    for family in ("AF_INET", "AF_INET6"):
        (world.root / "probe.py").write_text(PROBE % ("socket." + family))
        (world.root / "probe.sh").write_text(
            "exec %s probe.py | tee said\n" % (sys.executable or "python3"))
        traced(world, ("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "probed", "--trust"))
        said = (world.root / "said").read_text().strip()
        tap.check("a program it starts is kept off " + family,
                  said == "kept-off-by-%d" % 101, said)  # ENETUNREACH
        world.run("run", "prompts/ask.jinja2", "-i", "question=a", "-m", "probed", "--trust")
        said = (world.root / "said").read_text().strip()
        tap.check("online it is not, with " + family,
                  said in ("reached-the-network", "kept-off-by-97"), said)  # no IPv6 here


def the_replay(tap, world, server):
    ask = ("run", "prompts/ask.jinja2", "-i", "question=how many")
    first = world.run(*ask, "--cache", "on")
    tap.check("online it is asked", first.returncode == 0 and first.stdout == "Ten days.\n",
              first.stderr)
    done, lines = traced(world, (*ask, "--cache", "off"), offline=())
    tap.check("strace sees the socket of a request", lines and GIVEN.search(lines[0]), done.stderr)
    requests = len(server.requests())
    done, lines = traced(world, (*ask, "--cache", "only"))
    tap.check("offline it is replayed", done.returncode == 0 and done.stdout == b"Ten days.\n",
              done.stderr)
    tap.check("without a socket", not lines, "\n".join(lines))
    tap.check("nobody was asked", len(server.requests()) == requests)
    done, lines = traced(world, ("run", "prompts/ask.jinja2", "-i", "question=other", "--cache",
                                 "only"))
    tap.check("another question is a miss that names the request",
              done.returncode != 0 and b"no stored answer" in done.stderr and b"mock/m" in
              done.stderr and not lines, done.stderr)
    rows = [json.loads(line) for line in world.run("cache", "why", "last", "--json").stdout
            .splitlines()]
    tap.check("a miss made no request", rows == [], rows)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        with MockServer([script_file(folder, REPLIES)]) as server:
            world = World(server.base)
            with open(world.root / "lathe.yaml", "a") as out:
                out.write(YAML.lstrip("\n"))
            (world.root / "probe.sh").write_text("echo a-key-0123456789\n")
            (world.root / "keys.txt").write_text("<F5>\n:wait-idle\n:save-screen one\n")
            the_replay(tap, world, server)
            the_commands(tap, world)
            the_children(tap, world)
            world.close()
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
