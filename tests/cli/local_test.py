#!/usr/bin/env python3
"""The commands of `gstd` that need no coordinator: run, pow, keygen, version, and the command line itself."""

import datetime
import hashlib
import json
import os
import pathlib
import pty
import re
import resource
import signal
import stat
import tempfile
import unittest

from program import ENVIRONMENT, PROGRAM, ProgramTest, catches_interrupts, finish, gstd, guest, read_terminal, start, until

COMMANDS = ["serve", "worker", "run", "submit", "status", "verify", "log", "keygen", "key", "device", "login", "logout", "pow", "version"]
NESTED = {
    "pow": ["bench", "solve", "verify"],
    "log": ["head", "prove", "watch"],
    "key": ["show", "change-passphrase"],
    "device": ["list", "add", "rotate", "revoke"],
}
# Origin: the platform's published vector 1 (difficulty 12).
CHALLENGE = [
    "--challenge", "aa126f06440e49a6922759f093bff165ce588932c1639652b9e9482b867946c0",
    "--task", "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
    "--wallet", "EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD",
    "--difficulty", "12",
]  # fmt: skip
HASHED = "".join(CHALLENGE[1:6:2])
ENDLESS = [*CHALLENGE[:-1], "200"]  # No search finds that many zero bits.


class Run(ProgramTest):
    # Goal:   the fixed form: one object, eight members, with types and values that scripts rely on.
    # Method: a guest whose output is known; the numbers as text too, since a parser would read 8.6E-2 as well.
    def test_prints_one_object(self):
        ended = gstd("run", guest("hello"), "--json")
        outcome = self.object(ended)
        types = {"outcome": str, "exit_code": int, "fuel": int, "output_bytes": int, "output_sha256": str, "comparable": bool, "engine": str}
        self.assertEqual({name: type(outcome[name]) for name in types}, types)
        self.assertEqual(outcome["outcome"], "completed")
        self.assertEqual(outcome["exit_code"], 0)
        self.assertGreater(outcome["fuel"], 0)
        self.assertEqual(outcome["output_bytes"], 6)
        self.assertEqual(outcome["output_sha256"], hashlib.sha256(b"hello\n").hexdigest())
        self.assertIs(outcome["comparable"], True)
        self.assertRegex(outcome["engine"], r"^wasmtime-\d+\.\d+\.\d+/[0-9a-f]{16}$")
        self.assertGreater(outcome["wall_ms"], 0)
        self.assertRegex(ended.stdout.decode(), r'"wall_ms":\d+(\.\d{1,3})?[,}]')
        self.assertEqual(outcome["log"], "note\n")

    # Goal:   a script runs in place of a module, with its input; what it throws is an outcome; module or script, not both or none.
    # Method: a script and a JSON file; each wrong command line.
    def test_runs_a_script(self):
        script = self.file("script.js", b"console.log('note'); input.map(x => x + 1)")
        ended = gstd("run", "--js", script, "--input", self.file("input.json", b"[1, 2]"))
        if b"GSTD_WITH_JAVASCRIPT" in ended.stderr:
            self.skipTest("built without JavaScript")
        self.assertEqual((ended.returncode, ended.stdout), (0, b"[2,3]"))
        self.assertIn(b"note\n", ended.stderr)
        outcome = self.object(gstd("run", "--js", self.file("bad.js", b"throw new Error('no')"), "--json"))
        self.assertEqual((outcome["outcome"], outcome["exit_code"]), ("exited", 1))
        self.assertTrue(outcome["log"].startswith("uncaught Error: no"), outcome["log"])
        for wrong in [["run"], ["run", guest("hello"), "--js", script]]:
            self.assertNotEqual(gstd(*wrong).returncode, 0)

    # Goal:   whatever becomes of the guest is an outcome, named, and exit code 0.
    # Method: a guest for each end, and a file that is no module.
    def test_every_end_is_an_outcome(self):
        text = self.file("text.wasm", b"this is not WebAssembly")
        for outcome, comparable, arguments in [
            ("completed", True, [guest("noop")]),
            ("trapped", True, [guest("trap_unreachable")]),
            ("fuel_exhausted", True, [guest("loop_forever"), "--fuel", "1000"]),
            ("timed_out", False, [guest("loop_forever"), "--timeout-ms", "50", "--fuel", "1000000000000"]),
            ("memory_limit", True, [guest("grow_then_trap"), "--memory-mib", "2"]),
            ("output_limit", True, [guest("flood_output")]),
            ("trapped", True, [guest("recurse")]),
            ("invalid_module", True, [text]),
        ]:
            with self.subTest(outcome):
                seen = self.object(gstd("run", *arguments, "--json"))
                self.assertEqual((seen["outcome"], seen["comparable"], seen["exit_code"]), (outcome, comparable, 0))
                self.assertEqual(seen["output_bytes"], 0)

    # Goal:   the guest's exit code is told, not taken over; fuel that ran out is fuel that was given.
    def test_exit_code_and_fuel_are_the_guests(self):
        outcome = self.object(gstd("run", guest("exit_from_input"), "--input", "-", "--json", stdin=b"\x07\0\0\0"))
        self.assertEqual((outcome["outcome"], outcome["exit_code"], outcome["output_bytes"]), ("exited", 7, 3))
        self.assertEqual(self.object(gstd("run", guest("loop_forever"), "--fuel", "1000", "--json"))["fuel"], 1000)

    # Goal:   compiled modules are kept where the user's caches are, or where told, unless that is switched off; a usual folder that
    #         cannot serve costs a warning, a named one is an error.
    # Method: what is in the folder after each run; folders that everybody may write to.
    def test_keeps_compiled_modules(self):
        def kept(folder):
            return len(list(pathlib.Path(folder).glob("*.code")))

        with tempfile.TemporaryDirectory() as home:
            environment = ENVIRONMENT | {"XDG_CACHE_HOME": home}
            usual, named = pathlib.Path(home, "gstd", "modules"), pathlib.Path(home, "named")
            self.assertEqual(gstd("run", guest("hello"), "--no-module-cache", env=environment).stdout, b"hello\n")
            self.assertFalse(usual.exists())
            for _ in range(2):
                self.assertEqual(gstd("run", guest("hello"), env=environment).stdout, b"hello\n")
                self.assertEqual(kept(usual), 1)
            self.assertEqual(gstd("run", guest("hello"), "--module-cache", named, env=environment).stdout, b"hello\n")
            self.assertEqual(kept(named), 1)
            usual.chmod(0o777)
            ended = gstd("run", guest("hello"), env=environment)
            self.assertEqual((ended.returncode, ended.stdout), (0, b"hello\n"))
            self.assertIn(b"chmod go-w", ended.stderr)
            named.chmod(0o777)
            refused = gstd("run", guest("hello"), "--module-cache", named, "--json", env=environment)
            self.assertEqual(self.error(refused)["reason"], "cache_directory_unsafe")

    # Goal:   the program tells whether this machine computes as others do.
    def test_version_tells_of_the_self_test(self):
        self.assertEqual(self.object(gstd("version", "--json"))["self_test"], "passed")

    # Goal:   bytes go in and come out unchanged, by files and by pipes.
    # Method: an echoing guest, all byte values, every way in and out; with --json stdout holds the JSON alone.
    def test_input_and_output_pass_unchanged(self):
        content = bytes(range(256)) * 40
        source, target = self.file("in", content), self.folder / "out"
        self.assertEqual(self.expect(gstd("run", guest("echo"), "--input", "-", stdin=content), 0).stdout, content)
        self.assertEqual(self.expect(gstd("run", guest("echo"), "--input", source), 0).stdout, content)
        outcome = self.object(gstd("run", guest("echo"), "--input", source, "--output", target, "--json"))
        self.assertEqual(outcome["output_sha256"], hashlib.sha256(content).hexdigest())
        self.assertEqual(target.read_bytes(), content)

    # Goal:   people see the guest's own stdout and stderr, and how it ended.
    def test_text_for_people(self):
        ended = self.expect(gstd("run", guest("hello")), 0)
        self.assertEqual(ended.stdout, b"hello\n")
        self.assertTrue(ended.stderr.startswith(b"note\n"))
        self.assertIn(b"gstd: completed, exit code 0, fuel ", ended.stderr)

    # Goal:   the JSON is UTF-8 whatever a guest writes to stderr.
    # Method: a guest that copies such bytes there, and JSON that is decoded strictly.
    def test_log_that_is_not_utf8(self):
        outcome = self.object(gstd("run", guest("log_input"), "--input", "-", "--json", stdin=b"a\xff\xc3(b\0\"\xe2\x82\xac"))
        self.assertEqual(outcome["log"], 'a\ufffd\ufffd(b\0"\u20ac')

    # Goal:   files that cannot be read or written are refused with exit code 1: 3 would say that a coordinator is gone.
    # Method: missing, a folder, below a file, a full device; as a sentence and as JSON; names that are not UTF-8.
    def test_files_that_fail(self):
        plain = self.file("plain")
        for code, arguments in [
            ("not_found", [self.folder / "missing.wasm"]),
            ("not_found", [guest("echo"), "--input", self.folder / "missing"]),
            ("not_found", [plain / "below.wasm"]),
            ("not_found", [os.fsencode(self.folder) + b"/\xff.wasm"]),
            ("invalid_argument", [self.folder]),
            ("not_found", [guest("hello"), "--output", self.folder / "missing" / "out"]),
            ("resource_exhausted", [guest("hello"), "--output", "/dev/full"]),
        ]:
            with self.subTest(arguments):
                ended = gstd("run", *(os.fsencode(argument) for argument in arguments), "--json")
                error = self.error(ended)
                self.assertEqual((error["code"], error["reason"]), (code, "file"))
                self.assertEqual(ended.stdout, b"")
        ended = self.expect(gstd("run", self.folder / "missing.wasm"), 1)
        self.assertEqual(ended.stderr.decode(), f"gstd: {self.folder}/missing.wasm: No such file or directory (file)\n")

    # Goal:   a disk that is full under stdout is reported, not swallowed.
    def test_full_stdout(self):
        with open("/dev/full", "wb") as full:
            for arguments in [["run", guest("hello")], ["run", guest("hello"), "--json"], ["version"], ["pow", "bench", "--seconds", "0.01"]]:
                with self.subTest(arguments):
                    ended = self.expect(gstd(*arguments, stdout=full), 1)
                    self.assertRegex(ended.stderr, rb"(?m)^gstd: .*(No space left|could not be written)")

    # Goal:   limits out of bounds are named.
    def test_limits_out_of_bounds(self):
        for option, value, name in [("--timeout-ms", "0", "wall_ms"), ("--timeout-ms", "60001", "wall_ms"), ("--fuel", "0", "fuel")]:
            error = self.error(gstd("run", guest("noop"), option, value, "--json"))
            self.assertEqual((error["code"], error["reason"]), ("invalid_argument", "limits"))
            self.assertIn(name, error["error"])

    # Goal:   Ctrl-C ends a run with an outcome, and the exit code that shells count with.
    # Method: an endless guest; the signal is sent once the program takes it as a request.
    def test_interrupt_is_an_outcome(self):
        process = start("run", guest("loop_forever"), "--fuel", "1000000000000", "--timeout-ms", "60000", "--json")
        until(lambda: catches_interrupts(process))
        process.send_signal(signal.SIGINT)
        self.assertEqual(self.object(finish(process), 130)["outcome"], "cancelled")


class Pow(ProgramTest):
    # Goal:   the fixed form: every kernel with its rate, and which one is taken.
    def test_bench(self):
        ended = gstd("pow", "bench", "--threads", "1", "--seconds", "0.05", "--json")
        report = self.object(ended)
        self.assertEqual(set(report), {"kernels", "selected"})
        for kernel in report["kernels"]:
            self.assertEqual(set(kernel), {"name", "supported", "hashes_per_second"})
            self.assertIs(type(kernel["supported"]), bool)
            self.assertIs(type(kernel["hashes_per_second"]), int)
            self.assertEqual(kernel["hashes_per_second"] > 0, kernel["supported"])
        supported = [kernel["name"] for kernel in report["kernels"] if kernel["supported"]]
        self.assertIn("portable", supported)
        self.assertIn(report["selected"], supported)

    # Goal:   what is solved hashes as the platform describes, and verify agrees with it and with the platform's own nonce.
    # Method: the hash is made again here; with one thread both forms of the output hold the same nonce.
    def test_solve_and_verify(self):
        solution = self.object(gstd("pow", "solve", *CHALLENGE, "--threads", "1", "--json"))
        self.assertEqual(solution["digest"], hashlib.sha256((HASHED + solution["nonce"]).encode()).hexdigest())
        self.assertTrue(solution["digest"].startswith("000"))
        self.assertGreater(solution["hashes"], 0)
        self.assertEqual(self.expect(gstd("pow", "solve", *CHALLENGE, "--threads", "1"), 0).stdout.decode(), solution["nonce"] + "\n")
        for nonce in ("3482", solution["nonce"]):
            verdict = self.object(gstd("pow", "verify", *CHALLENGE, "--nonce", nonce, "--json"))
            self.assertIs(verdict["valid"], True)
            self.assertEqual(verdict["digest"], hashlib.sha256((HASHED + nonce).encode()).hexdigest())
        self.assertIs(self.object(gstd("pow", "verify", *CHALLENGE, "--nonce", "3483", "--json"), 1)["valid"], False)

    # Goal:   version 2 is solved and verified where it is named, and its nonce is no answer to version 1.
    def test_version_2(self):
        version_2 = [*CHALLENGE, "--challenge-version", "2"]
        solution = self.object(gstd("pow", "solve", *version_2, "--json"))
        self.assertRegex(solution["nonce"], "^[0-9a-f]{16}$")
        verdict = self.object(gstd("pow", "verify", *version_2, "--nonce", solution["nonce"], "--json"))
        self.assertEqual((verdict["valid"], verdict["digest"]), (True, solution["digest"]))
        self.assertEqual(self.error(gstd("pow", "verify", *version_2, "--nonce", "3482", "--json"))["reason"], "pow_nonce")

    # Goal:   the options reach the search.
    # Method: share and kernel change how a nonce is found, not which; an offset changes which, and the greatest leaves none.
    def test_solve_options(self):
        solve = ["pow", "solve", *CHALLENGE, "--threads", "1", "--json"]
        nonce = self.object(gstd(*solve))["nonce"]
        self.assertEqual(self.object(gstd(*solve, "--kernel", "portable", "--cpu-share", "0.5"))["nonce"], nonce)
        self.assertNotEqual(self.object(gstd(*solve, "--offset", str(2**40)))["nonce"], nonce)
        self.assertEqual(self.error(gstd(*solve, "--offset", str(2**64 - 1)))["reason"], "pow_nonces_exhausted")
        self.assertEqual(self.error(gstd(*solve, "--kernel", "abacus"))["reason"], "pow_kernel_unknown")

    # Goal:   malformed challenges and nonces are refused, not answered with "not valid".
    def test_malformed(self):
        for arguments in [["verify", *CHALLENGE, "--nonce", "x"], ["solve", *CHALLENGE, "--challenge", "zz"], ["solve", *CHALLENGE, "--difficulty", "257"]]:
            # CLI11 refuses an option that comes twice, so the later one replaces the earlier here.
            options = dict(zip(arguments[1::2], arguments[2::2]))
            error = self.error(gstd("pow", arguments[0], *(word for option in options.items() for word in option), "--json"))
            self.assertEqual(error["code"], "invalid_argument")

    # Goal:   a search ends at its timeout, which is no coordinator's.
    def test_timeout(self):
        error = self.error(gstd("pow", "solve", *ENDLESS, "--timeout", "0.05", "--json"))
        self.assertEqual((error["code"], error["reason"]), ("deadline_exceeded", "pow_budget_spent"))

    # Goal:   a search goes no further than its challenge lives, and says so.
    # Method: a challenge that is dead already, one that dies during an endless search, and one that outlives its search.
    def test_expiry(self):
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=0.1)
        for challenge, expires_at in [(CHALLENGE, "1970-01-01T00:00:00Z"), (ENDLESS, soon.isoformat())]:
            error = self.error(gstd("pow", "solve", *challenge, "--expires-at", expires_at, "--json"))
            self.assertEqual((error["code"], error["reason"]), ("deadline_exceeded", "pow_expired"))
        self.object(gstd("pow", "solve", *CHALLENGE, "--expires-at", "9999-12-31T23:59:59+00:00", "--json"))

    # Goal:   Ctrl-C ends a search, whatever its threads do.
    # Method: one thread that hashes, and two that mostly sleep.
    def test_interrupt(self):
        for options in [["--threads", "1"], ["--threads", "2", "--cpu-share", "0.01"]]:
            with self.subTest(options):
                process = start("pow", "solve", *ENDLESS, *options, "--json")
                until(lambda: catches_interrupts(process))
                process.send_signal(signal.SIGINT)
                self.assertEqual(self.error(finish(process), 130)["code"], "cancelled")

    # Goal:   on a terminal a line tells how far the search is, and is gone when it ends; elsewhere there is none.
    # Method: stderr is a pseudo terminal; the signal comes once it shows something, and what is left stands after the last erasing.
    def test_progress_on_a_terminal(self):
        terminal, end = pty.openpty()
        process = start("pow", "solve", *ENDLESS, stderr=end)
        os.close(end)
        text = os.read(terminal, 4096)
        process.send_signal(signal.SIGINT)
        text = (text + read_terminal(terminal)).decode()
        os.close(terminal)
        self.assertEqual(finish(process).returncode, 130, text)
        self.assertRegex(text, r"^\r\d+\.\d million hashes, \d+\.\d million/s, 0\.\d s, nonce expected in more than a year\x1b\[K")
        self.assertRegex(text.rpartition("\r\x1b[K")[2].strip(), r"^gstd: the proof of work was stopped after \d+ hashes")
        self.assertEqual(self.expect(gstd("pow", "solve", *CHALLENGE), 0).stderr, b"")


class Keygen(ProgramTest):
    def setUp(self):
        super().setUp()
        self.key = self.folder / "me.key"
        self.passphrase = self.file("passphrase", b"correct horse battery staple\n")
        self.passphrase.chmod(0o600)
        # Answers with exit code 3 whatever gets past the key file.
        self.status = ["status", "--url", "http://127.0.0.1:1", "--json", "--key"]

    def keygen(self, *arguments, **options):
        return gstd("keygen", "--output", self.key, "--json", *arguments, **options)

    # Goal:   a key is its owner's alone, also where the umask would share it, and does not stand in its file where it is encrypted.
    # Method: with a passphrase and without; `gstd key show` needs none.
    def test_mode_is_0600(self):
        for arguments, encrypted in [(["--passphrase-file", self.passphrase], True), (["--no-passphrase"], False)]:
            made = self.object(self.keygen(*arguments, umask=0))
            self.assertEqual(stat.S_IMODE(self.key.stat().st_mode), 0o600)
            self.assertRegex(made["public_key"], r"^[0-9a-f]{64}$")
            self.assertEqual((made["key_file"], made["wallet"]), (str(self.key), "ed25519:" + made["public_key"]))
            self.assertIs(made["encrypted"], encrypted)
            self.assertEqual("seed" in self.key.read_text(), not encrypted)
            self.assertEqual(self.object(gstd("key", "show", self.key, "--json")), made)
            self.assertIn(made["wallet"], gstd("key", "show", self.key).stdout.decode())
            self.key.unlink()

    # Goal:   no key is lost to a second keygen.
    def test_never_overwrites(self):
        self.expect(self.keygen("--no-passphrase"), 0)
        before = self.key.read_bytes()
        self.assertEqual(self.error(self.keygen("--no-passphrase"))["code"], "already_exists")
        self.assertEqual(self.error(self.keygen("--passphrase-file", self.passphrase))["code"], "already_exists")
        self.assertEqual(self.key.read_bytes(), before)

    # Goal:   nobody gets an unprotected key by leaving something out.
    # Method: no terminal, no file; the environment's file serves, and so does standard input.
    def test_wants_a_passphrase(self):
        self.assertEqual(self.error(self.keygen(start_new_session=True))["reason"], "passphrase_missing")
        self.assertFalse(self.key.exists())
        self.expect(self.keygen(env=ENVIRONMENT | {"GSTD_PASSPHRASE_FILE": str(self.passphrase)}), 0)
        self.key.unlink()
        self.expect(self.keygen("--passphrase-file", "-", stdin=b"typed"), 0)
        typed = self.file("typed", b"typed")
        typed.chmod(0o600)
        self.expect(gstd(*self.status, self.key, "--passphrase-file", typed), 3)
        for content in [b"", b"\n", b"x" * 1025]:
            self.assertEqual(self.error(self.keygen("--passphrase-file", self.file("bad", content)))["reason"],
                             "passphrase_file_permissions")  # fmt: skip
            (self.folder / "bad").chmod(0o600)
            self.assertEqual(self.error(self.keygen("--passphrase-file", self.folder / "bad"))["reason"], "passphrase")
            (self.folder / "bad").unlink()

    # Goal:   an encrypted key serves with its passphrase alone; a wrong one and a damaged file are told alike.
    # Method: a command with a coordinator that is not there.
    def test_passphrase_opens_the_key(self):
        self.expect(self.keygen("--passphrase-file", self.passphrase), 0)
        self.assertEqual(self.error(gstd(*self.status, self.key, start_new_session=True))["reason"], "passphrase_missing")
        self.expect(gstd(*self.status, self.key, "--passphrase-file", self.passphrase), 3)
        wrong = self.file("wrong", b"wrong horse")
        wrong.chmod(0o600)
        error = self.error(gstd(*self.status, self.key, "--passphrase-file", wrong))
        self.assertEqual((error["code"], error["reason"]), ("unauthenticated", "key_file_passphrase"))
        text = self.key.read_text()
        self.key.write_text(text.replace("sealed 0", "sealed 1") if "sealed 0" in text else re.sub("sealed .", "sealed 0", text))
        self.assertEqual(self.error(gstd(*self.status, self.key, "--passphrase-file", self.passphrase)), error)

    # Goal:   a passphrase is changed in place: the old one no longer serves, the key is the same.
    def test_change_passphrase(self):
        made = self.object(self.keygen("--passphrase-file", self.passphrase))
        new = self.file("new", b"another one")
        new.chmod(0o600)
        change = ["key", "change-passphrase", self.key, "--json", "--passphrase-file"]
        self.assertEqual(self.object(gstd(*change, self.passphrase, "--new-passphrase-file", new)), made)
        self.assertEqual(self.error(gstd(*change, self.passphrase, "--no-passphrase"))["reason"], "key_file_passphrase")
        self.assertIs(self.object(gstd(*change, new, "--no-passphrase"))["encrypted"], False)
        self.assertEqual(self.object(gstd("key", "show", self.key, "--json"))["public_key"], made["public_key"])
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["me.key", "new", "passphrase"])

    def on_terminal(self, *arguments, answers):
        """Runs a command with a terminal of its own, types each answer when it is asked, and returns what showed and the exit code."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve(PROGRAM, [PROGRAM, *map(str, arguments)], ENVIRONMENT)
        shown = b""
        for answer in answers:
            # The question comes after the terminal has been silenced.
            while not shown.endswith(b": "):
                part = os.read(terminal, 1024)
                self.assertTrue(part)
                shown += part
            shown += b"|"
            os.write(terminal, answer)
        shown += read_terminal(terminal)
        os.close(terminal)
        return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    # Goal:   a passphrase is typed unseen, twice for a new key; slips can be mended, and Ctrl-C leaves at once with nothing written.
    # Method: a pseudo-terminal; what the program shows is all that it shows.
    def test_passphrase_is_typed_unseen(self):
        keygen = ["keygen", "--output", self.key]
        shown, exit_code = self.on_terminal(*keygen, answers=[b"one\r", b"other\r"])
        self.assertEqual(exit_code, 1)
        self.assertIn("differ", shown)
        shown, exit_code = self.on_terminal(*keygen, answers=[b"secret\x03"])
        self.assertEqual(exit_code, 130)
        self.assertFalse(self.key.exists())
        shown, exit_code = self.on_terminal(*keygen, answers=["nonsense\x15secrez\u00e9\x7f\x7ft\r".encode(), b"secret\r"])
        self.assertEqual(exit_code, 0, shown)
        for typed in ["secret", "nonsense", "secrez"]:
            self.assertNotIn(typed, shown)
        shown, exit_code = self.on_terminal(*self.status, self.key, answers=[b"secret\r"])
        self.assertEqual(exit_code, 3, shown)
        self.assertIn("Passphrase for", shown)
        shown, exit_code = self.on_terminal(*self.status, self.key, answers=[b"\r"])
        self.assertEqual(exit_code, 1, shown)

    # Goal:   keys that others can read, files that are no keys, and missing ones are refused before anything is sent.
    # Method: a command with a coordinator that would give exit code 3.
    def test_key_files_that_are_refused(self):
        self.expect(self.keygen("--no-passphrase"), 0)
        for mode in [0o640, 0o604, 0o620]:
            self.key.chmod(mode)
            error = self.error(gstd(*self.status, self.key))
            self.assertEqual((error["code"], error["reason"]), ("permission_denied", "key_file_permissions"))
        self.assertIn("chmod 600", error["error"])
        seed = self.key.read_bytes()
        for content in [b"", b"gstd-ed25519-seed:\n", seed[:-3], seed + b"0", b"x" + seed[1:]]:
            other = self.file("other.key", content)
            other.chmod(0o600)
            error = self.error(gstd(*self.status, other))
            self.assertEqual((error["code"], error["reason"]), ("invalid_argument", "key_file_format"))
        self.assertEqual(self.error(gstd(*self.status, self.folder / "none.key"))["code"], "not_found")

    # Goal:   a key that could not be written whole leaves nothing that looks like one.
    # Method: a bound on the size of files stands for a full disk.
    def test_failed_write_leaves_nothing(self):
        def full_disk():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))

        for arguments in [["--no-passphrase"], ["--passphrase-file", self.passphrase]]:
            error = self.error(self.keygen(*arguments, preexec_fn=full_disk, restore_signals=False))
            self.assertEqual(error["code"], "resource_exhausted")
            self.assertEqual([path.name for path in self.folder.iterdir()], ["passphrase"])
        self.assertEqual(self.error(gstd("keygen", "--no-passphrase", "--output", self.folder / "none" / "me.key", "--json"))["code"],
                         "not_found")  # fmt: skip


class CommandLine(ProgramTest):
    # Goal:   a wrong command line is exit code 2, a sentence on stderr, and nothing on stdout.
    def test_wrong_usage(self):
        for arguments in [
            [], ["run"], ["pow"], ["sumbit"], ["run", guest("noop"), "--fule", "1"], ["run", guest("noop"), "--fuel", "many"],
            ["run", guest("noop"), "--memory-mib", "0"], ["submit", guest("noop")], ["worker"], ["serve", "--port", "70000"],
            ["serve", "--difficulty", "4", "--difficulty-extra", "1"], ["serve", "--difficulty-extra", "257"],
            ["serve", "--deposit", "alice"], ["serve", "--deposit", "alice=-1"], ["pow", "bench", "--seconds", "0"],
            ["pow", "bench", "--threads", "0"], ["pow", "bench", "--threads", "1025"],
            ["pow", "solve", "--challenge", "00"],
            ["pow", "solve", *CHALLENGE, "--threads", "0"], ["pow", "solve", *CHALLENGE, "--threads", "1025"],
            ["pow", "solve", *CHALLENGE, "--cpu-share", "0"], ["pow", "solve", *CHALLENGE, "--timeout", "0"],
            ["pow", "solve", *CHALLENGE, "--expires-at", "soon"], ["pow", "solve", *CHALLENGE, "--expires-at", "2026-01-22T12:00:00"],
            ["pow", "solve", *CHALLENGE, "--challenge-version", "3"], ["pow", "verify", *CHALLENGE, "--nonce", "1", "--challenge-version", "0"],
            ["run", guest("hello"), "--output", "-", "--json"], ["run", guest("hello"), "--json", "--output=-"],
            ["worker", "--key", "none.key", "--pow-cpu-share", "1.5"], ["worker", "--key", "none.key", "--pow-threads", "0"],
        ]:  # fmt: skip
            with self.subTest(arguments):
                ended = self.expect(gstd(*arguments), 2)
                self.assertEqual(ended.stdout, b"")
                self.assertIn(b"Run with --help", ended.stderr)
        self.assertIn(b"sumbit", gstd("sumbit").stderr)

    # Goal:   --help names every command and the exit codes; every command has a help of its own, with --json.
    def test_help(self):
        text = self.expect(gstd("--help"), 0).stdout.decode()
        self.assertEqual(re.findall(r"^  ([a-z]+) {4,}", text, re.MULTILINE), COMMANDS)
        self.assertIn("Exit codes: 0 done, 1 refused or failed, 2 wrong usage", text)
        self.assertIn("130 interrupted (Ctrl-C)", text)
        self.assertIn("wrong usage is text in either case", text)
        self.assertIn(b"with 130 after Ctrl-C", self.expect(gstd("run", "--help"), 0).stdout)
        for command in [[name] for name in COMMANDS if name not in NESTED] + [[name, sub] for name in NESTED for sub in NESTED[name]]:
            with self.subTest(command):
                self.assertIn(b"--json", self.expect(gstd(*command, "--help"), 0).stdout)

    def test_version(self):
        version = self.object(gstd("version", "--json"))
        self.assertEqual(set(version), {"version", "engine", "self_test", "pow_kernel"})
        self.assertRegex(version["version"], r"^\d+\.\d+\.\d+$")
        self.assertIn(version["version"], self.expect(gstd("version"), 0).stdout.decode())


if __name__ == "__main__":
    unittest.main()
