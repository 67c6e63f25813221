# SPDX-License-Identifier: MIT
"""Bedrock's Converse: requests read, their SigV4 signature checked, event streams written."""
import binascii
import hashlib
import hmac
import json
import struct
import urllib.parse

from mock import parts
from mock.wanted import Wanted, Wrong, fields, text_of, typed

SECRET = "mock/secret+access=key"
STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use",
         "content_filter": "guardrail_intervened", "refusal": "guardrail_intervened"}
STREAM_TYPE = "application/vnd.amazon.eventstream"


def error(_status, message, param=None, code=None):
    return {"message": message}


def hmac_of(key, text):
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()


def signed(request):
    """The access key id when the request's signature is right, else None."""
    header = request.header("authorization") or ""
    if not header.startswith("AWS4-HMAC-SHA256 "):
        return None
    said = dict(item.strip().split("=", 1) for item in header[17:].split(","))
    key_id, day, region, service, _ = said["Credential"].rsplit("/", 4)
    names = said["SignedHeaders"].split(";")
    path, _, query = request.path.partition("?")
    canonical = "\n".join(
        [request.method, urllib.parse.quote(path, safe="/-_.~"),
         "&".join(sorted(query.split("&"))) if query else ""]
        + ["%s:%s" % (name, " ".join((request.header(name) or "").split())) for name in names]
        + ["", ";".join(names), hashlib.sha256(request.body).hexdigest()])
    scope = "/".join((day, region, service, "aws4_request"))
    text = "\n".join(("AWS4-HMAC-SHA256", request.header("x-amz-date") or "", scope,
                      hashlib.sha256(canonical.encode("utf-8")).hexdigest()))
    key = ("AWS4" + SECRET).encode("utf-8")
    for word in (day, region, service, "aws4_request"):
        key = hmac_of(key, word)
    right = hmac_of(key, text).hex() == said["Signature"]
    return key_id if right and {"host", "x-amz-date"} <= set(names) else None


def read_block(wanted, block, open_calls):
    kind = next(iter(block))
    fields(block, ("text", "image", "document", "toolUse", "toolResult", "reasoningContent",
                   "cachePoint", "guardContent"), "content")
    wanted.cached = wanted.cached or kind == "cachePoint"
    if kind == "image":
        image = fields(block["image"], ("format", "source"), "image", ("format", "source"))
        wanted.image("image/" + image["format"], image["source"]["bytes"])
    elif kind == "toolUse":
        typed(block["toolUse"]["input"], (dict,), "toolUse.input")
        open_calls.append(block["toolUse"]["toolUseId"])
    elif kind == "toolResult":
        result = fields(block["toolResult"], ("toolUseId", "content", "status"), "toolResult",
                        ("toolUseId", "content"))
        if result["toolUseId"] not in open_calls:
            raise Wrong("The number of toolResult blocks exceeds the number of toolUse blocks of "
                        "previous turn.")
        open_calls.remove(result["toolUseId"])
        wanted.tool_result = text_of(result["content"])


def read(body, model):
    fields(body, ("messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig",
                  "additionalModelRequestFields", "additionalModelResponseFieldPaths",
                  "performanceConfig", "requestMetadata", "promptVariables"), "body",
           ("messages",))
    wanted = Wanted(model)
    wanted.system = [block["text"] for block in body.get("system") or [] if "text" in block]
    open_calls = []
    for message in body["messages"]:
        fields(message, ("role", "content"), "messages", ("role", "content"))
        wanted.tool_result = None
        for block in typed(message["content"], (list,), "content"):
            read_block(wanted, block, open_calls)
        wanted.turns.append((message["role"], text_of(message["content"])))
    config = fields(body.get("inferenceConfig") or {},
                    ("maxTokens", "temperature", "topP", "stopSequences"), "inferenceConfig")
    for name, neutral in (("maxTokens", "max_tokens"), ("temperature", "temperature"),
                          ("topP", "top_p"), ("stopSequences", "stop")):
        wanted.fact(neutral, config.get(name))
    tools = fields(body.get("toolConfig") or {}, ("tools", "toolChoice"), "toolConfig")
    for tool in tools.get("tools", []):
        spec = fields(tool["toolSpec"], ("name", "description", "inputSchema"), "toolSpec",
                      ("name", "inputSchema"))
        wanted.tools.append({"name": spec["name"], "schema": spec["inputSchema"]["json"]})
    choice = tools.get("toolChoice")
    if choice:
        wanted.choice = choice["tool"]["name"] if "tool" in choice else next(iter(choice))
        wanted.fact("tool_choice", next(iter(choice)))
    more = body.get("additionalModelRequestFields") or {}
    wanted.fact("additional", more or None)
    wanted.thinking = "thinking" in more
    return wanted


def usage(events):
    counted = parts.tokens(events)
    return {"inputTokens": counted["input"] - counted["cached"] - counted["cache_write"],
            "outputTokens": counted["output"],
            "totalTokens": counted["input"] + counted["output"],
            "cacheReadInputTokens": counted["cached"],
            "cacheWriteInputTokens": counted["cache_write"]}


def stop_of(events):
    finish = parts.first(events, "finish")
    return STOPS.get(finish, finish)


def body(_request, reply):
    events = reply.get("events", [])
    content = []
    thought = parts.joined(events, "reasoning")
    if thought:
        content.append({"reasoningContent": {"reasoningText": {
            "text": thought, "signature": parts.joined(events, "signature")}}})
    said = parts.joined(events, "text") + parts.joined(events, "refusal")
    content += [{"text": said}] if said else []
    content += [{"toolUse": {"toolUseId": call["id"], "name": call["name"],
                             "input": json.loads(call["arguments"] or "{}")}}
                for call in parts.calls(events)]
    return parts.dump({"output": {"message": {"role": "assistant", "content": content}},
                       "stopReason": stop_of(events), "usage": usage(events),
                       "metrics": {"latencyMs": 550}}).encode("utf-8")


def frame(kind, value, message_type="event"):
    """One message of an event stream: prelude, headers, payload, two CRCs."""
    payload = parts.dump(value).encode("utf-8")
    headers = b""
    name = ":event-type" if message_type == "event" else ":exception-type"
    for key, text in ((name, kind), (":content-type", "application/json"),
                      (":message-type", message_type)):
        headers += struct.pack(">B", len(key)) + key.encode() + b"\x07" + \
            struct.pack(">H", len(text)) + text.encode()
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack(">I", binascii.crc32(prelude))
    whole = prelude + headers + payload
    return whole + struct.pack(">I", binascii.crc32(whole))


def stream(_request, reply):
    events = reply.get("events", [])
    out = [frame("messageStart", {"role": "assistant"})]
    index = 0
    kinds = (("reasoning", lambda e: {"reasoningContent": {"text": e["reasoning"]}}),
             ("text", lambda e: {"text": e["text"]}),
             ("refusal", lambda e: {"text": e["refusal"]}))
    for kind, delta in kinds:
        own = [event for event in events if kind in event]
        for event in own:
            out.append(frame("contentBlockDelta", {"contentBlockIndex": index,
                                                   "delta": delta(event)}))
        if own:
            out.append(frame("contentBlockStop", {"contentBlockIndex": index}))
            index += 1
    for number, call in enumerate(parts.calls(events)):
        out.append(frame("contentBlockStart", {"contentBlockIndex": index, "start": {
            "toolUse": {"toolUseId": call["id"], "name": call["name"]}}}))
        for event in events:
            if "tool" in event and event["tool"].get("index", 0) == number:
                out.append(frame("contentBlockDelta", {"contentBlockIndex": index, "delta": {
                    "toolUse": {"input": event["tool"].get("arguments", "")}}}))
        out.append(frame("contentBlockStop", {"contentBlockIndex": index}))
        index += 1
    for event in events:
        if "error" in event:
            out.append(frame(event["error"].get("type", "internalServerException"),
                             {"message": event["error"].get("message", "")}, "exception"))
    if not reply.get("open_end"):
        out.append(frame("messageStop", {"stopReason": stop_of(events)}))
        out.append(frame("metadata", {"usage": usage(events), "metrics": {"latencyMs": 550}}))
    return out
