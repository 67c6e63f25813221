# SPDX-License-Identifier: MIT
"""What the fault tests share: a workspace with a model behind the mock server, and TAP."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

import canary_sweep  # noqa: E402
from mock_run import MockServer  # noqa: E402,F401  (used by the tests)

LATHE = os.environ["LATHE"]
# The key of the whole suite: the last test looks for pieces of it in all that is left.
KEY = os.environ.get("LATHE_CANARY_KEY", "sk-cnry-Wq7Zt4Lx9Bv2Ny6Kd3")


class Tap:
    def __init__(self):
        self.results = []

    def check(self, name, ok, detail=""):
        self.results.append(bool(ok))
        print("%sok %d - %s" % ("" if ok else "not ", len(self.results), name))
        if not ok:
            for line in str(detail).split("\n")[:40]:
                print("#   " + line)
        sys.stdout.flush()

    def end(self):
        print("1..%d" % len(self.results))
        return 0 if all(self.results) else 1


class World:
    """A workspace whose connection "mock" goes to the mock server."""

    def __init__(self, base, model="m", secret=KEY):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="world-"))
        self.root = self.folder / "w"
        (self.root / "prompts").mkdir(parents=True)
        (self.root / "lathe.yaml").write_text(
            "default: {model: mock}\nconnections:\n  mock:\n    provider: openai\n"
            "    base_url: %s/v1\n    model: %s\n    secret: env:MOCK_KEY\n" % (base, model))
        (self.root / "prompts" / "ask.jinja2").write_text("user:\n{{ question }}\n")
        self.env = dict(os.environ, MOCK_KEY=secret, HOME=str(self.folder),
                        XDG_STATE_HOME=str(self.folder / "state"))

    def connection(self, name, text):
        """Adds a connection; TEXT is what stands between the braces."""
        with open(self.root / "lathe.yaml", "a", encoding="utf-8") as file:
            file.write("  %s: {%s}\n" % (name, text))

    def start(self, *words, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("env", self.env)
        return subprocess.Popen([LATHE, *words], cwd=self.root, **options)

    def run(self, *words, timeout=60):
        done = subprocess.run([LATHE, *words], cwd=self.root, env=self.env, timeout=timeout,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done

    def ask(self, question="q"):
        return self.start("run", "prompts/ask.jinja2", "-i", "question=" + question)

    def runs(self):
        text = self.run("trace", "list", "--json", "-n", "100000").stdout
        return [json.loads(line) for line in text.splitlines()]

    def files(self):
        return [p for p in self.folder.rglob("*") if p.is_file()]

    def close(self):
        canary_sweep.sweep_folder(self.folder, [self.env["MOCK_KEY"]])
        shutil.rmtree(self.folder, ignore_errors=True)


def script_file(folder, replies):
    path = pathlib.Path(folder) / "script.json"
    path.write_text(json.dumps({"replies": replies}))
    return path
