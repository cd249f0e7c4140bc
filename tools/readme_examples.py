#!/usr/bin/env python3
"""Runs the quickstarts of README.md exactly as printed.

readme_examples.py LANGUAGE --guest GUEST.wasm [--prefix PREFIX]   LANGUAGE: cpp, c or python
C and C++ are built against the installation under PREFIX, which stands where README.md installs to and is found by the variables
that it exports; Python is run by this interpreter.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
LINES_MAX = 20
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(quickstart LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 20)
add_executable(app app.cpp)
{block}"""


def block(language: str) -> str:
    """The first code block of that language, as it is."""
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)
    if found is None:
        sys.exit(f"README.md has no {language} block")
    if found[1].count("\n") > LINES_MAX:
        sys.exit(f"the {language} quickstart has {found[1].count(chr(10))} lines; at most {LINES_MAX} are quick")
    return found[1]


def shell_line(start: str) -> str:
    """The one shell line that begins so."""
    found = [line for lines in re.findall(r"^```sh\n(.*?)^```$", README, re.M | re.S) for line in lines.splitlines() if line.startswith(start)]
    if len(found) != 1:
        sys.exit(f"README.md has {len(found)} shell lines that begin with \"{start}\"")
    return found[0]


def run_after_export(folder: pathlib.Path, *commands: str) -> None:
    """Runs the commands as README.md's reader does whose home is `folder`."""
    script = "\n".join([shell_line("export CMAKE_PREFIX_PATH="), *commands])
    subprocess.run(["sh", "-ec", script], cwd=folder, check=True, timeout=120, env=os.environ | {"HOME": str(folder)})


def run_cpp(folder: pathlib.Path) -> None:
    (folder / "app.cpp").write_text(block("cpp"))
    (folder / "CMakeLists.txt").write_text(CMAKE.format(block=block("cmake")))
    run_after_export(folder, "cmake -G Ninja -S . -B build", "cmake --build build", "build/app")


def run_c(folder: pathlib.Path) -> None:
    (folder / "app.c").write_text(block("c"))
    run_after_export(folder, shell_line("cc app.c") + " -o app", "./app")


def run_python(folder: pathlib.Path) -> None:
    (folder / "app.py").write_text(block("python"))
    subprocess.run([sys.executable, "app.py"], cwd=folder, check=True, timeout=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    run = {"cpp": run_cpp, "c": run_c, "python": run_python}
    parser.add_argument("language", choices=run)
    parser.add_argument("--guest", type=pathlib.Path, required=True)
    parser.add_argument("--prefix", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gstd-readme-") as scratch:
        folder = pathlib.Path(scratch)
        shutil.copy(arguments.guest, folder / "guest.wasm")
        if arguments.prefix:
            (folder / "gstd").symlink_to(arguments.prefix.resolve())
        run[arguments.language](folder)


if __name__ == "__main__":
    main()
