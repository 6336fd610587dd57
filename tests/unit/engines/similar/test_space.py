from __future__ import annotations

import numpy as np
import pytest

from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.similar.clauses import ClauseDirections
from epicrisis.engines.similar.findings import DIMENSIONS, FindingDirections, direction
from epicrisis.engines.similar.space import CaseSpace, case_space

PNEUMONIA = {"fever": True, "cough-productive": True, "dyspnea": True, "chest-pain": False}
BRONCHITIS = {"fever": True, "cough": True, "rhinorrhea-clear": True}
MIGRAINE = {"headache": True, "photophobia": True, "nausea": True, "fever": False}


@pytest.fixture(scope="module")
def directions() -> FindingDirections:
    return FindingDirections(knowledge_base())


@pytest.fixture(scope="module")
def space() -> CaseSpace:
    return case_space()


def cosine(space: CaseSpace, one: dict[str, bool], other: dict[str, bool], *texts: str) -> float:
    said = texts or ("", "")
    vectors = [space.vector(found, text, "en") for found, text in zip((one, other), said, strict=True)]
    assert vectors[0] is not None
    assert vectors[1] is not None
    return float(vectors[0] @ vectors[1])


def test_a_direction_is_the_same_for_ever() -> None:
    signs = (direction("fever", 256) * 16).astype(int)

    assert signs[:16].tolist() == [1, 1, -1, 1, 1, -1, 1, 1, -1, -1, -1, 1, 1, -1, -1, -1]
    assert float(np.linalg.norm(direction("fever", 256))) == pytest.approx(1)


def test_directions_of_different_findings_are_nearly_at_right_angles() -> None:
    drawn = np.stack([direction(each, DIMENSIONS) for each in knowledge_base().findings])

    cosines = (drawn @ drawn.T)[np.triu_indices(len(drawn), 1)]

    assert float(np.abs(cosines).mean()) < 0.06
    assert float(np.abs(cosines).max()) < 0.4


def test_the_cosine_of_two_cases_is_about_that_of_their_findings(directions: FindingDirections) -> None:
    like, unlike = (directions.vector(PNEUMONIA) @ directions.vector(each) for each in (BRONCHITIS, MIGRAINE))

    assert like > 0.3
    assert abs(unlike) < 0.2


def test_what_lies_above_a_finding_is_there_as_well(directions: FindingDirections) -> None:
    assert directions.implied({"cough-productive": True, "chest-pain": False}) == {
        "cough-productive": True, "cough": True, "chest-pain": False,
    }  # fmt: skip
    vectors = [directions.vector({each: True}) for each in ("cough-productive", "cough-dry", "headache")]
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def test_a_rare_finding_tells_more_than_a_common_one(directions: FindingDirections) -> None:
    asked = directions.vector({"hemoptysis": True, "headache": True})

    rare, common = (float(asked @ directions.vector({each: True})) for each in ("hemoptysis", "headache"))

    assert rare > common > 0


def test_that_a_finding_is_not_there_points_the_other_way(directions: FindingDirections) -> None:
    there, not_there = directions.vector({"fever": True}), directions.vector({"fever": False})

    assert float(there @ not_there) == pytest.approx(-1, abs=0.001)


def test_what_is_none_of_our_findings_counts_for_nothing(directions: FindingDirections) -> None:
    assert not directions.vector({"quetzal": True}).any()
    assert np.array_equal(directions.vector({**PNEUMONIA, "quetzal": True}), directions.vector(PNEUMONIA))


def test_words_of_their_own_bring_cases_together(space: CaseSpace) -> None:
    told = "Winded after a few steps, had to sit down."

    like = cosine(space, PNEUMONIA, PNEUMONIA, told, "Gets out of breath on the stairs.")
    unlike = cosine(space, PNEUMONIA, PNEUMONIA, told, "The knee is swollen and warm.")

    assert like > unlike + 0.2


def test_a_case_without_a_note_is_compared_by_the_names_of_its_findings(space: CaseSpace) -> None:
    note = "Fever and cough with yellow phlegm, short of breath."

    assert cosine(space, PNEUMONIA, PNEUMONIA, note, "") > 0.6
    assert cosine(space, PNEUMONIA, MIGRAINE, note, "") < 0.3


def test_a_note_in_a_language_the_encoder_does_not_read_is_one_without_words(space: CaseSpace) -> None:
    without = ClauseDirections(lambda _: None)

    assert not without.vector("Fiebre y tos.", "es").any()
    spanish = space.vector(PNEUMONIA, "", "es")
    assert spanish is not None
    assert float(spanish @ space.vector(PNEUMONIA, "", "en")) == pytest.approx(1, abs=1e-5)  # type: ignore[operator]


def test_what_a_redaction_left_tells_nothing(space: CaseSpace) -> None:
    assert cosine(space, {}, {}, "[NAME] has a fever.", "[LOCATION] has a fever.") == pytest.approx(1, abs=1e-5)


def test_where_nothing_is_said_there_is_no_vector(space: CaseSpace) -> None:
    assert space.vector({}, "", "en") is None
    assert space.vector({"quetzal": True}, "?", "en") is None


def test_of_a_long_note_the_first_clauses_count(space: CaseSpace, monkeypatch: pytest.MonkeyPatch) -> None:
    from epicrisis.engines.similar import clauses

    monkeypatch.setattr(clauses, "MOST_CLAUSES", 1)

    assert cosine(space, {}, {}, "Has a fever. Knee swollen.", "Has a fever.") == pytest.approx(1, abs=1e-5)
