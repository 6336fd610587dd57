from __future__ import annotations

import pytest

from epicrisis.domain.records import SocialKind, Use
from epicrisis.engines.extraction.history.social import social
from epicrisis.engines.extraction.history.uses import is_use
from tests.unit.engines.extraction.marked import note

TOBACCO, ALCOHOL, DRUGS = SocialKind.TOBACCO, SocialKind.ALCOHOL, SocialKind.DRUGS

USE = [
    ("He smokes one pack a day for 20 years.", "en", [(TOBACCO, Use.CURRENT, "one pack a day for 20 years")]),
    ("Denies tobacco.", "en", [(TOBACCO, Use.NEVER, None)]),
    ("She is a nonsmoker and drinks socially.", "en", [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.CURRENT, "socially")]),
    ("He quit smoking in 1991.", "en", [(TOBACCO, Use.FORMER, None)]),
    ("She does not smoke. She quit 25 years ago.", "en", [(TOBACCO, Use.FORMER, None)]),
    (
        "Denies alcohol, smokes half a pack per day.",
        "en",
        [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.CURRENT, "half a pack per day")],
    ),
    (
        "Negative for illicit drugs, alcohol and tobacco.",
        "en",
        [(DRUGS, Use.NEVER, None), (ALCOHOL, Use.NEVER, None), (TOBACCO, Use.NEVER, None)],
    ),
    (
        "Tobacco: none. Alcohol: two beers a week.",
        "en",
        [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.CURRENT, "two beers a week")],
    ),
    ("He smokes marijuana.", "en", [(DRUGS, Use.CURRENT, None)]),
    ("There is no smoking in the home.", "en", []),
    ("He denied any history of tobacco.", "en", [(TOBACCO, Use.NEVER, None)]),
    ("He lives with his mother. Grandmother is a smoker.", "en", []),
    ("She drinks four cups of coffee a day.", "en", []),
    ("The patient does not smoke or take any drinks.", "en", [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.NEVER, None)]),
    (
        "Occasional alcohol use and quit smoking 11 years ago.",
        "en",
        [(ALCOHOL, Use.CURRENT, "Occasional"), (TOBACCO, Use.FORMER, None)],
    ),
    ("Exfumador de 20 cigarrillos/día.", "es", [(TOBACCO, Use.FORMER, "20 cigarrillos/día")]),
    ("Fumadora de 10 cig/día.", "es", [(TOBACCO, Use.CURRENT, "10 cig/día")]),
    ("Niega alcohol y otros tóxicos.", "es", [(ALCOHOL, Use.NEVER, None), (DRUGS, Use.NEVER, None)]),
    ("No fumador. Bebedor ocasional.", "es", [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.CURRENT, "ocasional")]),
]

# Notes whose headings name substances themselves.
HEADED = [
    (
        "HÁBITOS TÓXICOS\nNo fumador. No consume alcohol ni drogas.",
        "es",
        [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.NEVER, None), (DRUGS, Use.NEVER, None)],
    ),
    (
        "HÁBITOS TÓXICOS: Fumador de 20 cig/día. No alcohol. Niega otros tóxicos.",
        "es",
        [(TOBACCO, Use.CURRENT, "20 cig/día"), (ALCOHOL, Use.NEVER, None), (DRUGS, Use.NEVER, None)],
    ),
    (
        "HÁBITOS TÓXICOS: Exfumadora de 10 paquetes año.",
        "es",
        [(TOBACCO, Use.FORMER, "10 paquetes año")],
    ),
    ("AP: HTA. Hábitos tóxicos: exfumador desde 2010.", "es", [(TOBACCO, Use.FORMER, None)]),
    ("Hábitos tóxicos: no fumador.", "es", [(TOBACCO, Use.NEVER, None)]),
    (
        "Hábitos tóxicos: niega.",
        "es",
        [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.NEVER, None), (DRUGS, Use.NEVER, None)],
    ),
    (
        "HÁBITOS TÓXICOS\nNiega consumo.",
        "es",
        [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.NEVER, None), (DRUGS, Use.NEVER, None)],
    ),
    (
        "TÓXICOS: Tabaco 1 paq/día. Alcohol: no.",
        "es",
        [(TOBACCO, Use.CURRENT, "1 paq/día"), (ALCOHOL, Use.NEVER, None)],
    ),
    (
        "SUBSTANCE ABUSE HISTORY: Smoker. Denies alcohol.",
        "en",
        [(TOBACCO, Use.CURRENT, None), (ALCOHOL, Use.NEVER, None)],
    ),
    ("SUBSTANCE USE: Denies.", "en", [(DRUGS, Use.NEVER, None)]),
    ("TOBACCO USE\nNever smoker.", "en", [(TOBACCO, Use.NEVER, None)]),
    ("SOCIAL HISTORY:\nLives alone\nAlcohol:\nNone", "en", [(ALCOHOL, Use.NEVER, None)]),
    ("SH: 1 ppd x 20 yrs", "en", [(TOBACCO, Use.CURRENT, "1 ppd x 20 yrs")]),
    (
        "SH: 1 ppd x 20 yrs, quit 2010. Drugs: none",
        "en",
        [(TOBACCO, Use.FORMER, "1 ppd x 20 yrs"), (DRUGS, Use.NEVER, None)],
    ),
    (
        "TOBACCO: Never. ALCOHOL: Socially. DRUGS: Denies.",
        "en",
        [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.CURRENT, "Socially"), (DRUGS, Use.NEVER, None)],
    ),
    (
        "SOCIAL HISTORY: She denies use of alcohol,\ntobacco\nor drugs.",
        "en",
        [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.NEVER, None), (DRUGS, Use.NEVER, None)],
    ),
    ("HÁBITOS TÓXICOS.- Fumador activo.", "es", [(TOBACCO, Use.CURRENT, None)]),
    ("Hábitos tóxicos - exfumador", "es", [(TOBACCO, Use.FORMER, None)]),
    (
        "Hábitos tóxicos: ninguno conocido.",
        "es",
        [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.NEVER, None), (DRUGS, Use.NEVER, None)],
    ),
    (
        "SH: tob - quit 1990, etoh - rare, drugs - none",
        "en",
        [(TOBACCO, Use.FORMER, None), (ALCOHOL, Use.CURRENT, "rare"), (DRUGS, Use.NEVER, None)],
    ),
    ("SH: Tob: neg, EtOH: neg", "en", [(TOBACCO, Use.NEVER, None), (ALCOHOL, Use.NEVER, None)]),
    ("Smoking status: former smoker.", "en", [(TOBACCO, Use.FORMER, None)]),
    ("SH: 40 pk-yr hx, quit 5y ago. No illicits.", "en", [(TOBACCO, Use.FORMER, "40 pk-yr"), (DRUGS, Use.NEVER, None)]),
    ("Hábitos: 1 paq/día desde hace 20 años.", "es", [(TOBACCO, Use.CURRENT, "1 paq/día desde hace 20 años")]),
    (
        "SOCIAL HISTORY: Denies alcohol,\nTobacco 1 ppd",
        "en",
        [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.CURRENT, "1 ppd")],
    ),
    ("SOCIAL HISTORY: no drugs,\nsmoker", "en", [(DRUGS, Use.NEVER, None), (TOBACCO, Use.CURRENT, None)]),
    (
        "HÁBITOS: No alcohol\ny fumador de 20 cig/día",
        "es",
        [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.CURRENT, "20 cig/día")],
    ),
    (
        "HÁBITOS: no alcohol, fumador de 10 cig/día",
        "es",
        [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.CURRENT, "10 cig/día")],
    ),
    (
        "SH: Never used drugs, drinker of 2 beers a day.",
        "en",
        [(DRUGS, Use.NEVER, None), (ALCOHOL, Use.CURRENT, "2 beers a day")],
    ),
    (
        "SH: Denies alcohol, drugs, 1 ppd x 20 yrs",
        "en",
        [(ALCOHOL, Use.NEVER, None), (DRUGS, Use.NEVER, None), (TOBACCO, Use.CURRENT, "1 ppd x 20 yrs")],
    ),
    ("SH: Not a drinker, smoker.", "en", [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.NEVER, None)]),
    ("SH: No alcohol, nor smoker.", "en", [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.NEVER, None)]),
    ("SH: No alcohol, not a smoker.", "en", [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.NEVER, None)]),
    (
        "HÁBITOS: Niega alcohol, tabaco\ny drogas.",
        "es",
        [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.NEVER, None), (DRUGS, Use.NEVER, None)],
    ),
    (
        "HÁBITOS: Niega alcohol,\ntabaco\no drogas.",
        "es",
        [(ALCOHOL, Use.NEVER, None), (TOBACCO, Use.NEVER, None), (DRUGS, Use.NEVER, None)],
    ),
    ("SOCIAL HISTORY: Lives alone.\n\nDRUGS: none", "en", []),
    ("PMH: hypertension.\nDRUGS: aspirin", "en", []),
    ("PPD placed. PPD 10 mm.", "en", []),
]

HEADING = {"en": "SOCIAL HISTORY: ", "es": "HÁBITOS: "}


@pytest.mark.parametrize(("words", "language", "expected"), USE, ids=[case[0] for case in USE])
def test_use_and_amount_of_each_substance(
    words: str, language: str, expected: list[tuple[SocialKind, Use, str | None]]
) -> None:
    facts = social(note(HEADING[language] + words, language))

    told = [(fact.kind, fact.use, fact.amount and fact.amount.text) for fact in facts if fact.use is not None]
    assert sorted(told, key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(("text", "language", "expected"), HEADED, ids=[case[0] for case in HEADED])
def test_a_heading_over_habits_tells_of_none_by_itself(
    text: str, language: str, expected: list[tuple[SocialKind, Use, str | None]]
) -> None:
    facts = social(note(text, language))

    told = [(fact.kind, fact.use, fact.amount and fact.amount.text) for fact in facts if fact.use is not None]
    assert sorted(told, key=str) == sorted(expected, key=str)


LIVES = [
    ("He works as a medical transcriptionist.", "en", SocialKind.OCCUPATION, "works as a medical transcriptionist"),
    ("She is currently a registered nurse.", "en", SocialKind.OCCUPATION, "registered nurse"),
    ("He lives alone.", "en", SocialKind.LIVING, "lives alone"),
    ("She is divorced.", "en", SocialKind.MARITAL, "divorced"),
    ("She exercises weekly.", "en", SocialKind.ACTIVITY, "exercises weekly"),
    ("He is sexually active.", "en", SocialKind.SEXUAL, "sexually active"),
    ("Vive con su mujer.", "es", SocialKind.LIVING, "Vive con su mujer"),
    ("Jubilado.", "es", SocialKind.OCCUPATION, "Jubilado"),
    ("Viuda.", "es", SocialKind.MARITAL, "Viuda"),
    ("Independiente para las ABVD.", "es", SocialKind.ACTIVITY, "Independiente para las ABVD"),
]


@pytest.mark.parametrize(("words", "language", "kind", "quoted"), LIVES, ids=[case[0] for case in LIVES])
def test_how_somebody_lives_is_quoted(words: str, language: str, kind: SocialKind, quoted: str) -> None:
    [fact] = social(note(HEADING[language] + words, language))

    assert (fact.kind, fact.words.text, fact.use) == (kind, quoted, None)


def test_a_relative_who_smokes_is_not_the_patient() -> None:
    assert social(note("HPI: Her father was a smoker.")) == ()


def test_an_examination_tells_nothing_of_how_somebody_lives() -> None:
    assert social(note("PHYSICAL EXAM: Smells of alcohol. He is single.")) == ()


@pytest.mark.parametrize(
    ("words", "alone"), [("tobacco use", True), ("alcohol abuse", False), ("alcoholic hepatitis", False)]
)
def test_use_alone_is_told_from_a_disease(words: str, alone: bool) -> None:
    assert is_use(words, "en") is alone


@pytest.mark.parametrize("words", ["habitos", "consume alcohol ni drogas", "consumo"])
def test_a_heading_and_what_somebody_takes_is_no_disease(words: str) -> None:
    assert is_use(words, "es")


@pytest.mark.parametrize(
    ("words", "language", "kind", "use"),
    [
        ("No tobacco, occasional alcohol.", "en", SocialKind.ALCOHOL, Use.CURRENT),
        ("No tobacco, social EtOH, no drugs.", "en", SocialKind.ALCOHOL, Use.CURRENT),
        ("No tobacco, social EtOH, no drugs.", "en", SocialKind.DRUGS, Use.NEVER),
        ("Quit smoking 2010, no alcohol, occasional marijuana.", "en", SocialKind.DRUGS, Use.CURRENT),
        ("Quit smoking 2010, no alcohol, occasional marijuana.", "en", SocialKind.TOBACCO, Use.FORMER),
        ("Denies tobacco, occasional alcohol, or drugs.", "en", SocialKind.ALCOHOL, Use.NEVER),
        ("Denies tobacco, heavy alcohol, or drugs.", "en", SocialKind.ALCOHOL, Use.NEVER),
        ("No fuma, ocasional alcohol.", "es", SocialKind.ALCOHOL, Use.CURRENT),
        ("+ tobacco 1/2 ppd. - EtOH.", "en", SocialKind.ALCOHOL, Use.NEVER),
        ("+tob 1 ppd, -EtOH, -drugs", "en", SocialKind.DRUGS, Use.NEVER),
        ("\n- Alcohol\n- tobacco 1 ppd", "en", SocialKind.ALCOHOL, Use.CURRENT),
        ("Smoking - yes. - alcohol 2 beers daily", "en", SocialKind.ALCOHOL, Use.CURRENT),
    ],
)
def test_what_is_used_a_little_or_has_a_minus_is_told_from_its_neighbours(
    words: str, language: str, kind: SocialKind, use: Use
) -> None:
    told = {fact.kind: fact.use for fact in social(note(HEADING[language] + words, language))}

    assert told[kind] is use
