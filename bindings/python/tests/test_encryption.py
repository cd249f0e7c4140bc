"""Encrypted tasks: created, granted to a worker, done, read."""

import os
import sys
import urllib.request

import pytest

import gstd

SECRET = b"for the worker's eyes only"


def module_of(client: gstd.Client, guests) -> bytes:
    return client.upload_module((guests / "echo.wasm").read_bytes())


def test_created_done_and_read(coordinator, client, guests):
    # Goal:   an encrypted task is done by a worker of this package and comes back readable and verified; a plain one is not encrypted.
    module = module_of(client, guests)
    with gstd.Worker(coordinator.url, key=gstd.Key.generate(), wallet="worker", encryption_key=gstd.EncryptionKey.generate()):
        result = client.wait_result(client.create_task(module, SECRET, budget="0.5", encrypted=True))
        plain = client.wait_result(client.create_task(module, SECRET, budget="0.5"))
    assert (result.output, result.encrypted) == (SECRET, True)
    assert (plain.output, plain.encrypted) == (SECRET, False)
    for each in (result, plain):
        each.verify(module, SECRET)
        with pytest.raises(gstd.DataLoss):
            each.verify(module, b"another input")
    assert client.result(result.task_id).output == SECRET


def test_requester_chooses_who_reads(coordinator, client, guests, monkeypatch):
    # Goal:   grant_to decides for each device; what it raises is no; another client of the same keys goes on after a restart.
    # Method: the first client creates; the second is asked three times: it raises, refuses, and grants.
    key, reading, worker_key = gstd.Key.generate(), gstd.EncryptionKey.generate(), gstd.Key.generate()
    asked, unraisable = [], []
    monkeypatch.setattr(sys, "unraisablehook", lambda raised: unraisable.append(raised.exc_type))

    def grant_to(wanted: gstd.KeyWanted) -> bool:
        asked.append(wanted)
        if len(asked) == 1:
            raise LookupError("not today")
        return len(asked) > 2

    def requester() -> gstd.Client:
        return gstd.Client(coordinator.url, key=key, wallet="reader", encryption_key=reading, grant_to=grant_to)

    requester().register()
    coordinator.deposit("own", "reader", 1)
    task = requester().create_task(module_of(client, guests), SECRET, budget="0.5", encrypted=True, task_id="a-task-of-mine")
    assert task == "a-task-of-mine"
    reborn = requester()
    reborn.follow_task(task)
    with gstd.Worker(coordinator.url, key=worker_key, wallet="worker", device="laptop") as worker:
        while not reborn.grant_keys():
            with pytest.raises(gstd.FailedPrecondition):
                reborn.result(task)
        worker.drain()
    assert reborn.result(task).output == SECRET
    assert unraisable == [LookupError]
    assert len(asked) == 3
    for wanted in asked:
        assert (wanted.task_id, wanted.attempt, wanted.device_id) == (task, 1, "laptop")
        assert wanted.device_public_key == worker_key.public_key
        assert len(wanted.encryption_key) == 32
    for wait in (-1, 31, float("nan")):
        with pytest.raises(ValueError):
            reborn.grant_keys(wait=wait)
    with pytest.raises(TypeError):
        gstd.Client(coordinator.url, grant_to="anybody")


def test_result_is_opened_elsewhere(coordinator, client, guests):
    # Goal:   the result of a wallet's encrypted task is fetched by a program with its session alone, and opened with its content key.
    # Method: plain HTTP; without the key, with another, and with one for a task that is not encrypted.
    session = client.login(gstd.prove_wallet(client.login_payload(), gstd.Key.generate()))
    owner = gstd.Client(coordinator.url, key=gstd.Key.generate(), wallet=session.wallet, session=session.token)
    owner.register()
    coordinator.deposit("own", session.wallet, 1)
    module = module_of(client, guests)
    task = owner.create_task(module, SECRET, budget="0.5", encrypted=True)
    with gstd.Worker(coordinator.url, key=gstd.Key.generate(), wallet="worker"):
        owner.wait_result(task)
    request = urllib.request.Request(f"{coordinator.url}/api/v1/tasks/{task}/result")
    request.add_header("X-Session-Token", session.token.reveal())
    with urllib.request.urlopen(request, timeout=60) as reply:
        json = reply.read().decode()
    result = gstd.TaskResult.from_json(json, owner.content_key(task))
    assert result.output == SECRET
    result.verify(module, SECRET)
    with pytest.raises(gstd.InvalidArgument) as without:
        gstd.TaskResult.from_json(json)
    assert without.value.reason == "encryption"
    with pytest.raises(gstd.DataLoss) as other:
        gstd.TaskResult.from_json(json, os.urandom(32))
    assert other.value.reason == "sealed"


def test_keys_are_their_secrets(coordinator):
    # Goal:   an encryption key is what its secret says, and goes with a signing key where none is named.
    key, signing = gstd.EncryptionKey.generate(), gstd.Key.generate()
    assert gstd.EncryptionKey.from_secret(key.secret()).public_key == key.public_key
    with pytest.raises(gstd.InvalidArgument):
        gstd.EncryptionKey.from_secret(b"short")
    derived = gstd.Client(coordinator.url, encryption_key=gstd.EncryptionKey.derive(signing))
    by_itself = gstd.Client(coordinator.url, key=signing)
    other = gstd.Client(coordinator.url, key=signing, encryption_key=key)
    assert derived.content_key("task") == by_itself.content_key("task") != other.content_key("task")
    with pytest.raises(gstd.FailedPrecondition) as none:
        gstd.Client(coordinator.url).content_key("task")
    assert none.value.reason == "encryption_key"


def test_new_key_of_a_device_reads_too(coordinator):
    # Goal:   a device that gets another key gets the encryption key that was named for it.
    fresh, reading = gstd.Key.generate(), gstd.EncryptionKey.generate()
    device = gstd.Client(coordinator.url, key=gstd.Key.generate(), wallet="shared", device="phone")
    device.register()
    device.rotate_key(fresh, encryption_key=reading)
    (seen,) = gstd.Client(coordinator.url, key=fresh, wallet="shared", device="phone").devices()
    seen.verify()
    assert seen.encryption_key == reading.public_key
