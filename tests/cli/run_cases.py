#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Golden tests of the command line.

Each file tests/cli/cases/*.case is a page to read: prose, and indented by two spaces commands with
what they print. "$ " begins a command, "> " continues it, "[3]" is an exit status that is not 0.
A case runs in a folder of its own, its commands in one shell each, one after the other; standard
error is shown with standard output. In expected lines "<*>" stands for any text without a line
break. The folder's path is shown as $CASE.

    run_cases.py [--update] [CASE...]     prints TAP; --update writes the output into the cases
"""
import os
import re
import shutil
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
lathe = os.environ.get("LATHE", "lathe")


def parse(path):
    """The page as a list of ("prose", line) and ("command", text, expected lines)."""
    parts = []
    for line in open(path, encoding="utf-8").read().split("\n"):
        if line.startswith("  $ "):
            parts.append(["command", line[4:], []])
        elif line.startswith("  > ") and parts and parts[-1][0] == "command" and not parts[-1][2]:
            parts[-1][1] += "\n" + line[4:]
        elif line.startswith("  ") and parts and parts[-1][0] == "command":
            parts[-1][2].append(line[2:])
        else:
            parts.append(["prose", line])
    return parts


def run(command, folder, env):
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    text = done.stdout.decode("utf-8", "backslashreplace").replace(folder, "$CASE")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if done.returncode != 0:
        lines.append("[%d]" % done.returncode)
    return lines


def matches(expected, got):
    if len(expected) != len(got):
        return False
    for want, line in zip(expected, got):
        pattern = ".*".join(re.escape(piece) for piece in want.split("<*>"))
        if not re.fullmatch(pattern, line):
            return False
    return True


def play(path, update):
    """Plays one case; returns a list of (command, ok, expected, got)."""
    folder = os.path.join(os.environ.get("TMPDIR", "/tmp"), "case-" + os.path.basename(path)[:-5])
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.join(folder, "home"))
    env = dict(os.environ, HOME=os.path.join(folder, "home"), FIXTURES=os.path.join(here, "..",
            "fixtures"),
               SUPPORT=os.path.join(here, "..", "support"), TERM="xterm-256color",
               PATH=os.path.dirname(lathe) + ":" + os.environ["PATH"])
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        env.pop(name, None)
    os.makedirs(os.path.join(folder, "w"))
    os.makedirs(os.path.join(folder, ".git"))  # the commit of a repository around is not ours
    results, page = [], []
    for part in parse(path):
        if part[0] == "prose":
            page.append(part[1])
            continue
        got = run(part[1], os.path.join(folder, "w"), env)
        results.append((part[1], matches(part[2], got), part[2], got))
        first, *rest = part[1].split("\n")
        page += ["  $ " + first] + ["  > " + line for line in rest]
        page += ["  " + line for line in (part[2] if results[-1][1] else got)]
    if update:
        open(path, "w", encoding="utf-8").write("\n".join(page))
    return results


def main():
    update = "--update" in sys.argv
    cases = [a for a in sys.argv[1:] if not a.startswith("-")]
    if not cases:
        folder = os.path.join(here, "cases")
        cases = sorted(os.path.join(folder, n) for n in os.listdir(folder) if n.endswith(".case"))
    number = failed = 0
    for path in cases:
        for command, ok, expected, got in play(path, update):
            number += 1
            name = "%s: %s" % (os.path.basename(path)[:-5], command.split("\n")[0].replace("#",
                    "\\#"))
            print("%sok %d - %s" % ("" if ok else "not ", number, name))
            if not ok:
                failed += 1
                for line in ["expected:"] + expected + ["got:"] + got:
                    print("#   " + line)
    print("1..%d" % number)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
