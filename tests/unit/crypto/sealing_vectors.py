#!/usr/bin/env python3
"""The vectors of sealing_vectors_test.cpp, made by another implementation: docs/protocol.md, "Sealed streams" to "Keyed commitments",
written down once more over Python's `cryptography` package. Prints each by its name; run it and compare whenever a layout changes."""

import hashlib
import struct

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 65536
TASK = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"
SENDER = bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")  # of the seed 00 01 ... 1f
SEED = bytes(range(32))


def number(value):
    return struct.pack(">I", value)


def field(data):
    data = data.encode() if isinstance(data, str) else data
    return number(len(data)) + data


def hkdf(key, salt, info):
    return HKDF(hashes.SHA256(), 32, salt or None, info).derive(key)


def public(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def seal(content_key, salt, attempt, direction, plaintext):
    context = field("gstd-sealed-stream-v1") + number(2) + field(TASK) + number(attempt) + number(direction) + SENDER
    header = b"GSTD\x01\x02\x10\x00" + salt
    cipher = AESGCM(hkdf(content_key, salt, field("gstd-stream-key-v1") + context))
    chunks = [plaintext[at : at + CHUNK] for at in range(0, len(plaintext), CHUNK)] or [b""]
    out = header
    for position, chunk in enumerate(chunks):
        nonce = bytes(7) + number(position) + bytes([position == len(chunks) - 1])
        out += cipher.encrypt(nonce, chunk, header + context)
    return out


def wrap(content_key, ephemeral, attempt, direction, recipient):
    context = field("gstd-key-wrap-v1") + number(2) + field(TASK) + number(attempt) + number(direction) + SENDER + recipient
    shared = X25519PrivateKey.from_private_bytes(ephemeral).exchange(X25519PublicKey.from_public_bytes(recipient))
    key = hkdf(shared, public(ephemeral) + recipient, context)
    return b"\x02" + public(ephemeral) + AESGCM(key).encrypt(bytes(12), content_key, context)


def commit(content_key, direction, plaintext):
    mac = hmac.HMAC(hkdf(content_key, b"", field("gstd-commitment-key-v1")), hashes.SHA256())
    mac.update(field("gstd-commitment-v1") + number(direction) + hashlib.sha256(plaintext).digest())
    return mac.finalize()


encryption_secret = hkdf(SEED, b"", field("gstd-encryption-key-v1"))
content_key = hkdf(encryption_secret, b"", field("gstd-content-key-v1") + field(TASK))
counted = bytes(range(32))  # what the tests' generator gives first
long_text = bytes(at % 251 for at in range(2 * CHUNK + 5))
for name, value in {
    "encryption secret": encryption_secret,
    "encryption public key": public(encryption_secret),
    "content key": content_key,
    "input": seal(content_key, counted, 0, 0, b'{"answer":42}'),
    "empty result": seal(content_key, counted, 3, 1, b""),
    "two chunks exactly, SHA-256": hashlib.sha256(seal(content_key, counted, 3, 1, long_text[: 2 * CHUNK])).digest(),
    "two chunks and five bytes, SHA-256": hashlib.sha256(seal(content_key, counted, 3, 1, long_text)).digest(),
    "wrapped key": wrap(content_key, counted, 3, 0, public(encryption_secret)),
    "commitment to the input": commit(content_key, 0, b'{"answer":42}'),
    "commitment to the same as a result": commit(content_key, 1, b'{"answer":42}'),
}.items():
    print(f"{name}: {value.hex()}")
