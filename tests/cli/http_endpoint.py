#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`lathe run` with endpoints of no known format: what is sent, read, and an error (TAP)."""
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading

LATHE = os.environ["LATHE"]
KEY = "test-key-0123456789"
seen = []
passed = 0
failed = 0


def check(name, problem):
    global passed, failed
    passed += not problem
    failed += bool(problem)
    print("%s %d - %s" % ("not ok" if problem else "ok", passed + failed, name))
    if problem:
        print("# " + problem[:2000].replace("\n", "\n# "))


class Handler(http.server.BaseHTTPRequestHandler):
    """The path says what the answer is."""
    protocol_version = "HTTP/1.1"

    def give(self, status, kind, pieces, cut=False):
        self.send_response(status)
        self.send_header("Retry-After-Ms", "10")
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        if cut:
            self.close_connection = True
            self.connection.shutdown(2)
        else:
            self.wfile.write(b"0\r\n\r\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen.append((self.command, self.path, dict(self.headers), body.decode()))
        name = self.path.split("?")[0].strip("/")
        bytes_of = "Zehn Tage 🏖️ frei".encode()
        if name == "json":
            self.give(200, "application/json", [json.dumps({
                "out": [{"t": "Ten "}, {"t": "days."}], "why": "done", "used": {"in": 5, "out": 3},
                "name": "m-1"}).encode()])
        elif name == "plain":
            self.give(200, "text/plain", [bytes_of])
        elif name == "text":
            self.give(200, "text/plain", [bytes_of[i:i + 1] for i in range(len(bytes_of))])
        elif name == "sse" or name == "cut":
            events = [json.dumps({"tok": {"t": t}}) for t in ("Ten ", "days.")]
            events += [] if name == "cut" else [json.dumps({"tok": {}, "why": "eos"})]
            self.give(200, "text/event-stream",
                      [("data: %s\n\n" % e).encode() for e in events])
        elif name == "lines":
            self.give(200, "application/x-ndjson", [b'{"tok": {"t": "Ten "}}\n{"tok"',
                                                    b': {"t": "days."}}\n{"why": "eos"}'])
        elif name == "broken":
            self.give(200, "text/plain", [b"Half of"], cut=True)
        elif name == "wrong":
            self.give(200, "application/json", [b'{"fault": "no such thing"}'])
        elif name == "busy":
            self.give(429, "application/json", [b'{"error": {"message": "Too many."}}'])
        else:
            self.give(200, "application/json", [b'{"other": 1}'])

    do_GET = do_POST

    def log_message(self, *_):
        pass


RESPONSE = "{text: 'out[*].t', finish_reason: why, input_tokens: used.in, " \
    "output_tokens: used.out, model: name, error: fault, delta: tok.t}"
TEMPLATE = "'{\"q\": {{ prompt | tojson }}, \"p\": {{ parameters | tojson }}}'"
# connection: (path, more of it)
CONNECTIONS = {
    "json": ("/json?m={{ model | urlencode }}", "response: %s" % RESPONSE),
    "plain": ("/plain", ""),
    "get": ("/plain?q={{ prompt | urlencode }}", "method: GET"),
    "text": ("/text", "stream: text"),
    "sse": ("/sse", "stream: sse, response: %s" % RESPONSE),
    "cut": ("/cut", "stream: sse, response: %s" % RESPONSE),
    "lines": ("/lines", "stream: lines, response: %s" % RESPONSE),
    "broken": ("/broken", "stream: text"),
    "wrong": ("/wrong", "response: %s" % RESPONSE),
    "nothing": ("/nothing", "response: %s" % RESPONSE),
    "busy": ("/busy", "key_header: X-Api-Key, key_prefix: 'Token '"),
}


def run(folder, connection):
    done = subprocess.run(
        [LATHE, "-C", str(folder), "run", "p.prompty", "-m", connection, "--json", "--no-fallback"],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
        env=dict({k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")},
                 LATHE_TEST_KEY=KEY))
    events = [json.loads(line) for line in done.stdout.splitlines()]
    ends = [e for e in events if e["event"] == "attempt.end"]
    text = "".join(e["text"] for e in events if e["event"] == "delta")
    return ends[-1] if ends else {"status": "none", "error": events[-1:]}, text


def expect(folder, connection, status, text, **more):
    end, told = run(folder, connection)
    wrong = ["%s is %r" % (k, end.get(k)) for k, v in dict(more, status=status).items()
             if end.get(k) != v and not (callable(v) and v(end.get(k)))]
    wrong += ["text %r" % told] if told != text else []
    check("%s: %s" % (connection, status), "%s\n%s" % (", ".join(wrong), json.dumps(end))
          if wrong else "")


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = "http://127.0.0.1:%d" % server.server_port
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        lines = ["  %s: {provider: http, base_url: '%s', path: '%s', model: 'm x', template: %s, "
                 "secret: 'env:LATHE_TEST_KEY'%s}" % (name, base, path, TEMPLATE,
                                                     ", " + more if more else "")
                 for name, (path, more) in CONNECTIONS.items()]
        (folder / "lathe.yaml").write_text("connections:\n" + "\n".join(lines) + "\n")
        (folder / "p.prompty").write_text(
            "---\nmodel:\n  parameters: {temperature: 0.5}\n---\nuser:\nHow \"many\"?\n")
        beach = "Zehn Tage 🏖️ frei"
        expect(folder, "json", "ok", "Ten days.", finish_reason="done",
               response_model="m-1", usage=lambda u: u["input"] == 5 and u["output"] == 3)
        check("the template is sent, with the key", "" if seen[-1][1] == "/json?m=m%20x" and
              json.loads(seen[-1][3]) == {"q": 'How "many"?', "p": {"temperature": 0.5}} and
              seen[-1][2]["Authorization"] == "Bearer " + KEY else repr(seen[-1]))
        expect(folder, "plain", "ok", beach)
        expect(folder, "get", "ok", beach)
        check("GET sends no body", "" if seen[-1][0] == "GET" and not seen[-1][3] and
              seen[-1][1] == "/plain?q=How%20%22many%22%3F" else repr(seen[-1]))
        expect(folder, "text", "ok", beach)
        expect(folder, "sse", "ok", "Ten days.", finish_reason="eos")
        expect(folder, "lines", "ok", "Ten days.", finish_reason="eos")
        expect(folder, "cut", "truncated", "Ten days.")
        expect(folder, "broken", "truncated", "Half of")
        expect(folder, "wrong", "error", "")
        end, _ = run(folder, "wrong")
        check("the error is told", "" if "no such thing" in json.dumps(end) else json.dumps(end))
        end, _ = run(folder, "nothing")
        check("an answer without the place is an error", "" if end["status"] == "error" and
              "it has nothing at" in json.dumps(end) else json.dumps(end))
        before = len(seen)
        end, _ = run(folder, "busy")
        check("a status is an error, and tried again",
              "" if end["status"] == "error" and end["http_status"] == 429 and
              len(seen) > before + 1 else json.dumps(end))
        check("the key where it is wanted",
              "" if seen[-1][2].get("X-Api-Key") == "Token " + KEY and
              "Authorization" not in seen[-1][2] else repr(seen[-1]))
    print("1..%d" % (passed + failed))
    return failed > 0


if __name__ == "__main__":
    raise SystemExit(main())
