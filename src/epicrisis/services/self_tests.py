"""What an engine must read right before it may read for anybody: one sentence per language that nobody disputes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, SentenceLabel, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.identifiers import IdentifierKind
from epicrisis.domain.note_summaries import Bounds
from epicrisis.domain.spans import Span
from epicrisis.engines.contracts import AssertionEngine, EngineCard, IdentifierEngine, LabelsQuickly, NoteReader
from epicrisis.engines.record_contracts import ExtractionEngine, NoteSummaryEngine
from epicrisis.errors import ArtifactError

_Engine = TypeVar("_Engine", NoteReader, AssertionEngine, IdentifierEngine, ExtractionEngine, NoteSummaryEngine)


@dataclass(frozen=True, slots=True)
class SelfTest:
    """A sentence in ``language``, with the finding it denies; and one with the name of somebody who does not exist."""

    language: str
    text: str
    finding: str
    naming: str
    name: str

    # What the sentence says of its finding, and what it says as a whole.
    status = Status.ABSENT
    label = SentenceLabel.ABSENT

    @property
    def document(self) -> Document:
        """Return the sentence."""
        return Document("self-test", self.text, self.language)

    @property
    def target(self) -> Span:
        """Return where the finding stands in it."""
        return _place(self.text, self.finding)

    @property
    def about_somebody(self) -> tuple[Document, Span]:
        """Return the other sentence, and where the name stands in it."""
        return Document("self-test", self.naming, self.language), _place(self.naming, self.name)


SELF_TESTS: Mapping[str, SelfTest] = {
    test.language: test
    for test in (
        SelfTest(
            language="en",
            text="The patient denies chest pain.",
            finding="chest pain",
            naming="Mr. John Smith was admitted on 03/04/2021 with chest pain.",
            name="John Smith",
        ),
        SelfTest(
            language="es",
            text="El paciente niega dolor torácico.",
            finding="dolor torácico",
            naming="El paciente Juan García López ingresó el 03/04/2021 por dolor torácico.",
            name="Juan García López",
        ),
    )
}


def prove_reader(engine: NoteReader, language: str) -> None:
    """See that ``engine`` reads the sentence of ``language`` right, finding and label; raises ``ArtifactError``."""
    _prove(engine, language, _reads_right)


def prove_judge(engine: AssertionEngine, language: str) -> None:
    """See that ``engine`` judges the finding of that sentence right; raises ``ArtifactError``."""
    _prove(engine, language, _judges_right)


def prove_finder(engine: IdentifierEngine, language: str) -> None:
    """See that ``engine`` finds the name in the other sentence; raises ``ArtifactError``."""
    _prove(engine, language, _finds_right)


def prove_recorder(engine: ExtractionEngine, language: str) -> None:
    """See that ``engine`` records what that sentence denies as denied, and nothing else; raises ``ArtifactError``."""
    _prove(engine, language, _records_right)


def prove_summariser(engine: NoteSummaryEngine, language: str) -> None:
    """See that ``engine`` quotes that sentence whole, denial and all; raises ``ArtifactError``."""
    _prove(engine, language, _quotes_right)


def _prove(engine: _Engine, language: str, right: Callable[[_Engine, SelfTest], bool]) -> None:
    card: EngineCard = engine.card
    refusal = ArtifactError(
        f"The engine {card.name!r} failed its self-test in {language!r}, so it reads nothing; reinstall epicrisis, or "
        "choose another engine."
    )
    try:
        passed = right(engine, SELF_TESTS[language])
    except Exception as error:
        raise refusal from error
    if not passed:
        raise refusal


def _reads_right(engine: NoteReader, test: SelfTest) -> bool:
    [read] = engine.read([test.document])
    judged = {
        (entity.span, assertion.status)
        for entity, assertion in zip(read.entities, read.assertions, strict=True)
        if assertion is not None
    }
    ways = [engine.sentence_labels, *([engine.quick_labels] if isinstance(engine, LabelsQuickly) else [])]
    labels = {sentence.label for way in ways for sentence in way([test.text], language=test.language)}
    return (test.target, test.status) in judged and labels == {test.label}


def _judges_right(engine: AssertionEngine, test: SelfTest) -> bool:
    [judged] = engine.assess(test.document, [test.target])
    return judged.status is test.status


def _finds_right(engine: IdentifierEngine, test: SelfTest) -> bool:
    document, name = test.about_somebody
    [found] = engine.find([document])
    return any(each.kind is IdentifierKind.NAME and each.span.overlaps(name) for each in found)


def _records_right(engine: ExtractionEngine, test: SelfTest) -> bool:
    found, said = Entity(test.target, EntityLabel.PROBLEM), Assertion(test.target, test.status, 1.0)
    sentence = Sentence(Span(0, len(test.text)), test.label)
    record = engine.extract(AnnotatedDocument(test.document, (found,), (said,), sentences=(sentence,)))
    return [each.name.span for each in record.denied] == [test.target] and not record.problems


def _place(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start, start + len(words))


def _quotes_right(engine: NoteSummaryEngine, test: SelfTest) -> bool:
    text = test.text
    note = AnnotatedDocument(test.document, (), (), sentences=(Sentence(Span(0, len(text))),))
    summary = engine.summarize(note, bounds=Bounds(least=0, most=len(text.split())))
    return [statement.text for statement in summary.statements] == [text]
