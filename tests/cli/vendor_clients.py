#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each vendor's own client reads the mock server and the recordings before ours does (TAP).

What is recorded in tests/fixtures/wire must mean to the vendor's client what expect.json says, and
what the mock answers by itself must show that it read the request in that vendor's words.  This
proves the recordings and the mock, which then prove our client.  Without node, npm or a registry
the test is skipped with the reason, or fails where every tool is required.
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import zlib

TESTS = pathlib.Path(os.environ.get("top_srcdir", ".")).resolve() / "tests"
sys.path.insert(0, str(TESTS / "support"))
sys.path.insert(0, str(TESTS / "cli"))
from mock_run import MockServer  # noqa: E402
from vendor_client import installed  # noqa: E402

WIRE = TESTS / "fixtures" / "wire"
# folder: (client, path below the mock's origin)
DOORS = {
    "openai_chat": ("openai_chat", "/v1"),
    "openai_responses": ("openai_responses", "/v1"),
    "anthropic": ("anthropic", ""),
    "gemini": ("gemini", ""),
    "ollama": ("ollama", ""),
    "bedrock": ("bedrock", ""),
    "azure": ("azure", ""),
    "dashscope": ("dashscope", "/compatible-mode/v1"),
    "deepseek": ("deepseek", "/deepseek"),
    "openrouter": ("openrouter", "/openrouter/api/v1"),
    "vllm": ("vllm", "/vllm/v1"),
    "llama-server": ("llama-server", "/llama-server/v1"),
    "lmstudio": ("lmstudio", "/lmstudio/v1"),
    "groq": ("groq", "/groq/openai/v1"),
    "mistral": ("mistral", "/mistral/v1"),
    "moonshot": ("moonshot", "/moonshot/v1"),
    "zhipu": ("zhipu", "/zhipu/api/paas/v4"),
    "siliconflow": ("siliconflow", "/siliconflow/v1"),
}
NATIVE = ("openai_responses", "anthropic", "gemini", "ollama", "bedrock")
FIELDS = ("text", "reasoning", "refusal", "tools", "finish", "usage", "others")
STREAM_ENDS = (".sse", ".ndjson", ".eventstream")


def png(width, height):
    """A PNG of one colour."""
    def block(kind, data):
        check = zlib.crc32(kind + data)
        return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")
    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    rows = zlib.compress((b"\0" + b"\x20\x40\x60" * width) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + block(b"IHDR", size + b"\x08\x02\0\0\0") + \
        block(b"IDAT", rows) + block(b"IEND", b"")


TOOLS = [
    {"name": "add", "description": "adds", "schema": {
        "type": "object", "properties": {"a": {"type": "integer"}, "why": {"type": "string"}},
        "required": ["a", "why"], "additionalProperties": False}},
    {"name": "clock", "description": "tells the time", "schema": {
        "type": "object", "properties": {}, "additionalProperties": False}},
]
SCHEMA = {"type": "object", "properties": {"days": {"type": "integer"},
                                           "who": {"type": "string"}},
          "required": ["days", "who"], "additionalProperties": False}
IMAGE = png(3, 2)
ADD = {"name": "add", "arguments": {"a": 7, "why": "the why"}}
CLOCK = {"name": "clock", "arguments": {}}

# name: (what is asked, what the answer has, who cannot ask it)
ASKS = {
    "plain": ({"user": "hello, 你好"}, {"lines": {"echo: hello, 你好"}, "finish": "stop"}, ()),
    "settings": ({"user": "hi", "system": "Be brief.", "temperature": 0.5, "max_tokens": 64},
                 {"lines": {"echo: hi", "system: Be brief.", "temperature: 0.5",
                            "max_tokens: 64"}}, ()),
    "stop": ({"user": "hi", "stop": ["END"]}, {"lines": {"stop: [\"END\"]"}},
             ("openai_responses",)),
    "seed": ({"user": "hi", "seed": 7}, {"lines": {"seed: 7"}},
             ("openai_responses", "anthropic", "bedrock", "deepseek", "zhipu")),
    "image": ({"user": "what is it?", "image": {
        "type": "image/png", "data": base64.b64encode(IMAGE).decode("ascii")}},
        {"part": "images: 1 (image/png %d bytes" % len(IMAGE)}, ()),
    "tools": ({"user": "2+2?", "tools": TOOLS}, {"tools": [ADD], "finish": "tool_calls"}, ()),
    "two tools": ({"user": "2+2? #two-tools", "tools": TOOLS},
                  {"tools": [ADD, CLOCK], "finish": "tool_calls"}, ()),
    "tool choice": ({"user": "2+2?", "tools": TOOLS, "choice": "clock"}, {"tools": [CLOCK]},
                    ("ollama",)),
    "tool result": ({"user": "2+2?", "tools": TOOLS,
                     "history": {"tool": "add", "result": "it is 42"}},
                    {"text": "tool said: it is 42", "tools": []}, ()),
    "schema": ({"user": "as JSON", "schema": SCHEMA},
               {"text": '{"days":7,"who":"the who"}'}, ("bedrock",)),
    "thinking": ({"user": "why?", "effort": "low"},
                 {"reasoning": "The question is: why?", "part": "echo: why?"},
                 ("dashscope", "siliconflow", "mistral", "moonshot", "zhipu")),
    "cached": ({"user": "again #cached"}, {"cached": 5},
               ("ollama", "vllm", "llama-server", "lmstudio", "groq", "mistral")),
    "length": ({"user": "more #length"}, {"finish": "length", "lines": {"echo: more #length"}}, ()),
    "refused": ({"user": "bad #refuse"}, {"text": "", "tools": []}, ("ollama", "bedrock")),
    "two answers": ({"user": "hi", "n": 2}, {"text": "echo: hi", "others": [
        "echo: hi\nchoice: 1"]}, NATIVE[:2] + NATIVE[3:] + ("deepseek", "zhipu")),
}
OWN_WORDS = {
    ("openai_responses", "settings"): {"lines": {
        "echo: hi", "instructions: Be brief.", "temperature: 0.5", "max_output_tokens: 64"}},
    ("mistral", "seed"): {"lines": {"random_seed: 7"}},
}

passed = 0
failed = 0


def check(name, problem):
    global passed, failed
    passed += not problem
    failed += bool(problem)
    print("%s %d - %s" % ("not ok" if problem else "ok", passed + failed, name))
    if problem:
        print("# " + problem.replace("\n", "\n# "))


def recordings():
    """(folder, name, way, file, what is expected) of each recording."""
    for folder in sorted(DOORS):
        expect = json.loads((WIRE / folder / "expect.json").read_text(encoding="utf-8"))
        for name, ways in sorted(expect.items()):
            stream = next(WIRE / folder / (name + end) for end in STREAM_ENDS
                          if (WIRE / folder / (name + end)).exists())
            yield folder, name, "stream", stream, ways["stream"]
            yield folder, name, "body", WIRE / folder / (name + ".json"), ways["body"]


def recorded_difference(got, want):
    if "failed" in got:
        return got["failed"]
    wrong = ["%s: want %r, got %r" % (field, want.get(field), got.get(field))
             for field in FIELDS if field != "usage" and got.get(field) != want.get(field)]
    for key, count in (want["usage"] or {}).items():
        if count is not None and (got["usage"] or {}).get(key) != count:
            wrong.append("usage: want %r, got %r" % (want["usage"], got["usage"]))
            break
    return "\n".join(wrong)


def plain_tools(tools):
    return [{"name": t["name"], "arguments": json.loads(t["arguments"])} for t in tools]


def answer_difference(got, want):
    """What of an answer that the mock made by itself is not as it must be."""
    if "failed" in got:
        return got["failed"]
    wrong = [key for key in ("text", "reasoning", "finish", "others")
             if key in want and got.get(key) != want[key]]
    if "tools" in want and plain_tools(got["tools"]) != want["tools"]:
        wrong.append("tools")
    if "lines" in want and not want["lines"] <= set(got["text"].split("\n")):
        wrong.append("lines")
    if want.get("part", "") not in got["text"]:
        wrong.append("part")
    if "cached" in want and (got["usage"] or {}).get("cached") != want["cached"]:
        wrong.append("cached")
    return "%s of %r" % (", ".join(wrong), got) if wrong else ""


def run_jobs(modules, jobs):
    lines = "".join(json.dumps(job) + "\n" for job in jobs)
    run = subprocess.run(["node", str(TESTS / "cli" / "vendor_clients.mjs"), str(modules)],
                         input=lines, stdout=subprocess.PIPE, text=True, timeout=300, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def ask_jobs(base):
    for folder, (client, path) in sorted(DOORS.items()):
        for name, (ask, want, without) in ASKS.items():
            if folder in without:
                continue
            want = OWN_WORDS.get((folder, name), want)
            for stream in (True, False):
                yield want, {"id": "%s asks %s by %s" % (folder, name,
                                                         "stream" if stream else "body"),
                             "client": client, "base": base + path, "stream": stream,
                             "ask": dict(ask, model="m-large")}


def main():
    modules = installed()
    tapes = list(recordings())
    script = [{"match": {"model": "%s.%s.%s" % (folder, name, way)}, "file": str(file)}
              for folder, name, way, file, _ in tapes]
    with MockServer([script], answer=True) as server:
        jobs = [{"id": "%s: %s by %s" % (folder, name, way), "client": DOORS[folder][0],
                 "base": server.base + DOORS[folder][1], "stream": way == "stream",
                 "ask": {"model": "%s.%s.%s" % (folder, name, way), "user": "recorded?"}}
                for folder, name, way, _, _ in tapes]
        asks = list(ask_jobs(server.base))
        answers = run_jobs(modules, jobs + [job for _, job in asks])
        for job, answer, tape in zip(jobs, answers, tapes):
            check(job["id"], recorded_difference(answer, tape[4]))
        for (want, job), answer in zip(asks, answers[len(jobs):]):
            check(job["id"], answer_difference(answer, want))
        strangers = [row["target"] for row in server.requests() if row["strangers"]]
        check("no key was sent to a stranger", "\n".join(strangers))
    print("1..%d" % (passed + failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
