"""What needs no coordinator: keys and the sandbox."""

import hashlib
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gstd


@given(st.binary(max_size=300))
def test_sha256_equals_hashlib(data):
    assert gstd.sha256(data) == hashlib.sha256(data).digest()


def test_key_of_a_seed_is_the_rfc_8032_key():
    # Origin: RFC 8032 section 7.1, test 1.
    key = gstd.Key.from_seed(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public_key.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    with pytest.raises(gstd.InvalidArgument):
        gstd.Key.from_seed(b"short")


def test_key_files_come_back_with_their_passphrase(tmp_path):
    # Goal:   a key is saved and loaded; what is wrong with a file has a reason of its own; nothing is unencrypted by oversight.
    key = gstd.Key.generate()
    sealed, plain = tmp_path / "sealed", tmp_path / "plain"
    key.save(sealed, "pässphrase")
    key.save(str(plain), unencrypted=True)
    assert gstd.Key.load(sealed, "pässphrase".encode()).public_key == key.public_key
    assert gstd.Key.load(plain).public_key == key.public_key
    plain.chmod(0o644)
    for refused, reason, path, passphrase in [
        (gstd.FailedPrecondition, "key_file_locked", sealed, None),
        (gstd.Unauthenticated, "key_file_passphrase", sealed, "other"),
        (gstd.PermissionDenied, "key_file_permissions", plain, None),
        (gstd.NotFound, "key_file", tmp_path / "none", None),
    ]:
        with pytest.raises(refused) as raised:
            gstd.Key.load(path, passphrase)
        assert raised.value.reason == reason
    with pytest.raises(gstd.InvalidArgument):
        key.save(tmp_path / "new")
    with pytest.raises(gstd.AlreadyExists):
        key.save(sealed, "x")
    with pytest.raises(TypeError):
        key.save(tmp_path / "new", 7)


@settings(max_examples=20, deadline=None)
@given(st.text(alphabet="abc \n", max_size=200))
def test_guest_counts_words_as_python_does(wordstats, text):
    outcome = gstd.wasm.Module(wordstats).run(text.encode())
    assert outcome.kind == "completed"
    assert json.loads(outcome.output)["words"] == len(text.split())


def test_same_input_gives_the_same_bytes_and_fuel(wordstats):
    module = gstd.wasm.Module(wordstats, slots=2)
    first, second = (module.run(b"to be or not to be") for _ in range(2))
    assert (first.output, first.fuel_used) == (second.output, second.fuel_used)


def test_limits_are_outcomes(wordstats):
    outcome = gstd.wasm.Module(wordstats).run(b"word " * 1000, fuel=1000)
    assert outcome.kind == "fuel_exhausted"
    assert outcome.comparable


def test_not_a_module_is_refused():
    with pytest.raises(gstd.InvalidArgument) as refused:
        gstd.wasm.Module(b"not wasm")
    assert refused.value.reason == "module_invalid"


@pytest.mark.skipif(not gstd.js.javascript_engine(), reason="built without JavaScript")
def test_a_script_gets_its_input_and_gives_its_result():
    outcome = gstd.js.run("input.words.map(w => w.length)", {"words": ["to", "être"]})
    assert (outcome.kind, json.loads(outcome.output)) == ("completed", [2, 4])
    assert gstd.js.run("throw new Error('no')").log.startswith(b"uncaught Error: no")
    assert gstd.js.run("for (;;);", fuel=10_000_000).kind == "fuel_exhausted"
    with pytest.raises(ValueError):
        gstd.js.run("input", float("nan"))
    with pytest.raises(gstd.InvalidArgument) as refused:
        gstd.js.run("x" * (1 << 20) + "y")
    assert refused.value.reason == "script_too_large"


def test_module_is_kept_in_a_cache(wordstats, tmp_path):
    folder = tmp_path / "cache"
    first, second = (gstd.wasm.Module(wordstats, cache=str(folder), memory_bytes_max=1 << 24) for _ in range(2))
    assert len(list(folder.glob("*.code"))) == 1
    assert first.run(b"to be").fuel_used == second.run(b"to be").fuel_used
    folder.chmod(0o777)
    with pytest.raises(gstd.FailedPrecondition) as refused:
        gstd.wasm.Module(wordstats, cache=str(folder))
    assert refused.value.reason == "cache_directory_unsafe"


def test_reactor_answers_many_calls(guests):
    # It answers with the sum of all bytes that it was ever given: tests/guests/self_test_reactor.wat.
    reactor = (guests.parent / "tests" / "guests" / "self_test_reactor.wasm").read_bytes()
    module = gstd.wasm.Module(reactor, convention="reactor", memory_bytes_max=1 << 20)
    assert module.convention == "reactor"
    with module.open(fuel=100_000) as instance:
        sums = [int.from_bytes(instance.call(bytes([100, call])).output, "little") for call in range(3)]
    assert sums == [100, 201, 303]
    with pytest.raises(gstd.FailedPrecondition) as refused:
        instance.call(b"x")
    assert refused.value.reason == "instance_over"


def test_unknown_words_are_refused(wordstats):
    for options in ({"convention": "posix"}, {"isolation": "none"}):
        with pytest.raises(gstd.InvalidArgument) as refused:
            gstd.wasm.Module(wordstats, **options)
        assert refused.value.reason in options


def test_module_is_inspected(wordstats):
    info = gstd.wasm.inspect(wordstats)
    assert info.sha256 == hashlib.sha256(wordstats).digest()
    assert info.size_bytes == len(wordstats)
    assert info.convention == "wasi" and info.refusal is None
    assert "_start" in info.exports and all(name.startswith("wasi_snapshot_preview1.") for name in info.imports)


def test_http_memory_is_wiped_for_who_asks_first():
    # Goal:   a program that asks first of all is heard, also twice; one that asks too late is told so.
    # Method: processes of their own.
    first = "import gstd; gstd.wipe_http_memory(); gstd.wipe_http_memory()"
    assert subprocess.run([sys.executable, "-c", first]).returncode == 0
    late = """
import gstd
try:
    gstd.Client("http://127.0.0.1:1", key=gstd.Key.generate(), wallet="w").balance(timeout=1)
except gstd.Error:
    pass
try:
    gstd.wipe_http_memory()
except gstd.FailedPrecondition as refused:
    assert refused.reason == "http_memory"
else:
    raise SystemExit(1)
"""
    assert subprocess.run([sys.executable, "-c", late]).returncode == 0
