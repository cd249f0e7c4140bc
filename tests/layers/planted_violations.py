# Goal:   the layer check finds what it is there to find, and lets pass what is allowed.
# Method: one small tree per case with a single include in it; the check's answer is compared with the expected one.
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import check_layers  # noqa: E402


class PlantedViolations(unittest.TestCase):
    def check(self, file, include, others=()):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in (file, *others):
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text("#pragma once\n")
            (root / file).write_text(f"// text\n#include {include}\n")
            violations, read = check_layers.check(root)
            self.assertEqual(read, 1)
            return violations

    def assert_refused(self, file, include, word, others=()):
        violations = self.check(file, include, others)
        self.assertEqual(len(violations), 1, f"{file} with {include}")
        self.assertIn(f"{file}:2: ", violations[0])
        self.assertIn(word, violations[0])

    def assert_allowed(self, file, include, others=()):
        self.assertEqual(self.check(file, include, others), [], f"{file} with {include}")

    def test_a_room_above_is_refused(self):
        self.assert_refused("src/base/a.cpp", "<gstd/client.hpp>", "base may not include client")
        self.assert_refused("src/task/a.cpp", '"store/sqlite.hpp"', "task may not include store", ["src/store/sqlite.hpp"])
        self.assert_refused("include/gstd/protocol.hpp", "<gstd/wasm.hpp>", "protocol may not include wasm")

    def test_a_room_of_the_same_layer_is_refused(self):
        self.assert_refused("src/verify/a.cpp", "<gstd/worker.hpp>", "verify may not include worker")
        self.assert_refused("src/pow/a.cpp", '"crypto/sha.hpp"', "pow may not include crypto", ["src/crypto/sha.hpp"])
        self.assert_refused("src/ton/a.cpp", "<gstd/crypto.hpp>", "ton may not include crypto")
        self.assert_refused("src/net/a.cpp", "<gstd/protocol.hpp>", "net may not include protocol")
        self.assert_refused("src/client/a.cpp", '"../coordinator/b.hpp"', "client may not", ["src/coordinator/b.hpp"])

    def test_third_party_headers_stay_in_their_room(self):
        self.assert_refused("src/client/a.cpp", "<curl/curl.h>", "third-party")
        self.assert_refused("src/crypto/a.hpp", "<boost/json.hpp>", "third-party")
        self.assert_refused("src/base/a.cpp", "<fmt/core.h>", "third-party")
        self.assert_refused("examples/cpp/a.cpp", "<sqlite3.h>", "third-party")

    def test_public_headers_bring_nobody(self):
        self.assert_refused("include/gstd/crypto.hpp", "<sodium.h>", "third-party")
        self.assert_refused("include/gstd/net.hpp", '"net/server.hpp"', "public headers only", ["src/net/server.hpp"])

    def test_programs_see_public_headers_only(self):
        for part in check_layers.ON_TOP:
            self.assert_refused(f"{part}/a.cpp", '"net/server.hpp"', "public headers only", ["src/net/server.hpp"])
            self.assert_refused(f"{part}/a.cpp", '"../src/net/server.hpp"', "public headers only", ["src/net/server.hpp"])

    def test_only_base_asks_for_time_and_randomness(self):
        self.assert_refused("src/worker/a.cpp", "<random>", "only base")
        self.assert_refused("src/net/a.cpp", "<sys/random.h>", "only base")

    def test_an_unknown_room_is_refused(self):
        self.assert_refused("src/base/a.cpp", "<gstd/attic.hpp>", "attic is not a room")
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "src/attic/a.cpp"
            file.parent.mkdir(parents=True)
            file.write_text("#include <vector>\n")
            self.assertEqual(len(check_layers.check(pathlib.Path(folder))[0]), 1)

    def test_headers_with_names_of_their_own_belong_to_a_room(self):
        self.assert_refused("src/store/a.cpp", "<gstd/merkle.hpp>", "store may not include crypto")
        self.assert_refused("src/net/a.cpp", "<gstd/receipt_log.hpp>", "net may not include protocol")
        self.assert_refused("include/gstd/merkle.hpp", "<gstd/task.hpp>", "crypto may not include task")
        self.assert_allowed("src/client/a.cpp", "<gstd/receipt_log.hpp>")

    def test_what_the_table_allows_passes(self):
        self.assert_allowed("src/base/a.cpp", "<sys/random.h>")
        self.assert_allowed("src/pow/a.cpp", "<immintrin.h>")
        self.assert_allowed("src/net/a.cpp", "<boost/beast/core.hpp>")
        self.assert_allowed("src/ton/a.cpp", "<sodium.h>")
        self.assert_allowed("src/store/a.cpp", '"b.hpp"', ["src/store/b.hpp"])
        self.assert_allowed("src/store/a.cpp", '"task/table.hpp"', ["src/task/table.hpp"])
        self.assert_allowed("src/worker/a.cpp", "<gstd/wasm.hpp>")
        self.assert_allowed("src/worker/a.cpp", "<gstd/version.hpp>")
        self.assert_allowed("cli/a.cpp", "<CLI/CLI.hpp>")
        self.assert_allowed("cli/a.cpp", "<gstd/coordinator.hpp>")
        self.assert_allowed("capi/a.cpp", '"gstd.h"')
        self.assert_allowed("examples/guests/a.cpp", '"shared/b.hpp"', ["examples/guests/shared/b.hpp"])


if __name__ == "__main__":
    unittest.main()
