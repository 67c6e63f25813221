# SPDX-License-Identifier: MIT
"""The OpenAI Responses API: requests read, events of a reply written."""
import json

from mock import parts
from mock.wanted import Wanted, Wrong, fields, number, text_of, typed

FIELDS = set("model input instructions previous_response_id conversation store stream "
             "stream_options max_output_tokens max_tool_calls parallel_tool_calls temperature "
             "top_p top_logprobs tools tool_choice reasoning text truncation background "
             "service_tier include metadata prompt context_management moderation user "
             "safety_identifier prompt_cache_key prompt_cache_retention".split())
SETTINGS = ("max_output_tokens", "temperature", "top_p", "store", "instructions", "truncation",
            "metadata", "parallel_tool_calls", "service_tier", "include", "prompt_cache_key",
            "previous_response_id")


def read_part(wanted, part):
    kind = part.get("type")
    if kind == "input_image":
        wanted.image_at(part["image_url"], part.get("detail"))
    elif kind == "input_file":
        wanted.fact("file", part.get("filename") or part.get("file_id"))
    elif kind not in ("input_text", "output_text", "refusal"):
        raise Wrong("Invalid value: '%s'." % kind, "input.content.type", code="invalid_value")


def read_item(wanted, item, open_calls):
    kind = item.get("type", "message")
    if kind == "function_call":
        fields(item, ("type", "id", "call_id", "name", "arguments", "status"), "input",
               ("call_id", "name", "arguments"))
        typed(item["arguments"], (str,), "input.arguments")
        open_calls.append(item["call_id"])
        return
    if kind == "function_call_output":
        if item.get("call_id") not in open_calls:
            raise Wrong("No tool call found for function call output with call_id %s."
                        % item.get("call_id"), "input")
        open_calls.remove(item["call_id"])
        wanted.tool_result = text_of(item["output"], "output")
        wanted.turns.append(("tool", wanted.tool_result))
        return
    if kind == "reasoning":
        wanted.fact("reasoning_back", item.get("id"))
        return
    fields(item, ("type", "role", "content", "id", "status", "phase"), "input", ("role",))
    content = item.get("content")
    if isinstance(content, list):
        for part in content:
            read_part(wanted, part)
    if item["role"] in ("system", "developer"):
        wanted.system.append(text_of(content))
        wanted.fact("system_role", "developer" if item["role"] == "developer" else None)
    elif item["role"] in ("user", "assistant"):
        wanted.tool_result = None
        wanted.turns.append((item["role"], text_of(content)))
    else:
        raise Wrong("Invalid value: '%s'." % item["role"], "input.role")


def read_tools(wanted, body):
    for tool in typed(body.get("tools"), (list,), "tools") or []:
        if tool.get("type") == "function":
            fields(tool, ("type", "name", "description", "parameters", "strict"), "tools",
                   ("name",))
            wanted.tools.append({"name": tool["name"], "schema": tool.get("parameters")})
    choice = body.get("tool_choice")
    if isinstance(choice, dict):
        wanted.choice = fields(choice, ("type", "name"), "tool_choice", ("name",))["name"]
    elif choice is not None:
        wanted.choice = "any" if choice == "required" else choice
        wanted.fact("tool_choice", choice)


def read_text(wanted, body):
    text = fields(body.get("text") or {}, ("format", "verbosity"), "text")
    wanted.fact("verbosity", text.get("verbosity"))
    wish = text.get("format") or {"type": "text"}
    fields(wish, ("type", "name", "schema", "strict", "description"), "text.format", ("type",))
    if wish["type"] == "json_schema":
        fields(wish, ("type", "name", "schema", "strict", "description"), "text.format",
               ("name", "schema"))
        wanted.schema = wish["schema"]
    elif wish["type"] == "json_object":
        wanted.schema = {}


def read(body):
    fields(body, FIELDS, "body", ("model",))
    number(body.get("temperature"), "temperature", 0, 2)
    number(body.get("top_p"), "top_p", 0, 1)
    number(body.get("max_output_tokens"), "max_output_tokens", 16, 1 << 30)
    wanted = Wanted(body["model"])
    open_calls = []
    if isinstance(body.get("input"), str):
        wanted.turns.append(("user", body["input"]))
    else:
        for item in typed(body.get("input"), (list,), "input") or []:
            read_item(wanted, item, open_calls)
    read_tools(wanted, body)
    read_text(wanted, body)
    reasoning = fields(body.get("reasoning") or {}, ("effort", "summary", "context", "mode"),
                       "reasoning")
    wanted.fact("reasoning_effort", reasoning.get("effort"))
    wanted.thinking = reasoning.get("effort") not in (None, "none")
    for name in SETTINGS:
        wanted.fact(name, body.get(name))
    if body.get("top_logprobs") is not None:
        wanted.logprobs = body["top_logprobs"]
    return wanted


def usage(events, reply):
    raw = parts.first(events, "usage")
    if raw:
        return raw
    counted = parts.tokens(events)
    return {"input_tokens": counted["input"],
            "input_tokens_details": {"cached_tokens": counted["cached"],
                                     "cache_write_tokens": counted["cache_write"]},
            "output_tokens": counted["output"],
            "output_tokens_details": {"reasoning_tokens": counted["reasoning"]},
            "total_tokens": counted["input"] + counted["output"]}


def reasoning_item(text, done):
    return {"id": "rs_1", "type": "reasoning",
            "summary": [{"type": "summary_text", "text": text}] if done else []}


def call_item(number, call, done):
    return {"id": "fc_%d" % (number + 1), "type": "function_call",
            "status": "completed" if done else "in_progress",
            "call_id": call["id"], "name": call["name"],
            "arguments": call["arguments"] if done else ""}


def message_item(content, done):
    return {"id": "msg_1", "type": "message", "role": "assistant",
            "status": "completed" if done else "in_progress", "content": content if done else []}


def content_of(events, reply):
    refusal = parts.joined(events, "refusal")
    if refusal:
        return [{"type": "refusal", "refusal": refusal}]
    text = parts.joined(events, "text")
    if not text:
        return []
    logprobs = []
    if reply.get("logprobs") is not None:
        from mock.openai_chat import logprobs_of
        logprobs = logprobs_of(text, reply["logprobs"])["content"]
    return [{"type": "output_text", "text": text, "annotations": [], "logprobs": logprobs}]


def response(request, reply, done):
    events = reply.get("events", [])
    finish = parts.first(events, "finish")
    reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(finish)
    output = []
    if done:
        thought = parts.joined(events, "reasoning")
        content = content_of(events, reply)
        output += [reasoning_item(thought, True)] if thought else []
        output += [message_item(content, True)] if content else []
        output += [call_item(n, call, True) for n, call in enumerate(parts.calls(events))]
    status = "incomplete" if reason else "completed"
    value = {"id": reply.get("id", "resp_mock"), "object": "response", "created_at": 1790000000,
             "status": status if done else "in_progress", "error": None,
             "incomplete_details": {"reason": reason} if done and reason else None,
             "instructions": request.get("instructions"), "metadata": {},
             "model": request.get("model", "mock"), "output": output,
             "parallel_tool_calls": True, "temperature": 1.0, "top_p": 1.0,
             "tool_choice": request.get("tool_choice", "auto"), "tools": request.get("tools", []),
             "usage": usage(events, reply) if done else None}
    if "failed" in reply and done:
        value.update(status="failed", error=reply["failed"], usage=None)
    return value


def body(request, reply):
    return parts.dump(response(request, reply, True)).encode("utf-8")


class Stream:
    def __init__(self, request, reply):
        self.request = request
        self.reply = reply
        self.events = reply.get("events", [])
        self.out = []
        self.sequence = 0
        self.items = 0

    def say(self, kind, **members):
        value = {"type": kind, "sequence_number": self.sequence, **members}
        self.sequence += 1
        self.out.append(parts.sse(value, kind))

    def whole(self, kind, done):
        self.say(kind, response=response(self.request, self.reply, done))

    def pieces(self, key):
        """The texts of a kind of event, with what travels between them."""
        for event in self.events:
            if key in event:
                yield event[key]

    def reasoning(self):
        text = parts.joined(self.events, "reasoning")
        at = {"item_id": "rs_1", "output_index": self.items, "summary_index": 0}
        self.say("response.output_item.added", output_index=self.items,
                 item=reasoning_item(text, False))
        self.say("response.reasoning_summary_part.added", **at,
                 part={"type": "summary_text", "text": ""})
        for piece in self.pieces("reasoning"):
            self.say("response.reasoning_summary_text.delta", **at, delta=piece)
        self.say("response.reasoning_summary_text.done", **at, text=text)
        self.say("response.reasoning_summary_part.done", **at,
                 part={"type": "summary_text", "text": text})
        self.say("response.output_item.done", output_index=self.items,
                 item=reasoning_item(text, True))
        self.items += 1

    def message(self, content):
        kind = content[0]["type"]
        key, event = ("refusal", "refusal") if kind == "refusal" else ("text", "output_text")
        empty = dict(content[0], **{key: ""})
        more = {"logprobs": []} if key == "text" else {}
        at = {"item_id": "msg_1", "output_index": self.items, "content_index": 0}
        self.say("response.output_item.added", output_index=self.items,
                 item=message_item(content, False))
        self.say("response.content_part.added", **at, part=dict(empty, **more))
        for piece in self.pieces(key):
            self.say("response.%s.delta" % event, **at, delta=piece, **more)
        self.say("response.%s.done" % event, **at, **{key: content[0][key]}, **more)
        self.say("response.content_part.done", **at, part=content[0])
        self.say("response.output_item.done", output_index=self.items,
                 item=message_item(content, True))
        self.items += 1

    def calls(self):
        for n, call in enumerate(parts.calls(self.events)):
            at = {"item_id": "fc_%d" % (n + 1), "output_index": self.items}
            self.say("response.output_item.added", output_index=self.items,
                     item=call_item(n, call, False))
            for piece in self.pieces("tool"):
                if piece.get("index", 0) == n and piece.get("arguments"):
                    self.say("response.function_call_arguments.delta", **at,
                             delta=piece["arguments"])
            self.say("response.function_call_arguments.done", **at, name=call["name"],
                     arguments=call["arguments"])
            self.say("response.output_item.done", output_index=self.items,
                     item=call_item(n, call, True))
            self.items += 1

    def run(self):
        self.whole("response.created", False)
        self.whole("response.in_progress", False)
        if parts.joined(self.events, "reasoning"):
            self.reasoning()
        content = content_of(self.events, self.reply)
        if content:
            self.message(content)
        self.calls()
        for event in self.events:
            extra = parts.special(event)
            if extra is not None:
                self.out.append(extra)
            elif "json" in event:
                self.say(event["json"]["type"], **event["json"])
            elif "error" in event:
                self.say("error", code=event["error"].get("code"), param=None,
                         message=event["error"].get("message", ""))
        if not self.reply.get("open_end"):
            self.whole("response." + response(self.request, self.reply, True)["status"], True)
        return self.out


def stream(request, reply):
    return Stream(request, reply).run()


def error(status, message, param=None, code=None):
    kind = "insufficient_quota" if code == "insufficient_quota" else "invalid_request_error"
    return {"error": {"message": message, "type": kind if status < 500 else "server_error",
                      "param": param, "code": code}}


def last_user_text(request):
    """For script rules."""
    value = request.get("input")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
