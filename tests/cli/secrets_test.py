#!/usr/bin/env python3
"""What of a key and its passphrase is in the memory of a running `gstd`: the key where it is kept, and no copy of anything."""

import base64
import signal
import unittest

from program import ProgramTest, catches_interrupts, finish, gstd, start, until

NOBODY = "http://127.0.0.1:1"
WINDOW = 12  # A part of this length counts: too long for chance, short enough for what is left of a copy.


def memory_of(process) -> bytes:
    """Everything that the process can write to. Source: proc(5), /proc/pid/maps and /proc/pid/mem."""
    found = []
    with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            addresses, mode, *_ = line.split()
            if not mode.startswith("rw"):
                continue
            begin, end = (int(address, 16) for address in addresses.split("-"))
            for at in range(begin, end, 1 << 20):
                try:
                    memory.seek(at)
                    found.append(memory.read(min(1 << 20, end - at)))
                except OSError:  # mapped, and nothing behind it
                    pass
    return b"".join(found)


def is_in(memory: bytes, secret: bytes) -> bool:
    windows = [secret[at : at + WINDOW] for at in range(0, len(secret) - WINDOW + 1, WINDOW)] + [secret[-WINDOW:]]
    return any(window in memory for window in windows)


class Secrets(ProgramTest):
    # Goal:   a program that works with a key holds it once, as it is, and nothing of the passphrase that opened it.
    # Method: a key whose seed the test knows, opened by a worker that looks for a coordinator in vain. That the seed itself is found
    #         shows that the search would find the others.
    def test_passphrase_is_gone_and_the_key_has_no_copies(self):
        key = self.folder / "me.key"
        gstd("keygen", "--no-passphrase", "--output", key)
        seed = bytes.fromhex(key.read_text().rpartition(":")[2])
        secret = base64.b64encode(seed[::-1] + b"another, made of it")
        passphrase = self.file("passphrase", secret + b"\n")
        passphrase.chmod(0o600)
        self.expect(gstd("key", "change-passphrase", key, "--new-passphrase-file", passphrase), 0)
        worker = start("worker", "--url", NOBODY, "--key", key, "--passphrase-file", passphrase, "--json")
        self.addCleanup(worker.kill)
        until(lambda: worker.poll() is not None or catches_interrupts(worker))
        try:
            memory = memory_of(worker)
        except PermissionError:
            self.skipTest("the system lets nobody look into a process, not even its parent")
        worker.send_signal(signal.SIGTERM)
        log = finish(worker)
        self.assertTrue(is_in(memory, seed), "the search finds nothing, not even what must be there")
        self.assertEqual(memory.count(seed), 1, "whoever signs shares the one place that the key is kept in")
        self.assertFalse(is_in(memory, secret), "the passphrase")
        for name, spelled in [("hex", seed.hex()), ("HEX", seed.hex().upper()), ("base64", base64.b64encode(seed).decode())]:
            self.assertFalse(is_in(memory, spelled.encode()), name)
        for written in [log.stdout, log.stderr]:
            for spelled in [seed, seed.hex().encode(), base64.b64encode(seed), secret]:
                self.assertFalse(is_in(written, spelled))


if __name__ == "__main__":
    unittest.main()
