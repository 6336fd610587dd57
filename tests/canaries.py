"""One patient who does not exist, sent through every documented route, wherever a client can put a word."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from epicrisis.canary.asking import Routes
from epicrisis.canary.bodies import Known
from epicrisis.canary.calls import Call, bad_calls, good_calls
from epicrisis.canary.identities import Person

__all__ = ["MRN", "NAME", "PATIENT", "SSN", "TEXT", "Call", "calls", "words_in"]

NAME, SSN, MRN = "Quetzalina Canarypatient", "987-65-4329", "QZ77190342"
TEXT = f"{NAME}, SSN {SSN}, MRN {MRN}, denies chest pain."
WORDS = (*NAME.casefold().split(), SSN, SSN.replace("-", ""), MRN.casefold())
_ENCODED = base64.b64encode(TEXT.encode()).decode()[:24].casefold()
PATIENT = Person(0, "", "", NAME, MRN, TEXT)


def words_in(said: bytes | str) -> list[str]:
    """Return the words of the patient found in what was ``said``, in any of the ways it could be written down."""
    text = said if isinstance(said, str) else said.decode("utf-8", "replace") + said.decode("utf-16-le", "replace")
    told = text.casefold()
    return [word for word in (*WORDS, _ENCODED) if word in told]


def calls(
    openapi: Mapping[str, Any], *, request_id: str, also: Mapping[str, list[Any]] | None = None
) -> Iterator[Call]:
    """Yield the calls to every operation: good ones, and each of the ways to break them.

    ``request_id`` is that of an answer the server gave, for the routes that ask for one. ``also`` holds bodies by
    operation, beside the examples the document shows.
    """
    known = Known(request_id=request_id, also=also or {})
    for operation in Routes.of(openapi, []).operations:
        good = list(good_calls(operation, openapi, TEXT, known))
        assert good, f"{operation.name} shows no example of its body"
        yield from good
        yield from bad_calls(operation, openapi, PATIENT, known)
