"""The main job through the Python package: real HTTP, real worker, real sandbox."""

import json
import pathlib
import signal
import subprocess
import threading
from decimal import Decimal

import pytest

import gstd


def test_submit_wait_verify_and_pay(coordinator, client, wordstats):
    # Goal:   a paid task comes back verified, and the money adds up.
    # Method: embedded coordinator, a worker in this process, two tasks.
    texts = [b"one two two", b"three three three"]
    with gstd.Worker(coordinator.url, key=gstd.Key.generate(), wallet="worker", slots=2) as worker:
        module = client.upload_module(wordstats)
        assert module == gstd.sha256(wordstats)
        tasks = [client.create_task(module, text, budget="0.5") for text in texts]
        results = [client.wait_result(task) for task in tasks]
        for text, result in zip(texts, results):
            result.verify(module, text)
            assert result.outcome == "completed"
            assert result.worker_wallet == "worker"
        assert json.loads(results[1].output)["top"][0] == {"word": "three", "count": 3}
        worker.drain()
        assert worker.stats["completed"] == 2
        assert worker.stats["earned"] == Decimal("0.95")
    assert client.balance() == Decimal(9)
    coordinator.check_ledger()


@pytest.mark.parametrize("encrypted", [False, True])
def test_script_is_a_task(coordinator, client, encrypted):
    # Goal:   a script with a value as its input comes back as a value, verified against this library's own engine.
    # Method: characters beyond ASCII on all ways; another script and another input do not verify, nor does the module's own way.
    script = "({ total: input.numbers.reduce((a, b) => a + b, 0), name: input.name + '!' })"
    value = {"numbers": [1, 2, 3.5], "name": "Zoë ☃"}
    with gstd.Worker(coordinator.url, key=gstd.Key.generate(), wallet="worker"):
        task = client.create_js_task(script, value, budget="0.1", encrypted=encrypted)
        result = client.wait_result(task)
    assert client.task(task).convention == "wasi"
    assert result.encrypted == encrypted
    assert result.json() == {"total": 6.5, "name": "Zoë ☃!"}
    result.verify_js(script, value)
    for other_script, other_value in [(script + ";", value), (script, {})]:
        with pytest.raises(gstd.DataLoss):
            result.verify_js(other_script, other_value)


def test_convention_is_checked(client, wordstats):
    # Goal:   a program cannot be ordered as a library, and an invented convention is none.
    module = client.upload_module(wordstats)
    with pytest.raises(gstd.InvalidArgument) as refused:
        client.create_task(module, budget="0.1", convention="reactor")
    assert refused.value.reason == "convention_mismatch"
    with pytest.raises(gstd.InvalidArgument) as refused:
        client.create_task(module, budget="0.1", convention="wasix")
    assert refused.value.reason == "field"
    assert client.balance() == Decimal(10)


def test_result_of_another_input_does_not_verify(coordinator, client, wordstats):
    # Goal:   verification binds the result to the input.
    with gstd.Worker(coordinator.url, key=gstd.Key.generate(), wallet="worker"):
        module = client.upload_module(wordstats)
        result = client.wait_result(client.create_task(module, b"a b", budget="0.1"))
    with pytest.raises(gstd.DataLoss) as refused:
        result.verify(module, b"a c")
    assert refused.value.reason == "receipt_invalid"


def test_cancel_gives_the_money_back(client, wordstats):
    module = client.upload_module(wordstats)
    task = client.create_task(module, b"never run", budget=3)
    assert client.balance() == Decimal(7)
    client.cancel_task(task)
    assert client.task(task).state == "cancelled"
    assert client.balance() == Decimal(10)


def test_database_survives_a_restart(tmp_path: pathlib.Path, wordstats):
    # Goal:   an embedded coordinator on a file goes on where it stood.
    database = str(tmp_path / "coordinator.sqlite")
    key = gstd.Key.generate()
    with gstd.Coordinator(database=database) as first:
        first.deposit("grant", "requester", 1)
        client = gstd.Client(first.url, key=key, wallet="requester")
        client.register()
        task = client.create_task(client.upload_module(wordstats), b"x", budget="0.25")
    with gstd.Coordinator(database=database, difficulty_bits=4) as second:
        client = gstd.Client(second.url, key=key, wallet="requester")
        assert client.task(task).state == "pending"
        with gstd.Worker(second.url, key=gstd.Key.generate(), wallet="worker"):
            assert client.wait_result(task).outcome == "completed"
        assert client.balance() == Decimal("0.75")


def test_a_stopped_coordinator_refuses(coordinator):
    # Goal:   stop() may come twice; what needs a running coordinator says so afterwards.
    url = coordinator.url
    coordinator.stop()
    coordinator.stop()
    assert coordinator.url == url
    for call in (coordinator.check_ledger, lambda: coordinator.deposit("late", "requester", 1)):
        with pytest.raises(gstd.FailedPrecondition) as refused:
            call()
        assert refused.value.reason == "stopped"


def test_errors_are_classes_with_code_and_reason(coordinator, client):
    # Goal:   callers branch on classes; scripts on code and reason.
    with pytest.raises(gstd.NotFound) as missing:
        client.task("no-such-task")
    assert missing.value.code == "not_found"
    assert isinstance(missing.value, gstd.Error)
    with pytest.raises(gstd.InvalidArgument):
        gstd.Client("ftp://127.0.0.1/")
    with pytest.raises(TypeError):
        client.create_task(b"\0" * 32, budget=0.1)
    with pytest.raises(gstd.NotFound):
        client.create_task(b"\0" * 32, budget="0.1")


def test_wait_times_out(client, wordstats):
    task = client.create_task(client.upload_module(wordstats), budget="0.1")
    with pytest.raises(gstd.DeadlineExceeded):
        client.wait_result(task, timeout=0.2)


def test_ctrl_c_ends_a_wait(client, wordstats):
    # Goal:   Ctrl-C ends a blocking call. Method: a timer raises SIGINT while no worker will ever answer. The handler is set here,
    #         because a shell starts its background jobs with SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    task = client.create_task(client.upload_module(wordstats), budget="0.1")
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        client.wait_result(task, timeout=60)
    timer.join()
    signal.signal(signal.SIGINT, before)


def test_other_threads_run_while_one_waits(client, wordstats):
    # Goal:   the GIL is free during a wait. Method: a thread counts while the main thread waits in vain.
    task = client.create_task(client.upload_module(wordstats), budget="0.1")
    ticks = []
    done = threading.Event()

    def count():
        while not done.wait(0.01):
            ticks.append(None)

    counter = threading.Thread(target=count)
    counter.start()
    with pytest.raises(gstd.DeadlineExceeded):
        client.wait_result(task, timeout=0.5)
    done.set()
    counter.join()
    assert len(ticks) > 1


def test_receipt_is_kept_and_verified(coordinator, client, wordstats):
    # Goal:   a receipt outlives its result: saved as JSON, it is checked again, alone and by running the module.
    # Method: one task; the result itself and its saved receipt, then each with something that does not fit.
    with gstd.Worker(coordinator.url, key=gstd.Key.generate(), wallet="worker"):
        module = client.upload_module(wordstats)
        result = client.wait_result(client.create_task(module, b"a b", budget="0.1"))
    saved = result.receipt_json()
    assert json.loads(saved)["worker_public_key"] == result.worker_public_key.hex()
    assert gstd.verify(saved).conclusion == "confirmed"
    assert gstd.verify(saved).outcome is None
    for receipt in (result, saved, saved.encode()):
        verdict = gstd.verify(receipt, wordstats, b"a b", public_key=result.worker_public_key, worker="worker")
        assert (verdict.conclusion, verdict.reason) == ("confirmed", ""), verdict.message
        assert verdict.outcome.output == result.output
        assert [finding.aspect for finding in verdict.findings[-2:]] == ["fuel_used", "memory_bytes_peak"]
        assert verdict.findings[-2].receipt == verdict.findings[-2].here == str(result.fuel_used)

    def reason(*arguments, **options) -> str:
        verdict = gstd.verify(*arguments, **options)
        assert verdict.conclusion == "refuted"
        return verdict.reason

    assert reason(saved, wordstats, b"a c") == "input_sha256"
    assert reason(saved, wordstats + b"\0", b"a b") == "module_sha256"
    assert reason(saved, output=b"forged") == "given_output_sha256"
    assert reason(saved, public_key=gstd.Key.generate().public_key) == "signer"
    assert reason(saved, worker="another") == "worker"
    assert reason(json.dumps(json.loads(saved) | {"signature": "00" * 64})) == "signature"
    with pytest.raises(gstd.InvalidArgument) as refused:
        gstd.verify(saved, wordstats)
    assert refused.value.reason == "evidence"
    with pytest.raises(gstd.InvalidArgument):
        gstd.verify("{}")


def test_over_tls(tmp_path):
    # Goal:   coordinator and client talk TLS; a wrong pin, and an authority that is not known, are refused with their reasons.
    # Method: a certificate that signs itself, made by the openssl program.
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=lab"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    key.chmod(0o600)
    with gstd.Coordinator(certificate_file=str(certificate), key_file=str(key)) as running:
        assert running.url.startswith("https://")
        mine = {"key": gstd.Key.generate(), "wallet": "requester"}
        gstd.Client(running.url, ca_file=str(certificate), **mine).register()
        with pytest.raises(gstd.Error) as refused:
            gstd.Client(running.url, **mine).register()
        assert refused.value.reason == "tls_certificate"
        with pytest.raises(gstd.Error) as refused:
            pin = "sha256//" + "A" * 43 + "="
            gstd.Client(running.url, ca_file=str(certificate), pinned_public_keys=[pin], **mine).register()
        assert refused.value.reason == "tls_pin"
        running.reload_certificates()
        key.chmod(0o644)
        with pytest.raises(gstd.Error) as refused:
            running.reload_certificates()
        assert refused.value.reason == "key_file"
def test_log_proves_and_is_followed(coordinator, client, wordstats):
    # Goal:   a result's place in the coordinator's log is proven and kept; another log does not pass for the one that was seen.
    # Method: one task; its proof against the coordinator's key and another; heads of this coordinator and of one with the same key.
    with gstd.Worker(coordinator.url, key=gstd.Key.generate(), wallet="worker"):
        result = client.wait_result(client.create_task(client.upload_module(wordstats), b"a b", budget="0.1"))
    proven = client.prove_receipt(result)
    verdict = gstd.verify(proven, coordinator_key=coordinator.public_key)
    assert verdict.conclusion == "confirmed", verdict.message
    assert [finding.aspect for finding in verdict.findings[-2:]] == ["acceptance", "inclusion"]
    assert gstd.verify(proven, coordinator_key=gstd.Key.generate().public_key).reason == "acceptance"

    head = client.log_head()
    assert json.loads(head)["size"] == 1
    assert json.loads(client.log_head(head))["root"] == json.loads(head)["root"]
    with pytest.raises(gstd.InvalidArgument):
        client.log_head("{}")
    key = gstd.Key.generate()
    heads = []
    for _ in range(2):
        with gstd.Coordinator(difficulty_bits=8, key=key) as other:
            assert other.public_key == key.public_key
            heads.append(gstd.Client(other.url).log_head(heads[0] if heads else None))
            with pytest.raises(gstd.DataLoss) as refused:
                gstd.Client(other.url).log_head(head)
            assert refused.value.reason == "log_key_changed"
