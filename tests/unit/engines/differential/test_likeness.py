"""What clauses tell in words of their own, by the model that ships."""

from __future__ import annotations

import pytest

from epicrisis.assembly import load
from epicrisis.domain.documents import Document
from epicrisis.engines.differential.knowledge.reading import knowledge_base
from epicrisis.engines.differential.likeness import Like, Likeness, build, likeness
from epicrisis.services.diagnose import Presentation
from epicrisis.settings import Settings

# None of these stands among the clauses that taught it (src/epicrisis_lab/knowledge/clauses).
TOLD = {
    "the whole room whirls round when she rolls over in bed": ("vertigo-positional", True),
    "his wee has gone as dark as cola": ("urine-dark", True),
}
MISREAD = {
    "her heart was dancing about with no rhythm to it": (("palpitations-irregular", True), "its no reads as a denial"),
    "he has to sleep bolt upright in the armchair": (("orthopnea", True), "nothing is sure enough"),
}


@pytest.fixture(scope="module")
def reader() -> Likeness:
    return build()


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        *(pytest.param(clause, wanted, id=wanted[0]) for clause, wanted in TOLD.items()),
        *(
            pytest.param(clause, wanted, id=wanted[0], marks=pytest.mark.xfail(reason=why))
            for clause, (wanted, why) in MISREAD.items()
        ),
    ],
)
def test_finds_what_is_told_in_words_of_its_own(reader: Likeness, clause: str, wanted: tuple[str, bool]) -> None:
    [like] = reader.told([clause])

    assert like is not None
    assert (like.finding, like.present) == wanted
    assert reader.told([clause.upper()])[0] is not None


def test_its_findings_are_of_the_knowledge_base(reader: Likeness) -> None:
    [like] = reader.told(["can't keep anything down, not even water"])

    assert isinstance(like, Like)
    assert like.finding in knowledge_base().findings
    assert 0 < like.probability <= 1


def test_neighbours_change_nothing(reader: Likeness) -> None:
    alone = [reader.told([clause])[0] for clause in TOLD]
    together = reader.told([*TOLD, "a much longer clause that stands beside them and has other words in it", "short"])

    assert [each and each.finding for each in together[: len(TOLD)]] == [each and each.finding for each in alone]
    assert [each and each.probability for each in together[: len(TOLD)]] == pytest.approx(
        [each and each.probability for each in alone], abs=1e-4
    )


@pytest.mark.parametrize("clause", ["", "?!", "a" * 5_000, "\u200b", "42"])
def test_whatever_is_sent_is_answered(reader: Likeness, clause: str) -> None:
    [like] = reader.told([clause])

    assert like is None or like.finding in knowledge_base().findings


def test_it_reads_english_alone() -> None:
    assert likeness("en-GB") is likeness("en")
    assert likeness("es") is None


@pytest.mark.parametrize("clauses", [True, False])
def test_a_setting_does_without_it(clauses: bool) -> None:
    note = Document("1", "Seen today. She says the whole room whirls round when she rolls over in bed.", "en")

    found = load(Settings(clauses=clauses)).differentials.one(Presentation(note=note))

    assert ("vertigo-positional" in {each.finding for each in found.case.observed}) == clauses
