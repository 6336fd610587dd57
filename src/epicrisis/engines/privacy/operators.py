"""Puts something else in the place of every identifier of a document, as a policy says.

What an operator cannot do for one of them (a date nobody can read, a place without a wider one) is done by ``label``,
which can always be done; so nothing that was found and may not stand is ever left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.redactions import OLDEST_TOLD, Operator, Policy, Redaction, Replacement
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy import ages, marks
from epicrisis.engines.privacy.dates import shifted, years_of
from epicrisis.engines.privacy.keyed import Keyed
from epicrisis.engines.privacy.numbers import surrogate_number
from epicrisis.engines.privacy.places import surrogate_place, zip_area
from epicrisis.engines.privacy.surrogates import pseudonyms, surrogate_names
from epicrisis.text.alignment import OffsetMap, edited

REDACTED = "redacted"
# A month at least and eleven at most, so that no date without a year comes back to itself; never whole weeks, so that
# no weekday does.
_FEWEST_DAYS, _MOST_DAYS, _WEEK = 30, 330, 7
# A leap year, for notes in which no date has a year: 29 February is a day of it.
_SOME_YEAR = 2000

Seal = Callable[[str, IdentifierKind], str]


def this_year() -> int:
    """Return the year it is, by which two digits of a year, and an age over 89, are understood."""
    return datetime.now(UTC).year


class Redactor:
    """Redacts documents under one key; ``seal`` encrypts, where a policy asks for that."""

    def __init__(self, key: bytes, *, seal: Seal | None = None, year: Callable[[], int] = this_year) -> None:
        self._keyed = Keyed(key)
        self.seal = seal
        self._year = year

    def __call__(
        self,
        document: Document,
        identifiers: Sequence[Identifier],
        policy: Policy,
        *,
        patient: str | None = None,
        engine: str = "",
        version: str = "",
    ) -> Redaction:
        """Return ``document`` without ``identifiers``; the dates of one ``patient`` all move by as many days.

        Without a patient every text is somebody's of its own.
        """
        found = marks.apart(document.text, identifiers, policy.mask)
        whose = ("patient", patient) if patient else ("text", document.text)
        work = _Work(document, found, policy, self._keyed, whose, self.seal, self._year())
        kept, replaced = [], list[tuple[Identifier, str, Operator]]()
        for place, each in enumerate(found):
            words, operator = work.instead(place)
            if operator is Operator.KEEP or words == document.quote(each.span):
                kept.append(each)
            else:
                replaced.append((each, words, operator))
        text, offsets = edited(document.text, [(each.span, words) for each, words, _ in replaced])
        return Redaction(
            document=Document(id=f"{document.id}.{REDACTED}", text=text, language=document.language),
            original_id=document.id,
            policy=policy.name,
            replacements=tuple(
                Replacement(each, words, Span(start, end), operator)
                for (each, words, operator), start, end in zip(
                    replaced, offsets.edited_starts, offsets.edited_ends, strict=True
                )
            ),
            kept=tuple(kept),
            engine=engine,
            version=version,
        )


def offsets_of(redaction: Redaction) -> OffsetMap:
    """Return the way from a redaction to the text it was made of, and back."""
    return OffsetMap(
        tuple(each.identifier.span.start for each in redaction.replacements),
        tuple(each.identifier.span.end for each in redaction.replacements),
        tuple(each.place.start for each in redaction.replacements),
        tuple(each.place.end for each in redaction.replacements),
    )


class _Work:
    """One document, and what is known of it as a whole: whom it names, and which years its dates are of."""

    def __init__(
        self,
        document: Document,
        found: Sequence[Identifier],
        policy: Policy,
        keyed: Keyed,
        whose: tuple[str, str],
        seal: Seal | None,
        year: int,
    ) -> None:
        self._document = document
        self._found = found
        self._texts = [document.quote(each.span) for each in found]
        self._language = document.language
        self._policy = policy
        self._keyed = keyed
        self._seal = seal
        self._year = year
        self._operators = [self._operator(each, text) for each, text in zip(found, self._texts, strict=True)]
        asked = set(self._operators)
        self._names = self._of_names(surrogate_names) if Operator.SURROGATE in asked else {}
        self._pseudonyms = self._of_names(pseudonyms) if Operator.HASH in asked else {}
        self._years = self._years_of_dates() if Operator.SHIFT in asked else {}
        self._days = _days(keyed, whose) if Operator.SHIFT in asked else 0

    def instead(self, place: int) -> tuple[str, Operator]:
        """Return what to put in the place of an identifier, and the operator it was made by."""
        kind, text, operator = self._found[place].kind, self._texts[place], self._operators[place]
        words: str | None
        match operator:
            case Operator.KEEP:
                words = text
            case Operator.MASK:
                words = self._policy.mask
            case Operator.LABEL:
                words = None
            case Operator.HASH:
                words = marks.pseudonym(kind, self._pseudonyms.get(place) or self._pseudonym(kind, text))
            case Operator.ENCRYPT:
                # Who asks has seen to it that there is a key.
                assert self._seal is not None
                words = marks.sealed(kind, self._seal(text, kind))
            case Operator.SURROGATE:
                words = self._surrogate(place)
            case Operator.SHIFT:
                year = self._years.get(place, _SOME_YEAR)
                words = shifted(text, self._days, language=self._language, year=year, this_year=self._year)
            case Operator.GENERALISE:
                words = self._generalised(kind, text)
        return (marks.label(kind), Operator.LABEL) if words is None else (words, operator)

    def _operator(self, identifier: Identifier, text: str) -> Operator:
        if identifier.kind is IdentifierKind.AGE and ages.stands(identifier, text, self._policy.ages_up_to):
            return Operator.KEEP
        return self._policy.operator(identifier)

    def _of_names(
        self, make: Callable[[Document, Sequence[Span], Keyed], Sequence[str | None]]
    ) -> Mapping[int, str | None]:
        places = [place for place, each in enumerate(self._found) if each.kind is IdentifierKind.NAME]
        spans = [self._found[place].span for place in places]
        made = make(self._document, spans, self._keyed.under("people"))
        return dict(zip(places, made, strict=True))

    def _years_of_dates(self) -> Mapping[int, int]:
        """Return the year each date without one is likely of: that of the date before it, or of the first with one."""
        dates = [place for place, each in enumerate(self._found) if each.kind is IdentifierKind.DATE]
        told = [years_of(self._texts[place], language=self._language, this_year=self._year) for place in dates]
        year = next((years[0] for years in told if years), _SOME_YEAR)
        found = {}
        for place, years in zip(dates, told, strict=True):
            year = years[-1] if years else year
            found[place] = year
        return found

    def _surrogate(self, place: int) -> str | None:
        kind, text = self._found[place].kind, self._texts[place]
        match kind:
            case IdentifierKind.NAME:
                words = self._names[place]
            case IdentifierKind.LOCATION | IdentifierKind.ORGANIZATION:
                words = surrogate_place(text, kind, self._language, self._keyed)
            case IdentifierKind.AGE | IdentifierKind.BIOMETRIC | IdentifierKind.DATE | IdentifierKind.PROFESSION:
                # Only a finer label can lead here; none of these has an invented form.
                words = None
            case _:
                words = surrogate_number(text, kind, self._language, self._keyed)
        return None if words == text else words

    def _generalised(self, kind: IdentifierKind, text: str) -> str | None:
        match kind:
            case IdentifierKind.AGE:
                return ages.generalised(text)
            case IdentifierKind.DATE:
                years = years_of(text, language=self._language, this_year=self._year)
                # A year of birth may tell an age over 89, which Safe Harbor lets nobody tell.
                if not years or min(years) < self._year - OLDEST_TOLD:
                    return None
                return " - ".join(dict.fromkeys(map(str, years)))
            case IdentifierKind.LOCATION:
                return zip_area(text, self._language)
            case _:
                return None

    def _pseudonym(self, kind: IdentifierKind, text: str) -> str:
        # However it is punctuated, a number is the same number.
        about = "".join(filter(str.isalnum, text)).casefold() or text
        return self._keyed.pseudonym("identifier", kind.name, about)


def _days(keyed: Keyed, whose: tuple[str, str]) -> int:
    away = _FEWEST_DAYS + keyed.number("days", *whose, below=_MOST_DAYS - _FEWEST_DAYS)
    away += away % _WEEK == 0
    return keyed.choice((-away, away), "direction", *whose)
