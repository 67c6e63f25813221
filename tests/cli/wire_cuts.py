#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every recorded answer of every wire format, cut anywhere and ended anywhere (TAP).

The recordings are tests/fixtures/wire, which the vendors' own clients have read before
(vendor_clients.py).  For each: our reader makes of it what expect.json says; every way to cut it
gives the same answer; it is complete from the end of its last word on, and until then truncated,
whether the connection breaks or ends in peace.
"""
import json
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

TESTS = pathlib.Path(os.environ.get("top_srcdir", ".")).resolve() / "tests"
BUILD = pathlib.Path(os.environ.get("top_builddir", ".")).resolve()
WIRE = TESTS / "fixtures" / "wire"
PROGRAM = str(BUILD / "tests" / "support" / "wire_cuts")

# folder: (provider, vendor, content type of its streams)
SSE = "text/event-stream"
FORMATS = {
    "anthropic": ("anthropic", "", SSE),
    "gemini": ("gemini", "", SSE),
    "ollama": ("ollama", "", "application/x-ndjson"),
    "openai_chat": ("openai", "openai", SSE),
    "openai_responses": ("openai_responses", "openai", SSE),
    "azure": ("azure", "azure", SSE),
    "bedrock": ("bedrock", "", "application/vnd.amazon.eventstream"),
    **{vendor: ("openai", vendor, SSE) for vendor in (
        "dashscope", "deepseek", "groq", "llama-server", "lmstudio", "mistral", "moonshot",
        "openrouter", "siliconflow", "vllm", "zhipu")},
}
ENDS = {SSE: ".sse", "application/x-ndjson": ".ndjson",
        "application/vnd.amazon.eventstream": ".eventstream"}
# The last words of a stream, by provider: any of these in a frame makes it the last that counts.
LAST_WORDS = {
    "openai": (b'"finish_reason":"',),
    "azure": (b'"finish_reason":"',),
    "openai_responses": (b'"type":"response.completed"', b'"type":"response.incomplete"'),
    "anthropic": (b'"type":"message_stop"',),
    "gemini": (b'"finishReason":', b'"blockReason":'),
    "ollama": (b'"done":true',),
    "bedrock": (b'"stopReason":',),
}
FINISH = {"end_turn": "stop", "max_tokens": "length", "tool_use": "tool_calls", "STOP": "stop",
          "MAX_TOKENS": "length", "SAFETY": "content_filter", "PROHIBITED_CONTENT": "refusal",
          "max_output_tokens": "length", "completed": "stop"}

passed = 0
failed = 0


def check(name, problem):
    global passed, failed
    passed += not problem
    failed += bool(problem)
    print("%s %d - %s" % ("not ok" if problem else "ok", passed + failed, name))
    if problem:
        print("# " + problem.replace("\n", "\n# "))


def frames(provider, data):
    """(start, end) of each frame of a stream."""
    at = 0
    while at < len(data):
        if provider == "bedrock":
            end = at + int.from_bytes(data[at:at + 4], "big")
        else:
            mark = b"\n" if provider == "ollama" else \
                b"\r\n\r\n" if b"\r\n\r\n" in data else b"\n\n"
            end = data.index(mark, at) + len(mark)
        yield at, end
        at = end


def last_word_ends(provider, data, count):
    """Where the frame ends after which the answer needs nothing more."""
    left = count
    for start, end in frames(provider, data):
        if any(word in data[start:end] for word in LAST_WORDS[provider]):
            left -= 1
            if left == 0:
                return end
    raise AssertionError("there is no last word")


def state_of(want):
    return "filtered" if want["finish"] in ("content_filter", "refusal") or want["refusal"] \
        else "ok"


def answer_difference(got, want):
    wrong = []
    finish = FINISH.get(got["finish"], got["finish"])
    tools = [{"id": t["id"], **t["function"]} for t in json.loads(got["tools"]) or []]
    for name, is_, must in (
            ("status", got["status"], state_of(want)), ("text", got["text"], want["text"]),
            ("reasoning", got["reasoning"], want["reasoning"]),
            ("refusal", got["refusal"],
             "" if want["refusal"] == "PROHIBITED_CONTENT" else want["refusal"]),
            ("finish", "tool_calls" if tools and finish == "stop" else finish, want["finish"]),
            ("tools", [(t["name"], json.loads(t["arguments"])) for t in tools],
             [(t["name"], json.loads(t["arguments"])) for t in want["tools"]])):
        if is_ != must:
            wrong.append("%s: want %r, got %r" % (name, must, is_))
    pieces = "".join(t["arguments"] for t in tools)
    said = (got["text"], got["reasoning"], got["refusal"], pieces)
    for n, (piece, is_) in enumerate(zip(got["told"], said)):
        if piece != is_ and (n < 2 or piece):
            wrong.append("told %r, not %r" % (piece, is_))
    usage = got["usage"] or {}
    for key, count in (want["usage"] or {}).items():
        if count is not None and usage.get(key) != count:
            wrong.append("usage: want %r, got %r" % (want["usage"], usage))
            break
    return "\n".join(wrong)


def judge(folder, name, row, want):
    provider, _, _ = FORMATS[folder]
    whole = row["file"].endswith(".json")
    title = "%s: %s%s" % (folder, name, " whole" if whole else "")
    check("%s is read" % title, answer_difference(row["answer"], want))
    check("%s, cut in %d ways" % (title, row["tries"]),
          json.dumps(row["differ"], ensure_ascii=False) if row["differ"] else "")
    if not whole:
        end = last_word_ends(provider, pathlib.Path(row["file"]).read_bytes(),
                             2 if name == "two" else 1)
        # Behind a CR an LF may or may not follow; a last line needs no end in peace.
        fine = (end, end - 1) if folder in ("gemini", "ollama") else (end,)
        problem = "" if row["complete"] in fine and row["ended"] in fine else \
            "complete at %d and %d, not at %d" % (row["complete"], row["ended"], end)
        problem += json.dumps(row["wrong"], ensure_ascii=False) if row["wrong"] else ""
        check("%s ends with its last word" % title, problem)


def run(words):
    done = subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, text=True, timeout=300,
                          check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def jobs():
    """(folder, name, way, the program's words)"""
    for folder, (provider, vendor, kind) in FORMATS.items():
        expect = json.loads((WIRE / folder / "expect.json").read_text(encoding="utf-8"))
        for name in sorted(expect):
            count = "2" if name == "two" else "1"
            file = str(WIRE / folder / (name + ENDS[kind]))
            yield folder, name, expect[name]["stream"], [provider, vendor, kind, count, file]
            whole = str(WIRE / folder / (name + ".json"))
            yield folder, name, expect[name]["body"], [provider, vendor, "application/json",
                                                       count, whole]


def main():
    todo = list(jobs())
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        rows = list(pool.map(lambda job: run(job[3])[0], todo))
    for (folder, name, want, _), row in zip(todo, rows):
        judge(folder, name, row, want)
    print("1..%d" % (passed + failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
