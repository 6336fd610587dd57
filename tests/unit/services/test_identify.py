from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from epicrisis.assembly import load
from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import OVER_89, Identified, Identifier, IdentifierKind
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import EngineCard, IdentifierEngine
from epicrisis.engines.privacy.patterns.engine import Look, PatternIdentifierEngine
from epicrisis.errors import UnknownLanguage
from epicrisis.services.choosing import learnt_identifiers
from epicrisis.services.identify import Identify
from epicrisis.services.outcomes import Failure
from epicrisis.services.readers import ByLanguage
from tests.serving import RULES, a_core, rules_pipeline

SEX = "SEXO_SUJETO_ASISTENCIA"


class WordFinder:
    """A learnt engine that knows some words by heart; it stumbles over a note that says so."""

    card = EngineCard(name="words", version="1", summary="Finds its words.", languages=("en",), limits=("All else.",))

    def __init__(self, **words: tuple[IdentifierKind, float, str | None]) -> None:
        self._words = words

    def find(self, documents: Sequence[Document]) -> list[list[Identifier]]:
        if any("stumble" in document.text for document in documents):
            raise RuntimeError("the engine stumbled")
        return [self._find_in(document.text) for document in documents]

    def _find_in(self, text: str) -> list[Identifier]:
        found = [
            Identifier(Span(text.index(word), text.index(word) + len(word)), kind, score, "words", "by heart", sub)
            for word, (kind, score, sub) in self._words.items()
            if word in text
        ]
        return sorted(found, key=lambda one: one.span)


def identify(engine: IdentifierEngine) -> Identify:
    return Identify(patterns=PatternIdentifierEngine(), learnt=ByLanguage.of(engine), core=a_core())


def told(outcome: Identified | Failure) -> list[tuple[str, str, str]]:
    assert isinstance(outcome, Identified)
    text = outcome.document.text
    return [(text[one.span.start : one.span.end], one.kind.value, one.found_by) for one in outcome.identifiers]


class Beside(WordFinder):
    """A learnt engine that takes from the patterns what they know the ends of."""

    def find_beside(
        self, documents: Sequence[Document], known: Sequence[Sequence[Identifier]]
    ) -> Sequence[list[Identifier]]:
        return [[replace(one, found_by="beside", score=1.0) for one in each] for each in known]


class Meanwhile(WordFinder):
    """A learnt engine that reads on a thread of its own, and says what it is at."""

    def __init__(self, at: list[str], **words: tuple[IdentifierKind, float, str | None]) -> None:
        super().__init__(**words)
        self._at = at

    @contextmanager
    def begun(self, documents: Sequence[Document]) -> Iterator[Callable[[], list[list[Identifier]]]]:
        def answer() -> list[list[Identifier]]:
            self._at.append("asked")
            return self.find(documents)

        self._at.append("begun")
        try:
            yield answer
        finally:
            self._at.append("left")


class Watched(PatternIdentifierEngine):
    """The patterns, which say when they look."""

    def __init__(self, at: list[str]) -> None:
        self._at = at

    def look(self, document: Document) -> Look:
        self._at.append("looked")
        if "trip" in document.text:
            raise RuntimeError("the patterns tripped")
        return super().look(document)


@pytest.mark.anyio
async def test_answers_once_per_document_and_in_order() -> None:
    service = rules_pipeline().identify
    failed = Failure("2", "empty-text", "There is no text.")
    documents = [
        Document("1", "Seen by Dr. Prueba."),
        failed,
        Document("3", "DNI 12345678Z", "es"),
        Document("4", "Ok."),
    ]

    first, second, third, fourth = await service(documents)

    assert [one.kind for one in first] == [IdentifierKind.NAME]  # type: ignore[union-attr]
    assert second is failed
    assert [one.sub for one in third] == ["DNI"]  # type: ignore[union-attr]
    assert fourth == []


def test_the_patterns_look_while_an_engine_reads_that_has_threads_of_its_own() -> None:
    at: list[str] = []
    engine = Meanwhile(at, Zellerqvist=(IdentifierKind.NAME, 0.7, None))
    service = Identify(patterns=Watched(at), learnt=ByLanguage.of(engine), core=a_core())

    [outcome] = service.many([Document("1", "Zellerqvist, MRN 12345, went home.")])

    assert told(outcome) == [("Zellerqvist", "NAME", "words"), ("12345", "MRN", "patterns:label-mrn")]
    assert at == ["begun", "looked", "asked", "left"]


def test_an_engine_is_left_where_the_patterns_fail_meanwhile() -> None:
    at: list[str] = []
    service = Identify(patterns=Watched(at), learnt=ByLanguage.of(Meanwhile(at)), core=a_core())

    [outcome] = service.many([Document("1", "A trip.")])

    assert isinstance(outcome, Failure)
    assert at.count("begun") == at.count("left") > 0
    assert "asked" not in at


def test_the_learnt_engine_adds_what_no_pattern_knows() -> None:
    service = identify(WordFinder(Zellerqvist=(IdentifierKind.NAME, 0.7, None)))

    [outcome] = service.many([Document("1", "Zellerqvist, MRN 12345, went home.")])

    assert told(outcome) == [("Zellerqvist", "NAME", "words"), ("12345", "MRN", "patterns:label-mrn")]


def test_of_what_overlaps_the_surest_tells_the_kind_and_all_of_it_is_covered() -> None:
    service = identify(WordFinder(**{"number 123-45-6789": (IdentifierKind.MRN, 0.6, None)}))

    [outcome] = service.many([Document("1", "Her number 123-45-6789 is known.")])

    assert told(outcome) == [("number 123-45-6789", "SSN", "patterns:ssn")]


def test_a_name_the_learnt_engine_found_is_found_again_later_in_the_note() -> None:
    service = identify(WordFinder(Zellerqvist=(IdentifierKind.NAME, 0.9, None)))

    [outcome] = service.many([Document("1", "Zellerqvist came. Zellerqvist left.")])

    assert [(word, kind) for word, kind, _ in told(outcome)] == [("Zellerqvist", "NAME")] * 2


def test_an_engine_beside_the_patterns_is_told_what_they_found() -> None:
    service = identify(Beside())

    [outcome] = service.many([Document("1", "Dr. Prueba, MRN 12345.")])

    assert told(outcome) == [("Prueba", "NAME", "beside"), ("12345", "MRN", "beside")]


def test_an_age_over_89_says_so_whoever_is_surer_of_it() -> None:
    service = identify(WordFinder(**{"93-year-old": (IdentifierKind.AGE, 0.99, "EDAD_SUJETO_ASISTENCIA")}))

    [outcome] = service.many([Document("1", "A 93-year-old woman.")])

    assert isinstance(outcome, Identified)
    assert [(one.found_by, one.sub) for one in outcome.identifiers] == [("words", OVER_89)]


def test_a_fact_the_learnt_engine_names_is_spared_with_its_reason() -> None:
    service = identify(WordFinder(woman=(IdentifierKind.ID, 0.9, SEX)))

    [outcome] = service.many([Document("1", "A woman with fever.")])

    assert isinstance(outcome, Identified)
    assert outcome.identifiers == ()
    assert [one.why for one in outcome.spared] == ["a sex is a finding, and identifies nobody"]


def test_an_eponym_the_learnt_engine_marks_is_spared_with_its_reason() -> None:
    service = identify(WordFinder(Parkinson=(IdentifierKind.NAME, 0.9, None)))

    [outcome] = service.many([Document("1", "Parkinson disease is stable.")])

    assert isinstance(outcome, Identified)
    assert outcome.identifiers == ()
    assert "thing" in outcome.spared[0].why


def test_a_document_no_engine_reads_fails_alone_and_so_does_one_it_stumbles_over() -> None:
    service = identify(WordFinder())
    documents = [Document("1", "stumble"), Document("2", "Dr. Prueba came."), Document("3", "Dr. Prueba", "fr")]

    stumbled, good, foreign = service.many(documents)

    assert isinstance(stumbled, Failure)
    assert isinstance(good, Identified)
    assert isinstance(foreign, Failure)
    assert foreign.code == UnknownLanguage.code


def test_the_cards_are_those_of_what_reads_the_language() -> None:
    service = identify(WordFinder())

    assert [card.name for card in service.cards("en-GB")] == ["patterns", "words"]
    assert [card.name for card in service.cards("es")] == ["patterns"]


@pytest.mark.parametrize(("readers", "languages"), [({"en": "rules"}, ()), ({"en": "rules", "es": "spanish"}, ("es",))])
def test_a_reader_brings_the_identifier_engine_that_shares_its_weights(
    readers: dict[str, str], languages: tuple[str, ...]
) -> None:
    assert learnt_identifiers(readers).languages == languages


def test_the_pipeline_tells_what_identifies_whom() -> None:
    pipeline = load(RULES)

    sample, empty = pipeline.identifiers(["Patient John Doe, SSN 123-45-6789, diagnosed with diabetes.", " "])

    assert [(word, kind) for word, kind, _ in told(sample)] == [("John Doe", "NAME"), ("123-45-6789", "SSN")]
    assert isinstance(empty, Failure)
