#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares templates with jinja2: the same text comes out, or both fail in the same line.

TEMPLATE_SEED sets the seed of the generated templates, TEMPLATE_COUNT how many there are."""

import inspect
import json
import os
import re
import subprocess
import sys

try:
    import jinja2
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    sys.exit("The comparison needs jinja2 (the package python3-jinja2): run ./bootstrap check.")

import jinja2.nodes as nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.runtime import StrictUndefined, Undefined

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from grammar import Grammar  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
FILES = os.path.join(HERE, "files")
PROGRAM = os.path.join(os.environ.get("top_builddir", "."), "tests", "support", "render_cases")
VARS = json.load(open(os.path.join(HERE, "vars.json"), encoding="utf-8"))
FLAGS = ("trim_blocks", "lstrip_blocks", "keep_trailing_newline")
LEFT_OUT = {"random"}
PLAIN = {"strict": False}


def lines_of(name):
    text = open(os.path.join(HERE, name), encoding="utf-8").read()
    joined = text.replace("\\\n", "\x00")
    for line in joined.split("\n"):
        if line and not line.startswith("#"):
            yield line.replace("\x00", "\\\n")


def sections_of(name):
    text = open(os.path.join(HERE, name), encoding="utf-8").read()
    return text.split("====\n")[1:]


class Case:
    def __init__(self, origin, source, options=None):
        self.origin = origin
        self.source = source
        self.options = dict(PLAIN, **(options or {}))


def environment(options):
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FILES),
        undefined=StrictUndefined if options["strict"] else Undefined,
        **{flag: options.get(flag, False) for flag in FLAGS},
    )


ENVIRONMENTS = {}


def jinja_line(error):
    """The line jinja2 reports: its own for syntax, else that of the innermost template frame."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        ours = file == "<template>" or file.startswith(FILES)
        if ours and not isinstance(error, TemplateSyntaxError):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def expected(case):
    key = tuple(sorted(case.options.items()))
    if key not in ENVIRONMENTS:
        ENVIRONMENTS[key] = environment(case.options)
    try:
        template = ENVIRONMENTS[key].from_string(case.source)
        return {"text": template.render(json.loads(json.dumps(VARS)))}
    except RecursionError:
        return {"skip": "recursion"}
    except Exception as error:  # every failure of jinja2 is a result here
        return {"error": f"{type(error).__name__}: {error}", "line": jinja_line(error)}


def answers(cases):
    requests = "".join(
        json.dumps({"source": c.source, "vars": VARS, "options": c.options, "root": FILES}) + "\n"
        for c in cases
    )
    run = subprocess.run([PROGRAM], input=requests, capture_output=True, text=True,
                         encoding="utf-8")
    replies = [json.loads(line) for line in run.stdout.splitlines() if line]
    if run.returncode != 0 or len(replies) != len(cases):
        at = len(replies)
        source = cases[at].source if at < len(cases) else ""
        sys.exit(f"Bail out! render_cases ended with {run.returncode} at {source!r}\n"
                 f"{run.stderr[-3000:]}")
    return replies


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def report(self, ok, name, detail=""):
        self.count += 1
        print(f"{'ok' if ok else 'not ok'} {self.count} - {name}".replace("#", "\\#"))
        if not ok:
            self.failed += 1
            for line in detail.splitlines():
                print(f"# {line}")

    def end(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def differs(case, want, got):
    # In a `with` jinja2 names the line of what stands before it.
    lines = not (case.origin.startswith("seed") and " with z " in case.source)
    if "skip" in want:
        return None
    if "text" in want and "text" in got:
        if want["text"] == got["text"]:
            return None
        return f"jinja2: {want['text']!r}\nours:   {got['text']!r}"
    if "error" in want and "error" in got:
        if not lines or want["line"] == got["line"] or want["line"] is None:
            return None
        return (f"jinja2: line {want['line']}: {want['error']}\n"
                f"ours:   {got['where']}: {got['error']}")
    return f"jinja2: {want}\nours:   {got}"


def compare(tap, name, cases, renders=False, unknown=None):
    """One TAP line for each case; UNKNOWN says for which ones no comparison is possible. With
    RENDERS a case that jinja2 itself does not render shows nothing and fails."""
    bad = 0
    for case, got in zip(cases, answers(cases)):
        want = expected(case)
        if unknown is not None and unknown(want, got):
            continue
        difference = differs(case, want, got)
        if renders and "error" in want and not case.options["strict"]:
            difference = f"jinja2 does not render this: {want['error']}"
        tap.report(difference is None, f"{name} {case.origin}",
                   f"template: {case.source!r}\noptions: {case.options}\n{difference}")
        bad += difference is not None
    return bad


def one_liners(name, escapes=False):
    cases = []
    for number, line in enumerate(lines_of(name), 1):
        source = line.replace("\\n", "\n") if escapes else line
        cases.append(Case(f"{number}", source))
        cases.append(Case(f"{number} strict", source, {"strict": True}))
    return cases


def block_cases():
    cases = []
    for number, source in enumerate(sections_of("blocks.txt"), 1):
        for bits in range(8):
            options = {flag: bool(bits >> i & 1) for i, flag in enumerate(FLAGS)}
            cases.append(Case(f"{number} options {bits:03b}", source, options))
        cases.append(Case(f"{number} strict", source, {"strict": True}))
        cases.append(Case(f"{number} crlf", source.replace("\n", "\r\n"), {"trim_blocks": True}))
    return cases


def generated_cases(tap):
    seed = int(os.environ.get("TEMPLATE_SEED", "20260101"))
    count = int(os.environ.get("TEMPLATE_COUNT", "600"))
    print(f"# seed {seed}, {count} generated templates (TEMPLATE_SEED, TEMPLATE_COUNT)")
    cases = []
    for number in range(count):
        grammar = Grammar(seed * 100003 + number)
        options = {flag: grammar.random.random() < 0.5 for flag in FLAGS}
        cases.append(Case(f"seed {seed} number {number}", grammar.template(), options))
    rendered = 0

    def incomparable(want, got):
        nonlocal rendered
        rendered += "text" in want
        if re.search(r" at 0x|\d{19}", want.get("text", "")):
            return True
        # The slice of a constant that has none is undefined in jinja2, of a variable an error.
        known = ("64 bits", "complex", "cannot be sliced")
        return "complex" in str(want) or any(words in got.get("error", "") for words in known)

    compare(tap, "generated", cases, unknown=incomparable)
    tap.report(rendered * 3 >= count,
               f"a third of the generated templates render ({rendered} of {count})")


def refusals(tap):
    pairs = [line.split(" => ") for line in lines_of("refused.txt")]
    for (source, words), got in zip(pairs, answers([Case("", source) for source, _ in pairs])):
        tap.report("error" in got and words in got["error"] and got["line"] == 1,
                   f"refused by name: {source}", f"{got}")


def takes_arguments(function, skip):
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return False
    given = ("environment", "eval_ctx", "context", "env")
    return len([p for p in parameters if p.name not in given]) > skip


class Counter:
    """Counts uses of filters, tests, methods and loop fields, and those with arguments."""

    def __init__(self):
        self.seen = {}

    def add(self, kind, name, arguments):
        uses = self.seen.setdefault((kind, name), [0, 0])
        uses[0] += 1
        uses[1] += bool(arguments)

    def walk(self, tree):
        for node in tree.find_all((nodes.Filter, nodes.Test, nodes.Call, nodes.Getattr)):
            if isinstance(node, nodes.Filter):
                self.add("filter", node.name, node.args or node.kwargs)
            elif isinstance(node, nodes.Test):
                self.add("test", node.name, node.args or node.kwargs)
            elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
                self.add("method", node.node.attr, node.args or node.kwargs)
            elif isinstance(node, nodes.Getattr) and getattr(node.node, "name", "") == "loop":
                self.add("loop", node.attr, True)
        for node in tree.find_all(nodes.Filter):
            if node.name in ("map", "select", "reject", "selectattr", "rejectattr"):
                for i, argument in enumerate(node.args):
                    if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                        kind = "filter" if node.name == "map" else "test"
                        self.add(kind, argument.value, node.args[i + 1:] or node.kwargs)


METHODS = {
    str: "capitalize casefold center count endswith expandtabs find format index isalnum isalpha "
         "isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle "
         "isupper join ljust lower lstrip partition removeprefix removesuffix replace rfind rindex "
         "rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title upper "
         "zfill",
    list: "append clear copy count extend index insert pop remove reverse sort",
    tuple: "count index",
    dict: "clear copy fromkeys get items keys pop popitem setdefault update values",
}
LOOP = ("index index0 revindex revindex0 first last length cycle depth depth0 previtem nextitem "
        "changed")
NO_ARGUMENTS = set(
    "capitalize casefold isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric "
    "isprintable isspace istitle isupper lower swapcase title upper clear copy reverse items keys "
    "values popitem".split())


def coverage(tap):
    env = environment(PLAIN)
    counter = Counter()
    for name in ("filters.txt", "tests.txt", "methods.txt", "loops.txt", "expressions.txt"):
        for line in lines_of(name):
            counter.walk(env.parse(line))
    wanted = []
    for name, function in env.filters.items():
        if name not in LEFT_OUT:
            wanted.append(("filter", name, takes_arguments(function, 1)))
    for name, function in env.tests.items():
        wanted.append(("test", name, takes_arguments(function, 1)))
    for names in METHODS.values():
        wanted += [("method", name, name not in NO_ARGUMENTS) for name in names.split()]
    wanted += [("loop", name, True) for name in LOOP.split()]
    missing = []
    for kind, name, arguments in wanted:
        uses = counter.seen.get((kind, name), [0, 0])
        if uses[1 if arguments else 0] < 3:
            missing.append(f"{kind} {name}: {uses}")
    tap.report(not missing, f"three cases for each of {len(wanted)} filters, tests, methods and "
               "loop fields", "\n".join(missing))


def main():
    tap = Tap()
    for name in ("filters.txt", "tests.txt", "methods.txt", "loops.txt", "expressions.txt"):
        compare(tap, name, one_liners(name), renders=True)
    compare(tap, "blocks.txt", block_cases())
    compare(tap, "errors.txt", one_liners("errors.txt", escapes=True))
    coverage(tap)
    refusals(tap)
    generated_cases(tap)
    tap.end()


if __name__ == "__main__":
    main()
