"""How the tests run the program `gstd`. CMake names it and the guests in the environment."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["GSTD_PROGRAM"]
TEST_GUESTS = pathlib.Path(os.environ["GSTD_TEST_GUESTS"])
# What a user may have set must not decide a test.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GSTD_")}
# Nor may the modules that an earlier program kept, and none of the tests' are to stay.
CACHE = tempfile.TemporaryDirectory()
ENVIRONMENT["XDG_CACHE_HOME"] = CACHE.name
HANG_SECONDS = 120  # Far more than anything here takes; ends what would hang, and asserts nothing about speed.


def guest(name: str) -> str:
    return str(TEST_GUESTS / f"{name}.wasm")


def start(*arguments, **options) -> subprocess.Popen:
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": ENVIRONMENT} | options
    return subprocess.Popen([PROGRAM, *map(os.fspath, arguments)], **options)


def gstd(*arguments, stdin: bytes = b"", **options) -> subprocess.CompletedProcess:
    process = start(*arguments, stdin=subprocess.PIPE, **options)
    return finish(process, stdin)


def finish(process: subprocess.Popen, stdin: bytes | None = None) -> subprocess.CompletedProcess:
    """Waits for the end; kills what does not come to one."""
    try:
        out, err = process.communicate(stdin, timeout=HANG_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"{process.args} hangs; stdout {out!r}, stderr {err!r}") from None
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def until(condition) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + HANG_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("what was waited for did not come")
        time.sleep(0.01)


def catches_interrupts(process: subprocess.Popen) -> bool:
    """Whether the program has come to where it takes SIGINT as a request. Source: proc(5), "SigBlk"."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    blocked = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk:"))
    # While the C library starts a thread it blocks all signals, SIGQUIT too.
    return bool(blocked & 1 << (signal.SIGINT - 1)) and not blocked & 1 << (signal.SIGQUIT - 1)


def read_some(descriptor: int) -> bytes:
    """What has come to a terminal; nothing when its last writer is gone, which Linux reports as EIO."""
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


def read_terminal(descriptor: int) -> bytes:
    """All that comes to a terminal until its last writer is gone."""
    seen = b""
    while part := read_some(descriptor):
        seen += part
    return seen


class ProgramTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gstd-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name: str, content: bytes = b"") -> pathlib.Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    def expect(self, ended: subprocess.CompletedProcess, exit_code: int) -> subprocess.CompletedProcess:
        self.assertEqual(ended.returncode, exit_code, (ended.args, ended.stdout, ended.stderr))
        return ended

    def lines(self, ended: subprocess.CompletedProcess, exit_code: int = 0) -> list[dict]:
        """The objects that a command printed, one a line."""
        self.expect(ended, exit_code)
        return [json.loads(line) for line in ended.stdout.decode().splitlines()]

    def object(self, ended: subprocess.CompletedProcess, exit_code: int = 0) -> dict:
        """The one object that a command printed."""
        lines = self.lines(ended, exit_code)
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def error(self, ended: subprocess.CompletedProcess, exit_code: int = 1) -> dict:
        """The error form of --json: one object on stderr, with a sentence."""
        self.expect(ended, exit_code)
        error = json.loads(ended.stderr.decode())
        self.assertEqual(set(error), {"error", "code", "reason"})
        self.assertIn(" ", error["error"])
        return error
