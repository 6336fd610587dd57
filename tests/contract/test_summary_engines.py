"""What every summary engine keeps, whoever wrote it; they are those that are installed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from epicrisis.domain.annotations import AnnotatedDocument
from epicrisis.domain.note_summaries import Bounds
from epicrisis.engines.record_contracts import NoteSummaryEngine
from epicrisis.engines.registry import Group, installed, note_reader, summary_engine
from epicrisis.errors import UnknownLanguage
from tests.contract.samples import SAMPLES, Sample, engines

BOUNDS = [Bounds(0, 4), Bounds(0, 12), Bounds(5, 40), Bounds(50, 150)]


@pytest.fixture(scope="module", params=[*engines(Group.SUMMARIES)])
def engine(request: pytest.FixtureRequest) -> tuple[NoteSummaryEngine, str]:
    name, language = request.param
    return summary_engine(name, language), language


@pytest.fixture(scope="module")
def notes(engine: tuple[NoteSummaryEngine, str]) -> list[AnnotatedDocument]:
    sample = SAMPLES[engine[1]]
    return [read(sample, text) for text in (sample.note.text, sample.other, "ok", *sample.awkward.values())]


def read(sample: Sample, text: str) -> AnnotatedDocument:
    [answer] = note_reader("rules", sample.note.language).read([sample.document(text)])
    return answer


def test_there_are_engines_to_hold_to_this() -> None:
    assert "salience" in installed(Group.SUMMARIES)


def test_a_summary_says_whose_it_is_and_who_wrote_it(
    engine: tuple[NoteSummaryEngine, str], notes: list[AnnotatedDocument]
) -> None:
    for note in notes:
        summary = engine[0].summarize(note, bounds=BOUNDS[-1])

        assert (summary.document_id, summary.language) == (note.document.id, note.document.language)
        assert (summary.engine, summary.version) == (engine[0].card.name, engine[0].card.version)


@pytest.mark.parametrize("bounds", BOUNDS)
def test_no_bound_is_broken_and_one_that_cannot_be_kept_is_told_of(
    engine: tuple[NoteSummaryEngine, str], notes: list[AnnotatedDocument], bounds: Bounds
) -> None:
    for note in notes:
        summary = engine[0].summarize(note, bounds=bounds)

        assert summary.words <= bounds.most
        assert summary.words >= bounds.least or summary.warnings


@pytest.mark.parametrize("bounds", BOUNDS)
def test_statements_quote_the_note_in_its_order(
    engine: tuple[NoteSummaryEngine, str], notes: list[AnnotatedDocument], bounds: Bounds
) -> None:
    for note in notes:
        statements = engine[0].summarize(note, bounds=bounds).statements

        spans = [span for statement in statements for span in statement.spans]
        assert spans == sorted(spans)
        assert [each.text for each in statements] == [note.document.quote(span) for span in spans]
        assert all(0 <= each.score <= 1 for each in statements)
        for each in statements:
            assert each.heading is None or each.heading.text == note.document.quote(each.heading.span)


def test_the_same_note_has_the_same_summary_whoever_asks_beside(
    engine: tuple[NoteSummaryEngine, str], notes: list[AnnotatedDocument]
) -> None:
    def summarize(note: AnnotatedDocument) -> object:
        return engine[0].summarize(note, bounds=BOUNDS[1])

    alone = [summarize(note) for note in notes]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(summarize, notes * 3)) == alone * 3


def test_a_language_nobody_reads_is_refused(
    engine: tuple[NoteSummaryEngine, str], notes: list[AnnotatedDocument]
) -> None:
    foreign = replace(notes[0], document=replace(notes[0].document, language="tlh"))

    with pytest.raises(UnknownLanguage):
        engine[0].summarize(foreign, bounds=BOUNDS[0])
