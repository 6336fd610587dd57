from __future__ import annotations

import pytest

from epicrisis.errors import InvalidWordList
from epicrisis.text.characters import unaccented
from epicrisis.text.evidence import counted, evidence
from epicrisis.text.language import clear_language, detect_language
from epicrisis.text.wordlists import word_lists

TEXTS = [
    ("The patient denies chest pain.", "en"),
    ("History of Guillain-Barré and Ménière disease.", "en"),
    ("Pt denies CP/SOB. Hx of HTN.", "en"),
    ("HTN, DM2", "en"),
    ("NKDA", "en"),
    ("Carcinoma in situ", "en"),
    ("Lungs clear.", "en"),
    ("120/80", "en"),
    ("Total bilirubin 1.1 mg/dL, normal", "en"),
    ("", "en"),
    ("La paciente niega dolor torácico.", "es"),
    ("Exploracio\u0301n normal, sin ma\u0301s.", "es"),
    ("¿Asma?", "es"),
    ("AP: HTA, DM2. Niega fiebre ni disnea", "es"),
    ("PTE REFIERE DOLOR TORACICO", "es"),
    ("EF: ACP normal, abd blando", "es"),
    ("HTA", "es"),
    ("Afebril.", "es"),
    ("RMN abdominal.", "es"),
    ("Cefalea holocraneal", "es"),
]


@pytest.mark.parametrize(("text", "language"), TEXTS)
@pytest.mark.parametrize("written", [str, unaccented, str.upper, lambda text: unaccented(text).upper()])
def test_tells_english_from_spanish_however_it_is_written(text: str, language: str, written: type[str]) -> None:
    assert detect_language(written(text)) == language


def test_a_note_that_mixes_is_in_the_language_of_most_of_it() -> None:
    spanish = "Paciente que refiere dolor torácico desde hace dos días. Niega fiebre. " * 3

    assert detect_language(spanish + "Chest pain since Monday.") == "es"
    assert detect_language("The patient was seen with her mother, who speaks for her. " * 3 + "Niega fiebre.") == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The patient denies chest pain and shortness of breath.", "en"),
        ("La paciente niega dolor torácico y disnea de esfuerzo.", "es"),
        ("Normal.", None),
        ("HTA", None),
        ("", None),
    ],
)
def test_is_sure_of_a_language_only_where_much_speaks_for_it(text: str, language: str | None) -> None:
    assert clear_language(text) == language


def test_goes_by_words_of_one_language_only() -> None:
    english, spanish = (
        {word for words in word_lists("common_words", language).values() for word in words} for language in ("en", "es")
    )

    assert english.isdisjoint(spanish)


def test_looks_words_up_as_it_reads_them() -> None:
    known = evidence()

    assert [word for word in known.words if word != unaccented(word.lower()) or not word.isalpha()] == []
    assert {len(three) for three in known.letters} == {3}


def test_knows_enough_of_both_languages() -> None:
    weights = list(evidence().words.values())

    assert sum(weight > 0 for weight in weights) > 500
    assert sum(weight < 0 for weight in weights) > 500


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('[words]\n4 = "ab cd"', "no `source`"),
        ('source = "x"\n[words]\n4 = "b a"', "`words.4` is not sorted"),
        ('source = "x"\n[letters]\n2 = "_ab _ab"', "`letters.2` is not sorted, or holds a word twice"),
    ],
)
def test_refuses_counts_that_break_the_rules(content: str, complaint: str) -> None:
    with pytest.raises(InvalidWordList, match=f"^es.toml: .*{complaint}"):
        counted("es.toml", content)
