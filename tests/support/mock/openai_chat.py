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
    {"tokens": {"input", "output", "cached", "cache_write", "reasoning"}}  usage in neutral words,
                               put into the vendor's by "usage_as"; {"signature"} is left out

with "choice": n for another index than 0.  Keys of a reply: "line_ending" (lf, crlf, cr),
"id", "created", "done" (false: no [DONE]), "bom" (true), "space" (false: "data:{..."),
"event_name" (an event: line before each data line), "role_first" (false: no role chunk),
"usage_in" ("last": in the finish chunk, "every": in each chunk).  Usage is sent only when the
request asks for it with stream_options.include_usage, or "usage_in" or "usage_always" says so.
What vendors add: "extra" (members of every chunk), "finish_extra" (members of the choice that
finishes; "stream_finish_extra" in streams only), "before" and "after" (events around all others),
"body_extra" (members of a whole answer), "finish_as" ({"refusal": "stop"}), "usage_extra",
"logprobs" (alternatives a token), "error_choice" (an error stands in a chunk with such a choice).
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


def delta_of(event, reply):
    if "text" in event:
        return {"content": event["text"]}
    if "reasoning" in event:
        field = event.get("field", reply.get("reasoning_as", "reasoning_content"))
        return {field: event["reasoning"]}
    if "refusal" in event:
        return {"refusal": event["refusal"]}
    if "tool" in event:
        return {"tool_calls": [tool_delta(event["tool"])]}
    if "role" in event:
        return {"role": event["role"]}
    return {}


def usage_words(tokens, style):
    """Neutral token counts in the words of a vendor."""
    usage = {"prompt_tokens": tokens["input"], "completion_tokens": tokens["output"],
             "total_tokens": tokens["input"] + tokens["output"]}
    if style == "bare":
        return usage
    if style == "moonshot":
        return dict(usage, cached_tokens=tokens["cached"])
    if style == "deepseek":
        usage["prompt_cache_hit_tokens"] = tokens["cached"]
        usage["prompt_cache_miss_tokens"] = tokens["input"] - tokens["cached"]
    else:
        usage["prompt_tokens_details"] = {"cached_tokens": tokens["cached"],
                                          "cache_write_tokens": tokens["cache_write"],
                                          "audio_tokens": 0}
    usage["completion_tokens_details"] = {"reasoning_tokens": tokens["reasoning"],
                                          "audio_tokens": 0, "accepted_prediction_tokens": 0,
                                          "rejected_prediction_tokens": 0}
    return usage


def usage_event(event, reply):
    if "usage" in event:
        return event["usage"]
    if "tokens" in event:
        return dict(usage_words(event["tokens"], reply.get("usage_as")),
                    **reply.get("usage_extra", {}))
    return None


def usage_of(reply):
    for event in reply.get("events", []):
        usage = usage_event(event, reply)
        if usage is not None:
            return usage
    return None


def finish_of(event, reply):
    """Neutral reasons have the names of this format, all but a refusal."""
    finish = event.get("finish")
    return dict({"refusal": "stop"}, **reply.get("finish_as", {})).get(finish, finish)


def logprobs_of(text, alternatives):
    """What the log probabilities of TEXT look like: one entry a word, the same each time."""
    entries = []
    for token in text.replace(" ", "\0 ").split("\0"):
        if token:
            others = [{"token": token + "?" * n, "logprob": -0.25 - n, "bytes": None}
                      for n in range(alternatives)]
            entries.append({"token": token, "logprob": -0.25, "top_logprobs": others,
                            "bytes": list(token.encode("utf-8"))})
    return {"content": entries, "refusal": None}


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
        value.update(self.reply.get("extra", {}))
        if with_usage or (self.asked and self.usage_in is None):
            value["usage"] = usage if with_usage else None
        return value

    def choice(self, event):
        choice = {"index": event.get("choice", 0), "delta": delta_of(event, self.reply),
                  "finish_reason": finish_of(event, self.reply)}
        if "text" in event and self.reply.get("logprobs") is not None:
            choice["logprobs"] = logprobs_of(event["text"], self.reply["logprobs"])
        if "finish" in event:
            choice.update(self.reply.get("finish_extra", {}))
            choice.update(self.reply.get("stream_finish_extra", {}))
        return choice

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
            return self.data(dump(self.error(event["error"])))
        if "signature" in event:
            return b""
        usage = usage_event(event, self.reply)
        if usage is not None:
            if self.usage_in or not (self.asked or self.reply.get("usage_always")):
                return b""
            return self.data(dump(self.chunk([], usage, True)))
        every = self.usage_in == "every" or (self.usage_in == "last" and "finish" in event)
        return self.data(dump(self.chunk([self.choice(event)], usage_of(self.reply), every)))

    def error(self, error):
        if not self.reply.get("error_choice"):
            return {"error": error}
        choice = {"index": 0, "delta": {"content": ""}, "finish_reason": "error"}
        return dict(self.chunk([choice]), error=error)

    def pieces(self):
        out = [b"\xef\xbb\xbf"] if self.reply.get("bom") else []
        out += [self.piece(event) for event in self.reply.get("before", [])]
        if self.reply.get("role_first", True):
            seen = sorted({event.get("choice", 0) for event in self.reply.get("events", [])})
            out += [self.piece({"role": "assistant", "choice": n}) for n in seen]
        out += [self.piece(event) for event in self.reply.get("events", [])]
        out += [self.piece(event) for event in self.reply.get("after", [])]
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


def message_of(events, reply):
    message = {"role": "assistant", "content": None, "refusal": None}
    calls = {}
    for event in events:
        for key, field in (("text", "content"), ("refusal", "refusal")):
            if key in event:
                message[field] = (message[field] or "") + event[key]
        if "reasoning" in event:
            field = event.get("field", reply.get("reasoning_as", "reasoning_content"))
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
        finish = [finish_of(event, reply) for event in own if "finish" in event]
        message = message_of(own, reply)
        logprobs = None
        if reply.get("logprobs") is not None:
            logprobs = logprobs_of(message["content"] or "", reply["logprobs"])
        choices.append({"index": n, "message": message, "logprobs": logprobs,
                        "finish_reason": finish[0] if finish else None,
                        **reply.get("finish_extra", {})})
    value = {"id": reply.get("id", "chatcmpl-mock"), "object": "chat.completion",
             "created": reply.get("created", 1790000000), "model": request.get("model", "mock"),
             "choices": choices, **reply.get("extra", {}),
             **reply.get("body_extra", {})}
    if usage_of(reply):
        value["usage"] = usage_of(reply)
    return dump(value).encode("utf-8")
