# SPDX-License-Identifier: MIT
"""Reads a chat-completions request the way OpenAI and the servers that speak its format do.

Each vendor has the fields it knows; one it does not know is refused with 400 by the strict ones
and left out of the answer by the others (self-hosted servers mostly ignore what they do not know).
"""
from mock.wanted import Wanted, Wrong, fields, number, text_of, typed

COMMON = set("model messages max_tokens temperature top_p n stop seed stream stream_options tools "
             "tool_choice response_format frequency_penalty presence_penalty user logit_bias "
             "logprobs top_logprobs parallel_tool_calls".split())
OPENAI = COMMON | set("max_completion_tokens reasoning_effort verbosity store metadata "
                      "service_tier prediction modalities audio web_search_options "
                      "safety_identifier prompt_cache_key prompt_cache_retention "
                      "prompt_cache_options moderation functions function_call".split())
SAMPLING = set("top_k min_p repetition_penalty".split())

# vendor: (fields, strict, settings that the answer names by these words)
VENDORS = {
    "openai": (OPENAI, True, ()),
    "azure": (OPENAI | {"data_sources"}, True, ()),
    "dashscope": (COMMON | SAMPLING | set(
        "enable_thinking thinking_budget preserve_thinking enable_search search_options "
        "vl_high_resolution_images max_completion_tokens".split()), True,
        ("enable_thinking", "thinking_budget", "enable_search", "search_options")),
    "deepseek": ((COMMON - {"n", "seed", "user", "logit_bias"}) | {"thinking", "reasoning_effort"},
                 True, ("thinking",)),
    "openrouter": (OPENAI | SAMPLING | set(
        "models provider reasoning plugins transforms usage top_a route".split()), True,
        ("reasoning", "provider", "models", "transforms")),
    "vllm": (OPENAI | SAMPLING | set(
        "length_penalty best_of ignore_eos min_tokens stop_token_ids skip_special_tokens "
        "add_generation_prompt continue_final_message chat_template chat_template_kwargs priority "
        "truncate_prompt_tokens prompt_logprobs return_token_ids structured_outputs guided_json "
        "guided_regex guided_choice guided_grammar".split()), False,
        ("chat_template_kwargs", "structured_outputs", "min_tokens")),
    "llama-server": (OPENAI | SAMPLING | set(
        "grammar json_schema chat_template_kwargs reasoning_format cache_prompt id_slot n_probs "
        "mirostat".split()), False, ("grammar", "cache_prompt", "chat_template_kwargs")),
    "lmstudio": (COMMON | SAMPLING | {"ttl", "reasoning_effort", "repeat_penalty"}, False,
                 ("ttl",)),
    "ollama": (COMMON - {"n", "tool_choice", "logit_bias", "logprobs", "user"} |
               {"reasoning_effort"}, False, ()),
    "groq": (COMMON | set("max_completion_tokens reasoning_effort reasoning_format service_tier "
                          "include_reasoning".split()), True, ("reasoning_format",)),
    "mistral": ((COMMON - {"seed", "user", "logit_bias", "stream_options", "logprobs",
                           "top_logprobs"}) |
                {"random_seed", "safe_prompt", "prompt_mode", "prediction"}, True,
                ("random_seed", "safe_prompt")),
    "moonshot": (COMMON | {"max_completion_tokens", "thinking"}, True, ("thinking",)),
    "zhipu": ((COMMON - {"n", "seed", "logit_bias", "frequency_penalty", "presence_penalty",
                         "logprobs", "top_logprobs"}) |
              {"thinking", "do_sample", "request_id", "user_id"}, True, ("thinking",)),
    "siliconflow": (COMMON | SAMPLING | {"enable_thinking", "thinking_budget"}, True,
                    ("enable_thinking", "thinking_budget")),
    "ark": (COMMON | {"thinking", "max_completion_tokens", "reasoning_effort"}, True,
            ("thinking",)),
    "generic": (OPENAI, False, ()),
}
SETTINGS = ("temperature", "top_p", "stop", "seed", "max_tokens", "max_completion_tokens",
            "frequency_penalty", "presence_penalty", "logit_bias", "reasoning_effort", "verbosity",
            "top_k", "min_p", "repetition_penalty", "user", "metadata", "service_tier", "store",
            "parallel_tool_calls", "prompt_cache_key")


def read_part(wanted, part):
    fields(part, ("type", "text", "image_url", "input_audio", "file", "prompt_cache_breakpoint",
                  "cache_control"), "messages.content", ("type",))
    wanted.cached = wanted.cached or "cache_control" in part or "prompt_cache_breakpoint" in part
    if part["type"] == "image_url":
        image = fields(part.get("image_url"), ("url", "detail"), "image_url", ("url",))
        wanted.image_at(image["url"], image.get("detail"))
    elif part["type"] == "input_audio":
        audio = fields(part.get("input_audio"), ("data", "format"), "input_audio", ("data",))
        wanted.fact("audio", "%s %d" % (audio.get("format"), len(audio["data"])))
    elif part["type"] == "file":
        wanted.fact("file", part["file"].get("filename") or part["file"].get("file_id"))
    elif part["type"] != "text" or not isinstance(part.get("text"), str):
        raise Wrong("Invalid value: '%s'." % part["type"], "messages.content.type")


def read_message(wanted, message, open_calls):
    """One message; OPEN_CALLS are the ids of tool calls that still want their result."""
    fields(message, ("role", "content", "name", "refusal", "tool_calls", "tool_call_id", "audio",
                     "reasoning_content", "reasoning", "reasoning_details", "prefix",
                     "function_call"), "messages", ("role",))
    role = message["role"]
    if open_calls and role != "tool":
        raise Wrong("An assistant message with 'tool_calls' must be followed by tool messages "
                    "responding to each 'tool_call_id'.", "messages")
    content = message.get("content")
    if isinstance(content, list):
        for part in content:
            read_part(wanted, part)
    text = text_of(content, "messages.content")
    if role in ("system", "developer"):
        wanted.system.append(text)
        wanted.fact("system_role", role if role == "developer" else None)
    elif role == "tool":
        if message.get("tool_call_id") not in open_calls:
            raise Wrong("messages with role 'tool' must be a response to a preceding message with "
                        "'tool_calls'.", "messages")
        open_calls.remove(message["tool_call_id"])
        wanted.tool_result = text
        wanted.turns.append((role, text))
    elif role in ("user", "assistant"):
        wanted.tool_result = None
        for call in message.get("tool_calls") or []:
            if not isinstance(call["function"]["arguments"], str):
                raise Wrong("tool_calls.function.arguments must be a string", "messages")
            open_calls.append(call["id"])
        wanted.turns.append((role, text))
    else:
        raise Wrong("Invalid value: '%s'." % role, "messages.role")


def read_tools(wanted, body):
    for tool in typed(body.get("tools"), (list,), "tools") or []:
        fields(tool, ("type", "function", "cache_control"), "tools", ("type", "function"))
        function = fields(tool["function"], ("name", "description", "parameters", "strict"),
                          "tools.function", ("name",))
        wanted.tools.append({"name": function["name"], "schema": function.get("parameters")})
    choice = body.get("tool_choice")
    if choice is not None and not wanted.tools:
        raise Wrong("'tool_choice' is only allowed when 'tools' are specified.", "tool_choice")
    if isinstance(choice, dict):
        wanted.choice = choice["function"]["name"]
    elif choice in ("none", "auto", "required", "any"):
        wanted.choice = "any" if choice == "required" else choice
        wanted.fact("tool_choice", choice)
    elif choice is not None:
        raise Wrong("Invalid value: '%s'." % choice, "tool_choice")


def read_format(wanted, body):
    wish = body.get("response_format")
    if wish is None:
        return
    fields(wish, ("type", "json_schema", "schema"), "response_format", ("type",))
    if wish["type"] == "json_object":
        if "json" not in wanted.all_text().lower():
            raise Wrong("'messages' must contain the word 'json' in some form, to use "
                        "'response_format' of type 'json_object'.", "messages")
        wanted.schema = wish.get("schema") or {}
    elif wish["type"] == "json_schema":
        schema = fields(wish.get("json_schema"), ("name", "description", "schema", "strict"),
                        "response_format.json_schema", ("name",))
        wanted.schema = schema.get("schema") or {}
    elif wish["type"] != "text":
        raise Wrong("Invalid value: '%s'." % wish["type"], "response_format.type")


def thinking_of(body):
    asked = body.get("enable_thinking") or (body.get("thinking") or {}).get("type") == "enabled" \
        or body.get("reasoning") or \
        (body.get("chat_template_kwargs") or {}).get("enable_thinking") or \
        body.get("reasoning_effort") not in (None, "none", "minimal")
    return bool(asked)


def check_numbers(body):
    number(body.get("temperature"), "temperature", 0, 2)
    number(body.get("top_p"), "top_p", 0, 1)
    number(body.get("n"), "n", 1, 128)
    number(body.get("top_logprobs"), "top_logprobs", 0, 20)
    for name in ("frequency_penalty", "presence_penalty"):
        number(body.get(name), name, -2, 2)
    typed(body.get("seed"), (int,), "seed")
    typed(body.get("stop"), (str, list), "stop")
    typed(body.get("stream"), (bool,), "stream")
    if body.get("stream_options") is not None and not body.get("stream"):
        raise Wrong("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                    "stream_options")
    if body.get("top_logprobs") is not None and not body.get("logprobs"):
        raise Wrong("'top_logprobs' is only allowed when 'logprobs' is enabled.", "top_logprobs")


def read(body, vendor="openai", model=None):
    """The Wanted of a chat-completions request to VENDOR."""
    known, strict, more = VENDORS[vendor]
    required = ("messages",) if model else ("model", "messages")
    fields(body, known if strict else set(body), "body", required)
    if vendor == "openai" and "max_tokens" in body and body.get("reasoning_effort") is not None:
        raise Wrong("Unsupported parameter: 'max_tokens' is not supported with this model. Use "
                    "'max_completion_tokens' instead.", "max_tokens", code="unsupported_parameter")
    check_numbers(body)
    wanted = Wanted(model or typed(body["model"], (str,), "model"))
    open_calls = []
    for message in typed(body["messages"], (list,), "messages"):
        read_message(wanted, message, open_calls)
    if open_calls:
        raise Wrong("a tool call has no result", "messages")
    read_tools(wanted, body)
    read_format(wanted, body)
    for name in SETTINGS + more:
        if name in known:
            wanted.fact(name, body.get(name))
    wanted.thinking = thinking_of(body)
    wanted.count = body.get("n") or 1 if "n" in known else 1
    if body.get("logprobs") and "logprobs" in known:
        wanted.logprobs = body.get("top_logprobs") or 0
    return wanted
