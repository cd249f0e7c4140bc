"""Proof of work: both versions, options, progress, and all the ways in which a search is ended."""

import hashlib
import math
import signal
import subprocess
import sys
import threading
import time

import pytest

import gstd

# Origin: the platform's published vector 1 (difficulty 12).
CHALLENGE = (
    "aa126f06440e49a6922759f093bff165ce588932c1639652b9e9482b867946c0",
    "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b",
    "EQAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P0pD",
)
BITS = 12
ENDLESS_BITS = 200  # No search finds that many zero bits.
HANG_SECONDS = 120  # Far more than anything here takes; ends what would hang, and asserts nothing about speed.


@pytest.fixture
def ctrl_c():
    """Ctrl-C as Python has it by default, also where a shell has started the tests with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def python(program: str, **options) -> subprocess.Popen:
    """An interpreter of its own, which has imported what the programs here need."""
    prelude = f"import gstd, signal, sys, threading\nCHALLENGE, ENDLESS_BITS = {CHALLENGE!r}, {ENDLESS_BITS}\n"
    return subprocess.Popen([sys.executable, "-c", prelude + program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def finish(process: subprocess.Popen) -> tuple[int, str, str]:
    try:
        out, err = process.communicate(timeout=HANG_SECONDS)
    finally:
        process.kill()
    return process.returncode, out, err


def test_solve_hashes_as_the_platform_describes():
    # Goal:   what is found answers the challenge. Method: the hash is made again here; verify agrees with it, and with the platform's.
    solution = gstd.pow.solve(*CHALLENGE, BITS, threads=1)
    assert solution.digest == hashlib.sha256("".join([*CHALLENGE, solution.nonce]).encode()).digest()
    assert solution.digest.hex().startswith("000")
    assert solution.hashes > 0
    assert gstd.pow.verify(*CHALLENGE, BITS, solution.nonce)
    assert gstd.pow.verify(*CHALLENGE, BITS, "3482")
    assert not gstd.pow.verify(*CHALLENGE, BITS, "3483")


def test_version_2():
    # Goal:   version 2 is solved and verified where it is named, and its nonces are not version 1's.
    solution = gstd.pow.solve(*CHALLENGE, BITS, version=2)
    assert len(bytes.fromhex(solution.nonce)) == 8
    assert gstd.pow.verify(*CHALLENGE, BITS, solution.nonce, version=2)
    with pytest.raises(gstd.InvalidArgument) as refused:
        gstd.pow.verify(*CHALLENGE, BITS, "3482", version=2)
    assert refused.value.reason == "pow_nonce"


def test_options_reach_the_search():
    # Goal:   every option is passed on. Method: share and kernel change how a nonce is found, not which; an offset changes which.
    nonce = gstd.pow.solve(*CHALLENGE, BITS, threads=1).nonce
    assert gstd.pow.solve(*CHALLENGE, BITS, threads=1, kernel="portable", cpu_share=0.5).nonce == nonce
    assert gstd.pow.solve(*CHALLENGE, BITS, threads=1, offset=2**40).nonce != nonce
    with pytest.raises(gstd.OutOfRange) as exhausted:
        gstd.pow.solve(*CHALLENGE, BITS, threads=1, offset=2**64 - 1)
    assert exhausted.value.reason == "pow_nonces_exhausted"


@pytest.mark.parametrize(
    "reason,options",
    [
        ("pow_threads", {"threads": 0}),
        ("pow_threads", {"threads": 1025}),
        ("pow_cpu_share", {"cpu_share": 0}),
        ("pow_cpu_share", {"cpu_share": math.nan}),
        ("pow_progress_interval", {"progress_interval": 0}),
        ("pow_progress_interval", {"progress_interval": -1}),
        ("pow_progress_interval", {"progress_interval": math.nan}),
        ("pow_kernel_unknown", {"kernel": "abacus"}),
        ("pow_challenge", {"version": 0}),
        ("pow_challenge", {"version": 3}),
        ("pow_challenge", {"version": 257}),
        ("pow_challenge", {"version": -1}),
    ],
)
def test_what_is_out_of_range_is_refused(reason, options):
    # Goal:   before any work, with a reason. Method: a difficulty that no work would answer.
    with pytest.raises(gstd.InvalidArgument) as refused:
        gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, **options)
    assert refused.value.reason == reason


def test_on_progress_must_be_callable():
    with pytest.raises(TypeError):
        gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, on_progress="loud")


def test_solve_ends_at_its_timeout():
    with pytest.raises(gstd.DeadlineExceeded) as late:
        gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, timeout=0.2)
    assert late.value.reason == "pow_budget_spent"


def test_kernels_are_listed():
    kernels = {kernel.name: kernel for kernel in gstd.pow.kernels()}
    assert kernels["portable"].supported
    assert kernels[gstd.pow.active_kernel()].supported
    assert all(kernel.lanes >= 1 for kernel in kernels.values())


class Enough(Exception):
    pass


def test_progress_comes_on_the_calling_thread_and_may_end_the_search():
    # Goal:   on_progress sees figures that grow, on the thread that called; what it raises ends the search and comes out as it is.
    # Method: an endless search; the third report raises.
    seen = []
    enough = Enough("that will do")

    def on_progress(progress):
        assert threading.current_thread() is threading.main_thread()
        seen.append(progress)
        if len(seen) == 3:
            raise enough

    with pytest.raises(Enough) as raised:
        gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, on_progress=on_progress, progress_interval=0.001)
    assert raised.value is enough
    assert len(seen) == 3
    assert [progress.hashes for progress in seen] == sorted(progress.hashes for progress in seen)
    for progress in seen:
        assert progress.hashes > 0
        assert progress.hashes_per_second > 0
        assert progress.expected_left > progress.elapsed > 0


def test_another_thread_ends_a_search():
    # Goal:   a search is cancelled from another thread. Method: that thread sets an event, which on_progress looks at; it could not
    #         if the search held the GIL.
    searching, cancelled = threading.Event(), threading.Event()

    def cancel():
        searching.wait()
        cancelled.set()

    def on_progress(_):
        searching.set()
        if cancelled.is_set():
            raise Enough

    canceller = threading.Thread(target=cancel)
    canceller.start()
    with pytest.raises(Enough):
        gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, on_progress=on_progress, progress_interval=0.001)
    canceller.join()


def test_slow_on_progress_does_not_hold_up_the_search():
    # Goal:   the search goes on while Python is busy with a report. Method: on_progress waits until the process has used half a second
    #         of the CPU's time, which nothing but the search needs; it would wait in vain for a search that waits for it.
    def on_progress(_):
        enough, polls = time.process_time() + 0.5, 0
        while time.process_time() < enough:
            time.sleep(0.05)
            polls += 1
            assert polls * 0.05 < HANG_SECONDS
        raise Enough

    with pytest.raises(Enough):
        gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, threads=1, on_progress=on_progress, progress_interval=0.001, timeout=1e9)


def test_ctrl_c_ends_on_progress(ctrl_c):
    # Goal:   Ctrl-C ends a search also where on_progress is what takes long. Method: it waits for what never comes.
    def on_progress(_):
        signal.raise_signal(signal.SIGINT)
        threading.Event().wait()

    with pytest.raises(KeyboardInterrupt):
        gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, on_progress=on_progress, progress_interval=0.001)


@pytest.mark.parametrize("options", ["", "cpu_share=0.01, threads=2", "on_progress=lambda _: None, progress_interval=0.001"])
def test_ctrl_c_in_a_terminal(options):
    # Goal:   a real SIGINT ends a search with KeyboardInterrupt. Method: a process of its own, which says when it begins; the signal
    #         may come before the search or during it.
    process = python(
        f"""
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    print("searching", flush=True)
    gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, timeout=1e9, {options})
except KeyboardInterrupt:
    sys.exit("interrupted")
"""
    )
    assert process.stdout.readline() == "searching\n"
    process.send_signal(signal.SIGINT)
    assert finish(process) == (1, "", "interrupted\n")


@pytest.mark.parametrize("options", ["", ", on_progress=lambda _: searching.set(), progress_interval=0.001"])
def test_a_daemon_thread_that_searches_does_not_hold_up_the_exit(options):
    # Goal:   the interpreter ends well while a daemon thread searches, whether or not reports come in just then.
    # Method: a process of its own, whose main thread returns once the other searches, or is about to.
    process = python(
        f"""
searching = threading.Event()
def search():
    {"pass" if options else "searching.set()"}
    gstd.pow.solve(*CHALLENGE, ENDLESS_BITS, timeout=1e9{options})
threading.Thread(target=search, daemon=True).start()
searching.wait()
"""
    )
    assert finish(process) == (0, "", "")
