#!/usr/bin/env python3
"""Writes the modules of the sandbox's self-test into the library: src/wasm/self_test_modules.cpp from tests/guests/self_test*.wat.

usage: make_self_test.py        (needs wat2wasm, of Debian's package `wabt`)

A test compares the two, so that neither changes alone. What the cases must give stands in src/wasm/self_test_corpus.cpp.
"""

import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = {"self_test": "self_test_program", "self_test_reactor": "self_test_reactor"}
BYTES_PER_LINE = 24


def assemble(name):
    with tempfile.TemporaryDirectory() as folder:
        module = pathlib.Path(folder) / "module.wasm"
        subprocess.run(["wat2wasm", ROOT / "tests" / "guests" / f"{name}.wat", "-o", module], check=True)
        return module.read_bytes()


def main():
    parts = ["// Written by tools/make_self_test.py from tests/guests/self_test*.wat.\n// clang-format off\n",
             '#include "wasm/self_test_corpus.hpp"\n\nnamespace gstd::wasm {\nnamespace {\n']
    for name in NAMES:
        module = assemble(name)
        lines = [", ".join(f"0x{byte:02x}" for byte in module[i:i + BYTES_PER_LINE]) for i in range(0, len(module), BYTES_PER_LINE)]
        parts.append(f"\nconstexpr std::array<std::uint8_t, {len(module)}> k_{name}{{\n    " + ",\n    ".join(lines) + "};\n")
    parts.append("\n}  // namespace\n\n")
    parts += [f"BytesView {function}() noexcept {{ return k_{name}; }}\n" for name, function in NAMES.items()]
    parts.append("\n}  // namespace gstd::wasm\n")
    (ROOT / "src" / "wasm" / "self_test_modules.cpp").write_text("".join(parts))


main()
