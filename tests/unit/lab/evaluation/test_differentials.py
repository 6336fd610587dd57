"""Vignettes against what engines make of them: what counts as read, as ranked, and as a baseline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from epicrisis.domain.differentials import Case, Differential, Observed, Urgency
from epicrisis.domain.patients import Sex
from epicrisis.errors import UnknownEngine
from epicrisis_lab.cli import app
from epicrisis_lab.errors import MissingCapability, NothingToScore, UnreadableFile
from epicrisis_lab.evaluation.differentials.baselines import LEXICAL, PRIOR, Lexical, Prior, differential_engine
from epicrisis_lab.evaluation.differentials.counting import (
    Ranked,
    alarms_tally,
    findings_tally,
    groups_tally,
    tops_tally,
)
from epicrisis_lab.evaluation.differentials.findings import Lineage
from epicrisis_lab.evaluation.differentials.scoring import KNOWLEDGE, Differentials
from epicrisis_lab.evaluation.differentials.vignettes import load_vignettes
from epicrisis_lab.evaluation.run import Evaluation
from tests.knowledge import base, engine, found
from tests.unit.lab.files import write

CLASSIC: dict[str, Any] = {
    "id": "v1",
    "condition": "acute-appendicitis",
    "specialty": "gastroenterology",
    "language": "en",
    "age": 19,
    "sex": "MALE",
    "text": "Pain in the right lower abdomen since last night, vomited twice, fever 38.4. No diarrhea. Smoker.",
    "present": ["abdominal-pain-rlq", "vomiting", "fever-measured", "peritonism"],
    "absent": ["diarrhea"],
    "history": ["smoking-current"],
    "difficulty": "easy",
}
SPANISH: dict[str, Any] = {
    **CLASSIC,
    "id": "v2",
    "language": "es",
    "difficulty": "hard",
    "text": "Dolor en fosa ilíaca derecha desde anoche, con vómitos y fiebre. Niega diarrea.",
    "history": [],
}


def small(**changed: Any) -> dict[str, Any]:
    """Return a vignette over the small knowledge base."""
    told = {**CLASSIC, "condition": "pleurisy", "present": ["fever"], "absent": ["cough"], "history": ["smoking"]}
    return {**told, **changed}


def ids(differential: Differential) -> list[str]:
    return [each.condition for each in differential.hypotheses]


def seen(*findings: str) -> tuple[Observed, ...]:
    return tuple(Observed(each.removeprefix("-"), not each.startswith("-")) for each in findings)


def names(findings: tuple[Observed, ...]) -> list[str]:
    return [each.finding for each in findings]


def ranked(place: int, *, alarms: int = 0) -> Ranked:
    return Ranked(place, place, (0.5, place == 1), alarms)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Evaluation]:
    file = write(tmp_path_factory.mktemp("vignettes") / "two.jsonl", [CLASSIC, SPANISH])
    differentials = Differentials([file])
    return {name: differentials.evaluate(name, samples=20) for name in (KNOWLEDGE, PRIOR, LEXICAL)}


def test_what_is_there_is_matched_by_itself_or_by_something_more_special() -> None:
    compared = Lineage(base()).compare(seen("chest-pain", "fever"), seen("chest-pain-pleuritic", "pain"))

    assert names(compared.matched) == ["chest-pain"]
    assert names(compared.missed) == ["fever"]
    assert names(compared.right) == ["chest-pain-pleuritic", "pain"]


def test_what_is_not_there_is_matched_by_itself_or_by_something_more_general() -> None:
    compared = Lineage(base()).compare(seen("-chest-pain", "-pain"), seen("-chest-pain-pleuritic", "-pain"))

    assert names(compared.matched) == ["chest-pain", "pain"]
    assert compared.missed == ()


def test_what_is_there_does_not_match_what_is_not() -> None:
    compared = Lineage(base()).compare(seen("fever", "-cough"), seen("-fever", "cough", "smoking"))

    assert compared.matched == ()
    assert names(compared.contrary) == ["fever", "cough"]
    assert names(compared.made_up) == ["smoking"]


def test_a_finding_is_contrary_to_one_above_it_that_is_not_there_and_not_the_other_way_round() -> None:
    lineage = Lineage(base())

    assert names(lineage.compare(seen("-chest-pain"), seen("chest-pain-pleuritic")).contrary) == [
        "chest-pain-pleuritic"
    ]
    assert names(lineage.compare(seen("-chest-pain-pleuritic"), seen("chest-pain")).made_up) == ["chest-pain"]


def test_findings_count_by_whether_they_are_there() -> None:
    compared = Lineage(base()).compare(seen("fever", "pain", "-cough"), seen("fever", "-cough", "-fever", "smoking"))

    figures = findings_tally([compared]).figures()

    assert (figures["findings.recall"], figures["findings.precision"]) == (0.666667, 0.5)
    assert (figures["findings.present.recall"], figures["findings.present.precision"]) == (0.5, 0.5)
    assert (figures["findings.absent.recall"], figures["findings.absent.precision"]) == (1.0, 0.5)
    assert (figures["findings.support"], figures["findings.contrary"]) == (3.0, 0.25)


def test_the_first_ones_count_overall_and_by_group(tmp_path: Path) -> None:
    rows = [small(), small(id="v2", language="es"), small(id="v3", difficulty="hard")]
    vignettes = load_vignettes([write(tmp_path / "v.jsonl", rows)], base())

    tops = tops_tally("text", [1, 4, 1_000]).figures()
    groups = groups_tally("text", vignettes, [ranked(1), ranked(4), ranked(1_000)]).figures()

    assert tops == {"text.top-1": 0.333333, "text.top-3": 0.333333, "text.top-5": 0.666667}
    assert (groups["text.top-5.difficulty.easy"], groups["text.top-5.difficulty.easy.support"]) == (1.0, 2.0)
    assert (groups["text.top-1.language.es"], groups["text.top-5.language.es"]) == (0.0, 1.0)
    assert groups["text.top-5.difficulty.hard"] == 0.0


def test_alarms_are_counted_for_emergencies_and_for_others_apart() -> None:
    told = [ranked(1, alarms=2), ranked(1), ranked(1, alarms=1)]

    figures = alarms_tally("text", told, [Urgency.EMERGENCY, Urgency.EMERGENCY, Urgency.SOON]).figures()

    assert (figures["text.alarms.emergencies"], figures["text.alarms.emergencies.support"]) == (0.5, 2.0)
    assert (figures["text.alarms.others"], figures["text.alarms.others.support"]) == (1.0, 1.0)


def test_an_illness_the_patient_has_already_is_left_out_where_something_new_is_wanted() -> None:
    case = found("chest-pain", "chest-pain-pleuritic", "fever", known=("cold",))

    told = Ranked.of(engine().differential(case), "pleurisy")

    assert (told.place, told.place_if_new) == (2, 1)
    assert told.confident == (0.7, False)


def test_the_prior_knows_who_falls_ill_of_what_and_nothing_else() -> None:
    prior = Prior(base())
    man, girl = Case(70.0, Sex.MALE), Case(8.0, Sex.FEMALE, observed=found("chest-pain").observed)

    assert ids(prior.differential(man)) == ["cold", "infarct", "pleurisy"]
    assert ids(prior.differential(girl)) == ["cold", "torsion", "pleurisy"]
    assert ids(prior.differential(man, most=1)) == ["cold"]


def test_the_lexical_baseline_counts_and_asks_the_prior_where_counts_are_equal() -> None:
    lexical = Lexical(base())

    assert ids(lexical.differential(found("fever", "cough")))[:2] == ["cold", "pleurisy"]
    assert ids(lexical.differential(found("chest-pain-pleuritic", "cough", "-troponin-high")))[0] == "pleurisy"
    assert lexical.differential(found("fever", "cough", "pain", "-smoking")).hypotheses[0].confidence == 0.5


def test_a_name_means_a_baseline_an_installed_engine_or_a_function() -> None:
    cards = [differential_engine(name).card.name for name in (PRIOR, LEXICAL, KNOWLEDGE, "tests.knowledge:engine")]

    assert cards == [PRIOR, LEXICAL, KNOWLEDGE, KNOWLEDGE]
    with pytest.raises(UnknownEngine):
        differential_engine("oracle")
    with pytest.raises(MissingCapability, match="builds no differential engine"):
        differential_engine("tests.knowledge:base")


def test_vignettes_of_one_language_are_read_from_packed_files_too(tmp_path: Path) -> None:
    file = write(tmp_path / "v.jsonl.gz", [small(), "", small(id="v2", language="es")])

    [vignette] = load_vignettes([file], base(), "es")

    assert (vignette.document.id, vignette.age, vignette.sex) == ("v2", 19.0, Sex.MALE)
    assert vignette.case.observed == seen("fever", "smoking", "-cough")
    with pytest.raises(NothingToScore):
        load_vignettes([file], base(), "fr")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Ana Ruiz Prueba", "v.jsonl:2 is no vignette"),
        (small(sex="?"), "v.jsonl:2 is no vignette"),
        (small(present=["hiccup"]), "v.jsonl:2: the knowledge base has no 'hiccup'"),
        (small(condition="hiccup"), "v.jsonl:2: the knowledge base has no 'hiccup'"),
    ],
)
def test_a_line_that_is_no_vignette_is_named_and_not_quoted(
    tmp_path: Path, row: dict[str, Any] | str, reason: str
) -> None:
    file = write(tmp_path / "v.jsonl", [small(), row])

    with pytest.raises(UnreadableFile, match=reason) as refused:
        load_vignettes([file], base())

    assert "Ana" not in str(refused.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"gone\.jsonl"):
        load_vignettes([tmp_path / "gone.jsonl"], base())


def test_a_classic_case_is_ranked_by_its_findings_and_by_its_note(evaluated: dict[str, Evaluation]) -> None:
    figures = evaluated[KNOWLEDGE].metrics

    assert (evaluated[KNOWLEDGE].rows, evaluated[KNOWLEDGE].language) == (2, "en+es")
    assert (figures["structured.top-1"], figures["structured.top-1.language.es"]) == (1.0, 1.0)
    assert figures["text.top-5"] == figures["text.new.top-5"] == 1.0
    # Of both notes the rebound is stated and not written.
    assert 0 < figures["findings.recall"] < 1
    assert figures["findings.absent.recall"] == 1.0
    assert figures["text.milliseconds"] > figures["structured.milliseconds"] > 0
    assert set(evaluated[KNOWLEDGE].reliability) == {"structured", "text"}
    assert evaluated[KNOWLEDGE].intervals["structured.top-1"] == (1.0, 1.0)


def test_a_baseline_reads_nothing_of_its_own(evaluated: dict[str, Evaluation]) -> None:
    for name in (PRIOR, LEXICAL):
        figures = evaluated[name].metrics
        assert figures["text.milliseconds"] is None
        assert not any(each.startswith("findings.") for each in figures)
    assert evaluated[PRIOR].metrics["structured.top-1"] == evaluated[PRIOR].metrics["text.top-1"] == 0.0


def test_wrong_cases_say_what_was_meant_and_what_was_told(evaluated: dict[str, Evaluation]) -> None:
    missed = [each for each in evaluated[KNOWLEDGE].mistakes if each.kind == "finding missed"]
    wrong = [each for each in evaluated[PRIOR].mistakes if each.kind.startswith("structured: ")]

    assert "peritonism in: Pain in the right lower abdomen" in " ".join(each.text for each in missed)
    assert [each.row for each in wrong] == ["v1", "v2"]
    assert wrong[0].text.startswith("acute-appendicitis; told upper-respiratory-tract-infection ")


def test_the_command_measures_vignettes(tmp_path: Path) -> None:
    file, errors = write(tmp_path / "one.jsonl", [CLASSIC, SPANISH]), tmp_path / "errors.jsonl"
    asked = ["evaluate", "differentials", str(file), "--language", "en", "--engine", PRIOR, "--bootstrap", "0"]

    done = CliRunner().invoke(app, [*asked, "--json", "--errors-file", str(errors)])

    figures = json.loads(done.stdout)
    assert (figures["task"], figures["engine"], figures["rows"]) == ("differentials", PRIOR, 1)
    assert figures["intervals"] == {}
    assert {json.loads(line)["id"] for line in errors.read_text(encoding="utf-8").splitlines()} == {"v1"}
