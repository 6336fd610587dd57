"""Clauses of real notes and what each tells, as a reader marked them: some teach, those of other notes measure.

``marked/LANGUAGE.csv`` says where each stands; its words stay in the corpus. Most clauses of a note tell nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from epicrisis.domain.differentials import Observed
from epicrisis.domain.spans import Span
from epicrisis.engines.differential.knowledge.base import KnowledgeBase
from epicrisis.engines.differential.likeness import NOTHING, Like, Likeness
from epicrisis.text.sentences import sentence_spans
from epicrisis_lab.corpora.catalogue import trainable
from epicrisis_lab.corpora.reading import read_rows
from epicrisis_lab.corpora.rows import LabRow
from epicrisis_lab.errors import MissingData
from epicrisis_lab.evaluation.differentials.findings import Lineage
from epicrisis_lab.knowledge.clauses import Clause


@dataclass(frozen=True, slots=True)
class Mark:
    """What the clause at ``span`` of a note tells, a finding or nothing, and whether it says that it is there.

    One that measures ``stands_for`` so many clauses of its notes; one that teaches stands for none.
    """

    corpus: str
    note: str
    span: Span
    finding: str
    present: bool
    stands_for: float


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark, the text of its note, and the sentence it stands in."""

    mark: Mark
    text: str
    sentence: Span

    @property
    def clause(self) -> Clause:
        """Return the clause, with what stands around it in its sentence."""
        span, text = self.mark.span, self.text
        return Clause(
            self.mark.finding,
            self.mark.present,
            text[span.start : span.end],
            before=text[self.sentence.start : span.start],
            after=text[span.end : self.sentence.end],
        )


def marks(language: str) -> list[Mark]:
    """Return the marks of notes in ``language``."""
    content = (files(__package__) / "marked" / f"{language}.csv").read_text(encoding="utf-8")
    return [
        Mark(
            row["corpus"],
            row["note"],
            Span(int(row["start"]), int(row["end"])),
            row["finding"],
            row["polarity"] == "+",
            float(row["stands_for"]),
        )
        for row in csv.DictReader(content.splitlines())
    ]


def in_notes(marks: Sequence[Mark], language: str, root: Path | None) -> Iterator[Marked]:
    """Yield each of ``marks`` in its note, from the corpora below ``root``.

    Raises:
        MissingData: a note is not there.
    """
    texts = dict[tuple[str, str], str]()
    for name in sorted({mark.corpus for mark in marks}):
        for file in trainable(name).files(root) if root is not None else ():
            texts |= {(name, row.id): row.text for row in read_rows(file, language=language) if isinstance(row, LabRow)}
    sentences: dict[str, Sequence[Span]] = {}
    for mark in marks:
        text = texts.get((mark.corpus, mark.note))
        if text is None:
            raise MissingData(
                f"A note of {mark.corpus} is not here; set EPICRISIS_CORPORA to the folder of the corpora."
            )
        own = sentences.setdefault(text, sentence_spans(text, language))
        yield Marked(mark, text, next(each for each in own if each.start <= mark.span.start < each.end))


def taught_by_notes(language: str, root: Path | None) -> list[Clause]:
    """Return the clauses of notes that teach; raises as ``in_notes`` does."""
    teaching = [mark for mark in marks(language) if not mark.stands_for]
    return [each.clause for each in in_notes(teaching, language, root)]


def measured_in_notes(reader: Likeness, base: KnowledgeBase, root: Path | None) -> Mapping[str, float]:
    """Return how well ``reader`` reads clauses of notes that taught it nothing; raises as ``in_notes`` does.

    Of the clauses of those notes are told so many (``told``), and of those that tell nothing (``told_of_nothing``);
    what is told is right (``precision``), and what tells something is told rightly (``recall``), so often. Right is the
    finding that was marked, or one that follows from the other.
    """
    language = reader.card.languages[0]
    held = list(in_notes([mark for mark in marks(language) if mark.stands_for], language, root))
    read = [reader.told(each.text, [each.sentence], [each.mark.span])[0] for each in held]
    return shares([each.mark for each in held], read, base)


def shares(marks: Sequence[Mark], read: Sequence[Like | None], base: KnowledgeBase) -> Mapping[str, float]:
    """Return the figures of ``measured_in_notes``: ``read[i]`` is what was told of ``marks[i]``."""
    lineage = Lineage(base)
    told = right = tells = of_nothing = whole = 0.0
    for mark, like in zip(marks, read, strict=True):
        whole += mark.stands_for
        tells += mark.stands_for * (mark.finding != NOTHING)
        if like is None:
            continue
        told += mark.stands_for
        if mark.finding == NOTHING:
            of_nothing += mark.stands_for
            continue
        one, other = Observed(mark.finding, mark.present), Observed(like.finding, like.present)
        right += mark.stands_for * (lineage.implies(one, other) or lineage.implies(other, one))
    found = {
        "told": _share(told, whole),
        "told_of_nothing": _share(of_nothing, whole - tells),
        "precision": _share(right, told),
        "recall": _share(right, tells),
    }
    return {f"notes.{name}": round(value, 3) for name, value in found.items()}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
