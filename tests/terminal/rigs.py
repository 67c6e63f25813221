# SPDX-License-Identifier: MIT
"""What the tests on terminals share: a copy of the golden workspace, TAP, and the rig."""
import os
import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.join(os.environ["top_srcdir"], "tests", "support"))
try:
    from ptyrig import Oracle, Rig
except ImportError as missing:
    if os.environ.get("LATHE_REQUIRE_TOOLS"):
        raise
    print("1..0 # SKIP %s" % missing)
    sys.exit(0)

LATHE = os.environ["LATHE"]
GOLDEN = pathlib.Path(os.environ["top_srcdir"]) / "tests" / "golden" / "workspace"
F1, F5, F6, F8 = b"\x1bOP", b"\x1b[15~", b"\x1b[17~", b"\x1b[19~"
UP, DOWN, PGDN = b"\x1b[A", b"\x1b[B", b"\x1b[6~"
FILES, OUTPUT, QUIT, REDRAW = b"\x1b1", b"\x1b4", b"\x11", b"\x0c"
FRAME_END = b"\x1b[?2026l"
# What gives a terminal back: the modes off, the other screen left, the cursor shown.
GIVEN_BACK = (b"\x1b[?1000l", b"\x1b[?1004l", b"\x1b[?2004l", b"\x1b[?1049l")
count = 0


def say(good, name, *details):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, name), flush=True)
    for detail in details if not good else ():
        for line in str(detail).splitlines():
            print("# " + line)


def skip(name, reason):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, name, reason), flush=True)


ENV = {"TERM": "xterm-256color", "COLORTERM": None, "LANG": "C.UTF-8", "LC_ALL": None,
       "LANGUAGE": None, "NO_COLOR": None, "TMUX": None, "DISPLAY": None, "WAYLAND_DISPLAY": None,
       "LINES": "7", "COLUMNS": "11"}


def open_bench(workspace, *files, **options):
    env = {**ENV, **options.pop("env", {})}
    return Rig([LATHE, *[str(file) for file in files or (workspace,)]], env=env, **options)


def plan():
    print("1..%d" % count)


def copy_workspace(to):
    shutil.copytree(GOLDEN, to)
    # A read-only source tree (make distcheck) gives read-only copies.
    for place, _, inside in os.walk(to):
        for path in [place] + [os.path.join(place, one) for one in inside]:
            os.chmod(path, os.stat(path).st_mode | 0o200)


def run_tests(names):
    """Each test_* of NAMES with a workspace of its own; a word on the command line chooses."""
    for name, test in sorted(names.items()):
        if not name.startswith("test_") or (len(sys.argv) > 1 and sys.argv[1] not in name):
            continue
        # A program that is just ending may still write there.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            workspace = pathlib.Path(scratch) / "workspace"
            copy_workspace(workspace)
            test(workspace)
    plan()
