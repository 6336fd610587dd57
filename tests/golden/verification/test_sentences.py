from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from epicrisis.domain.summaries import Support
from epicrisis.engines.summary.verifying.holding import Mismatch
from epicrisis.engines.summary.verifying.verifier import Verifier, why_of
from tests.golden.verification.patients import PATIENTS

SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
TRUE = [
    (person, language, sentence)
    for person, languages in SENTENCES.items()
    for language, told in languages.items()
    for sentence in told["supported"]
]
FALSE = [
    (person, language, kind, sentence)
    for person, languages in SENTENCES.items()
    for language, told in languages.items()
    for kind, sentences in told["unsupported"].items()
    for sentence in sentences
]


@cache
def verifier_of(person: str, language: str) -> Verifier:
    baseline, delta = PATIENTS[person]()
    return Verifier(baseline, delta, language=language)


@pytest.mark.parametrize(("person", "language", "sentence"), TRUE)
def test_what_the_record_says_is_supported_and_rests_on_something(person: str, language: str, sentence: str) -> None:
    checked = verifier_of(person, language).check(sentence)

    assert (checked.support, checked.why) == (Support.SUPPORTED, "")
    assert checked.text == sentence


@pytest.mark.parametrize(("person", "language", "kind", "sentence"), FALSE)
def test_what_it_does_not_say_is_unsupported_for_the_kind_of_its_mismatch(
    person: str, language: str, kind: str, sentence: str
) -> None:
    checked = verifier_of(person, language).check(sentence)

    assert (checked.support, checked.why) == (Support.UNSUPPORTED, why_of(Mismatch(kind), language))


def test_both_languages_and_every_kind_of_mismatch_have_sentences() -> None:
    kinds = Counter(kind for _, _, kind, _ in FALSE)
    languages = Counter(language for _, language, _ in TRUE) + Counter(language for _, language, _, _ in FALSE)

    assert set(kinds) == {kind.value for kind in Mismatch}
    assert languages["en"] >= 80
    assert languages["es"] >= 40
