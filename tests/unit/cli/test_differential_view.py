from __future__ import annotations

import io
import math
from dataclasses import replace

import pytest
from rich.console import Console

from epicrisis.cli.differential_view import show
from epicrisis.domain.differentials import (
    Alarm,
    Case,
    Differential,
    FindingKind,
    Hypothesis,
    Observed,
    Question,
    Urgency,
    Weighed,
)
from epicrisis.domain.patients import Sex, Source
from epicrisis.domain.records import Code, CodeSystem
from epicrisis.formats.differentials import NOTICE

PAIN = Observed("chest-pain", True, "hurts", Source("symptoms/0"))
FEVER = Observed("fever", False, "no fever", Source("symptoms/1"))
NAMES = {"chest-pain": "chest pain", "fever": "fever"}
ANGINA = Hypothesis(
    condition="stable-angina",
    name="Stable angina",
    code=Code(CodeSystem.ICD_10_CM, "I20.9", "Stable angina"),
    confidence=0.823,
    score=1.0,
    prior=-3.0,
    urgency=Urgency.SOON,
    supporting=(
        Weighed(PAIN, "chest pain", math.log(20)),
        Weighed(FEVER, "fever", math.log(1.5)),
        Weighed(Observed("age", told="65"), "age", math.log(2)),
    ),
    opposing=(Weighed(Observed("sex", told="female"), "sex", -math.log(4)),),
    tests=("Creatinine, eGFR and potassium", "ECG"),
)
FOUND = Differential(
    case=Case(65.0, Sex.FEMALE, None, (PAIN, FEVER), (), ("blorb[red]\x1b[2J",)),
    hypotheses=(ANGINA,),
    none_of_these=0.004,
    questions=(Question("cough", "cough", FindingKind.SYMPTOM, 0.2),),
    alarms=(Alarm(PAIN, "chest pain", ("Acute myocardial infarction", "Aortic dissection")),),
    engine="knowledge",
    version="1",
    warnings=("Mind this.",),
)


def shown(found: Differential = FOUND, language: str = "en", *, width: int = 100) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    show("visit", found, console, language=language, names=NAMES)
    assert isinstance(console.file, io.StringIO)
    return [line.strip() for line in console.file.getvalue().splitlines() if line.strip()]


def test_a_case_is_told_from_what_was_understood_to_the_notice() -> None:
    assert shown()[1:] == [
        "there: 65 years, female, chest pain",
        "not there: fever",
        "not understood: blorb[red] [2J",
        "ALARM chest pain: Acute myocardial infarction, Aortic dissection",
        "82%  Stable angina  I20.9  soon",
        "for: chest pain ×20, no fever ×1.5, age 65 ×2.0",
        "against: sex ÷4.0",
        "tests: Creatinine, eGFR and potassium; ECG",
        "<1%  none of these",
        "ask or test next: cough",
        "(Mind this.)",
        NOTICE["en"],
    ]


def test_it_is_told_in_spanish() -> None:
    told = shown(language="es")

    assert told[1] == "presente: 65 años, mujer, chest pain"
    assert told[-1] == NOTICE["es"]
    assert "a favor: chest pain ×20, sin fever ×1.5, age 65 ×2.0" in told


def test_what_is_known_says_so_and_is_never_certain() -> None:
    known = replace(ANGINA, is_known=True, confidence=1.0)

    assert ">99%  Stable angina  I20.9  soon, known" in shown(replace(FOUND, hypotheses=(known,)))


def test_a_finding_without_a_name_is_told_in_its_words() -> None:
    case = Case(observed=(Observed("unheard-of", True, "odd\nfeeling"),))

    assert "there: odd feeling" in shown(replace(FOUND, case=case))


@pytest.mark.parametrize("width", [40, 300])
def test_it_fits_the_screen_and_stays_readable(width: int) -> None:
    assert max(map(len, shown(width=width))) <= min(width, 100)
