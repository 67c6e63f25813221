#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The last test: what the whole suite left behind holds no piece of the key that its runs used
(LATHE_CANARY_KEY), in none of its forms (S-50). Folders that a test removes were searched before
(support/canary_sweep.py)."""
import os
import pathlib
import sys

from world import HERE, Tap

sys.path.insert(0, str(HERE.parent / "support"))
import canary_sweep  # noqa: E402


def main():
    tap = Tap()
    build = pathlib.Path(os.environ.get("top_builddir", "."))
    key = os.environ["LATHE_CANARY_KEY"]
    sweep = canary_sweep.Sweep([key])
    for text in canary_sweep.samples(key):
        tap.check("the search finds " + text[0], sweep.find(b"a" + text[1] + b"b") is not None)
    # Built in the source folder, the files that name the key lie among what is left.
    named = {HERE / "world.py", HERE.parent / "local.mk"}
    named = {path.resolve() for path in named}
    found, count = [], 0
    for path in sorted(p for top in ("tests", "tui", "core") for p in (build / top).rglob("*")
                       if p.is_file() and not p.is_symlink()):
        if path.suffix in (".o", ".a", ".gcda", ".gcno") or path.name == "leftovers.log":
            continue
        if os.access(path, os.X_OK) and path.suffix == "":
            continue  # the tests' own programs
        if path.resolve() in named:
            continue
        count += 1
        hit = sweep.find(path.read_bytes())
        if hit:
            found.append("%s: %s" % (path, hit))
    tap.check("no piece of the key in %d files that are left" % count, not found,
              "\n".join(found))
    told = canary_sweep.told()
    tap.check("none was in what tests removed", not told, "\n".join(told))
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
