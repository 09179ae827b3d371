#!/usr/bin/env python3
"""Fails where a page of the site links to what is not there, loads something from the network, or shows code without text:
check_site.py SITE."""
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
        self.targets, self.names, self.empty_blocks = [], set(), 0

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
    return links


def main():
    site = sys.argv[1]
    pages = {name: read(os.path.join(site, name)) for name in sorted(os.listdir(site)) if name.endswith(".html")}
    complaints = []
    for page, links in pages.items():
        if links.empty_blocks:
            complaints.append(f"{page}: {links.empty_blocks} blocks of code without text")
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
    print("\n".join(complaints[:50]))
    print(f"{len(pages)} pages, {len(complaints)} complaints")
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
