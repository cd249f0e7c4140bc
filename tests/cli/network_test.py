#!/usr/bin/env python3
"""The commands of `gstd` that make a network: serve, worker, submit, status, as processes of their own on one SQLite file."""

import ctypes
import json
import os
import pathlib
import pty
import signal
import socket
import subprocess
import threading
import unittest
from decimal import Decimal

from network import NetworkTest
from program import catches_interrupts, finish, gstd, guest, read_some, read_terminal, start, until

# Port 1 (tcpmux) is nobody's: a connection is refused at once.
NOBODY = "http://127.0.0.1:1"


def obey_permissions() -> None:
    """For the program that this process becomes: root, too, needs a file's permission to write to it."""
    if os.geteuid() == 0:
        # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE; source: prctl(2), linux/capability.h
        if ctypes.CDLL(None, use_errno=True).prctl(24, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


class Proxy:
    """A port whose connections are passed on to `target`, HOST:PORT, byte for byte."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.authority = "127.0.0.1:%d" % self.listener.getsockname()[1]
        self.target = None
        self.connections = []
        self.threads = [self.start(self.accept)]

    def start(self, body, *arguments) -> threading.Thread:
        thread = threading.Thread(target=body, args=arguments)
        thread.start()
        return thread

    def accept(self) -> None:
        try:
            while True:
                near, _ = self.listener.accept()
                host, _, port = self.target.rpartition(":")
                far = socket.create_connection((host, int(port)))
                self.connections += [near, far]
                self.threads += [self.start(self.copy, near, far), self.start(self.copy, far, near)]
        except OSError:
            pass  # closed

    @staticmethod
    def copy(source: socket.socket, target: socket.socket) -> None:
        try:
            while part := source.recv(1 << 16):
                target.sendall(part)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # closed

    def close(self) -> None:
        for each in [self.listener, *self.connections]:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # its peer was first, or it was closed before
        for thread in self.threads:
            thread.join()
        for each in [self.listener, *self.connections]:
            each.close()


class MainJob(NetworkTest):
    # Goal:   the main job by hand: keys, a coordinator on a file, a worker, paid tasks, verified outputs in a folder, exact money.
    # Method: an echoing guest and three inputs; then the same file is served again by the same command line.
    def test_submit_work_and_pay(self):
        serve = self.serve()
        worker = self.start_worker("--tasks", "3", "--slots", "2")
        inputs = [self.file(name, name.encode() * 1000) for name in ("one.txt", "two.txt", "three.txt")]
        outputs = self.folder / "outputs"
        outputs.mkdir()
        ended = gstd(*self.submit_arguments("--budget", "0.5", "--wait", "100", "--output-dir", outputs, "--json", guest("echo"), *inputs))
        results = self.lines(ended)
        self.assertEqual([result["input"] for result in results], [str(path) for path in inputs])
        for path, result in zip(inputs, results):
            self.assertEqual((result["status"], result["outcome"], result["exit_code"]), ("completed", "completed", 0))
            self.assertEqual((result["worker"], result["verified"]), (self.worker_wallet, True))
            self.assertEqual(pathlib.Path(result["output_file"]).parent, outputs)
            self.assertEqual(pathlib.Path(result["output_file"]).read_bytes(), path.read_bytes())
        self.assertEqual(ended.stderr, b"", "stderr is no terminal, so there is nothing on it")

        *events, stopped = self.lines(finish(worker))
        self.assertEqual({event["task"] for event in events if event["event"] == "completed"}, {result["task"] for result in results})
        self.assertEqual((stopped["event"], stopped["completed"], stopped["earned"]), ("stopped", 3, "1.425"))

        task = self.status(results[0]["task"])
        self.assertEqual((task["task_id"], task["status"], task["outcome"]), (results[0]["task"], "completed", "completed"))
        queue = self.status()["queue"]
        self.assertEqual((queue["completed"], queue["pending"], queue["assigned"]), (3, 0, 0))
        # 5 % of each budget is the platform's fee.
        self.assertEqual((self.balance()["gstd_balance"], self.balance()["locked_in_escrow"]), (Decimal("8.5"), 0))
        earned = self.status(key=self.worker)["balance"]
        self.assertEqual((earned["gstd_balance"], earned["total_earned"]), (Decimal("1.425"), Decimal("1.425")))
        self.stop(serve)

        serve = self.serve()
        self.assertEqual(self.balance()["gstd_balance"], Decimal("8.5"))
        self.assertEqual(self.status(results[2]["task"])["status"], "completed")
        self.stop(serve)

    # Goal:   encrypted tasks are done as others are, and the coordinator's files hold nothing of them to read.
    # Method: two inputs through an echo, one through a script; the outputs are there, and neither the texts nor the script are in
    #         any file that the coordinator wrote.
    def test_encrypted_tasks(self):
        serve = self.serve()
        self.start_worker("--tasks", "3")
        inputs = [self.file(name, name.encode() * 1000) for name in ("first secret", "second secret")]
        outputs = self.folder / "outputs"
        outputs.mkdir()
        results = self.lines(gstd(*self.submit_arguments("--encrypt", "--wait", "100", "--output-dir", outputs, "--json", guest("echo"), *inputs)))
        for path, result in zip(inputs, results):
            self.assertEqual((result["outcome"], result["verified"]), ("completed", True))
            self.assertEqual(pathlib.Path(result["output_file"]).read_bytes(), path.read_bytes())
        script = self.file("sum.js", b"'third secret, of a script: ' + (input[0] + input[1]);")
        arguments = self.submit_arguments("--encrypt", "--wait", "100", "--js", script, self.file("a.json", b"[1, 2]"))
        self.assertEqual(self.expect(gstd(*arguments), 0).stdout, b'"third secret, of a script: 3"')
        self.stop(serve)
        databases = [path for path in self.folder.iterdir() if path.name.startswith(self.database.name)]
        self.assertTrue(databases)
        for path in databases:
            self.assertNotIn(b"first secretfirst secret", path.read_bytes())
            self.assertNotIn(b"second secretsecond secret", path.read_bytes())
            self.assertNotIn(b"third secret", path.read_bytes())
        self.expect(gstd(*self.submit_arguments("--encrypt", guest("echo"))), 2)

    # Goal:   without --json the guest's output is on stdout, and people read the rest on stderr, as they do from status.
    def test_text_for_people(self):
        self.serve()
        self.start_worker("--tasks", "1")
        ended = self.expect(gstd(*self.submit_arguments("--wait", "100", guest("echo"), "-"), stdin=b"typed"), 0)
        self.assertEqual(ended.stdout, b"typed")
        self.assertRegex(ended.stderr.decode(), r"^\S+ completed by \S+, attempt 1, fuel \d+, signature verified\n$")
        task = ended.stderr.decode().split()[0]
        self.assertRegex(self.expect(gstd("status", "--url", self.url, task), 0).stdout.decode(), r"(?m)^status: +completed$")
        shown = self.expect(gstd("status", "--url", self.url, "--key", self.requester), 0).stdout.decode()
        self.assertRegex(shown, r"(?m)^balance: +9\.9 GSTD, 0 in escrow, 0 earned$")

    # Goal:   a module that is no WASI program is run by the convention that the command line names, and its receipt says so.
    # Method: a reactor that answers with its input reversed; without the option the coordinator refuses it.
    def test_convention_of_a_module(self):
        self.serve()
        self.start_worker("--tasks", "1")
        arguments = self.submit_arguments("--wait", "100", guest("reactor_echo"), self.file("abc", b"abc"))
        self.assertEqual(self.expect(gstd(*arguments, "--convention", "reactor"), 0).stdout, b"cba")
        self.assertEqual(self.error(gstd(*arguments, "--json"))["reason"], "convention_mismatch")

    # Goal:   a script is submitted like a module: an input, a task and a verified result each, as JSON.
    # Method: one file with two inputs, then from a coordinator that has the engine already, without input.
    def test_scripts(self):
        self.serve()
        self.start_worker("--tasks", "3")
        script = self.file("sum.js", "input === undefined ? 'none' : input.reduce((a, b) => a + b, 0);".encode())
        inputs = [self.file("a.json", b"[1, 2, 3]"), self.file("b.json", b"[0.5]")]
        ended = self.expect(gstd(*self.submit_arguments("--wait", "100", "--js", script, *inputs)), 0)
        self.assertEqual(ended.stdout, b"60.5")
        self.assertEqual(self.expect(gstd(*self.submit_arguments("--wait", "100", "--js", script)), 0).stdout, b'"none"')

    # Goal:   wrong usage and inputs that no script can have are told before anything is paid for.
    # Method: a convention beside a script, no module at all, an empty script, an input that is not JSON.
    def test_scripts_that_cannot_be(self):
        self.serve()
        script = self.file("s.js", b"1")
        self.expect(gstd(*self.submit_arguments("--js", script, "--convention", "wasi")), 2)
        self.expect(gstd(*self.submit_arguments()), 2)
        self.assertEqual(self.error(gstd(*self.submit_arguments("--json", "--js", self.file("e.js", b""))))["reason"], "script")
        refused = gstd(*self.submit_arguments("--json", "--js", script, self.file("x", b"{")))
        self.assertEqual(self.error(refused)["reason"], "script")
        self.assertEqual(self.balance()["gstd_balance"], Decimal(10))

    # Goal:   what a guest that traps leaves is a verified result, too, and exit code 4 tells scripts.
    def test_failing_guest(self):
        self.serve()
        self.start_worker("--tasks", "1")
        result = self.object(gstd(*self.submit_arguments("--wait", "100", "--json", guest("trap_unreachable"))), 4)
        self.assertEqual((result["status"], result["outcome"], result["verified"]), ("failed", "trapped", True))

    # Goal:   a worker told to do N tasks ends by itself, and leaves the others, also as a guest that takes little of the CPU.
    def test_worker_ends_after_its_tasks(self):
        self.serve()
        for _ in range(3):
            self.object(gstd(*self.submit_arguments("--json", guest("noop"))))
        stopped = self.lines(finish(self.start_worker("--tasks", "1", "--pow-cpu-share", "0.1")))[-1]
        self.assertGreaterEqual(stopped["completed"], 1)
        self.assertEqual(self.status()["queue"]["completed"], stopped["completed"])

    # Goal:   SIGTERM ends an idle worker well.
    # Method: the signal is sent once the coordinator knows the worker.
    def test_signal_ends_worker(self):
        self.serve()
        before = self.status()["queue"]["workers"]
        worker = self.start_worker()
        until(lambda: self.status()["queue"]["workers"] > before)
        until(lambda: catches_interrupts(worker))
        worker.send_signal(signal.SIGTERM)
        ended = finish(worker)
        self.assertIn(ended.returncode, (0, 130), ended.stderr)
        if ended.returncode == 0:
            self.assertEqual(self.object(ended)["event"], "stopped")


class Submit(NetworkTest):
    def setUp(self):
        super().setUp()
        self.serve()

    # Goal:   without --wait the tasks' ids come at once, one a line, and the money is in escrow.
    def test_prints_ids(self):
        inputs = [self.file("a"), self.file("b")]
        created = self.lines(gstd(*self.submit_arguments("--budget", "1", "--json", guest("echo"), *inputs)))
        self.assertEqual([task["status"] for task in created], ["pending", "pending"])
        self.assertEqual(self.status(created[0]["task_id"])["budget_gstd"], 1)
        self.assertEqual((self.balance()["gstd_balance"], self.balance()["locked_in_escrow"]), (8, 2))
        self.assertRegex(self.expect(gstd(*self.submit_arguments(guest("noop"))), 0).stdout, rb"^\S+ pending\n$")

    # Goal:   a wait that ends too early is exit code 3, and does not lose the ids of what was paid for.
    # Method: no worker.
    def test_wait_ends_before_the_tasks(self):
        ended = gstd(*self.submit_arguments("--wait", "1", "--json", guest("noop"), self.file("a"), self.file("b")))
        self.assertEqual(self.error(ended, 3)["code"], "deadline_exceeded")
        for task in self.lines(ended, 3):
            self.assertEqual(self.status(task["task_id"])["status"], "pending")
        self.assertEqual(len(self.lines(ended, 3)), 2)

    # Goal:   Ctrl-C during a wait is exit code 130, and keeps the ids.
    # Method: the signal is sent once the task is there.
    def test_interrupt(self):
        process = self.start(*self.submit_arguments("--wait", "100", "--json", guest("noop")))
        until(lambda: self.status()["queue"]["pending"] == 1)
        process.send_signal(signal.SIGINT)
        ended = finish(process)
        self.assertEqual(self.error(ended, 130)["code"], "cancelled")
        self.assertEqual(self.status(self.object(ended, 130)["task_id"])["status"], "pending")

    # Goal:   what is wrong with files is found before anything is paid for.
    def test_missing_input_costs_nothing(self):
        ended = gstd(*self.submit_arguments("--wait", "100", "--json", guest("echo"), self.file("a"), self.folder / "missing"))
        self.assertEqual(self.error(ended)["code"], "not_found")
        self.assertEqual(self.error(gstd(*self.submit_arguments("--json", self.file("no.wasm", b"no module"))))["reason"], "module_invalid")
        self.assertEqual((self.balance()["gstd_balance"], self.status()["queue"]["pending"]), (10, 0))

    # Goal:   what the coordinator refuses is exit code 1 with its code and reason.
    def test_refusals_of_the_coordinator(self):
        self.assertEqual(self.error(gstd("status", "--url", self.url, "no-such-task", "--json"))["code"], "not_found")
        self.object(gstd(*self.submit_arguments("--json", guest("noop"))))  # binds the wallet to its key
        other, _ = self.key("other")
        ended = gstd("submit", "--url", self.url, "--key", other, "--wallet", self.requester_wallet, "--json", guest("noop"))
        self.assertEqual(self.error(ended)["reason"], "wallet_bound")


class Terminal(NetworkTest):
    # Goal:   on a terminal there is a bar, and the results stand on lines of their own.
    # Method: stderr is a pseudo terminal; what stands on its lines in the end is what is left after the last CSI K or return.
    def test_bar_on_a_terminal(self):
        self.serve()
        self.start_worker("--tasks", "2")
        terminal, end = pty.openpty()
        process = self.start(*self.submit_arguments("--wait", "100", "--output-dir", self.folder, guest("noop"), self.file("a"), self.file("b")), stderr=end)
        os.close(end)
        seen = []
        reader = threading.Thread(target=lambda: seen.append(read_terminal(terminal)))
        reader.start()
        ended = finish(process)
        reader.join()
        os.close(terminal)
        text = seen[0].decode()
        self.assertEqual(ended.returncode, 0, text)
        self.assertIn("\rtasks [" + "." * 40 + "] 0/2 ", text)
        self.assertIn("\rtasks [" + "#" * 40 + "] 2/2 ", text)
        lines = [line.rpartition("\r")[2].removeprefix("\x1b[K") for line in text.replace("\r\n", "\n").splitlines()]
        results = [line for line in lines if "signature verified" in line]
        self.assertEqual(len(results), 2, text)
        for line in results:
            self.assertRegex(line, r"^\S+ completed by ")

    # Goal:   the bar counts what has ended, whatever is waited for.
    # Method: the first task never ends and the second at once; Ctrl-C when the bar has moved.
    def test_bar_moves_with_every_end(self):
        self.serve()
        self.start_worker("--slots", "2")
        inputs = [self.file("endless", b"x"), self.file("empty")]
        terminal, end = pty.openpty()
        process = self.start(*self.submit_arguments("--wait", "100", "--fuel", str(10**12), "--timeout-ms", "60000", "--output-dir", self.folder,
                                                    guest("loop_unless_empty"), *inputs), stderr=end)  # fmt: skip
        os.close(end)
        seen = b""
        while b"] 1/2 " not in seen and (part := read_some(terminal)):
            seen += part
        process.send_signal(signal.SIGINT)
        while part := read_some(terminal):
            seen += part
        os.close(terminal)
        self.assertIn("\rtasks [" + "#" * 20 + "." * 20 + "] 1/2 ", seen.decode())
        self.expect(finish(process), 130)


class Device(NetworkTest):
    # Goal:   a wallet's owner lists, adds and revokes devices; a device gets another key; keys that ended are refused.
    # Method: the owner's key is the requester's; one device more, with a key of its own.
    def test_list_add_rotate_revoke(self):
        self.serve()
        phone, _ = self.key("phone")
        fresh, _ = self.key("fresh")
        owner = ["--url", self.url, "--key", self.requester, "--json"]
        by_phone = ["--url", self.url, "--key", phone, "--wallet", self.requester_wallet, "--json"]
        by_fresh = ["--url", self.url, "--key", fresh, "--wallet", self.requester_wallet, "--json"]
        added = self.object(gstd("device", "add", phone, "--type", "phone", *owner))
        self.assertEqual((added["done"], added["wallet"]), ("added", self.requester_wallet))
        listed = self.lines(gstd("device", "list", *by_phone))
        self.assertEqual([(device["device_id"], device["device_type"], device["bound"], device["owner"], device["revoked_at"])
                          for device in listed], [(added["device_id"], "phone", True, False, None)])  # fmt: skip
        rotated = self.object(gstd("device", "rotate", fresh, *by_phone))
        self.assertEqual(rotated["device_id"], added["device_id"])
        self.assertEqual(self.error(gstd("device", "list", *by_phone))["reason"], "key_revoked")
        self.assertEqual(self.lines(gstd("device", "list", *by_fresh))[0]["public_key"], rotated["public_key"])
        # The owner has never registered, and need not: its key is in the wallet's name.
        self.assertEqual(self.lines(gstd("device", "list", *owner))[0]["revoked_at"], None)
        self.assertEqual(self.object(gstd("device", "revoke", added["device_id"], *owner))["done"], "revoked")
        self.assertNotEqual(self.lines(gstd("device", "list", *owner))[0]["revoked_at"], None)
        self.assertEqual(self.error(gstd("device", "list", *by_fresh))["reason"], "key_revoked")


class Serve(NetworkTest):
    # Goal:   a database has one coordinator, a port one listener; the second is told so, and the first goes on.
    def test_second_on_the_same_database_or_port(self):
        first = self.serve()
        error = self.error(gstd("serve", "--port", "0", "--database", self.database, "--json"))
        self.assertEqual(error["code"], "failed_precondition")
        self.error(gstd("serve", "--port", self.url.rpartition(":")[2], "--json"))
        self.assertEqual(self.status()["health"]["status"], "healthy")
        self.stop(first)

    # Goal:   behind a proxy, a coordinator takes what is signed for the name that --authority gives it, and nothing else.
    # Method: the proxy is another port that passes the bytes on; the same command goes through it, and past it.
    def test_authority(self):
        proxy = Proxy()
        self.addCleanup(proxy.close)
        serve = self.serve("--authority", "gstd.example", "--authority", proxy.authority)
        proxy.target = self.url.removeprefix("http://")
        past = gstd("submit", "--url", self.url, "--key", self.requester, "--json", guest("noop"))
        error = self.error(past)
        self.assertEqual((error["code"], error["reason"]), ("unauthenticated", "authority"))
        self.assertEqual(self.status()["queue"]["pending"], 0)
        through = gstd("submit", "--url", f"http://{proxy.authority}", "--key", self.requester, "--json", guest("noop"))
        self.assertEqual(self.object(through)["status"], "pending")
        proxy.close()
        self.stop(serve)

    # Goal:   what keeps a coordinator from starting is exit code 1 with a reason.
    def test_bad_settings(self):
        other = self.file("other.sqlite", b"this is no database, though it is long enough to be looked at" * 100)
        for code, arguments in [
            ("unavailable", ["--database", self.folder / "none" / "lab.sqlite"]),
            ("unavailable", ["--database", self.folder]),
            ("data_loss", ["--database", other]),
            ("invalid_argument", ["--address", "999.1.1.1"]),
            ("invalid_argument", ["--address", "0.0.0.0"]),
            ("invalid_argument", ["--authority", "https://gstd.example"]),
            ("invalid_argument", ["--lease-ms", "1"]),
            ("invalid_argument", ["--difficulty", "257"]),
            ("invalid_argument", ["--deposit", "alice=0"]),
        ]:
            with self.subTest(arguments):
                self.assertEqual(self.error(gstd("serve", "--port", "0", *arguments, "--json"))["code"], code)
        self.assertTrue(other.read_bytes().startswith(b"this is no database"))

    # Goal:   a database that may only be read keeps a coordinator from starting, and the error says which and what to do.
    # Method: one that a coordinator has made; without the capability that frees root from permissions, as capabilities(7) names it.
    def test_read_only_database(self):
        self.stop(self.serve())
        self.database.chmod(0o444)
        ended = gstd("serve", "--port", "0", "--database", self.database, "--json", preexec_fn=obey_permissions)
        error = self.error(ended)
        self.assertEqual((error["code"], error["reason"]), ("unavailable", "storage"))
        self.assertIn(f"{self.database} can only be read; make the file and its folder writable", error["error"])


class Unreachable(NetworkTest):
    # Goal:   every command that calls a coordinator ends by itself with exit code 3 where there is none, and says where it looked.
    # Method: all at once, since each repeats its call for a while.
    def test_exit_code(self):
        calls = {
            name: self.start(name, "--url", NOBODY, "--key", key, "--json", *arguments)
            for name, key, arguments in [("status", self.requester, []), ("submit", self.requester, [guest("noop")]), ("worker", self.worker, [])]
        }
        for name, process in calls.items():
            with self.subTest(name):
                ended = finish(process)
                error = self.error(ended, 3)
                self.assertEqual(error["code"], "unavailable")
                self.assertIn(NOBODY, error["error"])
                self.assertEqual(ended.stdout, b"")

    # Goal:   a worker does not have to find its coordinator before it can be stopped.
    def test_worker_is_interrupted_while_it_looks(self):
        process = self.start("worker", "--url", NOBODY, "--key", self.worker, "--json")
        until(lambda: catches_interrupts(process))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(self.error(finish(process), 130)["code"], "cancelled")


if __name__ == "__main__":
    unittest.main()
