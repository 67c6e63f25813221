#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`lathe models --refresh` against every kind of server: what is learned, what is kept (TAP)."""
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
KEY = "test-key-0123456789abcdef"

# name, provider, path behind the mock's address, vendor, model, what is learned of it
SERVERS = [
    ("plain", "openai", "/v1", "openai", "mock-large", (None, None, None)),
    ("serving", "openai", "/vllm/v1", "vllm", "mock-large", (32768, None, None)),
    ("home", "openai", "/llama-server/v1", "llama-server", "mock-small", (131072, None, None)),
    ("router", "openai", "/openrouter/api/v1", "openrouter", "mockhost/mock-large",
     (200000, 3.0, 15.0)),
    ("claude", "anthropic", "/anthropic", None, "claude-mock-large", (200000, None, None)),
    ("gem", "gemini", "/v1beta", None, "gemini-mock", (1048576, None, None)),
    ("olla", "ollama", "", None, "llama-mock", (None, None, None)),
]

count = failed = 0


def check(name, problem):
    global count, failed
    count += 1
    failed += bool(problem)
    print("%s %d - %s" % ("not ok" if problem else "ok", count, name))
    if problem:
        print("# " + str(problem).replace("\n", "\n# "))


def lathe(folder, *words):
    clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    done = subprocess.run([LATHE, "-C", str(folder), *words], text=True, capture_output=True,
                          env=dict(clean, LATHE_TEST_KEY=KEY, HOME=str(folder), TZ="UTC",
                                   LATHE_DETECT="off", XDG_CONFIG_HOME=str(folder / "config")),
                          timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def write_config(folder, base):
    lines = ["connections:"]
    for name, provider, path, vendor, model, _ in SERVERS:
        lines.append("  %s: {provider: %s, base_url: \"%s%s\", model: \"%s\", secret: "
                     "\"env:LATHE_TEST_KEY\"%s}"
                     % (name, provider, base, path, model, ", vendor: " + vendor if vendor else ""))
    (folder / "lathe.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def listed(folder):
    code, out, err = lathe(folder, "models", "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    return {row["model"].split("/")[0]: row for row in rows if "model" in row} if not code else err


def test_refresh(folder, base):
    lathe(folder, "connection", "trust", "plain")
    code, out, err = lathe(folder, "models", "--refresh", "--connection", "router")
    check("one connection is asked", "" if code == 0 and "3 with prices" in out else out + err)
    code, out, err = lathe(folder, "models", "--refresh")
    lines = out.splitlines()
    check("each server is asked", "" if len(lines) == len(SERVERS) and code == 0 else out + err)
    rows = listed(folder)
    for name, _, _, _, _, (window, price_in, price_out) in SERVERS:
        row = rows[name]
        got = (row["window"], row["input_price"], row["output_price"])
        check("%s says %s" % (name, (window, price_in, price_out)),
              "" if got == (window, price_in, price_out) else row)
    check("the price has its day and its source",
          "" if rows["router"]["as_of"] and rows["router"]["price"].startswith("learned 20")
          else rows["router"])
    learned = (folder / ".lathe" / "models.yaml").read_text(encoding="utf-8")
    check("what was learned holds no key", "" if KEY not in learned else "the key is in it")


def test_over(folder):
    (folder / "models.yaml").write_text(
        "models:\n  mockhost/mock-large:\n    price: {output: 7}\n", encoding="utf-8")
    row = listed(folder)["router"]
    check("the user's own word counts more",
          "" if row["output_price"] == 7.0 and row["input_price"] == 3.0
          and row["window"] == 200000 else row)
    (folder / "models.yaml").unlink()


def test_silence(folder):
    before = (folder / ".lathe" / "models.yaml").read_bytes()
    code, out, err = lathe(folder, "models", "--refresh")
    check("a server that is gone is a sentence",
          "" if code == 4 and out == "" and "router: " in err and "Nothing was learned." in err
          else "%d\n%s%s" % (code, out, err))
    code, out, err = lathe(folder, "models", "--refresh", "--offline")
    check("offline is a sentence", "" if code == 4 and "offline" in err else err)
    check("what was learned before stays",
          "" if before == (folder / ".lathe" / "models.yaml").read_bytes() else "changed")
    code, out, err = lathe(folder, "models", "--refresh", "--connection", "nobody")
    check("a connection that is not there", "" if code == 3 and "nobody" in err else err)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with MockServer(answer=True) as server:
            write_config(folder, server.base)
            test_refresh(folder, server.base)
            test_over(folder)
        test_silence(folder)
    print("1..%d" % count)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
