"""Finds identifiers by patterns: no weights, a reason for everything, and time that grows with the text alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identified, Identifier, IdentifierKind, Spared
from epicrisis.engines.contracts import EngineCard
from epicrisis.engines.privacy.patterns.ages import ages
from epicrisis.engines.privacy.patterns.calendar import dates
from epicrisis.engines.privacy.patterns.codes import codes
from epicrisis.engines.privacy.patterns.echoes import echoes
from epicrisis.engines.privacy.patterns.finer import finer
from epicrisis.engines.privacy.patterns.joining import joined
from epicrisis.engines.privacy.patterns.labelled import labelled
from epicrisis.engines.privacy.patterns.lookalikes import lookalikes
from epicrisis.engines.privacy.patterns.organizations import Organizations
from epicrisis.engines.privacy.patterns.others import heard
from epicrisis.engines.privacy.patterns.page import Page, mark
from epicrisis.engines.privacy.patterns.people import People
from epicrisis.engines.privacy.patterns.runs import Runs
from epicrisis.engines.privacy.patterns.streets import Streets
from epicrisis.engines.privacy.patterns.telephones import telephones
from epicrisis.engines.privacy.patterns.towns import Towns
from epicrisis.engines.privacy.patterns.words import LANGUAGES, names, words

# A row at the head of a report: a name, a date and a number between bars.
_ROW = re.compile(
    r"^(?P<name>[^\n|\d]{3,60}?) \| [^\n|]{4,30} \| #?(?P<number>[A-Z]{0,4}\d[\w-]{3,20})(?= \||$)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Look:
    """A document the patterns have looked through: what they found by themselves, and what only looks like it."""

    document: Document
    page: Page
    found: tuple[Identifier, ...]
    spared: tuple[Identifier, ...]

    def told(self, others: Sequence[Identifier] = ()) -> Identified:
        """Return the identifiers of the document, those ``others`` found among them, and what was spared."""
        language = self.document.language
        kept, spared = _without_lookalikes(self.page, heard(self.page, others, self.found, words(language)))
        found, spared = [*self.found, *kept], [*self.spared, *spared]
        again, spared_again = _without_lookalikes(self.page, echoes(self.page, found))
        told = joined([*found, *again])
        covered = {at for one in told for at in (one.span.start, one.span.end - 1)}
        left = [
            one for one in joined([*spared, *spared_again]) if covered.isdisjoint((one.span.start, one.span.end - 1))
        ]
        text = self.document.text
        return Identified(
            self.document,
            tuple(finer(one, text[one.span.start : one.span.end], language) for one in told),
            tuple(Spared(one.span, one.kind, one.why) for one in left),
        )


class Patterns:
    """The patterns of one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        listed = words(language)
        runs = Runs(listed, names())
        towns = Towns(listed, runs, language)
        self._people = People(listed, names(), runs)
        self._organizations = Organizations(listed, runs, towns, language)
        self._places = (towns, Streets(listed, towns, language), self._organizations)

    def look(self, document: Document) -> Look:
        """Return what the patterns find in ``document``."""
        page = Page.of(document.text)
        found, spared = _without_lookalikes(page, self._everything(page))
        return Look(document, page, tuple(found), tuple(spared))

    def _everything(self, page: Page) -> Iterator[Identifier]:
        yield from codes(page)
        yield from telephones(page, self._language)
        yield from dates(page, self._language)
        yield from ages(page, self._language)
        yield from labelled(page, self._people, self._organizations, self._language)
        yield from self._people.named(page)
        for each in self._places:
            yield from each.found(page)
        for row in page.matches(_ROW, None if page.says(" | ") else ()):
            yield mark(*row.span("name"), IdentifierKind.NAME, "label-name", "the first cell of a row with a number")
            yield mark(*row.span("number"), IdentifierKind.MRN, "row", "the number in a row with a name", score=0.97)


class PatternIdentifierEngine:
    """Finds what shows whose note it is by its shape, its label or a list of names."""

    card = EngineCard(
        name="patterns",
        version="1",
        summary="Finds identifiers by shapes, check digits, labels and lists of names, and says why of each.",
        languages=LANGUAGES,
        limits=(
            "Names without a title, a label or a listed given name stay unfound; so do towns it never heard of.",
            "A bare year is no date here, and an age is one up to 89 too: a policy decides which of them may stand.",
            "Given names that are everyday words ('May', 'Hope', 'Rosa') need a surname or a title beside them.",
        ),
    )

    def find(self, documents: Sequence[Document]) -> list[list[Identifier]]:
        """Return the identifiers of each document, in order, each in the order of its text.

        Raises:
            UnknownLanguage: there are no words for the language of a document.
        """
        return [list(self.look(document).told().identifiers) for document in documents]

    def look(self, document: Document) -> Look:
        """Return what is found in ``document``, to be told by itself or with what others found there.

        Raises:
            UnknownLanguage: there are no words for the language of the document.
        """
        return patterns(document.language).look(document)


def build() -> PatternIdentifierEngine:
    """Build the engine; its words are read on first use."""
    return PatternIdentifierEngine()


def _without_lookalikes(page: Page, found: Iterable[Identifier]) -> tuple[list[Identifier], list[Identifier]]:
    """Return those of ``found`` that are identifiers, and the others with the reason they are none."""
    kept: list[Identifier] = []
    spared: list[Identifier] = []
    for one in found:
        why = lookalikes().excuse(page, one)
        if why is None:
            kept.append(one)
        else:
            spared.append(replace(one, why=why))
    return kept, spared


@cache
def patterns(language: str) -> Patterns:
    """Return the patterns of ``language``; raises ``UnknownLanguage`` where there are none."""
    words(language)
    return Patterns(language.partition("-")[0].lower())
