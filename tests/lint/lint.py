# SPDX-License-Identifier: MIT
"""What the lints share: the project's files, C without its comments and strings, TAP output.

A lint is a program that walks the files and reports faults as "path:line: sentence".  Each lint
first proves on a planted fault that it can fail.
"""
import os
import pathlib
import re
import shutil
import sys

TOP = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).parents[2])).resolve()
SOURCE_FOLDERS = ("core", "tui", "tests", "data", "themes", ".ci")
LEFT_OUT = {"__pycache__", "node_modules", ".deps", "scratch", "vendor"}
# Made by the build, in the source folder when that is where it runs.
GENERATED = {"data/embedded.c"}
TOP_FILES = ("configure.ac", "Makefile.am", "bootstrap", ".clang-format", ".clang-tidy",
             ".gitignore")


def files(*suffixes, folders=SOURCE_FOLDERS, top_files=False):
    """Paths relative to the top, sorted; without what builds and tools leave behind."""
    found = []
    for folder in folders:
        for place, inner, names in os.walk(TOP / folder):
            inner[:] = sorted(set(inner) - LEFT_OUT)
            relative = pathlib.Path(place).relative_to(TOP)
            found += [str(relative / name) for name in names
                      if not suffixes or name.endswith(suffixes)]
    if top_files:
        found += [name for name in TOP_FILES if (TOP / name).exists()]
    return sorted(set(found) - GENERATED)


def c_files(*folders):
    return files(".c", ".h", folders=folders or ("core", "tui", "tests"))


def read(path):
    return (TOP / path).read_text(encoding="utf-8", errors="replace")


TOKEN = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<char>'(?:\\.|[^'\\\n])*')
""", re.X | re.S)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """TEXT with comments blanked and the inside of strings too; lines keep their numbers."""
    def keep_quotes(match):
        whole = match.group()
        if match.lastgroup == "comment":
            return _blank(whole)
        return whole[0] + _blank(whole[1:-1]) + whole[-1]
    return TOKEN.sub(keep_quotes, text)


def strings(text):
    """(line, literal) for each string literal of C."""
    for match in TOKEN.finditer(text):
        if match.lastgroup == "string" and not _is_include(text, match.start()):
            yield text.count("\n", 0, match.start()) + 1, match.group()


def _is_include(text, at):
    return re.match(r"\s*#\s*include", text[text.rfind("\n", 0, at) + 1:at + 1]) is not None


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def tool(*names):
    """The first of NAMES that is installed.  A missing tool ends the lint: skipped in a plain
    "make check", failed where ./bootstrap check promised the tools."""
    for name in names:
        if shutil.which(name):
            return name
    if os.environ.get("LATHE_REQUIRE_TOOLS"):
        print("1..1\nnot ok 1 - %s is not installed" % names[0])
    else:
        print("1..0 # SKIP %s is not installed (./bootstrap check installs it)" % names[0])
    sys.exit(0)


class Report:
    """TAP: one point a rule, its faults as diagnostics."""

    def __init__(self):
        self.points = 0

    def rule(self, name, faults):
        self.points += 1
        faults = list(faults)
        for fault in faults:
            print("# " + fault)
        print("%sok %d - %s" % ("not " if faults else "", self.points, name))

    def planted(self, name, *fault_lists):
        """A lint that finds nothing in a planted fault is broken."""
        self.rule("a planted fault is found: " + name,
                  [] if all(map(list, fault_lists)) else ["the planted fault was not found"])

    def end(self):
        print("1..%d" % self.points)
