# SPDX-License-Identifier: MIT
"""The script: a list of replies and the rules that choose among them.

A script file is {"replies": [REPLY, ...]} or a bare list.  A REPLY has

    name       what the ledger calls it
    match      {"model", "path", "method", "last_user", "stream"}: model, path and method are
               compared whole, last_user as a substring, stream with the request's own; a reply
               without "match" is taken in order, once
    times      how often it may be used (default: 1 without a match, no limit with one)
    expect     for the tests; the server ignores it

and everything that faults.py and the wire formats read.  Matching replies are tried first, in the
order of the script, then the next unused one of the ordered replies.
"""
import json
import pathlib


class Reply:
    def __init__(self, spec, number):
        self.spec = spec
        self.name = spec.get("name", "reply-%d" % number)
        self.match = spec.get("match")
        self.left = spec.get("times", 1 if self.match is None else None)

    def usable(self):
        return self.left is None or self.left > 0

    def take(self):
        if self.left is not None:
            self.left -= 1
        return self


def last_user_text(body):
    """The text of the last user message of a request in any wire format, "" when there is none."""
    if not isinstance(body, dict):
        return ""
    given = body.get("messages") or body.get("contents") or body.get("input") or \
        body.get("prompt") or []
    if isinstance(given, str):
        return given
    for message in reversed(given):
        if not isinstance(message, dict) or message.get("role") != "user":
            continue
        content = message.get("content") or message.get("parts")
        if isinstance(content, list):
            return "".join(p.get("text", "") for p in content if isinstance(p, dict))
        return content or ""
    return ""


def matches(rule, request):
    body = request.json if isinstance(request.json, dict) else {}
    if "model" in rule and rule["model"] != request.model():
        return False
    if "path" in rule and rule["path"] != request.path.split("?")[0]:
        return False
    if "method" in rule and rule["method"] != request.method:
        return False
    if "stream" in rule and rule["stream"] != bool(body.get("stream")):
        return False
    return rule.get("last_user", "") in last_user_text(body)


class Script:
    def __init__(self, specs):
        self.replies = [Reply(spec, n) for n, spec in enumerate(specs)]

    @classmethod
    def load(cls, names):
        specs = []
        for name in names:
            path = pathlib.Path(name)
            files = sorted(path.glob("*.json")) if path.is_dir() else [path]
            for file in files:
                content = json.loads(file.read_text(encoding="utf-8"))
                specs += content["replies"] if isinstance(content, dict) else content
        return cls(specs)

    def choose(self, request):
        """The reply for a request, None when the script has no more."""
        for reply in self.replies:
            if reply.match is not None and reply.usable() and matches(reply.match, request):
                return reply.take()
        for reply in self.replies:
            if reply.match is None and reply.usable():
                return reply.take()
        return None
