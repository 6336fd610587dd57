"""Engines read the golden sentences as they are meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from _pytest.mark import ParameterSet

from epicrisis.domain.documents import Document
from epicrisis.engines.assertion.lexicon import Role, load_lexicon
from epicrisis.engines.assertion.notes import RuledNote
from epicrisis.engines.registry import assertion_engine
from tests.golden.case import Case
from tests.golden.cases import CASES
from tests.golden.marks import Reading, read_marks
from tests.golden.spanish import SPANISH_CASES
from tests.golden.weaknesses import WEAKNESSES

# Whose answers the sentences of which language are held against; what each is known to get wrong stands beside the
# sentences and in ``weaknesses``.
ENGINES = (
    ("model", "en"),
    ("rules", "en"),
    ("rules", "es"),
    ("spanish", "es"),
)
SENTENCES: Mapping[str, Mapping[str, Sequence[str | Case]]] = {"en": CASES, "es": SPANISH_CASES}


def cases_of(language: str) -> Iterator[tuple[str, Case]]:
    for phenomenon, cases in SENTENCES[language].items():
        for entry in cases:
            yield phenomenon, entry if isinstance(entry, Case) else Case(entry)


def parameters() -> Iterator[ParameterSet]:
    for engine, language in ENGINES:
        for phenomenon, case in cases_of(language):
            reason = WEAKNESSES[engine].get(case.sentence) if engine in WEAKNESSES else case.weaknesses.get(engine)
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            name = f"{engine}-{phenomenon}-{case.sentence}"
            yield pytest.param(engine, language, case.sentence, id=name, marks=marks)


@pytest.mark.parametrize(("engine", "language", "sentence"), [*parameters()])
def test_golden_sentence(engine: str, language: str, sentence: str) -> None:
    golden = read_marks(sentence)
    document = Document(id="golden", text=golden.text, language=language)

    assertions = assertion_engine(engine, language).assess(document, golden.targets)

    assert [Reading.of(assertion) for assertion in assertions] == list(golden.readings)


@pytest.mark.parametrize("language", SENTENCES)
def test_every_phenomenon_has_sentences_and_none_stands_twice(language: str) -> None:
    sentences = [case.sentence for _, case in cases_of(language)]

    assert all(SENTENCES[language].values())
    assert len(sentences) >= 150
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("language", SENTENCES)
def test_every_group_of_cues_stands_in_a_sentence(language: str) -> None:
    lexicon = load_lexicon(language)
    texts = [read_marks(case.sentence).text for _, case in cases_of(language)]

    notes = [RuledNote.of(Document("golden", text, language), lexicon) for text in texts]

    found = {cue.group.name for note in notes for reading in note.readings() for cue in reading.cues}
    assert {group.name for group in lexicon.groups if group.role is Role.CUE} <= found


def test_every_weakness_is_a_golden_sentence_its_engine_reads() -> None:
    for engine, weaknesses in WEAKNESSES.items():
        languages = [language for name, language in ENGINES if name == engine]
        sentences = {case.sentence for language in languages for _, case in cases_of(language)}
        assert set(weaknesses) <= sentences
