# SPDX-License-Identifier: MIT
"""Each file: its licence line, no notes to self, no place of one machine, lines that fit."""
import re

import lint

SPDX = "SPDX-License-Identifier: " + "MIT"
SOURCES = (".c", ".h", ".py", ".sh", ".mjs", ".mk", ".ac", ".am")
LISTED = {"bootstrap", ".ci/run"}
NOTES = re.compile(r"\b(%s)\b" % "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")))
# Folders of somebody's machine, and hosts that packages come from.
PLACES = re.compile(r"(?<![\w.$})\\-])/(root|home/(?!user\b|me\b|ada\b|you\b)[a-z]\w*|work|Users)"
                    r"(?=/\w)|https?://(registry|deb|pypi|proxy|files)\.[a-z]")
COLUMNS = 100


def is_source(path):
    return path.endswith(SOURCES) or path in LISTED


def licence_faults(path, text):
    head = text.split("\n", 2)[:2]
    if SPDX not in head[0] and not (head[0].startswith("#!") and SPDX in "".join(head[1:])):
        yield "%s:1: the first line is the licence line, %s." % (path, SPDX)


def word_faults(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        for match in NOTES.finditer(line):
            yield "%s:%d: %s: finish it or file it." % (path, number, match.group())
        for match in PLACES.finditer(line):
            yield "%s:%d: '%s' is a place of one machine." % (path, number, match.group())


def width_faults(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if len(line.expandtabs(8)) > COLUMNS and "://" not in line and "%D%" not in line:
            yield "%s:%d: %d columns; at most %d." % (path, number, len(line.expandtabs(8)),
                                                      COLUMNS)


def main():
    report = lint.Report()
    report.planted("the licence line", licence_faults("x.c", "#include <a.h>\n"))
    report.planted("words", word_faults("x.c", "/* TO" + "DO: later */"),
                   word_faults("x.c", 'open("/ro' + 'ot/x")'))
    report.planted("width", width_faults("x.py", "x" * 101))
    sources = [(path, lint.read(path)) for path in lint.files(top_files=True) if is_source(path)]
    texts = sources + [(path, lint.read(path)) for path in lint.files(
        ".md", ".yaml", ".json", ".sql", ".prompty", ".jinja2", folders=("data", "themes"))]
    report.rule("each source has its licence line",
                (f for source in sources for f in licence_faults(*source)))
    report.rule("no notes to self, no place of one machine",
                (f for source in texts for f in word_faults(*source)))
    report.rule("lines fit into %d columns" % COLUMNS,
                (f for path, text in sources if path.endswith((".py", ".sh"))
                 or path in LISTED for f in width_faults(path, text)))
    report.end()


main()
