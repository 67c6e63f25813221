# SPDX-License-Identifier: MIT
"""The events of a reply in the words of the OpenAI chat-completions format.

"events" is a list of objects, each one of

    {"text": "..."}  {"reasoning": "...", "field": "reasoning_content"}  {"refusal": "..."}
    {"tool": {"index", "id", "name", "arguments", ...}}   sent as it is, "function" is built
    {"finish": "stop"}  {"usage": {...}}  {"role": "assistant"}
    {"json": {...}}            one data event with exactly this value
    {"error": {...}}           a mid-stream error object
    {"raw": "..."}  {"raw_base64": "..."}  bytes as they are, no line ending is changed
    {"comment": "ping"}  {"pause_ms": 20}

with "choice": n for another index than 0.  Keys of a reply: "line_ending" (lf, crlf, cr),
"id", "created", "done" (false: no [DONE]), "bom" (true), "space" (false: "data:{..."),
"event_name" (an event: line before each data line), "role_first" (false: no role chunk),
"usage_in" ("last": in the finish chunk, "every": in each chunk).  Usage is sent only when the
request asks for it with stream_options.include_usage, or when "usage_in" or "usage_always" says so.
The same events make the whole-body answer when the request does not stream.
"""
import base64
import json

from mock.faults import Pause

ENDINGS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}


def dump(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def tool_delta(tool):
    out = {key: value for key, value in tool.items() if key not in ("name", "arguments")}
    function = {key: tool[key] for key in ("name", "arguments") if key in tool}
    if function:
        out["function"] = function
    return out


def delta_of(event):
    if "text" in event:
        return {"content": event["text"]}
    if "reasoning" in event:
        return {event.get("field", "reasoning_content"): event["reasoning"]}
    if "refusal" in event:
        return {"refusal": event["refusal"]}
    if "tool" in event:
        return {"tool_calls": [tool_delta(event["tool"])]}
    if "role" in event:
        return {"role": event["role"]}
    return {}


def usage_of(reply):
    for event in reply.get("events", []):
        if "usage" in event:
            return event["usage"]
    return None


class Stream:
    """Builds the byte pieces of one stream."""

    def __init__(self, request, reply):
        self.request = request
        self.reply = reply
        self.end = ENDINGS[reply.get("line_ending", "lf")]
        options = request.get("stream_options") or {}
        self.asked = bool(options.get("include_usage"))
        self.usage_in = reply.get("usage_in")

    def data(self, text):
        space = "" if self.reply.get("space") is False else " "
        name = self.reply.get("event_name")
        lines = ["event:%s%s" % (space, name)] if name else []
        lines += ["data:%s%s" % (space, line) for line in text.split("\n")]
        return (self.end.join(lines) + self.end * 2).encode("utf-8", "surrogatepass")

    def chunk(self, choices, usage=None, with_usage=False):
        value = {"id": self.reply.get("id", "chatcmpl-mock"), "object": "chat.completion.chunk",
                 "created": self.reply.get("created", 1790000000),
                 "model": self.request.get("model", "mock"), "choices": choices}
        if with_usage or (self.asked and self.usage_in is None):
            value["usage"] = usage if with_usage else None
        return value

    def choice(self, event):
        return {"index": event.get("choice", 0), "delta": delta_of(event),
                "finish_reason": event.get("finish")}

    def piece(self, event):
        if "pause_ms" in event:
            return Pause(event["pause_ms"])
        if "raw" in event:
            return event["raw"].encode("utf-8", "surrogatepass")
        if "raw_base64" in event:
            return base64.b64decode(event["raw_base64"])
        if "comment" in event:
            return (": %s%s%s" % (event["comment"], self.end, self.end)).encode("utf-8")
        if "json" in event:
            return self.data(dump(event["json"]))
        if "error" in event:
            return self.data(dump({"error": event["error"]}))
        if "usage" in event:
            if self.usage_in or not (self.asked or self.reply.get("usage_always")):
                return b""
            return self.data(dump(self.chunk([], event["usage"], True)))
        every = self.usage_in == "every" or (self.usage_in == "last" and "finish" in event)
        return self.data(dump(self.chunk([self.choice(event)], usage_of(self.reply), every)))

    def pieces(self):
        out = [b"\xef\xbb\xbf"] if self.reply.get("bom") else []
        if self.reply.get("role_first", True):
            seen = sorted({event.get("choice", 0) for event in self.reply.get("events", [])})
            out += [self.piece({"role": "assistant", "choice": n}) for n in seen]
        out += [self.piece(event) for event in self.reply.get("events", [])]
        if self.reply.get("done", True):
            out.append(self.data("[DONE]"))
        return [piece for piece in out if piece]


def stream(request, reply):
    return Stream(request, reply).pieces()


def add_tool(calls, tool):
    call = calls.setdefault(tool.get("index", 0), {
        "id": None, "type": "function", "function": {"name": "", "arguments": ""}})
    call["id"] = tool.get("id") or call["id"]
    if tool.get("name", "") != call["function"]["name"]:
        call["function"]["name"] += tool.get("name", "")
    call["function"]["arguments"] += tool.get("arguments", "")


def message_of(events):
    message = {"role": "assistant", "content": None, "refusal": None}
    calls = {}
    for event in events:
        for key, field in (("text", "content"), ("refusal", "refusal")):
            if key in event:
                message[field] = (message[field] or "") + event[key]
        if "reasoning" in event:
            field = event.get("field", "reasoning_content")
            message[field] = message.get(field, "") + event["reasoning"]
        if "tool" in event:
            add_tool(calls, event["tool"])
    if calls:
        message["tool_calls"] = [calls[n] for n in sorted(calls)]
    return message


def body(request, reply):
    events = reply.get("events", [])
    choices = []
    for n in sorted({event.get("choice", 0) for event in events}):
        own = [event for event in events if event.get("choice", 0) == n]
        finish = [event["finish"] for event in own if "finish" in event]
        choices.append({"index": n, "message": message_of(own), "logprobs": None,
                        "finish_reason": finish[0] if finish else None})
    value = {"id": reply.get("id", "chatcmpl-mock"), "object": "chat.completion",
             "created": reply.get("created", 1790000000), "model": request.get("model", "mock"),
             "choices": choices}
    if usage_of(reply):
        value["usage"] = usage_of(reply)
    return dump(value).encode("utf-8")
