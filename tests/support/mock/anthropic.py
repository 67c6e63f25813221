# SPDX-License-Identifier: MIT
"""The Anthropic Messages API: requests read, events of a reply written."""
import json

from mock import parts
from mock.wanted import Wanted, Wrong, fields, number, text_of, typed

FIELDS = set("model max_tokens messages system temperature top_p top_k stop_sequences stream tools "
             "tool_choice thinking output_config cache_control metadata service_tier "
             "inference_geo container".split())
STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use",
         "content_filter": "refusal", "refusal": "refusal"}
STATUS_TYPES = {400: "invalid_request_error", 401: "authentication_error", 402: "billing_error",
                403: "permission_error", 404: "not_found_error", 413: "request_too_large",
                429: "rate_limit_error", 500: "api_error", 504: "timeout_error",
                529: "overloaded_error"}


def error(status, message, param=None, code=None):
    kind = code or STATUS_TYPES.get(status, "api_error")
    if status == 400:
        kind = "invalid_request_error"
        message = "%s: %s" % (param, message) if param else message
    return {"type": "error", "error": {"type": kind, "message": message},
            "request_id": "req_mock"}


def read_source(wanted, source):
    kind = fields(source, ("type", "media_type", "data", "url", "file_id"), "source",
                  ("type",))["type"]
    if kind == "base64":
        if source.get("media_type") is None:
            raise Wrong("Field required", "source.media_type")
        wanted.image(source["media_type"], source["data"])
    elif kind == "url":
        wanted.image_at(source["url"])
    else:
        wanted.fact("file", source.get("file_id"))


BLOCKS = {
    "text": {"type", "text", "cache_control", "citations"},
    "image": {"type", "source", "cache_control"},
    "document": {"type", "source", "title", "context", "citations", "cache_control"},
    "tool_use": {"type", "id", "name", "input", "cache_control"},
    "tool_result": {"type", "tool_use_id", "content", "is_error", "cache_control"},
    "thinking": {"type", "thinking", "signature"},
    "redacted_thinking": {"type", "data"},
}


def read_block(wanted, block, role, open_calls):
    kind = block.get("type")
    if kind not in BLOCKS:
        raise Wrong("Input tag '%s' found using 'type' does not match any of the expected tags"
                    % kind, "messages")
    fields(block, BLOCKS[kind], "messages.content")
    wanted.cached = wanted.cached or "cache_control" in block
    if kind == "image":
        read_source(wanted, block["source"])
    elif kind == "tool_use":
        typed(block["input"], (dict,), "tool_use.input")
        open_calls.append(block["id"])
    elif kind == "tool_result":
        if role != "user" or block["tool_use_id"] not in open_calls:
            raise Wrong("unexpected `tool_use_id` found in `tool_result` blocks", "messages")
        open_calls.remove(block["tool_use_id"])
        wanted.tool_result = text_of(block.get("content"))
    elif kind == "thinking":
        if not block.get("signature"):
            raise Wrong("Field required", "messages.content.thinking.signature")
        wanted.fact("thinking_back", block["thinking"])


def read_messages(wanted, body):
    open_calls = []
    for message in typed(body["messages"], (list,), "messages"):
        fields(message, ("role", "content"), "messages", ("role", "content"))
        role, content = message["role"], message["content"]
        if role not in ("user", "assistant"):
            raise Wrong("Input should be 'user' or 'assistant'", "messages.role")
        wanted.tool_result = None
        owed = list(open_calls)
        if isinstance(content, list):
            for block in content:
                read_block(wanted, block, role, open_calls)
        if any(call in open_calls for call in owed):
            raise Wrong("`tool_use` ids were found without `tool_result` blocks immediately "
                        "after: %s" % ", ".join(owed), "messages")
        wanted.turns.append((role, text_of(content)))
    if not wanted.turns:
        raise Wrong("at least one message is required", "messages")


def read_tools(wanted, body):
    for tool in typed(body.get("tools"), (list,), "tools") or []:
        fields(tool, ("name", "description", "input_schema", "strict", "cache_control", "type",
                      "eager_input_streaming", "input_examples", "defer_loading"), "tools",
               ("name", "input_schema"))
        if tool["input_schema"].get("type") != "object":
            raise Wrong("Input should be 'object'", "tools.0.custom.input_schema.type")
        wanted.tools.append({"name": tool["name"], "schema": tool["input_schema"]})
    choice = body.get("tool_choice")
    if choice is not None:
        fields(choice, ("type", "name", "disable_parallel_tool_use"), "tool_choice", ("type",))
        wanted.choice = choice.get("name", choice["type"])
        wanted.fact("tool_choice", choice["type"])
        if choice.get("disable_parallel_tool_use"):
            wanted.fact("parallel_tool_calls", False)


def read_thinking(wanted, body):
    thinking = body.get("thinking")
    if thinking is not None:
        fields(thinking, ("type", "budget_tokens", "display"), "thinking", ("type",))
        wanted.thinking = thinking["type"] != "disabled"
        wanted.fact("thinking", thinking["type"])
        wanted.fact("thinking_budget", thinking.get("budget_tokens"))
        if thinking["type"] == "enabled":
            budget = typed(thinking.get("budget_tokens"), (int,), "thinking.budget_tokens")
            if budget is None or not 1024 <= budget < body["max_tokens"]:
                raise Wrong("`max_tokens` must be greater than `thinking.budget_tokens`, which "
                            "must be at least 1024", "thinking.enabled.budget_tokens")
            if body.get("temperature") not in (None, 1):
                raise Wrong("`temperature` may only be set to 1 when thinking is enabled",
                            "temperature")
    output = fields(body.get("output_config") or {}, ("effort", "format"), "output_config")
    wanted.fact("reasoning_effort", output.get("effort"))
    if output.get("format"):
        wish = fields(output["format"], ("type", "schema"), "output_config.format",
                      ("type", "schema"))
        if wish["type"] != "json_schema":
            raise Wrong("Input should be 'json_schema'", "output_config.format.type")
        wanted.schema = wish["schema"]


def read(body, model=None, version_inside=False):
    known = FIELDS | {"anthropic_version", "anthropic_beta"} if version_inside else FIELDS
    needs = ("max_tokens", "messages") + (("anthropic_version",) if version_inside else ("model",))
    fields(body, known - ({"model"} if version_inside else set()), "body", needs)
    typed(body["max_tokens"], (int,), "max_tokens")
    number(body.get("temperature"), "temperature", 0, 1)
    number(body.get("top_p"), "top_p", 0, 1)
    wanted = Wanted(model or body["model"])
    system = body.get("system")
    if isinstance(system, list):
        for block in system:
            read_block(wanted, block, "system", [])
    if system:
        wanted.system.append(text_of(system, "system"))
    read_messages(wanted, body)
    read_tools(wanted, body)
    read_thinking(wanted, body)
    for name in ("max_tokens", "temperature", "top_p", "top_k", "service_tier"):
        wanted.fact(name, body.get(name))
    wanted.fact("stop", body.get("stop_sequences"))
    wanted.fact("user", (body.get("metadata") or {}).get("user_id"))
    wanted.cached = wanted.cached or "cache_control" in body
    return wanted


def usage(events):
    raw = parts.first(events, "usage")
    if raw:
        return raw
    counted = parts.tokens(events)
    return {"input_tokens": counted["input"] - counted["cached"] - counted["cache_write"],
            "output_tokens": counted["output"],
            "cache_creation_input_tokens": counted["cache_write"],
            "cache_read_input_tokens": counted["cached"],
            "cache_creation": {"ephemeral_5m_input_tokens": counted["cache_write"],
                               "ephemeral_1h_input_tokens": 0},
            "output_tokens_details": {"thinking_tokens": counted["reasoning"]},
            "server_tool_use": None, "service_tier": "standard"}


def stop_of(events):
    reason = STOPS.get(parts.first(events, "finish"), parts.first(events, "finish"))
    details = None
    if reason == "refusal":
        details = {"type": "refusal", "category": "other",
                   "explanation": parts.joined(events, "refusal") or None}
    return {"stop_reason": reason, "stop_sequence": None, "stop_details": details}


def blocks(events):
    """(empty block, deltas, whole block) in the order of the answer."""
    thought = [event["reasoning"] for event in events if "reasoning" in event]
    signature = parts.joined(events, "signature")
    if thought or signature:
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in thought]
        deltas.append({"type": "signature_delta", "signature": signature})
        yield ({"type": "thinking", "thinking": "", "signature": ""}, deltas,
               {"type": "thinking", "thinking": "".join(thought), "signature": signature})
    for data in [event["redacted"] for event in events if "redacted" in event]:
        block = {"type": "redacted_thinking", "data": data}
        yield block, [], block
    said = [event["text"] for event in events if "text" in event]
    if said:
        yield ({"type": "text", "text": ""},
               [{"type": "text_delta", "text": piece} for piece in said],
               {"type": "text", "text": "".join(said), "citations": None})
    for at, call in enumerate(parts.calls(events)):
        deltas = [{"type": "input_json_delta", "partial_json": event["tool"].get("arguments", "")}
                  for event in events
                  if "tool" in event and event["tool"].get("index", 0) == at]
        block = {"type": "tool_use", "id": call["id"], "name": call["name"]}
        yield (dict(block, input={}), deltas,
               dict(block, input=json.loads(call["arguments"] or "{}")))


def body(request, reply):
    events = reply.get("events", [])
    value = {"id": reply.get("id", "msg_mock"), "type": "message", "role": "assistant",
             "model": request.get("model", "mock"), "content": [b[2] for b in blocks(events)],
             **stop_of(events), "usage": usage(events)}
    return parts.dump(value).encode("utf-8")


def stream(request, reply):
    events = reply.get("events", [])
    counted = usage(events)
    out = []

    def say(kind, **members):
        out.append(parts.sse({"type": kind, **members}, kind))

    say("message_start", message={
        "id": reply.get("id", "msg_mock"), "type": "message", "role": "assistant",
        "model": request.get("model", "mock"), "content": [], "stop_reason": None,
        "stop_sequence": None, "stop_details": None, "usage": dict(counted, output_tokens=1)})
    say("ping")
    for index, (empty, deltas, _) in enumerate(blocks(events)):
        say("content_block_start", index=index, content_block=empty)
        for delta in deltas:
            say("content_block_delta", index=index, delta=delta)
        say("content_block_stop", index=index)
    for event in events:
        extra = parts.special(event)
        if extra is not None:
            out.append(extra)
        elif "json" in event:
            say(event["json"]["type"], **{k: v for k, v in event["json"].items() if k != "type"})
        elif "error" in event:
            say("error", error=event["error"])
    if not reply.get("open_end"):
        say("message_delta", delta=stop_of(events), usage={
            key: value for key, value in counted.items() if key != "cache_creation"})
        say("message_stop")
    return out
