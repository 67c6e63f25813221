# SPDX-License-Identifier: MIT
"""The layout is what clang-format 14 makes of .clang-format, in every C file."""
import re
import subprocess
import tempfile

import lint


def faults(program, paths):
    run = subprocess.run([program, "--dry-run", "--Werror", "--style=file", *paths], cwd=lint.TOP,
                         capture_output=True, text=True)
    found = re.findall(r"^(\S+?:\d+):\d+: error: code should be clang-formatted", run.stderr, re.M)
    if run.returncode and not found:
        found = [run.stderr.strip()[:500]]
    return ["%s: not as clang-format lays it out (clang-format -i FILE)." % place
            for place in dict.fromkeys(found)]


def main():
    program = lint.tool("clang-format-14")
    report = lint.Report()
    with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
        file.write("int  f( void ){return 0;}\n")
        file.flush()
        report.planted("odd spacing", faults(program, [file.name]))
    report.rule("every C file is formatted", faults(program, lint.c_files()))
    report.end()


main()
