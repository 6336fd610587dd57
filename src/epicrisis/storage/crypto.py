"""Encryption of what is kept: AES-256-GCM under a ring of keys, each value bound to the table, column and row it is in.

A sealed value is a version (1 byte), the id of its key (4), a random nonce (12), the ciphertext and its tag (16). The
version, the id and the place go in as associated data, so a value that is moved to another row does not open there.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING

from epicrisis.errors import BrokenSeal, InvalidSettings, MissingDependency
from epicrisis.services.derived import derived
from epicrisis.services.key_records import Secret
from epicrisis.services.seals import ID_BYTES, VERSION, Place

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
_HEAD_BYTES = len(VERSION) + ID_BYTES
_TAG_BYTES = 16

_HEX = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
# 32 bytes in base64, of one alphabet or the other: Fernet's keys look so too.
_BASE64 = re.compile(r"([A-Za-z0-9+/]{43}|[A-Za-z0-9_-]{43})=?", re.ASCII)
_URL_SAFE = str.maketrans("+/", "-_")
# Of 43 random letters of base64 (or 64 of hexadecimal), fewer different ones come up less than once in a billion keys.
_LEAST_DIFFERENT = {64: 8, 43: 16}

_MAKE = "`python -c 'import secrets; print(secrets.token_hex(32))'` makes a good one."


@dataclass(frozen=True, slots=True)
class EncryptionKey:
    """A key of 256 bits, and the id by which sealed values name it; the id tells nothing about the key."""

    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The name of the key."""
        return hmac.digest(self.key, b"epicrisis encryption key", "sha256")[:ID_BYTES].hex()


def encryption_keys(setting: str) -> list[EncryptionKey]:
    """Return the keys in ``setting``, the one that writes first; none where it is empty.

    Raises:
        InvalidSettings: one is no 32 random bytes in hexadecimal or base64, or stands there twice.
    """
    said = [each for each in re.split(r"[\s,]+", setting) if each]
    keys = [_key(each, place) for place, each in enumerate(said, 1)]
    if len({key.id for key in keys}) < len(keys):
        raise InvalidSettings("EPICRISIS_ENCRYPTION_KEYS names a key twice; leave one of the two.")
    return keys


def installation_key(secret: bytes) -> EncryptionKey:
    """Return the key that goes with the secret of an installation, for where no other was given."""
    return EncryptionKey(derived(secret, "epicrisis encryption", length=KEY_BYTES))


class KeyRing:
    """Fits ``Seals``: seals with the first key given, and opens with any, the installation's own among them."""

    def __init__(self, keys: Sequence[EncryptionKey] = (), *, secret: Secret) -> None:
        """Take ``keys``, or the one that goes with ``secret`` where there are none; it is made when first needed.

        Raises:
            MissingDependency: the library that encrypts is not installed.
        """
        if find_spec("cryptography") is None:
            raise MissingDependency(
                "Encrypting what is kept needs a library; run: pip install 'epicrisis[server]', or leave "
                "EPICRISIS_ENCRYPTION_KEYS empty."
            )
        self._keys = list(keys)
        self._secret = secret
        self._ciphers: dict[str, AESGCM] = {}

    @property
    def writes_with(self) -> str:
        """The id of the key that new seals are made with."""
        return self._first().id

    def opens(self, key_id: str) -> bool:
        """Return whether what is sealed with the key of that id can be opened here."""
        return self._find(key_id) is not None

    def seal(self, plain: bytes, place: Place) -> bytes:
        """Return ``plain`` encrypted with the first key, to be kept at ``place``."""
        key = self._first()
        head, nonce = VERSION + bytes.fromhex(key.id), secrets.token_bytes(_NONCE_BYTES)
        return head + nonce + self._of(key).encrypt(nonce, plain, head + place.to_bytes())

    def open(self, sealed: bytes, place: Place) -> bytes:
        """Return what was sealed for ``place``.

        Raises:
            BrokenSeal: it was changed, or sealed for another place, or with a key that is not at hand.
        """
        from cryptography.exceptions import InvalidTag

        head, nonce = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES : _HEAD_BYTES + _NONCE_BYTES]
        if len(sealed) < _HEAD_BYTES + _NONCE_BYTES + _TAG_BYTES or not head.startswith(VERSION):
            raise BrokenSeal
        key = self._find(head[len(VERSION) :].hex())
        if key is None:
            raise BrokenSeal(f"This was sealed with {_missing([head[len(VERSION) :].hex()])}")
        try:
            return self._of(key).decrypt(nonce, sealed[_HEAD_BYTES + _NONCE_BYTES :], head + place.to_bytes())
        except InvalidTag:
            raise BrokenSeal from None

    def require(self, key_ids: Sequence[str]) -> None:
        """Refuse to go on without the keys of ``key_ids``.

        Raises:
            InvalidSettings: one of them is not at hand.
        """
        missing = sorted(key_id for key_id in key_ids if not self.opens(key_id))
        if missing:
            raise InvalidSettings(f"What is kept here was sealed with {_missing(missing)}")

    def _first(self) -> EncryptionKey:
        return self._keys[0] if self._keys else installation_key(self._secret.ensured())

    def _find(self, key_id: str) -> EncryptionKey | None:
        known = self._secret.known()
        own = [] if known is None else [installation_key(known)]
        return next((key for key in [*self._keys, *own] if key.id == key_id), None)

    def _of(self, key: EncryptionKey) -> AESGCM:
        # Imported here: a server that seals nothing starts without it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if key.id not in self._ciphers:
            self._ciphers[key.id] = AESGCM(key.key)
        return self._ciphers[key.id]


def _missing(key_ids: Sequence[str]) -> str:
    named = ", ".join(key_ids)
    return f"the encryption key {named}, which is not at hand; put it back into EPICRISIS_ENCRYPTION_KEYS."


def _key(said: str, place: int) -> EncryptionKey:
    """Return the key ``said``; no error repeats it."""
    where = f"EPICRISIS_ENCRYPTION_KEYS (or ENCRYPTION_KEY), key {place}"
    if _HEX.fullmatch(said):
        key = bytes.fromhex(said)
    elif _BASE64.fullmatch(said):
        key = urlsafe_b64decode(said.rstrip("=").translate(_URL_SAFE) + "=")
    else:
        # A hash of a passphrase is as easily guessed as the passphrase: no key is made of one (S11).
        raise InvalidSettings(
            f"{where} is not 32 bytes in hexadecimal or base64; a passphrase will not do, nor its hash. {_MAKE}"
        )
    letters = said.rstrip("=")
    cases = letters != letters.lower() and letters != letters.upper()
    random = len(set(letters.lower() if len(letters) == 64 else letters)) >= _LEAST_DIFFERENT[len(letters)]
    if not random or (len(letters) == 43 and not cases):
        raise InvalidSettings(f"{where} does not look like random bytes. {_MAKE}")
    return EncryptionKey(key)
