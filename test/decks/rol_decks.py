#!/usr/bin/env python3
"""Runs the decks of a checkout of ROL on one of our networks and prints what becomes of each.

    test/decks/rol_decks.py TERRACE ROL_FOLDER [--least N] [--markdown]

TERRACE is the program, ROL_FOLDER a checkout of ROL, or packages/rol of Trilinos. Each distinct triple of the lists
General, Step and Status Test is put beside a small network and data set of ours; a deck runs if `terrace train` ends
with status 0. Ends with status 1 if fewer than N decks run, or if one is refused without a reason of its own; with
status 77 (skipped) if the folder is absent.
"""

import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

LISTS = ("General", "Step", "Status Test")

NETWORK = """
  <ParameterList name="Network">
    <Parameter name="Width" type="int" value="3"/>
    <Parameter name="Blocks" type="int" value="4"/>
    <Parameter name="Final Time" type="double" value="1"/>
  </ParameterList>
  <ParameterList name="Data">
    <Parameter name="File" type="string" value="spiral.h5"/>
    <Parameter name="Training Samples" type="int" value="200"/>
  </ParameterList>
"""


def canonical(element):
    """The contents of a list, comparable, without order and documentation."""
    if element.tag == "Parameter":
        return tuple(element.get(key) for key in ("name", "type", "value"))
    return element.get("name"), tuple(sorted((canonical(child) for child in element), key=str))


def decks_of(folder):
    """Maps the distinct triples of lists to the files that have them."""
    found = collections.OrderedDict()
    for directory, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if not name.endswith(".xml"):
                continue
            path = os.path.join(directory, name)
            try:
                root = ElementTree.parse(path).getroot()
            except ElementTree.ParseError:
                continue
            lists = [child for child in root if child.tag == "ParameterList" and child.get("name") in LISTS]
            if not any(child.get("name") == "Step" for child in lists):
                continue
            key = tuple(sorted((canonical(child) for child in lists), key=str))
            found.setdefault(key, (lists, []))[1].append(os.path.relpath(path, folder))
    return list(found.values())


def run(program, lists, folder):
    """The exit status of a deck, its last line on standard error, and the number of warnings."""
    deck = os.path.join(folder, "deck.xml")
    with open(deck, "w", encoding="utf-8") as file:
        text = "".join(ElementTree.tostring(child, encoding="unicode") for child in lists)
        file.write("<ParameterList>" + NETWORK + text + "</ParameterList>")
    command = [program, "train", deck, "-f", "-o", os.path.join(folder, "run"), "--set",
               "Status Test/Work Limit=30", "--set", "Status Test/Time Limit=20"]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    lines = ended.stderr.strip().splitlines()
    warned = re.search(r": (\d+) warnings?:", ended.stderr)
    message = lines[-1] if ended.returncode != 0 and lines else ""
    return ended.returncode, message.split("deck.xml: ")[-1], int(warned.group(1)) if warned else 0


def kind(status, message):
    """What the table calls the end of a deck."""
    if status == 0:
        return "runs"
    if "for problems with constraints" in message:
        return "a step for problems with constraints"
    if "Did you mean" in message or "other blanks" in message:
        return "a misspelled name"
    return "other: " + message


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--least", type=int, default=0, help="decks that must run")
    parser.add_argument("--markdown", action="store_true", help="print a table of all decks")
    options = parser.parse_args()
    if not os.path.isdir(options.folder):
        print("SKIPPED: " + (options.folder or "the folder of ROL") + " is not here")
        return 77
    decks = decks_of(options.folder)
    counts = collections.Counter()
    if options.markdown:
        print("| deck | ends | warnings |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([options.program, "data", "make", "spiral", os.path.join(folder, "spiral.h5")],
                       check=True, capture_output=True)
        for lists, files in decks:
            status, message, warnings = run(os.path.abspath(options.program), lists, folder)
            end = kind(status, message)
            counts[end] += 1
            more = f" and {len(files) - 1} more" if len(files) > 1 else ""
            reason = "" if status == 0 or end.startswith("other") else ": " + message
            print(f"| {files[0]}{more} | {end} | {warnings} |" if options.markdown
                  else f"{files[0]}: {end}{reason} ({warnings} warnings)", flush=True)
    print()
    for end, count in counts.most_common():
        print(f"{count} of {len(decks)}: {end}")
    bad = [end for end in counts if end.startswith("other")]
    return 1 if bad or counts["runs"] < options.least else 0


if __name__ == "__main__":
    sys.exit(main())
