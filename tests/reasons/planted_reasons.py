# Goal:   the check of reasons finds what it is there to find, in every way in which the code says them.
# Method: one small tree per case; the check's answer is compared with the expected one.
import contextlib
import io
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import check_reasons  # noqa: E402

TABLE = "| Reason | Code |\n| --- | --- |\n"


class PlantedReasons(unittest.TestCase):
    def check(self, code, documented):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "src/net").mkdir(parents=True)
            (root / "docs").mkdir()
            (root / "src/net/a.cpp").write_text(code)
            rows = "".join(f"| `{word}` | `x` |\n" for word in documented)
            (root / "docs/protocol.md").write_text("## Errors\n\ntext\n\n" + TABLE + rows + "\n## More\n\n" + TABLE + "| `later` | |\n")
            (root / "docs/errors.md").write_text("# Errors\n")
            told = io.StringIO()
            with mock.patch.object(sys, "argv", ["check_reasons.py", folder]), contextlib.redirect_stdout(told):
                result = check_reasons.main()
            return result, told.getvalue()

    def assert_found(self, code, word):
        result, told = self.check(code, [])
        self.assertEqual(result, 1, code)
        self.assertIn(f"{word} (src/net/a.cpp) is in no table", told)
        self.assertEqual(self.check(code, [word]), (0, ""), code)

    def test_every_way_to_say_one(self):
        self.assert_found('return Error{ErrorCode::internal, "it failed, really", "one_word"};', "one_word")
        self.assert_found('return {ErrorCode::internal, "it took " + text(1\'000, \'"\') + " ms", "one_word"};', "one_word")
        self.assert_found('const Error error{ErrorCode::internal, name(a, b), "one_word"};', "one_word")
        self.assert_found('{CURLE_OK, ErrorCode::internal, "one_word", "do something"},', "one_word")
        self.assert_found('Error{ErrorCode::internal, what, is_new ? "one_word" : std::string("one_word")}', "one_word")
        maker = "Error refused(std::string reason, std::string message) {\n  return {ErrorCode::internal, message, reason};\n}\n"
        self.assert_found(maker + 'return refused("one_word", "it failed, really");', "one_word")

    def test_what_is_none(self):
        maker = 'Error mismatch(std::string_view what) {\n  return {ErrorCode::internal, what, "one_word"};\n}\n'
        self.assert_found(maker + 'return mismatch("device");', "one_word")
        self.assertEqual(self.check('v.field("device", m.device, required, "Which.");', []), (0, ""))
        self.assertEqual(self.check('// Error{ErrorCode::internal, "text", "one_word"}\n', []), (0, ""))

    def test_what_nothing_says(self):
        result, told = self.check("", ["gone"])
        self.assertEqual(result, 1)
        self.assertIn("docs/protocol.md lists gone", told)
        # Where the pattern does not see it as a reason, it is one all the same.
        self.assertEqual(self.check('return fail("passed_on");', ["passed_on"]), (0, ""))


if __name__ == "__main__":
    unittest.main()
