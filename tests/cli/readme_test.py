#!/usr/bin/env python3
"""The commands of `gstd` that README.md shows, run as they are printed."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import unittest

from program import ENVIRONMENT, HANG_SECONDS, PROGRAM, ProgramTest, guest

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Readme(ProgramTest):
    # Goal:   the block of commands works as printed: every option and file that it names is there, and the task is done and paid.
    # Method: one shell runs the block; `gstd` in front of the program adds the port alone, since 8080 may be taken where tests run.
    def test_block_of_commands(self):
        block = re.search(r"^```sh\n([^`]*^gstd serve [^`]*)^```$", README.read_text(), re.MULTILINE)[1]
        port = free_port()
        program = self.file("gstd", f"""#!/bin/sh
command=$1
shift
[ "$command" != serve ] || set -- --port {port} "$@"
exec '{PROGRAM}' "$command" "$@"
""".encode())  # fmt: skip
        program.chmod(0o700)
        shutil.copy(guest("echo"), self.folder / "guest.wasm")
        self.file("input.txt", b"to be echoed")
        environment = ENVIRONMENT | {"PATH": f"{self.folder}{os.pathsep}{os.environ['PATH']}", "GSTD_URL": f"http://127.0.0.1:{port}"}
        log = self.folder / "log"
        with open(log, "wb") as output:
            # Both children in the background end at the block's `kill`, which `wait` waits for; a group of their own, so that they
            # end here where the block fails before.
            shell = subprocess.Popen(["bash", "-ec", block + "wait\n"], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                                     stdout=output, stderr=output, start_new_session=True)  # fmt: skip
            try:
                status = shell.wait(HANG_SECONDS)
            finally:
                try:
                    os.killpg(shell.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass  # all have ended, as they should
                shell.wait()
        text = log.read_text()
        self.assertEqual(status, 0, text)
        self.assertEqual(text.count("to be echoed"), 3, text)  # by submit, in clear and encrypted, and by run
        self.assertIn("9.8", text)  # 10 GSTD less the budgets of two tasks
        self.assertIn("completed 2,", text)  # what the worker says at its end


if __name__ == "__main__":
    unittest.main()
