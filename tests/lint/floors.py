# SPDX-License-Identifier: MIT
"""Who may include whom: the floors of ARCHITECTURE.md, checked on every include."""
import re

import lint

# From the bottom up; within a row a folder may include those to its left.
CORE = [name for row in (
    ["base"], ["text", "data", "loop"], ["store", "net"], ["trace", "model"],
    ["knowledge", "flow"], ["eval"], ["improve", "watch"], ["engine"], ["command"],
    ["cli", "serve"]) for name in row]
TUI = ["draw", "theme", "keys", "term", "part", "pane", "layer", "app"]

# What the full-screen workbench may know of the core.
TUI_SEES = re.compile(r"core/(base|text|data|engine|command)/[^/]+\.h|core/trace/event\.h"
                      r"|core/data/(template|tokens)/[^/]+\.h")
# System headers that belong to one folder.
OWNERS = [
    (re.compile(r"n?curses(w)?(/.*)?\.h|ncursesw?/.*|term\.h|termios\.h"), "tui/term"),
    (re.compile(r"sqlite3\.h"), "core/store"),
    (re.compile(r"curl/.*"), "core/net"),
    (re.compile(r"uv\.h"), "core/loop"),
]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.M)


def core_fault(path, target):
    if not target.startswith("core/"):
        return "core includes only core and libraries, not %s" % target
    own, other = path.split("/")[1], target.split("/")[1]
    for name in (own, other):
        if name not in CORE:
            return "core/%s has no floor: give it one here and in ARCHITECTURE.md" % name
    if CORE.index(other) > CORE.index(own):
        return "core/%s is above core/%s" % (other, own)
    return None


def tui_folder_fault(path, target):
    parts, wanted = path.split("/"), target.split("/")
    is_main = len(parts) == 2
    own = "app" if is_main else parts[1]
    other = wanted[1] if len(wanted) > 2 else "app"
    for name in (own, other):
        if name not in TUI:
            return "tui/%s has no floor: give it one here and in ARCHITECTURE.md" % name
    if other == "term" and own not in ("app", "term"):
        return "only tui/app and tui/main.c see tui/term"
    if TUI.index(other) > TUI.index(own):
        return "tui/%s is above tui/%s" % (other, own)
    return None


def tui_fault(path, target):
    if target.startswith("tui/"):
        return tui_folder_fault(path, target)
    if path == "tui/main.c" and target.startswith("core/cli/"):
        return None
    # The workbench is driven by the program's one loop; its panes are not.
    if target == "core/loop/loop.h" and path.startswith("tui/app/"):
        return None
    if not TUI_SEES.fullmatch(target):
        return "tui does not see %s" % target
    return None


def system_fault(path, header):
    for pattern, owner in OWNERS:
        # A question on the terminal throws away what was typed ahead of it (tcflush), and a
        # passphrase is typed unseen.
        if header == "termios.h" and path in (
                "core/command/output.c", "core/command/output_hidden.c"):
            continue
        if pattern.fullmatch(header) and not path.startswith(owner + "/"):
            return "<%s> belongs to %s" % (header, owner)
    return None


def fault_of(path, quote, target):
    if quote == "<":
        return system_fault(path, target)
    if target == "config.h":
        return None
    if not target.startswith(("core/", "tui/")):
        return '"%s" is not a full path from the top' % target
    return core_fault(path, target) if path.startswith("core/") else tui_fault(path, target)


def include_faults(path, text):
    for match in INCLUDE.finditer(text):
        fault = fault_of(path, *match.groups())
        if fault:
            yield "%s:%d: %s." % (path, lint.line_of(text, match.start()), fault)


def order_faults(path, text):
    """A .c file's first include is its own header, when it has one, or its private one."""
    header = path[:-2] + ".h"
    first = INCLUDE.search(text)
    own = (header, path[:-2] + "_private.h")
    if path.endswith(".c") and (lint.TOP / header).exists() and first.group(2) not in own:
        yield '%s:%d: its own header "%s" comes first.' % (
            path, lint.line_of(text, first.start()), header)


def main():
    report = lint.Report()
    report.planted("floors",
                   include_faults("core/base/x.c", '#include "core/store/database.h"\n'),
                   include_faults("core/trace/x.c", '#include "core/model/message.h"\n'),
                   include_faults("core/cli/x.c", '#include "tui/app/app.h"\n'),
                   include_faults("core/cli/x.c", '#include "output.h"\n'),
                   include_faults("core/cli/x.c", "#include <ncurses.h>\n"),
                   include_faults("core/trace/x.c", "#include <sqlite3.h>\n"),
                   include_faults("tui/pane/x.c", '#include "tui/term/screen.h"\n'),
                   include_faults("tui/part/x.c", '#include "tui/pane/trace.h"\n'),
                   include_faults("tui/app/x.c", '#include "core/store/database.h"\n'),
                   include_faults("tui/app/x.c", '#include "core/trace/bus.h"\n'),
                   include_faults("tui/pane/x.c", '#include "core/loop/loop.h"\n'))
    sources = [(path, lint.read(path)) for path in lint.c_files("core", "tui")]
    report.rule("every include stays on its floor",
                (fault for source in sources for fault in include_faults(*source)))
    report.rule("a file includes its own header first",
                (fault for source in sources for fault in order_faults(*source)))
    report.end()


main()
