#!/usr/bin/env python3
"""How the demo ends when one of its processes fails: by a reason and a status, at once, never by a traceback."""

import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

RUN = pathlib.Path(__file__).resolve().parents[2] / "examples" / "demo" / "run.py"
HANG_SECONDS = 100  # Less than the demo's own patience, so that waiting for its end is a failure.

# Stands for every program of the demo. Plays its part, but for one that does what FAULT says instead.
ACTOR = """#!{python}
import os, pathlib, sys, time
part = "requester" if sys.argv[0].endswith("requester") else sys.argv[1]
def say(line):
    print(line, flush=True)
if part == "keygen":
    say('{{"key_file": "x.key", "wallet": "x"}}')
    sys.exit()
if part == {part!r}:
    {fault}
elif part == "serve":
    say('{{"url": "http://127.0.0.1:1"}}')
elif part == "worker":
    say('{{"event": "claimed", "task": "t"}}')
pathlib.Path({folder!r}, part).touch()
time.sleep(1000)
"""


class Failures(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gstd-demo-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def demo(self, part: str, fault: str) -> subprocess.Popen:
        """The demo under way, where one part does what `fault` says."""
        for name in ["cli/gstd", "examples/demo/gstd_demo_requester"]:
            program = self.folder / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(ACTOR.format(python=sys.executable, part=part, fault=fault, folder=str(self.folder)))
            program.chmod(0o700)
        command = [sys.executable, "-B", RUN, "--build", self.folder, "--output", self.folder / "output"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        return process

    def assert_fails(self, process: subprocess.Popen, status: int, reason: str) -> None:
        _, text = process.communicate(timeout=HANG_SECONDS)
        self.assertEqual(process.returncode, status, text)
        self.assertRegex(text.splitlines()[-1], f"^demo: failed: {reason}$")
        self.assertNotIn("Traceback", text)

    # Goal:   a child that dies, or says what it should not, ends the demo at once and is named.
    # Method: one child at a time; a demo that waited for the others would outlast the test.
    def test_child_that_fails(self):
        for part, fault, reason in [
            ("serve", "sys.exit(3)", "serve ended too early, with status 3; its reason is above"),
            ("serve", "say('hello')", "serve printed what is no JSON object: 'hello'"),
            ("serve", "say('[]')", "serve printed what is no JSON object: '\\[]'"),
            ("serve", "say('{}')", "KeyError: 'url'"),
            ("worker", "time.sleep(1); sys.exit(4)", "worker [123] ended too early, with status 4; its reason is above"),
            ("requester", "sys.exit(0)", "requester ended too early, with status 0; its reason is above"),
            ("requester", "say('{\"event\": \"submitted\"}')", "KeyError: 'batch'"),
        ]:
            with self.subTest(part=part, fault=fault):
                self.assert_fails(self.demo(part, fault), 1, reason)

    # Goal:   Ctrl-C ends the demo with the status that shells count with.
    # Method: the signal comes once the requester is there, when the demo follows its children.
    def test_interrupt(self):
        process = self.demo("requester", f"pathlib.Path({str(self.folder)!r}, 'ready').touch()")
        while not (self.folder / "ready").exists():
            self.assertIsNone(process.poll())
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        self.assert_fails(process, 130, "interrupted")


if __name__ == "__main__":
    unittest.main()
