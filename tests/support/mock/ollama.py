# SPDX-License-Identifier: MIT
"""Ollama's own API: requests read, events of a reply written as lines of JSON."""
import json

from mock import parts
from mock.wanted import Wanted, Wrong, fields, typed

CHAT = set("model messages tools format options stream think keep_alive logprobs top_logprobs "
           "truncate shift".split())
GENERATE = set("model prompt suffix system template raw images format options think context stream "
               "keep_alive logprobs top_logprobs".split())
OPTIONS = set("num_ctx num_predict num_keep seed temperature top_k top_p min_p typical_p "
              "repeat_last_n repeat_penalty presence_penalty frequency_penalty stop num_batch "
              "num_gpu main_gpu use_mmap num_thread".split())
TIMES = {"total_duration": 5191566416, "load_duration": 2154458, "prompt_eval_duration": 383809000,
         "eval_duration": 4799921000}
CREATED = "2026-08-21T12:00:00.123456789Z"


def error(_status, message, param=None, code=None):
    return {"error": message}


def read_message(wanted, message):
    fields(message, ("role", "content", "thinking", "images", "tool_calls", "tool_name",
                     "tool_call_id"), "messages", ("role",))
    role = message["role"]
    content = typed(message.get("content", ""), (str,), "messages.content")
    for image in message.get("images") or []:
        if image.startswith(("data:", "http")):
            raise Wrong("illegal base64 data at input byte 4")
        wanted.image(None, image)
    for call in message.get("tool_calls") or []:
        typed(call["function"]["arguments"], (dict,), "tool_calls.function.arguments")
    if role == "system":
        wanted.system.append(content)
        return
    if role not in ("user", "assistant", "tool"):
        raise Wrong("invalid role: %s" % role)
    wanted.tool_result = content if role == "tool" else None
    wanted.turns.append((role, content))


def read_shared(wanted, body):
    options = fields(body.get("options") or {}, OPTIONS, "options")
    names = {"num_predict": "max_tokens"}
    for name, value in options.items():
        wanted.fact(names.get(name, name), value)
    wish = body.get("format")
    if wish is not None and wish != "":
        if wish != "json" and not isinstance(wish, dict):
            raise Wrong("invalid format: expected \"json\" or a JSON schema")
        wanted.schema = {} if wish == "json" else wish
    think = typed(body.get("think"), (bool, str), "think")
    wanted.thinking = bool(think)
    wanted.fact("think", think)
    wanted.fact("keep_alive", body.get("keep_alive"))
    if body.get("logprobs"):
        wanted.logprobs = body.get("top_logprobs") or 0


def read(body):
    fields(body, CHAT, "body", ("model",))
    wanted = Wanted(body["model"])
    for message in typed(body.get("messages"), (list,), "messages") or []:
        read_message(wanted, message)
    for tool in typed(body.get("tools"), (list,), "tools") or []:
        function = tool["function"]
        wanted.tools.append({"name": function["name"], "schema": function.get("parameters")})
    read_shared(wanted, body)
    return wanted


def read_generate(body):
    fields(body, GENERATE, "body", ("model",))
    wanted = Wanted(body["model"])
    if body.get("system"):
        wanted.system.append(body["system"])
    wanted.turns.append(("user", typed(body.get("prompt", ""), (str,), "prompt")))
    for image in body.get("images") or []:
        wanted.image(None, image)
    wanted.fact("raw", body.get("raw"))
    wanted.fact("suffix", body.get("suffix"))
    read_shared(wanted, body)
    return wanted


def metrics(events):
    raw = parts.first(events, "usage")
    counted = parts.tokens(events)
    return dict(TIMES, **(raw or {"prompt_eval_count": counted["input"],
                                  "eval_count": counted["output"]}))


def call_of(number, call):
    value = {"function": {"index": number, "name": call["name"],
                          "arguments": json.loads(call["arguments"] or "{}")}}
    return dict({"id": call["id"]}, **value) if call["id"] else value


def said(events, generate, reply):
    """The members that carry what the events say."""
    text = parts.joined(events, "text") + parts.joined(events, "refusal")
    thought = parts.joined(events, "reasoning")
    calls = [call_of(n, call) for n, call in enumerate(parts.calls(events))]
    more = {}
    if text and reply.get("logprobs") is not None:
        from mock.openai_chat import logprobs_of
        more["logprobs"] = logprobs_of(text, reply["logprobs"])["content"]
    if generate:
        return dict({"response": text}, **({"thinking": thought} if thought else {}), **more)
    message = {"role": "assistant", "content": text}
    if thought:
        message["thinking"] = thought
    if calls:
        message["tool_calls"] = calls
    return {"message": message, **more}


def end_of(events, generate):
    finish = parts.first(events, "finish", "stop")
    reason = {"tool_calls": "stop", "refusal": "stop", "content_filter": "stop"}
    value = {"done": True, "done_reason": reason.get(finish, finish), **metrics(events)}
    if generate:
        value["context"] = [1, 2, 3]
    return value


def head(request):
    return {"model": request.get("model", "mock"), "created_at": CREATED}


def is_generate(request):
    return "prompt" in request


def body(request, reply):
    events = parts.of_choice(reply.get("events", []), 0)
    generate = is_generate(request)
    value = dict(head(request), **said(events, generate, reply))
    value.update(end_of(events, generate))
    return parts.dump(value).encode("utf-8")


def line(value):
    return (parts.dump(value) + "\n").encode("utf-8")


def stream(request, reply):
    events = parts.of_choice(reply.get("events", []), 0)
    generate = is_generate(request)
    calls = [event for event in events if "tool" in event]
    out = []
    for event in events:
        extra = parts.special(event)
        chosen = None
        if extra is not None:
            out.append(extra)
        elif "json" in event:
            out.append(line(event["json"]))
        elif "error" in event:
            out.append(line({"error": event["error"]}))
        elif "text" in event or "reasoning" in event or "refusal" in event:
            chosen = [event]
        elif calls and event is calls[-1]:
            chosen = calls
        if chosen:
            value = dict(head(request), **said(chosen, generate, reply))
            out.append(line(dict(value, done=False)))
    if not reply.get("open_end"):
        last = dict(head(request), **said([], generate, {}), **end_of(events, generate))
        text = line(last)
        out.append(text[:-1] if reply.get("no_last_newline") else text)
    return out


def embed(body):
    from mock.gemini import vector
    fields(body, ("model", "input", "truncate", "dimensions", "options", "keep_alive"), "body",
           ("model", "input"))
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    return {"model": body["model"], "total_duration": 14143917, "load_duration": 1019500,
            "embeddings": [vector(text, body.get("dimensions") or 8) for text in texts],
            "prompt_eval_count": sum(1 + len(text) // 4 for text in texts)}


def tags():
    details = {"parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"],
               "parameter_size": "3.2B", "quantization_level": "Q4_K_M"}
    return {"models": [
        {"name": "llama-mock:latest", "model": "llama-mock:latest", "size": 2019393189,
         "modified_at": "2026-08-01T10:00:00.5-07:00", "digest": "a" * 64,
         "details": dict(details, context_length=131072)},
        {"name": "embed-mock:latest", "model": "embed-mock:latest", "size": 274302450,
         "modified_at": "2026-08-01T10:00:00Z", "digest": "b" * 64,
         "details": dict(details, family="bert", families=["bert"], embedding_length=8)}]}


def show(body):
    return {"modelfile": "FROM mock", "parameters": "num_ctx 4096", "template": "{{ .Prompt }}",
            "details": {"family": "llama", "format": "gguf"},
            "model_info": {"general.architecture": "llama", "llama.context_length": 131072,
                           "llama.embedding_length": 3072},
            "capabilities": ["completion", "tools", "vision", "thinking"]}
