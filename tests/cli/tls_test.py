"""TLS from the command line: certificates made by the openssl program in the test's own folder."""

import base64
import hashlib
import signal
import subprocess
import unittest

from network import NetworkTest
from program import finish, gstd, until


class Tls(NetworkTest):
    def setUp(self):
        super().setUp()
        self.authority, authority_key = self.self_signed("authority")
        self.server, self.server_key, self.pin = self.issue("server", authority_key)
        self.client, self.client_key, self.other_pin = self.issue("client", authority_key)

    def openssl(self, *arguments) -> bytes:
        ended = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False, timeout=60)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        return ended.stdout

    def self_signed(self, name: str):
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key.pem"
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
                     "-subj", f"/CN={name}", "-keyout", key, "-out", certificate)  # fmt: skip
        return certificate, key

    def issue(self, name: str, authority_key):
        certificate, key, request = (self.folder / f"{name}.{kind}.pem" for kind in ("certificate", "key", "request"))
        names = self.folder / "names"
        names.write_text("subjectAltName=IP:127.0.0.1")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                     "-keyout", key, "-out", request)  # fmt: skip
        self.openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", authority_key, "-CAcreateserial", "-days", "1",
                     "-extfile", names, "-out", certificate)  # fmt: skip
        key.chmod(0o600)
        public = self.openssl("pkey", "-in", key, "-pubout", "-outform", "DER")
        return certificate, key, "sha256//" + base64.b64encode(hashlib.sha256(public).digest()).decode()

    def reach(self, *arguments):
        return gstd("status", "--url", self.url, "--json", *arguments)

    # Goal:   a coordinator that asks for certificates serves who shows one and pins its key, and tells the others what is wrong.
    # Method: one run of `gstd status` per case.
    def test_mutual(self):
        serve = self.serve("--tls-cert", self.server, "--tls-key", self.server_key, "--tls-client-ca", self.authority)
        self.assertTrue(self.url.startswith("https://"))
        ours = ["--tls-client-cert", self.client, "--tls-client-key", self.client_key]
        self.expect(self.reach("--ca", self.authority, *ours), 0)
        self.expect(self.reach("--ca", self.authority, "--pin", self.other_pin, "--pin", self.pin, *ours), 0)
        for reason, arguments in [
            ("tls_certificate", ours),
            ("tls_pin", ["--ca", self.authority, "--pin", self.other_pin, *ours]),
            ("tls_client_certificate", ["--ca", self.authority]),
            ("pinned_public_keys", ["--ca", self.authority, "--pin", "sha256//no", *ours]),
        ]:
            with self.subTest(reason):
                self.assertEqual(self.error(self.reach(*arguments))["reason"], reason)
        self.stop(serve)

    # Goal:   a wallet begins and ends its session over the same connection as every other call, and over no other.
    # Method: login and logout with all of the options, then with one that is missing or wrong.
    def test_login(self):
        serve = self.serve("--tls-cert", self.server, "--tls-key", self.server_key, "--tls-client-ca", self.authority)
        wallet_key, _ = self.key("wallet")
        session = self.folder / "wallet.session"
        login = ["login", "--url", self.url, "--wallet-key", wallet_key, "--output", session, "--json"]
        logout = ["logout", "--url", self.url, "--session", session, "--json"]
        ours = ["--tls-client-cert", self.client, "--tls-client-key", self.client_key]
        good = ["--ca", self.authority, "--pin", self.pin, *ours]
        wrong = [
            ("tls_certificate", ours),
            ("tls_pin", ["--ca", self.authority, "--pin", self.other_pin, *ours]),
            ("tls_client_certificate", ["--ca", self.authority]),
        ]
        for reason, arguments in wrong:
            with self.subTest(reason):
                self.assertEqual(self.error(gstd(*login, *arguments))["reason"], reason)
        self.assertFalse(session.exists())
        self.object(gstd(*login, *good))
        for reason, arguments in wrong:
            with self.subTest(reason):
                self.assertEqual(self.error(gstd(*logout, *arguments))["reason"], reason)
        self.assertTrue(session.exists())
        self.assertEqual(self.object(gstd(*logout, *good)), {"ended": True})
        self.stop(serve)

    # Goal:   SIGHUP reads the certificate anew; where the new one does not serve, the old one stays; the program goes on either way.
    # Method: another key and certificate under the same names, then a key that others can read.
    def test_reload(self):
        serve = self.serve("--tls-cert", self.server, "--tls-key", self.server_key)
        trusting = ["--ca", self.authority, "--pin"]
        self.expect(self.reach(*trusting, self.pin), 0)
        self.client.rename(self.server)
        self.client_key.rename(self.server_key)
        serve.send_signal(signal.SIGHUP)
        until(lambda: self.reach(*trusting, self.other_pin).returncode == 0)
        self.server_key.chmod(0o644)
        serve.send_signal(signal.SIGHUP)
        self.assertIn(b"read anew", serve.stderr.readline())
        self.assertIn(b"chmod 600", serve.stderr.readline())
        self.expect(self.reach(*trusting, self.other_pin), 0)
        serve.send_signal(signal.SIGTERM)
        self.expect(finish(serve), 0)

    # Goal:   files that do not serve keep a coordinator from starting, and the error names the option.
    def test_bad_files(self):
        self.server_key.chmod(0o644)
        for reason, arguments in [
            ("key_file", ["--tls-cert", self.server, "--tls-key", self.server_key]),
            ("key_file", ["--tls-cert", self.server, "--tls-key", self.client_key]),
            ("certificate_file", ["--tls-cert", self.folder / "none", "--tls-key", self.client_key]),
        ]:
            with self.subTest(arguments):
                self.assertEqual(self.error(gstd("serve", "--port", "0", *arguments, "--json"))["reason"], reason)
        self.expect(gstd("serve", "--tls-cert", self.server), 2)


if __name__ == "__main__":
    unittest.main()
