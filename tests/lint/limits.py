# SPDX-License-Identifier: MIT
"""Sizes: a function's lines and branches, a file's lines.

Branches are pmccabe's modified count, where a switch is one.  A file without a function is a pure
table and may be as long as its matter.  limits.allow names what is over a limit, one
"path:function" or "path" a line with its reason after a space; it may only shrink.
"""
import subprocess
import tempfile

import lint

FUNCTION_LINES, BRANCHES, FILE_LINES = 80, 20, 600
# The most that limits.allow may hold: lower it with every line that goes.
ALLOWED = 0


def functions(pmccabe, paths):
    """(path, line, name, branches, lines) of each function."""
    run = subprocess.run([pmccabe, *paths], cwd=lint.TOP, capture_output=True, text=True)
    if run.returncode or run.stderr:
        raise SystemExit("Bail out! pmccabe: %s" % run.stderr.strip())
    for row in run.stdout.splitlines():
        modified, _, _, first, lines, rest = row.split("\t")[:6]
        place, name = rest.rsplit(": ", 1)
        yield place.rsplit("(", 1)[0], int(first), name.strip(), int(modified), int(lines)


def over(found):
    """{key: sentence} of what is over a limit."""
    return {"%s:%s" % (path, name): "%s:%d: %s has %d lines and %d branches; at most %d and %d." % (
        path, line, name, lines, branches, FUNCTION_LINES, BRANCHES)
        for path, line, name, branches, lines in found
        if lines > FUNCTION_LINES or branches > BRANCHES}


def long_files(paths, with_functions):
    for path in paths:
        count = lint.read(path).count("\n")
        if count > FILE_LINES and (path in with_functions or not path.endswith(".c")):
            yield path, "%s:1: %d lines; at most %d." % (path, count, FILE_LINES)


def planted(pmccabe):
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write("int f(int x)\n{\n%s\treturn x;\n}\n" % ("\tif (x)\n\t\tx--;\n" * 45))
        file.flush()
        return over(functions(pmccabe, [file.name])).values()


def main():
    pmccabe = lint.tool("pmccabe")
    report = lint.Report()
    report.planted("a long function", planted(pmccabe))
    paths = lint.c_files("core", "tui", "tests")
    found = list(functions(pmccabe, paths))
    faults = over(found)
    texts = lint.files(".py", ".sh", ".mjs") + [".ci/run", "bootstrap"]
    texts = [path for path in texts if (lint.TOP / path).exists()]
    faults.update(long_files(paths + texts, {row[0] for row in found}))
    allowed = {line.split()[0] for line in lint.read("tests/lint/limits.allow").splitlines()
               if line and not line.startswith("#")}
    report.rule("functions and files stay within their limits",
                (sentence for key, sentence in faults.items() if key not in allowed))
    report.rule("the allow list only shrinks",
                ["limits.allow: %s is within the limits now: take it out." % key
                 for key in sorted(allowed - set(faults))] +
                (["limits.allow: %d lines; at most %d." % (len(allowed), ALLOWED)]
                 if len(allowed) > ALLOWED else []))
    report.end()


main()
