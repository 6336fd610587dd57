from __future__ import annotations

import pytest

from epicrisis.domain.annotations import Sentence
from epicrisis.domain.assertions import Assertion, Conflict, Cue, CueKind, Scheme, Status, projected
from epicrisis.domain.assessments import Assessment, Coverage
from epicrisis.domain.documents import Document
from epicrisis.domain.sections import Section, SectionCategory, section_of
from epicrisis.domain.spans import Span


def sentences(*bounds: tuple[int, int]) -> list[Sentence]:
    return [Sentence(Span(*pair)) for pair in bounds]


@pytest.mark.parametrize(
    ("read", "stretches", "share"),
    [
        ([(0, 10), (12, 22)], [(0, 22)], 1.0),
        ([(12, 22)], [(12, 22)], 8 / 16),
        ([(0, 2), (12, 22)], [(0, 2), (12, 22)], 10 / 16),
        ([], [], 0.0),
    ],
)
def test_coverage_is_what_was_read_and_nothing_else(
    read: list[tuple[int, int]], stretches: list[tuple[int, int]], share: float
) -> None:
    coverage = Coverage.of("No fever. \n No cough. \n", sentences(*read))

    assert coverage.stretches == tuple(Span(*pair) for pair in stretches)
    assert coverage.share == pytest.approx(share)


def test_an_assessment_moves_with_everything_it_points_at() -> None:
    def further(span: Span) -> Span:
        return span.shifted(5)

    cue = Cue(Span(0, 2), CueKind.NEGATION, scope=Span(0, 8))
    moved_cue = Cue(Span(5, 7), CueKind.NEGATION, scope=Span(5, 13))
    assessment = Assessment(
        document=Document(id="n1", text="No fever."),
        assertions=(
            Assertion(Span(3, 8), Status.ABSENT, 0.9, cues=(cue,), conflict=Conflict("rules", Status.PRESENT, (cue,))),
            Assertion(Span(0, 2), Status.PRESENT, 0.5),
        ),
        labels=("PROBLEM", None),
        sentence=None,
        sentences=(Sentence(Span(0, 9)),),
        sections=(Section(Span(0, 9), heading=Span(0, 2)), Section(Span(0, 1))),
        coverage=Coverage((Span(0, 9),), 1.0),
    )
    longer = Document(id="n1", text="xxxx No fever.")

    moved = assessment.moved(longer, further)

    assert moved.document == longer
    assert moved.assertions == (
        Assertion(
            Span(8, 13), Status.ABSENT, 0.9, cues=(moved_cue,), conflict=Conflict("rules", Status.PRESENT, (moved_cue,))
        ),
        Assertion(Span(5, 7), Status.PRESENT, 0.5),
    )
    assert moved.sentences == (Sentence(Span(5, 14)),)
    assert moved.sections == (Section(Span(5, 14), heading=Span(5, 7)), Section(Span(5, 6)))
    assert moved.coverage == Coverage((Span(5, 14),), 1.0)
    assert (moved.labels, moved.sentence) == (assessment.labels, assessment.sentence)


def test_the_scope_of_a_finding_is_the_reach_it_stands_in() -> None:
    elsewhere = Cue(Span(0, 2), CueKind.NEGATION, scope=Span(0, 5))
    unknown = Cue(Span(0, 2), CueKind.PAST)
    around = Cue(Span(6, 8), CueKind.NEGATION, scope=Span(6, 20))

    assert Assertion(Span(9, 12), Status.ABSENT, 0.9, cues=(elsewhere, unknown, around)).scope == Span(6, 20)
    assert Assertion(Span(9, 12), Status.ABSENT, 0.9, cues=(elsewhere, unknown)).scope is None


def test_a_stretch_stands_in_the_section_that_holds_all_of_it() -> None:
    plan, history = Section(Span(10, 20), SectionCategory.PLAN), Section(Span(20, 30), SectionCategory.PAST_HISTORY)

    found = [section_of((plan, history), span) for span in (Span(0, 5), Span(10, 20), Span(19, 21), Span(29, 30))]

    assert found == [None, plan, None, history]


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        (Scheme.I2B2, "conditional"),
        (Scheme.THREE, "POSSIBLE"),
        (Scheme.FOUR, "CONDITIONAL"),
        (
            Scheme.AZURE,
            {
                "certainty": "positive",
                "conditionality": "conditional",
                "association": "subject",
                "temporality": "current",
            },
        ),
    ],
)
def test_each_scheme_tells_an_assertion_its_own_way(scheme: Scheme, told: object) -> None:
    assert projected(Assertion(Span(0, 1), Status.CONDITIONAL, 0.9), scheme) == told
