# SPDX-License-Identifier: MIT
"""Kills a program that saves a file, at random moments and at each labelled point: the file is the
whole old or the whole new text, never anything between. A file with several names is written in
place; when that was cut short, the whole new text lies beside it."""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

DRIVER = pathlib.Path(os.environ["top_builddir"]) / "tests" / "support" / "save_driver"
SEED = int(os.environ.get("SEED", time.time_ns() % 1000000))
SIZE, ROUNDS = 200000, 60
POINTS = ["save-made", "save-write", "save-written", "save-rename", "save-renamed"]
IN_PLACE = ["save-made", "save-write", "save-written", "save-pour", "save-poured"]
# Of the kernel's calls on files, those a save makes.
CALLS = ["openat", "newfstatat", "fstat", "read", "write", "lseek", "fchmod", "fchown",
         "flistxattr", "fallocate", "ftruncate", "fsync", "renameat", "renameat2", "linkat",
         "unlinkat", "faccessat2", "getrandom", "close"]
count = 0


def result(good, name, detail=""):
    global count
    count += 1
    print("%s %d - %s" % ("ok" if good else "not ok", count, name), flush=True)
    if not good and detail:
        print("# " + detail.replace("\n", "\n# "), flush=True)


def is_whole(text):
    return len(text) == SIZE and text in (b"a" * SIZE, b"b" * SIZE)


def copies(folder):
    return [one for one in folder.iterdir() if one.name.startswith(".file.lathe~")]


def faults(folder):
    text = (folder / "file").read_bytes()
    if is_whole(text) or any(is_whole(one.read_bytes()) for one in copies(folder)
                             if (folder / "other").exists()):
        return []
    return ["the file has %d bytes, %d different" % (len(text), len(set(text)))]


def fresh(top, linked):
    folder = pathlib.Path(tempfile.mkdtemp(dir=top))
    (folder / "file").write_bytes(b"a" * SIZE)
    if linked:
        os.link(folder / "file", folder / "other")
    return folder


def random_kills(top, linked):
    chance, wrong, left = random.Random(SEED), [], 0
    folder = fresh(top, linked)
    for number in range(ROUNDS):
        child = subprocess.Popen([DRIVER, "write", folder / "file"], stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        time.sleep(chance.uniform(0, 0.03))
        child.kill()
        child.wait()
        child.stdout.close()
        wrong += faults(folder)
        left += len(copies(folder))
        # What lies beside a file that was cut short is all there is of the text.
        for one in copies(folder) if is_whole((folder / "file").read_bytes()) else []:
            one.unlink()
        if wrong:
            break
    print("# seed %d: %d kills, %d copies were left" % (SEED, number + 1, left))
    result(not wrong, "a kill while %s leaves a whole text" %
           ("writing in place" if linked else "replacing"), "\n".join(wrong))


def labelled_kills(top, point, linked):
    wrong = []
    for nth in (1, 2, 3, 5):
        folder = fresh(top, linked)
        done = subprocess.run([DRIVER, "once", folder / "file", "b"], capture_output=True,
                              env=os.environ | {"LATHE_FAIL": "%s:%d:kill" % (point, nth)})
        if nth == 1 and done.returncode != -signal.SIGKILL:
            wrong.append("the driver ended with %d" % done.returncode)
        wrong += faults(folder)
    result(not wrong, "a kill at %s%s" % (point, " in place" if linked else ""), "\n".join(wrong))


def refused_write(top, linked):
    """The disk fails in the middle: the old text stays, and a sentence says so."""
    wrong = []
    for nth in range(1, 9):
        folder = fresh(top, linked)
        done = subprocess.run([DRIVER, "once", folder / "file", "b"], capture_output=True,
                              env=os.environ | {"LATHE_FAIL": "save-write:%d:error" % nth})
        text = (folder / "file").read_bytes()
        if done.returncode == 1 and (text != b"a" * SIZE or not done.stderr or copies(folder)):
            wrong.append("after a refused write %d: %r, %r" % (nth, set(text), done.stderr))
        elif done.returncode == 0 and text != b"b" * SIZE:
            wrong.append("done, but not saved")
        elif nth == 1 and done.returncode != 1:
            wrong.append("the driver ended with %d" % done.returncode)
    result(not wrong, "a refused write%s changes nothing" % (" in place" if linked else ""),
           "\n".join(wrong))


def traced(call, nth, folder):
    """Saves with the NTH such call failing; whether it failed, and the driver's end."""
    done = subprocess.run(
        ["strace", "-qq", "-o", folder / "trace", "-e", "trace=" + call,
         "-e", "inject=%s:error=EIO:when=%d" % (call, nth), DRIVER, "once", folder / "file", "b"],
        capture_output=True)
    trace = folder / "trace"
    return trace.exists() and "(INJECTED)" in trace.read_text(), done


def failing_calls(top, linked):
    """Every single call to the system that a save makes fails once."""
    wrong, failed = [], 0
    for call in CALLS:
        for nth in range(1, 40):
            folder = fresh(top, linked)
            injected, done = traced(call, nth, folder)
            if not injected:
                break
            failed += 1
            text = (folder / "file").read_bytes()
            what = "%s %d: %s" % (call, nth, done.stderr.decode(errors="replace").strip())
            wrong += [what + ": " + fault for fault in faults(folder)]
            if done.returncode == 0 and text != b"b" * SIZE:
                wrong.append(what + ": said to be saved, and is not")
            if done.returncode != 0 and not done.stderr:
                wrong.append(what + ": failed without a word")
            shutil.rmtree(folder)
    print("# %d calls failed" % failed)
    name = "each system call of a save may fail" + (" in place" if linked else "")
    if not failed and not os.environ.get("LATHE_REQUIRE_TOOLS"):
        name += " # SKIP strace does not work here"
        result(True, name)
    else:
        result(failed > 20 and not wrong, name, "\n".join(wrong[:20]))


def main():
    global count
    print("1..%d" % (4 + len(POINTS) + len(IN_PLACE) + 2))
    top = tempfile.mkdtemp()
    try:
        random_kills(top, False)
        random_kills(top, True)
        if shutil.which("strace"):
            failing_calls(top, False)
            failing_calls(top, True)
        else:
            for _ in range(2):
                count += 1
                print("ok %d - each system call of a save # SKIP needs strace" % count)
        features = subprocess.run([DRIVER, "features"], capture_output=True, text=True).stdout
        if "failpoints" not in features:
            for _ in range(len(POINTS) + len(IN_PLACE) + 2):
                count += 1
                print("ok %d - labelled kills # SKIP needs --enable-failpoints" % count)
            return
        for point in POINTS:
            labelled_kills(top, point, False)
        for point in IN_PLACE:
            labelled_kills(top, point, True)
        refused_write(top, False)
        refused_write(top, True)
    finally:
        shutil.rmtree(top)


main()
