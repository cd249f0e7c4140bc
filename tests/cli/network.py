"""A coordinator, its keys and its workers, as processes that end with their test."""

import json
import pathlib
import signal
import subprocess
from decimal import Decimal

from program import ProgramTest, finish, gstd, start


class NetworkTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.requester, self.requester_wallet = self.key("requester")
        self.worker, self.worker_wallet = self.key("worker")
        self.database = self.folder / "lab.sqlite"

    def key(self, name: str) -> tuple[pathlib.Path, str]:
        path = self.folder / f"{name}.key"
        return path, self.object(gstd("keygen", "--no-passphrase", "--output", path, "--json"))["wallet"]

    def start(self, *arguments, **options) -> subprocess.Popen:
        process = start(*arguments, **options)

        def end():
            if process.poll() is None:
                process.kill()
            process.communicate()

        self.addCleanup(end)
        return process

    def serve(self, *arguments) -> subprocess.Popen:
        """A coordinator with little proof of work, on a port of its own, and 10 GSTD for the requester."""
        process = self.start("serve", "--port", "0", "--difficulty", "4", "--database", self.database,
                             "--deposit", f"{self.requester_wallet}=10", "--json", *arguments)  # fmt: skip
        ready = json.loads(process.stdout.readline())
        self.assertEqual(ready["database"], str(self.database))
        self.url = ready["url"]
        return process

    def stop(self, process: subprocess.Popen) -> None:
        process.send_signal(signal.SIGTERM)
        ended = self.expect(finish(process), 0)
        self.assertEqual(ended.stderr, b"")

    def start_worker(self, *arguments) -> subprocess.Popen:
        return self.start("worker", "--url", self.url, "--key", self.worker, "--json", *arguments)

    def submit_arguments(self, *arguments) -> list:
        return ["submit", "--url", self.url, "--key", self.requester, *arguments]

    def status(self, *arguments, key: pathlib.Path | None = None) -> dict:
        """Amounts as exact decimals."""
        ended = self.expect(gstd("status", "--url", self.url, *(["--key", key] if key else []), "--json", *arguments), 0)
        return json.loads(ended.stdout, parse_float=Decimal, parse_int=Decimal)

    def balance(self) -> dict:
        return self.status(key=self.requester)["balance"]
