#!/usr/bin/env python3
"""Fails where a page of the site links to what is not there, loads something from the network, or shows code without text,
and where the code cites a step that doc/algorithm.md does not have: check_site.py SITE, in the root of the checkout."""
import glob
import html.parser
import os
import re
import sys
import urllib.parse

DOXYGENS = re.compile("class|struct|union|namespace|functions|globals|.*_8hpp")
LOADS = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.targets, self.names, self.empty_blocks, self.stars = [], set(), 0, 0

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.names.add(value)
            elif (tag, name) in LOADS or (tag == "a" and name == "href"):
                self.targets.append((tag, value or ""))


def read(path):
    links = Links()
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    links.feed(text)
    blocks = re.findall(r'<div class="fragment">(.*?)</div><!-- fragment -->', text, re.DOTALL)
    links.empty_blocks = sum(1 for block in blocks if not re.sub(r"<[^>]*>", "", block).strip())
    links.stars = len(re.findall(r"<p ?>\*+\S", text))
    return links


def algorithm_steps(page):
    """The numbers of the steps of each algorithm of the page."""
    steps, number = {}, None
    with open(page, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                heading = re.match(r"#+ Algorithm (\d+)", line)
                number = int(heading.group(1)) if heading else None
                steps.setdefault(number, set())
            elif item := re.match(r"(\d+)\. ", line):
                steps.setdefault(number, set()).add(int(item.group(1)))
    return steps


def wrong_citations(page, files):
    """Comments of the code that cite an algorithm or a step that is not on the page."""
    steps, complaints, cited = algorithm_steps(page), [], set()
    for name in files:
        with open(name, encoding="utf-8") as file:
            text = file.read()
        for match in re.finditer(r"Algorithm (\d+)(?:, steps? (\d+)(?: to (\d+))?)?", text):
            algorithm, first, last = (int(group) if group else None for group in match.groups())
            cited.add(algorithm)
            if algorithm not in steps or not {first or 0, last or 0} - {0} <= steps[algorithm]:
                complaints.append(f"{name}: {match.group(0)} is not in {page}")
    return complaints + [f"{page}: no code cites Algorithm {n}" for n in sorted(steps.keys() - {None} - cited)]


def main():
    site = sys.argv[1]
    pages = {name: read(os.path.join(site, name)) for name in sorted(os.listdir(site)) if name.endswith(".html")}
    complaints = []
    for page, links in pages.items():
        if links.empty_blocks:
            complaints.append(f"{page}: {links.empty_blocks} blocks of code without text")
        if links.stars:
            complaints.append(f"{page}: {links.stars} paragraphs begin with a star: doxygen did not take it for emphasis")
        for tag, target in links.targets:
            parts = urllib.parse.urlsplit(target)
            if parts.scheme == "javascript":
                continue
            if parts.scheme or target.startswith("//"):
                if tag != "a":
                    complaints.append(f"{page}: loads {target}")
                continue
            path = urllib.parse.unquote(parts.path) or page
            if not os.path.exists(os.path.join(site, path)):
                complaints.append(f"{page}: {target} is not there")
            elif DOXYGENS.match(page):  # its pages of code have anchors of private members
                continue
            elif parts.fragment and path in pages and urllib.parse.unquote(parts.fragment) not in pages[path].names:
                complaints.append(f"{page}: {target} has no such place")
    code = glob.glob("packages/*/include/**/*.hpp", recursive=True) + glob.glob("packages/*/src/**/*.[ch]pp", recursive=True)
    complaints += wrong_citations("doc/algorithm.md", sorted(code))
    print("\n".join(complaints[:50]))
    print(f"{len(pages)} pages, {len(complaints)} complaints")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
