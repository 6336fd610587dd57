"""Engines read the golden sentences as they are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from _pytest.mark import ParameterSet

from epicrisis.domain.documents import Document
from epicrisis.engines.registry import assertion_engine
from tests.golden.case import Case
from tests.golden.cases import CASES
from tests.golden.marks import Reading, read_marks
from tests.golden.weaknesses import MODEL

# Whose answers the sentences are held against; what each is known to get wrong stands in ``cases`` and ``weaknesses``.
ENGINES = ("model", "rules")


def parameters(engines: Sequence[str]) -> Iterator[ParameterSet]:
    for engine in engines:
        for phenomenon, cases in CASES.items():
            for entry in cases:
                case = entry if isinstance(entry, Case) else Case(entry)
                reason = MODEL.get(case.sentence) if engine == "model" else case.weaknesses.get(engine)
                marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
                yield pytest.param(engine, case.sentence, id=f"{engine}-{phenomenon}-{case.sentence}", marks=marks)


@pytest.mark.parametrize(("engine", "sentence"), [*parameters(ENGINES)])
def test_golden_sentence(engine: str, sentence: str) -> None:
    golden = read_marks(sentence)
    document = Document(id="golden", text=golden.text)

    assertions = assertion_engine(engine).assess(document, golden.targets)

    assert [Reading.of(assertion) for assertion in assertions] == list(golden.readings)


def test_every_phenomenon_has_sentences_and_none_stands_twice() -> None:
    sentences = [entry.sentence if isinstance(entry, Case) else entry for cases in CASES.values() for entry in cases]

    assert all(CASES.values())
    assert len(sentences) >= 150
    assert len(set(sentences)) == len(sentences)


def test_every_weakness_of_the_model_is_a_golden_sentence() -> None:
    sentences = {entry.sentence if isinstance(entry, Case) else entry for cases in CASES.values() for entry in cases}

    assert set(MODEL) <= sentences
