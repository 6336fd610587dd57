from __future__ import annotations

import base64
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.errors import BrokenSeal, InvalidSettings, MissingDependency
from epicrisis.services.seals import Place
from epicrisis.storage.crypto import EncryptionKey, KeyRing, encryption_keys, installation_key
from tests.chains import FixedSecret

PLACE = Place("feedback", "said_by", "1")
RANDOM = bytes(range(7, 250, 8)) + b"!"


def ring(*keys: bytes, secret: bytes = b"a secret of the tests, of more than 32 characters") -> KeyRing:
    return KeyRing([EncryptionKey(key) for key in keys], secret=FixedSecret(secret))


@pytest.mark.parametrize(
    "said",
    [
        RANDOM.hex(),
        RANDOM.hex().upper(),
        base64.b64encode(RANDOM).decode(),
        base64.urlsafe_b64encode(RANDOM).decode(),
        base64.urlsafe_b64encode(RANDOM).decode().rstrip("="),
    ],
    ids=["hexadecimal", "capitals", "base64", "as Fernet writes it", "without padding"],
)
def test_32_random_bytes_are_a_key_in_each_of_these_forms(said: str) -> None:
    assert [key.key for key in encryption_keys(said)] == [RANDOM]


@pytest.mark.parametrize(
    "said",
    [
        "correct horse battery staple",
        "correct-horse-battery-staple-correct-horse-1",
        "correcthorsebatterystaplecorrecthorsebatter",
        "CORRECTHORSEBATTERYSTAPLECORRECTHORSEBATTER",
        "a" * 64,
        "0123" * 16,
        "A" * 43,
        base64.b64encode(bytes(32)).decode(),
        "MDEyMzQ1Njc4OWFiY2RlZg==",
        RANDOM.hex()[:-2],
        RANDOM.hex() + "00",
        base64.b64encode(RANDOM + b"!").decode(),
        "+" + "-" + base64.b64encode(RANDOM).decode()[2:],
    ],
)
def test_what_is_not_random_bytes_of_that_length_is_refused_and_not_repeated(said: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        encryption_keys(said)

    assert said not in str(refused.value)
    assert "secrets.token_hex(32)" in str(refused.value)


@given(st.binary(min_size=32, max_size=32).filter(lambda key: len(set(key.hex())) >= 8))
def test_every_key_in_hexadecimal_is_taken(key: bytes) -> None:
    assert encryption_keys(key.hex())[0].key == key


def test_several_keys_stand_in_one_setting_and_one_of_them_once() -> None:
    other = RANDOM[::-1]

    assert [key.key for key in encryption_keys(f"{RANDOM.hex()}, {other.hex()}\n")] == [RANDOM, other]
    assert encryption_keys("") == []
    with pytest.raises(InvalidSettings, match="twice"):
        encryption_keys(f"{RANDOM.hex()},{base64.b64encode(RANDOM).decode()}")


def test_an_id_tells_keys_apart_and_is_no_part_of_them() -> None:
    key = EncryptionKey(RANDOM)

    assert len(key.id) == 8
    assert key.id not in RANDOM.hex()
    assert key.id != EncryptionKey(RANDOM[::-1]).id
    assert RANDOM.hex() not in repr(key)


@given(st.binary(max_size=300), st.text(max_size=10), st.text(max_size=10), st.text(max_size=10))
def test_what_was_sealed_opens_in_its_place(plain: bytes, table: str, column: str, row: str) -> None:
    place = Place(table, column, row)

    sealed = ring(RANDOM).seal(plain, place)

    assert ring(RANDOM).open(sealed, place) == plain
    assert len(plain) < 4 or plain not in sealed


@given(*[st.tuples(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))] * 2)
def test_no_two_places_are_the_same_bytes(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    assert (Place(*one).to_bytes() == Place(*other).to_bytes()) == (one == other)


@given(st.data())
def test_one_changed_bit_breaks_the_seal(data: st.DataObject) -> None:
    sealed = ring(RANDOM).seal(b"Ana Ruiz Prueba", PLACE)
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    changed = bytearray(sealed)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(BrokenSeal):
        ring(RANDOM).open(bytes(changed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 20, b"\x02" + bytes(60)])
def test_what_is_no_seal_does_not_open(sealed: bytes) -> None:
    with pytest.raises(BrokenSeal):
        ring(RANDOM).open(sealed, PLACE)


def test_sealing_twice_gives_other_bytes() -> None:
    assert ring(RANDOM).seal(b"the same", PLACE) != ring(RANDOM).seal(b"the same", PLACE)


def test_the_first_key_writes_and_every_key_opens() -> None:
    old, new = RANDOM, RANDOM[::-1]
    sealed = ring(old).seal(b"kept", PLACE)
    both = ring(new, old)

    assert both.open(sealed, PLACE) == b"kept"
    assert both.writes_with == EncryptionKey(new).id
    assert ring(new).open(both.seal(b"kept", PLACE), PLACE) == b"kept"


def test_a_key_that_is_not_at_hand_is_named_by_its_id() -> None:
    sealed = ring(RANDOM).seal(b"kept", PLACE)

    with pytest.raises(BrokenSeal, match=EncryptionKey(RANDOM).id):
        ring(RANDOM[::-1]).open(sealed, PLACE)
    with pytest.raises(InvalidSettings, match=f"{EncryptionKey(RANDOM).id}.*EPICRISIS_ENCRYPTION_KEYS"):
        ring(RANDOM[::-1]).require([EncryptionKey(RANDOM).id])
    ring(RANDOM).require([EncryptionKey(RANDOM).id])


def test_without_keys_the_one_of_the_installation_seals_and_goes_on_to_open() -> None:
    secret = b"a secret of the tests, of more than 32 characters"
    sealed = ring().seal(b"kept", PLACE)

    assert ring().writes_with == installation_key(secret).id
    assert ring(RANDOM).open(sealed, PLACE) == b"kept"
    with pytest.raises(BrokenSeal):
        ring(secret=b"another secret of the tests, as long as that one").open(sealed, PLACE)


def test_without_the_library_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("epicrisis.storage.crypto.find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "cryptography", None)

    with pytest.raises(MissingDependency, match=r"pip install 'epicrisis\[server\]'"):
        ring(RANDOM)
