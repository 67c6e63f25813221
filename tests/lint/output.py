# SPDX-License-Identifier: MIT
"""Bytes reach a terminal through two files only, because those two sanitize them."""
import re

import lint

ALLOWED = {"core/command/output.c", "tui/term/screen.c"}
# err_bug says its last words by itself: nothing above it may be trusted any more.
LAST_WORDS = ("core/base/err.c", "write(STDERR_FILENO, text, len)")

PRINTS = re.compile(
    r"\b(printf|vprintf|puts|putchar|putchar_unlocked|putwchar|wprintf|vwprintf|perror|psignal"
    r"|psiginfo|dprintf|vdprintf|tputs|putp|addch|waddch|addstr|addnstr|waddstr|waddnstr"
    r"|mvaddch|mvaddstr|mvaddnstr|mvwaddch|mvwaddstr|mvwaddnstr|addwstr|addnwstr|waddwstr"
    r"|waddnwstr|mvaddwstr|mvaddnwstr|mvwaddwstr|mvwaddnwstr|add_wch|wadd_wch|mvadd_wch"
    r"|mvwadd_wch|add_wchstr|wadd_wchstr|mvadd_wchstr|insch|insstr|ins_wstr|ins_wch|printw"
    r"|wprintw|mvprintw|mvwprintw|vw_printw|echochar|wechochar|echo_wchar)\s*\(")
STREAMS = re.compile(r"\b(stdout|stderr)\b")
DESCRIPTORS = re.compile(
    r"\b(write|writev|pwrite|send|dup2|dup3|fdopen)\s*\(\s*(1|2|STDOUT_FILENO|STDERR_FILENO)\s*,")
BY_NAME = re.compile(r'"/dev/(stdout|stderr|fd/[12])|"/proc/self/fd')
ESCAPE = re.compile(r"\\(033|x1[bB]|e)(?=\[|\]|P|_|\\|%|[0-9=>])")


def code_faults(path, text):
    code = lint.code_only(text)
    for pattern in (PRINTS, STREAMS, DESCRIPTORS):
        for match in pattern.finditer(code):
            line = text.splitlines()[lint.line_of(code, match.start()) - 1]
            if path == LAST_WORDS[0] and LAST_WORDS[1] in line:
                continue
            yield "%s:%d: '%s' writes past core/command/output.c and tui/term/screen.c." % (
                path, lint.line_of(code, match.start()), match.group().strip(" (,"))


def string_faults(path, text):
    for line, literal in lint.strings(text):
        if BY_NAME.search(literal):
            yield "%s:%d: %s opens a standard stream by name." % (path, line, literal)
        if ESCAPE.search(literal) and not path.startswith("tui/term/"):
            yield "%s:%d: escape bytes belong to tui/term." % (path, line)


def faults(path, text):
    if path in ALLOWED:
        return
    yield from code_faults(path, text)
    yield from string_faults(path, text)


def main():
    report = lint.Report()
    report.planted("direct output", *(faults("core/flow/x.c", line) for line in (
        'printf("x");', 'fprintf(stderr, "x");', "fputs(s, stdout);", "perror(NULL);",
        "write(1, s, n);", "write(STDERR_FILENO, s, n);", "FILE *f = stdout;",
        'fopen("/dev/stderr", "w");', "waddnstr(win, s, 3);", 'buf_add_cstr(b, "\\033[1m");')))
    report.rule("only two files write to the terminal",
                (fault for path in lint.c_files("core", "tui")
                 for fault in faults(path, lint.read(path))))
    clean = list(faults("core/flow/x.c", 'snprintf(s, n, "printf(x)"); /* puts(x) */'))
    report.rule("comments and strings are not mistaken for output", clean)
    report.end()


main()
