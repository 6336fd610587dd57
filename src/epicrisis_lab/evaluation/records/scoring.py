"""One evaluation of records: files in, figures of every list out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis_lab.evaluation.bootstrap import intervals
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.records.engines import read, record_engine
from epicrisis_lab.evaluation.records.gold import GoldRecord
from epicrisis_lab.evaluation.records.lists import LISTS
from epicrisis_lab.evaluation.records.pairing import paired
from epicrisis_lab.evaluation.run import Evaluation, Task
from epicrisis_lab.evaluation.spans import Matching, span_tally

_SOURCE = "records"


class Records:
    """Records of one language and their notes as they were read, once for however many engines."""

    def __init__(self, files: Sequence[Path], gold: Sequence[GoldRecord]) -> None:
        self.files = tuple(map(str, files))
        self.gold = tuple(gold)
        self.language = gold[0].document.language
        self.notes: Sequence[AnnotatedDocument] = read([record.document for record in gold])

    def evaluate(self, engine: str, *, samples: int = 1000, seed: int = 0) -> Evaluation:
        """Score the engine called ``engine`` on every list; ``samples`` 0 leaves the intervals out.

        Raises:
            UnknownEngine: no installed package offers it.
            UnknownLanguage: it does not read the language of the records.
        """
        extract = record_engine(engine, self.language)
        found = [extract(note) for note in self.notes]
        matchings: list[Matching] = []
        mistakes: list[Mistake] = []
        for record, written in zip(self.gold, found, strict=True):
            fits = [paired(each.name, each.gold(record), each.found(written), each.likeness) for each in LISTS]
            matchings.append(_together(fits))
            mistakes.extend(_mistakes(record, matchings[-1]))
        tally = span_tally(matchings, {f"records.{each.name}": {each.name} for each in LISTS})
        spread = intervals(tally, samples=samples, seed=seed)
        return Evaluation(
            task=Task.RECORDS.value,
            files=self.files,
            rows=len(self.gold),
            engine=engine,
            language=self.language,
            metrics=tally.figures(),
            intervals={name: interval for name, interval in spread.items() if not name.endswith(".support")},
            skipped=0,
            mistakes=tuple(mistakes),
        )


def _together(fits: Sequence[Matching]) -> Matching:
    return Matching(
        pairs=tuple(pair for each in fits for pair in each.pairs),
        missed=tuple(mark for each in fits for mark in each.missed),
        made_up=tuple(mark for each in fits for mark in each.made_up),
    )


def _mistakes(record: GoldRecord, fits: Matching) -> Iterator[Mistake]:
    about = (record.document.id, _SOURCE, record.document.text)
    for gold in fits.missed:
        yield Mistake(f"missed {gold.label}", *about, gold=gold)
    for found in fits.made_up:
        yield Mistake(f"made up {found.label}", *about, predicted=found)
