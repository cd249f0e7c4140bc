#!/usr/bin/env python3
"""Holds every #include of the libraries against the layer table of the house.

usage: check_layers.py [ROOT]

Rooms include their own files, rooms below them, and the third-party headers that are theirs; public headers include no third
party; what stands on top of the library sees public headers alone. Prints one line per violation and exits 1 if there is one.
"""

import pathlib
import re
import sys

# Room -> rooms that it may include, by public or private header. Lowest layer first; rooms of one layer do not see each other.
PURE = {"base", "crypto", "pow", "task", "ton"}
BELOW = {
    "base": set(),
    "crypto": {"base"},
    "pow": {"base"},
    "task": {"base"},
    "wasm": {"base"},
    "ton": {"base"},
    "protocol": PURE,
    "net": {"base"},
    "store": {"base", "task"},
    "client": PURE | {"protocol", "net"},
    "coordinator": PURE | {"protocol", "net", "store", "wasm"},
    "worker": PURE | {"protocol", "net", "client", "wasm"},
    "verify": {"base", "crypto", "protocol", "task", "ton", "wasm"},
}

# Public headers beyond the one that is named after its room.
MORE_HEADERS = {
    "compat": "crypto",
    "key_file": "crypto",
    "login": "client",
    "merkle": "crypto",
    "receipt_log": "protocol",
    "sealing": "crypto",
    "signer": "crypto",
}

# Parts on top of the library, in folders of their own: the public headers of every room, and the C ABI's.
ON_TOP = ("capi", "bindings", "cli", "examples")

# Who may include which third-party headers, by how their names begin. Everything else that is not the standard library or the
# operating system is refused, so that a new dependency is a decision and not an accident.
THIRD_PARTY = {
    "crypto": ("sodium.h", "sodium/", "openssl/"),
    "protocol": ("simdjson.h", "boost/json"),
    "net": ("curl/", "boost/asio", "boost/beast", "boost/system", "openssl/"),
    "store": ("sqlite3.h",),
    # Wasmtime; a module's SHA-256, since wasm does not see crypto; the runner's filter of system calls.
    "wasm": ("wasm.h", "wasmtime.h", "wasmtime/", "openssl/", "seccomp.h"),
    "bindings": ("pybind11/", "Python.h"),
    # SHA-256 and Ed25519, since ton does not see crypto.
    "ton": ("sodium.h",),
    "cli": ("CLI/", "boost/json"),
    "examples": ("png.h", "boost/json"),
}

# Clock and randomness are passed in; among the rooms only base asks the operating system for them.
ONLY_BASE = {"ctime", "time.h", "sys/time.h", "random", "sys/random.h"}

# C++ headers have no dot. The rest: C and POSIX headers, Linux's own folders, the compiler's intrinsics.
SYSTEM = re.compile(
    r"^(?:[a-z_0-9]+"
    r"|(?:assert|complex|ctype|dirent|dlfcn|errno|fcntl|fenv|float|inttypes|limits|locale|malloc|math|netdb|poll|pthread|pwd|sched"
    r"|semaphore|setjmp|signal|spawn|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings"
    r"|syslog|termios|time|uchar|ucontext|unistd|wchar|wctype)\.h"
    r"|(?:arpa|linux|net|netinet|sys)/[\w/]+\.h"
    r"|(?:cpuid|\w*intrin|arm_neon|arm_acle)\.h)$"
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
SOURCES = {".c", ".cc", ".cpp", ".h", ".hh", ".hpp", ".inc", ".ipp"}


def sources(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in SOURCES and path.is_file())


def room_of_public(name):
    """The room of <gstd/NAME.hpp>; None for headers that belong to all."""
    stem = pathlib.PurePosixPath(name).stem
    return None if stem in ("version", "gstd") else MORE_HEADERS.get(stem, stem)


def check_third_party(owner, name):
    if SYSTEM.match(name):
        if owner in BELOW and owner != "base" and name in ONLY_BASE:
            return f"<{name}>: only base asks the operating system for time and randomness"
        return None
    if any(name.startswith(prefix) for prefix in THIRD_PARTY.get(owner, ())):
        return None
    return f"<{name}>: third-party header outside the room that it belongs to"


def check_room(room, target):
    if target is None or target == room or target in BELOW[room]:
        return None
    if target not in BELOW:
        return f"{target} is not a room of the layer table"
    return f"{room} may not include {target}"


def check_include(root, path, owner, public, bracket, name):
    """Why this include breaks the rules; None where it does not."""
    if name.startswith("gstd/"):
        return None if owner in ON_TOP else check_room(owner, room_of_public(name))
    if bracket == '"':
        if public:
            return f'"{name}": a public header includes public headers only'
        beside = (path.parent / name).resolve()
        if beside.is_file() and beside.is_relative_to((root / ("src" if owner in BELOW else owner)).resolve()):
            if owner in ON_TOP:
                return None
            return check_room(owner, beside.relative_to((root / "src").resolve()).parts[0])
        if owner in ON_TOP:
            return None if name == "gstd.h" else f'"{name}": {owner} sees its own folder and public headers only'
        if (root / "src" / name).is_file():
            return check_room(owner, pathlib.PurePosixPath(name).parts[0])
        return f'"{name}": no such file in the room or under src/'
    if owner in ON_TOP and name == "gstd.h":
        return None
    if public and not SYSTEM.match(name):
        return f"<{name}>: third-party header in a public header"
    return check_third_party(owner, name)


def check(root):
    """All violations under `root`, each as one line, and how many includes were read."""
    violations, read = [], 0

    def check_file(path, owner, public=False):
        nonlocal read
        text = path.read_text(encoding="utf-8")
        for found in INCLUDE.finditer(text):
            read += 1
            if why := check_include(root, path, owner, public, found[1], found[2]):
                line = text.count("\n", 0, found.start(2)) + 1
                violations.append(f"{path.relative_to(root)}:{line}: {why}")

    for path in sources(root / "include" / "gstd"):
        room = room_of_public(path.name)
        if room is not None and room not in BELOW:
            violations.append(f"{path.relative_to(root)}: {room} is not a room of the layer table")
        else:
            check_file(path, room or "base", public=True)
    for path in sources(root / "src"):
        room = path.relative_to(root / "src").parts[0]
        if room not in BELOW:
            violations.append(f"{path.relative_to(root)}: {room} is not a room of the layer table")
        else:
            check_file(path, room)
    for part in ON_TOP:
        for path in sources(root / part):
            check_file(path, part)
    return violations, read


def main(arguments):
    root = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parent.parent
    violations, read = check(root)
    for violation in violations:
        print(violation)
    if not read:
        print(f"no includes found under {root}: nothing was checked")
    else:
        print(f"layers: {read} includes, {len(violations)} violations")
    return 1 if violations or not read else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
