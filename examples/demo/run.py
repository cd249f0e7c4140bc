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
KILL_AFTER = 10  # completed tasks, of the 60 of the picture, so that the network is in full swing
LEASE_MS = 3000  # short, so that the killed worker's tile is back soon
START_SECONDS = 30
END_SECONDS = 600


class DemoFailed(Exception):
    """Something that the demo promises did not happen."""


class Process:
    """A child whose JSON lines go into a queue as they come, each with its sender; after the last one comes None."""

    def __init__(self, name, command, lines, environment):
        self.name = name
        self.may_end = False
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace", env=environment)
        self.reader = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self.reader.start()

    def _read(self, lines):
        for line in self.child.stdout:
            lines.put((self, line))
        lines.put((self, None))

    def end(self):
        """Asks the child to end, and returns its status."""
        self.may_end = True
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self, seconds=15):
        """Waits for the child, kills it where it does not end, and returns its status."""
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
        self.refused = 0
        self.stopped = []

    def start(self, name, *command):
        process = Process(name, [str(word) for word in command], self.lines, self.environment)
        self.processes.append(process)
        return process

    def call(self, *arguments):
        """Runs one `gstd` command and returns its JSON."""
        done = subprocess.run([self.gstd, *map(str, arguments), "--json"], capture_output=True, text=True, env=self.environment, timeout=60)
        if done.returncode != 0:
            raise DemoFailed(f"gstd {arguments[0]}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def keygen(self, name):
        # Unencrypted: the keys are gone with the folder, before anybody could want them.
        return self.call("keygen", "--no-passphrase", "--output", self.scratch / f"{name}.key")

    def start_worker(self, number):
        return self.start(f"worker {number + 1}", self.gstd, "worker", "--json", "--url", self.url, "--key", self.keys[number]["key_file"])

    def next_line(self, deadline):
        """The next line of any child, and who sent it. A child that ended unasked is an error at once."""
        while True:
            try:
                sender, text = self.lines.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                raise DemoFailed("it took too long") from None
            if text is not None:
                return sender, self.parse(sender, text)
            if not sender.may_end:
                raise DemoFailed(f"{sender.name} ended too early, with status {sender.child.wait(10)}; its reason is above")

    @staticmethod
    def parse(sender, text):
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if not isinstance(line, dict):
            raise DemoFailed(f"{sender.name} printed what is no JSON object: {text.strip()!r}")
        return line

    def run(self):
        requester_key = self.keygen("requester")
        self.keys = [self.keygen(f"worker-{number}") for number in range(WORKERS)]
        serve = self.start("serve", self.gstd, "serve", "--json", "--port", "0", "--database", self.scratch / "coordinator.sqlite",
                           "--lease-ms", LEASE_MS, "--deposit", f"{requester_key['wallet']}={DEPOSIT}")  # fmt: skip
        _, ready = self.next_line(time.monotonic() + START_SECONDS)
        self.url = ready["url"]
        print(f"coordinator at {self.url}, {WORKERS} workers, {DEPOSIT} GSTD in the requester's wallet", flush=True)
        workers = [self.start_worker(number) for number in range(WORKERS)]
        requester = self.start("requester", self.build / "examples" / "demo" / "gstd_demo_requester", self.url, requester_key["key_file"],
                               self.build / "guests", "/usr/share/common-licenses", self.output)  # fmt: skip

        summary, killed = self.follow(requester, workers)
        if requester.wait() != 0:
            raise DemoFailed("the requester failed; its reason is above")
        for worker in workers:
            if worker.end() != 0:
                raise DemoFailed(f"{worker.name} did not end well")
        while not self.lines.empty():
            sender, text = self.lines.get()
            if text is not None:
                self.note(self.parse(sender, text))
        earned = [Decimal(str(self.call("status", "--url", self.url, "--key", key["key_file"])["balance"]["gstd_balance"])) for key in self.keys]
        if serve.end() != 0:
            raise DemoFailed("the coordinator's books do not balance")
        self.check(summary, killed, earned)
        self.report(summary, earned)

    def follow(self, requester, workers):
        """Reads the children's lines until the requester is done; kills one worker on the way, which holds a tile of the picture."""
        deadline = time.monotonic() + END_SECONDS
        completed, killed, tiles = 0, None, set()
        while True:
            sender, line = self.next_line(deadline)
            self.note(line)
            if sender is requester:
                if line["event"] == "done":
                    requester.may_end = True
                    return line, killed
                if line["batch"] == "picture":
                    tiles = set(line["tasks"])
            completed += line.get("event") == "completed"
            caught = sender is workers[VICTIM] and line.get("event") == "claimed" and line["task"] in tiles
            if killed is None and completed >= KILL_AFTER and caught:
                killed = self.kill_holding(sender, line["task"])
                if killed is not None:
                    workers[VICTIM] = self.start_worker(VICTIM)

    def kill_holding(self, worker, task):
        """SIGKILL, but only while the worker surely holds `task`; None where it was faster."""
        worker.child.send_signal(signal.SIGSTOP)
        if self.call("status", task, "--url", self.url)["status"] != "assigned":
            worker.child.send_signal(signal.SIGCONT)
            return None
        worker.may_end = True
        worker.child.kill()
        worker.child.wait(10)
        print(f"\n{worker.name} killed with SIGKILL, on purpose, while it held tile {task}", flush=True)
        return task

    def note(self, line):
        """Keeps what the table at the end is made of."""
        # Counted as they come, because a worker that is killed does not live to add up.
        self.refused += line.get("event") == "claim_refused"
        if line.get("event") == "stopped":
            self.stopped.append(line)

    def check(self, summary, killed, earned):
        if killed is None:
            raise DemoFailed("no worker could be caught holding a tile")
        if not summary["log_proven"] == summary["tasks"] <= summary["log_size"] or summary["log_heads"] < 3:
            raise DemoFailed("the coordinator's log does not have every result")
        if killed not in summary["retried"]:
            raise DemoFailed(f"task {killed} of the killed worker was not done by another attempt")
        before, after = Decimal(summary["balance_before"]), Decimal(summary["balance_after"])
        fees = (before - after) - sum(earned)
        if before != DEPOSIT or Decimal(summary["locked_after"]) != 0:
            raise DemoFailed("the requester's money is not where it belongs")
        if fees != (before - after) * 5 / 100:
            raise DemoFailed(f"spent {before - after}, earned {sum(earned)}: the difference is not the fee of 5 %")

    def report(self, summary, earned):
        # Each worker searches on one thread, and its rate is of the time in which it did. What the killed one did is not known.
        rates = [line["pow_hashes"] / max(line["pow_ms"], 1) * 1000 for line in self.stopped]
        print(f"picture: {summary['picture']}")
        print("top ten words: " + ", ".join(f"{row['word']} {row['count']}" for row in summary["top_words"]))
        print(f"log of receipts: head of {summary['log_size']} entries, root {summary['log_root']}")
        print(f"inclusion proof, verified: entry {summary['log_entry']} by " + ", ".join(f"{hash[:16]}..." for hash in summary["log_path"]))
        rows = [
            ("receipts proven in the log", summary["log_proven"]),
            ("heads that continue each other", summary["log_heads"]),
            ("tasks", summary["tasks"]),
            ("attempts", summary["attempts"]),
            ("claims refused", self.refused),
            ("claim to result, median", f"{summary['claim_to_result_ms_p50']} ms"),
            ("claim to result, p99", f"{summary['claim_to_result_ms_p99']} ms"),
            ("hashes/s, workers that ended", f"{sum(rates) / 1e6:.2f} million"),
            ("hashes/s, per thread", f"{sum(rates) / len(rates) / 1e6:.2f} million"),
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
    demo = None
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
        demo = Demo(arguments.build, arguments.output)
        demo.run()
    except KeyboardInterrupt:
        print("demo: failed: interrupted", file=sys.stderr)
        return 130
    except DemoFailed as reason:
        print(f"demo: failed: {reason}", file=sys.stderr)
        return 1
    except Exception as reason:  # A child that says what nobody expected must not end in a traceback.
        print(f"demo: failed: {type(reason).__name__}: {reason}", file=sys.stderr)
        return 1
    finally:
        if demo:
            demo.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
