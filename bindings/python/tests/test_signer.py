"""Signers whose key the library never sees."""

import asyncio
import concurrent.futures
import threading
import time

import pytest

import gstd


def signed_by(url, sign, key, **options):
    """A client whose signatures come from `sign`."""
    return gstd.Client(url, key=gstd.Signer(key.public_key, sign, **options), wallet="wallet-" + key.public_key.hex())


@pytest.fixture(scope="module")
def pool():
    with concurrent.futures.ThreadPoolExecutor() as running:
        yield running


def test_every_way_of_answering_is_taken(coordinator, pool):
    # Goal:   bytes, a future, and a coroutine with and without a loop of its own all become the signature.
    # Method: each registers, which the coordinator takes from the key alone.
    loop = asyncio.new_event_loop()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()

    async def later(key, message):
        await asyncio.sleep(0)
        return key.sign(message)

    try:
        for way in ["bytes", "future", "coroutine", "loop"]:
            key = gstd.Key.generate()
            ways = {
                "bytes": lambda message: key.sign(message),
                "future": lambda message: pool.submit(key.sign, message),
                "coroutine": lambda message: later(key, message),
                "loop": lambda message: later(key, message),
            }
            options = {"loop": loop} if way == "loop" else {}
            client = signed_by(coordinator.url, ways[way], key, **options)
            client.register()
            assert client.balance() == 0, way
    finally:
        loop.call_soon_threadsafe(loop.stop)
        runner.join()
        loop.close()


@pytest.mark.parametrize(
    "sign,words",
    [
        (lambda message: b"short", "64"),
        (lambda message: bytes(64), "not the key's"),
        (lambda message: 7, "int"),
        (lambda message: 1 / 0, "ZeroDivisionError"),
    ],
)
def test_what_is_no_signature_is_refused(coordinator, sign, words):
    # Goal:   whatever goes wrong in the callable is an Unauthenticated with its words, never a hang.
    with pytest.raises(gstd.Unauthenticated) as refused:
        signed_by(coordinator.url, sign, gstd.Key.generate()).register()
    assert refused.value.reason == "signer"
    assert words in str(refused.value)


def test_a_silent_signer_costs_the_timeout(coordinator):
    # Goal:   a future that nobody completes ends with the call's timeout; completing it afterwards harms nobody.
    key = gstd.Key.generate()
    open_questions = []

    def sign(message):
        open_questions.append(concurrent.futures.Future())
        return open_questions[-1]

    client = signed_by(coordinator.url, sign, key)
    with pytest.raises(gstd.DeadlineExceeded):
        client.register(timeout=0.05)
    del client
    for question in open_questions:
        question.set_result(bytes(64))


def test_a_worker_earns_with_a_signer(coordinator, client, wordstats, pool):
    # Goal:   receipts and requests of a worker come from the signer, and its result verifies.
    key = gstd.Key.generate()
    signer = gstd.Signer(key.public_key, lambda message: pool.submit(key.sign, message))
    assert signer.public_key == key.public_key
    with gstd.Worker(coordinator.url, key=signer, wallet="worker"):
        module = client.upload_module(wordstats)
        result = client.wait_result(client.create_task(module, b"one", budget="0.5"))
        result.verify(module, b"one")
        assert result.worker_public_key == key.public_key


def test_a_worker_goes_while_its_signer_holds_the_interpreter(coordinator):
    # Goal:   a worker that nobody stops ends when Python lets go of it, also while its threads wait for the interpreter.
    # Method: the callable sleeps without letting a question be answered; `del` runs the destructor.
    key = gstd.Key.generate()
    slow = threading.Event()

    def sign(message):
        if slow.is_set():
            time.sleep(0.01)
        return key.sign(message)

    worker = gstd.Worker(coordinator.url, key=gstd.Signer(key.public_key, sign), wallet="worker")
    slow.set()
    del worker
