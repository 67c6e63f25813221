#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prompts answered through the vendors' own formats, against the mock that refuses what they would.

The mock answers with what it was asked and each setting that reached it, so an answer proves that
the setting was sent in that format's own words (TAP).
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

TESTS = pathlib.Path(os.environ.get("top_srcdir", ".")).resolve() / "tests"
BUILD = pathlib.Path(os.environ.get("top_builddir", ".")).resolve()
sys.path.insert(0, str(TESTS / "support"))
from mock import bedrock  # noqa: E402
from mock_run import MockServer  # noqa: E402

LATHE = str(BUILD / "lathe")
KEY = "test-key-0123456789/with+odd=characters"
PIXEL = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
         "rkJggg==")
CONNECTIONS = {
    "anthropic": {"provider": "anthropic", "base_url": "%s"},
    "claude-vertex": {"provider": "anthropic", "base_url": "%s/v1", "project": "p",
                      "region": "europe-west1"},
    "gemini": {"provider": "gemini", "base_url": "%s/v1beta"},
    "vertex": {"provider": "gemini", "base_url": "%s/v1", "vendor": "vertex", "project": "p"},
    "ollama": {"provider": "ollama", "base_url": "%s"},
    "bedrock": {"provider": "bedrock", "base_url": "%s", "region": "eu-west-1",
                "access_key": "AKIDEXAMPLE", "secret": "env:LATHE_TEST_AWS",
                "model": "anthropic.claude-x-v1:0"},
    "bedrock-key": {"provider": "bedrock", "base_url": "%s"},
}
TOOL = {"type": "function", "function": {"name": "add", "description": "adds", "parameters": {
    "type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]}}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "s", "schema": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
    "additionalProperties": False}}}
LOOP = ("user:\nAdd.\n\nassistant:\n## tool_calls:\n[{'id': 'c1', 'type': 'function', 'function': "
        "{'name': 'add', 'arguments': '{\"a\": 1}'}}]\n\ntool:\n## tool_call_id:\nc1\n"
        "## content:\nfour\n")

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


class Bench:
    def __init__(self, folder, server):
        self.folder = pathlib.Path(folder)
        lines = {name: dict({"model": "m1", "secret": "env:LATHE_TEST_KEY"},
                            **{k: v % server.base if "%s" in v else v for k, v in c.items()})
                 for name, c in CONNECTIONS.items()}
        (self.folder / "lathe.yaml").write_text(json.dumps({"connections": lines}))

    def run(self, model, text, **parameters):
        """The output and what is said beside it."""
        head = json.dumps({"name": "p", "model": {"api": "chat", "parameters": parameters},
                           "sample": {"pic": {"data:image/png;base64": PIXEL}}})
        (self.folder / "p.prompty").write_text("---\n%s\n---\n%s" % (head, text), "utf-8")
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        environment["LATHE_TEST_KEY"] = KEY
        environment["LATHE_TEST_AWS"] = bedrock.SECRET
        run = subprocess.run([LATHE, "run", "p.prompty", "-m", model], cwd=self.folder,
                             capture_output=True, text=True, timeout=60, env=environment)
        return run.stdout, run.stderr


def want(bench, name, model, needles, text="user:\nHi there\n", **parameters):
    """The answer, streamed and whole, has all NEEDLES in what it prints."""
    for stream in (True, False):
        out, said = bench.run(model, text, stream=stream, **parameters)
        missing = [n for n in needles if n not in out + said]
        check("%s: %s, %s" % (model, name, "streamed" if stream else "whole"),
              "missing %r in\n%s\n%s" % (missing, out, said) if missing else "")


def check_all(bench, model):
    own = model.split("-")[0]
    want(bench, "an answer with its settings", model,
         ["echo: Hi there", "system: Be brief.", "max_tokens: 50", "· ok ·"],
         "system:\nBe brief.\n\nuser:\nHi there\n", max_tokens=50, temperature=0.5, stop="X")
    want(bench, "a tool is called", model, ["\"add\"", "\"arguments\"", "tool_calls"],
         tools=[TOOL], max_tokens=50)
    want(bench, "a tool's result goes back", model, ["tool said: "], LOOP, tools=[TOOL],
         max_tokens=50)
    if own != "bedrock":
        want(bench, "an answer by a schema", model, ["\"city\""], response_format=SCHEMA,
             max_tokens=50)
    want(bench, "an image within", model, ["images: 1 (image/png"],
         "user:\nSee\n![image]({{pic}})\n", max_tokens=50)
    want(bench, "cut by its limit", model, ["· ok ·"], "user:\nHi #length\n", max_tokens=50)
    if own != "ollama":
        want(bench, "the vendor's refusal", model, ["· filtered ·"],
             "user:\nHi #filter\n", max_tokens=50)
    out, said = bench.run(model, "user:\nHi\n", logit_bias={"1": 5}, max_tokens=5)
    check("%s: what it lacks is refused" % model,
          "" if "has no parameter \"logit_bias\"" in said else out + said)


def check_keys(server):
    seen = {(c["name"].lower(), c["value"]) for row in server.requests()
            for c in row["credentials"] if "AWS4-HMAC-SHA256" not in c["value"]}
    good = {("x-api-key", KEY), ("x-goog-api-key", KEY), ("authorization", "Bearer " + KEY)}
    check("keys go in their vendors' headers only", "" if seen == good else str(seen))
    bad = [row["target"] for row in server.requests() if bedrock.SECRET in json.dumps(row)]
    check("AWS's secret key is not sent", str(bad) if bad else "")
    bad = [row["target"] for row in server.requests() if KEY in row["target"]]
    check("no address carries a key", str(bad) if bad else "")


def main():
    with tempfile.TemporaryDirectory() as folder, MockServer(answer=True) as server:
        bench = Bench(folder, server)
        for model in CONNECTIONS:
            check_all(bench, model)
        check_keys(server)
    print("1..%d" % (passed + failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
