#!/usr/bin/env python3
"""What check.py finds, and what it lets pass."""
import os
import subprocess
import sys
import tempfile
import unittest

CHECK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "check.py")


def check(page, files=None):
    """Status and output of check.py for a page, with an empty build."""
    with tempfile.TemporaryDirectory() as folder:
        source, build = os.path.join(folder, "source"), os.path.join(folder, "build")
        os.makedirs(source)
        os.makedirs(build)
        for name, text in dict(files or {}, **{"page.md": page}).items():
            with open(os.path.join(source, name), "w", encoding="utf-8") as file:
                file.write(text)
        result = subprocess.run([sys.executable, CHECK, os.path.join(source, "page.md"), source, build,
                                 os.path.join(folder, "work")], capture_output=True, text=True, check=False)
        return result.returncode, result.stdout + result.stderr


def console(body, options=""):
    return f"```console{options}\n{body}\n```\n"


class Checks(unittest.TestCase):
    def passes(self, page, **files):
        status, output = check(page, files)
        self.assertEqual(status, 0, output)

    def fails(self, page, **files):
        self.assertEqual(check(page, files)[0], 1)

    def test_words_and_numbers_must_be_those_of_the_page(self):
        self.passes(console("$ echo value 1.5\nvalue  1.5"))
        self.fails(console("$ echo value 1.5\nvalue 1.6"))
        self.fails(console("$ echo value 1.5\nloss 1.5"))

    def test_numbers_may_differ_as_far_as_the_block_says(self):
        self.passes(console("$ echo value 1.5\nvalue 1.6", " within=0.1"))
        self.fails(console("$ echo value 1.5\nvalue 1.8", " within=0.1"))
        self.passes(console("$ echo Seconds 1.5\nSeconds 9", " any=Seconds"))
        self.fails(console("$ echo Value 1.5\nValue 9", " any=Seconds"))

    def test_dots_stand_for_any_lines_and_nothing_else(self):
        self.passes(console("$ seq 5\n1\n...\n5"))
        self.fails(console("$ seq 5\n1\n...\n4"))
        self.fails(console("$ seq 5\n1\n2"))
        self.fails(console("$ seq 2\n1\n2\n3"))

    def test_a_command_must_end_as_the_block_says(self):
        self.fails(console("$ false"))
        self.passes(console("$ false", " fails"))
        self.fails(console("$ true", " fails"))
        self.fails(console("$ exit 0\n$ true"))

    def test_commands_share_a_shell_and_may_be_continued(self):
        self.passes(console("$ a=3") + console("$ echo \\\n  $a\n3"))

    def test_an_excerpt_must_stand_in_its_file(self):
        page = console("$ true") + "```cpp from=code\n{}\n```\n"
        self.passes(page.format("b\nc"), code="a\nb\nx\nb\nc\n")
        self.passes(page.format("a\n...\nc"), code="a\nb\nc\n")
        self.fails(page.format("c\nb"), code="a\nb\nc\n")

    def test_a_page_without_its_tools_is_skipped(self):
        status, output = check("<!-- needs: no-such-program -->\n" + console("$ true"))
        self.assertEqual(status, 77, output)

    def test_a_page_without_commands_is_an_error(self):
        self.fails("# Nothing\n")


if __name__ == "__main__":
    unittest.main()
