#!/usr/bin/env python3
"""Holds the reasons that the code refuses with against the tables in the docs, both ways.

usage: check_reasons.py [ROOT] [--list]

A reason is a word for programs, so that it is a promise: what is not in a table cannot be relied on, and what no code says any more is a
lie. Prints one line per difference and exits 1 if there is one; --list prints what the code says, and where.
"""

import pathlib
import re
import sys

# The rooms whose refusals reach users as they are. What wasm, store and task refuse is in their headers, beside what it is about.
ROOMS = ("crypto", "ton", "protocol", "net", "client", "coordinator")

# Tables of reasons: "| `reason`, `another` | ...". In docs/protocol.md they stand under this heading.
PAGES = {"docs/protocol.md": "## Errors", "docs/errors.md": "# Errors"}

LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"')
CHARACTER = re.compile(r"(?<![0-9a-fA-F])'(?:[^'\\\\]|\\\\.)'")
WORD = re.compile(r"[a-z][a-z0-9_]*")


def without_comments(text: str) -> str:
    return re.sub(r"//[^\n]*", "", text)


def arguments(text: str, at: int) -> list[str]:
    """What stands between the bracket at `at` and its partner, parted at the commas that are its own."""
    parts, depth, begin, i = [], 0, at + 1, at
    while i < len(text):
        literal = LITERAL.match(text, i)
        if literal:
            i = literal.end()
            continue
        character = CHARACTER.match(text, i)  # a digit's separator is none
        if character:
            i = character.end()
            continue
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if depth == 0:
                parts.append(text[begin:i])
                return parts
        elif text[i] == "," and depth == 1:
            parts.append(text[begin:i])
            begin = i + 1
        i += 1
    return parts


def words_of(parts: list[str]) -> list[str]:
    """Arguments that are one literal and nothing else, or a choice between such, and are a word."""
    found = []
    for part in parts:
        choice = re.sub(r"^[^?\"]*\?", "", part.strip())
        for each in choice.split(" : "):
            literal = LITERAL.fullmatch(each.strip().removeprefix("std::string(").removesuffix(")"))
            if literal and WORD.fullmatch(literal.group(1)):
                found.append(literal.group(1))
    return found


def body_behind(text: str, at: int) -> str:
    """A function's body, whose opening brace is at `at`."""
    return ",".join(arguments(text, at))


def is_error(parts: list[str]) -> bool:
    return any(re.match(r"\s*ErrorCode::|\s*protocol::error_code\(", part) for part in parts)


def makers_in(text: str) -> set[str]:
    """Functions that make errors of a reason that they are given. Those with a reason of their own say it themselves."""
    found = set()
    for definition in re.finditer(r"\bError (\w+)\([^;{]*\) (?:noexcept )?\{|const auto (\w+) = \[[^]]*\]\([^{;]*\{", text):
        body = body_behind(text, definition.end() - 1)
        braces = [arguments(body, at.start()) for at in re.finditer(r"\{", body)]
        if any(is_error(parts) and not words_of(parts[-1:]) for parts in braces):
            found.add(definition.group(1) or definition.group(2))
    return found


def reasons_in_code(root: pathlib.Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        texts = {file: without_comments(file.read_text()) for file in sorted((root / "src" / room).rglob("*.[ch]pp"))}
        shared = set().union(*(makers_in(text) for file, text in texts.items()))
        calls = re.compile(r"\b(?:" + "|".join(sorted(shared)) + r")(\()") if shared else re.compile(r"(?!)(x)")
        for file, text in texts.items():
            words = set()
            for match in re.finditer(r"\{", text):
                parts = arguments(text, match.start())
                if is_error(parts):
                    words |= set(words_of(parts))
            for match in calls.finditer(text):
                # The sentence has spaces; what else is a word may be about the sentence, and then stands before the reason.
                words |= set(words_of(arguments(text, match.start(1)))[-1:])
            for word in words:
                found.setdefault(word, set()).add(str(file.relative_to(root)))
    return found


def reasons_in_docs(root: pathlib.Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for page, heading in PAGES.items():
        text = (root / page).read_text()
        begin = text.index(heading + "\n")
        end = re.search(r"\n## ", text[begin + len(heading) :]) if heading.startswith("##") else None
        section = text[begin : begin + len(heading) + end.start()] if end else text[begin:]
        for table in re.split(r"\n(?!\|)", section):
            if "| Reason |" not in table:
                continue
            for line in table.splitlines():
                first = line.split("|")[1] if line.startswith("|") else ""
                for word in re.findall(r"`([a-z][a-z0-9_]*)`", first):
                    found.setdefault(word, page)
    return found


def main() -> int:
    flags = [argument for argument in sys.argv[1:] if argument.startswith("--")]
    paths = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    root = pathlib.Path(paths[0]) if paths else pathlib.Path(__file__).resolve().parent.parent
    code = reasons_in_code(root)
    if "--list" in flags:
        for reason, files in sorted(code.items()):
            print(f"{reason}: {', '.join(sorted(files))}")
        return 0
    docs = reasons_in_docs(root)
    missing = sorted(code.keys() - docs.keys())
    for reason in missing:
        print(f"{reason} ({', '.join(sorted(code[reason]))}) is in no table of {' or '.join(PAGES)}")
    # Not every reason stands where it is seen as one, nor in these rooms: some are passed on.
    everything = "".join(file.read_text() for file in sorted((root / "src").rglob("*.[ch]pp")))
    stale = sorted(reason for reason in docs if reason not in code and f'"{reason}"' not in everything)
    for reason in stale:
        print(f"{docs[reason]} lists {reason}, which nothing refuses with")
    return 1 if missing or stale else 0


if __name__ == "__main__":
    sys.exit(main())
