#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`lathe run` with every provider against the mock, streamed and whole (TAP).

The mock reads requests strictly in the words of each vendor and answers with what they say, which
the vendors' own clients have shown (vendor_clients.py): so the answer of a run proves what was sent
and that it was read: settings, system text, images, tools, JSON schemas, thinking, token counts.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

TESTS = pathlib.Path(os.environ.get("top_srcdir", ".")).resolve() / "tests"
sys.path.insert(0, str(TESTS / "support"))
sys.path.insert(0, str(TESTS / "cli"))
from mock_run import MockServer  # noqa: E402
from vendor_clients import SCHEMA, TOOLS, png  # noqa: E402

LATHE = os.environ["LATHE"]
KEY = "test-key-0123456789/with+odd=characters"

# connection: what lathe.yaml says of it; {base} is the mock
CONNECTIONS = {
    "openai": "provider: openai, base_url: '{base}/v1'",
    "anthropic": "provider: anthropic, base_url: '{base}'",
    "gemini": "provider: gemini, base_url: '{base}/v1beta'",
    "ollama": "provider: ollama, base_url: '{base}'",
    "responses": "provider: openai_responses, base_url: '{base}/v1'",
    "azure": "provider: azure, base_url: '{base}', api_version: '2024-10-21'",
    "azure-v1": "provider: azure, base_url: '{base}/openai/v1'",
    "azure-responses": "provider: openai_responses, vendor: azure, base_url: '{base}'",
    "azure-entra": "provider: azure, base_url: '{base}', auth: bearer",
    "dashscope": "provider: openai, vendor: dashscope, base_url: '{base}/compatible-mode/v1'",
    "deepseek": "provider: openai, vendor: deepseek, base_url: '{base}/deepseek'",
    "openrouter": "provider: openai, vendor: openrouter, base_url: '{base}/openrouter/api/v1'",
    "vllm": "provider: openai, vendor: vllm, base_url: '{base}/vllm/v1'",
    "llama-server": "provider: openai, vendor: llama-server, base_url: '{base}/llama-server/v1'",
    "lmstudio": "provider: openai, vendor: lmstudio, base_url: '{base}/lmstudio/v1'",
    "ollama-v1": "provider: openai, vendor: ollama, base_url: '{base}/ollama/v1'",
    "groq": "provider: openai, vendor: groq, base_url: '{base}/groq/openai/v1'",
    "mistral": "provider: openai, vendor: mistral, base_url: '{base}/mistral/v1'",
    "moonshot": "provider: openai, vendor: moonshot, base_url: '{base}/moonshot/v1'",
    "zhipu": "provider: openai, vendor: zhipu, base_url: '{base}/zhipu/api/paas/v4'",
    "siliconflow": "provider: openai, vendor: siliconflow, base_url: '{base}/siliconflow/v1'",
    "ark": "provider: openai, vendor: ark, base_url: '{base}/ark/api/v3'",
    "vertex-gemini": "provider: gemini, vendor: vertex, project: p, region: r, "
                     "base_url: '{base}/v1'",
    "vertex-claude": "provider: anthropic, vendor: vertex, project: p, region: r, "
                     "base_url: '{base}/v1'",
}
ALL = tuple(CONNECTIONS)
# What has no words for settings, images and tools: only what is asked and answered.
OTHERS = {
    "http": "provider: http, base_url: '{base}/v1/chat/completions', stream: sse, "
            "template: '{{\"model\": {{{{ model | tojson }}}}, \"stream\": {{{{ stream | "
            "tojson }}}}, \"messages\": {{{{ messages | tojson }}}}}}', response: {{"
            "text: 'choices[0].message.content', delta: 'choices[0].delta.content', "
            "finish_reason: 'choices[0].finish_reason'}}",
    "command": "provider: command, command: [python3, answer.py]",
}
PROGRAM = """import json, sys
asked = json.load(sys.stdin)
print(json.dumps({"delta": "echo: "}), flush=True)
print(json.dumps({"delta": asked["messages"][-1]["content"].strip()}))
print(json.dumps({"finish_reason": "stop", "usage": {"prompt_tokens": 3, "completion_tokens": 1}}))
"""
IMAGE = png(3, 2)
FUNCTIONS = [{"type": "function", "function": {
    "name": t["name"], "description": t["description"], "parameters": t["schema"]}}
    for t in TOOLS]
FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA,
                                                 "strict": True}}
SETTINGS = {"temperature": 0.5, "max_tokens": 64}


RESPONSES = ("responses", "azure-responses")
AZURE = ("azure", "azure-v1", "azure-entra")
DIALECTS = tuple(name for name, words in CONNECTIONS.items() if "vendor: " in words)
WHOLE = ("plain", "tools", "thinking", "cached")


def without(*names):
    return tuple(name for name in ALL if name not in names)


# name: (question, parameters, with a picture, what must come, who is asked)
ASKS = {
    "settings": ("hi there, 你好", SETTINGS, False, {
        "lines": {"echo: hi there, 你好", "system: Be brief.", "temperature: 0.5",
                  "max_tokens: 64"}}, without("groq", *RESPONSES)),
    "settings in other words": ("hi there", SETTINGS, False, {
        "lines": {"echo: hi there", "temperature: 0.5"}, "part": "tokens: 64"},
        ("groq",) + RESPONSES),
    "plain": ("hi there, 你好", {}, False, {"part": "echo: hi there, 你好"},
              ALL + tuple(OTHERS)),
    "image": ("what is it?", SETTINGS, True, {
        "part": "images: 1 (image/png %d bytes" % len(IMAGE)}, ALL),
    "tools": ("2+2? #two-tools", dict(SETTINGS, tools=FUNCTIONS), False, {
        "tools": [("add", {"a": 7, "why": "the why"}), ("clock", {})]}, ALL),
    "tool choice": ("2+2?", dict(SETTINGS, tools=FUNCTIONS, tool_choice={
        "type": "function", "function": {"name": "clock"}}), False,
        {"tools": [("clock", {})]}, without("ollama", "ollama-v1")),
    "schema": ("as JSON", dict(SETTINGS, response_format=FORMAT), False,
               {"text": '{"days":7,"who":"the who"}'}, without("deepseek", "zhipu")),
    "stop and seed": ("hi", {"stop": ["END"], "seed": 7}, False,
                      {"lines": {"stop: [\"END\"]", "seed: 7"}},
                      ("openai", "gemini", "ollama", "dashscope", "vllm") + AZURE),
    "cached": ("again and again and again #cached", SETTINGS, False,
               {"usage": {"input": 18, "cache_read": 9}},
               ("openai", "anthropic", "gemini", "dashscope", "deepseek") + RESPONSES + AZURE),
    "thinking": ("why? #think", {"max_tokens": 64}, False,
                 {"reasoning": "The question is: why? #think", "part": "echo: why?"}, ALL),
    "effort": ("why?", {"max_tokens": 2048, "reasoning_effort": "low"}, False,
               {"reasoning": "The question is: why?", "part": "echo: why?"},
               ("responses", "anthropic", "gemini", "ollama", "deepseek", "dashscope",
                "openrouter", "vllm", "siliconflow", "zhipu", "moonshot", "ark", "groq",
                "vertex-gemini", "vertex-claude")),
    "length": ("more #length", SETTINGS, False, {
        "finish": ("length", "max_tokens", "MAX_TOKENS", "max_output_tokens")}, ALL),
    "refused": ("bad #refuse", SETTINGS, False, {"status": "filtered"},
                ("openai", "anthropic", "gemini") + RESPONSES + AZURE),
    "two answers": ("hi", dict(SETTINGS, n=2), False, {"part": "echo: hi", "second": True},
                    ("openai", "gemini", "dashscope", "vllm") + AZURE),
    # What a setting becomes.
    "seed renamed": ("hi", {"seed": 7}, False, {"lines": {"random_seed: 7"}}, ("mistral",)),
    "limit renamed": ("hi", {"max_tokens": 64}, False, {"lines": {"max_completion_tokens: 64"}},
                      ("groq",)),
    "limit named back": ("hi", {"max_completion_tokens": 64}, False, {"lines": {"max_tokens: 64"}},
                         ("deepseek", "mistral", "dashscope", "zhipu")),
    "not to think": ("hi", {"reasoning_effort": "none"}, False,
                     {"lines": {"enable_thinking: false"}}, ("dashscope", "siliconflow")),
    "not to think here": ("hi", {"reasoning_effort": "none"}, False,
                          {"lines": {'thinking: {"type":"disabled"}'}},
                          ("deepseek", "moonshot", "zhipu", "ark")),
    "to think a little": ("hi", {"reasoning_effort": "low"}, False,
                          {"lines": {'reasoning: {"effort":"low"}'},
                           "reasoning": "The question is: hi"}, ("openrouter",)),
    "a budget": ("hi", {"enable_thinking": True, "thinking_budget": 50}, False,
                 {"lines": {"enable_thinking: true", "thinking_budget: 50"},
                  "reasoning": "The question is: hi"}, ("dashscope",)),
    "search": ("hi", {"enable_search": True, "search_options": {"forced_search": True}}, False,
               {"lines": {"enable_search: true", 'search_options: {"forced_search":true}'}},
               ("dashscope",)),
    "routing": ("hi", {"provider": {"order": ["a"]}}, False,
                {"lines": {'provider: {"order":["a"]}'}}, ("openrouter",)),
}
# What a provider says it cannot do, before anything is sent.
REFUSED = {
    "anthropic": ({"seed": 7}, "seed"),
    "ollama": ({"n": 2}, "n"),
    "responses": ({"n": 2}, "n"),
    "deepseek": ({"response_format": FORMAT}, "response_format"),
    "azure-responses": ({"stop": ["x"]}, "stop"),
    "zhipu": ({"logprobs": True}, "logprobs"),
    "groq": ({"logprobs": True}, "logprobs"),
    "azure": ({"enable_thinking": True}, "enable_thinking"),
    "mistral": ({"top_k": 3}, "top_k"),
}

passed = 0
failed = 0


def check(name, problem):
    global passed, failed
    passed += not problem
    failed += bool(problem)
    print("%s %d - %s" % ("not ok" if problem else "ok", passed + failed, name))
    if problem:
        print("# " + problem[:3000].replace("\n", "\n# "))


def prompt_file(folder, name, parameters, image):
    text = "---\nname: ask\nmodel:\n  api: chat\n  parameters: %s\ninputs:\n" \
        "  question: {type: string}\n%s---\nsystem:\nBe brief.\nuser:\n{{question}}\n%s" % (
            json.dumps(parameters), "  picture: {type: image}\n" if image else "",
            "![image]({{picture}})\n" if image else "")
    (folder / name).write_text(text, encoding="utf-8")


def run(folder, connection, name, question, image):
    words = [LATHE, "-C", str(folder), "run", name, "-m", connection, "--json", "--trust",
             "-i", "question=" + question]
    words += ["-i", "picture=x.png"] if image else []
    clean = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          env=dict(clean, LATHE_TEST_KEY=KEY), timeout=120)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def tools_of(events):
    """The tool calls in the output of the model's step."""
    ends = [e for e in events if e["event"] == "span.end"]
    for end in ends:
        output = end.get("output")
        calls = output.get("tool_calls") if isinstance(output, dict) else None
        if calls:
            return [(c["function"]["name"], json.loads(c["function"]["arguments"]))
                    for c in calls]
    return []


def told(events, kind):
    return "".join(e["text"] for e in events if e["event"] == "delta" and e["kind"] == kind)


def difference(events, want):
    ends = [e for e in events if e["event"] == "attempt.end"]
    if not ends:
        return json.dumps(events[-1:])
    end, text = ends[-1], told(events, "text")
    wrong = []
    if end["status"] != want.get("status", "ok"):
        wrong.append("status %s" % end["status"])
    if "text" in want and text != want["text"]:
        wrong.append("text")
    if not want.get("lines", set()) <= set(text.split("\n")):
        wrong.append("lines")
    if want.get("part", "") not in text:
        wrong.append("part")
    if want.get("reasoning", "") != told(events, "reasoning"):
        wrong.append("reasoning")
    if "finish" in want and end["finish_reason"] not in want["finish"]:
        wrong.append("finish %s" % end["finish_reason"])
    if want.get("tools", []) != tools_of(events):
        wrong.append("tools %r" % tools_of(events))
    for key, count in want.get("usage", {}).items():
        if end["usage"].get(key) != count:
            wrong.append("usage")
    return "%s: %s\n%s" % (", ".join(wrong), text, json.dumps(ends + events[-1:])) \
        if wrong else ""


def jobs(folder):
    for name, (question, parameters, image, want, who) in ASKS.items():
        for way in ("stream", "whole"):
            file = "%s %s.prompty" % (name, way)
            more = {"stream": False} if way == "whole" else {}
            prompt_file(folder, file, dict(parameters, **more), image)
            for connection in who:
                # Whole answers of one wire format are read by the same code.
                if way == "whole" and connection in DIALECTS and name not in WHOLE:
                    continue
                yield "%s: %s, %s" % (connection, name, way), want, (
                    folder, connection, file, question, image)


def refusals(folder, server):
    before = len(server.requests())
    for connection, (parameters, word) in REFUSED.items():
        file = "refused %s.prompty" % connection
        prompt_file(folder, file, parameters, False)
        status, events = run(folder, connection, file, "hi", False)
        said = [e["text"] for e in events if e["event"] == "error"]
        check("%s refuses %s before sending" % (connection, word),
              "" if status != 0 and said and re.search(r"\b%s\b" % word, said[-1])
              else "%d %s" % (status, json.dumps(events[-2:])))
    check("what is refused is not sent", "" if len(server.requests()) == before else "sent")


def main():
    with tempfile.TemporaryDirectory() as scratch, MockServer(answer=True) as server:
        folder = pathlib.Path(scratch)
        lines = ["  %s: {%s, model: m-large%s}" % (
            name, words.format(base=server.base),
            "" if name == "command" else ", secret: 'env:LATHE_TEST_KEY'")
            for name, words in {**CONNECTIONS, **OTHERS}.items()]
        (folder / "lathe.yaml").write_text("connections:\n" + "\n".join(lines) + "\n")
        (folder / "x.png").write_bytes(IMAGE)
        (folder / "answer.py").write_text(PROGRAM)
        todo = list(jobs(folder))
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            results = list(pool.map(lambda job: run(*job[2]), todo))
        for (title, want, _), (_, events) in zip(todo, results):
            check(title, difference(events, want))
        strangers = [row["target"] for row in server.requests() if row["strangers"]]
        check("no key was sent to a stranger", "\n".join(strangers))
        refusals(folder, server)
    print("1..%d" % (passed + failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
