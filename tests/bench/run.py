# SPDX-License-Identifier: MIT
"""Figures of speed and memory against their goals, as one table (make bench).

A row is a figure, its goal and a measuring function; a peer is measured in the same minute on the
same machine.  Times are medians.  Nothing here is a test: a slow machine makes slow figures, not
failures; only a figure that could not be taken makes the exit status 1.

A compiled benchmark (tests/bench/bench_NAME) prints lines of "key value".
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import screen
import tokens

TOP = pathlib.Path(os.environ["top_srcdir"])
BUILD = pathlib.Path(os.environ["top_builddir"])
LATHE = os.environ["LATHE"]
HERE = TOP / "tests" / "bench"

CONFIG = """\
connections:
  fake:
    provider: scripted
    script: script.json
default: {model: fake/small}
"""
PROMPT = "system:\nAnswer briefly.\n\nuser:\nHow many days of leave does {{ name }} have?\n"


class Missing(Exception):
    """What a figure needs is not there; the table says so."""


def run(argv, **options):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, **options)
    if done.returncode:
        words = done.stderr.decode(errors="replace").split()
        raise Missing("%s ended with %d: %s" % (
            pathlib.Path(argv[0]).name, done.returncode, " ".join(words)[:100]))
    return done.stdout.decode()


def wall_ms(argv, times=30, **options):
    """Median wall time of a command in milliseconds, after one to warm the caches."""
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        run(argv, **options)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken[1:])


def program(name, *arguments):
    """What a compiled benchmark printed, as numbers by key."""
    path = BUILD / "tests" / "bench" / name
    if not path.exists():
        raise Missing("%s is not built" % path.name)
    lines = run([str(path), *map(str, arguments)]).splitlines()
    return {key: float(value) for key, value in (line.split()[:2] for line in lines if line)}


class Workspace:
    """A workspace whose model is scripted: it says SENTENCES after DELAY_MS."""

    def __init__(self, delay_ms=0):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
        (self.root / "lathe.yaml").write_text(CONFIG)
        (self.root / "ask.jinja2").write_text(PROMPT)
        reply = {"match": "leave", "pieces": ["Twenty-five ", "days ", "a year."],
                 "delay_ms": delay_ms, "usage": {"prompt_tokens": 20, "completion_tokens": 5}}
        (self.root / "script.json").write_text(json.dumps({"replies": [reply]}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def ask(self):
        return [LATHE, "run", "ask.jinja2", "--input", "name=Ada"]


def version():
    return wall_ms([LATHE, "--version"]), ""


def scripted_run():
    with Workspace() as workspace:
        return wall_ms(workspace.ask(), cwd=workspace.root), ""


def anonymous_kib(pid):
    try:
        for row in pathlib.Path("/proc/%d/status" % pid).read_text().splitlines():
            if row.startswith("RssAnon:"):
                return int(row.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def own_memory():
    with Workspace(delay_ms=300) as workspace:
        child = subprocess.Popen(workspace.ask(), cwd=workspace.root, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        most = 0
        while child.poll() is None:
            most = max(most, anonymous_kib(child.pid))
            time.sleep(0.002)
        if child.returncode:
            raise Missing("lathe run ended with %d" % child.returncode)
        return most / 1024, ""


def rate(work, seconds=1.0):
    """How often WORK runs a second."""
    work()
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - start)


def against_jinja2(key, compile_too):
    """How many times as fast as python3-jinja2 on the same template and values."""
    import jinja2
    source = (HERE / "prompt.jinja2").read_text()
    values = json.loads((HERE / "prompt.json").read_text())
    ours = program("bench_template", HERE / "prompt.jinja2", HERE / "prompt.json")[key]

    def compiled():
        return jinja2.Environment(trim_blocks=True).from_string(source)
    template = compiled()
    theirs = rate(lambda: (compiled() if compile_too else template).render(values))
    return ours / theirs, "%s/s, python3-jinja2 %s/s" % (number(ours), number(theirs))


def render():
    return against_jinja2("renders_per_s", False)


def compile_and_render():
    return against_jinja2("compile_renders_per_s", True)


def large_trace():
    maker = BUILD / "tests" / "bench" / "bench_trace"
    with Workspace() as workspace:
        run_id = run([str(maker), str(workspace.root), "10000"]).strip()
        argv = [LATHE, "trace", "show", run_id]
        shown = run(argv, cwd=workspace.root).count("\n")
        return wall_ms(argv, times=10, cwd=workspace.root), "%d lines shown" % shown


def history(key):
    """Looking back at 20,000 runs of one file, and into a run of 10,000 spans."""
    maker = BUILD / "tests" / "bench" / "bench_trace"
    with Workspace() as workspace:
        run_id = run([str(maker), str(workspace.root), "10000"]).strip()
        figures = program("bench_history", workspace.root, 20000, run_id)
    note = "after 50 pages %s ms" % number(figures["deep_page_ms"])
    return figures[key], note if key == "page_ms" else ""


def history_page():
    return history("page_ms")


def history_open():
    return history("open_ms")


def extract():
    return program("bench_extract")["extract_ms"], ""


def editor(key, note_key, note):
    figures = program("bench_edit")
    return figures[key], note % number(figures[note_key])


def editor_key():
    return editor("lines_key_us", "lines_key_p99_us", "p99 %s us")


def editor_key_one_line():
    return editor("one_line_key_us", "one_line_key_p99_us", "p99 %s us")


def editor_open_one_line():
    return editor("one_line_open_ms", "lines_open_ms", "100,000 lines %s ms")


def calls(what, in_flight, latency_ms):
    """CPU a call against a bare libcurl loop's, in the same minute; best of three each."""
    count = 10000

    def best(kind):
        return min((program("bench_calls", kind, in_flight, count, latency_ms)
                    for _ in range(3)), key=lambda figures: figures["cpu_us_per_call"])
    peer, ours = best("peer"), best(what)
    return ours["cpu_us_per_call"] / peer["cpu_us_per_call"], "%s us, libcurl %s us, %s MB" % (
        number(ours["cpu_us_per_call"]), number(peer["cpu_us_per_call"]),
        number(ours["rss_mb"]))


def calls_memory():
    return program("bench_calls", "lathe", 1024, 10000, 50)["rss_mb"], ""


CALLS = [("%s, %d in flight, %s, CPU a call" % (
    "the network layer alone" if what == "http" else "lathe run --data", in_flight,
    "50 ms" if latency else "no latency"), "x", "<", goal,
    lambda what=what, in_flight=in_flight, latency=latency: calls(what, in_flight, latency))
    for what, goal in (("http", 1.3), ("lathe", 3))
    for in_flight in (64, 256, 1024) for latency in (0, 50)]


# figure, unit, "<" or ">" with the goal, measure -> (value, note)
ROWS = [
    ("lathe --version, wall time", "ms", "<", 15, version),
    ("lathe run, scripted provider, wall time", "ms", "<", 30, scripted_run),
    ("lathe run, own memory (RssAnon)", "MB", "<", 8, own_memory),
    ("render a 2 KB template, times jinja2", "x", ">", 20, render),
    ("compile and render it once, times jinja2", "x", ">", 50, compile_and_render),
    ("lathe trace show, 10,000 spans, wall time", "ms", "<", 100, large_trace),
    ("a page of 200 of a file's 20,000 runs", "ms", "<", 8, history_page),
    ("reading a run of 10,000 spans", "ms", "<", 60, history_open),
    ("a key in a 10 MB file, typed and drawn", "us", "<", 1000, editor_key),
    ("a key in a 10 MB line, typed and drawn", "us", "<", 1000, editor_key_one_line),
    ("opening a 10 MB line, to its picture", "ms", "<", 300, editor_open_one_line),
    ("local/extract over 20 passages", "ms", "<", 5, extract),
    ("lathe run --data, 1,024 in flight, memory", "MB", "<", 64, calls_memory),
]


def number(value):
    return "%.0f" % value if value >= 100 else "%.1f" % value if value >= 10 else "%.2f" % value


def line(figure, unit, sense, goal, measure):
    aim = "%s %g %s" % (sense, goal, unit)
    try:
        value, note = measure()
    except (Missing, tokens.Missing, OSError, KeyError) as reason:
        return [figure, "-", aim, "", "not taken: %s" % reason], False
    good = value < goal if sense == "<" else value > goal
    return [figure, "%s %s" % (number(value), unit), aim, "met" if good else "MISSED", note], True


def main():
    """With words: only the figures whose names hold one of them."""
    rows = [row for row in ROWS + CALLS + screen.ROWS + tokens.ROWS
            if not sys.argv[1:] or any(word in row[0] for word in sys.argv[1:])]
    results = [line(*row) for row in rows]
    table = [["figure", "measured", "goal", "", ""]] + [cells for cells, _ in results]
    widths = [max(len(cells[i]) for cells in table) for i in range(5)]
    for cells in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())
    sys.exit(0 if all(taken for _, taken in results) else 1)


main()
