#!/usr/bin/env python3
"""Writes the sections of all pages of the site into search_index.js: make_search_index.py SITE."""
import html.parser
import json
import os
import re
import sys

SKIPPED = re.compile(r".*(_8hpp|_8md|_source|-members|files|annotated|functions.*|namespacemembers.*|doc-site-search)\.html$")
HEADINGS = ("h1", "h2", "h3")


class Sections(html.parser.HTMLParser):
    """Title, place and text of each part of a page between headings."""

    def __init__(self, page):
        super().__init__()
        self.page, self.sections = page, []
        self.in_contents = self.in_heading = self.in_title = self.is_silent = False
        self.title = ""
        self.start("")

    def start(self, place):
        self.sections.append({"place": place, "title": "", "text": ""})

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        classes = (values.get("class") or "").split()
        if tag == "div" and "contents" in classes:
            self.in_contents = True
        elif tag == "div" and classes == ["title"]:
            self.in_title = True
        elif tag in ("script", "style"):
            self.is_silent = True
        elif self.in_contents and tag in HEADINGS and "groupheader" not in classes:
            self.start("")
            self.in_heading = True
        elif self.in_heading and tag == "a" and "id" in values:
            self.sections[-1]["place"] = values["id"]

    def handle_endtag(self, tag):
        if tag in HEADINGS:
            self.in_heading = False
        elif tag in ("script", "style"):
            self.is_silent = False
        elif tag == "div":
            self.in_title = False

    def handle_comment(self, data):  # doxygen's mark of the end of the contents
        if data.strip() == "contents":
            self.in_contents = False

    def handle_data(self, data):
        if self.is_silent:
            return
        if self.in_title:
            self.title += data
        elif self.in_contents:
            self.sections[-1]["title" if self.in_heading else "text"] += " " + data


def squeeze(text):
    return " ".join(text.replace("◆", " ").split())


def main():
    site = sys.argv[1]
    entries = []
    for page in sorted(name for name in os.listdir(site) if name.endswith(".html") and not SKIPPED.match(name)):
        parser = Sections(page)
        with open(os.path.join(site, page), encoding="utf-8") as file:
            parser.feed(file.read())
        title = squeeze(parser.title)
        for section in parser.sections:
            heading, text = squeeze(section["title"]), squeeze(section["text"])
            if heading or text:
                entries.append({
                    "url": page + ("#" + section["place"] if section["place"] else ""),
                    "title": f"{title}: {heading}" if heading else title,
                    "text": text
                })
    with open(os.path.join(site, "search_index.js"), "w", encoding="utf-8") as file:
        file.write("const sections = " + json.dumps(entries, ensure_ascii=False) + ";\n")
    print(f"{len(entries)} sections to search")


if __name__ == "__main__":
    main()
