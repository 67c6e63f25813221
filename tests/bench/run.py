# SPDX-License-Identifier: MIT
"""Figures of speed and memory against their goals, as one table (make bench).

A row is a figure, its goal, the measuring function and, where one exists, a peer measured in the
same minute on the same machine.  Times are medians.  Nothing here is a test: a slow machine makes
slow figures, not failures.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import time

TOP = pathlib.Path(os.environ["top_srcdir"])
BUILD = pathlib.Path(os.environ["top_builddir"])
LATHE = os.environ["LATHE"]


class Missing(Exception):
    """What a figure needs is not there; the table says so."""


def wall_ms(argv, times=30, **options):
    """Median wall time of a command in milliseconds."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, **options)
        taken.append((time.perf_counter() - start) * 1000)
        if done.returncode:
            raise Missing("%s ended with %d: %s" % (
                argv[1], done.returncode, done.stderr.decode(errors="replace").strip()[:80]))
    return statistics.median(taken)


def version():
    return wall_ms([LATHE, "--version"]), None


# figure, unit, "<" or ">" and the goal, measure -> (value, peer's value or None), the peer's name
ROWS = [
    ("lathe --version, wall", "ms", "<", 15, version, ""),
]


def number(value):
    if value is None:
        return "-"
    return "%.0f" % value if value >= 100 else "%.1f" % value if value >= 10 else "%.2f" % value


def line(row):
    figure, unit, sense, goal, measure, peer_name = row
    aim = "%s %s %s" % (sense, number(goal), unit)
    try:
        value, peer = measure()
    except Missing as reason:
        return [figure, "-", aim, "", "", str(reason)], None
    good = value < goal if sense == "<" else value > goal
    ratio = number(value / peer) + "x" if peer else ""
    beside = "%s %s %s" % (peer_name, number(peer), unit) if peer else ""
    return [figure, "%s %s" % (number(value), unit), aim, beside, ratio,
            "met" if good else "MISSED"], good


def main():
    head = ["figure", "measured", "goal", "peer", "ratio", ""]
    results = [line(row) for row in ROWS]
    table = [head] + [cells for cells, _ in results]
    widths = [max(len(cells[i]) for cells in table) for i in range(len(head))]
    for cells in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())
    sys.exit(1 if any(good is None for _, good in results) else 0)


main()
