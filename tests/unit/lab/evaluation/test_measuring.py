"""What is measured of a shipped engine, and the tables that show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis_lab.corpora.catalogue import catalogue
from epicrisis_lab.errors import NothingToScore
from epicrisis_lab.evaluation.measuring import Measured, headline, measure_all, measures, readme_table, with_table
from epicrisis_lab.evaluation.run import Evaluation, Task

SPANISH = measures("spanish")
README = """# Title

<!-- measured figures: filled in -->
old
<!-- end of measured figures -->

<!-- measured figures of spanish: filled in -->
old
<!-- end of measured figures -->
"""


def measured(**figures: float) -> Measured:
    """Return what a run would give for the first Spanish measure: ``spanish=0.7, crf=0.5``."""
    first = SPANISH[0]
    return Measured(
        {
            first.key(engine.replace("_", "-")): Evaluation(
                task="entities", files=(first.file,), rows=1, engine=engine, language="es",
                metrics={first.metric: value}, intervals={first.metric: (value - 0.1, value + 0.1)}, skipped=0,
            )
            for engine, value in figures.items()
        }
    )  # fmt: skip


@pytest.mark.parametrize("engine", ["model", "spanish"])
def test_what_is_measured_lies_in_a_corpus_of_the_catalogue(engine: str) -> None:
    folders = {folder for corpus in catalogue().values() for folder in corpus.folders}

    assert measures(engine)
    assert {str(Path(measure.file).parent) for measure in measures(engine)} <= folders


def test_each_of_the_ten_spanish_models_is_measured() -> None:
    types = ("symptoms", "procedures", "diseases", "medications", "species")
    plain = {name for m in SPANISH if m.task is Task.ENTITIES and not m.labels for name in _asked(m.file)}
    named = {name for m in SPANISH for name in m.labels}

    assert plain >= set(types)
    assert named == {f"{name}_base" for name in types}


def _asked(file: str) -> tuple[str, ...]:
    return catalogue()[Path(file).parent.name].label_sets


def test_the_table_shows_an_engine_beside_its_baselines() -> None:
    table = readme_table("spanish", measured(spanish=0.7, crf=0.5, bilstm_crf=0.6))

    head, rule, first, *_ = table.splitlines()
    assert head == "| on dev data | spanish | rules | plain CRF | BiLSTM-CRF | known |"
    assert rule.count("|") == head.count("|")
    assert "| 0.700 [0.600, 0.800] |  | 0.500 [0.400, 0.600] | 0.600 [0.500, 0.700] |" in first


def test_a_table_goes_between_the_marks_of_its_engine_and_nowhere_else() -> None:
    spanish = with_table(README, "spanish", "| new |")
    english = with_table(README, "model", "| new |")

    assert spanish.index("old") < spanish.index("of spanish") < spanish.index("| new |")
    assert english.index("| new |") < english.index("of spanish") < english.index("old")
    assert with_table("# No marks\n", "spanish", "| new |") == "# No marks\n"


def test_the_card_carries_each_figure_by_its_corpus() -> None:
    assert dict(headline("spanish", measured(spanish=0.7))) == {"symptemist.entities.strict.SINTOMA.f1": 0.7}


def test_an_engine_nobody_wrote_measures_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NothingToScore, match=r"says nothing of 'oracle'; it knows \['model', 'spanish', 'together'\]"):
        measure_all("oracle", tmp_path, samples=0, tell=print)
