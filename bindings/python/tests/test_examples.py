"""The Python examples, run as a user runs them: each an interpreter of its own, with the installed package."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
SECONDS_MAX = 120  # ends an example that hangs


def run(*command: object) -> str:
    ended = subprocess.run(
        [sys.executable, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def test_main_job(guests, tmp_path):
    # Goal:   the example does the whole job: both inputs come back, and the money adds up.
    inputs = [tmp_path / "one.txt", tmp_path / "two.txt"]
    inputs[0].write_text("to be or not to be")
    inputs[1].write_text("")
    *results, money = run(ROOT / "examples/python/main_job.py", guests / "wordstats.wasm", *inputs).splitlines()
    assert [line.partition(": completed, ")[0] for line in results] == [str(path) for path in inputs]
    assert money == "spent 0.1 GSTD, the worker earned 0.095 GSTD"


def test_quickstart_of_the_readme(guests):
    # Goal:   the README's Python works as printed.
    output = run(ROOT / "tools/readme_examples.py", "python", "--guest", guests / "wordstats.wasm")
    assert "left: 0.9 GSTD" in output
