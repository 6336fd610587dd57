from __future__ import annotations

import pytest

from epicrisis.domain.annotations import AnnotatedDocument, Sentence
from epicrisis.domain.assertions import Assertion, Experiencer, Status
from epicrisis.domain.documents import Document
from epicrisis.domain.findings import Entity, EntityLabel
from epicrisis.domain.records import Flag, Measurement, MeasurementKind
from epicrisis.domain.sections import Section, SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.engines.extraction.measurements.analytes import facts_of, named_by, names_in
from epicrisis.engines.extraction.measurements.reader import measurements
from epicrisis.engines.extraction.note import Note


def read(
    text: str,
    *found: tuple[str, EntityLabel],
    category: SectionCategory = SectionCategory.OTHER,
    status: Status = Status.PRESENT,
    experiencer: Experiencer = Experiencer.PATIENT,
) -> list[Measurement]:
    """Return what was measured in ``text``, one sentence of ``category`` in which a reader found ``found``."""
    spans = [Span(text.index(words), text.index(words) + len(words)) for words, _ in found]
    entities = tuple(Entity(span, label) for span, (_, label) in zip(spans, found, strict=True))
    assertions = tuple(
        Assertion(each.span, status, 0.9, experiencer=experiencer) if EntityLabel(each.label).is_concept else None
        for each in entities
    )
    whole = Span(0, len(text))
    note = AnnotatedDocument(
        Document("n1", text), entities, assertions, (), (Sentence(whole),), (Section(whole, category),)
    )
    return list(measurements(Note(note)))


def told(found: list[Measurement]) -> list[tuple[str, str]]:
    return [(each.name.text, each.value.text) for each in found]


def test_a_dose_is_no_result() -> None:
    assert told(read("Potassium 4.0 daily.", ("4.0", EntityLabel.DOSE))) == []


def test_under_medications_a_number_alone_is_no_result() -> None:
    assert told(read("Potassium 4.0.", category=SectionCategory.MEDICATIONS)) == []
    assert told(read("Potassium 4.0 mmol/L.", category=SectionCategory.MEDICATIONS)) == [("Potassium", "4.0 mmol/L")]


def test_what_is_planned_or_somebody_elses_is_not_measured() -> None:
    test = ("hemoglobin", EntityLabel.TEST)

    assert told(read("hemoglobin 9", test)) == [("hemoglobin", "9")]
    assert told(read("hemoglobin 9", test, status=Status.HYPOTHETICAL)) == []
    assert told(read("hemoglobin 9", test, experiencer=Experiencer.FAMILY)) == []
    assert told(read("hemoglobin 9", category=SectionCategory.FAMILY_HISTORY)) == []


def test_a_fever_that_is_denied_has_no_temperature() -> None:
    fever = ("fever", EntityLabel.PROBLEM)

    assert told(read("fever of 103", fever)) == [("fever", "103")]
    assert told(read("no fever above 103", fever, status=Status.ABSENT)) == []


def test_words_make_no_result_of_a_problem() -> None:
    assert told(read("elevated white count")) == [("white count", "elevated")]
    assert told(read("elevated white count", ("elevated white count", EntityLabel.PROBLEM))) == []


def test_a_test_that_no_list_names_is_known_by_the_reader() -> None:
    text = "Doxycycline level was 6.5 mcg/mL and the graft measured 12 cm."
    found = [
        ("Doxycycline level", EntityLabel.TEST), ("6.5 mcg/mL", EntityLabel.VALUE),
        ("graft", EntityLabel.TEST), ("12 cm", EntityLabel.VALUE),
    ]  # fmt: skip

    [level] = read(text, *found)

    assert (level.name.text, level.kind) == ("Doxycycline level", MeasurementKind.LAB)
    assert level.quantity is not None
    assert (level.quantity.value, level.quantity.unit, level.quantity.ucum) == (6.5, "mcg/mL", "ug/mL")
    assert level.confidence < 0.9


def test_a_result_in_words_of_such_a_test_needs_a_word_of_the_laboratory() -> None:
    value = ("normal", EntityLabel.VALUE)

    assert told(read("Gait was normal.", ("Gait", EntityLabel.TEST), value)) == []
    assert told(read("Lyme titer was normal.", ("Lyme titer", EntityLabel.TEST), value)) == [("Lyme titer", "normal")]


def test_a_range_of_values_has_words_and_no_number() -> None:
    [found] = read("Heart rate was 133 to 177.")

    assert (found.value.text, found.quantity) == ("133 to 177", None)


def test_the_scale_of_a_temperature_is_told_by_its_size() -> None:
    scales = [read(f"Temperature {number}.") for number in ("98.6", "37.1", "80")]

    assert [[each.quantity and each.quantity.ucum for each in found] for found in scales] == [["[degF]"], ["Cel"], []]


def test_what_the_note_says_of_a_number_is_its_flag() -> None:
    sentences = ["CEA elevated at 8.6.", "BUN decreased to 20.", "A low sodium of 129.", "Sodium 129 (135-145)."]

    assert [[each.flag for each in read(sentence)] for sentence in sentences] == [
        [Flag.HIGH], [None], [Flag.LOW], [Flag.LOW],
    ]  # fmt: skip


def test_a_section_is_kept_with_what_stands_in_it() -> None:
    [found] = read("Hgb 13", category=SectionCategory.LABORATORY)

    assert found.section is SectionCategory.LABORATORY


@pytest.mark.parametrize(
    ("words", "language", "analytes"),
    [
        ("Hgb", "en", ("hemoglobin",)),
        ("repeat serum sodium level", "en", ("sodium",)),
        ("sodium and potassium", "en", ()),
        ("chest x-ray", "en", ()),
        ("PT", "en", ("prothrombin-time",)),
        ("PT", "es", ("protein-total",)),
        ("tensión arterial", "es", ("blood-pressure",)),
        ("tension arterial", "es", ("blood-pressure",)),
    ],
)
def test_a_name_stands_for_one_thing(words: str, language: str, analytes: tuple[str, ...]) -> None:
    assert named_by(words, language) == analytes


def test_names_are_whole_words_and_the_longest() -> None:
    text = "Hemoglobin A1c, pHisohex, Ca, ca, T4-6"

    assert [text[each.span.start : each.span.end] for each in names_in(text, "en")] == ["Hemoglobin A1c", "Ca"]
    assert facts_of("temperature").kind is MeasurementKind.VITAL


def test_a_number_that_only_its_unit_names_stands_in_a_row_of_vital_signs() -> None:
    [pulse, temperature] = read("HR 122, 36.4C.")

    assert (temperature.name.text, temperature.value.text, temperature.kind) == (
        "36.4C",
        "36.4C",
        MeasurementKind.VITAL,
    )
    assert temperature.confidence < pulse.confidence
    assert told(read("The water had 36.4C.")) == []


def test_how_long_something_took_is_no_result() -> None:
    assert told(read("Troponin at 24 and 48 hours was 84.")) == [("Troponin", "84")]
    assert told(read("Troponin for 3 months.")) == []


def test_a_name_of_two_pressures_may_have_one_number_but_a_blood_pressure_has_two() -> None:
    assert told(read("PA pressure 40 mmHg.")) == [("PA pressure", "40 mmHg")]
    assert told(read("PA pressure 40/20.")) == [("PA pressure", "40"), ("PA pressure", "20")]
    assert told(read("Blood pressure 40.")) == []


def test_what_has_other_meanings_needs_its_unit() -> None:
    assert facts_of("gestation").united
    assert told(read("Gestation 33.")) == []
    assert told(read("Gestation 33 weeks.")) == [("Gestation", "33 weeks")]


def test_blood_is_a_test_only_behind_a_grade() -> None:
    assert told(read("3+ blood")) == [("blood", "3+")]
    assert told(read("Blood 300 mL.")) == []


def test_decades_and_acuities_have_words_and_no_number() -> None:
    found = [*read("Pulse in the 80s."), *read("Vision 20/40.")]

    assert [(each.value.text, each.quantity) for each in found] == [("80s", None), ("20/40", None)]


def test_an_amount_tells_of_what_is_counted_or_graded() -> None:
    assert told(read("Bacteria were few.")) == [("Bacteria", "few")]
    assert told(read("PT over the last few days.")) == []
