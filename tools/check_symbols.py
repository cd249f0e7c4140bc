#!/usr/bin/env python3
"""Holds the names that a shared library exports against the reviewed list.

usage: check_symbols.py LIBRARY LIST

LIST has one name per line; `#` begins a comment. A name that is exported and not listed, or listed and not exported, is an error:
the first leaks an implementation detail into every embedder's process, the second breaks programs that were linked before.
"""

import pathlib
import subprocess
import sys


def exported(library):
    lines = subprocess.run(
        ["nm", "--dynamic", "--defined-only", "--format=posix", library], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    # "name@@VERSION type value size"; absolute symbols (type A) are the version names of the export map themselves.
    return {line.split()[0].split("@")[0] for line in lines if line.split()[1] != "A"}


def listed(path):
    lines = (line.split("#")[0].strip() for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines())
    return {line for line in lines if line}


def main(library, path):
    have, want = exported(library), listed(path)
    for name in sorted(have - want):
        print(f"{library}: exports {name}, which {path} does not list")
    for name in sorted(want - have):
        print(f"{library}: does not export {name}, which {path} lists")
    for name in sorted(name for name in want if not name.startswith("gstd_")):
        print(f"{path}: {name} does not begin with gstd_")
    print(f"symbols: {len(have)} exported, {len(want)} listed")
    return 0 if have == want and all(name.startswith("gstd_") for name in want) else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
