#!/usr/bin/env python3
"""Runs the quickstarts of README.md exactly as printed.

readme_examples.py LANGUAGE --guest GUEST.wasm [--prefix PREFIX]   LANGUAGE: cpp, c or python
C and C++ are built against the installation under PREFIX, Python is run by this interpreter.
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
LINES_MAX = 20
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(quickstart LANGUAGES C CXX)
set(CMAKE_CXX_STANDARD 20)
add_executable(app app.cpp)
{block}"""


def block(language: str) -> str:
    """The first code block of that language, as it is."""
    found = re.search(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    if found is None:
        sys.exit(f"README.md has no {language} block")
    if found[1].count("\n") > LINES_MAX:
        sys.exit(f"the {language} quickstart has {found[1].count(chr(10))} lines; at most {LINES_MAX} are quick")
    return found[1]


def build_cpp(folder: pathlib.Path, prefix: pathlib.Path) -> list[str]:
    (folder / "app.cpp").write_text(block("cpp"))
    (folder / "CMakeLists.txt").write_text(CMAKE.format(block=block("cmake")))
    subprocess.run(["cmake", "-G", "Ninja", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}"], check=True)
    subprocess.run(["cmake", "--build", folder / "build"], check=True)
    return [str(folder / "build" / "app")]


def build_c(folder: pathlib.Path, prefix: pathlib.Path) -> list[str]:
    (folder / "app.c").write_text(block("c"))
    paths = {"PKG_CONFIG_PATH": os.pathsep.join(str(path.parent) for path in prefix.rglob("gstd.pc"))}
    command = next(line for line in re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S) if "pkg-config" in line)
    subprocess.run(["sh", "-ec", command.strip() + " -o app"], cwd=folder, env=os.environ | paths, check=True)
    return [str(folder / "app")]


def build_python(folder: pathlib.Path, _prefix: pathlib.Path) -> list[str]:
    (folder / "app.py").write_text(block("python"))
    return [sys.executable, str(folder / "app.py")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    build = {"cpp": build_cpp, "c": build_c, "python": build_python}
    parser.add_argument("language", choices=build)
    parser.add_argument("--guest", type=pathlib.Path, required=True)
    parser.add_argument("--prefix", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gstd-readme-") as scratch:
        folder = pathlib.Path(scratch)
        shutil.copy(arguments.guest, folder / "guest.wasm")
        command = build[arguments.language](folder, arguments.prefix)
        libraries = {str(path.parent) for path in arguments.prefix.rglob("libgstd.so*")} if arguments.prefix else set()
        subprocess.run(command, cwd=folder, check=True, timeout=120, env=os.environ | {"LD_LIBRARY_PATH": os.pathsep.join(libraries)})


if __name__ == "__main__":
    main()
