from __future__ import annotations

import pytest

from epicrisis.domain.sections import SectionCategory
from epicrisis.engines.codes.icd10cm.displays import displays
from epicrisis.engines.codes.icd10cm.history import history_file
from epicrisis.engines.codes.icd10cm.linker import Icd10cmLinker, build
from epicrisis.engines.record_contracts import Coded, Mention


@pytest.fixture(scope="module")
def linker() -> Icd10cmLinker:
    return build()


def first(
    linker: Icd10cmLinker, name: str, sentence: str, *, past: bool = True, section: SectionCategory | None = None
) -> str | None:
    [codes] = linker.link([Mention(name, Coded.PROBLEM, sentence=sentence, past=past, section=section)])
    return codes[0].code if codes else None


OVER = [
    ("DVT", "h/o DVT in 2015.", "Z86.718"),
    ("MI", "He is s/p MI in 2019.", "I25.2"),
    ("stroke", "Stroke in 2015.", "Z86.73"),
    ("PE", "Previous PE.", "Z86.711"),
    ("breast cancer", "History of breast cancer.", "Z85.3"),
    ("prostate cancer", "History of prostate cancer in 2011.", "Z85.46"),
    # What another clause tells of today is not told of the old event, nor "current" of the cancer.
    ("DVT", "h/o DVT in 2015, presents with leg swelling that began 2 days ago.", "Z86.718"),
    ("MI", "History of MI in 2010, now with chest pain since yesterday.", "I25.2"),
    ("MI", "Chest pain since yesterday, history of MI.", "I25.2"),
    ("breast cancer", "History of breast cancer and asthma, current smoker.", "Z85.3"),
    ("breast cancer", "Current smoker with a history of breast cancer.", "Z85.3"),
    ("acute leukemia", "History of acute leukemia in 2001.", "Z85.6"),
    ("follicular lymphoma", "History of follicular lymphoma.", "Z85.72"),
    ("multiple myeloma", "History of multiple myeloma.", "Z85.79"),
    ("kidney stones", "h/o kidney stones.", "Z87.442"),
    ("gastric ulcer", "History of gastric ulcer.", "Z87.11"),
    ("duodenal ulcer", "Duodenal ulcer in 2012.", "Z87.11"),
    ("stroke", "Stroke in 2015 without residual deficits.", "Z86.73"),
]


@pytest.mark.parametrize(("name", "sentence", "code"), OVER)
def test_what_is_over_has_the_code_of_its_history(linker: Icd10cmLinker, name: str, sentence: str, code: str) -> None:
    assert first(linker, name, sentence) == code


def test_under_the_heading_of_the_history_an_event_is_over_and_a_disease_is_not(linker: Icd10cmLinker) -> None:
    sentence, section = "Pneumonia, asthma, lung cancer.", SectionCategory.PAST_HISTORY

    assert first(linker, "Pneumonia", sentence, section=section) == "Z87.01"
    assert first(linker, "asthma", sentence, section=section) == "J45.909"
    assert first(linker, "lung cancer", sentence, section=section) == "C34.90"


@pytest.mark.parametrize(
    ("name", "sentence", "past", "code"),
    [
        ("MI", "He had an MI 2 days ago, s/p stent.", True, "I21.9"),
        ("DVT", "h/o DVT in 2015.", False, "I82.409"),
        ("pneumonia", "He was treated for pneumonia.", True, "J18.9"),
        ("breast cancer", "History of breast cancer, on chemotherapy.", True, "C50.919"),
        ("lung cancer", "History of stroke, lung cancer.", True, "C34.90"),
        ("lung cancer", "Lung cancer, stroke in 2015.", True, "C34.90"),
        ("MI", "Previous MI 2 days ago.", True, "I21.9"),
        ("breast cancer", "Current breast cancer, history of asthma.", True, "C50.919"),
        ("breast cancer", "History of breast cancer, currently with metastatic disease.", True, "C50.919"),
        # A year tells when a cancer was found (docs/decisions/0043).
        ("Breast cancer", "Breast cancer diagnosed in 2024 on letrozole.", True, "C50.919"),
        ("Prostate cancer", "Prostate cancer 2024, on androgen deprivation.", True, "C61"),
        ("prostate cancer", "Prostate cancer in 2011.", True, "C61"),
        ("breast cancer", "History of breast cancer on letrozole.", True, "C50.919"),
    ],
)
def test_what_is_fresh_or_still_there_keeps_its_code(
    linker: Icd10cmLinker, name: str, sentence: str, past: bool, code: str
) -> None:
    assert first(linker, name, sentence, past=past) == code


@pytest.mark.parametrize(
    ("name", "sentence", "begin"),
    [
        ("Stroke", "Stroke in 2015 with residual left hemiparesis.", "I63"),
        ("stroke", "History of stroke, with sequelae.", "I63"),
        ("acute leukemia", "History of acute leukemia, in remission.", "C95"),
    ],
)
def test_what_left_something_or_is_in_remission_is_no_history(
    linker: Icd10cmLinker, name: str, sentence: str, begin: str
) -> None:
    assert str(first(linker, name, sentence)).startswith(begin)


def test_a_code_is_given_once(linker: Icd10cmLinker) -> None:
    [codes] = linker.link([Mention("DVT", Coded.PROBLEM, sentence="h/o DVT in 2015.", past=True)])

    assert len({code.code for code in codes}) == len(codes)
    assert codes[0].display == "Personal history of other venous thrombosis and embolism"


@pytest.mark.parametrize("table", ["events", "cancers"])
def test_every_code_of_a_history_may_be_given_and_every_event_exists(table: str) -> None:
    codes = history_file()[table]

    assert set(codes.values()) <= set(displays())
    assert [begin for begin in codes if not any(code.startswith(begin) for code in displays())] == []


@pytest.mark.parametrize("letters", ["c/c/e", "m/r/g", "C/C"])
def test_letters_that_nobody_spells_out_have_no_code(linker: Icd10cmLinker, letters: str) -> None:
    assert first(linker, letters, f"No {letters}.", past=False) is None
