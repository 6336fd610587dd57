"""What the guidelines say of a finding goes before what a model guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pytest

from epicrisis.domain.assertions import Assertion, Cue, CueKind, Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.assertion.rulings import Told, settled

_MARK = re.compile(r"\[([^|\]]+)\|([A-Z]+)\]")
_SCORES = dict.fromkeys(Status, 0.02) | {Status.PRESENT: 0.1, Status.NORMAL: 0.8}


@dataclass(frozen=True)
class Sentence:
    """A sentence with the entities and cues a model read in it; what is asked about is marked ``ASKED``."""

    told: Told
    target: Span

    @classmethod
    def of(cls, marked: str, language: str = "es") -> Sentence:
        text, at, marks = "", 0, list[tuple[Span, str]]()
        for mark in _MARK.finditer(marked):
            text += marked[at : mark.start()]
            marks.append((Span(len(text), len(text) + len(mark[1])), mark[2]))
            text, at = text + mark[1], mark.end()
        text += marked[at:]
        kinds = {kind.value for kind in CueKind}
        document = Document("d", text, language)
        entities = [Entity(span, label) for span, label in marks if label not in kinds | {"ASKED"}]
        cues = [Cue(span, CueKind(label)) for span, label in marks if label in kinds]
        [target] = [span for span, label in marks if label == "ASKED"]
        return cls(Told(document, Span(0, len(text)), entities, cues), target)

    def settled(self, status: Status, **more: object) -> Assertion:
        return settled(Assertion(self.target, status, 0.8, **more), self.told)  # type: ignore[arg-type]


@pytest.mark.parametrize("sentence", ["AP: [NAMC|ASKED].", "Está [afebril|ASKED].", "[ASINTOMATICO|ASKED]."])
def test_a_word_that_denies_by_itself_is_absent_whatever_stands_around_it(sentence: str) -> None:
    ruled = Sentence.of(sentence).settled(Status.PRESENT, temporality=Temporality.PAST)

    assert (ruled.status, ruled.temporality) == (Status.ABSENT, Temporality.PAST)


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Se anticoagula para evitar nuevas [trombosis|ASKED].", Status.HYPOTHETICAL),
        ("Con el fin de prevenir [infecciones|ASKED] se aísla.", Status.HYPOTHETICAL),
        ("Control: REGRESION COMPLETA DE LA [LESION|ASKED].", Status.ABSENT),
        ("Control: remisio\u0301n completa del [linfoma|ASKED].", Status.ABSENT),
        ("No alérgico a [medicamentos|ASKED].", Status.ABSENT),
        ("Para evitar [náuseas|PROBLEM] y [vómitos|ASKED].", Status.HYPOTHETICAL),
    ],
)
def test_a_binding_cue_decides_what_stands_right_behind_it(sentence: str, status: Status) -> None:
    asked = Sentence.of(sentence)
    ruled = asked.settled(Status.PRESENT)

    assert ruled.status is status
    [cue] = ruled.cues
    assert cue.span.end < asked.target.start
    assert cue.kind is (CueKind.HYPOTHESIS if status is Status.HYPOTHETICAL else CueKind.NEGATION)


@pytest.mark.parametrize(
    "sentence",
    [
        "No hubo regresión completa de la [lesión|ASKED].",
        "Sin remisión completa del [tumor|ASKED].",
        "Para evitar la espera, se operó el mismo día su [hernia|ASKED].",
        "Regresión completa de la placa, la [lesión|ASKED] no.",
        "Regresión parcial de la [lesión|ASKED].",
        "Alérgico a [penicilina|ASKED].",
        "Para evitar [trombosis|PROBLEM] toma [sintrom|ASKED].",
        "NO ALERGIAS A [MEDICAMENTOS|MEDICATION] [HTA|ASKED]",
    ],
)
def test_what_is_denied_itself_far_off_or_said_otherwise_binds_nothing(sentence: str) -> None:
    assert Sentence.of(sentence).settled(Status.PRESENT).status is Status.PRESENT


@pytest.mark.parametrize(
    "sentence",
    [
        "Conservaba una [diuresis|ASKED] de [800 cc al día|VALUE].",
        "[FEVI|ASKED]: [60 %|VALUE] [sin|NEG] [anomalías|PROBLEM].",
        "[TC|ASKED] [no|NEG] evidenció [lesiones|PROBLEM], solo [microangiopatía|PROBLEM].",
        "[TC|ASKED] [sin|NEG] [lesiones|PROBLEM], sólo [microangiopatía|PROBLEM].",
        "[Seriada|ASKED]: [sin alteraciones|NORM], con [reflujo|PROBLEM].",
        "[Fondo de ojo|ASKED] [sin|NEG] [papiledema|PROBLEM] aunque con ligera [turgencia|PROBLEM].",
    ],
)
def test_a_test_with_a_value_or_with_something_found_beside_is_not_normal(sentence: str) -> None:
    assert Sentence.of(sentence).settled(Status.NORMAL).status is Status.PRESENT


@pytest.mark.parametrize(
    "sentence",
    [
        "[Creatinina|ASKED] [normal|NORM] ([0,8|VALUE]).",
        "[Urocultivo|ASKED] [negativo|VALUE].",
        "[Válvulas|ASKED] [normales|NORM], con pequeñas [placas|PROBLEM].",
        "[TC|ASKED] [sin|NEG] [lesiones|PROBLEM]; [eco|TEST] con [quiste|PROBLEM].",
        "[TC|ASKED] [sin|NEG] alteraciones compatibles con [isquemia|PROBLEM].",
        "[TC|ASKED] [sin|NEG] [lesiones|PROBLEM], no solo [óseas|PROBLEM].",
        "[Auscultación|ASKED] [sin|NEG] [soplos|PROBLEM], pero [sin|NEG] [ritmo|PROBLEM].",
    ],
)
def test_what_is_called_normal_or_only_denied_stays_normal(sentence: str) -> None:
    assert Sentence.of(sentence).settled(Status.NORMAL).status is Status.NORMAL


def test_the_statuses_exchange_their_shares_and_the_cues_of_the_old_one_go() -> None:
    asked = Sentence.of("Su [diuresis|ASKED] de [800 cc|VALUE] al día es [normal|NORM] desde [entonces|PAST].")
    cues = asked.told.cues

    ruled = asked.settled(Status.NORMAL, scores=_SCORES, cues=tuple(cues))

    assert ruled.status is Status.PRESENT
    assert (ruled.confidence, ruled.scores[Status.PRESENT], ruled.scores[Status.NORMAL]) == (0.8, 0.8, 0.1)
    assert sum(ruled.scores.values()) == pytest.approx(sum(_SCORES.values()))
    assert [cue.kind for cue in ruled.cues] == [CueKind.PAST]


def test_the_cue_of_a_ruling_stands_among_the_others_where_the_text_has_it() -> None:
    asked = Sentence.of("Para evitar otra [trombosis|ASKED] como la [previa|PAST].")

    ruled = asked.settled(Status.PRESENT, cues=tuple(asked.told.cues))

    assert [cue.kind for cue in ruled.cues] == [CueKind.HYPOTHESIS, CueKind.PAST]


@pytest.mark.parametrize("status", [Status.POSSIBLE, Status.HYPOTHETICAL])
def test_what_might_be_stays_as_it_is(status: Status) -> None:
    asked = Sentence.of("Si sigue [afebril|ASKED] se dará de alta.")

    assert asked.settled(status).status is status


def test_english_has_rulings_and_a_language_without_cues_none() -> None:
    marked = "She is [afebrile|ASKED]."

    assert Sentence.of(marked, "en").settled(Status.PRESENT).status is Status.ABSENT
    assert Sentence.of(marked, "fr").settled(Status.PRESENT).status is Status.PRESENT


@pytest.mark.parametrize(
    ("sentence", "section", "status"),
    [
        ("1. [HTN|ASKED]: restart lisinopril.", SectionCategory.ASSESSMENT, Status.PRESENT),
        ("2. [HTN|ASKED] - stable.", SectionCategory.ASSESSMENT, Status.PRESENT),
        ("1. [HTN|ASKED]: restart lisinopril.", SectionCategory.PLAN, Status.HYPOTHETICAL),
        ("Return for [HTN|ASKED]: call us.", SectionCategory.ASSESSMENT, Status.HYPOTHETICAL),
        ("[DVT|ASKED] - ppx", SectionCategory.ASSESSMENT, Status.HYPOTHETICAL),
        ("3. [DVT|ASKED]: SQ heparin", SectionCategory.ASSESSMENT, Status.HYPOTHETICAL),
    ],
)
def test_what_an_item_of_an_assessment_is_about_is_there(
    sentence: str, section: SectionCategory, status: Status
) -> None:
    marked = Sentence.of(sentence, "en")
    told = replace(marked.told, entities=[Entity(marked.target, "PROBLEM")], section=section)

    assert settled(Assertion(marked.target, Status.HYPOTHETICAL, 0.8), told).status is status


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("1. [HTA|ASKED]: reiniciar enalapril.", Status.PRESENT),
        ("2. [TVP|ASKED]: profilaxis con enoxaparina.", Status.HYPOTHETICAL),
    ],
)
def test_what_an_item_prevents_is_not_there(sentence: str, status: Status) -> None:
    marked = Sentence.of(sentence)
    told = replace(marked.told, entities=[Entity(marked.target, "PROBLEM")], section=SectionCategory.ASSESSMENT)

    assert settled(Assertion(marked.target, Status.HYPOTHETICAL, 0.8), told).status is status


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("[AKI|ASKED]: [lisinopril|MEDICATION] [held|NEG].", Status.PRESENT),
        ("[AKI|ASKED] on CKD - [lisinopril|MEDICATION] [held|NEG].", Status.PRESENT),
        ("[Pneumonia|ASKED]: [ruled out|NEG].", Status.ABSENT),
        ("[Pneumonia|ASKED] on [ceftriaxone|MEDICATION] [ruled out|NEG].", Status.ABSENT),
        ("[No|NEG] [AKI|ASKED]: [lisinopril|MEDICATION] [stopped|NEG].", Status.ABSENT),
    ],
)
def test_what_is_denied_of_a_drug_is_not_denied_of_what_it_is_for(sentence: str, status: Status) -> None:
    marked = Sentence.of(sentence, "en")
    told = replace(marked.told, entities=[Entity(marked.target, "PROBLEM"), *marked.told.entities])

    assert settled(Assertion(marked.target, Status.ABSENT, 0.8, cues=tuple(marked.told.cues)), told).status is status


def test_a_sign_goes_before_what_the_model_read() -> None:
    assert Sentence.of("ROS: (+) [cough|ASKED] (-) fever", "en").settled(Status.ABSENT).status is Status.PRESENT
    ruled = Sentence.of("ROS: (+) cough (-) [fever|ASKED]", "en").settled(Status.PRESENT)
    assert ruled.status is Status.ABSENT
    assert [cue.kind for cue in ruled.cues] == [CueKind.NEGATION]


def test_a_finding_of_nobody_else_is_the_patients() -> None:
    ruled = Sentence.of("H/o [breast cancer|ASKED].", "en").settled(Status.PRESENT, experiencer=Experiencer.FAMILY)

    assert ruled.experiencer is Experiencer.PATIENT


@pytest.mark.parametrize(
    ("marked", "status", "expected"),
    [
        ("Still w/ [cough|ASKED], no SOB.", Status.ABSENT, Status.PRESENT),
        ("Stone w/ [hydronephrosis|ASKED].", Status.POSSIBLE, Status.PRESENT),
        ("67F w/ CHF, no DM, p/w [dyspnea|ASKED].", Status.ABSENT, Status.PRESENT),
        ("Pneumonia w/o [effusion|ASKED].", Status.POSSIBLE, Status.ABSENT),
        ("Pneumonia w/o evidence of [effusion|ASKED].", Status.PRESENT, Status.ABSENT),
        ("Not w/o [pain|ASKED].", Status.PRESENT, Status.PRESENT),
        ("Pneumonia with [effusion|ASKED].", Status.ABSENT, Status.ABSENT),
    ],
)
def test_with_and_without_in_short_are_read(marked: str, status: Status, expected: Status) -> None:
    assert asked(marked).settled(status).status is expected


def test_what_is_denied_before_with_in_short_stays_denied() -> None:
    sentence = asked("[No|NEG] PE w/ [infarct|ASKED].")

    assert sentence.settled(Status.ABSENT, cues=tuple(sentence.told.cues)).status is Status.ABSENT


def asked(marked: str) -> Sentence:
    """Return an English sentence in which what is asked about is a problem."""
    sentence = Sentence.of(marked, "en")
    problem = Entity(sentence.target, "PROBLEM")
    return Sentence(replace(sentence.told, entities=[problem]), sentence.target)
