"""Programs that prove who they are with a key of their own (``private_key_jwt``), one file each.

``clients/NAME.json`` in the data folder describes the client NAME in the words of RFC 7591: its ``scope`` and its
public keys, ``jwks``, and the ``tenant`` it belongs to where there is one. A file that is put there, changed or taken
away counts at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import Key

from epicrisis.api.security.signatures import public_keys
from epicrisis.api.security.tokens import scopes_of
from epicrisis.api.security.watched import Watched
from epicrisis.errors import InvalidSettings
from epicrisis.services.access import Scope, is_tenant
from epicrisis.telemetry.logs import get_logger

FOLDER = "clients"

# A name becomes a file name: nothing that leads out of the folder, whatever the file system.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)

log = get_logger()


@dataclass(frozen=True, slots=True)
class Client:
    """What a client may ask for, the keys it may sign with, and the tenant it belongs to."""

    scopes: frozenset[Scope]
    keys: Sequence[Key]
    tenant: str = ""


class Clients:
    """The clients of this installation."""

    def __init__(self, data: Path) -> None:
        self.folder = data.expanduser() / FOLDER
        self._files: dict[str, Watched[Client]] = {}

    def find(self, name: str) -> Client | None:
        """Return the client of that name, or ``None``."""
        if not _NAME.fullmatch(name) or not (self.folder / f"{name}.json").is_file():
            self._files.pop(name, None)
            return None
        try:
            if name not in self._files:
                self._files[name] = Watched(self.folder / f"{name}.json", _client)
        except InvalidSettings as error:
            log.warning("client file not read", error=type(error.__cause__).__name__)
            return None
        return self._files[name].value()


def _client(document: Any) -> Client:
    tenant = document.get("tenant", "")
    if not is_tenant(tenant):
        raise ValueError("no name of a tenant")
    return Client(scopes_of(document), public_keys(document["jwks"]), tenant)
