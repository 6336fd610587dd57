"""From what was sent as a sentence to a document the engine reads: refused where it cannot be, never cut."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from anyio import to_thread

from epicrisis.api.contracts.assertion.profiles import unfit
from epicrisis.api.problems import MALFORMED_JSON, Problem, Refused
from epicrisis.domain.documents import Document
from epicrisis.engines.contracts import LabelsSentences
from epicrisis.errors import InvalidInput, UnknownLanguage
from epicrisis.services.intake import Intake
from epicrisis.services.readers import ByLanguage

MOST_TOKENS = 512
MOST_SENTENCES = 100
# Sixteen characters a token is more than any language writes; a longer text is not even counted.
MOST_CHARACTERS = 16 * MOST_TOKENS
# What stands around a sentence is counted with it by some.
_AROUND = 8
# A token has at least a character; of those that are not ASCII, it has at least a byte. The worst of them becomes 18
# others (Unicode, NFKC of U+FDFA) of three bytes each: this much for each byte more than one that it has in UTF-8.
_PARTS = 27
# Counting takes a microsecond a character; from here on, a thread is cheaper than holding up everybody else.
_LONG = 2_000

# A sentence is one line, whatever it was copied from: white space of any kind is a space, and every other control
# character (Unicode's category Cc) is not there.
_READINGS: dict[int, str | None] = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)]),
    **dict.fromkeys([*range(0x09, 0x0E), *range(0x1C, 0x20), 0x85, 0x2028, 0x2029], " "),
}


class _One(msgspec.Struct, forbid_unknown_fields=True):
    sentence: str


class _Many(msgspec.Struct, forbid_unknown_fields=True):
    sentences: list[str]


_ONE = msgspec.json.Decoder(_One)
_MANY = msgspec.json.Decoder(_Many)


def sentence_of(body: bytes) -> object:
    """Return what ``body`` holds as its one sentence, of whatever kind.

    Raises:
        Refused: it is not the JSON object that was asked for.
    """
    try:
        return _ONE.decode(body).sentence
    except (ValueError, RecursionError):
        return _looked_for("sentence", body)


def sentences_of(body: bytes) -> Sequence[object]:
    """Return what ``body`` holds as its list of sentences, each of whatever kind.

    Raises:
        Refused: it is not the JSON object that was asked for, or the list is empty or too long.
    """
    try:
        found: Any = _MANY.decode(body).sentences
    except (ValueError, RecursionError):
        found = _looked_for("sentences", body)
    if not isinstance(found, list):
        raise Refused(unfit("sentences", f"Must be a list of 1 to {MOST_SENTENCES} strings."))
    if not found:
        raise Refused(unfit("sentences", f"Is empty; send 1 to {MOST_SENTENCES} sentences."))
    if len(found) > MOST_SENTENCES:
        raise Refused(unfit("sentences", f"Has {len(found):,} items; send {MOST_SENTENCES} at most."))
    return found


def _looked_for(field: str, body: bytes) -> Any:
    """Return what ``field`` holds in a body the strict decoder did not take; one bad item need not spoil the others."""
    try:
        sent = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(MALFORMED_JSON) from None
    if not isinstance(sent, dict):
        raise Refused(unfit("", f"The body must be a JSON object with the field `{field}`."))
    if field not in sent:
        raise Refused(unfit(field, "Is missing."))
    if len(sent) > 1:
        raise Refused(unfit("", f"The body has a field this route does not know; `{field}` is all it reads."))
    return sent[field]


class Sentences:
    """Checks sentences: ``intake`` as every text, and contract B's limit of tokens as the labeller of each counts."""

    def __init__(self, intake: Intake, labellers: ByLanguage[LabelsSentences]) -> None:
        self.intake = intake
        self.labellers = labellers
        # The contracts speak of English. Where only one language is read here, a sentence is taken for that one, as
        # they do; where there are several, the intake tells which.
        self.language = intake.languages[0] if len(intake.languages) == 1 else None

    async def one(self, sent: object) -> Document | Problem:
        """Return what was sent as ``sentence`` as a document, or what is wrong with it."""
        if isinstance(sent, str) and self._may_take_long([sent]):
            return await to_thread.run_sync(self.take, sent, "sentence")
        return self.take(sent, "sentence")

    async def many(self, sent: Sequence[object]) -> list[Document | Problem]:
        """Return each of what was sent as ``sentences`` as a document, or what is wrong with it."""
        if self._may_take_long([each for each in sent if isinstance(each, str)]):
            return await to_thread.run_sync(self._all, sent)
        return self._all(sent)

    def _all(self, sent: Sequence[object]) -> list[Document | Problem]:
        return [self.take(each, f"sentences.{place}") for place, each in enumerate(sent)]

    def take(self, sent: object, field: str) -> Document | Problem:
        """Return ``sent``, which stood in ``field``, as a document, or what is wrong with it."""
        if not isinstance(sent, str):
            return unfit(field, "Must be a string.")
        if len(sent) > MOST_CHARACTERS:
            return unfit(field, f"Has {len(sent):,} characters; {_told(MOST_TOKENS)}")
        text = sent if sent.isprintable() else sent.translate(_READINGS)
        if not text or text.isspace():
            return unfit(field, "Is empty or blank; send one sentence.")
        try:
            document = self.intake(text, id=field, language=self.language)
        except (InvalidInput, UnknownLanguage) as error:
            return unfit(field, str(error))
        longest = self.longest(document.language)
        if _most_tokens(text) > longest:
            count = self.labellers(document.language).pieces(text)
            if count > longest:
                return unfit(field, f"Has {count:,} tokens; {_told(longest)}")
        return document

    def longest(self, language: str) -> int:
        """Return how many tokens a sentence in ``language`` may have, as far as that is known before it is read."""
        if not self.labellers.is_built(language):
            return MOST_TOKENS
        return min(MOST_TOKENS, self.labellers(language).make.longest)

    def _may_take_long(self, sent: Sequence[str]) -> bool:
        """Return whether these are better taken in a thread: there is much to count, or who counts is not loaded."""
        counted = [len(each) for each in sent if _most_tokens(each) > MOST_TOKENS]
        if sum(counted) > _LONG:
            return True
        return bool(counted) and not all(map(self.labellers.is_built, self.labellers.languages))


def _told(longest: int) -> str:
    return f"send {longest} tokens at most. POST /v1/annotations reads whole notes."


def _most_tokens(text: str) -> int:
    more = 0 if text.isascii() else _PARTS * (len(text.encode("utf-8", "surrogatepass")) - len(text))
    return len(text) + more + _AROUND
