# SPDX-License-Identifier: MIT
"""Calls that have no safe use here, memory past the allocators, and SQL outside the store."""
import re

import lint

CALLS = {
    "strcpy": "no bound: use struct buf or snprintf", "stpcpy": "no bound", "strcat": "no bound",
    "strncpy": "may leave no NUL: use memcpy or snprintf", "strncat": "bound of the wrong thing",
    "sprintf": "no bound: snprintf", "vsprintf": "no bound: vsnprintf", "gets": "no bound",
    "atoi": "no errors: str_to_int", "atol": "no errors: str_to_int",
    "atoll": "no errors: str_to_int", "atof": "no errors, locale: str_to_double",
    "system": "a shell", "popen": "a shell", "tmpnam": "a race: mkstemp", "tempnam": "a race",
    "mktemp": "a race: mkstemp", "tmpfile": "a place nobody chose", "alloca": "no bound",
    "rand": "global state, weak", "srand": "global state", "random": "global state",
    "strtok": "global state: str_cut", "strtok_r": "changes its input: str_cut",
    "asctime": "static buffer", "ctime": "static buffer", "gmtime": "static: gmtime_r",
    "localtime": "static: localtime_r", "getwd": "no bound", "vfork": "undefined behaviour",
    "sleep": "blocks the loop: a timer", "usleep": "blocks the loop: a timer",
    "setjmp": "leaves resources behind", "longjmp": "leaves resources behind",
}
ALLOCATORS = {"malloc", "calloc", "realloc", "reallocarray", "strdup", "strndup", "asprintf",
              "vasprintf"}
CALL = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(sorted([*CALLS, *ALLOCATORS])))
SQL = re.compile(
    r"^\"\s*(SELECT\s.+\sFROM\s|SELECT\s+\w+\(|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s"
    r"|DELETE\s+FROM\s|REPLACE\s+INTO\s|(CREATE|DROP|ALTER)\s+(TABLE|INDEX|VIEW|TRIGGER|UNIQUE)"
    r"|PRAGMA\s+\w|BEGIN(\s+(IMMEDIATE|EXCLUSIVE|DEFERRED))?;?\"|COMMIT;?\"|ROLLBACK;?\""
    r"|ATTACH\s+DATABASE|VACUUM)")


def call_faults(path, text):
    code = lint.code_only(text)
    for match in CALL.finditer(code):
        name = match.group(1)
        place = "%s:%d" % (path, lint.line_of(code, match.start()))
        if name in CALLS:
            yield "%s: %s is banned (%s)." % (place, name, CALLS[name])
        elif path != "core/base/alloc.c":
            yield "%s: %s can fail: use the allocators of core/base/alloc.h." % (place, name)


def sql_faults(path, text):
    if path.startswith("core/store/"):
        return
    for line, literal in lint.strings(text):
        if SQL.search(literal):
            yield "%s:%d: SQL belongs to core/store." % (path, line)


def main():
    report = lint.Report()
    report.planted("banned calls", *(call_faults("core/flow/x.c", line) for line in (
        "strcpy(a, b);", "n = atoi(s);", "system (c);", "p = strdup(s);", "x=strtok(a,b);")))
    report.planted("SQL", *(sql_faults("core/flow/x.c", line) for line in (
        'q = "SELECT id FROM run";', 'q = "INSERT OR IGNORE INTO blob VALUES (?)";',
        'q = "PRAGMA user_version";', 'q = "COMMIT";')))
    sources = [(path, lint.read(path)) for path in lint.c_files("core", "tui")]
    report.rule("no banned call", (f for source in sources for f in call_faults(*source)))
    report.rule("SQL only in core/store", (f for source in sources for f in sql_faults(*source)))
    report.end()


main()
