"""No identifier survives a redaction, nothing else of the note is touched, and every offset leads back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from epicrisis.domain.documents import Document
from epicrisis.domain.identifiers import Identifier, IdentifierKind
from epicrisis.domain.redactions import Operator, Policy, Redaction
from epicrisis.domain.spans import Span
from epicrisis.engines.privacy.dates import shifted
from epicrisis.engines.privacy.names import cultures
from epicrisis.engines.privacy.operators import Redactor, offsets_of
from epicrisis.engines.privacy.policies import shipped
from tests.identities import YEAR, everything, redacted
from tests.property.texts import texts
from tests.serving import rules_pipeline

# What no other part of a note can hold, so that what is left of it can only be left by mistake.
UNLIKELY = "ŹǪΞ"
VALUES = {
    IdentifierKind.NAME: ["John Doe", "Dr. Ana Ruiz Prueba", "李雷", "O'Brien, Mary-Ann", "de la", "x", "J."],
    IdentifierKind.DATE: ["3/4/2019", "March 4th", "4 de marzo de 2019", "2019", "the feast of St. John"],
    IdentifierKind.AGE: ["93", "ninety-one", "64-year-old", "90+"],
    IdentifierKind.LOCATION: ["02139", "12 Oak Street", "Boston", "28013"],
    IdentifierKind.ORGANIZATION: ["Mercy Hospital", "Acme"],
    IdentifierKind.PHONE: ["(617) 234-9876", "+34 612 34 56 78", "ext"],
    IdentifierKind.EMAIL: ["jdoe@mail.test"],
    IdentifierKind.IP: ["10.0.0.1", "fe80::1"],
    IdentifierKind.SSN: ["123-45-6789", "000"],
    IdentifierKind.MRN: ["00412317", "٣٤٥", "-"],
    IdentifierKind.ID: ["12345678Z", "X1234567L", "a1", f"{UNLIKELY}7"],
    IdentifierKind.PROFESSION: ["mayor of Springfield"],
}
values = st.sampled_from([(kind, value) for kind, listed in VALUES.items() for value in listed])
policies = st.one_of(
    st.sampled_from(sorted(shipped().values(), key=lambda policy: policy.name)),
    st.sampled_from([everything(operator) for operator in Operator if operator is not Operator.ENCRYPT]),
)


@st.composite
def notes(draw: st.DrawFn) -> tuple[Document, list[Identifier]]:
    """Draw a note of any characters, and identifiers in it that may touch each other."""
    text, identifiers = draw(texts), []
    for kind, value in draw(st.lists(values, min_size=1, max_size=6)):
        identifiers.append(Identifier(Span(len(text), len(text) + len(value)), kind, 0.9, "tests"))
        text += value + draw(st.sampled_from([" ", "", "\n", ", ", "😷", "[REDACTED]", "[NAME]"]))
    return Document("n1", text, draw(st.sampled_from(["en", "es"]))), identifiers


@given(note=notes(), policy=policies)
def test_replaces_what_may_not_stand_and_touches_nothing_else(
    note: tuple[Document, list[Identifier]], policy: Policy
) -> None:
    document, identifiers = note

    redaction = Redactor(b"k", year=lambda: YEAR)(document, identifiers, policy, patient="p")

    assert without(document.text, [each.identifier.span for each in redaction.replacements]) == without(
        redaction.document.text, [each.place for each in redaction.replacements]
    )
    for each in redaction.replacements:
        assert redaction.document.quote(each.place) == each.text != document.quote(each.identifier.span)
    assert covered(redaction) >= {identifier.span for identifier in identifiers}


@given(note=notes(), policy=policies)
def test_leads_every_offset_back(note: tuple[Document, list[Identifier]], policy: Policy) -> None:
    document, identifiers = note
    redaction = Redactor(b"k", year=lambda: YEAR)(document, identifiers, policy)
    offsets = offsets_of(redaction)

    for each in redaction.replacements:
        assert offsets.to_original(each.place) == each.identifier.span
        assert offsets.to_edited(each.identifier.span) == each.place
    places = {place for each in redaction.replacements for place in range(each.place.start, each.place.end)}
    for place in set(range(len(redaction.document.text))) - places:
        back = offsets.to_original(Span(place, place + 1))
        assert document.quote(back) == redaction.document.text[place]


@given(note=notes())
def test_masking_twice_changes_nothing_more(note: tuple[Document, list[Identifier]]) -> None:
    document, identifiers = note
    mask, redact = everything(Operator.MASK), Redactor(b"k")
    once = redact(document, identifiers, mask).document

    # Whatever an engine takes for an identifier now, it stands in the place of one.
    again = [
        Identifier(each.place, each.identifier.kind, 0.9, "tests")
        for each in redact(document, identifiers, mask).replacements
    ]

    assert redact(once, again, mask).document.text == once.text


@settings(max_examples=40, deadline=None)
@given(parts=st.lists(st.sampled_from([
    "Patient John Doe, SSN 123-45-6789.", "Mr. Ruiz denies fever.", "MRN 00412317", "seen on March 4th, 2019",
    "at 12 Oak Street, Boston, MA 02139", "call (617) 234-9876", "jdoe@mail.test", "aged 93", "BP 120/80", "\n",
    "Dr. Jane Roe", "Parkinson disease", "DOB: 01/02/1950", "from 10.0.0.1",
]), min_size=1, max_size=8))  # fmt: skip
def test_scrubbing_twice_changes_nothing_more(parts: list[str]) -> None:
    once = scrubbed(" ".join(["Note:", *parts]))

    assert scrubbed(once) == once


@given(
    first=st.dates(date(1950, 1, 1), date(2030, 1, 1)),
    away=st.integers(0, 4000),
    form=st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%d-%b-%Y", "%B %d, %Y", "%A, %B %d, %Y", "%Y%m%d"]),
    patient=st.text(min_size=1, max_size=10),
)
def test_dates_of_a_patient_keep_their_intervals(first: date, away: int, form: str, patient: str) -> None:
    second = first + timedelta(days=away)
    document = Document("n1", f"{first.strftime(form)} | {second.strftime(form)}")
    bar = document.text.index(" | ")
    spans = [Span(0, bar), Span(bar + 3, len(document.text))]
    identifiers = [Identifier(span, IdentifierKind.DATE, 0.9, "tests") for span in spans]

    moved = Redactor(b"k")(document, identifiers, everything(Operator.SHIFT), patient=patient).document.text.split(
        " | "
    )

    days = [_read(each, form) for each in moved]
    assert days[1] - days[0] == timedelta(days=away)
    assert days[0] != first


@given(day=st.dates(date(1950, 1, 1), date(2030, 1, 1)), days=st.integers(-330, 330),
       form=st.sampled_from(["%m/%d/%Y", "%Y-%m-%d", "%d-%b-%Y", "%B %d, %Y", "%a %d %B %Y"]))  # fmt: skip
def test_a_date_that_moves_back_is_the_one_it_was(day: date, days: int, form: str) -> None:
    there = shifted(day.strftime(form), days, language="en", year=2019, this_year=YEAR)

    assert there is not None
    back = shifted(there, -days, language="en", year=2019, this_year=YEAR)
    assert back is not None
    assert (_read(there, form) - day, _read(back, form)) == (timedelta(days=days), day)


people = st.sampled_from([
    (given_name, family) for culture in cultures().values()
    for given_name, family in zip(culture.female[:12], culture.family[:12], strict=False)
])  # fmt: skip


@given(who=st.lists(people, min_size=3, max_size=5, unique=True), key=st.binary(min_size=1, max_size=32))
def test_a_person_is_the_same_under_one_key_and_another_under_another(who: list[tuple[str, str]], key: bytes) -> None:
    note = " | ".join(f"[{given_name} {family}|NAME]" for given_name, family in who)
    mentions = " | ".join(f"[{family.upper()}, {given_name.upper()}|NAME]" for given_name, family in who)

    here = redacted(note, "research", key=key)

    assert redacted(f"{note} and more", "research", key=key) == f"{here} and more"
    assert redacted(note, "research", key=key + b"!") != here
    turned = [
        " ".join(reversed(each.split(", "))).casefold() for each in redacted(mentions, "research", key=key).split(" | ")
    ]
    assert turned == [each.casefold() for each in here.split(" | ")]


def without(text: str, spans: list[Span]) -> list[str]:
    """Return what of ``text`` lies between ``spans``."""
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def covered(redaction: Redaction) -> set[Span]:
    """Return every span that was replaced, or found and let stand."""
    return {each.identifier.span for each in redaction.replacements} | {each.span for each in redaction.kept}


def scrubbed(text: str) -> str:
    """Return ``text`` as contract H scrubs it, with what really finds identifiers."""
    document = Document("n1", text)
    [found] = rules_pipeline().identify.many([document])
    return Redactor(b"k")(document, found.identifiers, shipped()["contract-h"]).document.text  # type: ignore[union-attr]


def _read(text: str, form: str) -> date:
    return datetime.strptime(text, form).date()
