"""Arms of experiments: engines by name or from a folder, over the core and the memory of the control."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from epicrisis.assembly import Services, load
from epicrisis.assembly.arms import PipelineArms
from epicrisis.assembly.pipeline import Pipeline
from epicrisis.engines.artifacts import Artifact
from epicrisis.engines.shipped import shipped
from epicrisis.errors import CorruptArtifact, UnknownEngine
from epicrisis.services.assess import Question
from epicrisis.services.experiments import Capability
from epicrisis.services.outcomes import answered
from tests.serving import RULES, rules_pipeline

MARKED = "Denies [entity] fever [entity]."


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder with the English model under a version of its own, and one whose weights are not on its card."""
    for name in ("next", "broken"):
        folder = tmp_path / name
        folder.mkdir()
        card = json.loads((shipped("english") / "card.json").read_text())
        card["version"] = f"{card['version']}-{name}"
        if name == "broken":
            card["sha256"]["encoder.onnx"] = "0" * 64
        (folder / "card.json").write_text(json.dumps(card))
        for file in Artifact(shipped("english")).card.sha256:
            (folder / file).symlink_to(shipped("english") / file)
    return tmp_path


def judged_by(pipeline: Pipeline, text: str = MARKED) -> tuple[str, str]:
    question = Question.of(pipeline.intake(text, id="1"))
    [outcome] = pipeline.assessment.many([question])
    assessment = answered(outcome)
    return assessment.engine, assessment.version


def test_a_folder_is_an_engine_under_its_own_version_and_is_loaded_once(models: Path) -> None:
    arms = PipelineArms(rules_pipeline(), models=models)

    card = arms.prove(Capability.ASSERTION, "next")

    assert judged_by(arms.answering(Capability.ASSERTION, "next")) == ("model", card.version)
    assert card.version.endswith("-next")
    reader = arms.answering(Capability.READERS, "next").annotation.readers("en")
    assert reader is arms.answering(Capability.ASSERTION, "next").assessment.judges("en")
    assert arms.cards == (card, card)


def test_a_language_that_the_engine_does_not_read_is_answered_as_ever(models: Path) -> None:
    arm = PipelineArms(rules_pipeline(), models=models).answering(Capability.ASSERTION, "next")

    assert judged_by(arm, "Niega [entity] fiebre [entity] desde ayer por la noche.") == ("rules", "1")


def test_weights_that_are_not_on_their_card_are_refused_when_the_arm_is_proven(models: Path) -> None:
    arms = PipelineArms(rules_pipeline(), models=models)

    with pytest.raises(CorruptArtifact, match=r"encoder\.onnx"):
        arms.prove(Capability.READERS, "broken")


@pytest.mark.parametrize("engine", ["oracle", "..", "next/../next", "/etc"])
def test_what_is_no_engine_and_no_folder_there_is_told_with_those_that_are(models: Path, engine: str) -> None:
    with pytest.raises(UnknownEngine, match=r"\['model', 'rules', 'spanish', 'broken', 'next'\]"):
        PipelineArms(rules_pipeline(), models=models).answering(Capability.READERS, engine)


def test_a_folder_is_no_ranker(models: Path) -> None:
    with pytest.raises(UnknownEngine, match="differential engine"):
        PipelineArms(rules_pipeline(), models=models).card(Capability.DIFFERENTIAL, "next")


def test_the_control_is_what_the_settings_name_and_an_arm_shares_its_core_and_its_memory() -> None:
    control = rules_pipeline()
    arms = PipelineArms(control)

    arm = arms.answering(Capability.READERS, "model")

    assert [card.name for card in arms.cards_of_control(Capability.READERS)] == ["rules"]
    assert [card.name for card in arms.cards_of_control(Capability.DIFFERENTIAL)] == ["knowledge"]
    assert arm is arms.answering(Capability.READERS, "model")
    assert (arm.core, arm.labelling, arm.identify) == (control.core, control.labelling, control.identify)
    assert arm.annotation.readers.card("en").name == "model"
    # One thing at a time: what judges named findings stays, and so does whatever else is not compared.
    assert arm.assessment.judges is control.assessment.judges
    assert arm.extraction.engines is control.extraction.engines
    assert arm.entities.readers is control.entities.readers


def test_the_core_is_busy_when_all_its_workers_are() -> None:
    pipeline = load(RULES)

    assert not PipelineArms(pipeline).is_busy
    pipeline.core._crew.busy = pipeline.core.threads
    assert PipelineArms(pipeline).is_busy


def test_a_server_without_stores_keeps_experiments_in_memory() -> None:
    assert Services(rules_pipeline()).experiments is not Services(rules_pipeline()).experiments
