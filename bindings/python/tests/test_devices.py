"""Several devices of one wallet."""

import pytest

import gstd


def test_owner_admits_and_revokes_devices(coordinator):
    # Goal:   the owner admits a device with a key of its own, which gets another one and is revoked; each key that ends is refused.
    owner_key, phone_key, fresh_key = (gstd.Key.generate() for _ in range(3))
    owner = gstd.Client(coordinator.url, key=owner_key, wallet="shared", device="laptop")
    owner.register()
    with pytest.raises(gstd.PermissionDenied):
        gstd.Client(coordinator.url, key=phone_key, wallet="shared", device="phone").register()
    phone = gstd.Client(coordinator.url, key=phone_key, wallet="shared", device="phone", owner=owner_key)
    phone.register()
    laptop, seen = owner.devices()
    seen.verify()
    assert (laptop.device_id, seen.device_id, phone.device) == ("laptop", "phone", "phone")
    assert (seen.public_key, seen.owner_public_key) == (phone_key.public_key, owner_key.public_key)
    assert len(seen.encryption_key) == 32 and not seen.revoked

    phone.rotate_key(fresh_key)
    with pytest.raises(gstd.Unauthenticated) as refused:
        phone.balance()
    assert refused.value.reason == "key_revoked"
    fresh = gstd.Client(coordinator.url, key=fresh_key, wallet="shared", device="phone")
    assert fresh.balance() == 0
    owner.revoke_device("phone")
    with pytest.raises(gstd.Unauthenticated):
        fresh.balance()
    assert [device.revoked for device in owner.devices()] == [False, True]
