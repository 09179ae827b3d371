#!/usr/bin/env python3
"""Prints doxygen's groups of the public headers: make_groups.py, in the root of the checkout.

A package is a group, and each folder of its headers a group inside, with what the package's README says of the folder.
"""
import glob
import os
import re

DECLARATION = re.compile(r"^(?:template <[^;{]*>\n)?(class|struct) (?:\[\[\w+\]\] )?(\w+)(?: final)?(?:<[^>]*>)?"
                         r"[^;{(]*\{", re.MULTILINE)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def folder_rows(readme):
    """What a README's table says of each folder."""
    rows = re.findall(r"^\| `(\w+)/?` \| ([^|]*)", readme, re.MULTILINE)
    return {folder: text.strip() for folder, text in rows}


def outermost(text):
    """A header's text without what stands inside the braces of classes and functions; namespaces stay open."""
    kept, depth, opened = [], 0, []
    for line in re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL).split("\n"):
        if depth == 0:
            kept.append(line)
        for sign in re.findall(r"[{}]", line):
            if sign == "{":
                opened.append(bool(re.match(r"\s*(inline )?namespace\b", line)))
                depth += not opened[-1]
            elif opened:
                depth -= not opened.pop()
    return "\n".join(kept)


def entities(header):
    """Kind and qualified name of each class that a header declares at namespace level."""
    text = outermost(read(header))
    names = re.findall(r"^namespace ([\w:]+) \{", text, re.MULTILINE)
    scope = names[0] if names else "terrace"
    for kind, name in DECLARATION.findall(text):
        yield kind, f"{scope}::{name}"


def main():
    for package in sorted(os.path.basename(os.path.dirname(path)) for path in glob.glob("packages/*/include")):
        root = f"packages/{package}/include/terrace/{package}"
        readme = read(f"packages/{package}/README.md")
        rows, made = folder_rows(readme), set()
        about = re.search(r"^# .*\n\n((?:.+\n)+)", readme).group(1).replace("\n", " ")
        print(f"/// \\defgroup group-{package} {package}\n/// {about}\n")
        for header in sorted(glob.glob(f"{root}/**/*.hpp", recursive=True)):
            if header.endswith("_Def.hpp"):
                continue
            folder = os.path.dirname(os.path.relpath(header, root))
            group = "-".join(["group", package, *filter(None, folder.split("/"))])
            if folder and folder not in made:
                made.add(folder)
                print(f"/// \\defgroup {group} {folder}\n/// \\ingroup group-{package}\n/// {rows.get(folder, '')}\n")
            print(f"/// \\file {os.path.relpath(header, f'packages/{package}/include')}\n/// \\ingroup {group}\n")
            for kind, name in entities(header):
                print(f"/// \\{kind} {name}\n/// \\ingroup {group}\n")


if __name__ == "__main__":
    main()
