"""Letters that look alike, put right by the word they stand in, and what is left as it is written."""

from __future__ import annotations

import time

import pytest

from epicrisis.engines.ocr.mending import mended


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("POSTOPERATIVE DIAGNOSIs: Hernia", "POSTOPERATIVE DIAGNOSIS: Hernia"),
        ("PAST sURGICAL and sOCIAL HISTORY", "PAST SURGICAL and SOCIAL HISTORY"),
        ("REAsoN FOR REFERRAL", "REASON FOR REFERRAL"),
        ("LesS than, LeSS than", "Less than, Less than"),
        ("sITUACIÓN, ANTECEDENTEs", "SITUACIÓN, ANTECEDENTES"),
        ("cranial nerves Il, IIl, VlI, Vll and VIll", "cranial nerves II, III, VII, VII and VIII"),
        ("disc L5-Sl, from L4 to Sl.", "disc L5-S1, from L4 to S1."),
        ("HbAlc 7.9 %, Hemoglobin Alc", "HbA1c 7.9 %, Hemoglobin A1c"),
    ],
)
def test_a_letter_that_looks_alike_is_what_its_word_says(read: str, written: str) -> None:
    assert mended(read, "en") == written


@pytest.mark.parametrize(
    "written",
    [
        "NSAIDs, SSRIs, CABGs, MRIs, cANCA, cAMP, vWF, eGFR, mRNA",
        "mOsm/kg, mmHg, SpO2 98 %, PaCO2, FiO2, HCO3, kcal, mEq/L, IU, mL",
        "Dr. McCormick, DeSoto, OxyContin, NaCl, SUVmax, SatO2, NºCol, OmpC",
        "stage IV, type I, class III, XL, all ill, will, Illinois",
        "Alc. 2 units",
        "Ana Ruiz Prueba, 31/02/1950",
    ],
)
def test_what_is_written_so_stays(written: str) -> None:
    assert mended(written, "en") == written
    assert mended(written, "es") == written


def test_the_sign_of_a_number_is_none_of_degrees_in_spanish() -> None:
    assert mended("Calle Invento n° 14, N°Col, 38,5 °C", "es") == "Calle Invento nº 14, NºCol, 38,5 °C"
    assert mended("n° 14", "en") == "n° 14"


@pytest.mark.parametrize("piece", ["I", "l", "Il", "aS", "Sl ", "Hemoglobin A", "n°"])
def test_the_time_is_linear(piece: str) -> None:
    def taken(text: str) -> float:
        began = time.process_time()
        mended(text, "es")
        return time.process_time() - began

    assert taken(piece * (100_000 // len(piece))) < 2.0
