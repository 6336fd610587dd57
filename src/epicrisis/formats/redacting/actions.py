"""What may be done about a value: read it for identifiers, keep it, remove it, or replace it whole as one kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.errors import InvalidInput


class Verb(StrEnum):
    """The four things that may be done about a value."""

    REDACT = "redact"
    KEEP = "keep"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Action:
    """What is done about a value; ``kind`` is the identifier it is, where it is replaced whole."""

    verb: Verb
    kind: IdentifierKind | None = None


REDACT = Action(Verb.REDACT)
KEEP = Action(Verb.KEEP)
REMOVE = Action(Verb.REMOVE)
_PLAIN = {"redact": REDACT, "keep": KEEP, "remove": REMOVE}


def action_of(word: str, *, rule: str) -> Action:
    """Return the action ``word`` names; ``rule`` is the path or column it is for.

    Raises:
        InvalidInput: there is no such action; the message lists those there are.
    """
    if word in _PLAIN:
        return _PLAIN[word]
    try:
        return Action(Verb.REPLACE, IdentifierKind(word))
    except ValueError as error:
        known = [*_PLAIN, *(kind.value for kind in IdentifierKind)]
        raise InvalidInput(f"The rule for '{rule}' has no known action; say one of {known}.") from error
