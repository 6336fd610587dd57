from __future__ import annotations

from pathlib import Path

import pytest

from epicrisis.domain.differentials import FindingKind, Urgency
from epicrisis.engines.differential.knowledge.entries import Chance, Finding, Measure, Shows, Specialty
from epicrisis.engines.differential.knowledge.reading import knowledge_base, knowledge_in, words_in
from epicrisis.errors import InvalidWordList

FINDINGS = """id,kind,en,es,parents,chance,a,b,note
chest-pain,symptom,chest pain,dolor torácico,,0.03,0.03,0.03,
chest-pain-pleuritic,symptom,"pain, on breathing","dolor, al respirar",chest-pain,0.006,0.006,0.006,sharp
"""
CONDITIONS = """[pleurisy]
en = "Pleurisy"
es = "Pleuritis"
names_en = ["pleuritis"]
names_es = []
icd10cm = "R09.1"
incidence = 40
ages = [0, 1, 1, 1, 1, 1, 1, 1]
female = 0.5
urgency = "soon"
severity = 3
tests_en = ["Chest X-ray"]
tests_es = ["Radiografía de tórax"]
red_flags = ["chest-pain"]
questions = ["chest-pain-pleuritic"]
rivals = []
accompanies = ["pneumonia"]
course = "passing"
"""
CHANCES = "condition,finding,chance,a,b,sources\npleurisy,chest-pain,0.90,0.9,0.9,a b\n"
MEASURES = "finding,loinc,shows,unit,threshold,note\nchest-pain,6598-7,high,ng/mL,,\nchest-pain,718-7,low,g/dL,7.5,x\n"
WORDS = "finding,phrases\nchest-pain,thoracic pain; sore chest\nchest-pain-pleuritic,hurts to breathe\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written = {
        "findings/symptom.csv": FINDINGS,
        "conditions/respiratory.toml": CONDITIONS,
        "chances/respiratory.csv": CHANCES,
        "measures/measures.csv": MEASURES,
        "words/symptom.en.csv": WORDS,
        "words/symptom.es.csv": "finding,phrases\nchest-pain,dolor de pecho\n",
    }
    for name, content in written.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


def changed(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new), encoding="utf-8")


def test_reads_what_the_tables_say(folder: Path) -> None:
    base = knowledge_in(folder)

    assert base.findings["chest-pain-pleuritic"] == Finding(
        "chest-pain-pleuritic",
        FindingKind.SYMPTOM,
        {"en": "pain, on breathing", "es": "dolor, al respirar"},
        ("chest-pain",),
        "sharp",
        0.006,
    )
    pleurisy = base.conditions["pleurisy"]
    assert (pleurisy.specialty, pleurisy.urgency, pleurisy.severity) == (Specialty.RESPIRATORY, Urgency.SOON, 3)
    assert (pleurisy.ages[0], pleurisy.incidence, pleurisy.icd10cm) == (0.0, 40.0, "R09.1")
    assert (pleurisy.rivals, pleurisy.accompanies) == ((), ("pneumonia",))
    assert (pleurisy.synonyms["en"], pleurisy.tests["es"]) == (("pleuritis",), ("Radiografía de tórax",))
    assert base.chances == (Chance("pleurisy", "chest-pain", 0.9, ("a", "b")),)
    assert base.measures == (
        Measure("chest-pain", "6598-7", Shows.HIGH, "ng/mL", None),
        Measure("chest-pain", "718-7", Shows.LOW, "g/dL", 7.5),
    )


def test_reads_the_words_of_a_language(folder: Path) -> None:
    assert list(words_in(folder, "es")) == [("chest-pain", "dolor de pecho")]
    assert list(words_in(folder, "en")) == [
        ("chest-pain", "thoracic pain"),
        ("chest-pain", "sore chest"),
        ("chest-pain-pleuritic", "hurts to breathe"),
    ]


def test_tables_stand_in_the_order_of_their_files(folder: Path) -> None:
    second = FINDINGS.splitlines()[0] + "\nfever,sign,fever,fiebre,,0.05,0.05,0.05,\n"
    (folder / "findings" / "sign.csv").write_text(second, encoding="utf-8")
    (folder / "findings" / "README.md").write_text("no table", encoding="utf-8")

    assert list(knowledge_in(folder).findings) == ["fever", "chest-pain", "chest-pain-pleuritic"]


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        ("findings/symptom.csv", "0.006,0.006", "rare,0.006", "symptom.csv: chest-pain-pleuritic: "),
        ("findings/symptom.csv", "symptom,chest pain", "feeling,chest pain", "symptom.csv: chest-pain: "),
        ("findings/symptom.csv", ",parents,", ",parent,", "symptom.csv: chest-pain: "),
        ("chances/respiratory.csv", ",0.90,", ",,", "respiratory.csv: pleurisy: "),
        ("measures/measures.csv", ",high,", ",higher,", "measures.csv: chest-pain: "),
        ("conditions/respiratory.toml", '"soon"', '"later"', "respiratory.toml: pleurisy: "),
        ("conditions/respiratory.toml", "incidence = 40\n", "", "respiratory.toml: pleurisy: "),
        ("conditions/respiratory.toml", "incidence = 40", "incidence = ", "respiratory.toml: "),
    ],
)
def test_says_which_row_of_which_file_it_cannot_read(folder: Path, name: str, old: str, new: str, where: str) -> None:
    changed(folder, name, old, new)

    with pytest.raises(InvalidWordList, match=f"^{where}"):
        knowledge_in(folder)


def test_a_table_of_no_specialty_is_refused(folder: Path) -> None:
    (folder / "conditions" / "respiratory.toml").rename(folder / "conditions" / "lungs.toml")

    with pytest.raises(InvalidWordList, match=r"^lungs\.toml: pleurisy: "):
        knowledge_in(folder)


def test_the_shipped_tables_are_read_once() -> None:
    assert knowledge_base() is knowledge_base()
