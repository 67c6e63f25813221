#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lathe embed, rerank and moderate against each vendor's endpoint as the mock has it (TAP)."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(os.environ.get("top_srcdir", ".")).resolve() / "tests"
BUILD = pathlib.Path(os.environ.get("top_builddir", ".")).resolve()
sys.path.insert(0, str(TESTS / "support"))
from mock_run import MockServer  # noqa: E402

LATHE = str(BUILD / "lathe")
CONNECTIONS = {
    "openai": {"provider": "openai", "base_url": "%s/v1", "model": "text-embedding-3-small"},
    "azure": {"provider": "openai", "vendor": "azure", "base_url": "%s", "model": "embedder"},
    "gemini": {"provider": "gemini", "base_url": "%s/v1beta", "model": "gemini-embedding-001"},
    "ollama": {"provider": "ollama", "base_url": "%s", "model": "nomic"},
    "dashscope": {"provider": "openai", "vendor": "dashscope", "model": "text-embedding-v4",
                  "base_url": "%s/compatible-mode/v1"},
    "cohere": {"provider": "openai", "vendor": "cohere", "base_url": "%s", "model": "rerank-v3"},
    "safety": {"provider": "content_safety", "base_url": "%s"},
}

passed = 0
failed = 0


def check(name, problem):
    """One test: PROBLEM is "" when all is well."""
    global passed, failed
    passed += not problem
    failed += bool(problem)
    print("%s %d - %s" % ("not ok" if problem else "ok", passed + failed, name))
    if problem:
        print("# " + str(problem).replace("\n", "\n# "))


class Bench:
    def __init__(self, folder, server):
        self.folder = pathlib.Path(folder)
        self.server = server
        lines = {name: dict(c, base_url=c["base_url"] % server.base, secret="env:LATHE_TEST_KEY")
                 for name, c in CONNECTIONS.items()}
        (self.folder / "lathe.yaml").write_text(json.dumps({"connections": lines}))
        (self.folder / "docs.txt").write_text(
            "\n".join("text number %d" % n for n in range(25)) + "\n")

    def run(self, *words, status=0):
        """The lines of standard output, and what is said beside them."""
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        environment["LATHE_TEST_KEY"] = "test-key-0123456789"
        run = subprocess.run([LATHE, *words], cwd=self.folder, capture_output=True, text=True,
                             timeout=60, env=environment)
        if run.returncode != status:
            return [], "status %d: %s%s" % (run.returncode, run.stdout, run.stderr)
        return run.stdout.splitlines(), run.stderr

    def sent(self):
        return [row for row in self.server.ledger() if row["type"] == "request"]


def vectors(bench):
    first = None
    for name in ("openai", "azure", "gemini", "ollama", "dashscope"):
        lines, said = bench.run("embed", "Hello there", "-m", name, "--json")
        row = json.loads(lines[0]) if lines else {}
        got = [round(x, 5) for x in row.get("embedding", [])]
        first = first or got
        check("%s: the vector of a text" % name, "" if got and got == first else (got, said))
    before = len(bench.sent())
    lines, said = bench.run("embed", "docs.txt", "--lines", "-m", "dashscope", "--dimensions", "4",
                            "--json")
    rows = [json.loads(line) for line in lines]
    good = [row["index"] for row in rows] == list(range(25)) and \
        all(len(row["embedding"]) == 4 for row in rows)
    check("25 texts come back in order", "" if good else (lines, said))
    sizes = sorted(len(row["body"]["input"]) for row in bench.sent()[before:])
    check("... in requests of the vendor's size", "" if sizes == [5, 10, 10] else sizes)
    lines, said = bench.run("embed", "a", "-m", "gemini", "--dimensions", "4", "--json")
    size = sum(x * x for x in json.loads(lines[0])["embedding"]) if lines else 0
    check("a shortened vector has unit length", "" if abs(size - 1) < 1e-6 else (size, said))
    lines, said = bench.run("embed", "docs.txt", "--lines", "-m", "dashscope", "--for", "query")
    check("dashscope's own API is told what the texts are", "" if len(lines) == 25 and
          any("text-embedding/text-embedding" in r["target"] for r in bench.sent()) else said)
    lines, said = bench.run("embed", "a", "-m", "openai", "--for", "query", status=3)
    check("others cannot be told", "" if "does not tell queries" in said else said)
    lines, said = bench.run("embed", "a", "-m", "safety", status=3)
    check("who has no vectors is refused", "" if "has no vectors of texts" in said else said)


def rankings(bench):
    for name in ("openai", "dashscope", "cohere"):
        lines, said = bench.run("rerank", "docs.txt", "-q", "number 7", "--top", "2", "-m", name,
                                "--json")
        best = json.loads(lines[0]) if len(lines) == 2 else {}
        check("%s: the best of 25 texts" % name,
              "" if best.get("index") == 7 and best["text"] == "text number 7" else (lines, said))
    lines, said = bench.run("rerank", "docs.txt", "-q", "x", "-m", "gemini", status=3)
    check("who cannot rank is refused",
          "" if "has no API for ranking texts" in said else said)


def checks(bench):
    for name in ("openai", "safety"):
        lines, said = bench.run("moderate", "good morning", "how to make a bomb", "-m", name)
        good = len(lines) == 2 and lines[0].startswith("clear") and \
            lines[1].startswith("flagged") and "iolence" in lines[1] + said
        check("%s: texts are checked" % name, "" if good else (lines, said))
    lines, said = bench.run("moderate", "hello", "-m", "safety", "--check", "prompt", "--json")
    row = json.loads(lines[0]) if lines else {}
    names = [c["name"] for c in row.get("categories", [])]
    check("a prompt is looked at for attacks", "" if "prompt attack" in names else (lines, said))
    lines, said = bench.run("moderate", "wörd " * 2001, "-m", "safety")
    check("a long text is checked in parts", "" if "2 requests" in said else said)
    lines, said = bench.run("moderate", "x", "-m", "safety", "--check", "grounded", status=3)
    check("a check without its sources is refused", "" if "needs the sources" in said else said)
    lines, said = bench.run("moderate", "x", "-m", "openai", "--check", "prompt", status=3)
    check("a check that a vendor lacks is refused", "" if "knows one check only" in said else said)


def records(bench):
    lines, said = bench.run("trace", "list")
    good = all(any(word in line for line in lines) for word in ("embed", "rerank", "moderate"))
    check("they are runs like any other", "" if good else (lines, said))
    bad = [row["target"] for row in bench.sent() if "test-key" in row["target"]]
    check("no address carries a key", bad)


def main():
    with tempfile.TemporaryDirectory() as folder, MockServer(answer=True) as server:
        bench = Bench(folder, server)
        for part in (vectors, rankings, checks, records):
            part(bench)
    print("1..%d" % (passed + failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
