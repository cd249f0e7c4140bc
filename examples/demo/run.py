#!/usr/bin/env python3
"""The demo: one coordinator, three workers and one requester, each a process of its own, on real work.

Half-way a worker that holds a tile is killed with SIGKILL, on purpose; its lease runs out and the tile is rendered by another.
Ends with a table and `demo: ok ...`, or with a reason and a status other than zero.
"""

import argparse
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from decimal import Decimal

DEPOSIT = Decimal(100)
WORKERS = 3
VICTIM = 1  # which worker is killed
KILL_AFTER = 10  # completed tasks, so that the network is in full swing
LEASE_MS = 3000  # short, so that the killed worker's tile is back soon
START_SECONDS = 30
END_SECONDS = 600


class DemoFailed(Exception):
    """Something that the demo promises did not happen."""


class Process:
    """A child whose JSON lines are read as they come."""

    def __init__(self, name, command, on_line, environment):
        self.name = name
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.reader = threading.Thread(target=self._read, args=(on_line,), daemon=True)
        self.reader.start()

    def _read(self, on_line):
        for line in self.child.stdout:
            on_line(self, json.loads(line))

    def end(self, seconds=15):
        """Asks the child to end, insists where it does not, and returns its status."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        try:
            status = self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            raise DemoFailed(f"{self.name} did not end within {seconds} s") from None
        self.reader.join(seconds)
        return status


class Demo:
    def __init__(self, build, output):
        self.build = build
        self.output = output
        self.gstd = str(build / "cli" / "gstd")
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="gstd-demo-"))
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GSTD_")}
        self.processes = []
        self.lines = queue.Queue()

    def start(self, name, *command):
        process = Process(name, [str(word) for word in command], lambda sender, line: self.lines.put((sender, line)), self.environment)
        self.processes.append(process)
        return process

    def call(self, *arguments):
        """Runs one `gstd` command and returns its JSON."""
        done = subprocess.run([self.gstd, *map(str, arguments), "--json"], capture_output=True, text=True, env=self.environment, timeout=60)
        if done.returncode != 0:
            raise DemoFailed(f"gstd {arguments[0]}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def keygen(self, name):
        return self.call("keygen", "--output", self.scratch / f"{name}.key")

    def start_worker(self, number):
        return self.start(f"worker {number + 1}", self.gstd, "worker", "--json", "--url", self.url, "--key", self.keys[number]["key_file"])

    def next_line(self, deadline):
        """The next line of any child; None while there is none."""
        if time.monotonic() > deadline:
            raise DemoFailed(f"not done after {END_SECONDS} s")
        try:
            return self.lines.get(timeout=0.2)
        except queue.Empty:
            return None

    def run(self):
        requester_key = self.keygen("requester")
        self.keys = [self.keygen(f"worker-{number}") for number in range(WORKERS)]
        serve = self.start("serve", self.gstd, "serve", "--json", "--port", "0", "--database", self.scratch / "coordinator.sqlite",
                           "--lease-ms", LEASE_MS, "--deposit", f"{requester_key['wallet']}={DEPOSIT}")  # fmt: skip
        try:
            _, ready = self.lines.get(timeout=START_SECONDS)
        except queue.Empty:
            raise DemoFailed("the coordinator did not start") from None
        self.url = ready["url"]
        print(f"coordinator at {self.url}, {WORKERS} workers, {DEPOSIT} GSTD in the requester's wallet", flush=True)
        workers = [self.start_worker(number) for number in range(WORKERS)]
        requester = self.start("requester", self.build / "examples" / "demo" / "gstd_demo_requester", self.url, requester_key["key_file"],
                               self.build / "guests", "/usr/share/common-licenses", self.output)  # fmt: skip

        summary, killed, stopped = self.follow(requester, workers)
        if requester.end() != 0:
            raise DemoFailed("the requester failed; its reason is above")
        for worker in workers:
            if worker.end() != 0:
                raise DemoFailed(f"{worker.name} did not end well")
        while not self.lines.empty():
            self.note_end(*self.lines.get(), stopped)
        earned = [Decimal(str(self.call("status", "--url", self.url, "--key", key["key_file"])["balance"]["gstd_balance"])) for key in self.keys]
        if serve.end() != 0:
            raise DemoFailed("the coordinator's books do not balance")
        self.check(summary, killed, earned)
        self.report(summary, stopped, earned)

    def follow(self, requester, workers):
        """Reads the children's lines until the requester is done; kills one worker on the way."""
        deadline = time.monotonic() + END_SECONDS
        completed, killed, summary, stopped = 0, None, None, []
        while summary is None:
            if requester.child.poll() not in (None, 0):
                raise DemoFailed("the requester failed; its reason is above")
            taken = self.next_line(deadline)
            if taken is None:
                continue
            sender, line = taken
            if sender is requester:
                summary = line
            completed += line.get("event") == "completed"
            if killed is None and completed >= KILL_AFTER and sender is workers[VICTIM] and line.get("event") == "claimed":
                killed = self.kill_holding(sender, line["task"])
                if killed is not None:
                    workers[VICTIM] = self.start_worker(VICTIM)
            self.note_end(sender, line, stopped)
        return summary, killed, stopped

    def kill_holding(self, worker, task):
        """SIGKILL, but only while the worker surely holds `task`; None where it was faster."""
        worker.child.send_signal(signal.SIGSTOP)
        if self.call("status", task, "--url", self.url)["status"] != "assigned":
            worker.child.send_signal(signal.SIGCONT)
            return None
        worker.child.kill()
        worker.child.wait(10)
        print(f"\n{worker.name} killed with SIGKILL, on purpose, while it held task {task}", flush=True)
        return task

    @staticmethod
    def note_end(_sender, line, stopped):
        if line.get("event") == "stopped":
            stopped.append(line)

    def check(self, summary, killed, earned):
        if killed is None:
            raise DemoFailed("no worker could be caught holding a tile")
        if killed not in summary["retried"]:
            raise DemoFailed(f"task {killed} of the killed worker was not done by another attempt")
        before, after = Decimal(summary["balance_before"]), Decimal(summary["balance_after"])
        fees = (before - after) - sum(earned)
        if before != DEPOSIT or Decimal(summary["locked_after"]) != 0:
            raise DemoFailed("the requester's money is not where it belongs")
        if fees != (before - after) * 5 / 100:
            raise DemoFailed(f"spent {before - after}, earned {sum(earned)}: the difference is not the fee of 5 %")

    def report(self, summary, stopped, earned):
        pow_ms = sum(line["pow_ms"] for line in stopped)
        rate = sum(line["pow_hashes"] for line in stopped) / max(pow_ms, 1) * 1000
        print(f"picture: {summary['picture']}")
        print("top ten words: " + ", ".join(f"{row['word']} {row['count']}" for row in summary["top_words"]))
        rows = [
            ("tasks", summary["tasks"]),
            ("attempts", summary["attempts"]),
            ("claims refused", sum(line["claims_refused"] for line in stopped)),
            ("claim to result, median", f"{summary['claim_to_result_ms_p50']} ms"),
            ("claim to result, p99", f"{summary['claim_to_result_ms_p99']} ms"),
            ("proof of work, per thread", f"{rate / 1e6:.2f} million hashes/s"),
            ("fuel used", f"{summary['fuel_used']:,}"),
            *((f"worker {number + 1} earned", f"{amount} GSTD") for number, amount in enumerate(earned)),
            ("requester's balance before", f"{summary['balance_before']} GSTD"),
            ("requester's balance after", f"{summary['balance_after']} GSTD"),
        ]
        for label, value in rows:
            print(f"  {label:<28}{value:>28}")
        print(f"demo: ok tasks={summary['tasks']} workers={WORKERS} ledger=balanced")

    def close(self):
        for process in self.processes:
            if process.child.poll() is None:
                process.child.kill()
                process.child.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder with the programs and guests")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("build/demo"), help="where the picture goes")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    demo = Demo(arguments.build, arguments.output)
    try:
        demo.run()
    except (DemoFailed, subprocess.SubprocessError, OSError, KeyError) as reason:
        print(f"demo: failed: {reason}", file=sys.stderr)
        return 1
    finally:
        demo.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
