"""Runs the tests, or exits with 77, which is "skipped" for CTest, where pytest or a package is missing."""

import importlib.util
import pathlib
import sys

for name in ("pytest", "numpy", "h5py", "matplotlib"):
    if importlib.util.find_spec(name) is None:
        print(f"SKIPPED: Python has no {name}")
        sys.exit(77)

import pytest  # noqa: E402

sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", str(pathlib.Path(__file__).parent)]))
