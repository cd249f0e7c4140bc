"""TON wallets that log in, and what their sessions are good for."""

import datetime
import json
from decimal import Decimal

import pytest

import gstd


def log_in(client: gstd.Client, key: gstd.Key | gstd.Signer, **options) -> gstd.Session:
    return client.login(gstd.prove_wallet(client.login_payload(), key, **options))


def refused(call) -> str:
    with pytest.raises(gstd.Unauthenticated) as raised:
        call()
    return raised.value.reason


def test_wallet_logs_in_and_out(coordinator, wordstats):
    # Goal:   a program without a device acts for a wallet that is elsewhere, passes its session on, and ends it.
    # Method: a signer in place of the wallet's program; money, a module and a task by the session alone; each way of ending it.
    wallet_key = gstd.Key.generate()
    asked = []

    def wallet_program(message: bytes) -> bytes:
        asked.append(message)
        return wallet_key.sign(message)

    client = gstd.Client(coordinator.url)
    assert refused(client.refresh_session) == "session_missing"
    session = log_in(client, gstd.Signer(wallet_key.public_key, wallet_program))
    assert len(asked) == 1 and len(asked[0]) == 32
    assert session.wallet.startswith("0:")
    coordinator.deposit("grant", session.wallet, 5)
    task = client.create_task(client.upload_module(wordstats), b"a b", budget="0.5")
    assert client.balance() == Decimal("4.5")
    client.cancel_task(task)
    now = datetime.datetime.now(datetime.timezone.utc)
    assert now < session.expires_at <= client.refresh_session() < session.renewable_until

    token = gstd.SessionToken(session.token.reveal())
    assert token.reveal() not in repr(token) + repr(session)
    passed_on = gstd.Client(coordinator.url, session=token)
    assert passed_on.balance() == 5
    other = gstd.Client(coordinator.url)
    second = log_in(other, wallet_key)
    assert second.wallet == session.wallet
    passed_on.logout()
    assert refused(client.balance) == "session_invalid"
    assert other.balance() == 5
    log_in(client, wallet_key)
    client.logout(everywhere=True)
    assert refused(other.balance) == "session_invalid"
    assert refused(client.logout) == "session_missing"


def test_devices_and_workers_of_a_wallet(coordinator, wordstats):
    # Goal:   a device registers for a TON wallet with its session, and not without; so does a worker, which then earns for it.
    requester_key, worker_key = gstd.Key.generate(), gstd.Key.generate()
    session = log_in(gstd.Client(coordinator.url), gstd.Key.generate())
    with pytest.raises(gstd.PermissionDenied) as without:
        gstd.Client(coordinator.url, key=requester_key, wallet=session.wallet).register()
    assert without.value.reason == "wallet_proof"
    client = gstd.Client(coordinator.url, key=requester_key, wallet=session.wallet, session=session.token)
    client.register()
    coordinator.deposit("grant", session.wallet, 1)
    earner = log_in(gstd.Client(coordinator.url), gstd.Key.generate(), version="v4r2")
    with gstd.Worker(coordinator.url, key=worker_key, wallet=earner.wallet, session=earner.token, device="laptop"):
        result = client.wait_result(client.create_task(client.upload_module(wordstats), b"a b", budget="0.5"))
    assert result.worker_wallet == earner.wallet
    assert result.worker_public_key == worker_key.public_key


def test_proof_is_taken_as_wallets_give_it(coordinator):
    # Goal:   a wallet's answer is passed on as a mapping or as JSON, serves once, and only for a domain of the coordinator.
    key = gstd.Key.generate()
    client = gstd.Client(coordinator.url)
    proof = gstd.prove_wallet(client.login_payload(), key)
    assert proof["proof"]["domain"]["value"] in client.login_payload().domains
    assert client.login(json.dumps(proof)).wallet == proof["address"]
    assert refused(lambda: client.login(proof)) == "login_payload"
    assert refused(lambda: log_in(client, key, domain="evil.example")) == "ton_proof_domain"
    forged = gstd.prove_wallet(client.login_payload(), key) | {"public_key": gstd.Key.generate().public_key.hex()}
    assert refused(lambda: client.login(forged)) == "ton_proof"
    for nonsense in [{}, "{", {"address": 7}]:
        with pytest.raises(gstd.InvalidArgument):
            client.login(nonsense)
    with pytest.raises(gstd.InvalidArgument) as unknown:
        gstd.prove_wallet(client.login_payload(), key, version="v1r1")
    assert unknown.value.reason == "wallet_version"
    with pytest.raises(gstd.InvalidArgument) as no_token:
        gstd.SessionToken("abc")
    assert no_token.value.reason == "session_token"


def test_coordinator_has_its_own_domains():
    # Goal:   an embedded coordinator takes the domains and the lifetime that it was given.
    with gstd.Coordinator(login_domains=["gstd.example"], session_seconds=60) as running:
        client = gstd.Client(running.url)
        payload = client.login_payload()
        assert (payload.domains, payload.network) == (["gstd.example"], "-239")
        session = log_in(client, gstd.Key.generate())
        assert session.expires_at - payload.server_time < datetime.timedelta(seconds=90) < payload.expires_at - payload.server_time
