#!/usr/bin/env python3
"""Runs clang-tidy over the C++ sources of the repository, in parallel, and remembers which contents were clean.

usage: run_tidy.py --build FOLDER [--jobs N] [FILE...]

FOLDER holds compile_commands.json. A file is looked at again when it, a header of ours that it includes however deep, its compile
command, .clang-tidy or clang-tidy itself changed. Exits 1 where clang-tidy found something.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

TIDY = "clang-tidy-14"
ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)

# Tests are left out: GoogleTest's macros expand to what the checks are there to find, and the time goes to the library.
FOLDERS = ("src", "capi", "cli", "examples", "bindings")


def headers_of(path, search, seen):
    """Adds to `seen` the files of the repository that `path` includes, itself first."""
    if path in seen:
        return
    seen[path] = path.read_bytes()
    for name in INCLUDE.findall(seen[path]):
        for folder in (path.parent, *search):
            candidate = folder / os.fsdecode(name)
            if candidate.is_file():
                headers_of(candidate.resolve(), search, seen)
                break


def key_of(entry, common):
    search = (ROOT / "include", ROOT / "src", ROOT / "capi")
    seen = {}
    headers_of(pathlib.Path(entry["file"]), search, seen)
    digest = hashlib.sha256(common)
    digest.update(entry["command"].encode())
    for path in sorted(seen):
        digest.update(os.fsencode(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path))
        digest.update(hashlib.sha256(seen[path]).digest())
    return digest.hexdigest()


def tidy(build, file):
    done = subprocess.run(
        [TIDY, "--quiet", f"-p={build}", "--extra-arg=-Wno-unknown-warning-option", file], capture_output=True, text=True
    )
    # stderr counts the warnings in system headers; it tells something only where clang-tidy could not work at all.
    text = done.stdout or (done.stderr if done.returncode else "")
    return text.rstrip()


def findings(text):
    """The blocks of clang-tidy's output, each beginning with the line that names a place."""
    return re.split(r"\n(?=/[^\n:]+:\d+:\d+: (?:error|warning))", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("files", nargs="*", type=lambda name: pathlib.Path(name).resolve())
    options = parser.parse_args()

    database = json.loads((options.build / "compile_commands.json").read_text())
    wanted = set(options.files)
    entries = {}
    for entry in database:
        file = pathlib.Path(entry["file"])
        inside = any(file.is_relative_to(ROOT / folder) for folder in FOLDERS)
        if file.suffix == ".cpp" and (file in wanted if wanted else inside):
            entries[file] = entry
    if not entries:
        print(f"tidy: no sources in {options.build}/compile_commands.json")
        return 1

    version = subprocess.run([TIDY, "--version"], check=True, capture_output=True).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes()
    stamps = ROOT / "build" / "lint" / "tidy"
    stamps.mkdir(parents=True, exist_ok=True)
    keys = {file: key_of(entry, common) for file, entry in entries.items()}
    stale = [file for file in entries if not (stamps / keys[file]).exists()]

    failed, shown = 0, set()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        # Largest first: the slowest file should not be the last to start.
        stale.sort(key=lambda file: -file.stat().st_size)
        running = {pool.submit(tidy, options.build, file): file for file in stale}
        for future in concurrent.futures.as_completed(running):
            file = running[future]
            text = future.result()
            if not text:
                (stamps / keys[file]).touch()
                continue
            failed += 1
            for finding in findings(text):
                if finding not in shown:  # One in a header shows up in every file that includes it.
                    shown.add(finding)
                    print(finding, flush=True)
    print(f"tidy: {len(stale)} of {len(entries)} files looked at, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
