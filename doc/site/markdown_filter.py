#!/usr/bin/env python3
"""Prints a Markdown page of the repository as doxygen wants it: markdown_filter.py PAGE.

Headings get the anchors that they have on GitHub, behind the name of the page. Links to pages become references, links
to other files of the repository links to copies in the folder `files`, pictures those beside the page.
"""
import os
import posixpath
import re
import sys

LANGUAGES = {"cpp": ".cpp", "xml": ".xml", "python": ".py", "cmake": ".unparsed", "bash": ".unparsed"}


def page_id(path):
    """doc/algorithm.md: doc-algorithm; doc/tutorial/README.md: doc-tutorial; README.md: mainpage."""
    name = re.sub(r"(^|/)README$", "", path[: -len(".md")])
    return name.replace("/", "-").lower() or "mainpage"


def slug(heading):
    """The anchor that GitHub gives a heading."""
    text = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return text.strip().replace(" ", "-")


def anchor(page, heading_slug):
    return page_id(page) + "-" + re.sub(r"[^a-z0-9-]", "", heading_slug)


def link(page, text, target):
    if re.match(r"[a-z]+:", target):
        return f"[{text}]({target})"
    path, _, fragment = target.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    if not path.endswith(".md"):
        return f'<a href="files/{path}">{text.replace("`", "")}</a>'
    reference = anchor(path, fragment) if fragment else page_id(path)
    return f"[{text.replace('`', '')}](@ref {reference})"


def convert(page, lines):
    in_block, first, seen = False, True, {}
    for line in lines:
        fence = re.match(r"```(\w*)", line)
        if fence:
            in_block = not in_block
            yield "```{" + LANGUAGES.get(fence.group(1), ".unparsed") + "}" if in_block else "```"
            continue
        if in_block or line.startswith("    "):
            yield line
            continue
        line = re.sub(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", lambda m: link(page, m.group(1), m.group(2)), line)
        line = re.sub(r'<img src="([^"]+)"', lambda m: f'<img src="{posixpath.basename(m.group(1))}"', line)
        heading = re.match(r"(#+) (.*)", line)
        if heading:
            name = page_id(page) if first else anchor(page, slug(heading.group(2)))
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:  # as on GitHub
                name += f"-{seen[name] - 1}"
            line = f"{heading.group(1)} {heading.group(2).replace('`', '')} {{#{name}}}"
            first = False
        yield line


def main():
    page = os.path.relpath(sys.argv[1])
    with open(page, encoding="utf-8") as file:
        lines = file.read().split("\n")
    generated = os.environ.get("WORK", "")
    if generated and os.path.abspath(page).startswith(os.path.abspath(generated)):
        page = os.path.basename(page)
    print("\n".join(convert(page, lines)))


if __name__ == "__main__":
    main()
