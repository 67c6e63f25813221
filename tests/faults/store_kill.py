# SPDX-License-Identifier: MIT
"""Kills a program that writes runs, at random moments and at each labelled point, and looks what is
left: what was said to be on disk is there, nothing is half, fsck finds no fault (trust.md F-01 to
F-03)."""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

DRIVER = pathlib.Path(os.environ["top_builddir"]) / "tests" / "support" / "store_driver"
SEED = int(os.environ.get("SEED", time.time_ns() % 1000000))
ROUNDS = 50
POINTS = ["attempt-before-commit", "attempt-after-commit", "attempt-sent",
          "end-before-commit", "end-after-commit"]
count = 0


def result(good, name, detail=""):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, name), flush=True)
    if not good and detail:
        print("# " + detail.replace("\n", "\n# "), flush=True)


def driver(*arguments, **environment):
    done = subprocess.run([DRIVER, *arguments], capture_output=True, text=True,
                          env=os.environ | environment)
    return done.returncode, done.stdout, done.stderr


def start(folder, **environment):
    child = subprocess.Popen([DRIVER, "write", folder], stdout=subprocess.PIPE, text=True,
                             env=os.environ | environment)
    return child


def said(child):
    """The whole lines of a child that has ended: (word, id)."""
    text = child.stdout.read()
    child.stdout.close()
    return [tuple(line.split()) for line in text[:text.rfind("\n") + 1].splitlines()
            if line != "ready"]


def after(child, seconds):
    """Kills the child so long after it began to write."""
    assert child.stdout.readline() == "ready\n", "the driver did not start"
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    return said(child)


def faults(folder, promised):
    """What is wrong with the workspace, given what was said to be on disk."""
    code, text, errors = driver("check", folder)
    if code:
        return ["check ended with %d: %s" % (code, errors.strip())]
    found, there = [], {}
    for line in text.splitlines():
        word, rest = line.split(" ", 1)
        if word == "fault":
            found.append(rest)
        else:
            ident, state = rest.split()
            there[word, ident] = state
    for key in promised:
        if key not in there:
            found.append("%s %s was said to be on disk and is not" % key)
        elif key[0] == "run" and there[key] != "ok":
            found.append("run %s was said to be done and is %s" % (key[1], there[key]))
    found += ["%s %s is still %s" % (*key, state) for key, state in there.items()
              if state in ("running", "planned", "sent")]
    return found


def random_kills(folder):
    chance = random.Random(SEED)
    promised, wrong = [], []
    for number in range(ROUNDS):
        # Every third time two processes write to the same workspace.
        children = [start(folder) for _ in range(2 if number % 3 == 2 else 1)]
        for child in children:
            promised += after(child, chance.uniform(0, 0.12))
        wrong += faults(folder, promised)
        if wrong:
            break
    runs = sum(word == "run" for word, _ in promised)
    print("# seed %d: %d kills, %d runs and %d requests said to be on disk" % (
        SEED, number + 1, runs, len(promised) - runs))
    result(not wrong and runs > ROUNDS, "nothing that was said to be on disk is lost to a kill",
           "seed %d, kill %d\n%s" % (SEED, number + 1, "\n".join(wrong[:20])))


def labelled_kills(folder):
    for point in POINTS:
        wrong, promised = [], []
        for nth in (1, 2, 7):
            child = start(folder, LATHE_FAIL="%s:%d:kill" % (point, nth))
            child.wait()
            promised += said(child)
            if child.returncode != -signal.SIGKILL:
                wrong.append("the driver ended with %d" % child.returncode)
            wrong += faults(folder, promised)
        result(not wrong, "a kill at %s leaves no fault" % point, "\n".join(wrong[:20]))


def migration_kill(top):
    folder = tempfile.mkdtemp(dir=top)
    code, text, errors = driver("old", folder)
    assert code == 0, errors
    newest = int(text.split()[1])
    wrong = []
    for nth in range(1, newest):
        # In the first step of all; then each process does one step and is killed in its second.
        child = start(folder, LATHE_FAIL="migrate:%d:kill" % min(nth, 2))
        child.wait()
        said(child)
        if child.returncode != -signal.SIGKILL:
            wrong.append("the driver ended with %d" % child.returncode)
        _, text, errors = driver("schema", folder)
        if text.split() != [str(nth), str(newest)]:
            wrong.append("after a kill in step %d the schema is %s %s" % (nth + 1, text, errors))
    wrong += faults(folder, [("run", "%016x" % 4919)])
    _, text, _ = driver("schema", folder)
    if text.split() != [str(newest), str(newest)]:
        wrong.append("the schema did not become the newest: " + text)
    if not (pathlib.Path(folder) / ".lathe" / "lathe.db.v1").exists():
        wrong.append("there is no copy of the old database")
    result(not wrong, "a kill in a migration leaves the old state", "\n".join(wrong))


def main():
    print("1..%d" % (1 + len(POINTS) + 1))
    top = tempfile.mkdtemp()
    try:
        random_kills(tempfile.mkdtemp(dir=top))
        if "failpoints" in driver("features")[1]:
            labelled_kills(tempfile.mkdtemp(dir=top))
            migration_kill(top)
        else:
            for point in [*POINTS, "migrate"]:
                global count
                count += 1
                print("ok %d - kill at %s # SKIP needs --enable-failpoints" % (count, point))
    finally:
        shutil.rmtree(top)


main()
