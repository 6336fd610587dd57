"""Notes with their identifiers marked: "Seen by [Jane Roe|NAME] in [02139|LOCATION:ZIP]."."""

from __future__ import annotations

import re
from collections.abc import Sequence

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.redactions import Operator, Policy, Redaction
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.operators import Redactor
from epicrisis.engines.privacy.policies import shipped

KEY = b"a key for tests, and for nothing else"
YEAR = 2031
_MARKED = re.compile(r"\[([^|\]]+)\|([A-Z_]+)(?::([A-Z0-9_]+))?\]")


def marked(text: str, *, id: str = "n1", language: str = "en") -> tuple[Document, list[Identifier]]:  # noqa: A002
    """Return the note without its marks, and the identifiers they mark."""
    plain, identifiers, done = "", [], 0
    for mark in _MARKED.finditer(text):
        plain += text[done : mark.start()]
        span = Span(len(plain), len(plain) + len(mark[1]))
        identifiers.append(Identifier(span, IdentifierKind[mark[2]], 0.9, "tests", "it is marked", sub=mark[3]))
        plain, done = plain + mark[1], mark.end()
    return Document(id=id, text=plain + text[done:], language=language), identifiers


def redactor(key: bytes = KEY) -> Redactor:
    """Return a redactor of the year 2031, without anything to encrypt with."""
    return Redactor(key, year=lambda: YEAR)


def redacted(
    text: str, policy: str | Policy, *, language: str = "en", key: bytes = KEY, patient: str | None = None
) -> str:
    """Return a marked note as ``policy`` leaves it."""
    return redaction_of(text, policy, language=language, key=key, patient=patient).document.text


def redaction_of(
    text: str, policy: str | Policy, *, language: str = "en", key: bytes = KEY, patient: str | None = None
) -> Redaction:
    """Return the redaction of a marked note."""
    document, identifiers = marked(text, language=language)
    wanted = shipped()[policy] if isinstance(policy, str) else policy
    return redactor(key)(document, identifiers, wanted, patient=patient)


def everything(operator: Operator, *but: IdentifierKind) -> Policy:
    """Return the policy that gives ``operator`` to all kinds, and lets those named stand."""
    operators = {kind: Operator.KEEP if kind in but else operator for kind in IdentifierKind}
    return Policy("everything", "For tests.", operators)


def quoted(document: Document, identifiers: Sequence[Identifier]) -> list[str]:
    """Return the words of ``identifiers``."""
    return [document.quote(identifier.span) for identifier in identifiers]
