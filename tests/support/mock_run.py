# SPDX-License-Identifier: MIT
"""Starts the mock server for a test and stops it; reads its ledger."""
import json
import pathlib
import subprocess
import sys
import tempfile

SERVER = pathlib.Path(__file__).resolve().parent / "mock_server.py"


class MockServer:
    """with MockServer([script, ...]) as server: server.base, server.origins, server.ledger()

    A script is a file, a folder or a list of replies.  ANSWER: what no script answers is answered
    by itself.  ALSO: other doors, server.also["tls:good"]; server.authority is their certificate.
    """

    def __init__(self, scripts=(), origins=1, max_seconds=120, answer=False, also=(), port=0):
        self.folder = tempfile.TemporaryDirectory()
        self.ledger_path = pathlib.Path(self.folder.name) / "ledger.jsonl"
        command = [sys.executable, "-B", str(SERVER), "--origins", str(origins),
                   "--max-seconds", str(max_seconds), "--ledger", str(self.ledger_path)]
        command += ["--answer"] if answer else []
        command += ["--port", str(port)] if port else []
        command += ["--also=" + name for name in also]
        self.process = subprocess.Popen(command + [self.file(s) for s in scripts],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.base = ready["base"]
        self.origins = ready["origins"]
        self.also = ready["also"]
        self.authority = ready["authority"]

    def file(self, script):
        """The path of a script; a list of replies is written to a file first."""
        if not isinstance(script, list):
            return str(script)
        path = pathlib.Path(self.folder.name) / ("script-%d.json" % id(script))
        path.write_text(json.dumps(script), encoding="utf-8")
        return str(path)

    def ledger(self):
        text = self.ledger_path.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def requests(self):
        return [row for row in self.ledger() if row["type"] == "request"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()
        self.folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
