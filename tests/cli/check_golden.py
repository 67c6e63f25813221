#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Check the documents and the golden set of a samples folder against each other.

usage: check_golden.py [SAMPLES_DIR]

SAMPLES_DIR is the workspace itself or a folder that holds it as `welcome`; without it,
data/samples of the source tree. Prints TAP.
"""

import json
import pathlib
import re
import sys
import unicodedata

MIN_SECTIONS = 40
MIN_QUESTIONS = 60
MIN_UNANSWERABLE = 12
FIRST = 10
KEYS = {"id", "question", "lang", "facts", "source", "also", "answerable", "note"}
FRONT_MATTER = re.compile(r"\A-{3,}\n(.*?\n)-{3,}\n(.*)\Z", re.S)
ROLE = re.compile(r"^\s*#?\s*(system|user|assistant|function|tool)\s*:\s*$", re.I | re.M)


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, problems, name):
        """One test: passes when the list of problems is empty."""
        self.count += 1
        if problems:
            self.failed += 1
            print(f"not ok {self.count} - {name}")
            for problem in problems:
                print(f"# {problem}")
        else:
            print(f"ok {self.count} - {name}")


def normal(text):
    """Fold text as the scorer of the golden set does: NFKC, case, no white space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\s+", "", folded)


def read_sections(root):
    """{file: {heading: text}} for each Markdown file below handbook and faq."""
    documents = {}
    for folder in ("handbook", "faq"):
        for path in sorted((root / folder).glob("**/*.md")):
            sections = {}
            heading = None
            for line in path.read_text(encoding="utf-8").splitlines():
                if line.startswith("## "):
                    heading = line[3:].strip()
                    if heading in sections:
                        sys.exit(f"Bail out! {path}: two sections are called {heading!r}")
                    sections[heading] = []
                elif heading is not None:
                    sections[heading].append(line)
            name = path.relative_to(root).as_posix()
            documents[name] = {h: "\n".join(body) for h, body in sections.items()}
    return documents


def read_golden(path):
    questions = []
    problems = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            questions.append(json.loads(line))
        except ValueError as error:
            problems.append(f"{path.name}:{number}: {error}")
    return questions, problems


def language_of(name):
    match = re.search(r"\.(zh|en)\.md$", name)
    return match.group(1) if match else None


def check_documents(tap, documents):
    total = sum(len(sections) for sections in documents.values())
    few = [] if total >= MIN_SECTIONS else [f"{total} sections"]
    tap.check(few, f"at least {MIN_SECTIONS} sections ({total})")

    problems = [f"{name}: neither .zh.md nor .en.md" for name in documents if not language_of(name)]
    for name in documents:
        if language_of(name) != "zh":
            continue
        other = name[: -len(".zh.md")] + ".en.md"
        if other not in documents:
            problems.append(f"{name}: no {other}")
        elif len(documents[name]) != len(documents[other]):
            problems.append(f"{name}: {len(documents[name])} sections, "
                            f"{other}: {len(documents[other])}")
    zh = sum(language_of(name) == "zh" for name in documents)
    if zh * 2 != len(documents) or not zh:
        problems.append(f"{zh} Chinese documents of {len(documents)}")
    tap.check(problems, "each document in Chinese and English, with as many sections")

    problems = []
    for name, sections in documents.items():
        for heading, body in sections.items():
            if language_of(name) == "zh":
                size, low, high = len(re.findall(r"[\u4e00-\u9fff]", body)), 80, 300
            else:
                size, low, high = len(re.findall(r"[A-Za-z0-9][\w'.,%:-]*", body)), 60, 250
            if not low <= size <= high:
                problems.append(f"{name}#{heading}: {size} words or characters")
    tap.check(problems, "sections are neither short nor long")

    tap.check(different_figures(documents), "the same figures in both languages")


def figures(text):
    """The figures of two digits or more in a text, months by number.

    Smaller numbers are often words in one of the languages, so they cannot be compared.
    """
    months = ("January February March April May June July August September October "
              "November December").split()
    for number, month in enumerate(months, 1):
        text = re.sub(rf"\b{month}\b", str(number), text)
    return {f for f in re.findall(r"\d+(?:,\d{3})*(?:[:.]\d+)*%?", text) if len(f) > 1}


def different_figures(documents):
    """Sections whose figures differ between the languages: a fact changed in only one."""
    problems = []
    for name in documents:
        other = name[: -len(".zh.md")] + ".en.md"
        if language_of(name) != "zh" or other not in documents:
            continue
        for (here, zh), (there, en) in zip(documents[name].items(), documents[other].items()):
            differing = figures(zh) ^ figures(en)
            if differing:
                problems.append(f"{name}#{here} / {there}: {sorted(differing)}")
    return problems


def check_questions(tap, questions):
    few = [] if len(questions) >= MIN_QUESTIONS else [f"{len(questions)} questions"]
    tap.check(few, f"at least {MIN_QUESTIONS} questions ({len(questions)})")

    silent = sum(not q["answerable"] for q in questions)
    few = [] if silent >= MIN_UNANSWERABLE else [f"{silent} not answerable"]
    tap.check(few, f"at least {MIN_UNANSWERABLE} questions without an answer ({silent})")

    problems = []
    for key in ("id", "question"):
        seen = set()
        for q in questions:
            if q[key] in seen:
                problems.append(f"{key} {q[key]!r} occurs twice")
            seen.add(q[key])
    tap.check(problems, "ids and questions are unique")

    problems = []
    for q in questions:
        extra = set(q) - KEYS
        missing = KEYS - {"also"} - set(q)
        if extra or missing:
            problems.append(f"{q['id']}: extra {sorted(extra)}, missing {sorted(missing)}")
        elif q["answerable"] and not (1 <= len(q["facts"]) <= 3 and q["source"]):
            problems.append(f"{q['id']}: answerable, so it needs a source and 1 to 3 facts")
        elif not q["answerable"] and (q["facts"] or q["source"] is not None or "also" in q):
            problems.append(f"{q['id']}: not answerable, so it has no facts and no source")
    tap.check(problems, "each question has the keys it needs")

    counts = {lang: sum(q["lang"] == lang for q in questions) for lang in ("zh", "en", "mixed")}
    problems = [f"{lang}: {n}" for lang, n in counts.items() if n < len(questions) // 20]
    if sum(counts.values()) != len(questions):
        problems.append("a lang that is none of zh, en, mixed")
    for lang in ("zh", "en"):
        if counts[lang] * 3 < len(questions):
            problems.append(f"only {counts[lang]} questions in {lang}")
    for q in questions:
        chinese = re.search(r"[\u4e00-\u9fff]", q["question"]) is not None
        if chinese != (q["lang"] != "en"):
            problems.append(f"{q['id']}: is it really {q['lang']}?")
    tap.check(problems, f"both languages and a mixture ({counts})")

    first = [q["answerable"] for q in questions[:FIRST]]
    problems = [] if first.count(False) == 1 else [f"{first.count(False)} without an answer"]
    tap.check(problems, f"the first {FIRST} hold one question without an answer")


def check_sources(tap, questions, documents):
    problems = []
    facts = []
    for q in questions:
        for place in [q["source"], *q.get("also", [])] if q["answerable"] else []:
            name, _, heading = place.partition("#")
            if heading not in documents.get(name, {}):
                problems.append(f"{q['id']}: there is no {place}")
                continue
            text = normal(documents[name][heading])
            for fact in q["facts"]:
                alternatives = [normal(a) for a in fact.split("|")]
                if not all(alternatives):
                    facts.append(f"{q['id']}: empty alternative in {fact!r}")
                elif not any(a in text for a in alternatives):
                    facts.append(f"{q['id']}: {fact!r} does not occur in {place}")
        if q["answerable"] and q["lang"] != "mixed":
            for place in [q["source"], *q.get("also", [])]:
                if language_of(place.partition("#")[0]) != q["lang"]:
                    problems.append(f"{q['id']}: {q['lang']} question, source {place}")
    tap.check(problems, "every source is a file and a heading that exist")
    tap.check(facts, "every fact occurs in each of its sources")

    asked = {place.partition("#")[0] for q in questions for place in [q["source"] or ""]}
    problems = [f"{name}: nothing is asked about it" for name in documents if name not in asked]
    tap.check(problems, "something is asked about every document")


def yaml_problems(name, text):
    """What is wrong with a YAML text; by its layout alone where no parser is installed."""
    try:
        import yaml
    except ImportError:
        return layout_problems(name, text)
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return [f"{name}: {error}"]
    return [] if isinstance(value, dict) else [f"{name}: is not a mapping"]


def layout_problems(name, text):
    """A small check without a parser: no tabs, even indents, `key:` or `- item` lines."""
    problems = []
    folded = -1
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        if not bare or bare.startswith("#"):
            continue
        if folded >= 0 and indent > folded:
            continue
        folded = -1
        if "\t" in line or indent % 2:
            problems.append(f"{name}:{number}: tab or odd indent")
        elif not re.match(r"(- )*([\w$.-]+:( .*)?$|\S)", bare):
            problems.append(f"{name}:{number}: neither a key nor an item")
        elif not re.match(r"- ", bare) and not re.match(r"[\w$.-]+:( |$)", bare):
            problems.append(f"{name}:{number}: neither a key nor an item")
        if re.search(r": [>|][+-]?$", bare):
            folded = indent
    return problems


def check_files(tap, root):
    flow = root / "flows/onboarding/flow.dag.yaml"
    problems = []
    for path in (root / "lathe.yaml", flow):
        problems += yaml_problems(path.name, path.read_text(encoding="utf-8"))
    prompts = sorted((root / "prompts").glob("*.prompty"))
    for path in prompts:
        match = FRONT_MATTER.match(path.read_text(encoding="utf-8"))
        if not match:
            problems.append(f"{path.name}: no front matter")
            continue
        problems += yaml_problems(path.name, match.group(1))
        roles = [role.lower() for role in ROLE.findall(match.group(2))]
        if roles != ["system", "user"]:
            problems.append(f"{path.name}: roles {roles}")
        for key in ("name", "description", "model", "inputs", "sample"):
            if not re.search(rf"^{key}:", match.group(1), re.M):
                problems.append(f"{path.name}: no {key}")
    if not prompts:
        problems.append("no prompts")
    tap.check(problems, "settings, flow and prompts parse")

    text = flow.read_text(encoding="utf-8")
    names = re.findall(r"^  - name: (\w+)$", text, re.M)
    problems = [] if names == ["retrieve", "prompt", "llm"] else [f"nodes {names}"]
    for file in re.findall(r"^ +path: (\S+)$", text, re.M):
        if not (flow.parent / file).is_file():
            problems.append(f"no {file} beside the flow")
    for node in re.findall(r"\$\{(\w+)\.output\}", text):
        if node not in names:
            problems.append(f"there is no node {node}")
    for value in re.findall(r"\$\{inputs\.(\w+)\}", text):
        if not re.search(rf"^  {value}:$", text, re.M):
            problems.append(f"there is no input {value}")
    tap.check(problems, "the flow names nodes, inputs and files that exist")


def main():
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    source_tree = pathlib.Path(__file__).resolve().parents[2]
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) == 2 else source_tree / "data/samples"
    if not (root / "lathe.yaml").is_file():
        root = root / "welcome"
    tap = Tap()
    documents = read_sections(root)
    questions, problems = read_golden(root / "data/golden.jsonl")
    check_documents(tap, documents)
    tap.check(problems, "every line of the golden set is a JSON object")
    check_questions(tap, questions)
    check_sources(tap, questions, documents)
    check_files(tap, root)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
