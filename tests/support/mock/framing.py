# SPDX-License-Identifier: MIT
"""HTTP/1.1 as a server needs it: read one request, write a head, frame a body."""
import http
import json
import re
import urllib.parse

PATH_MODEL = re.compile(r"/(?:models?|deployments)/([^/:?]+)[:/]")


class Request:
    def __init__(self, method, target, version, headers, body):
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers
        self.body = body
        self.proxied = target.startswith("http://") or method == "CONNECT"
        self.path = target
        if target.startswith("http://"):
            self.path = "/" + target[len("http://"):].partition("/")[2]
        try:
            self.json = json.loads(body) if body else None
        except ValueError:
            self.json = None

    def header(self, name):
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return None

    def model(self):
        """The model that the body or the path names, None when neither does."""
        if isinstance(self.json, dict) and isinstance(self.json.get("model"), str):
            return self.json["model"]
        found = PATH_MODEL.search(self.path)
        return urllib.parse.unquote(found.group(1)) if found else None

    def wants_close(self):
        return self.version == "HTTP/1.0" or (self.header("connection") or "").lower() == "close"


async def read_chunked(reader):
    body = b""
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        piece = await reader.readexactly(size + 2)
        if size == 0:
            return body
        body += piece[:-2]


async def read_request(reader, writer):
    """The next request of a connection, None at its end."""
    line = (await reader.readline()).decode("latin-1").strip()
    if not line:
        return None
    method, target, version = line.split(" ", 2)
    headers = []
    while True:
        line = (await reader.readline()).decode("latin-1").rstrip("\r\n")
        if not line:
            break
        name, _, value = line.partition(":")
        headers.append((name, value.strip()))
    request = Request(method, target, version, headers, b"")
    if (request.header("expect") or "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if (request.header("transfer-encoding") or "").lower() == "chunked":
        body = await read_chunked(reader)
    else:
        body = await reader.readexactly(int(request.header("content-length") or 0))
    return Request(method, target, version, headers, body)


def head(status, reason, headers, version="1.1"):
    if reason is None:
        try:
            reason = http.HTTPStatus(status).phrase
        except ValueError:
            reason = "Unknown"
    lines = ["HTTP/%s %d %s" % (version, status, reason)]
    lines += ["%s: %s" % pair for pair in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def chunk(data, extension=""):
    return b"%x%s\r\n%s\r\n" % (len(data), extension.encode("ascii"), data)


def last_chunk(trailers):
    lines = "".join("%s: %s\r\n" % pair for pair in trailers.items())
    return b"0\r\n%s\r\n" % lines.encode("ascii")
