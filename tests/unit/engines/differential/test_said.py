"""What the words of a note speak for: the heads that ship, and what the knowledge engine makes of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from epicrisis.domain.differentials import Case, Differential, Observed, Said
from epicrisis.domain.patients import Sex
from epicrisis.engines.artifacts import CARD, Artifact
from epicrisis.engines.differential.calibration import Calibration
from epicrisis.engines.differential.engine import build
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import WIDTH, likeness
from epicrisis.engines.differential.said import (
    CONDITIONS,
    FOLDER,
    HEADS,
    Head,
    Heads,
    Wording,
    heads,
    log_shares,
    person_of,
    wording_of,
)
from epicrisis.engines.differential.telling import WORDING
from epicrisis.engines.shipped import shipped
from epicrisis.errors import CorruptArtifact
from epicrisis_lab.codes.packing import put_on_card

HEAD = ("one side of my head throbs for hours", "light hurts my eyes", "I see zigzag lines before it starts")
KNEE = ("my knee gave way on the stairs", "it locks now and then")


@cache
def head() -> Head:
    found = heads().of("en")
    assert found is not None
    return found


def said(*clauses: str) -> tuple[Said, ...]:
    reader = likeness("en")
    assert reader is not None
    vectors = reader.vectors(clauses)
    return tuple(Said(words, tuple(vector.tolist())) for words, vector in zip(clauses, vectors, strict=True))


def case(*clauses: str, age: float = 34, sex: Sex = Sex.FEMALE) -> Case:
    return Case(age=age, sex=sex, said=said(*clauses))


def told(asked: Case) -> Differential:
    return build().differential(asked, most=len(knowledge_base().conditions))


def test_there_is_a_head_for_both_languages_and_no_other() -> None:
    for language in ("en", "es"):
        found = heads().of(language)
        assert found is not None
        assert set(found.conditions) == knowledge_base().conditions.keys()
    assert heads().of("de") is None


def test_clauses_that_no_table_has_speak_for_what_they_tell() -> None:
    wording = wording_of(case(*HEAD), head())
    assert head().conditions[int(np.argmax(wording.scores))] == "migraine"


def test_nothing_said_is_what_was_before() -> None:
    nothing = Wording(head(), np.zeros((0, WIDTH + 1), np.float32), person_of(Case(age=60)))
    assert np.allclose(nothing.scores, nothing.before)
    assert nothing.lost([0, 1]).shape == (0, 2)


def test_what_is_lost_is_the_score_less_the_score_without() -> None:
    whole, columns = wording_of(case(*HEAD), head()), [3, 0, 200]
    lost = whole.lost(columns)
    for row in range(len(HEAD)):
        without = wording_of(case(*(each for place, each in enumerate(HEAD) if place != row)), head())
        assert lost[row] == pytest.approx((whole.scores - without.scores)[columns], abs=1e-2)


def test_the_order_of_what_is_said_changes_nothing() -> None:
    one, other = (wording_of(case(*each), head()).scores for each in (HEAD, HEAD[::-1]))
    assert one == pytest.approx(other, abs=1e-3)


def test_shares_are_of_what_is_possible() -> None:
    shares = np.exp(log_shares(np.array([2.0, 1.0, 700.0]), np.array([True, True, False])))
    assert shares[:2].sum() == pytest.approx(1.0)
    assert shares[0] / shares[1] == pytest.approx(np.e)


def test_age_and_sex_are_told_or_are_not() -> None:
    people = [person_of(each) for each in (Case(), Case(age=0.5), Case(age=80, sex=Sex.MALE))]
    assert [each.sum() for each in people] == [2, 2, 2]
    assert len({tuple(each) for each in people}) == 3


def test_the_words_of_a_note_move_its_ranking_and_are_quoted() -> None:
    found = told(case(*HEAD))
    assert found.hypotheses[0].condition == "migraine"
    [worded] = [each for each in found.hypotheses[0].supporting if each.observed.finding == WORDING]
    assert worded.name == "the wording of the note"
    assert worded.weight > 0
    quoted = worded.observed.told.split("; ")
    assert 1 <= len(quoted) <= 2
    assert set(quoted) <= set(HEAD)


def test_what_the_words_add_and_the_other_weights_make_the_score() -> None:
    asked = replace(case(*KNEE), observed=(Observed("fever", present=False), Observed("knee-pain")))
    for each in told(asked).hypotheses:
        weights = [weighed.weight for weighed in (*each.supporting, *each.opposing)]
        assert each.score == pytest.approx(each.prior + sum(weights))
        assert all(np.isfinite(weights))


def test_without_a_note_its_words_count_for_nothing() -> None:
    found = told(Case(age=60, sex=Sex.MALE, observed=(Observed("knee-pain"),)))
    for each in found.hypotheses:
        assert WORDING not in {weighed.observed.finding for weighed in (*each.supporting, *each.opposing)}


def test_who_cannot_have_a_condition_is_not_told_it_by_words() -> None:
    words = ("I missed two periods", "my breasts are tender", "I am sick in the mornings")
    ranked = {sex: {each.condition for each in told(case(*words, age=28, sex=sex)).hypotheses} for sex in Sex}
    assert "ectopic-pregnancy" in ranked[Sex.FEMALE]
    assert "ectopic-pregnancy" not in ranked[Sex.MALE]


def test_a_note_may_be_misread_so_what_is_sure_is_less_so() -> None:
    tuned = Calibration(sure_in_notes=0.5)
    likely = np.array([0.0, 0.2, 0.5, 0.9, 0.999])
    alone, in_note = tuned.confidence(likely), tuned.confidence(likely, in_note=True)
    assert in_note[:3] == pytest.approx(alone[:3])
    assert in_note[3:] == pytest.approx([0.75, 0.969], abs=1e-3)


def test_what_is_said_is_neither_shown_nor_compared() -> None:
    asked = case(*KNEE)
    assert KNEE[0] not in repr(asked)
    assert asked == replace(asked, said=())


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped(FOLDER), tmp_path / FOLDER))


def _changed(folder: Path, **arrays: object) -> Artifact:
    with np.load(folder / HEADS) as held:
        kept = {name: held[name] for name in held.files}
    np.savez_compressed(folder / HEADS, **(kept | {name.replace("_", ".", 1): each for name, each in arrays.items()}))
    put_on_card(folder, HEADS)
    return Artifact(folder)


def test_another_encoder_than_they_were_taught_on_is_refused(copied: Path) -> None:
    assert Heads(Artifact(copied)).of("en")
    with pytest.raises(CorruptArtifact, match="another encoder"):
        Heads(_changed(copied, en_encoder=np.array("0" * 64)))


def test_other_tables_than_they_were_taught_on_are_refused(copied: Path) -> None:
    with pytest.raises(CorruptArtifact, match="conditions the tables do not have"):
        Heads(_changed(copied, **{CONDITIONS: np.array(["no-such-condition"])}))


def test_the_card_says_how_well_they_do_on_cases_they_were_not_taught() -> None:
    card = json.loads((shipped(FOLDER) / CARD).read_text(encoding="utf-8"))
    assert card["scores"]["en.drawn.top_3"] > 0.7
    assert card["scores"]["es.drawn.top_3"] > 0.7
