#!/usr/bin/env python3
"""Runs the commands of a tutorial and compares what they print with what the page shows.

    check.py PAGE SOURCE BUILD WORK
    check.py --excerpts SOURCE PAGE...

The commands are the lines that begin with "$ " in blocks of ```console, continued after a backslash. They run one after
another in one shell, in the folder WORK, which is made anew: the files of SOURCE, and `build`, are links there. The lines
that follow a command are its output, standard error included. A line "..." stands for any lines. Words must be the same;
numbers too, unless the block says otherwise:

    ```console within=0.3              numbers may differ by this part of the page's number
    ```console any=Seconds,Machine     numbers do not count in lines that begin with these words
    ```console fails                   the commands end with a status other than 0

A page that needs programs or modules that are not installed says so in its first lines, <!-- needs: jq python:h5py -->,
and is skipped (status 77) where they are missing.

A block ```xml from=FILE, of any language, is an excerpt: its lines stand in that file in this order, where "..." stands
for any lines. --excerpts checks these alone, and that every program in C++ on the pages is one.
"""
import os
import re
import shutil
import subprocess
import sys

NUMBER = re.compile(r"(?<![A-Za-z_])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
MARK = "=== end of a command of the tutorial"


class Block:
    def __init__(self, line, info):
        words = info.split()
        self.line = line
        self.language = words[0] if words else ""
        self.options = dict((word.split("=", 1) + [""])[:2] for word in words[1:])
        self.lines = []


def read_blocks(page):
    """The fenced blocks of a page."""
    blocks, block = [], None
    with open(page, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.rstrip("\n")
            if line.startswith("```"):
                if block is None:
                    block = Block(number, line[3:])
                else:
                    blocks.append(block)
                    block = None
            elif block is not None:
                block.lines.append(line)
    if block is not None:
        raise SystemExit(f"{page}:{block.line}: the block has no end")
    return blocks


def read_commands(block):
    """Pairs of a command and the lines that the page shows after it."""
    commands, continues = [], False
    for line in block.lines:
        if continues:
            commands[-1][0] += "\n" + line
        elif line.startswith("$ "):
            commands.append([line[2:], []])
        elif commands:
            commands[-1][1].append(line)
        continues = (continues or line.startswith("$ ")) and line.endswith("\\")
    return commands


def numbers_agree(shown, printed, within):
    if shown == printed:
        return True
    a, b = float(shown), float(printed)
    return within is not None and abs(a - b) <= within * abs(a)


def lines_agree(shown, printed, within, any_number):
    """Whether a printed line is the line of the page; white space counts as one space."""
    shown, printed = " ".join(shown.split()), " ".join(printed.split())
    squeeze = lambda text: re.sub(r"[ ]*#[ ]*", "#", NUMBER.sub("#", text))
    if squeeze(shown) != squeeze(printed):
        return False
    if any_number:
        return True
    return all(numbers_agree(a, b, within) for a, b in zip(NUMBER.findall(shown), NUMBER.findall(printed)))


def longest_match(chunk, printed, places, agree):
    """The first place where all lines of the chunk stand, or None; and the line that fails where most of them stand."""
    best = (-1, "(nothing more)")
    for place in places:
        length = 0
        while length < len(chunk) and place + length < len(printed) and agree(chunk[length], printed[place + length]):
            length += 1
        if length == len(chunk):
            return place, None
        if length > best[0]:
            at = place + length
            best = (length, printed[at] if at < len(printed) else "(nothing more)")
    return None, (chunk[max(best[0], 0)], best[1])


def mismatch(shown, printed, agree):
    """A line of `shown` that `printed` does not have in its place, beside what is there; or None. "..." matches any lines."""
    chunks = [[]]
    for line in shown:
        if line.strip() == "...":
            chunks.append([])
        else:
            chunks[-1].append(line)
    at = 0
    for number, chunk in enumerate(chunks):
        last = len(printed) - len(chunk)
        first = max(at, last) if number == len(chunks) - 1 and chunk and number > 0 else at
        places = range(at, at + 1) if number == 0 else range(first, max(first, last) + 1)
        place, wrong = longest_match(chunk, printed, places, agree)
        if wrong:
            return wrong
        at = place + len(chunk)
    if at < len(printed) and chunks[-1]:
        return "(nothing more)", printed[at]
    return None


def without_blank_ends(lines):
    lines = list(lines)
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def make_folder(source, build, work):
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    for name in os.listdir(source):
        if name not in ("build", "runs", ".git") and not name.startswith("build-"):
            os.symlink(os.path.join(source, name), os.path.join(work, name))
    os.symlink(build, os.path.join(work, "build"))


def run(commands, work, build):
    """The printed lines and the status of each command, all run in one shell."""
    script = "exec 2>&1\n" + "".join(f"{command}\nstatus=$?; echo; echo \"{MARK} $status\"\n" for command, _ in commands)
    environment = dict(os.environ, PATH=os.path.join(build, "bin") + ":" + os.environ["PATH"], COLUMNS="200")
    result = subprocess.run(["bash", "-c", script], cwd=work, env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, text=True, errors="replace", check=False)
    outcomes, lines = [], []
    for line in result.stdout.split("\n"):
        if line.startswith(MARK):
            outcomes.append((without_blank_ends(lines), int(line[len(MARK):])))
            lines = []
        else:
            lines.append(line.rstrip("\r"))
    return outcomes


def check_commands(page, blocks, work, build):
    commands = [(command, block) for block in blocks for command in read_commands(block)]
    outcomes = run([command for command, _ in commands], work, build)
    complaints = []
    for number, ((text, shown), block) in enumerate(commands):
        place = f"{page}:{block.line}: $ {text}"
        if number >= len(outcomes):
            complaints.append(f"{place}\n  did not end; the shell ended before")
            break
        printed, status = outcomes[number]
        if (status != 0) != ("fails" in block.options):
            complaints.append(f"{place}\n  exit status {status}, and printed\n    " + "\n    ".join(printed[-30:]))
            continue
        shown = without_blank_ends(shown)
        if not shown:
            continue
        within = float(block.options["within"]) if "within" in block.options else None
        labels = tuple(filter(None, block.options.get("any", "").split(",")))
        agree = lambda a, b: lines_agree(a, b, within, bool(labels) and a.strip().startswith(labels))
        wrong = mismatch(shown, printed, agree)
        if wrong:
            complaints.append(f"{place}\n  the page has: {wrong[0]}\n  printed was:  {wrong[1]}\n  all of it:\n    " +
                              "\n    ".join(printed[:80]))
    return complaints


def check_excerpt(page, block, source):
    with open(os.path.join(source, block.options["from"]), encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.strip()]
    shown = ["..."] + [line for line in block.lines if line.strip()] + ["..."]
    wrong = mismatch(shown, lines, lambda a, b: a.strip() == b)
    return [f"{page}:{block.line}: not in {block.options['from']}: {wrong[0]}"] if wrong else []


def check_excerpts(source, pages):
    """Programs on pages without commands: all of them are excerpts of what is compiled."""
    complaints = []
    programs = [(page, block) for page in pages for block in read_blocks(page) if block.language == "cpp"]
    for page, block in programs:
        complaints += check_excerpt(page, block, source) if "from" in block.options else [
            f"{page}:{block.line}: a program that is no excerpt: ```cpp from=FILE"]
    print(*complaints, f"{len(programs)} excerpts, {len(complaints)} complaints", sep="\n")
    sys.exit(1 if complaints or not programs else 0)


def missing_tools(page):
    with open(page, encoding="utf-8") as file:
        needs = re.search(r"<!-- needs: (.*) -->", file.read())
    missing = []
    for tool in needs.group(1).split() if needs else []:
        module = tool.removeprefix("python:")
        there = shutil.which(tool) if module == tool else subprocess.run(
            ["/usr/bin/python3", "-c", f"import {module}"], stderr=subprocess.DEVNULL, check=False).returncode == 0
        if not there:
            missing.append(tool)
    return missing


def main():
    if sys.argv[1] == "--excerpts":
        check_excerpts(sys.argv[2], sys.argv[3:])
    page, source, build, work = sys.argv[1:]
    source, build = os.path.abspath(source), os.path.abspath(build)
    blocks = read_blocks(page)
    excerpts = [block for block in blocks if "from" in block.options]
    consoles = [block for block in blocks if block.language == "console"]
    if not consoles:
        raise SystemExit(f"{page}: has no commands")
    if missing := missing_tools(page):
        print(f"{page}: SKIPPED, not installed: {' '.join(missing)} (scripts/install-dependencies.sh --tutorials)")
        sys.exit(77)
    make_folder(source, build, work)
    complaints = [complaint for block in excerpts for complaint in check_excerpt(page, block, source)]
    complaints += check_commands(page, consoles, work, build)
    for complaint in complaints:
        print(complaint)
    print(f"{page}: {sum(len(read_commands(block)) for block in consoles)} commands, {len(excerpts)} excerpts, "
          f"{len(complaints)} complaints")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
