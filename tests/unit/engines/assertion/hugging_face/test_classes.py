from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from epicrisis.domain.assertions import Experiencer, SentenceLabel, Status
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.hugging_face.classes import UNDERSTOOD, Classes
from epicrisis.errors import CorruptArtifact

TARGET = Span(3, 8)
I2B2 = ("present", "absent", "possible", "conditional", "hypothetical", "associated_with_someone_else")


def classes(*names: str) -> Classes:
    return Classes.of({"id2label": {str(number): name for number, name in enumerate(names)}}, model="m")


def shares(*values: float) -> Any:
    return np.array(values, dtype=np.float32)


@pytest.mark.parametrize(
    ("names", "statuses"),
    [
        (("PRESENT", "ABSENT", "POSSIBLE"), (Status.PRESENT, Status.ABSENT, Status.POSSIBLE)),
        (("absent", "present"), (Status.ABSENT, Status.PRESENT)),
        (("Affirmed", "Negated", "uncertain"), (Status.PRESENT, Status.ABSENT, Status.POSSIBLE)),
        (("present", " Associated-with someone_else"), (Status.PRESENT, Status.PRESENT)),
    ],
)
def test_names_of_model_cards_are_read_in_our_words(names: tuple[str, ...], statuses: tuple[Status, ...]) -> None:
    assert classes(*names).statuses == statuses


def test_the_order_is_that_of_the_numbers_and_not_of_the_file() -> None:
    config = {"id2label": {"2": "POSSIBLE", "0": "PRESENT", "1": "ABSENT"}}

    assert Classes.of(config, model="m").names == ("PRESENT", "ABSENT", "POSSIBLE")


@pytest.mark.parametrize("names", [("LABEL_0", "LABEL_1"), ("PRESENT", "WEATHER"), ("PRESENT",)])
def test_labels_we_do_not_understand_are_refused_with_those_we_do(names: tuple[str, ...]) -> None:
    with pytest.raises(CorruptArtifact) as refused:
        classes(*names)

    assert str(list(names)) in str(refused.value)
    assert all(name in str(refused.value) for name in UNDERSTOOD)


@pytest.mark.parametrize("told", [{}, {"id2label": {"1": "ABSENT", "2": "PRESENT"}}, {"id2label": ["PRESENT"]}])
def test_a_configuration_that_names_no_labels_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(CorruptArtifact, match="does not name its labels"):
        Classes.of(told, model="m")


def test_an_assertion_has_a_score_for_every_status() -> None:
    assertion = classes("PRESENT", "ABSENT", "POSSIBLE").assertion(TARGET, shares(0.1, 0.7, 0.2))

    assert (assertion.target, assertion.status, assertion.confidence) == (TARGET, Status.ABSENT, 0.7)
    assert set(assertion.scores) == set(Status)
    assert assertion.scores[Status.CONDITIONAL] == 0


@pytest.mark.parametrize(
    ("probabilities", "status", "experiencer"),
    [
        ((0.1, 0.1, 0.1, 0.0, 0.0, 0.7), Status.PRESENT, Experiencer.OTHER),
        ((0.6, 0.1, 0.1, 0.0, 0.0, 0.2), Status.PRESENT, Experiencer.PATIENT),
        ((0.1, 0.6, 0.1, 0.0, 0.0, 0.2), Status.ABSENT, Experiencer.PATIENT),
    ],
)
def test_somebody_elses_finding_is_so_but_not_the_patients(
    probabilities: tuple[float, ...], status: Status, experiencer: Experiencer
) -> None:
    assertion = classes(*I2B2).assertion(TARGET, shares(*probabilities))

    assert (assertion.status, assertion.experiencer) == (status, experiencer)
    assert sum(assertion.scores.values()) == pytest.approx(1)


def test_a_sentence_is_labelled_in_the_four_words_of_the_contracts() -> None:
    sentence = classes(*I2B2).sentence(TARGET, shares(0.1, 0.1, 0.1, 0.3, 0.35, 0.05))

    assert sentence.label is SentenceLabel.CONDITIONAL
    assert sentence.scores[SentenceLabel.CONDITIONAL] == pytest.approx(0.65)
    assert set(sentence.scores) == set(SentenceLabel)
