#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A canary in every source of secrets, then runs that go well and runs that fail in every way that
is known to spill keys; then every file that is left, every byte that was printed and what children
could see is searched for pieces of each canary in each form (S-50). The search is this file's own:
lathe doctor --secrets has to find and miss the same."""
import base64
import ctypes
import ctypes.util
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

from world import HERE, LATHE, MockServer, Tap, World, script_file

sys.path.insert(0, str(HERE.parent / "support"))

WINDOW = 8
CANARIES = {
    "env": "cnry-Env/7f3A+x\"q\\Zk29-vb4W",
    "cmd": "cnry-Cmd/9d1B+y\"r\\Ym38-nc5X",
    "file": "cnry-File/2e8C+z\"s\\Xn47-md6Y",
    "vault": "cnry-Vault/5c6D+u\"t\\Wp56-le7Z",
    "plain": "cnry-Plain/8b4E+w\"v\\Vr65-kf8A",
    "prompt": "cnry-Prompt/1a2F+t\"w\\Us74-jg9B",
}
MARK = "cnry-"  # common to all of them: not looked for by itself


def forms(value):
    """What a value looks like on its way, by the name of the form."""
    raw = value.encode()
    hexed = raw.hex()
    escaped = json.dumps(value)[1:-1]
    yield "plain", value, WINDOW
    yield "hex", hexed, 2 * WINDOW
    yield "HEX", hexed.upper(), 2 * WINDOW
    yield "percent", urllib.parse.quote(value, safe=""), WINDOW
    yield "percent, lower case", urllib.parse.quote(value, safe="").replace(
        "%2F", "%2f").replace("%2B", "%2b").replace("%5C", "%5c"), WINDOW
    yield "JSON", escaped, WINDOW
    yield "JSON with slashes", escaped.replace("/", "\\/"), WINDOW
    for shift in range(3):
        for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            text = encode(b"\0" * shift + raw).decode().rstrip("=")
            yield "%s %d" % (name, shift), text[(0, 2, 3)[shift]:-1], WINDOW


def windows(value):
    value = value[len(MARK):]
    for name, text, width in forms(value):
        for i in range(len(text) - width + 1):
            yield text[i:i + width].encode(), name


WINDOWS = {}
for source, canary in CANARIES.items():
    for piece, form in windows(canary):
        WINDOWS.setdefault(piece, (source, form))
BY_WIDTH = {width: {p for p in WINDOWS if len(p) == width} for width in {len(p) for p in WINDOWS}}


def leaks(data):
    """The first piece in the bytes, or None."""
    for width, pieces in BY_WIDTH.items():
        for i in range(len(data) - width + 1):
            if data[i:i + width] in pieces:
                return WINDOWS[data[i:i + width]] + (i,)
    return None


def unpack(packed, lib=ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")):
    lib.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    lib.ZSTD_getFrameContentSize.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    lib.ZSTD_decompress.restype = ctypes.c_size_t
    lib.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p,
                                    ctypes.c_size_t]
    size = lib.ZSTD_getFrameContentSize(packed, len(packed))
    out = ctypes.create_string_buffer(int(size) + 1)
    assert lib.ZSTD_decompress(out, size, packed, len(packed)) == size
    return out.raw[:size]


def contents(database):
    """What lies compressed in a database, and all its texts."""
    db = sqlite3.connect("file:%s?mode=ro" % database, uri=True)
    for (name,) in list(db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")):
        for row in db.execute("SELECT * FROM \"%s\"" % name):
            for column in row:
                if isinstance(column, bytes):
                    yield name, unpack(column) if column[:4] == b"\x28\xb5\x2f\xfd" else column
                elif isinstance(column, str):
                    yield name, column.encode()
    db.close()


KEYED = ("env", "cmd", "file", "vault", "plain")


def replies():
    """Each answers with the key that it was sent, as badly as servers do; asked for by source."""
    rows = []
    for source, key in CANARIES.items():
        half = base64.b64encode(b"xy" + key.encode()).decode()
        ways = {
            "denied": {"status": 401, "body": json.dumps({"error": {
                "message": "Incorrect API key provided: %s." % key,
                "type": "invalid_request_error", "code": "invalid_api_key"}})},
            "base64": {"status": 400, "body": json.dumps({"error": {"message": half}})},
            "hex": {"status": 400, "body": json.dumps({"error": {"message": key.encode().hex()}})},
            "page": {"status": 400, "body": "<html><b>%s</b></html>" % key},
            "headers": {"status": 403, "headers": {"x-debug": key},
                        "body": urllib.parse.quote(key)},
            "garbage": {"body": "data: {" + key},
            "long": {"status": 400, "body": json.dumps({"error": {"message": "x" * 440 + key}})},
            "echo": {"events": [{"text": piece} for piece in
                                (key[:9], key[9:11], key[11:], " ")] + [{"finish": "stop"}]},
            "cut": {"events": [{"text": "it is " + key[:-3]}], "end": "reset"},
        }
        rows += [dict(way, match={"last_user": "%s %s" % (name, source)})
                 for name, way in ways.items()]
    stall = [{"text": "it "}, {"pause_ms": 60000}]
    return rows + [{"match": {"last_user": "stall"}, "events": stall},
                   {"match": {}, "events": [{"text": "fine"}, {"finish": "stop"}]}]


WAYS = ("denied", "base64", "hex", "page", "headers", "garbage", "long", "echo", "cut")


def prepare(world, base):
    root, folder = world.root, world.folder
    config = folder / "config"
    world.env.update(XDG_CONFIG_HOME=str(config), MOCK_KEY=CANARIES["env"],
                     PROMPT_VALUE=CANARIES["prompt"])
    outside = pathlib.Path(tempfile.mkdtemp(prefix="keys-"))  # what may hold them
    for name, text in (("cmd", CANARIES["cmd"]), ("file", CANARIES["file"]),
                       ("pass", "pa55 phrase")):
        (outside / name).write_text(text + "\n")
        (outside / name).chmod(0o600)
    world.env["LATHE_VAULT_PASSPHRASE_FILE"] = str(outside / "pass")
    yaml = "default: {model: env}\nconnections:\n"
    for name, reference in (("env", "env:MOCK_KEY"), ("cmd", "cmd:cat %s/cmd" % outside),
                            ("file", "file:%s/file" % outside), ("vault", "secret:v"),
                            ("plain", "secret:p")):
        yaml += "  %s: {provider: openai, base_url: \"%s/v1\", model: m, secret: \"%s\"}\n" % (
            name, base, reference)
    (root / "lathe.yaml").write_text(yaml)
    (root / "prompts" / "own.prompty").write_text(
        "---\nname: own\nmodel:\n  configuration:\n    type: openai\n    api_key: ${env:MOCK_KEY}\n"
        "    base_url: %s/v1\nsample: {x: \"${env:PROMPT_VALUE}\"}\n---\n"
        "user:\n{{ x }} echo prompt\n" % base)
    return outside


def enter(tap, world, base, said):
    for name, extra in (("v", []), ("p", ["--plain"])):
        value = CANARIES["vault" if name == "v" else "plain"]
        done = subprocess.run([LATHE, "secret", "set", name, "--origin", base, *extra],
                              cwd=world.root, env=world.env, input=value.encode(),
                              capture_output=True, timeout=60)
        said.append(("secret set " + name, done.stdout + done.stderr))
        tap.check("the secret %s is entered" % name, done.returncode == 0, done.stderr)


SCRIPT = """<F5>
:wait-idle
:save-screen one
<F6>
:save-screen two
<Ctrl+P>
connections
:save-screen three
"""


def do_everything(tap, world, said):
    def lathe(*words):
        done = subprocess.run([LATHE, *words], cwd=world.root, env=world.env, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=120)
        said.append((" ".join(words), done.stdout + done.stderr))
        return done

    ask = ("run", "prompts/ask.jinja2", "--trust", "-i")
    for name in KEYED:
        done = lathe(*ask, "question=fine", "-m", name)
        tap.check("a run with a key from " + name, done.stdout == b"fine\n", done.stderr)
        for question in WAYS:
            lathe(*ask, "question=%s %s" % (question, name), "-m", name, "--cache", "on")
            lathe("trace", "show", "--full")
            lathe("trace", "show", "--json")
        lathe("connection", "test", name)
    for form in ([], ["--json"], ["--plain"], ["--dry-run"]):
        lathe(*ask, "question=echo env", *form)
        lathe("run", "prompts/own.prompty", "--trust", *form)
        lathe(*ask, "question=" + CANARIES["env"], *form)
    world.env["PROMPT_VALUE"] = CANARIES["prompt"]
    (world.root / "keys.txt").write_text(SCRIPT)
    lathe("--script", "keys.txt", "--screens", "screens", "prompts/own.prompty")
    for words in (("connection", "list"), ("connection", "list", "--json"), ("doctor",),
                  ("doctor", "--json"), ("models",), ("secret", "list"),
                  ("secret", "list", "--json"),
                  ("secret", "test", "v"), ("secret", "test", "p"), ("cache", "list", "--json"),
                  ("cache", "why"), ("trace", "list", "--json"), ("fsck",),
                  ("render", "prompts/own.prompty"), ("secret", "set", "v", "--origin", "x y"),
                  ("secret", "test", "v", "extra")):
        lathe(*words)


def killed_and_looked_at(tap, world):
    """While a request is under way: what others see of the process, and what a kill leaves."""
    process = world.start("run", "prompts/ask.jinja2", "-i", "question=stall", "-m", "vault")
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        pass
    line = pathlib.Path("/proc/%d/cmdline" % process.pid)
    data = line.read_bytes() if line.exists() else b""
    tap.check("no key in the arguments of the process", not leaks(data), data)
    process.kill()
    process.communicate()


def search(tap, world, outside, said):
    keys = world.folder / "config" / "lathe" / "secrets"
    for what, data in said:
        found = leaks(data)
        # The last four characters of a long secret may be shown: fewer than a window.
        tap.check("nothing of a key is printed: " + what[:60].replace(CANARIES["env"], "KEY"),
                  not found, (found, data[-2000:] if found else b""))
    names = []
    for path in sorted(world.files()):
        if path == keys / "plain.tsv":
            continue  # "file, plain text": it is the secret
        names.append(path.name)
        found = leaks(path.read_bytes())
        tap.check("nothing of a key in " + str(path.relative_to(world.folder)), not found, found)
    tap.check("there was something to search", "lathe.db" in names and "vault.json" in names and
              any(name.endswith(".txt") for name in names), names)
    count = 0
    bad = []
    for table, data in contents(world.root / ".lathe" / "lathe.db"):
        count += 1
        found = leaks(data)
        if found:
            bad.append((table, found))
    tap.check("nothing of a key in %d values of the database" % count, count > 100 and not bad, bad)


def the_doctor(tap, world):
    """It finds nothing here, and every form of every canary where it is planted."""
    done = world.run("doctor", "--secrets")
    tap.check("the doctor finds nothing", done.returncode == 0 and " 0 found" in done.stdout,
              done.stdout + done.stderr)
    folder = world.folder / "planted"
    for source in ("env", "file", "vault", "plain"):
        for name, text, width in forms(CANARIES[source][len(MARK):]):
            folder.mkdir(exist_ok=True)
            (folder / "x").write_bytes(b"before " + text[3:3 + width].encode() + b" after")
            done = world.run("doctor", "--secrets", "--folder", str(folder))
            tap.check("the doctor finds a piece of %s as %s" % (source, name),
                      done.returncode == 1 and "holds a part of the secret" in done.stdout,
                      done.stdout + done.stderr)


def main():
    tap = Tap()
    said = []
    for source, canary in CANARIES.items():
        tap.check("the search itself finds " + source,
                  all(leaks(b"x" * 5 + text.encode() + b"y") for _, text, _ in
                      forms(canary[len(MARK):])))
    with tempfile.TemporaryDirectory() as folder:
        with MockServer([script_file(folder, replies())]) as server:
            world = World(server.base)
            outside = prepare(world, server.base)
            enter(tap, world, server.base, said)
            do_everything(tap, world, said)
            killed_and_looked_at(tap, world)
            # What the test itself put there on purpose.
            search(tap, world, outside, said)
            the_doctor(tap, world)
            world.close()
            subprocess.run(["rm", "-rf", str(outside)], check=True)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
