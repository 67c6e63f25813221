#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes tests/fixtures/wire: the same answers in every wire format, as bytes and as expected.

    mock_record.py tests/fixtures/wire

One folder a format or vendor; NAME.sse, .ndjson or .eventstream is a stream, NAME.json the whole
answer, expect.json what a client must make of each, in neutral words.  The files are committed:
the vendors' clients prove them (tests/cli/vendor_clients.py), then our own client reads them.
"""
import json
import pathlib
import sys

from mock import (anthropic, bedrock, gemini, ollama, openai_chat, openai_responses,
                  openai_vendors)

WIRES = {"openai_chat": openai_chat, "openai_responses": openai_responses, "anthropic": anthropic,
         "gemini": gemini, "ollama": ollama, "bedrock": bedrock}
STREAMS = {"ollama": ".ndjson", "bedrock": ".eventstream"}
VENDORS = ("azure", "dashscope", "deepseek", "openrouter", "vllm", "llama-server", "lmstudio",
           "groq", "mistral", "moonshot", "zhipu", "siliconflow")
# Which token counts a format reports.
REPORTS = {"openai_chat": "input output cached cache_write reasoning",
           "openai_responses": "input output cached cache_write reasoning",
           "anthropic": "input output cached cache_write reasoning",
           "gemini": "input output cached reasoning", "ollama": "input output",
           "bedrock": "input output cached cache_write",
           "deepseek": "input output cached reasoning", "moonshot": "input output cached"}
BARE = ("vllm", "llama-server", "lmstudio", "groq", "mistral")
NO_STREAM_USAGE = ("lmstudio",)


def counts(read, made, cached=0, written=0, reasoning=0):
    return {"tokens": {"input": read, "output": made, "cached": cached, "cache_write": written,
                       "reasoning": reasoning}}


def call(index, ident, name, pieces):
    first = {"index": index, "id": ident, "type": "function", "name": name, "arguments": ""}
    return [{"tool": first}] + [{"tool": {"index": index, "arguments": p}} for p in pieces]


RECORDINGS = {
    "text": [{"text": "Ten days"}, {"text": " of leave,"}, {"text": " taken by March."},
             {"finish": "stop"}, counts(23, 9)],
    "unicode": [{"text": "年假"}, {"text": "十天 🏖"}, {"text": "️ é"},
                {"text": "\t\"quoted\"\n"}, {"finish": "stop"}, counts(19, 12)],
    "tools": call(0, "call_a1", "leave_left", ['{"na', 'me":"李', '雷"}'])
    + call(1, "call_b2", "today", ["{}"]) + [{"finish": "tool_calls"}, counts(88, 31)],
    "thinking": [{"reasoning": "They ask "}, {"reasoning": "about leave. 嗯"},
                 {"signature": "RXF1YWxz"}, {"text": "Ten "}, {"text": "days."},
                 {"finish": "stop"}, counts(23, 40, reasoning=31)],
    "cached": [{"text": "As before."}, {"finish": "stop"}, counts(4120, 4, 4096, 16)],
    "length": [{"text": "Cut at the lim"}, {"finish": "length"}, counts(12, 5)],
    "filter": [{"text": "Part of"}, {"finish": "content_filter"}, counts(14, 3)],
    "refusal": [{"refusal": "I cannot "}, {"refusal": "help with that."}, {"finish": "refusal"},
                counts(14, 8)],
    "two": [{"text": "Heads"}, {"text": "Ta", "choice": 1}, {"text": "."},
            {"text": "ils.", "choice": 1}, {"finish": "stop"}, {"finish": "stop", "choice": 1},
            counts(11, 6)],
}
LACKS = {"openai_responses": ("two",), "anthropic": ("two", "filter"), "gemini": (),
         "ollama": ("two", "filter", "refusal"), "bedrock": ("two", "filter", "refusal")}


def expected(folder, wire, events, streamed):
    own = [event for event in events if event.get("choice", 0) == 0]
    tools = {}
    for event in own:
        if "tool" in event:
            tool = tools.setdefault(event["tool"]["index"], dict(event["tool"]))
            if tool["arguments"] != event["tool"]["arguments"]:
                tool["arguments"] += event["tool"]["arguments"]
    joined = {key: "".join(event.get(field, "") for event in own) for key, field in
              (("text", "text"), ("reasoning", "reasoning"), ("refusal", "refusal"))}
    counted = next(event["tokens"] for event in events if "tokens" in event)
    reports = REPORTS.get(folder, "input output" if folder in BARE else REPORTS[wire]).split()
    usage = {key: counted[key] if key in reports else None for key in counted}
    finish = next(event["finish"] for event in own if "finish" in event)
    if finish == "refusal" and wire in ("openai_chat", "openai_responses"):
        finish = "stop"
    if finish == "refusal" and wire == "gemini":
        joined["refusal"] = "PROHIBITED_CONTENT"
        usage["output"] = 0
    answer = {**joined, "finish": finish, "tools": [
        {key: tool[key] for key in ("id", "name", "arguments")} for tool in tools.values()],
        "usage": None if streamed and folder in NO_STREAM_USAGE else usage}
    others = [event for event in events if event.get("choice", 0) > 0]
    if others:
        answer["others"] = ["".join(event.get("text", "") for event in others)]
    return answer


def record(top, folder, wire, names):
    place = pathlib.Path(top) / folder
    place.mkdir(parents=True, exist_ok=True)
    expect = {}
    for name in names:
        events = RECORDINGS[name]
        reply = {"events": events, "id": "answer-%s" % name, "usage_always": True}
        if folder in VENDORS:
            reply = openai_vendors.flavoured(folder, None, reply)
        request = {"model": "recorded"}
        pieces = WIRES[wire].stream(request, reply)
        (place / (name + STREAMS.get(wire, ".sse"))).write_bytes(b"".join(pieces))
        (place / (name + ".json")).write_bytes(WIRES[wire].body(request, reply) + b"\n")
        expect[name] = {"stream": expected(folder, wire, events, True),
                        "body": expected(folder, wire, events, False)}
    text = json.dumps(expect, ensure_ascii=False, indent=1, sort_keys=True)
    (place / "expect.json").write_text(text + "\n", encoding="utf-8")


def main(top):
    for wire in WIRES:
        record(top, wire, wire, [name for name in RECORDINGS if name not in LACKS.get(wire, ())])
    for vendor in VENDORS:
        record(top, vendor, "openai_chat", ("text", "tools", "thinking", "cached"))


if __name__ == "__main__":
    main(sys.argv[1])
