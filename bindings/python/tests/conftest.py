"""Guests come from the C++ build: GSTD_GUESTS names the folder, as `./dev test` does."""

import os
import pathlib

import pytest

import gstd


@pytest.fixture(scope="session")
def guests() -> pathlib.Path:
    folder = os.environ.get("GSTD_GUESTS")
    if not folder:
        pytest.fail("GSTD_GUESTS must name the folder of compiled guests; `./dev test` sets it")
    return pathlib.Path(folder).resolve()


@pytest.fixture(scope="session")
def wordstats(guests: pathlib.Path) -> bytes:
    return (guests / "wordstats.wasm").read_bytes()


@pytest.fixture
def coordinator():
    with gstd.Coordinator(difficulty_bits=8) as running:
        yield running


@pytest.fixture
def client(coordinator):
    coordinator.deposit("grant", "requester", 10)
    client = gstd.Client(coordinator.url, key=gstd.Key.generate(), wallet="requester")
    client.register()
    return client
