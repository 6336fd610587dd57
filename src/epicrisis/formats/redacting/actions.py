"""What may be done about a value: read it for identifiers, keep it, remove it, or replace it whole as one kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.errors import InvalidInput
from epicrisis.formats.redacting.asking import Question


class Verb(StrEnum):
    """The four things that may be done about a value."""

    REDACT = "redact"
    KEEP = "keep"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Action:
    """What is done about a value; where it is replaced whole, ``kind`` says by what, and ``sub`` more finely."""

    verb: Verb
    kind: IdentifierKind | None = None
    sub: str | None = None

    def question(self, text: str, *, times: int = 1) -> Question:
        """Return what is asked about ``text``, which stands in the file so many ``times``."""
        return Question(text, self.kind, self.sub, times)


REDACT = Action(Verb.REDACT)
KEEP = Action(Verb.KEEP)
REMOVE = Action(Verb.REMOVE)
_PLAIN = {"redact": REDACT, "keep": KEEP, "remove": REMOVE}


def action_of(word: str) -> Action:
    """Return the action ``word`` names.

    Raises:
        InvalidInput: there is no such action; the message lists those there are.
    """
    if word in _PLAIN:
        return _PLAIN[word]
    try:
        return Action(Verb.REPLACE, IdentifierKind(word))
    except ValueError as error:
        known = [*_PLAIN, *(kind.value for kind in IdentifierKind)]
        raise InvalidInput(f"A rule has no known action; say one of {known}.") from error


def rules_of(said: Iterable[str]) -> dict[str, str]:
    """Return the rules that are ``said`` as ``PLACE=ACTION``, in their order.

    Raises:
        InvalidInput: one of them names no place, or no known action.
    """
    rules: dict[str, str] = {}
    for each in said:
        place, sign, word = each.rpartition("=")
        if not sign or not place.strip():
            raise InvalidInput("A rule is a place and what is done there, such as `patient.name=NAME` or `dose=keep`.")
        action_of(word)
        # Of two that name one place the last is followed, and comes where it was said.
        rules.pop(place, None)
        rules[place] = word
    return rules
