#!/usr/bin/env python3
"""Draws every formula of the site in headless Chromium, without network, and fails where MathJax finds an error in one:
check_formulas.py SITE. Formulas of all pages stand on one page, which is removed afterwards."""
import glob
import html
import os
import re
import shutil
import subprocess
import sys

FORMULA = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
HEAD = re.compile(r'<script type="text/x-mathjax-config">.*?</script>\s*<script [^>]*MathJax.js"></script>', re.DOTALL)
ERROR = 'fill="rgb(204, 0, 0)"'  # the colour of MathJax's messages
SENTINEL = r"\(\undefinedByIntent\)"


def main():
    site = os.path.abspath(sys.argv[1])
    browser = shutil.which("chromium")
    if not browser:
        print("formulas are not checked: chromium is not installed")
        return
    places, head = {}, ""
    for page in sorted(glob.glob(os.path.join(site, "*.html"))):
        with open(page, encoding="utf-8", errors="replace") as file:
            text = file.read()
        found = HEAD.search(text)
        if not found or page.endswith("_source.html"):
            continue
        head = found.group(0)
        body = re.sub(r"<pre.*?</pre>|<div class=\"fragment\">.*?</div><!-- fragment -->|<script.*?</script>", "", text,
                      flags=re.DOTALL)
        for formula in FORMULA.findall(body):
            places.setdefault(formula, os.path.basename(page))
    formulas = list(places) + [SENTINEL]  # one that must fail: else nothing was drawn
    page = os.path.join(site, "all_formulas.html")
    with open(page, "w", encoding="utf-8") as file:
        file.write(f"<html><head><meta charset='utf-8'>{head}</head><body>" +
                   "".join(f"<div class='one'>{formula}</div>\n" for formula in formulas) + "</body></html>")
    drawn = subprocess.run([browser, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000",
                            "--dump-dom", f"file://{page}"], capture_output=True, text=True, check=False).stdout
    os.remove(page)
    blocks = drawn.split('<div class="one">')[1:]
    wrong = [number for number, block in enumerate(blocks) if "MathJax_SVG" not in block or ERROR in block]
    if len(blocks) != len(formulas) or len(formulas) - 1 not in wrong:
        sys.exit("check_formulas.py: MathJax has not drawn the formulas")
    for number in wrong[:-1]:
        print(f"{places[formulas[number]]}: {html.unescape(formulas[number])} is not drawn")
    print(f"{len(formulas) - 1} formulas, {len(wrong) - 1} complaints")
    sys.exit(1 if wrong[:-1] else 0)


if __name__ == "__main__":
    main()
