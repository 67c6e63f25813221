# SPDX-License-Identifier: MIT
"""What the server saw: one JSON object a line, flushed at once.

    {"type": "request", "n", "ms", "origin", "host", "method", "target", "proxied",
     "headers": [names], "credentials": [{"where", "name", "value"}], "strangers": [names],
     "idempotency", "body", "reply"}
    {"type": "connection", "origin", "streams", "at_once"}     of HTTP/2, at its end
    {"type": "end", "n", "ms", "bytes", "how"}     how: complete, truncated, reset, client_gone

"origin" is the listener that was reached, "host" what the client believed to talk to.  The values
of credentials are here on purpose: this file is how a test proves where a key did not go.  A
credential's home is the host it was first sent to; sent to another, it is named in "strangers".
"""
import json
import time
import urllib.parse

SECRET_WORDS = ("authorization", "key", "token", "secret", "cookie", "password")


def credentials_of(request):
    seen = []
    for name, value in request.headers:
        if any(word in name.lower() for word in SECRET_WORDS):
            seen.append({"where": "header", "name": name.lower(), "value": value})
    parts = urllib.parse.urlsplit(request.target)
    if parts.username or parts.password:
        seen.append({"where": "url", "name": parts.username, "value": parts.password})
    for name, value in urllib.parse.parse_qsl(parts.query):
        if any(word in name.lower() for word in SECRET_WORDS):
            seen.append({"where": "query", "name": name, "value": value})
    return seen


class Ledger:
    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8") if path else None
        self.start = time.monotonic()
        self.count = 0
        self.homes = {}

    def write(self, row):
        if self.file:
            row["ms"] = round((time.monotonic() - self.start) * 1000, 3)
            self.file.write(json.dumps(row, ensure_ascii=True) + "\n")
            self.file.flush()

    def strangers(self, credentials, place):
        """The names of the credentials that do not belong to this place."""
        return [c["name"] for c in credentials
                if c["value"] and self.homes.setdefault(c["value"], place) != place]

    def request(self, request, origin, reply_name):
        self.count += 1
        body = request.json
        if body is None:
            body = request.body.decode("utf-8", "backslashreplace")
        credentials = credentials_of(request)
        place = request.header("host") if request.method != "CONNECT" else "proxy " + origin
        self.write({
            "type": "request", "n": self.count, "origin": origin,
            "host": request.header("host"), "method": request.method,
            "target": request.target, "proxied": request.proxied,
            "headers": [name for name, _ in request.headers],
            "credentials": credentials, "strangers": self.strangers(credentials, place),
            "idempotency": request.header("idempotency-key"), "body": body, "reply": reply_name,
        })
        return self.count

    def end(self, number, sent, how):
        self.write({"type": "end", "n": number, "bytes": sent, "how": how})

    def close(self):
        if self.file:
            self.file.close()
