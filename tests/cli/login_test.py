#!/usr/bin/env python3
"""Wallets of TON on the command line: login, logout, and the programs that work for such a wallet."""

import stat
import unittest

from network import NetworkTest
from program import gstd, guest


class Login(NetworkTest):
    # Goal:   a device acts for a TON wallet once its owner has logged in, and not before; the session is a secret, and ends.
    # Method: a task for the wallet without and with the session; what is printed is searched for the token; files that will not do.
    def test_session_shows_whose_wallet_it_is(self):
        wallet_key, _ = self.key("wallet")
        session = self.folder / "wallet.session"
        server = self.serve()
        login = self.object(gstd("login", "--url", self.url, "--wallet-key", wallet_key, "--output", session, "--json"))
        wallet = login["wallet"]
        self.assertRegex(wallet, r"^0:[0-9a-f]{64}$")
        self.assertEqual(stat.S_IMODE(session.stat().st_mode), 0o600)
        token = session.read_text().strip().removeprefix("gstd-session:")
        self.assertRegex(token, r"^[0-9a-f]{64}$")

        submit = ["submit", "--url", self.url, "--key", self.worker, "--wallet", wallet, "--json", guest("echo")]
        refused = gstd(*submit)
        self.assertEqual(self.error(refused)["reason"], "wallet_proof")
        registered = gstd(*submit, "--session", session, "--wait", "0")
        self.expect(registered, 0)
        for output in (refused, registered):
            self.assertNotIn(token.encode(), output.stdout + output.stderr)
        # From here on the device's key will do, and the wallet has a task.
        self.object(gstd("status", "--url", self.url, "--key", self.worker, "--wallet", wallet, "--json"))

        session.chmod(0o644)
        self.assertEqual(self.error(gstd("logout", "--url", self.url, "--session", session, "--json"))["reason"], "session_file")
        session.chmod(0o600)
        self.assertEqual(self.object(gstd("logout", "--url", self.url, "--session", session, "--json")), {"ended": True})
        self.assertFalse(session.exists())
        session.touch(0o600)
        self.assertEqual(self.error(gstd("logout", "--url", self.url, "--session", session, "--json"))["reason"], "session_file")
        self.stop(server)

    # Goal:   a proof for another domain is no login, and leaves no file.
    # Method: a domain that the coordinator does not have, then its own under another wallet contract.
    def test_domain_and_version(self):
        wallet_key, _ = self.key("wallet")
        session = self.folder / "wallet.session"
        server = self.serve("--login-domain", "gstd.example")
        login = ["login", "--url", self.url, "--wallet-key", wallet_key, "--output", session, "--json"]
        self.assertEqual(self.error(gstd(*login, "--domain", "evil.example"))["reason"], "ton_proof_domain")
        self.assertFalse(session.exists())
        first = self.object(gstd(*login))["wallet"]
        second = self.object(gstd(*login, "--wallet-version", "v4r2", "--domain", "gstd.example"))["wallet"]
        self.assertNotEqual(first, second)
        self.expect(gstd(*login, "--wallet-version", "v9"), 2)
        self.stop(server)


if __name__ == "__main__":
    unittest.main()
