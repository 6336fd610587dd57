from __future__ import annotations

import hmac

from epicrisis.services.derived import derived, expand


def test_is_the_hkdf_of_the_standard() -> None:
    # RFC 5869, A.1 and A.3.
    extracted = hmac.digest(bytes(range(13)), b"\x0b" * 22, "sha256")
    assert expand(extracted, bytes(range(0xF0, 0xFA)), 42).hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )
    assert derived(b"\x0b" * 22, "", length=42).hex() == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )


def test_each_purpose_has_a_key_of_its_own() -> None:
    keys = {derived(b"secret", purpose) for purpose in ("links", "head", "documents")}

    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
