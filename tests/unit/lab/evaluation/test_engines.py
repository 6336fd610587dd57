"""Which engine a name means."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import pytest

from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.spans import Span
from epicrisis.errors import UnknownEngine, UnknownLanguage
from epicrisis_lab.errors import MissingCapability, MissingLibrary
from epicrisis_lab.evaluation.engines import assertion_engine, entity_engine
from tests.unit.lab.twins import SevenWords


def test_an_engine_that_is_not_installed_is_found_where_it_is_written() -> None:
    assert isinstance(assertion_engine("tests.unit.lab.twins:build", "en"), SevenWords)
    assert isinstance(entity_engine("tests.unit.lab.twins:build", "en"), SevenWords)


@pytest.mark.parametrize("name", ["nowhere.to.be:found", "tests.unit.lab.twins:rebuild"])
def test_a_place_that_holds_no_engine_is_refused(name: str) -> None:
    with pytest.raises(MissingCapability, match=r"cannot be imported .* package\.module:function"):
        assertion_engine(name, "en")


def test_something_that_is_no_engine_is_refused() -> None:
    with pytest.raises(MissingCapability, match="does not build an assertion engine"):
        assertion_engine("pathlib:Path", "en")
    with pytest.raises(MissingCapability, match="does not build an entity engine"):
        entity_engine("pathlib:Path", "en")


@pytest.mark.parametrize("engine", [assertion_engine, entity_engine])
def test_an_engine_is_not_asked_in_a_language_it_does_not_read(engine: Callable[[str, str], object]) -> None:
    with pytest.raises(UnknownLanguage, match=r"does not read 'es'; it reads \['en'\]"):
        engine("tests.unit.lab.twins:build", "es")


def test_a_name_nobody_installed_is_refused() -> None:
    with pytest.raises(UnknownEngine, match="oracle"):
        assertion_engine("oracle", "en")


def test_a_baseline_finds_no_entities() -> None:
    with pytest.raises(MissingCapability, match="try the task assertion"):
        entity_engine("medspacy", "en")


@pytest.mark.skipif(find_spec("medspacy") is not None, reason="medspaCy is installed here")
def test_a_baseline_that_is_not_installed_says_how_to_get_it() -> None:
    with pytest.raises(MissingLibrary, match=r"pip install medspacy.* environment of its own"):
        assertion_engine("medspacy", "en")


@pytest.mark.skipif(find_spec("medspacy") is None, reason="medspaCy lives in an environment of its own")
@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        ("Denies chest pain.", "chest pain", (Status.ABSENT, Temporality.CURRENT, Experiencer.PATIENT)),
        ("Possible pneumonia.", "pneumonia", (Status.POSSIBLE, Temporality.CURRENT, Experiencer.PATIENT)),
        ("History of asthma.", "asthma", (Status.PRESENT, Temporality.PAST, Experiencer.PATIENT)),
        ("Mother has diabetes.", "diabetes", (Status.PRESENT, Temporality.CURRENT, Experiencer.FAMILY)),
    ],
)
def test_the_medspacy_baseline_reads(text: str, target: str, expected: tuple[Status, Temporality, Experiencer]) -> None:
    span = Span(text.index(target), text.index(target) + len(target))

    (read,) = assertion_engine("medspacy", "en").assess(Document("d", text), [span])

    assert (read.target, (read.status, read.temporality, read.experiencer)) == (span, expected)
