from __future__ import annotations

import tomllib
from collections.abc import Iterator

from epicrisis_lab.language.counting import Counts, as_toml, weights_of
from epicrisis_lab.language.texts import Told

ENGLISH = "The patient denies fever; carcinoma."
SPANISH = "El paciente niega fiebre; carcinoma."


def texts(*, corpora: int = 2, times: int = 30) -> Iterator[Told]:
    for corpus in range(corpora):
        for _ in range(times):
            yield Told(f"c{corpus}", "en", ENGLISH)
            yield Told(f"c{corpus}", "es", SPANISH)


def test_words_of_one_language_speak_for_it_and_shared_ones_for_neither() -> None:
    words = weights_of(Counts.of(texts())).words

    assert (words["denies"], words["niega"]) == (-4, 4)
    assert words.get("carcinoma", 0) == 0


def test_a_word_of_one_corpus_alone_is_not_kept() -> None:
    name = [Told("c0", "en", "Prueba") for _ in range(50)]

    words = weights_of(Counts.of([*texts(), *name])).words

    assert "prueba" not in words
    assert weights_of(Counts.of(texts(corpora=1))).words == {}


def test_what_is_written_can_be_read_back_and_is_sorted() -> None:
    weights = weights_of(Counts.of(texts()))

    files = {name: tomllib.loads(content) for name, content in as_toml(weights, "made for a test").items()}

    assert set(files) == {"en.toml", "es.toml", "both.toml"}
    assert all(table["source"] == "made for a test" for table in files.values())
    for name, side in (("en.toml", -1), ("es.toml", 1)):
        told = {word: side * int(w) for w, listed in files[name]["words"].items() for word in listed.split()}
        assert told == {word: weight for word, weight in weights.words.items() if weight * side > 0}
        assert all(listed.split() == sorted(listed.split()) for listed in files[name]["letters"].values())
