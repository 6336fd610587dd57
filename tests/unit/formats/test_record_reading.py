from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epicrisis.domain.assertions import Experiencer, Status, Temporality
from epicrisis.domain.documents import Document
from epicrisis.domain.records import (
    Allergy,
    Code,
    CodeSystem,
    Demographics,
    FamilyCondition,
    Flag,
    FollowUp,
    Measurement,
    MeasurementKind,
    Medication,
    MedicationState,
    NoteRecord,
    Problem,
    Procedure,
    Quantity,
    ReferenceRange,
    Sex,
    SocialFact,
    SocialKind,
    Stated,
    Use,
)
from epicrisis.domain.sections import SectionCategory
from epicrisis.domain.spans import Span
from epicrisis.errors import InvalidRow, InvalidSpan
from epicrisis.formats.record_reading import record_from_plain
from epicrisis.formats.records import record_to_plain
from epicrisis.text.alignment import OffsetUnit
from tests.records import NOTE, RECORD

# Letters of one, two and four bytes, an accent of its own, line ends of every kind.
TEXTS = ["ab", "🫀 no\r\nfever", "Niega fiebre.\tAños: 61 🫀🫀", "e\u0301\u00a0<b>"]


def perhaps(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def several(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=1).map(tuple)


STATUS, TIME = st.sampled_from(Status), st.sampled_from(Temporality)
SECTION = perhaps(st.sampled_from(SectionCategory))
# Told to four decimals, so drawn with no more.
SHARES = st.sampled_from([0.0, 0.5, 0.9876, 1.0])
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
UNIT = perhaps(st.just("mg/dL"))
QUANTITY = st.builds(Quantity, NUMBERS, UNIT, UNIT, perhaps(st.sampled_from(["<", ">="])))
RANGE = st.builds(ReferenceRange, perhaps(NUMBERS), perhaps(NUMBERS))
CODES = several(
    st.builds(Code, st.sampled_from(CodeSystem).map(str), st.just("J18.9"), st.just("Pneumonia, unspecified"), SHARES)
)


@cache
def recorded(text: str) -> st.SearchStrategy[tuple[Document, NoteRecord]]:
    """Return records of ``text`` in which every field is there or not."""
    document, last = Document("n1", text), len(text)
    spans = st.tuples(st.integers(0, last - 1), st.integers(1, last)).filter(lambda pair: pair[0] < pair[1])
    place = spans.map(lambda pair: Span(*pair))
    words = place.map(lambda span: Stated(span, document.quote(span)))
    maybe, mentions = perhaps(words), several(place)
    about = {"status": STATUS, "temporality": TIME, "confidence": SHARES, "section": SECTION, "codes": CODES}
    problems = several(
        st.builds(
            Problem,
            words,
            **about,
            experiencer=st.sampled_from(Experiencer),
            severity=maybe,
            body_site=maybe,
            mentions=mentions,
        )
    )
    drugs = st.builds(
        Medication,
        words,
        st.sampled_from(MedicationState),
        **about,
        strength=maybe,
        form=maybe,
        dose=maybe,
        route=maybe,
        frequency=maybe,
        duration=maybe,
        reason=maybe,
        mentions=mentions,
    )
    measurements = st.builds(
        Measurement,
        words,
        st.sampled_from(MeasurementKind),
        words,
        perhaps(QUANTITY),
        perhaps(RANGE),
        perhaps(st.sampled_from(Flag)),
        maybe,
        SHARES,
        SECTION,
        CODES,
        perhaps(st.sampled_from(["systolic", "diastolic"])),
    )
    records = st.builds(
        NoteRecord,
        document_id=st.just("n1"),
        language=st.sampled_from(["en", "es"]),
        problems=problems,
        denied=problems,
        hypothetical=problems,
        medications=several(drugs),
        measurements=several(measurements),
        procedures=several(st.builds(Procedure, words, **about, body_site=maybe, time=maybe, mentions=mentions)),
        allergies=several(st.builds(Allergy, words, STATUS, several(words), maybe, CODES, mentions)),
        no_known_allergies=maybe,
        family=several(st.builds(FamilyCondition, words, STATUS, maybe, CODES)),
        social=several(st.builds(SocialFact, st.sampled_from(SocialKind), words, perhaps(st.sampled_from(Use)), maybe)),
        demographics=st.builds(Demographics, maybe, perhaps(NUMBERS), perhaps(st.sampled_from(Sex)), maybe),
        follow_up=several(st.builds(FollowUp, words, maybe, maybe)),
        engine=st.just("rules"),
        version=st.just("1"),
    )
    return records.map(lambda record: (document, record))  # fmt: skip


@given(st.sampled_from(TEXTS).flatmap(recorded), st.sampled_from(OffsetUnit))
def test_what_is_written_is_read_back_whatever_offsets_count(
    pair: tuple[Document, NoteRecord], unit: OffsetUnit
) -> None:
    document, record = pair

    plain = json.loads(json.dumps(record_to_plain(record, document, offset_unit=unit)))

    assert record_from_plain(plain, document) == record


def test_a_record_with_an_item_of_every_kind_comes_back() -> None:
    assert record_from_plain(record_to_plain(RECORD, NOTE), NOTE) == RECORD


def test_the_record_is_of_the_document_it_is_read_with() -> None:
    renamed = Document("other", NOTE.text)

    assert record_from_plain(record_to_plain(RECORD, NOTE), renamed).document_id == "other"


@pytest.mark.parametrize(
    "damage",
    [
        lambda plain: plain.pop("problems"),
        lambda plain: plain.update(medications=None),
        lambda plain: plain["problems"][0]["name"].update(start="0"),
        lambda plain: plain["problems"][0].update(status="MAYBE"),
        lambda plain: plain["measurements"][0]["quantity"].pop("ucum"),
        lambda plain: plain["demographics"].update(sex="X"),
    ],
)
def test_refuses_a_record_that_is_not_as_we_write_it(damage: Any) -> None:
    plain = record_to_plain(RECORD, NOTE)
    damage(plain)

    with pytest.raises(InvalidRow, match="document 'n1' is not as"):
        record_from_plain(plain, NOTE)


@pytest.mark.parametrize("text", ["Short.", NOTE.text.replace("asthma", "a cough")])
def test_refuses_the_record_of_another_text_without_quoting_it(text: str) -> None:
    with pytest.raises(InvalidSpan) as caught:
        record_from_plain(record_to_plain(RECORD, NOTE), Document("n1", text))

    assert "asthma" not in str(caught.value)
