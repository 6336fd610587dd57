"""S20: each of the 18 identifiers of the Safe Harbor rule, 45 CFR 164.514(b)(2)(i), is found, says why, and is hidden.

How many are found is measured, and published per kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import OVER_89, IdentifierKind
from epicrisis.domain.redactions import Redaction
from epicrisis.engines.privacy.operators import Redactor
from epicrisis.engines.privacy.policies import shipped
from epicrisis.engines.registry import identifier_engine
from tests.docs.pages import ROOT

K = IdentifierKind

# By the letter of the rule: a note, the words in it that identify somebody, and what they are.
RULE: Mapping[str, tuple[str, str, IdentifierKind]] = {
    "A names": ("Patient: Ana Prueba\nCough.", "Ana Prueba", K.NAME),
    "B geographic subdivisions": ("Address: 12 Prueba St, Tes, OH 43004\n", "12 Prueba St, Tes, OH 43004", K.LOCATION),
    "B ZIP codes": ("Her ZIP code: 43004.", "43004", K.LOCATION),
    "C dates": ("Discharged on March 3, 2021.", "March 3, 2021", K.DATE),
    "C ages over 89": ("She is 92 years old.", "92", K.AGE),
    "D telephone numbers": ("Phone: (555) 555-0142", "(555) 555-0142", K.PHONE),
    "E fax numbers": ("Fax: 555-555-0143", "555-555-0143", K.FAX),
    "F e-mail addresses": ("Mail ana@example.org today.", "ana@example.org", K.EMAIL),
    "G social security numbers": ("SSN 123-45-6789", "123-45-6789", K.SSN),
    "H medical record numbers": ("MRN: 00665905", "00665905", K.MRN),
    "I health plan beneficiary numbers": ("Medicare number 1EG4-TE5-MK73", "1EG4-TE5-MK73", K.HEALTH_PLAN),
    "J account numbers": ("Account number: 40135463", "40135463", K.ACCOUNT),
    "K certificate and license numbers": ("License number K25164179", "K25164179", K.LICENSE),
    "L vehicle identifiers": ("VIN 1HGCM82633A004352", "1HGCM82633A004352", K.VEHICLE),
    "L license plates": ("License plate 952 WPI", "952 WPI", K.VEHICLE),
    "M device identifiers": ("Serial number PJN43633670", "PJN43633670", K.DEVICE),
    "N web addresses": ("See https://portal.example.org/p/96799 today.", "https://portal.example.org/p/96799", K.URL),
    "O internet addresses": ("From 203.0.113.24 at night.", "203.0.113.24", K.IP),
    "P biometric identifiers": ("Fingerprint ID: FP-88213", "FP-88213", K.BIOMETRIC),
    "Q full-face photographs": ("Photograph: face_2044.jpg", "face_2044.jpg", K.BIOMETRIC),
    "R any other unique number": ("Accession E18-25236", "E18-25236", K.ID),
}  # fmt: skip

SPANISH: Mapping[str, tuple[str, str, IdentifierKind]] = {
    "DNI": ("DNI 12345678Z", "12345678Z", K.ID),
    "DNI without a label": ("Acude 12345678-Z hoy.", "12345678-Z", K.ID),
    "NIE": ("NIE X1234567L", "X1234567L", K.ID),
    "NUSS": ("Afiliado 28 12345678 40 hoy.", "28 12345678 40", K.HEALTH_PLAN),
    "CIP": ("Tarjeta ABCD1234567890 válida.", "ABCD1234567890", K.HEALTH_PLAN),
    "colegiado": ("Colegiado nº 484812345", "484812345", K.LICENSE),
    "telephone": ("Llame al +34 612 345 678.", "+34 612 345 678", K.PHONE),
    "province": ("Vive en Badajoz con su hija.", "Badajoz", K.LOCATION),
    "number plate": ("Vehículo 1234 BCD en la calle.", "1234 BCD", K.VEHICLE),
}


@pytest.mark.parametrize(("text", "words", "kind"), RULE.values(), ids=RULE.keys())
def test_each_identifier_of_the_rule_is_found(text: str, words: str, kind: IdentifierKind) -> None:
    assert (words, kind) in found(text, "en")


@pytest.mark.parametrize(("text", "words", "kind"), SPANISH.values(), ids=SPANISH.keys())
def test_each_spanish_identifier_is_found(text: str, words: str, kind: IdentifierKind) -> None:
    assert (words, kind) in found(text, "es")


def test_every_letter_of_the_rule_has_its_line() -> None:
    assert {name[0] for name in RULE} == set("ABCDEFGHIJKLMNOPQR")


@pytest.mark.parametrize(("age", "sub"), [(89, None), (90, OVER_89), (104, OVER_89)])
def test_an_age_over_89_is_told_from_one_that_may_stand(age: int, sub: str | None) -> None:
    [[one]] = identifier_engine("patterns", "en").find([Document("n1", f"A {age}-year-old with a cough.")])

    assert one.sub == sub


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_finding_says_what_found_it_and_why_and_never_the_words(language: str) -> None:
    cases = RULE if language == "en" else SPANISH
    engine = identifier_engine("patterns", language)

    for text, words, _ in cases.values():
        for one in engine.find([Document("n1", text, language)])[0]:
            assert one.found_by.startswith("patterns:")
            assert one.why
            assert words not in one.why


@pytest.mark.parametrize(("text", "words", "kind"), RULE.values(), ids=RULE.keys())
def test_safe_harbor_hides_each_identifier_of_the_rule(text: str, words: str, kind: IdentifierKind) -> None:
    redaction = redacted(text, "safe-harbor")

    assert words not in redaction.document.text
    assert kind.name in redaction.counts


def test_a_person_stays_one_person_and_a_day_so_many_days_away_and_other_keys_tell_otherwise() -> None:
    note = "Patient: Ana Prueba\nSeen on 03/04/2031 and on 03/14/2031.\n"

    ours, again, theirs = (
        redacted(note, "research", key=key, patient="p1").document.text for key in (b"ours", b"ours", b"theirs")
    )

    assert ours == again != theirs
    first, second = (datetime.strptime(day, "%m/%d/%Y") for day in re.findall(r"\d\d/\d\d/\d{4}", ours))
    assert second - first == timedelta(days=10)
    assert redacted(note, "research", key=b"ours", patient="p2").document.text != ours
    pseudonyms = {redacted(note, "gdpr", key=key).document.text for key in (b"ours", b"ours", b"theirs")}
    assert len(pseudonyms) == 2
    assert not any("Prueba" in each for each in pseudonyms)


# Of the notes an English model has never seen; and of Spanish ones, whatever leads to a patient by itself.
@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        ("mtsamples_phi/dev", ".*"),
        ("meddocan/dev", "NOMBRE_SUJETO_ASISTENCIA|FECHAS|CALLE|NUMERO_.*|CORREO_.*|ID_(?:ASEG|SUJETO|CONTACTO).*"),
    ],
)
def test_what_is_found_of_each_kind_is_published_and_nearly_all(rows: str, kinds: str) -> None:
    card = (ROOT / "docs" / "cards" / "identifiers.md").read_text(encoding="utf-8")
    part = card.partition(f"### identifiers: {rows}.jsonl.gz")[2].partition("\n###")[0]

    told = dict(re.findall(rf"`identifiers\.overlap_recall\.({kinds})` \| ([\d.]+)", part))

    assert len(told) >= 8
    assert {kind: recall for kind, recall in told.items() if float(recall) < 0.95} == {}


def test_what_may_be_left_is_said_where_somebody_answers_for_it() -> None:
    page = (ROOT / "docs" / "explanation" / "compliance.md").read_text(encoding="utf-8")

    assert "**No redaction is complete for certain.**" in page
    assert "../cards/identifiers.md" in page


def redacted(text: str, policy: str, *, key: bytes = b"", patient: str | None = None) -> Redaction:
    document = Document("n1", text, "en")
    [identifiers] = identifier_engine("patterns", "en").find([document])
    return Redactor(key, year=lambda: 2031)(document, identifiers, shipped()[policy], patient=patient)


def found(text: str, language: str) -> list[tuple[str, IdentifierKind]]:
    [identifiers] = identifier_engine("patterns", language).find([Document("n1", text, language)])
    return [(text[one.span.start : one.span.end], one.kind) for one in identifiers]
