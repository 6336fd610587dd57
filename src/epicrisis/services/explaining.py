"""Says what the status of each finding of a text rests on: the words without which it would be less probable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from anyio import to_thread

from epicrisis.domain.assessments import Assessment
from epicrisis.domain.attributions import Attribution
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.occlusion import Asked, attributed
from epicrisis.engines.contracts import AssertionEngine
from epicrisis.engines.units import Unit, by_home, sections_of, sentence_units
from epicrisis.errors import InvalidInput
from epicrisis.services.assess import Assess, Question
from epicrisis.services.core import Core
from epicrisis.services.outcomes import Failure, answered
from epicrisis.services.queueing import Work

# Each costs as much as reading the sentence once more: some twenty sentences of ten words.
MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class _Explained:
    """The sentences of a text that hold findings; ``document`` is as long as all that will be read."""

    document: Document
    language: str
    named: bool
    asked: tuple[Asked, ...]


class Explain:
    """Takes the words around each finding out, one by one, and asks the engine that judged it again."""

    def __init__(self, assess: Assess, *, core: Core) -> None:
        self._assess = assess
        self._core = core
        self._work: Work[_Explained, list[list[Attribution]]] = Work(
            "explain", self._explain, document=lambda each: each.document
        )

    async def __call__(self, question: Question, assessment: Assessment) -> list[Attribution | None]:
        """Return what each assertion of ``assessment``, the answer to ``question``, rests on, in their order.

        Nothing is told of a finding that no sentence holds.

        Raises:
            InvalidInput: the sentences of the findings have more than ``MOST_WORDS`` words around them.
            Overloaded: too much work waits already.
            DeadlineExceeded: there was no answer in the time a request has.
        """
        explained, places = await to_thread.run_sync(_prepared, question, assessment)
        found: list[Attribution | None] = [None] * len(assessment.assertions)
        if not explained.asked:
            return found
        for asked, own, told in zip(
            explained.asked, places, answered(await self._core.ask(self._work, explained)), strict=True
        ):
            for place, attribution in zip(own, told, strict=True):
                found[place] = attribution.moved(_Back(asked.unit, question))
        return found

    def _explain(self, questions: Sequence[_Explained]) -> list[list[list[Attribution]] | Failure]:
        return [attributed(self._engine(each), each.asked) for each in questions]

    def _engine(self, explained: _Explained) -> AssertionEngine:
        """Return what judged: where no finding was named, the reader, or a judge where a reader cannot judge alone."""
        reader: object = None if explained.named else self._assess.readers(explained.language)
        return reader if isinstance(reader, AssertionEngine) else self._assess.judges(explained.language)


@dataclass(frozen=True, slots=True)
class _Back:
    """Where a stretch of a unit stands in the text that was sent."""

    unit: Unit
    question: Question

    def __call__(self, span: Span) -> Span:
        """Return the place; a word of the heading is there, and not before the sentence."""
        place = self.unit.to_document(span) or self.unit.to_heading(span) or self.unit.span
        return place if self.question.sent is None else self.question.offsets.to_original(place)


def _prepared(question: Question, assessment: Assessment) -> tuple[_Explained, list[list[int]]]:
    """Return the sentences that hold the findings, and the numbers of the findings in each."""
    document = question.document
    targets = question.targets or tuple(assertion.target for assertion in assessment.assertions)
    units = list(sentence_units(document, sections_of(document))) if targets else []
    asked, places = list[Asked](), list[list[int]]()
    for home, numbers in sorted(by_home(units, targets).items()) if units else ():
        unit = units[home]
        own = [number for number in numbers if _is_read(unit, targets[number])]
        if own:
            statuses = tuple(assessment.assertions[number].status for number in own)
            asked.append(Asked(unit, tuple(unit.to_unit(targets[number]) for number in own), statuses))
            places.append(own)
    words = [len({word for near in each.near(each.words()) for word in near}) for each in asked]
    if sum(words) > MOST_WORDS:
        raise InvalidInput(
            f"There are {sum(words)} words around these findings; `explain` takes up to {MOST_WORDS} of a text: name "
            "fewer `targets`, or send a shorter text."
        )
    cost = "\n".join(each.unit.text for each, count in zip(asked, words, strict=True) for _ in range(count + 1))
    whole = Document(document.id, cost or document.text, document.language)
    return _Explained(whole, document.language, bool(question.targets), tuple(asked)), places


def _is_read(unit: Unit, target: Span) -> bool:
    place = unit.to_unit(target)
    return place.end <= len(unit.text) and bool(unit.text[place.start : place.end].strip())
