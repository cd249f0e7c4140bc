#!/usr/bin/env python3
"""`gstd verify`, and how receipts come into files: by `gstd submit`, by `gstd status`, and by saving the API's reply."""

import base64
import hashlib
import json
import pathlib
import subprocess
import unittest

from network import NetworkTest
from program import ProgramTest, gstd, guest

OUTPUT = b"to be echoed"


class SavedReceipt(NetworkTest):
    """One task that was really done, and what was saved of it."""

    def setUp(self):
        super().setUp()
        self.coordinator = self.serve()
        self.start_worker("--tasks", "1")
        self.input = self.file("input.txt", OUTPUT)
        self.receipt = self.folder / "receipt.json"
        ended = gstd(*self.submit_arguments("--wait", "100", "--receipt", self.receipt, "--output-dir", self.folder, "--json", guest("echo"), self.input))
        self.result = self.object(ended)
        self.output = pathlib.Path(self.result["output_file"])

    def verify(self, *arguments, exit_code: int = 0) -> dict:
        return self.object(gstd("verify", *arguments, "--json"), exit_code)

    def refuted(self, reason: str, *arguments) -> dict:
        verdict = self.verify(*arguments, exit_code=5)
        self.assertEqual((verdict["conclusion"], verdict["reason"]), ("refuted", reason), verdict)
        self.assertIn(reason, [finding["aspect"] for finding in verdict["findings"] if finding["agreement"] == "differs"])
        return verdict

    def changed(self, name: str, **fields) -> pathlib.Path:
        return self.file(name, json.dumps(json.loads(self.receipt.read_bytes()) | fields).encode())

    # Goal:   an honest receipt is confirmed: alone, with its run, and with everything that is known of it.
    # Method: the exit code, the fixed form of the JSON, and the findings by name; then the same as text.
    def test_honest_receipt(self):
        self.assertEqual(self.result["receipt_file"], str(self.receipt))
        alone = self.verify(self.receipt)
        self.assertEqual((alone["conclusion"], alone["reason"], alone["re_executed"]), ("confirmed", "", False))
        self.assertEqual(alone["receipt"]["task_id"], self.result["task"])
        self.assertEqual(alone["receipt"]["output_sha256"], hashlib.sha256(OUTPUT).hexdigest())

        whole = self.verify(self.receipt, guest("echo"), self.input, "--output", self.output, "--wallet", self.worker_wallet,
                            "--public-key", self.worker_wallet.removeprefix("ed25519:"))  # fmt: skip
        self.assertEqual((whole["conclusion"], whole["re_executed"]), ("confirmed", True), whole)
        agrees = {finding["aspect"] for finding in whole["findings"] if finding["agreement"] == "agrees"}
        self.assertEqual(agrees, {"signature", "signer", "worker", "size_limits", "module_sha256", "input_sha256", "given_output_size",
                                  "given_output_sha256", "engine", "outcome", "exit_code", "output_sha256", "fuel_used",
                                  "memory_bytes_peak", "acceptance", "inclusion"})  # fmt: skip

        text = self.expect(gstd("verify", self.receipt, guest("echo"), self.input), 0)
        self.assertRegex(text.stdout.decode(), r"(?m)^output_sha256 +agrees ")
        self.assertRegex(text.stdout.decode(), r"(?m)^confirmed: ")
        self.assertEqual(text.stderr, b"")

    # Goal:   whatever is forged or mixed up has its own finding and exit code 5.
    # Method: one thing changed at a time: receipt, signature, key, module, input, output, wallet.
    def test_each_forgery_is_named(self):
        receipt = bytearray(base64.b64decode(json.loads(self.receipt.read_bytes())["receipt_base64"]))
        receipt[-1] ^= 1
        self.refuted("signature", self.changed("a.json", receipt_base64=base64.b64encode(receipt).decode()))
        self.refuted("signature", self.changed("b.json", signature="00" * 64))
        self.refuted("signature", self.changed("c.json", worker_public_key="11" * 32))
        self.refuted("signer", self.receipt, "--public-key", "11" * 32)
        self.refuted("worker", self.receipt, "--wallet", self.requester_wallet)
        self.refuted("module_sha256", self.receipt, guest("noop"), self.input)
        self.refuted("input_sha256", self.receipt, guest("echo"), self.file("other", b"other"))
        self.refuted("given_output_sha256", self.receipt, "--output", self.file("forged", b"to be forged"))
        self.refuted("given_output_size", self.receipt, "--output", self.file("long", bytes((1 << 20) + 1)))
        verdict = self.refuted("given_output_sha256", self.changed("d.json", output_base64=base64.b64encode(b"forged").decode()))
        self.assertFalse(verdict["re_executed"])

    # Goal:   a receipt is saved from a coordinator later, too, with its output, and a receipt names its key where the file does not.
    def test_status_saves_it(self):
        later, output = self.folder / "later.json", self.folder / "later.out"
        self.status(self.result["task"], "--receipt", later, "--output", output, key=self.requester)
        # Of the head, which is that of the moment, the size and root are the same.
        saved, again = json.loads(self.receipt.read_bytes()), json.loads(later.read_bytes())
        heads = saved.pop("tree_head"), again.pop("tree_head")
        self.assertEqual(again, saved)
        self.assertEqual([heads[0][name] for name in ("size", "root")], [heads[1][name] for name in ("size", "root")])
        self.assertEqual(output.read_bytes(), OUTPUT)
        keyless = json.loads(later.read_bytes())
        del keyless["worker_public_key"]
        path = self.file("keyless.json", json.dumps(keyless).encode())
        self.verify(path)
        self.verify(path, "--wallet", self.worker_wallet)
        self.refuted("signature", path, "--wallet", self.requester_wallet)
        ended = gstd("status", "--url", self.url, "--key", self.worker, "--json", self.result["task"], "--receipt", later)
        self.assertEqual(self.error(ended)["reason"], "not_yours")

    # Goal:   the coordinator's word and the proof of its log are kept with the receipt, and held against its key offline.
    # Method: the key that the coordinator names when it starts; another one; a changed root, path and acceptance.
    def test_acceptance_and_inclusion(self):
        saved = json.loads(self.receipt.read_bytes())
        coordinator_key = saved["acceptance"]["coordinator_public_key"]
        self.verify(self.receipt, "--coordinator-key", coordinator_key)
        self.refuted("acceptance", self.receipt, "--coordinator-key", "11" * 32)
        self.refuted("inclusion", self.changed("root.json", tree_head=saved["tree_head"] | {"root": "11" * 32}))
        self.refuted("inclusion", self.changed("path.json", inclusion=saved["inclusion"] | {"path": ["11" * 32]}))
        self.refuted("acceptance", self.changed("state.json", acceptance=saved["acceptance"] | {"status": "failed"}))
        error = self.error(gstd("verify", self.receipt, "--coordinator-key", "12", "--json"))
        self.assertEqual(error["reason"], "key")

    def log(self, *arguments) -> subprocess.CompletedProcess:
        return gstd("log", *arguments, "--url", self.url, "--json")

    # Goal:   `gstd log` proves a receipt, remembers what it saw, and exits with 5 where a coordinator cannot prove.
    # Method: the head, twice with a state file; a receipt, and one whose acceptance is changed; a kept head with another root,
    #         signed by nobody; a file that is no head.
    def test_log(self):
        state = self.folder / "log.head"
        first = self.object(self.log("head", "--state", state))
        self.assertEqual(first["size"], 1)
        self.assertEqual(json.loads(state.read_bytes()), first)
        self.assertEqual(self.object(self.log("head", "--state", state))["root"], first["root"])
        proof = self.object(self.log("prove", self.receipt, "--state", state))
        self.assertEqual((proof["inclusion"]["index"], proof["tree_head"]["root"]), (0, first["root"]))
        acceptance = json.loads(self.receipt.read_bytes())["acceptance"]
        self.expect(self.log("prove", self.changed("other.json", acceptance=acceptance | {"status": "failed"})), 5)
        self.expect(self.log("prove", self.changed("none.json", acceptance=None)), 1)
        state.write_text(json.dumps(first | {"root": "11" * 32}))
        self.expect(self.log("head", "--state", state), 1)
        self.assertEqual(self.error(self.log("head", "--state", self.file("no.head", b"{}")))["reason"], "state_file")

    # Goal:   the log and its key outlive the coordinator, beside its database; with another key its readers refuse it.
    # Method: a kept head; the coordinator again over the same database, with its own key and then with one that is named.
    def test_log_outlives_a_restart(self):
        state, key = self.folder / "log.head", self.folder / "lab.sqlite.key"
        first = self.object(self.log("head", "--state", state))
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        self.stop(self.coordinator)
        self.coordinator = self.serve()
        again = self.object(self.log("head", "--state", state))
        self.assertEqual([again[name] for name in ("size", "root", "coordinator_public_key")],
                         [first[name] for name in ("size", "root", "coordinator_public_key")])  # fmt: skip
        self.object(self.log("prove", self.receipt, "--state", state))
        self.stop(self.coordinator)
        self.serve("--signing-key", self.folder / "another.key")
        refused = self.expect(self.log("head", "--state", state), 5)
        self.assertEqual(json.loads(refused.stderr)["reason"], "log_key_changed")
        self.assertEqual(json.loads(state.read_bytes())["coordinator_public_key"], first["coordinator_public_key"])

    # Goal:   several tasks have their receipts in a folder.
    def test_folder_of_receipts(self):
        self.start_worker("--tasks", "2")
        inputs = [self.file(name, name.encode()) for name in ("one", "two")]
        ended = gstd(*self.submit_arguments("--wait", "100", "--receipt-dir", self.folder, "--json", guest("echo"), *inputs))
        for path, result in zip(inputs, self.lines(ended)):
            self.assertEqual(pathlib.Path(result["receipt_file"]).parent, self.folder)
            self.assertTrue(self.verify(result["receipt_file"], guest("echo"), path)["re_executed"])


class Refusals(ProgramTest):
    # Goal:   a command line that would check less than it seems to is wrong usage.
    def test_usage(self):
        receipt = self.file("receipt.json", b"{}")
        for arguments in [["verify"], ["verify", receipt, guest("echo")], ["verify", receipt, "--timeout-ms", "0"],
                          ["submit", "--key", "k", "--receipt", "r", guest("echo")],
                          ["submit", "--key", "k", "--wait", "1", "--receipt", "r", guest("echo"), "a", "b"],
                          ["status", "--receipt", "r"], ["status", "task", "--receipt", "-"]]:  # fmt: skip
            with self.subTest(arguments):
                self.expect(gstd(*arguments), 2)

    # Goal:   a file that is no receipt is an error, not a verdict.
    def test_no_receipt(self):
        self.assertEqual(self.error(gstd("verify", self.folder / "missing", "--json"))["code"], "not_found")
        for content in [b"", b"no JSON", b"{}", b'{"receipt_base64":"","signature":"00"}']:
            with self.subTest(content):
                error = self.error(gstd("verify", self.file("receipt.json", content), "--json"))
                self.assertEqual((error["code"], error["reason"]), ("invalid_argument", "receipt_file"))
        ended = gstd("verify", self.file("receipt.json", b"{}"), "--public-key", "12", "--json")
        self.assertEqual(self.error(ended)["code"], "invalid_argument")


if __name__ == "__main__":
    unittest.main()
