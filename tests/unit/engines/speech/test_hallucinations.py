from __future__ import annotations

from math import log

import pytest

from epicrisis.engines.speech.hallucinations import sifted, without_loop
from epicrisis.engines.speech.hearing import Reading
from epicrisis.engines.speech.timestamps import Part
from epicrisis.engines.speech.vad import Stretch
from epicrisis.engines.speech.windows import Window
from epicrisis.engines.speech.words import LANGUAGES, plain, spoken_words

SPOKEN = Window(0.0, 10.0, (Stretch(0.0, 6.0),))


def left(
    *texts: str, language: str = "en", window: Window = SPOKEN, sure: float = 0.9, no_speech: float = 0.0
) -> object:
    """Return what is left of ``texts``, each two seconds long, and how many were left out or cut short."""
    parts = tuple(Part(2.0 * at, 2.0 * at + 2.0, text) for at, text in enumerate(texts))
    said, dropped = sifted(Reading(parts, 10.0, log(sure), no_speech), window, spoken_words(language))
    return [each.text for each in said], dropped


@pytest.mark.parametrize(
    ("language", "invented"),
    [
        ("en", "Thank you for watching!"),
        ("en", "Thanks for watching, and I'll see you in the next video."),
        ("en", "Subtitles by the Amara.org community"),
        ("es", "Subtítulos realizados por la comunidad de Amara.org"),
        ("es", "¡Suscríbete al canal!"),
        ("es", "Gracias por ver el vídeo."),
    ],
)
def test_what_nobody_dictates_is_left_out_even_where_somebody_speaks(language: str, invented: str) -> None:
    assert left("Afebrile.", invented, language=language) == (["Afebrile."], 1)


@pytest.mark.parametrize("kept", ["She says thank you for watching over her father.", "Denies fever.", "No."])
def test_what_may_be_dictated_is_kept(kept: str) -> None:
    assert left(kept) == ([kept], 0)


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Thank you."), ("en", "Bye-bye."), ("es", "Gracias."), ("es", "¡Hola!")]
)
def test_what_hardly_stands_alone_is_kept_where_it_was_heard_well(language: str, word: str) -> None:
    assert left(word, language=language) == ([word], 0)
    assert left(word, language=language, sure=0.4) == ([], 1)
    assert left(word, language=language, window=Window(0.0, 10.0, (Stretch(0.0, 0.4),))) == ([], 1)


@pytest.mark.parametrize("word", ["No.", "Sí.", "Negative.", "Niega."])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_answers_a_question_is_never_on_a_list(language: str, word: str) -> None:
    words = spoken_words(language)

    assert plain(word) not in words.invented | words.unlikely


def test_what_lies_where_nobody_speaks_is_left_out() -> None:
    assert left("Denies fever.", "Denies cough.", "Chest is clear.", "No murmur.") == (
        ["Denies fever.", "Denies cough.", "Chest is clear."],
        1,
    )


def test_more_than_anybody_says_in_the_time_is_left_out() -> None:
    told = (
        "The patient was seen in the clinic for follow up of hypertension and diabetes, which are both well controlled."
    )

    assert left(told, window=Window(0.0, 10.0, (Stretch(0.0, 1.0),))) == ([], 1)


def test_what_the_model_takes_for_silence_and_doubts_is_left_out() -> None:
    assert left("Denies fever.", sure=0.3, no_speech=0.8) == ([], 1)
    assert left("Denies fever.", sure=0.3, no_speech=0.1) == (["Denies fever."], 0)
    assert left("Denies fever.", sure=0.6, no_speech=0.8) == (["Denies fever."], 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_model_was_told_and_says_after_us_is_left_out(language: str) -> None:
    echo = spoken_words(language).told[2]

    assert left(echo, language=language) == ([], 1)


@pytest.mark.parametrize("said", ["Chest pain, shortness of breath.", "No evidence of pneumonia."])
def test_a_word_it_was_told_may_be_said(said: str) -> None:
    assert left(said) == ([said], 0)


def test_marks_alone_are_nothing_said() -> None:
    assert left("...", "Afebrile.") == (["Afebrile."], 1)


def test_a_loop_is_said_once() -> None:
    loop = "There is no fever. " + "I am going to the hospital. " * 12

    assert without_loop(loop.strip()) == "There is no fever. I am going to the hospital."


def test_a_loop_that_is_cut_counts_as_left_out() -> None:
    window = Window(0.0, 30.0, (Stretch(0.0, 30.0),))
    part = Part(0.0, 20.0, " ".join(["I am going to the hospital."] * 12))

    said, dropped = sifted(Reading((part,), 30.0, log(0.9), 0.0), window, spoken_words("en"))

    assert [each.text for each in said] == ["I am going to the hospital."]
    assert dropped == 1


@pytest.mark.parametrize("said", ["No, no, no.", "Denies fever. Denies cough. Denies chest pain. Denies nausea.", ""])
def test_what_merely_repeats_a_word_is_no_loop(said: str) -> None:
    assert without_loop(said) == said


def test_a_sentence_may_be_said_twice_and_not_five_times() -> None:
    window = Window(0.0, 10.0, (Stretch(0.0, 10.0),))

    assert left("No fever.", "No fever.", window=window) == (["No fever.", "No fever."], 0)
    assert left(*["No fever."] * 5, window=window) == (["No fever.", "No fever."], 3)


def test_times_are_those_of_the_recording() -> None:
    window = Window(100.0, 110.0, (Stretch(100.0, 106.0),))

    [said], _ = sifted(Reading((Part(1.0, 3.0, "Afebrile."),), 10.0, log(0.9), 0.0), window, spoken_words("en"))

    assert (said.start, said.end) == (101.0, 103.0)
    assert said.confidence == pytest.approx(0.9)
