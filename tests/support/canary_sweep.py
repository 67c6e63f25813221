# SPDX-License-Identifier: MIT
"""Searches bytes for pieces of keys in every form that keys travel in."""
import base64
import json
import os
import pathlib
import urllib.parse

WINDOW = 8


def samples(value):
    """(name, bytes) of each form of a value."""
    raw = value.encode()
    yield "itself", raw
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    yield "percent", urllib.parse.quote(value, safe="").encode()
    yield "JSON", json.dumps(value)[1:-1].encode()
    for shift in range(3):
        for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            text = encode(b"\0" * shift + raw).rstrip(b"=")
            yield "%s %d" % (name, shift), text[(0, 2, 3)[shift]:-1]


class Sweep:
    def __init__(self, values):
        self.pieces = {}
        for value in values:
            for name, text in samples(value):
                width = WINDOW * (2 if name.lower() == "hex" else 1)
                for i in range(len(text) - width + 1):
                    self.pieces.setdefault(text[i:i + width], name)

    def find(self, data):
        """The name of the form of the first piece found, or None."""
        for piece, name in self.pieces.items():
            if piece in data:
                return "%s at byte %d" % (name, data.index(piece))
        return None


def _told_path():
    return pathlib.Path(os.environ.get("top_builddir", ".")) / "tests" / "scratch" / "leaks.txt"


def told():
    path = _told_path()
    return path.read_text().splitlines() if path.exists() else []


def sweep_folder(folder, values, spare=()):
    """Before a test removes a folder: tells the last test of what is in it."""
    sweep = Sweep(values)
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if not path.is_file() or path.is_symlink() or path.name in spare:
            continue
        hit = sweep.find(path.read_bytes())
        if hit:
            _told_path().parent.mkdir(parents=True, exist_ok=True)
            with open(_told_path(), "a") as out:
                out.write("%s: %s\n" % (path, hit))
