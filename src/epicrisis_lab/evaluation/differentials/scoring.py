"""One evaluation of differentials: vignettes in; where each engine ranks what was meant, and what was read, out."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from epicrisis import assembly
from epicrisis.domain.differentials import Differential, Observed
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.registry import Group, installed
from epicrisis.services.diagnose import Diagnose, Presentation
from epicrisis.settings import load_settings
from epicrisis_lab.evaluation.bootstrap import intervals
from epicrisis_lab.evaluation.calibration import calibration_tally, reliability
from epicrisis_lab.evaluation.differentials.baselines import KNOWLEDGE, NAMES, differential_engine
from epicrisis_lab.evaluation.differentials.counting import (
    FIRST,
    Ranked,
    alarms_tally,
    findings_tally,
    groups_tally,
    tops_tally,
)
from epicrisis_lab.evaluation.differentials.findings import Compared, Lineage
from epicrisis_lab.evaluation.differentials.vignettes import Vignette, load_vignettes
from epicrisis_lab.evaluation.mistakes import Mistake
from epicrisis_lab.evaluation.run import Evaluation, Task
from epicrisis_lab.evaluation.spans import Mark
from epicrisis_lab.evaluation.tally import Tally, joined

STRUCTURED, TEXT = "structured", "text"
_MOST = 20
_SOURCE = "vignettes"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What an engine made of a vignette; ``seconds`` is how long it took, where the whole of it was measured."""

    found: Differential
    seconds: float | None


class Differentials:
    """Vignettes, and their notes as the pipeline of each engine reads them, read once."""

    def __init__(self, files: Sequence[Path], language: str | None = None) -> None:
        self.files = tuple(map(str, files))
        self.base = knowledge_base()
        self.vignettes = load_vignettes(files, self.base, language)
        self.language = "+".join(sorted({each.document.language for each in self.vignettes}))
        self._lineage = Lineage(self.base)
        self._read: dict[str, list[_Answer]] = {}

    def evaluate(self, engine: str, *, samples: int = 1000, seed: int = 0) -> Evaluation:
        """Score the engine or baseline called ``engine``; ``samples`` 0 leaves the intervals out.

        Raises:
            UnknownEngine: no installed package offers it.
            MissingCapability: it ranks no conditions.
        """
        answers = {STRUCTURED: self._structured(engine), TEXT: self._text(engine)}
        ranked = {way: self._ranked(told) for way, told in answers.items()}
        compared = self._compared(answers[TEXT]) if _reads(engine) else []
        tally = joined(
            *(tally for way, told in ranked.items() for tally in self._tallies(way, told)),
            *([findings_tally(compared)] if compared else []),
            *(groups_tally(way, self.vignettes, told) for way, told in ranked.items()),
        )
        spread = intervals(tally, samples=samples, seed=seed)
        return Evaluation(
            task=Task.DIFFERENTIALS.value,
            files=self.files,
            rows=len(self.vignettes),
            engine=engine,
            language=self.language,
            metrics={**tally.figures(), **{f"{way}.milliseconds": _median(told) for way, told in answers.items()}},
            intervals={name: interval for name, interval in spread.items() if not name.endswith(".support")},
            skipped=0,
            reliability={way: tuple(reliability([each.confident for each in told])) for way, told in ranked.items()},
            mistakes=tuple(self._mistakes(answers, compared)),
        )

    def _structured(self, engine: str) -> list[_Answer]:
        ranks = differential_engine(engine)

        def answer(vignette: Vignette) -> _Answer:
            began = time.perf_counter()
            found = ranks.differential(vignette.case, language=vignette.document.language, most=_MOST)
            return _Answer(found, time.perf_counter() - began)

        return [answer(vignette) for vignette in self.vignettes]

    def _text(self, engine: str) -> list[_Answer]:
        """Return what ``engine`` makes of each note; where no pipeline serves it, of what the usual one reads there."""
        if _reads(engine):
            return self._by_pipeline(engine)
        ranks = differential_engine(engine)
        return [
            _Answer(ranks.differential(read.found.case, language=vignette.document.language, most=_MOST), None)
            for vignette, read in zip(self.vignettes, self._by_pipeline(KNOWLEDGE), strict=True)
        ]

    def _by_pipeline(self, engine: str) -> list[_Answer]:
        if engine not in self._read:
            read_by = {"clauses": False} if engine == NAMES else {"differential": engine}
            diagnose = assembly.load(load_settings().model_copy(update=read_by)).differentials
            self._read[engine] = [_of_note(diagnose, vignette) for vignette in self.vignettes]
        return self._read[engine]

    def _ranked(self, answers: Sequence[_Answer]) -> list[Ranked]:
        return [
            Ranked.of(answer.found, vignette.condition)
            for vignette, answer in zip(self.vignettes, answers, strict=True)
        ]

    def _tallies(self, way: str, ranked: Sequence[Ranked]) -> Iterator[Tally]:
        urgencies = [self.base.conditions[each.condition].urgency for each in self.vignettes]
        yield tops_tally(way, [each.place for each in ranked])
        if way == TEXT:
            yield tops_tally(f"{way}.new", [each.place_if_new for each in ranked])
        yield calibration_tally([[each.confident] for each in ranked], way)
        yield alarms_tally(way, ranked, urgencies)

    def _compared(self, answers: Sequence[_Answer]) -> list[Compared]:
        """Return how what was read in each note fits what it states; a baseline reads nothing of its own."""
        return [
            self._lineage.compare(vignette.stated, answer.found.case.observed)
            for vignette, answer in zip(self.vignettes, answers, strict=True)
        ]

    def _mistakes(self, answers: dict[str, list[_Answer]], compared: Sequence[Compared]) -> Iterator[Mistake]:
        for way, told in answers.items():
            for vignette, answer in zip(self.vignettes, told, strict=True):
                yield from _misranked(way, vignette, answer.found)
        for vignette, each in zip(self.vignettes, compared, strict=False):
            yield from _misread(vignette, each)


def _reads(engine: str) -> bool:
    """Return whether a pipeline of its own reads the notes for ``engine``."""
    return engine == NAMES or engine in installed(Group.DIFFERENTIAL)


def _of_note(diagnose: Diagnose, vignette: Vignette) -> _Answer:
    note = vignette.document
    told = Presentation(language=note.language, age=vignette.age, sex=vignette.sex, note=note)
    began = time.perf_counter()
    found = diagnose.one(told, most=_MOST)
    return _Answer(found, time.perf_counter() - began)


def _median(answers: Sequence[_Answer]) -> float | None:
    """Return how many milliseconds the median case took; nothing where not all of it was measured."""
    seconds = [each.seconds for each in answers if each.seconds is not None]
    return round(1_000 * statistics.median(seconds), 2) if seconds else None


def _misranked(way: str, vignette: Vignette, found: Differential) -> Iterator[Mistake]:
    place = Ranked.of(found, vignette.condition).place
    if place == 1:
        return
    kind = f"{way}: among the first {FIRST}, not the first" if place <= FIRST else f"{way}: not among the first {FIRST}"
    told = ", ".join(f"{each.condition} {each.confidence:.2f}" for each in found.hypotheses[:FIRST])
    about = f"{vignette.condition}; told {told} | {vignette.document.text}"
    yield Mistake(kind, vignette.document.id, _SOURCE, about)


def _misread(vignette: Vignette, compared: Compared) -> Iterator[Mistake]:
    about = (vignette.document.id, _SOURCE)
    for each in compared.missed:
        yield Mistake("finding missed", *about, f"{_label(each)} in: {vignette.document.text}")
    for kind, wrong in (("finding made up", compared.made_up), ("finding contrary", compared.contrary)):
        for each in wrong:
            span = None if each.source is None else each.source.span
            mark = None if span is None else Mark(span.start, span.end, _label(each))
            text = vignette.document.text if mark else f"{_label(each)} in: {vignette.document.text}"
            yield Mistake(kind, *about, text, predicted=mark)


def _label(observed: Observed) -> str:
    return observed.finding if observed.present else f"no {observed.finding}"
