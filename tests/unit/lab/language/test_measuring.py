from __future__ import annotations

from epicrisis_lab.language.measuring import accuracies, false_alarms, found_strangers, length_of, samples
from epicrisis_lab.language.texts import Told

TEXTS = [
    *(Told("one", "en", f"The patient denies chest pain for {days} days and has no fever.") for days in range(20)),
    *(Told("two", "es", f"La paciente niega dolor torácico desde hace {days} días y fiebre.") for days in range(20)),
    # In no language: counted as the language of its corpus, and taken for English.
    Told("two", "es", "120/80"),
]


def test_each_kind_language_length_and_writing_is_counted_apart() -> None:
    told = accuracies(samples(TEXTS))

    found = {(a.kind, a.language, a.length, a.writing): (a.right, a.texts) for a in told}
    assert found["documents", "en", "40 to 79", "as written"] == (20, 20)
    assert found["sentences", "es", "40 to 79", "capitals without accents"] == (20, 20)
    assert found["documents", "es", "0 to 19", "in capitals"] == (0, 1)


def test_a_stranger_among_sentences_is_found_and_nobody_else_is_accused() -> None:
    chosen = samples(TEXTS)

    assert false_alarms(chosen["documents"]) == (0, 0)
    assert found_strangers(chosen["sentences"])["40 to 79"] == 1


def test_lengths_are_told_in_words() -> None:
    assert [length_of(0), length_of(5)] == ["0 to 19", "1,000 or more"]
