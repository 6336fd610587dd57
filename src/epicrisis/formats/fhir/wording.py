"""Words of a note as FHIR takes them."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return ``text`` in one line, without the control characters that FHIR and XML have no place for."""
    return "".join(each if each.isprintable() else " " for each in text)
